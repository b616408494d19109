"""Input producers: queues that are filled with rows of a tensor, file names or numbers, for some epochs."""

from collections.abc import Sequence

from evergraph.framework import dtypes
from evergraph.framework.collections import GraphKeys
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import control_dependencies, name_scope
from evergraph.framework.operation import Operation
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import ShapeLike, TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops.assertion import Assert
from evergraph.ops.constants import constant, identity
from evergraph.ops.files.contents import matching_files
from evergraph.ops.queues.classes import FIFOQueue, QueueBase
from evergraph.ops.random.distributions import random_shuffle
from evergraph.ops.variables.reference import Variable
from evergraph.summary.summary import scalar
from evergraph.training.queue_runner import QueueRunner, add_queue_runner

public_module("python.training.input")


@public("train.match_filenames_once")
def match_filenames_once(pattern: TensorLike, name: str | None = None) -> Variable:
    """The names of the files that match, looked up once: a local variable, a string vector.

    Args:
      pattern: a shell pattern, or a string vector of several.
      name: the operations' name.
    """
    with name_scope(name, "matching_filenames", [pattern]) as scope:
        return Variable(
            matching_files(pattern),
            trainable=False,
            collections=[GraphKeys.LOCAL_VARIABLES],
            validate_shape=False,
            name=scope,
        )


@public("train.limit_epochs")
def limit_epochs(tensor: TensorLike, num_epochs: int | None = None, name: str | None = None) -> Tensor:
    """`tensor`, which raises OutOfRangeError once it has been evaluated `num_epochs` times.

    It counts in a local variable named "epochs": run `tf.local_variables_initializer()`.

    Args:
      tensor: any tensor; shape and dtype stay.
      num_epochs: how often, a positive int; None for no limit.
      name: the operations' name.

    Raises:
      ValueError: `num_epochs` is not positive.
    """
    if num_epochs is None:
        return tensor
    if num_epochs <= 0:
        raise ValueError(f"num_epochs must be > 0 not {num_epochs}.")
    with name_scope(name, "limit_epochs", [tensor]) as scope:
        epochs = Variable(
            constant(0, dtypes.int64), trainable=False, collections=[GraphKeys.LOCAL_VARIABLES], name="epochs"
        )
        with control_dependencies([epochs.count_up_to(num_epochs)]):
            return identity(tensor, name=scope)


@public("train.input_producer")
def input_producer(
    input_tensor: TensorLike,
    element_shape: ShapeLike = None,
    num_epochs: int | None = None,
    shuffle: bool = True,
    seed: int | None = None,
    capacity: TensorLike = 32,
    shared_name: str | None = None,
    summary_name: str | None = None,
    name: str | None = None,
    cancel_op: Operation | None = None,
) -> QueueBase:
    """A queue that holds the rows of a tensor, filled by a queue runner.

    Args:
      input_tensor: the rows, at least one-dimensional.
      element_shape: the shape of a row, where `input_tensor` does not tell.
      num_epochs: how often every row comes; None for ever. It counts in a local variable.
      shuffle: whether the rows are shuffled in each epoch.
      seed: the seed of that.
      capacity: the queue's.
      shared_name: the name under which sessions of one server share the queue.
      summary_name: the tag of a scalar summary of how full the queue is; None for no summary.
      name: the operations' name.
      cancel_op: what the queue runner runs to stop.

    Raises:
      ValueError: the shape of a row is not known.
    """
    with name_scope(name, "input_producer", [input_tensor]):
        input_tensor = convert_to_tensor(input_tensor, name="input_tensor")
        element_shape = input_tensor.shape[1:].merge_with(element_shape)
        if not element_shape.is_fully_defined():
            raise ValueError(
                f"Either `input_tensor` must have a fully defined shape or `element_shape` must be specified; got "
                f"{input_tensor.shape} and {element_shape}"
            )
        if shuffle:
            input_tensor = random_shuffle(input_tensor, seed=seed)
        input_tensor = limit_epochs(input_tensor, num_epochs)
        queue = FIFOQueue(
            capacity,
            [input_tensor.dtype.base_dtype],
            [element_shape],
            shared_name=shared_name,
            name=name or "fifo_queue",
        )
        add_queue_runner(QueueRunner(queue, [queue.enqueue_many([input_tensor])], cancel_op=cancel_op))
        if summary_name is not None:
            scalar(summary_name, math_ops.to_float(queue.size()) * (1.0 / capacity))
        return queue


