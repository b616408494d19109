"""Evaluating a checkpoint, or each new one, with summaries."""

from collections.abc import Callable, Sequence
from typing import Any

from tensorboard.compat.proto.config_pb2 import ConfigProto

from evergraph.checkpoint.saver import Saver
from evergraph.contrib.training.loops import SummaryAtEndHook, evaluate_repeatedly
from evergraph.contrib.training.loops import checkpoints_iterator as _checkpoints_iterator
from evergraph.contrib.training.loops import wait_for_new_checkpoint as _wait_for_new_checkpoint
from evergraph.framework.public import public, public_module
from evergraph.summary import summary
from evergraph.training import evaluation
from evergraph.training.scaffold import Scaffold
from evergraph.training.session_run_hook import SessionRunHook

public_module("contrib.slim.evaluation", "contrib.slim.python.slim.evaluation")

_DEFAULT = 0  # for an argument: all summaries that are collected

wait_for_new_checkpoint = public()(_wait_for_new_checkpoint)
checkpoints_iterator = public()(_checkpoints_iterator)


def _hooks(num_evals, logdir, summary_op, summary_op_feed_dict, hooks):
    if summary_op == _DEFAULT:
        summary_op = summary.merge_all()
    found: list[SessionRunHook] = [evaluation.StopAfterNEvalsHook(num_evals)]
    if summary_op is not None:
        found.append(SummaryAtEndHook(logdir, summary_op=summary_op, feed_dict=summary_op_feed_dict))
    return [*found, *(hooks or ())]


@public()
def evaluate_once(
    master: str,
    checkpoint_path: str,
    logdir: str,
    num_evals: int = 1,
    initial_op: Any = None,
    initial_op_feed_dict: dict | None = None,
    eval_op: Any = None,
    eval_op_feed_dict: dict | None = None,
    final_op: Any = None,
    final_op_feed_dict: dict | None = None,
    summary_op: Any = _DEFAULT,
    summary_op_feed_dict: dict | None = None,
    variables_to_restore: Sequence[Any] | None = None,
    session_config: ConfigProto | None = None,
    hooks: Sequence[SessionRunHook] | None = None,
) -> Any:
    """Evaluates the model at a checkpoint.

    Args:
      master: the target of the session.
      checkpoint_path: the checkpoint.
      logdir: where summaries go.
      num_evals: how often `eval_op` is run.
      initial_op, initial_op_feed_dict: run before that, with feeds.
      eval_op, eval_op_feed_dict: what is run, with feeds.
      final_op, final_op_feed_dict: what is run once after that, with feeds.
      summary_op, summary_op_feed_dict: the summary that is written at the end, with feeds; None for none, all when not given.
      variables_to_restore: what the checkpoint gives; all that can be saved when None.
      session_config: of the session.
      hooks: more SessionRunHooks.

    Returns:
      The value of `final_op`, or None.
    """
    return evaluation.evaluate_once(
        checkpoint_path,
        master=master,
        scaffold=Scaffold(
            init_op=initial_op,
            init_feed_dict=initial_op_feed_dict,
            saver=None if variables_to_restore is None else Saver(variables_to_restore),
        ),
        eval_ops=eval_op,
        feed_dict=eval_op_feed_dict,
        final_ops=final_op,
        final_ops_feed_dict=final_op_feed_dict,
        hooks=_hooks(num_evals, logdir, summary_op, summary_op_feed_dict, hooks),
        config=session_config,
    )


@public()
def evaluation_loop(
    master: str,
    checkpoint_dir: str,
    logdir: str,
    num_evals: int = 1,
    initial_op: Any = None,
    initial_op_feed_dict: dict | None = None,
    init_fn: Callable | None = None,
    eval_op: Any = None,
    eval_op_feed_dict: dict | None = None,
    final_op: Any = None,
    final_op_feed_dict: dict | None = None,
    summary_op: Any = _DEFAULT,
    summary_op_feed_dict: dict | None = None,
    variables_to_restore: Sequence[Any] | None = None,
    eval_interval_secs: float = 60,
    max_number_of_evaluations: int | None = None,
    session_config: ConfigProto | None = None,
    timeout: float | None = None,
    timeout_fn: Callable[[], Any] | None = None,
    hooks: Sequence[SessionRunHook] | None = None,
) -> Any:
    """`evaluate_once` for each new checkpoint of a directory.

    Args:
      checkpoint_dir: where checkpoints are.
      init_fn: called with the scaffold and session after a checkpoint could not be restored.
      eval_interval_secs: how much time lies between two evaluations at least.
      max_number_of_evaluations: how many there are; None for no bound.
      timeout, timeout_fn: as for `checkpoints_iterator`.
      The other arguments: as for `evaluate_once`.

    Returns:
      The last value of `final_op`, or None.
    """
    return evaluate_repeatedly(
        checkpoint_dir,
        master=master,
        scaffold=Scaffold(
            init_op=initial_op,
            init_feed_dict=initial_op_feed_dict,
            init_fn=init_fn,
            saver=None if variables_to_restore is None else Saver(variables_to_restore),
        ),
        eval_ops=eval_op,
        feed_dict=eval_op_feed_dict,
        final_ops=final_op,
        final_ops_feed_dict=final_op_feed_dict,
        eval_interval_secs=eval_interval_secs,
        hooks=_hooks(num_evals, logdir, summary_op, summary_op_feed_dict, hooks),
        config=session_config,
        max_number_of_evaluations=max_number_of_evaluations,
        timeout=timeout,
        timeout_fn=timeout_fn,
    )
