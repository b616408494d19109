"""The hook that gives clusters their first values before training begins."""

from __future__ import annotations

import time
from typing import Any

from evergraph.framework.public import public
from evergraph.session.session import Session
from evergraph.training.session_run_hook import SessionRunHook

_PAUSE = 1.0  # seconds between two looks of a worker that waits for the chief


@public(
    "contrib.factorization.python.ops.kmeans._InitializeClustersHook",
    "contrib.factorization.python.ops.gmm._InitializeClustersHook",
)
class InitializeClustersHook(SessionRunHook):
    """Runs an operation until a variable says that all clusters have their first values.

    Args:
      init_op: the operation; each run may choose some of the centers, from one batch of the input.
      is_initialized: a bool variable or tensor.
      is_chief: whether this process is the chief; others wait until it has done so.
    """

    def __init__(self, init_op: Any, is_initialized: Any, is_chief: bool) -> None:
        self._init_op, self._is_initialized, self._is_chief = init_op, is_initialized, is_chief

    def after_create_session(self, session: Session, coord: Any) -> None:
        """Chooses the centers, or waits for them."""
        while not session.run(self._is_initialized):
            if self._is_chief:
                session.run(self._init_op)
            else:
                time.sleep(_PAUSE)
