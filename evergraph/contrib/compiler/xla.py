"""`compile`: a computation as one program, which the operations of a device are here in any case."""

from collections.abc import Callable, Sequence
from typing import Any

from evergraph.contrib.compiler.jit import experimental_jit_scope
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import control_dependencies
from evergraph.framework.operation import Operation
from evergraph.framework.public import public, public_module
from evergraph.ops.constants import identity
from evergraph.ops.control_flow.grouping import group

public_module("contrib.compiler.xla")


@public("contrib.compiler.xla.compile")
def compile(computation: Callable, inputs: Sequence | None = None) -> Any:  # noqa: A001 (TensorFlow's word)
    """What a function of tensors gives, marked for the compiler.

    Args:
      computation: gives tensors, operations, a list of these, or None.
      inputs: what it is called with: a list of what can be tensors, of any dtype.

    Returns:
      The tensors as a list, each after the operations; an operation that runs these where there is no tensor.

    Raises:
      TypeError: inputs that are no list, or a result that is no tensor.
    """
    if inputs is not None and not isinstance(inputs, (list, tuple)):
        raise TypeError(f"inputs must be a list, got {inputs!r}")
    with experimental_jit_scope():
        found = computation(*[convert_to_tensor(each) for each in inputs or ()])
        results = [] if found is None else list(found) if isinstance(found, (list, tuple)) else [found]
        operations = [each for each in results if isinstance(each, Operation)]
        tensors = [convert_to_tensor(each) for each in results if not isinstance(each, Operation)]
        if not tensors:
            return group(*operations)
        with control_dependencies(operations):
            return [identity(each) for each in tensors]
