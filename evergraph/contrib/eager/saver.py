"""`Saver`: variables of the eager mode saved by name, as `tf.train.Saver` saves those of a session."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from evergraph.checkpoint.reader import NewCheckpointReader
from evergraph.checkpoint.value_files import ValueFiles
from evergraph.framework import errors
from evergraph.framework.execution import executing_eagerly
from evergraph.framework.public import public, public_module
from evergraph.ops.variables.reference import Variable

public_module("contrib.eager.python.saver", "contrib.eager.python.tfe")


@public("contrib.eager.Saver")
class Saver:
    """Saves variables of the eager mode to checkpoints that `tf.train.Saver` can read, and restores them.

    Args:
      var_list: a list of variables, or {name: variable}.

    Raises:
      RuntimeError: the eager mode is not enabled.
      ValueError: two variables of one name.
    """

    def __init__(self, var_list: Iterable[Variable] | Mapping[str, Variable]) -> None:
        if not executing_eagerly():
            raise RuntimeError(
                "tfe.Saver can only be used when eager execution is enabled. Use tf.train.Saver when building graphs."
            )
        self._variables: dict[str, Any]
        if isinstance(var_list, Mapping):
            self._variables = {str(name): variable for name, variable in var_list.items()}
        else:
            variables = list(var_list)
            self._variables = {variable._shared_name: variable for variable in variables}
            if len(self._variables) < len(variables):
                names = sorted(variable._shared_name for variable in variables)
                raise ValueError(
                    f"At least two variables have the same name: {names}; give a dictionary of names of your own"
                )
        self._files = ValueFiles()

    def save(self, file_prefix: str, global_step: Any = None) -> str:
        """Saves the variables.

        Args:
          file_prefix: the path.
          global_step: an integer, tensor or variable to append as "-<step>".

        Returns:
          The path of the checkpoint.
        """
        step = global_step.numpy() if hasattr(global_step, "numpy") else global_step
        values = {name: variable.numpy() for name, variable in self._variables.items()}
        return self._files.write(file_prefix, values, None if step is None else int(step))

    def restore(self, file_prefix: str) -> None:
        """Restores the variables.

        Raises:
          NotFoundError: there is no such checkpoint, or it lacks a variable; none is changed then.
          ValueError: a variable of another shape.
        """
        reader = NewCheckpointReader(file_prefix)
        missing = [name for name in self._variables if not reader.has_tensor(name)]
        if missing:
            raise errors.NotFoundError(None, None, f"{file_prefix} has no {', '.join(sorted(missing))}")
        values = {name: reader.get_tensor(name) for name in self._variables}
        for name, variable in self._variables.items():
            variable.assign(values[name])


@public("contrib.eager.get_optimizer_variables")
def get_optimizer_variables(optimizer: Any) -> list:
    """The variables that an optimizer of `tf.train` has made."""
    return optimizer.variables()
