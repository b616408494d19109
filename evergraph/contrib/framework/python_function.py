"""`py_func` for nested structures."""

from collections.abc import Callable
from typing import Any

from evergraph.framework import structures
from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import TensorShape
from evergraph.ops import script

public_module("contrib.framework.python.ops.script_ops")


@public("contrib.framework.py_func")
def py_func(
    func: Callable,
    args: Any = (),
    kwargs: dict[str, Any] | None = None,
    output_types: Any = None,
    output_shapes: Any = None,
    stateful: bool = True,
    name: str | None = None,
) -> Any:
    """A Python function of nested structures as an operation of the graph.

    Args:
      func: a function of NumPy arrays in the structure of `args` and `kwargs`.
      args: a list or tuple of its positional arguments, which may be structures of tensors.
      kwargs: its keyword arguments.
      output_types: dtypes in the structure of what it returns, or a function of the arguments that gives them.
      output_shapes: shapes in that structure, or a function that gives them; unknown when None.
      stateful: whether each run calls it, also for equal arguments.
      name: the operation's name.

    Returns:
      Tensors in the structure of `output_types`.

    Raises:
      TypeError: `args` is no list or tuple, or `kwargs` no dict.
    """
    kwargs = {} if kwargs is None else kwargs
    if not isinstance(args, (list, tuple)):
        raise TypeError(f"args must be list and not {type(args).__name__}. args: {args}")
    if not isinstance(kwargs, dict):
        raise TypeError(f"kwargs must be dict and not {type(kwargs).__name__}. args: {kwargs}")
    types = output_types(*args, **kwargs) if callable(output_types) else output_types
    shapes = output_shapes(*args, **kwargs) if callable(output_shapes) else output_shapes
    given = (args, kwargs)

    def on_arrays(*arrays):
        python_args, python_kwargs = structures.pack_sequence_as(given, arrays)
        result = func(*python_args, **python_kwargs)
        structures.assert_shallow_structure(types, result)
        return structures.flatten(result)

    outputs = script.py_func(on_arrays, structures.flatten(given), structures.flatten(types), stateful, name)
    if shapes is not None:
        known = structures.flatten_up_to(types, shapes)
        for output, shape in zip(outputs, known):
            output.set_shape(TensorShape(shape))
    return structures.pack_sequence_as(types, outputs)