@public("train.string_input_producer")
def string_input_producer(
    string_tensor: TensorLike,
    num_epochs: int | None = None,
    shuffle: bool = True,
    seed: int | None = None,
    capacity: TensorLike = 32,
    shared_name: str | None = None,
    name: str | None = None,
    cancel_op: Operation | None = None,
) -> QueueBase:
    """A queue of strings, such as file names, filled by a queue runner.

    Args:
      string_tensor: string vector, not empty.
      num_epochs, shuffle, seed, capacity, shared_name, name, cancel_op: see `input_producer`.

    Raises:
      ValueError: an empty list. An empty tensor raises InvalidArgumentError when it runs.
    """
    problem = "string_input_producer requires a non-null input tensor"
    if not isinstance(string_tensor, (Tensor, Variable)) and not len(string_tensor):
        raise ValueError(problem)
    with name_scope(name, "input_producer", [string_tensor]) as scope:
        string_tensor = convert_to_tensor(string_tensor, dtype=dtypes.string)
        with control_dependencies([Assert(math_ops.greater(array_ops.size(string_tensor), 0), [problem])]):
            string_tensor = identity(string_tensor)
        return input_producer(
            string_tensor,
            [],
            num_epochs=num_epochs,
            shuffle=shuffle,
            seed=seed,
            capacity=capacity,
            shared_name=shared_name,
            name=scope,
            summary_name=f"fraction_of_{capacity}_full",
            cancel_op=cancel_op,
        )


@public("train.range_input_producer")
def range_input_producer(
    limit: TensorLike,
    num_epochs: int | None = None,
    shuffle: bool = True,
    seed: int | None = None,
    capacity: TensorLike = 32,
    shared_name: str | None = None,
    name: str | None = None,
) -> QueueBase:
    """A queue of the integers from 0 to `limit - 1`, filled by a queue runner.

    Args:
      limit: int32 scalar.
      num_epochs, shuffle, seed, capacity, shared_name, name: see `input_producer`.
    """
    with name_scope(name, "input_producer", [limit]) as scope:
        return input_producer(
            math_ops.range(limit),
            [],
            num_epochs,
            shuffle,
            seed,
            capacity,
            shared_name,
            f"fraction_of_{capacity}_full",
            scope,
        )


@public("train.slice_input_producer")
def slice_input_producer(
    tensor_list: Sequence[TensorLike],
    num_epochs: int | None = None,
    shuffle: bool = True,
    seed: int | None = None,
    capacity: TensorLike = 32,
    shared_name: str | None = None,
    name: str | None = None,
) -> list[Tensor]:
    """One row of each tensor, the same row of all; a queue runner produces the row numbers.

    Args:
      tensor_list: tensors of one size along their first axis.
      num_epochs, shuffle, seed, capacity, shared_name, name: see `input_producer`.

    Raises:
      ValueError: an empty list.
    """
    with name_scope(name, "input_producer", tensor_list):
        tensors = [convert_to_tensor(tensor) for tensor in tensor_list]
        if not tensors:
            raise ValueError("Expected at least one tensor in slice_input_producer().")
        queue = range_input_producer(
            array_ops.shape(tensors[0])[0],
            num_epochs=num_epochs,
            shuffle=shuffle,
            seed=seed,
            capacity=capacity,
            shared_name=shared_name,
        )
        index = queue.dequeue()
        return [array_ops.gather(tensor, index) for tensor in tensors]
