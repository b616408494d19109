"""`tf.enable_eager_execution`, and the eager mode for a while."""

import contextlib
from collections.abc import Iterator
from typing import Any

from evergraph.eager.graph import EagerGraph
from evergraph.framework.default_graph import get_default_graph, use_global_graph
from evergraph.framework.public import public, public_module

public_module("python.framework.ops")

DEVICE_PLACEMENT_EXPLICIT = public(
    "contrib.eager.DEVICE_PLACEMENT_EXPLICIT", "python.eager.context.DEVICE_PLACEMENT_EXPLICIT"
)(0)
DEVICE_PLACEMENT_WARN = public(
    "contrib.eager.DEVICE_PLACEMENT_WARN", "python.eager.context.DEVICE_PLACEMENT_WARN"
)(1)
DEVICE_PLACEMENT_SILENT = public(
    "contrib.eager.DEVICE_PLACEMENT_SILENT", "python.eager.context.DEVICE_PLACEMENT_SILENT"
)(2)
DEVICE_PLACEMENT_SILENT_FOR_INT32 = public(
    "contrib.eager.DEVICE_PLACEMENT_SILENT_FOR_INT32",
    "python.eager.context.DEVICE_PLACEMENT_SILENT_FOR_INT32",
)(3)
SYNC = public("contrib.eager.SYNC", "python.eager.context.SYNC")(0)
ASYNC = public("contrib.eager.ASYNC", "python.eager.context.ASYNC")(1)

_POLICIES = (
    DEVICE_PLACEMENT_EXPLICIT,
    DEVICE_PLACEMENT_WARN,
    DEVICE_PLACEMENT_SILENT,
    DEVICE_PLACEMENT_SILENT_FOR_INT32,
)


@public("enable_eager_execution", "contrib.eager.enable_eager_execution")
def enable_eager_execution(
    config: Any = None, device_policy: int | None = None, execution_mode: int | None = None
) -> None:
    """From now on operations are computed as they are called, outside of `tf.Graph().as_default()`, in all threads.

    Called once, when the program starts; a second call does nothing.

    Args:
      config: a ConfigProto, or None; not used.
      device_policy: how operands come to the device of an operation; they always do.
      execution_mode: whether operations may run later than they are called; each has run when the call returns.

    Raises:
      TypeError: `config` is no ConfigProto.
      ValueError: a policy or mode that is none; operations were recorded in the default graph before, or inside of `tf.Graph().as_default()`.
    """
    if config is not None and getattr(getattr(config, "DESCRIPTOR", None), "name", None) != "ConfigProto":
        raise TypeError(f"config must be a tf.ConfigProto, but got {type(config)}")
    if device_policy not in (None, *_POLICIES):
        raise ValueError(
            f"device_policy must be one of None, tf.contrib.eager.DEVICE_PLACEMENT_*, got {device_policy!r}"
        )
    if execution_mode not in (None, SYNC, ASYNC):
        raise ValueError(
            f"execution_mode must be one of None, tf.contrib.eager.SYNC, tf.contrib.eager.ASYNC, got {execution_mode!r}"
        )
    if not get_default_graph().is_eager:
        use_global_graph(EagerGraph())


@public("python.eager.context.eager_mode")
@contextlib.contextmanager
def eager_mode() -> Iterator[None]:
    """Context manager inside which operations are computed as they are called; in the eager mode it changes nothing.

    What is made inside has a graph of its own: no names, variables or collections of the default graph are seen.
    """
    graph = get_default_graph()
    if graph.is_eager and graph.body is None:
        yield
    else:
        with EagerGraph().as_default():
            yield
