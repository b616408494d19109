"""Cross entropies: softmax (dense and sparse labels), sigmoid, weighted; the Poisson log-likelihood."""

import jax.numpy as jnp
from jax import lax

from evergraph.framework import dtypes
from evergraph.framework.arguments import also_called
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import broadcast_shapes
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops.array.static import dims_of
from evergraph.ops.constants import stop_gradient
from evergraph.ops.nn.activations import relu
from evergraph.ops.nn.softmax import log_softmax, softmax, swap_with_last
from evergraph.ops.range_check import RangeCheck
from evergraph.ops.registry import FLOATS, device_op

public_module("python.ops.nn", "python.ops.nn_impl", "python.ops.nn_ops")


def _log_normaliser(features):
    """(features less their maximum, log of the sum of their exponentials), along the last dimension."""
    shifted = features - lax.stop_gradient(jnp.max(features, axis=-1, keepdims=True))
    return shifted, jnp.log(jnp.sum(jnp.exp(shifted), axis=-1, keepdims=True))


def _is_zeros(tensor):
    return tensor.op.type in ("ZerosLike", "Zeros")


def _features_gradient(op, grad_loss, grad_backprop):
    """What flows to the logits: the loss's own derivative, and (second order) that of `backprop`."""
    grad = None
    if grad_loss is not None:
        grad = array_ops.expand_dims(grad_loss, -1) * op.outputs[1]
    if grad_backprop is not None and not _is_zeros(grad_backprop):
        probabilities = softmax(op.inputs[0])
        inner = math_ops.reduce_sum(grad_backprop * probabilities, -1, keepdims=True)
        second = (grad_backprop - inner) * probabilities
        grad = second if grad is None else grad + second
    return grad


def _dense_gradient(op, grad_loss, grad_backprop):
    to_labels = None
    if grad_loss is not None:
        to_labels = array_ops.expand_dims(grad_loss, -1) * -log_softmax(op.inputs[0])
    return [_features_gradient(op, grad_loss, grad_backprop), to_labels]


def _sparse_gradient(op, grad_loss, grad_backprop):
    return [_features_gradient(op, grad_loss, grad_backprop), None]


def _dense_shapes(operation):
    features, labels = operation.input_tensors
    shape = broadcast_shapes(features.shape, labels.shape).with_rank(2)
    return [shape[:1], shape]


@device_op(
    "SoftmaxCrossEntropyWithLogits",
    "features: T, labels: T -> loss: T, backprop: T",
    types={"T": FLOATS},
    shape=_dense_shapes,
    gradient=_dense_gradient,
)
def softmax_cross_entropy_op(features, labels):
    features, labels = jnp.broadcast_arrays(features, labels)
    shifted, normaliser = _log_normaliser(features)
    # A label of zero takes no part, even where the logit is -inf.
    terms = jnp.where(labels == 0, jnp.zeros((), features.dtype), labels * (normaliser - shifted))
    return jnp.sum(terms, axis=-1), jnp.exp(shifted - normaliser) - labels


def _sparse_shapes(operation):
    features, labels = operation.input_tensors
    features_shape = features.shape.with_rank(2)
    rows = labels.shape.with_rank(1).merge_with(features_shape[:1])
    return [rows, rows.concatenate(features_shape[1:])]


def _label_message(classes):
    return f"Received a label value of {{1}} which is outside the valid range of [0, {classes}).  Label values: {{0}}"


def _label_check(operation):
    dims = dims_of(operation.input_tensors[0])
    return (
        None
        if dims is None or dims[-1] is None
        else RangeCheck(operation, dims[-1], _label_message(dims[-1]))
    )


@device_op(
    "SparseSoftmaxCrossEntropyWithLogits",
    "features: T, labels: Tlabels=int64 -> loss: T, backprop: T",
    types={"T": FLOATS, "Tlabels": (dtypes.int32, dtypes.int64)},
    ranks={"features": (2, "logits must be 2-D"), "labels": (1, "labels must be 1-D")},
    shape=_sparse_shapes,
    checks=True,
    value_checks={"labels": _label_check},
    gradient=_sparse_gradient,
)
def sparse_softmax_cross_entropy_op(lowering, features, labels):
    classes = features.shape[-1]
    good = (labels >= 0) & (labels < classes)
    if labels.size:
        lowering.check(jnp.all(good), _label_message(classes), [labels, labels[jnp.argmin(good)]])
    shifted, normaliser = _log_normaliser(features)
    chosen = lax.broadcasted_iota(labels.dtype, features.shape, 1) == labels[:, None]
    losses = jnp.sum(jnp.where(chosen, normaliser - shifted, jnp.zeros((), features.dtype)), axis=-1)
    return losses, jnp.exp(shifted - normaliser) - chosen.astype(features.dtype)


# -- public ------------------------------------------------------------------------------------------------------


def _named_only(function, sentinel, labels, logits):
    if sentinel is not None:
        raise ValueError(f"Only call `{function}` with named arguments (labels=..., logits=..., ...)")
    if labels is None or logits is None:
        raise ValueError(
            f"Both labels and logits must be provided to `{function}`, got labels={labels!r}, "
            f"logits={logits!r}"
        )


