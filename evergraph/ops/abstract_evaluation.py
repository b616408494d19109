"""Static shapes where an operation gives no rule: its kernel is evaluated on shapes alone (`jax.eval_shape`).

Known shapes give the exact answer, or the kernel's refusal.  Of unknown dimensions each is a symbol of its own, and
what the kernel gives as a number for symbols follows for all sizes (`jax.export.symbolic_shape`).  Symbols answer
that they are neither 0 nor 1 where a kernel asks: these two sizes are tried besides, and must give the same.  What
cannot be decided is unknown, never an error.  Results are memoised by (kernel, attributes, input types), since graphs
repeat themselves.
"""

import threading

import jax
import jax.export
import numpy as np

from evergraph.framework import dtypes
from evergraph.framework.kernel_messages import kernel_message
from evergraph.framework.shapes import TensorShape, unknown_shape
from evergraph.ops.inference import flatten_result, fold

_MEMO = {}
_MEMO_LOCK = threading.Lock()
_WITHOUT_SHAPES = (dtypes.string, dtypes.resource, dtypes.variant)
_SPECIAL_SIZES = (0, 1)


class Inconclusive(Exception):
    """A value or shape that cannot be known while the graph is built."""


def abstract_shapes(operation) -> list[TensorShape]:
    """The static shapes of the operation's outputs, by evaluating its kernel.

    Raises:
      ValueError: the inputs' shapes are fully known and the kernel refuses them.
    """
    try:
        key, types, statics = _asked(operation)
        found = None if key is None else _MEMO.get(key)
        if found is None:
            found = _shapes(operation, types, statics)
            if key is not None:
                with _MEMO_LOCK:
                    _MEMO[key] = found
    except Inconclusive:
        found = [None] * len(operation.outputs)
    return [_output_shape(operation, i, dims) for i, dims in enumerate(found)]


def _output_shape(operation, index, dims):
    source = operation.definition.aliased_input(index)
    if source is not None:
        return operation.input_tensors[source].shape
    return unknown_shape() if dims is None else TensorShape(dims)


def _asked(operation):
    """(key for the memo or None, {position: (dims, dtype)}, {position: value of a static operand})."""
    definition = operation.definition
    types, statics, held = {}, {}, []
    static = definition.static_positions(operation)
    for position, tensor in enumerate(operation.input_tensors):
        if position in static:
            value = fold(tensor)
            if value is None:
                raise Inconclusive
            statics[position] = value
            held.append((position, value.shape, value.dtype.str, value.tobytes()))
            continue
        dims, dtype = tensor.shape.dims_or_none, tensor.dtype.base_dtype
        if dims is None or dtype in _WITHOUT_SHAPES:
            raise Inconclusive
        types[position] = dims, dtype
    try:
        attrs = tuple((k, _hashable(v)) for k, v in definition.kernel_keywords(operation).items())
        key = (definition.type, attrs, tuple(types.items()), tuple(held))
        hash(key)
    except TypeError:
        key = None
    return key, types, statics


def _hashable(value):
    if isinstance(value, list):
        return ("list", *map(_hashable, value))
    if isinstance(value, np.ndarray):
        return (value.shape, value.dtype.str, value.tobytes() if value.dtype != object else repr(value))
    if isinstance(value, TensorShape):
        return ("shape", value.dims_or_none)
    return value


