"""Functions of TensorFlow 1.13 and later that stand for methods of datasets and iterators: `tf.data.make_one_shot_iterator`, ..."""

from typing import Any

from evergraph.data.dataset import Dataset
from evergraph.data.iterators import Iterator
from evergraph.framework.public import public


@public("data.make_one_shot_iterator")
def make_one_shot_iterator(dataset: Dataset) -> Iterator:
    """`dataset.make_one_shot_iterator()`: an Iterator that needs no initialization.

    Raises:
      ValueError: the dataset takes tensors of the graph that it cannot make anew.
    """
    return dataset.make_one_shot_iterator()


@public("data.make_initializable_iterator")
def make_initializable_iterator(dataset: Dataset, shared_name: str | None = None) -> Iterator:
    """`dataset.make_initializable_iterator()`: an Iterator whose `initializer` must be run first.

    Args:
      dataset: the dataset.
      shared_name: iterators of one name share their state.
    """
    return dataset.make_initializable_iterator(shared_name)


@public("data.get_output_types")
def get_output_types(dataset_or_iterator: Any) -> Any:
    """The DTypes of the parts of an element, in its structure."""
    return dataset_or_iterator.output_types


@public("data.get_output_shapes")
def get_output_shapes(dataset_or_iterator: Any) -> Any:
    """The TensorShapes of the parts of an element, in its structure."""
    return dataset_or_iterator.output_shapes


@public("data.get_output_classes")
def get_output_classes(dataset_or_iterator: Any) -> Any:
    """The classes, `tf.Tensor` or `tf.SparseTensor`, of the parts of an element, in its structure."""
    return dataset_or_iterator.output_classes
