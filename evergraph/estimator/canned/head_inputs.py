"""What heads demand of labels, weights, logits and loss functions."""

from collections.abc import Callable, Mapping
from typing import Any

from evergraph.feature_column.builder import _LazyBuilder
from evergraph.feature_column.numeric import _NumericColumn, numeric_column
from evergraph.framework import dtypes
from evergraph.framework.arguments import fn_args
from evergraph.framework.composite import SparseTensor, convert_to_tensor_or_sparse_tensor
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import control_dependencies, name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.ops import array as array_ops
from evergraph.ops import assertion, checks, constants, losses
from evergraph.ops import math as math_ops

public_module("python.estimator.canned.head")

_LABELS_MISSING = (
    "You must provide a labels Tensor. Given: None. Suggested troubleshooting steps: Check that your data contain your "
    "label feature. Check that your input_fn properly parses and returns labels."
)


@public("python.estimator.canned.head._check_dense_labels_match_logits_and_reshape")
def dense_labels(labels: Any, logits: Tensor, expected_labels_dimension: int) -> Tensor:
    """Labels `[..., expected_labels_dimension]` with the batch of the logits; a last dimension of 1 may be left out.

    Raises:
      ValueError: they are missing, sparse, or of another static shape.
      InvalidArgumentError: in the run, of another shape.
    """
    if labels is None:
        raise ValueError(_LABELS_MISSING)
    with name_scope(None, "labels", [labels, logits]) as scope:
        labels = convert_to_tensor_or_sparse_tensor(labels)
        size = expected_labels_dimension
        if isinstance(labels, SparseTensor):
            raise ValueError(
                f"SparseTensor labels are not supported. labels must be a Tensor of shape [D0, D1, ..., DN, {size}], e.g. "
                f"[batch_size, {size}]: check the label feature in your data, or use tf.sparse_tensor_to_dense() in "
                "your input_fn."
            )
        if labels.shape.ndims is not None and labels.shape.ndims == (logits.shape.ndims or 0) - 1:
            labels = array_ops.expand_dims(labels, -1)
        message = (
            f"labels shape must be [D0, D1, ... DN, {size}]. Suggested Fix: check your n_classes argument to the "
            "estimator and/or the shape of your label."
        )
        with control_dependencies([checks.assert_rank_at_least(labels, 2, message=message)]):
            given = labels.shape[-1].value if labels.shape.ndims else None
            if given is not None and given != size:
                raise ValueError(
                    f"Mismatched label shape. Expected labels dimension={size}.  Received {given}. Suggested Fix: check "
                    "your n_classes argument to the estimator and/or the shape of your label; labels of a classifier "
                    "are class ids, not one-hot rows."
                )
            wanted = array_ops.concat([array_ops.shape(logits)[:-1], [size]], axis=0)
            found = array_ops.shape(labels)
            data = ["expected_labels_shape: ", wanted, "labels_shape: ", found]
            with control_dependencies([checks.assert_equal(wanted, found, data=data, message=message)]):
                return constants.identity(labels, name=scope)


@public("python.estimator.canned.head._get_weights_and_check_match_logits")
def example_weights(
    features: Mapping, weight_column: Any, logits: Tensor, allow_per_logit_weights: bool = False
) -> Any:
    """The weights of the examples, float32 `[..., 1]` (or `[..., logits]`, where allowed); 1.0 without a column.

    Raises:
      TypeError: the column is neither a feature's name nor a numeric column.
      ValueError: it is no number.
      InvalidArgumentError: in the run, of another shape.
    """
    message = "weights shape must be [D0, D1, ... DN], [D0, D1, ... DN, 1]"
    if allow_per_logit_weights:
        message += " or [D0, D1, ... DN, logits_dimension]"
    with name_scope(None, "weights", [*features.values(), logits]) as scope:
        if weight_column is None:
            return 1.0
        if isinstance(weight_column, str):
            weight_column = numeric_column(weight_column, shape=(1,))
        if not isinstance(weight_column, _NumericColumn):
            raise TypeError(
                f"Weight column must be either a string or _NumericColumn. Given type: {type(weight_column)}."
            )
        weights = weight_column._get_dense_tensor(_LazyBuilder(features))
        if not (weights.dtype.is_floating or weights.dtype.is_integer):
            raise ValueError(f"Weight column should be castable to float. Given dtype: {weights.dtype}")
        weights = math_ops.to_float(weights, name="weights")
        found = array_ops.shape(weights, name="weights_shape")
        of_logits = array_ops.shape(logits, name="logits_shape")
        data = ["logits_shape: ", of_logits, "weights_shape: ", found]
        if weights.shape.ndims is not None and weights.shape.ndims == (logits.shape.ndims or 0) - 1:
            check = checks.assert_equal(of_logits[:-1], found, data=data, message=message)
            with control_dependencies([check]):
                return array_ops.expand_dims(weights, -1, name=scope)
        wanted = array_ops.concat([of_logits[:-1], [1]], axis=0)
        if allow_per_logit_weights:
            fits = math_ops.logical_or(_is_same(of_logits, found), _is_same(wanted, found))
            check = assertion.Assert(fits, [message, *data])
        else:
            check = checks.assert_equal(wanted, found, data=data, message=message)
        with control_dependencies([check]):
            return constants.identity(weights, name=scope)


