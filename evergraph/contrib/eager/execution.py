"""Where and how operations are computed, and what a program starts with."""

import contextlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any

from evergraph.eager.graph import EagerGraph
from evergraph.eager.mode import ASYNC, SYNC, enable_eager_execution
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import device
from evergraph.framework.errors import OpError
from evergraph.framework.execution import executing_eagerly
from evergraph.framework.public import public, public_module
from evergraph.framework.types import TensorLike
from evergraph.gradients.custom_gradient import custom_gradient
from evergraph.ops import script
from evergraph.ops.variables.resource import ResourceVariable
from evergraph.ops.variables.template import make_template
from evergraph.platform.app import run as run_app
from evergraph.session.local_devices import list_local_devices
from evergraph.testing.modes import run_in_graph_and_eager_modes

public_module("contrib.eager.python.tfe", "python.eager.context")

public("contrib.eager.Variable")(ResourceVariable)
public("contrib.eager.executing_eagerly", "contrib.eager.in_eager_mode")(executing_eagerly)
public("contrib.eager.custom_gradient")(custom_gradient)
public("contrib.eager.make_template")(make_template)
public("contrib.eager.run_test_in_graph_and_eager_modes")(run_in_graph_and_eager_modes)


@public("contrib.eager.py_func", "python.ops.script_ops.eager_py_func")
def py_func(func: Callable, inp: Sequence[TensorLike], Tout: Any, name: str | None = None) -> Any:  # noqa: N803 (TensorFlow's name)
    """What a Python function gives that takes and returns tensors of the eager mode, as if it were an operation.

    Args:
      func: a function of as many tensors as there are in `inp`.
      inp: the tensors.
      Tout: the DType of its result, or a list of them, one for each result.
      name: the operation's name.

    Returns:
      A tensor, or a list of tensors. In a graph no gradient flows through them.

    Raises:
      What a run raises for what the function does wrong, as `tf.py_func` does; UnknownError for one that returns a variable.
    """
    several = isinstance(Tout, (list, tuple))
    types = list(Tout) if several else [Tout]

    def results(*values):
        found = func(*map(convert_to_tensor, values))
        if found is None and not types:
            found = []
        elif not isinstance(found, (list, tuple)):
            found = [found]
        if any(isinstance(each, ResourceVariable) for each in found):
            raise RuntimeError(
                "Attempting to return a variable from a py_func: return its value, `read_value()`"
            )
        return [convert_to_tensor(f, t) for f, t in zip(found, types, strict=True)]

    if executing_eagerly():
        try:
            found = results(*inp)
        except OpError:
            raise
        except Exception as error:
            raise script.error_of_function(error, None) from error
    else:

        def on_arrays(*arrays):
            with EagerGraph().as_default():
                return [tensor.numpy() for tensor in results(*arrays)]

        found = script.py_func(on_arrays, inp, types, name=name)
    return found if several else found[0]


@public("contrib.eager.num_gpus")
def num_gpus() -> int:
    """How many GPUs there are."""
    return sum(device.device_type == "GPU" for device in list_local_devices())


@public("contrib.eager.list_devices")
def list_devices() -> list[str]:
    """The names of the devices."""
    return [device.name for device in list_local_devices()]


class Context:
    """Where operations are computed, as TensorFlow's own modules ask it: `context.context().num_gpus()`."""

    def num_gpus(self) -> int:
        """How many GPUs there are."""
        return num_gpus()

    def devices(self) -> list[str]:
        """The names of the devices."""
        return list_devices()

    def executing_eagerly(self) -> bool:
        """Whether operations run as they are called."""
        return executing_eagerly()

    def device(self, name: str | None) -> AbstractContextManager:
        """`tf.device`."""
        return device(name)


_context = Context()


@public("python.eager.context.context", "python.eager.context.get_default_context")
def context() -> Context:
    """The context of this process."""
    return _context


@public("contrib.eager.run")
def run(main: Callable | None = None, argv: list[str] | None = None) -> None:
    """`tf.app.run` in the eager mode."""
    enable_eager_execution()
    run_app(main, argv)


@public("contrib.eager.defun", "python.eager.function.defun")
def defun(func: Callable | None = None, compiled: bool = False) -> Callable:
    """The function itself: its operations are computed as they are called, with programs that are kept for each of them.

    Args:
      func: the function; a decorator is returned when it is None.
      compiled: accepted: every operation is compiled by XLA.
    """
    return (lambda function: function) if func is None else func


@public("contrib.eager.execution_mode")
@contextlib.contextmanager
def execution_mode(mode: int | None) -> Iterator[None]:
    """A context manager without effect: an operation has been computed when its call returns. ValueError for no mode."""
    _check_mode(mode)
    yield


@public("contrib.eager.set_execution_mode")
def set_execution_mode(mode: int | None) -> None:
    """Without effect: an operation has been computed when its call returns. ValueError for a mode that there is not."""
    _check_mode(mode)


@public("contrib.eager.async_wait")
def async_wait() -> None:
    """Returns when everything has been computed: at once."""


@public("contrib.eager.async_clear_error")
def async_clear_error() -> None:
    """Without effect: an error is raised where the operation is called."""


def _check_mode(mode: Any):
    if mode not in (None, SYNC, ASYNC):
        raise ValueError(f"an execution mode is None, SYNC ({SYNC}) or ASYNC ({ASYNC}), got {mode!r}")
