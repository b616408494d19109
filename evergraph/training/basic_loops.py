"""`tf.train.basic_train_loop`: a Supervisor's training loop."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from evergraph.framework import errors
from evergraph.framework.public import public, public_module

public_module("python.training.basic_loops")


@public("train.basic_train_loop")
def basic_train_loop(
    supervisor: Any,
    train_step_fn: Callable,
    args: Sequence[Any] | None = None,
    kwargs: Mapping[str, Any] | None = None,
    master: str = "",
) -> None:
    """Calls `train_step_fn(session, *args, **kwargs)` until the supervisor stops.

    On AbortedError (a server has been restarted) it begins again with another session.

    Args:
      supervisor: a Supervisor.
      train_step_fn: takes one training step.
      args, kwargs: passed to it.
      master: the target of the session.
    """
    args = args or ()
    kwargs = kwargs or {}
    while True:
        try:
            with supervisor.managed_session(master) as sess:
                while not supervisor.should_stop():
                    train_step_fn(sess, *args, **kwargs)
            return
        except errors.AbortedError:
            continue
