"""Rules for primitives that work element by element: padding gives padding."""

from evergraph.bounded.rules import Unsupported, rule
from evergraph.bounded.sizes import product
from evergraph.bounded.values import Value, meeting, whole

ARITHMETIC = """abs add add_any atan2 cbrt ceil clamp complex conj copy convert_element_type div exp exp2 expm1
floor imag integer_pow is_finite log log1p logistic max min mul neg nextafter pow real reduce_precision rem round rsqrt
select_n sign sqrt square stop_gradient sub"""
COMPARISON = "and eq eq_to ge gt le le_to lt lt_to ne not or xor"
BITS = "bitcast_convert_type clz population_count shift_left shift_right_arithmetic shift_right_logical"
TRIGONOMETRY = "acos acosh asin asinh atan atanh cos cosh sin sinh tan tanh"
SPECIAL = "bessel_i0e bessel_i1e digamma erf erf_inv erfc igamma igamma_grad_a igammac lgamma polygamma random_gamma_grad regularized_incomplete_beta zeta"
EQUINOX = "nonbatchable select_if_vmap"  # its loops: as they are where nothing is batched


@rule(*f"{ARITHMETIC} {COMPARISON} {BITS} {TRIGONOMETRY} {SPECIAL} {EQUINOX}".split())
def elementwise(sizes, eqn, *values):
    if eqn.primitive.name == "bitcast_convert_type" and len(eqn.outvars[0].aval.shape) != len(values[0].axes):
        raise Unsupported("a cast that adds or drops an axis")
    values, axes = met(sizes, values)
    result = eqn.primitive.bind(*(value.array for value in values), **eqn.params)
    return Value(result[0] if eqn.primitive.multiple_results else result, axes)


@rule("threefry2x32")
def several(sizes, eqn, *values):
    values, axes = met(sizes, values)
    return [Value(r, axes) for r in eqn.primitive.bind(*(value.array for value in values), **eqn.params)]


@rule("optimization_barrier")
def barrier(sizes, eqn, *values):
    results = eqn.primitive.bind(*(value.array for value in values), **eqn.params)
    return [Value(result, value.axes) for result, value in zip(results, values)]


def met(sizes, values):
    """Values that meet element by element, with axes of the same factors; and these axes.

    Scalars and axes of size 1 are left: primitives broadcast them.
    """
    rank = max(len(value.axes) for value in values)
    axes = []
    for axis in range(rank):
        found = [value.axes[axis] for value in values if value.axes]
        wide = [factors for factors in found if tuple(factors) != (1,)]
        if any(product(factors) != product(wide[0]) for factors in wide):
            raise Unsupported(f"axes of different sizes meet: {found}")
        axes.append(meeting(*(wide or found)))
    return [_laid_out(sizes, value, axes) for value in values], axes


def _laid_out(sizes, value, axes):
    for axis, factors in enumerate(value.axes):
        if tuple(factors) != (1,):
            value = whole(sizes, value, axis, axes[axis])
    return value
