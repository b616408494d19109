"""References of variables, without the class around them."""

from evergraph.framework.public import public
from evergraph.framework.shapes import unknown_shape
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import DTypeLike, ShapeLike
from evergraph.ops import state


@public("python.ops.state_ops.variable_op_v2")
def variable_op_v2(
    shape: ShapeLike, dtype: DTypeLike, name: str = "Variable", container: str = "", shared_name: str = ""
) -> Tensor:
    """The reference of a variable, which nothing initialises yet: what `tf.Variable` is made of.

    Args:
      shape: its shape.
      dtype: its DType.
      name: the operation's name.
      container: whose variable it is; the graph's when empty.
      shared_name: what variables of one name share.
    """
    return state.variable_v2(
        shape=shape, dtype=dtype, container=container, shared_name=shared_name, name=name
    )


@public("python.ops.state_ops.variable_op")
def variable_op(
    shape: ShapeLike,
    dtype: DTypeLike,
    name: str = "Variable",
    set_shape: bool = True,
    container: str = "",
    shared_name: str = "",
) -> Tensor:
    """As `variable_op_v2`; with `set_shape` False, its shape is unknown while the graph is built."""
    known = shape if set_shape else unknown_shape()
    return state.variable(shape=known, dtype=dtype, container=container, shared_name=shared_name, name=name)