def _is_same(first, second):
    return math_ops.reduce_all(math_ops.equal(first, second))


@public("python.estimator.canned.head._check_logits_final_dim")
def checked_logits(logits: Any, expected_logits_dimension: int) -> Tensor:
    """Logits as float32 `[..., expected_logits_dimension]`.

    Raises:
      ValueError: another static shape.
      InvalidArgumentError: another shape in the run.
    """
    message = "logits shape must be [D0, D1, ... DN, logits_dimension]"
    with name_scope(None, "logits", [logits]) as scope:
        logits = math_ops.to_float(logits)
        shape = array_ops.shape(logits)
        with control_dependencies(
            [checks.assert_rank_at_least(logits, 2, data=[message, shape], message=message)]
        ):
            known = logits.shape[-1].value if logits.shape.ndims else None
            if known is not None:
                if known != expected_logits_dimension:
                    raise ValueError(
                        f"{message} with {expected_logits_dimension} logits, got {logits.shape}."
                    )
                return logits
            check = checks.assert_equal(expected_logits_dimension, shape[-1], data=[message, shape])
            with control_dependencies([check]):
                return constants.identity(logits, name=scope)


@public("python.estimator.canned.head._validate_loss_fn_args")
def check_loss_fn(loss_fn: Callable | None) -> None:
    """ValueError when a loss function takes other arguments than `labels`, `logits` and, if it likes, `features`."""
    if loss_fn is None:
        return
    names = fn_args(loss_fn)
    for name in ("labels", "logits"):
        if name not in names:
            raise ValueError(f"loss_fn must contain argument: {name}. Given arguments: {names}")
    others = sorted(set(names) - {"labels", "logits", "features"})
    if others:
        raise ValueError(f"loss_fn has unexpected args: {others}")


@public("python.estimator.canned.head._call_loss_fn")
def call_loss_fn(
    loss_fn: Callable, labels: Tensor, logits: Tensor, features: Mapping, expected_loss_dim: int = 1
) -> Tensor:
    """What a program's loss function gives, `[..., expected_loss_dim]`.

    Raises:
      InvalidArgumentError: in the run, for another shape.
    """
    more = {"features": features} if "features" in fn_args(loss_fn) else {}
    with name_scope(None, "call_loss_fn", [labels, logits, *features.values()]):
        unweighted = loss_fn(labels=labels, logits=logits, **more)
        of_logits = array_ops.shape(logits, name="logits_shape")
        wanted = array_ops.concat([of_logits[:-1], [expected_loss_dim]], axis=0, name="expected_loss_shape")
        found = array_ops.shape(unweighted, name="loss_shape")
        check = assertion.Assert(
            _is_same(found, wanted),
            [
                f"loss_fn must return Tensor of shape [D0, D1, ... DN, {expected_loss_dim}]. ",
                "logits_shape: ",
                of_logits,
                "loss_shape: ",
                found,
            ],
            name="check_loss_shape",
        )
        with control_dependencies([check]):
            return constants.identity(unweighted)


@public("python.estimator.canned.head._assert_range")
def in_range(labels: Tensor, n_classes: int, message: str | None = None) -> Tensor:
    """Labels that a run has found to be from 0 to `n_classes - 1`.

    Integers of any shape, which stays; the run raises InvalidArgumentError for others.
    """
    with name_scope(None, "assert_range", [labels]):
        largest = convert_to_tensor(n_classes - 1, dtype=labels.dtype)
        not_above = checks.assert_less_equal(
            labels, largest, message=message or "Labels must <= n_classes - 1"
        )
        not_below = checks.assert_non_negative(labels, message=message or "Labels must >= 0")
        with control_dependencies([not_above, not_below]):
            return constants.identity(labels)


def check_reduction(loss_reduction: str) -> None:
    """ValueError for what does not make one number of the losses."""
    if loss_reduction not in losses.Reduction.all() or loss_reduction == losses.Reduction.NONE:
        raise ValueError(
            f"Invalid loss_reduction: {loss_reduction}; one of tf.losses.Reduction but NONE is allowed"
        )


def checked_vocabulary(label_vocabulary: Any, error: type[Exception] = ValueError) -> Any:
    """A vocabulary, which must be None or a list or tuple of strings; raises `error` otherwise."""
    if label_vocabulary is not None and not isinstance(label_vocabulary, list | tuple):
        raise error(f"label_vocabulary should be a list or a tuple. Given type: {type(label_vocabulary)}")
    return label_vocabulary


def checked_thresholds(thresholds: Any) -> tuple[float, ...]:
    """Thresholds as a tuple; ValueError for one that is not between 0 and 1."""
    thresholds = tuple(thresholds or ())
    for threshold in thresholds:
        if not 0.0 < threshold < 1.0:
            raise ValueError(f"thresholds not in (0, 1): {thresholds}.")
    return thresholds


def is_string(tensor: Any) -> bool:
    """Whether a tensor is of strings."""
    return tensor.dtype.base_dtype == dtypes.string
