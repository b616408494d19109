"""Conditions of generators and discriminators, and pools of what was generated: `tf.contrib.gan.features`."""

from typing import Any

from evergraph.contrib.layers.dense import linear
from evergraph.contrib.layers.reshaping import flatten
from evergraph.framework.default_graph import control_dependencies, name_scope
from evergraph.framework.public import public
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops.constants import identity
from evergraph.ops.control_flow.conditional import cond
from evergraph.ops.nn.embedding import embedding_lookup
from evergraph.ops.queues.classes import RandomShuffleQueue
from evergraph.ops.random.distributions import random_uniform
from evergraph.ops.variables.scope import get_variable


@public("contrib.gan.features.condition_tensor")
def condition_tensor(tensor: Tensor, conditioning: Tensor) -> Tensor:
    """A tensor with a linear map of a condition added (van den Oord et al., 2016, arXiv:1609.03499).

    Args:
      tensor: `[batch, ...]`, known but for the batch.
      conditioning: `[batch, features]`.

    Raises:
      ValueError: a size but that of the batch is not known.
    """
    tensor.shape[1:].assert_is_fully_defined()
    mapped = linear(flatten(conditioning), tensor.shape[1:].num_elements())
    if not mapped.shape.is_compatible_with(tensor.shape):
        mapped = array_ops.reshape(mapped, array_ops.shape(tensor))
    return tensor + mapped


@public("contrib.gan.features.condition_tensor_from_onehot")
def condition_tensor_from_onehot(tensor: Tensor, one_hot_labels: Tensor, embedding_size: int = 256) -> Tensor:
    """`condition_tensor` by an embedding of classes.

    Args:
      tensor: `[batch, ...]`, known but for the batch.
      one_hot_labels: `[batch, classes]`.
      embedding_size: the columns of the variable `embedding`.

    Raises:
      ValueError: the labels have another rank, or a size that is not known.
    """
    one_hot_labels.shape.assert_has_rank(2)
    one_hot_labels.shape[1:].assert_is_fully_defined()
    embedding = get_variable("embedding", [one_hot_labels.shape[1].value, embedding_size])
    rows = embedding_lookup(embedding, math_ops.argmax(one_hot_labels, axis=1), name="token_to_embedding")
    return condition_tensor(tensor, rows)


@public("contrib.gan.features.tensor_pool")
def tensor_pool(
    input_values: Any,
    pool_size: int = 50,
    pooling_probability: TensorLike = 0.5,
    name: str = "tensor_pool",
) -> Any:
    """Tensors of any shapes or, once the pool is full, some earlier ones (Shrivastava et al., 2016, arXiv:1612.07828, section 2.3).

    Args:
      input_values: a tensor of any shape and dtype, or a list or tuple of such tensors.
      pool_size: how many are kept; 0 for none.
      pooling_probability: how likely it is that earlier ones are given: a number from 0 to 1, or a float scalar.
      name: of the operations.

    Returns:
      What `input_values` is: tensors of their shapes.

    Raises:
      ValueError: `pool_size` is negative.
    """
    if pool_size < 0:
        raise ValueError(f"`pool_size` is negative: {pool_size}")
    if pool_size == 0:
        return input_values
    several = isinstance(input_values, (list, tuple))
    values = tuple(input_values) if several else (input_values,)
    with name_scope(f"{name}_pool_queue", values=[*values, pooling_probability]):
        pool = RandomShuffleQueue(pool_size, 0, [value.dtype for value in values])

        def kept():
            with control_dependencies([pool.enqueue(values)]):
                return tuple(identity(value) for value in values)

        def exchanged():
            earlier = pool.dequeue()
            earlier = tuple(earlier) if isinstance(earlier, (list, tuple)) else (earlier,)
            with control_dependencies(list(earlier)), control_dependencies([pool.enqueue(values)]):
                is_earlier = random_uniform([]) < pooling_probability
                return cond(is_earlier, lambda: earlier, lambda: values, strict=True)

        found = cond(pool.size() < pool_size, kept, exchanged, strict=True)
    for value, given in zip(found, values):
        value.set_shape(given.shape)
    if not several:
        return found[0]
    return type(input_values)(found) if isinstance(input_values, list) else tuple(found)
