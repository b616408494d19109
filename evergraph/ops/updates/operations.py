"""The operations that update variables in training: `ApplyAdam`, `ResourceApplyAdam`, `SparseApplyAdagrad`, ...

Each row of the table at the end makes up to four operations from one rule of `ops.updates.rules`: on a reference
or a resource variable, by a gradient of the variable's shape or by one for some of its rows.  The rows of
a sparse gradient may repeat: they are summed first, on the device, at no cost in the size of the table.
"""

import inspect

import jax
import jax.numpy as jnp
import numpy as np

from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import TensorShape, unknown_shape
from evergraph.ops.registry import FLOATS, INDEX, device_op
from evergraph.ops.state import handle_shape, row_check_of
from evergraph.ops.updates import rules as update_rules

public_module("python.training.training_ops")

# -- repeated rows ---------------------------------------------------------------------------------------------------


def _summed(values, indices):
    """(sums, rows, how many): the summed values of each distinct index, ascending; what follows them is zero."""
    order = jnp.argsort(indices)
    ordered = indices[order]
    first = jnp.concatenate([jnp.ones((1,), bool), ordered[1:] != ordered[:-1]])
    segments = jnp.cumsum(first) - 1
    sums = jax.ops.segment_sum(values[order], segments, indices.shape[0], indices_are_sorted=True)
    rows = jnp.zeros_like(indices).at[segments].set(ordered)
    return sums.astype(values.dtype), rows, segments[-1] + 1


_FEW = 256  # indices that are compared each with each: sorting them takes a dozen kernels more


def _summed_in_place(values, indices):
    """(sums, where): the summed values of each distinct index at the first place where it stands, and those places of all."""
    places = jnp.arange(indices.shape[0], dtype=np.int32)
    is_same = indices[:, np.newaxis] == indices
    first = jnp.min(jnp.where(is_same, places, np.iinfo(np.int32).max), 1)
    return jnp.zeros_like(values).at[first].add(values, mode="promise_in_bounds"), first


def _distinct_rows(lowering, values, indices):
    """The summed values of each distinct index; the others have rows out of every range: a scatter drops them."""
    count = indices.shape[0]
    if count < 2:
        return values, indices
    if count <= _FEW and not lowering.sizes_vary:
        sums, first = _summed_in_place(values, indices)
        return sums, jnp.where(first == jnp.arange(count), indices, np.iinfo(indices.dtype).max)
    sums, rows, count = _summed(values, indices)
    return sums, jnp.where(jnp.arange(rows.shape[0]) < count, rows, np.iinfo(rows.dtype).max)


@public()
@device_op(
    "SumRepeatedRows",
    "values: T, indices: Tindices -> sums: T, rows: Tindices",
    types={"Tindices": INDEX},
    shape=lambda op: [op.input_tensors[0].shape, op.input_tensors[1].shape],
)
def sum_repeated_rows(lowering, values, indices):
    """Sums the rows of `values` that share an index, so that each index has one row that is not zero.

    Unlike `unique` it gives as many rows as it takes, so that it needs no host and no new program for another
    number of distinct indices.  Every row of zeros has an index that occurs too: the result is right where rows
    of zeros change nothing (a scatter_add).
    """
    if indices.shape[0] < 2:
        return values, indices
    if indices.shape[0] <= _FEW and not lowering.sizes_vary:
        return _summed_in_place(values, indices)[0], indices
    sums, rows, count = _summed(values, indices)
    return sums, jnp.where(jnp.arange(rows.shape[0]) < count, rows, rows[0])


# -- definitions from rules --------------------------------------------------------------------------------------------


def _state_names(names):
    """The parameters of a rule that it updates: those before the first hyperparameter or gradient."""
    end = min(names.index(n) for n in ("alpha", "lr", "beta1_power", "grad") if n in names)
    return names[:end]


def _argument(name, states, resource):
    if name in states:
        return f"{name}: resource" if resource else f"{name}: Ref(T)"
    return {"global_step": "global_step: int64", "indices": "indices: Tindices"}.get(name, f"{name}: T")


def _kernel_with(call, names, attributes, leading=()):
    """`call(*inputs, **attributes)` as a kernel with the given parameters (what a definition reads)."""
    parameters = [inspect.Parameter(n, inspect.Parameter.POSITIONAL_OR_KEYWORD) for n in (*leading, *names)]
    parameters += [
        inspect.Parameter(key, inspect.Parameter.KEYWORD_ONLY, default=default)
        for key, default in attributes.items()
    ]

    def kernel(*inputs, use_locking=False, **keywords):
        return call(*inputs, **keywords)

    kernel.__signature__ = inspect.Signature(parameters)
    return kernel