def _widened(tensor):
    """Half precision is computed in float32."""
    return (
        math_ops.cast(tensor, dtypes.float32)
        if tensor.dtype.base_dtype in (dtypes.float16, dtypes.bfloat16)
        else tensor
    )


def _narrowed(cost, dtype):
    return math_ops.cast(cost, dtype) if cost.dtype.base_dtype != dtype else cost


def _rows(tensor):
    """`tensor` as a matrix: all dimensions but the last in one."""
    last = array_ops.slice(array_ops.shape(tensor), [array_ops.rank(tensor) - 1], [1])
    flat = array_ops.reshape(tensor, array_ops.concat([[-1], last], 0))
    if tensor.shape.ndims is not None:
        lead = tensor.shape[:-1].num_elements()
        flat.set_shape([lead, tensor.shape[-1]])
    return flat


@public("nn.softmax_cross_entropy_with_logits_v2")
def softmax_cross_entropy_with_logits_v2(
    _sentinel: None = None,
    labels: TensorLike = None,
    logits: TensorLike = None,
    dim: int = -1,
    name: str | None = None,
    axis: int | None = None,
) -> Tensor:
    """Cross entropy of `labels` against `softmax(logits)`; gradients flow to both.

    Args:
      _sentinel: must be None: name the arguments.
      labels: probabilities, of the shape of `logits` (other outer dimensions of as many rows will do); each row should
        sum to 1.
      logits: floats, unscaled log-probabilities.
      dim: the dimension of the classes.
      name: the name of the result.
      axis: the same as `dim` (its name since TensorFlow 1.11).

    Returns:
      A tensor of the type of `logits`, without dimension `dim`.

    Raises:
      ValueError: arguments without names, or missing.
    """
    _named_only("softmax_cross_entropy_with_logits", _sentinel, labels, logits)
    dim = dim if axis is None else axis
    with name_scope(name, "softmax_cross_entropy_with_logits", [logits, labels]) as scope:
        logits = convert_to_tensor(logits, name="logits")
        dtype = logits.dtype.base_dtype
        labels = convert_to_tensor(labels, name="labels")
        if labels.dtype.base_dtype != dtype:
            labels = math_ops.cast(labels, dtype)
        precise, labels = _widened(logits), _widened(labels)
        rank = precise.shape.ndims
        last = dim == -1 or (rank is not None and dim % rank == rank - 1)
        if not last:
            precise, labels = swap_with_last(precise, dim), swap_with_last(labels, dim)
        if rank == 2:
            rows = labels if labels.shape.ndims in (2, None) else _rows(labels)
            cost = softmax_cross_entropy_op(precise, rows, name=scope).loss
        else:
            outer = array_ops.shape(precise)[:-1]
            cost = softmax_cross_entropy_op(_rows(precise), _rows(labels)).loss
            cost = array_ops.reshape(cost, outer, name=scope)
            if rank is not None:
                same_rank = labels.shape.ndims == rank
                cost.set_shape(
                    precise.shape[:-1].merge_with(labels.shape[:-1]) if same_rank else precise.shape[:-1]
                )
        return _narrowed(cost, dtype)


@public("nn.softmax_cross_entropy_with_logits")
@also_called(axis="dim")
def softmax_cross_entropy_with_logits(
    _sentinel: None = None,
    labels: TensorLike = None,
    logits: TensorLike = None,
    dim: int = -1,
    name: str | None = None,
) -> Tensor:
    """As `softmax_cross_entropy_with_logits_v2`, but gradients flow to `logits` only."""
    _named_only("softmax_cross_entropy_with_logits", _sentinel, labels, logits)
    with name_scope(name, "softmax_cross_entropy_with_logits_sg", [logits, labels]) as scope:
        labels = stop_gradient(convert_to_tensor(labels), name="labels_stop_gradient")
        return softmax_cross_entropy_with_logits_v2(labels=labels, logits=logits, dim=dim, name=scope)


