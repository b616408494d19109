"""The global step: the variable that counts training steps."""

from typing import Any

from evergraph.framework import dtypes, logging
from evergraph.framework.collections import GraphKeys
from evergraph.framework.default_graph import control_dependencies, get_default_graph
from evergraph.framework.graph import Graph
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops.variables.assign import assign_add
from evergraph.ops.variables.initializers import Zeros
from evergraph.ops.variables.reference import Variable
from evergraph.ops.variables.scope import get_variable

public_module("python.training.training_util", "contrib.framework.python.ops.variables")

_READ_KEY = "global_step_read_op_cache"  # TensorFlow's name of the collection


@public("train.global_step")
def global_step(sess: Any, global_step_tensor: Tensor | Variable) -> int:
    """The value of the global step in a session, as an int.

    Args:
      sess: a Session.
      global_step_tensor: the variable, an integer scalar, or its name.
    """
    return int(sess.run(global_step_tensor))


@public("train.get_global_step", "contrib.framework.get_global_step")
def get_global_step(graph: Graph | None = None) -> Tensor | Variable | Any:
    """The global step of a graph: the one item of its collection, or the tensor named "global_step:0".

    Args:
      graph: a Graph; the default graph when None.

    Returns:
      A variable or tensor; None when there is none, or more than one in the collection.

    Raises:
      TypeError: it is no scalar integer variable or tensor.
    """
    graph = graph or get_default_graph()
    found = graph.get_collection(GraphKeys.GLOBAL_STEP)
    if len(found) > 1:
        logging.error("there are %d items in the collection global_step, not one: %s", len(found), found)
        return None
    if found:
        step = found[0]
    else:
        try:
            step = graph.get_tensor_by_name("global_step:0")
        except KeyError:
            return None
    assert_global_step(step)
    return step


@public("train.create_global_step", "contrib.framework.create_global_step")
def create_global_step(graph: Graph | None = None) -> Variable:
    """Makes the global step of a graph: an int64 scalar variable, zero at first, not trainable.

    ValueError when the graph has one already.
    """
    graph = graph or get_default_graph()
    if get_global_step(graph) is not None:
        raise ValueError('"global_step" already exists: use tf.train.get_or_create_global_step()')
    with graph.as_default(), graph.name_scope(None):
        return get_variable(
            GraphKeys.GLOBAL_STEP,
            shape=[],
            dtype=dtypes.int64,
            initializer=Zeros(),
            trainable=False,
            collections=[GraphKeys.GLOBAL_VARIABLES, GraphKeys.GLOBAL_STEP],
        )


@public("train.get_or_create_global_step", "contrib.framework.get_or_create_global_step")
def get_or_create_global_step(graph: Graph | None = None) -> Tensor | Variable:
    """The global step of a graph, made when there is none."""
    graph = graph or get_default_graph()
    step = get_global_step(graph)
    return create_global_step(graph) if step is None else step


@public("train.assert_global_step", "contrib.framework.assert_global_step")
def assert_global_step(global_step_tensor: Any) -> None:
    """TypeError unless it is an integer variable or tensor, scalar as far as its shape is known."""
    if not isinstance(global_step_tensor, (Variable, Tensor)):
        raise TypeError(f'Existing "global_step" must be a Variable or Tensor: {global_step_tensor!r}')
    if not global_step_tensor.dtype.base_dtype.is_integer:
        raise TypeError(f'Existing "global_step" does not have integer type: {global_step_tensor.dtype.name}')
    shape = global_step_tensor.get_shape()
    if shape.ndims != 0 and shape.is_fully_defined():
        raise TypeError(f'Existing "global_step" is not scalar: {shape}')


@public("python.training.training_util._get_global_step_read")
def get_global_step_read(graph: Graph | None = None) -> Tensor | None:
    """The read of the global step that hooks share, or None; RuntimeError when a graph has several."""
    graph = graph or get_default_graph()
    reads = graph.get_collection(_READ_KEY)
    if len(reads) > 1:
        raise RuntimeError(f"there are {len(reads)} items in the collection {_READ_KEY}, not one: {reads}")
    return reads[0] if reads else None


@public("python.training.training_util._get_or_create_global_step_read")
def get_or_create_global_step_read(graph: Graph | None = None) -> Tensor | None:
    """The read of the global step that hooks share, made when it is missing; None without a global step.

    In a run that also counts the step up, it is the step before, unless its user ordered it otherwise.
    """
    graph = graph or get_default_graph()
    read = get_global_step_read(graph)
    if read is not None:
        return read
    step = get_global_step(graph)
    if step is None:
        return None
    with graph.as_default(), graph.name_scope(None), graph.name_scope(step.op.name + "/"):
        # Adding 0 keeps it a value of its own: a bare read would be the variable's value at the end of the run.
        graph.add_to_collection(_READ_KEY, step + 0)
    return get_global_step_read(graph)


@public("python.training.training_util._increment_global_step")
def increment_global_step(increment: TensorLike, graph: Graph | None = None) -> Any:
    """An operation that adds an integer scalar to the global step, after the shared read of it.

    ValueError when the graph has no global step.
    """
    graph = graph or get_default_graph()
    step = get_global_step(graph)
    if step is None:
        raise ValueError("the graph has no global step: call tf.train.get_or_create_global_step() first")
    read = get_or_create_global_step_read(graph)
    with graph.as_default(), graph.name_scope(None), graph.name_scope(step.op.name + "/"):
        with control_dependencies([read]):
            return assign_add(step, increment)


@public("python.training.distribute.increment_var")
def increment_var(v: Any, amount: TensorLike = 1) -> Any:
    """An operation that adds to a variable. `amount` is of its dtype, and a scalar or of its shape."""
    return assign_add(v, amount)