def _dense(rule):
    def call(*inputs, **keywords):
        return rule(*inputs, **keywords)

    return call


def _by_rows(rule, names, states):
    """A rule on some rows of the variable and its slots."""
    gradient, indices = names.index("grad"), names.index("indices")

    def call(lowering, *inputs, **keywords):
        inputs = list(inputs)
        tables = inputs[: len(states)]
        size = tables[0].shape[0]
        grad, rows = inputs[gradient], inputs[indices]
        rows = lowering.check_rows(rows, size)
        inputs[gradient], rows = _distinct_rows(lowering, grad, rows)
        inputs[: len(states)] = [table.at[rows].get(mode="clip") for table in tables]
        del inputs[indices]
        updated = rule(*inputs, **keywords)
        return tuple(
            table.at[rows].set(new.astype(table.dtype), mode="drop") for table, new in zip(tables, updated)
        )

    return call


def _shape_rule(names, states, resource, sparse):
    gradient = next(names.index(n) for n in ("grad", "delta") if n in names)

    def shape(operation):
        inputs = operation.input_tensors
        merged = unknown_shape()
        for position in range(len(states)):
            merged = merged.merge_with(handle_shape(inputs[position]) if resource else inputs[position].shape)
        found = inputs[gradient].shape
        if sparse and found.ndims is not None:
            rows = inputs[names.index("indices")].shape
            rows.assert_has_rank(1)
            rows.merge_with(found[:1])
            found = TensorShape([None]).concatenate(found[1:])
        return merged.merge_with(found)

    return shape


def _define(suffix, rule, resource, sparse):
    signature = inspect.signature(rule)
    names = [p.name for p in signature.parameters.values() if p.kind is p.POSITIONAL_OR_KEYWORD]
    attributes = {"use_locking": False}
    attributes.update((p.name, p.default) for p in signature.parameters.values() if p.kind is p.KEYWORD_ONLY)
    states = _state_names(names)
    if sparse:
        names = ["grad" if n == "delta" else n for n in names]
        names.insert(names.index("grad") + 1, "indices")
    arguments = ", ".join(_argument(n, states, resource) for n in names)
    output = "" if resource else "out: Ref(T)"
    call = _by_rows(rule, names, states) if sparse else _dense(rule)
    kernel = _kernel_with(call, names, attributes, ("lowering",) if sparse else ())
    kernel.__doc__ = rule.__doc__
    options = (
        {"row_indices": "indices", "checks": True, "value_checks": {"indices": row_check_of}}
        if sparse
        else {}
    )
    return device_op(
        f"{'Resource' if resource else ''}{'Sparse' if sparse else ''}Apply{suffix}",
        f"{arguments} -> {output}",
        writes=states,
        types={"T": FLOATS, **({"Tindices": INDEX} if sparse else {})},
        shape=_shape_rule(names, states, resource, sparse),
        **options,
    )(kernel)


def _dense_forms(suffix, rule):
    return _define(suffix, rule, False, False), _define(suffix, rule, True, False)


def _sparse_forms(suffix, rule):
    return _define(suffix, rule, False, True), _define(suffix, rule, True, True)


# -- the operations ----------------------------------------------------------------------------------------------------