@public("nn.sparse_softmax_cross_entropy_with_logits")
def sparse_softmax_cross_entropy_with_logits(
    _sentinel: None = None, labels: TensorLike = None, logits: TensorLike = None, name: str | None = None
) -> Tensor:
    """Cross entropy of class numbers against `softmax(logits)`.

    Args:
      _sentinel: must be None: name the arguments.
      labels: int32 or int64 of shape `[d0, ..., dn-1]`, class numbers in `[0, classes)`.
      logits: floats `[d0, ..., dn-1, classes]`.
      name: the name of the result.

    Returns:
      A tensor of the shape of `labels` and the type of `logits`.

    Raises:
      ValueError: arguments without names or missing, scalar logits, or ranks that do not fit.
      InvalidArgumentError: when run, if a label is not a class number.
    """
    _named_only("sparse_softmax_cross_entropy_with_logits", _sentinel, labels, logits)
    with name_scope(name, "SparseSoftmaxCrossEntropyWithLogits", [labels, logits]):
        labels = convert_to_tensor(labels)
        logits = convert_to_tensor(logits)
        dtype = logits.dtype.base_dtype
        precise = _widened(logits)
        rank = logits.shape.ndims
        if rank == 0:
            raise ValueError(f"Logits cannot be scalars - received shape {logits.shape}.")
        if rank is not None and labels.shape.ndims is not None and labels.shape.ndims != rank - 1:
            raise ValueError(
                f"Rank mismatch: Rank of labels (received {labels.shape.ndims}) should equal rank of logits minus "
                f"1 (received {rank})."
            )
        if rank == 2:
            cost = sparse_softmax_cross_entropy_op(precise, labels, name=name).loss
            return _narrowed(cost, dtype)
        outer = array_ops.shape(labels)
        flat_labels = array_ops.reshape(labels, [-1])
        cost = sparse_softmax_cross_entropy_op(_rows(precise), flat_labels, name=name).loss
        cost = array_ops.reshape(cost, outer)
        cost.set_shape(labels.shape)
        return _narrowed(cost, dtype)


def _same_shapes(first_name, first, second_name, second):
    try:
        second.shape.merge_with(first.shape)
    except ValueError:
        raise ValueError(
            f"{first_name} and {second_name} must have the same shape ({first.shape} vs {second.shape})"
        ) from None


@public("nn.sigmoid_cross_entropy_with_logits")
def sigmoid_cross_entropy_with_logits(
    _sentinel: None = None, labels: TensorLike = None, logits: TensorLike = None, name: str | None = None
) -> Tensor:
    """Cross entropy of independent yes-no `labels` (as probabilities) against `sigmoid(logits)`.

    Both are floats of one shape and dtype, which the result has too: `max(x, 0) - x * z + log(1 + exp(-|x|))` for
    logits x and labels z.

    Raises:
      ValueError: arguments without names or missing, or different shapes.
    """
    _named_only("sigmoid_cross_entropy_with_logits", _sentinel, labels, logits)
    with name_scope(name, "logistic_loss", [logits, labels]) as scope:
        logits = convert_to_tensor(logits, name="logits")
        labels = convert_to_tensor(labels, name="labels")
        _same_shapes("labels", labels, "logits", logits)
        # max(x, 0) - x * z + log(1 + exp(-|x|)), which overflows nowhere; selects (not maximum and abs) so that
        # the derivative at 0 is sigmoid(0) - z.
        zeros = array_ops.zeros_like(logits, dtype=logits.dtype)
        positive = logits >= zeros
        relu_logits = array_ops.where(positive, logits, zeros)
        negative_abs = array_ops.where(positive, -logits, logits)
        return math_ops.add(
            relu_logits - logits * labels, math_ops.log1p(math_ops.exp(negative_abs)), name=scope
        )


@public("nn.weighted_cross_entropy_with_logits")
@also_called(labels="targets")
def weighted_cross_entropy_with_logits(
    targets: TensorLike, logits: TensorLike, pos_weight: TensorLike, name: str | None = None
) -> Tensor:
    """As `sigmoid_cross_entropy_with_logits`, with the positive part of each loss times `pos_weight`, which broadcasts to the logits' shape.

    Raises:
      ValueError: `targets` and `logits` have different shapes.
    """
    with name_scope(name, "logistic_loss", [logits, targets]) as scope:
        logits = convert_to_tensor(logits, name="logits")
        targets = convert_to_tensor(targets, name="targets")
        _same_shapes("logits", logits, "targets", targets)
        weight = 1 + (pos_weight - 1) * targets
        tail = math_ops.log1p(math_ops.exp(-math_ops.abs(logits))) + relu(-logits)
        return math_ops.add((1 - targets) * logits, weight * tail, name=scope)


@public("nn.log_poisson_loss")
def log_poisson_loss(
    targets: TensorLike, log_input: TensorLike, compute_full_loss: bool = False, name: str | None = None
) -> Tensor:
    """The Poisson log-likelihood loss `exp(log_input) - log_input * targets`.

    Args:
      targets: counts, of the shape of `log_input`.
      log_input: logarithms of the predicted means.
      compute_full_loss: whether to add Stirling's approximation of the constant term.
      name: the name of the result.

    Raises:
      ValueError: different shapes.
    """
    with name_scope(name, "log_poisson_loss", [log_input, targets]):
        log_input = convert_to_tensor(log_input, name="log_input")
        targets = convert_to_tensor(targets, name="targets")
        _same_shapes("log_input", log_input, "targets", targets)
        result = math_ops.exp(log_input) - log_input * targets
        if compute_full_loss:
            half, two_pi = 0.5, 6.283185307179586
            stirling = targets * math_ops.log(targets) - targets + half * math_ops.log(two_pi * targets)
            zeros = array_ops.zeros_like(targets, dtype=targets.dtype)
            ones = array_ops.ones_like(targets, dtype=targets.dtype)
            small = math_ops.logical_and(targets >= zeros, targets <= ones)
            result += array_ops.where(small, zeros, stirling)
        return result
