"""Evaluating a checkpoint: `evaluate_once` runs evaluation steps in a monitored session."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from tensorboard.compat.proto.config_pb2 import ConfigProto

from evergraph.framework import dtypes, logging
from evergraph.framework.collections import GraphKeys
from evergraph.framework.default_graph import control_dependencies, get_default_graph
from evergraph.framework.public import public, public_module
from evergraph.ops import constants
from evergraph.ops.variables.assign import assign_add
from evergraph.ops.variables.initializers import zeros_initializer
from evergraph.ops.variables.reference import Variable
from evergraph.ops.variables.scope import get_variable
from evergraph.training.hooks import FinalOpsHook
from evergraph.training.monitored_session import MonitoredSession
from evergraph.training.session_creator import ChiefSessionCreator
from evergraph.training.session_run_hook import SessionRunArgs, SessionRunHook

if TYPE_CHECKING:
    from evergraph.training.scaffold import Scaffold
    from evergraph.training.session_run_hook import SessionRunContext, SessionRunValues

public_module("python.training.evaluation", "contrib.training.python.training.evaluation")


@public("python.training.evaluation._get_or_create_eval_step", "contrib.training.get_or_create_eval_step")
def get_or_create_eval_step() -> Variable:
    """The local int64 variable that counts evaluation steps.

    Raises:
      ValueError: `GraphKeys.EVAL_STEP` holds several.
    """
    found = get_default_graph().get_collection(GraphKeys.EVAL_STEP)
    if len(found) > 1:
        raise ValueError(f"Multiple tensors added to tf.GraphKeys.EVAL_STEP: {found}")
    if found:
        return found[0]
    return get_variable(
        "eval_step",
        shape=[],
        dtype=dtypes.int64,
        initializer=zeros_initializer(),
        trainable=False,
        collections=[GraphKeys.LOCAL_VARIABLES, GraphKeys.EVAL_STEP],
    )


@public("python.training.evaluation._StopAfterNEvalsHook", "contrib.training.StopAfterNEvalsHook")
class StopAfterNEvalsHook(SessionRunHook):
    """Requests a stop after `num_evals` evaluation steps; None: when the input ends.

    Args:
      num_evals: how many steps.
      log_progress: whether to log them.
    """

    def __init__(self, num_evals: int | None, log_progress: bool = True) -> None:
        self._num_evals = num_evals
        self._evals_completed = None
        self._log_progress = log_progress
        self._log_frequency = 1 if num_evals is None or num_evals < 20 else math.floor(num_evals / 10.0)

    def _set_evals_completed_tensor(self, updated_eval_step):
        self._evals_completed = updated_eval_step

    def before_run(self, run_context: SessionRunContext) -> SessionRunArgs | None:
        return SessionRunArgs({"evals_completed": self._evals_completed})

    def after_run(self, run_context: SessionRunContext, run_values: SessionRunValues) -> None:
        completed = run_values.results["evals_completed"]
        if self._log_progress:
            if self._num_evals is None:
                logging.info("Evaluation [%d]", completed)
            elif completed % self._log_frequency == 0 or completed == self._num_evals:
                logging.info("Evaluation [%d/%d]", completed, self._num_evals)
        if self._num_evals is not None and completed >= self._num_evals:
            run_context.request_stop()


@public("python.training.evaluation._evaluate_once", "contrib.training.evaluate_once")
def evaluate_once(
    checkpoint_path: str,
    master: str = "",
    scaffold: Scaffold | None = None,
    eval_ops: Any = None,
    feed_dict: Mapping | None = None,
    final_ops: Any = None,
    final_ops_feed_dict: Mapping | None = None,
    hooks: Sequence[SessionRunHook] | None = None,
    config: ConfigProto | None = None,
) -> Any:
    """Evaluates the model at a checkpoint.

    Args:
      checkpoint_path: the checkpoint.
      master: the target of the session.
      scaffold: a Scaffold; a default one when None.  A `local_init_op` of its own must initialise the
        evaluation step too.
      eval_ops: tensor or operation, or list or dict of them, run until a hook (StopAfterNEvalsHook) requests
        a stop or the input ends; None: nothing is run.
      feed_dict: feeds for `eval_ops`.
      final_ops: fetches run once after that.
      final_ops_feed_dict: feeds for `final_ops`.
      hooks: SessionRunHooks.
      config: ConfigProto of the session.

    Returns:
      The values of `final_ops`, or None.
    """
    eval_step = get_or_create_eval_step()
    hooks = [] if hooks is None else list(hooks)
    if eval_ops is not None:
        count = assign_add(eval_step, 1, use_locking=True)
        if isinstance(eval_ops, dict):
            eval_ops = {**eval_ops, "update_eval_step": count}
        elif isinstance(eval_ops, (tuple, list)):
            eval_ops = [*eval_ops, count]
        else:
            eval_ops = [eval_ops, count]
        completed = _latest_eval_step(eval_ops, eval_step)
        for hook in hooks:
            if isinstance(hook, StopAfterNEvalsHook):
                hook._set_evals_completed_tensor(completed)
    logging.info("Starting evaluation at %s", _now())
    creator = ChiefSessionCreator(
        scaffold=scaffold, checkpoint_filename_with_path=checkpoint_path, master=master, config=config
    )
    final_ops_hook = FinalOpsHook(final_ops, final_ops_feed_dict)
    hooks.append(final_ops_hook)
    with MonitoredSession(session_creator=creator, hooks=hooks) as session:
        if eval_ops is not None:
            while not session.should_stop():
                session.run(eval_ops, feed_dict)
    logging.info("Finished evaluation at %s", _now())
    return final_ops_hook.final_ops_values


def _latest_eval_step(update_ops, eval_step):
    """The evaluation step after the updates of a run."""
    updates = list(update_ops.values()) if isinstance(update_ops, dict) else update_ops
    with control_dependencies(updates):
        return constants.identity(eval_step.read_value())


def _now():
    return time.strftime("%Y-%m-%d-%H:%M:%S", time.gmtime())