apply_gradient_descent, resource_apply_gradient_descent = _dense_forms(
    "GradientDescent", update_rules.gradient_descent
)
public()(resource_apply_gradient_descent)
public()(apply_gradient_descent)
apply_proximal_gradient_descent, resource_apply_proximal_gradient_descent = _dense_forms(
    "ProximalGradientDescent", update_rules.proximal_gradient_descent
)
public()(resource_apply_proximal_gradient_descent)
public()(apply_proximal_gradient_descent)
sparse_apply_proximal_gradient_descent, resource_sparse_apply_proximal_gradient_descent = _sparse_forms(
    "ProximalGradientDescent", update_rules.proximal_gradient_descent
)
public()(sparse_apply_proximal_gradient_descent)
public()(resource_sparse_apply_proximal_gradient_descent)
apply_adadelta, resource_apply_adadelta = _dense_forms("Adadelta", update_rules.adadelta)
public()(resource_apply_adadelta)
public()(apply_adadelta)
sparse_apply_adadelta, resource_sparse_apply_adadelta = _sparse_forms("Adadelta", update_rules.adadelta)
public()(sparse_apply_adadelta)
public()(resource_sparse_apply_adadelta)
apply_adagrad, resource_apply_adagrad = _dense_forms("Adagrad", update_rules.adagrad)
public()(resource_apply_adagrad)
public()(apply_adagrad)
sparse_apply_adagrad, resource_sparse_apply_adagrad = _sparse_forms("Adagrad", update_rules.adagrad)
public()(sparse_apply_adagrad)
public()(resource_sparse_apply_adagrad)
apply_proximal_adagrad, resource_apply_proximal_adagrad = _dense_forms(
    "ProximalAdagrad", update_rules.proximal_adagrad
)
public()(resource_apply_proximal_adagrad)
public()(apply_proximal_adagrad)
sparse_apply_proximal_adagrad, resource_sparse_apply_proximal_adagrad = _sparse_forms(
    "ProximalAdagrad", update_rules.proximal_adagrad
)
public()(sparse_apply_proximal_adagrad)
public()(resource_sparse_apply_proximal_adagrad)
apply_adagrad_da, resource_apply_adagrad_da = _dense_forms("AdagradDA", update_rules.adagrad_da)
public()(resource_apply_adagrad_da)
public()(apply_adagrad_da)
sparse_apply_adagrad_da, resource_sparse_apply_adagrad_da = _sparse_forms(
    "AdagradDA", update_rules.adagrad_da
)
public()(sparse_apply_adagrad_da)
public()(resource_sparse_apply_adagrad_da)
apply_ftrl, resource_apply_ftrl = _dense_forms("Ftrl", update_rules.ftrl)
public()(resource_apply_ftrl)
public()(apply_ftrl)
sparse_apply_ftrl, resource_sparse_apply_ftrl = _sparse_forms("Ftrl", update_rules.ftrl)
public()(sparse_apply_ftrl)
public()(resource_sparse_apply_ftrl)
apply_ftrl_v2, resource_apply_ftrl_v2 = _dense_forms("FtrlV2", update_rules.ftrl_v2)
public()(resource_apply_ftrl_v2)
public()(apply_ftrl_v2)
sparse_apply_ftrl_v2, resource_sparse_apply_ftrl_v2 = _sparse_forms("FtrlV2", update_rules.ftrl_v2)
public()(sparse_apply_ftrl_v2)
public()(resource_sparse_apply_ftrl_v2)
apply_momentum, resource_apply_momentum = _dense_forms("Momentum", update_rules.momentum)
public()(resource_apply_momentum)
public()(apply_momentum)
sparse_apply_momentum, resource_sparse_apply_momentum = _sparse_forms("Momentum", update_rules.momentum)
public()(sparse_apply_momentum)
public()(resource_sparse_apply_momentum)
apply_adam, resource_apply_adam = _dense_forms("Adam", update_rules.adam)
public()(resource_apply_adam)
public()(apply_adam)
apply_ada_max, resource_apply_ada_max = _dense_forms("AdaMax", update_rules.ada_max)
public()(resource_apply_ada_max)
public()(apply_ada_max)
apply_rms_prop, resource_apply_rms_prop = _dense_forms("RMSProp", update_rules.rms_prop)
public()(resource_apply_rms_prop)
public()(apply_rms_prop)
sparse_apply_rms_prop, resource_sparse_apply_rms_prop = _sparse_forms("RMSProp", update_rules.rms_prop)
public()(sparse_apply_rms_prop)
public()(resource_sparse_apply_rms_prop)
apply_centered_rms_prop, resource_apply_centered_rms_prop = _dense_forms(
    "CenteredRMSProp", update_rules.centered_rms_prop
)
public()(resource_apply_centered_rms_prop)
public()(apply_centered_rms_prop)
sparse_apply_centered_rms_prop, resource_sparse_apply_centered_rms_prop = _sparse_forms(
    "CenteredRMSProp", update_rules.centered_rms_prop
)
public()(sparse_apply_centered_rms_prop)
public()(resource_sparse_apply_centered_rms_prop)
apply_add_sign, resource_apply_add_sign = _dense_forms("AddSign", update_rules.add_sign)
public()(resource_apply_add_sign)
public()(apply_add_sign)
apply_power_sign, resource_apply_power_sign = _dense_forms("PowerSign", update_rules.power_sign)
public()(resource_apply_power_sign)
public()(apply_power_sign)