def _shapes(operation, types, statics):
    """A tuple of sizes (None where unknown) for each output, or None for its whole shape."""
    if not any(None in dims for dims, _ in types.values()):
        try:
            results = _evaluate(operation, {p: dims for p, (dims, _) in types.items()}, statics)
        except Inconclusive:
            raise
        except Exception as error:  # noqa: BLE001 a kernel may refuse in any way
            shapes = [str(tensor.shape) for tensor in operation.input_tensors]
            message = kernel_message(operation.type, error, shapes)
            raise ValueError(
                f"{operation.type} {operation.name!r}: incompatible inputs: {message}"
            ) from error
        return [None if r is None else tuple(r.shape) for r in results]
    found = _evaluate_for_symbols(operation, types, statics)
    for size in _SPECIAL_SIZES:
        shapes = {p: tuple(size if d is None else d for d in dims) for p, (dims, _) in types.items()}
        try:
            results = _evaluate(operation, shapes, statics)
        except Exception:  # noqa: BLE001 a size that the kernel refuses will not run: nothing is to be said of it
            continue
        found = [_agreement(a, None if r is None else tuple(r.shape)) for a, r in zip(found, results)]
    return found


def _evaluate_for_symbols(operation, types, statics):
    unknown = sum(dims.count(None) for dims, _ in types.values())
    # One less than a symbol, since symbols stand for 1 and more.
    symbols = iter(jax.export.symbolic_shape(",".join(f"d{i} - 1" for i in range(unknown))))
    shapes = {p: tuple(next(symbols) if d is None else d for d in dims) for p, (dims, _) in types.items()}
    try:
        results = _evaluate(operation, shapes, statics)
    except Exception as error:  # noqa: BLE001 kernels ask of symbols what these cannot tell, in any way
        raise Inconclusive from error
    return [None if r is None else tuple(d if isinstance(d, int) else None for d in r.shape) for r in results]


def _agreement(a, b):
    if a is None or b is None or len(a) != len(b):
        return None
    return tuple(x if x == y else None for x, y in zip(a, b))


class AbstractLowering:
    """What a kernel that asks for `lowering` is given while shapes are inferred: nothing is compiled."""

    abstract = True
    differentiated = 0

    def __init__(self, operation):
        self.operation = operation

    def check(self, ok, message, operands=(), kind=None):
        """Runtime checks have no influence on shapes."""

    def check_rows(self, rows, size):
        """As `check`; the rows are those to write."""
        return rows

    def call(self, body, arguments):
        """The abstract outputs of a body, from the static shapes of its outputs."""
        outputs = []
        for tensor in body.outputs:
            dims = tensor.shape.dims_or_none
            if dims is None or None in dims:
                raise Inconclusive
            outputs.append(jax.numpy.zeros(dims, tensor.dtype.as_numpy_dtype))
        return outputs


def _evaluate(operation, shapes, statics):
    """The type of each output, None for a reference."""
    results = abstract_results(operation, shapes, statics)
    references = [tensor.dtype._is_ref_dtype for tensor in operation.outputs]
    values = iter(results[len(results) - references.count(False) :])
    return [None if is_ref else next(values) for is_ref in references]


def abstract_results(operation, shapes, statics) -> list[jax.ShapeDtypeStruct]:
    """The types of what the kernel itself gives: the variables that it writes, then the outputs that are values.

    Args:
      operation: the Operation.
      shapes: {position of an input: its sizes}.
      statics: {position of a static operand: NumPy array}.
    """
    definition, inputs = operation.definition, operation.input_tensors
    specs = [jax.ShapeDtypeStruct(dims, inputs[p].dtype.as_numpy_dtype) for p, dims in shapes.items()]
    keywords = definition.kernel_keywords(operation)
    _, writes = definition.variable_access(operation)
    expected = len(writes) + sum(not tensor.dtype._is_ref_dtype for tensor in operation.outputs)

    def evaluate(*arrays):
        arrays = dict(zip(shapes, arrays))
        flat = [statics[p] if p in statics else arrays[p] for p in range(len(inputs))]
        leading = ()
        if definition.leading == "key":
            leading = (jax.random.key(0),)
        elif definition.leading == "lowering":
            leading = (AbstractLowering(operation),)
        return flatten_result(
            definition.kernel(*leading, *definition.group_inputs(operation, flat), **keywords), expected
        )

    with jax.enable_x64():
        return jax.eval_shape(evaluate, *specs)
