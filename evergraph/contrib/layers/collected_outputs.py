"""Outputs of layers by name, in collections; and sizes and conditions as the layers take them."""

from collections import OrderedDict, namedtuple
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any, cast

from evergraph.framework.collections import add_to_collections, get_collection
from evergraph.framework.default_graph import get_default_graph
from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import TensorShape
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import DTypeLike, TensorLike
from evergraph.ops import inference
from evergraph.ops.control_flow import conditional
from evergraph.ops.variables.reference import Variable

public_module("contrib.layers.python.layers.utils", "contrib.layers.utils", "contrib.slim.utils")

NamedOutputs = public()(namedtuple("NamedOutputs", ["name", "outputs"]))


# -- outputs by name ---------------------------------------------------------------------------------------------------


@public()
def collect_named_outputs(collections: Collection[str] | str | None, alias: str, outputs: Any) -> Any:
    """Adds a layer's outputs to collections, under another name than that of their operation.

    Args:
      collections: keys of collections, or one; none when empty.
      alias: the name, such as that of the layer's scope.
      outputs: a tensor.

    Returns:
      The outputs.
    """
    if collections:
        append_tensor_alias(outputs, alias)
        add_to_collections(collections, outputs)
    return outputs


@public()
def append_tensor_alias(tensor: Any, alias: str) -> Any:
    """Gives a tensor one more name; returns the tensor."""
    tensor.aliases = [*getattr(tensor, "aliases", ()), alias.removesuffix("/")]
    return tensor


@public()
def get_tensor_aliases(tensor: Any) -> list[str]:
    """The names that a tensor was given; its operation's, or its own when it is not the first output, when none was."""
    given = getattr(tensor, "aliases", None)
    if given is not None:
        return given
    return [tensor.op.name if tensor.name.endswith(":0") else tensor.name]


@public()
def gather_tensors_aliases(tensors: Iterable[Any]) -> list[str]:
    """The names of all tensors, in order."""
    return [alias for tensor in tensors for alias in get_tensor_aliases(tensor)]


@public()
def convert_collection_to_dict(collection: str, clear_collection: bool = False) -> dict[str, Any]:
    """{name: tensor} of a collection, in its order.

    Args:
      collection: its key.
      clear_collection: whether it is emptied then.
    """
    found = OrderedDict(
        (alias, tensor) for tensor in get_collection(collection) for alias in get_tensor_aliases(tensor)
    )
    if clear_collection:
        get_default_graph().clear_collection(collection)
    return found


@public()
def get_variable_collections(variables_collections: Any, name: str) -> Any:
    """The collections of one of a layer's variables: `variables_collections` itself, or its entry when that is a dict."""
    return (
        variables_collections.get(name) if isinstance(variables_collections, dict) else variables_collections
    )


# -- conditions --------------------------------------------------------------------------------------------------------


@public()
def constant_value(value_or_tensor_or_var: Any, dtype: DTypeLike = None) -> Any:
    """The value, where it is known when the graph is made; None for a variable or a tensor that is not.

    Raises:
      ValueError: None is given, or a tensor of another dtype.
    """
    value = value_or_tensor_or_var
    if value is None:
        raise ValueError("value_or_tensor_or_var cannot be None")
    if isinstance(value, (Tensor, Variable)):
        if dtype and value.dtype != dtype:
            raise ValueError(f"It has the wrong dtype {value.dtype} instead of {dtype}")
        return None if isinstance(value, Variable) else inference.constant_value(value)
    return value


@public()
def static_cond(pred: Any, fn1: Callable, fn2: Callable) -> Any:
    """What `fn1` gives when `pred`, else what `fn2` gives. TypeError when one cannot be called."""
    for name, function in (("fn1", fn1), ("fn2", fn2)):
        if not callable(function):
            raise TypeError(f"{name} must be callable. Received: {function!r}")
    return fn1() if pred else fn2()


@public()
def smart_cond(pred: TensorLike, fn1: Callable, fn2: Callable, name: str | None = None) -> Any:
    """`static_cond` where `pred` is known when the graph is made, else `tf.cond`.

    `pred` is a bool scalar; TypeError when a function cannot be called.
    """
    known = constant_value(pred)
    return conditional.cond(pred, fn1, fn2, name=name) if known is None else static_cond(known, fn1, fn2)


# -- sizes -------------------------------------------------------------------------------------------------------------


def _dimension(shape, axis, min_rank) -> Any:
    if shape.ndims is None:
        raise ValueError(f"the rank of shape must be known, and is not: {shape}")
    if shape.ndims < min_rank:
        raise ValueError(f"rank of shape must be at least {min_rank} not: {shape.ndims}")
    size = shape.dims[axis].value
    if size is None:
        raise ValueError(f"dimension {axis} of shape must be known but is None: {shape}")
    return size


@public()
def channel_dimension(shape: TensorShape, data_format: str, min_rank: int = 1) -> int:
    """The size along the axis of the channels: the second for "channels_first", else the last. Errors as `last_dimension`."""
    return _dimension(shape, 1 if data_format == "channels_first" else -1, min_rank)


@public()
def last_dimension(shape: TensorShape, min_rank: int = 1) -> int:
    """The size of the last dimension. ValueError when it is not known, or the rank is lower than `min_rank`."""
    return _dimension(shape, -1, min_rank)


@public()
def two_element_tuple(int_or_tuple: Any) -> tuple[int, int]:
    """(a, b), from one integer for both, two in a list or tuple, or a TensorShape. ValueError for anything else."""
    value = int_or_tuple
    if isinstance(value, int):
        return value, value
    if isinstance(value, (list, tuple)) and len(value) == 2:
        return int(value[0]), int(value[1])
    if isinstance(value, TensorShape) and value.ndims == 2:
        return int_or_tuple[0], int_or_tuple[1]
    raise ValueError(
        f"Must be an int, a list with 2 elements or a TensorShape of length 2. Received: {value!r}"
    )


@public()
def n_positive_integers(n: int, value: int | Sequence[int]) -> tuple[int, ...]:
    """`n` positive integers, from one for all or `n` of them. ValueError for anything else."""
    if int(n) != n or n < 1:
        raise ValueError(f"n must be a positive integer. Received: {n!r}")
    given = cast(Any, value)  # which of the two it is, is found by trying
    try:
        values = (int(given),) * int(n)
    except (TypeError, ValueError):
        try:
            values = tuple(int(each) for each in given)
        except (TypeError, ValueError):
            values = ()
    if len(values) != n or any(each < 1 for each in values):
        raise ValueError(f"Expected {n} positive integers. Received: {value!r}")
    return values
