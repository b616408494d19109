"""Training until a hook stops it, and evaluating each new checkpoint."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from tensorboard.compat.proto.config_pb2 import ConfigProto

from evergraph.checkpoint.management import latest_checkpoint
from evergraph.framework import logging
from evergraph.framework.public import public, public_module
from evergraph.ops.variables.assign import assign_add
from evergraph.session.session import Session
from evergraph.summary import summary
from evergraph.summary.writer import FileWriter
from evergraph.summary.writer_cache import FileWriterCache
from evergraph.training.coordinator import Coordinator
from evergraph.training.evaluation import StopAfterNEvalsHook, get_or_create_eval_step
from evergraph.training.global_step import get_or_create_global_step
from evergraph.training.global_step import global_step as value_of_global_step
from evergraph.training.hooks import FinalOpsHook
from evergraph.training.monitored_session import MonitoredSession, MonitoredTrainingSession
from evergraph.training.scaffold import Scaffold
from evergraph.training.session_creator import ChiefSessionCreator
from evergraph.training.session_run_hook import SessionRunHook

public_module("contrib.training.python.training.evaluation")


@public("contrib.training.train", "contrib.training.python.training.training.train")
def train(
    train_op: Any,
    logdir: str | None,
    master: str = "",
    is_chief: bool = True,
    scaffold: Scaffold | None = None,
    hooks: Sequence[SessionRunHook] | None = None,
    chief_only_hooks: Sequence[SessionRunHook] | None = None,
    save_checkpoint_secs: float | None = 600,
    save_summaries_steps: int | None = 100,
    config: ConfigProto | None = None,
    max_wait_secs: int = 7200,
) -> Any:
    """Runs an operation in a MonitoredTrainingSession until a hook, or the end of the input, stops it.

    Args:
      train_op: what is run.
      logdir: where checkpoints and summaries go; None for none.
      The other arguments: as for `tf.train.MonitoredTrainingSession`.

    Returns:
      What the last run gave; None when there was none.

    Raises:
      ValueError: no `logdir`, and something to save.
    """
    if logdir is None and is_chief:
        for name, value in (
            ("save_summaries_steps", save_summaries_steps),
            ("save_checkpoint_secs", save_checkpoint_secs),
        ):
            if value:
                raise ValueError(f"logdir cannot be None when {name} is not None. Received: {value}")
    loss = None
    with MonitoredTrainingSession(
        master=master,
        is_chief=is_chief,
        checkpoint_dir=logdir,
        scaffold=scaffold,
        hooks=hooks,
        chief_only_hooks=chief_only_hooks,
        save_checkpoint_secs=save_checkpoint_secs,
        save_summaries_steps=save_summaries_steps,
        config=config,
        max_wait_secs=max_wait_secs,
    ) as session:
        while not session.should_stop():
            loss = session.run(train_op)
    return loss


@public("contrib.training.wait_for_new_checkpoint")
def wait_for_new_checkpoint(
    checkpoint_dir: str,
    last_checkpoint: str | None = None,
    seconds_to_sleep: float = 1,
    timeout: float | None = None,
) -> str | None:
    """The newest checkpoint, once there is another than the last.

    Args:
      checkpoint_dir: where checkpoints are.
      last_checkpoint: the one that is not wanted; None for any.
      seconds_to_sleep: how long it waits between looks.
      timeout: how many seconds it waits; None for ever.

    Returns:
      The path; None after the time is out.
    """
    logging.info("Waiting for new checkpoint at %s", checkpoint_dir)
    stop = None if timeout is None else time.time() + timeout
    while True:
        path = latest_checkpoint(checkpoint_dir)
        if path is not None and path != last_checkpoint:
            logging.info("Found new checkpoint at %s", path)
            return path
        if stop is not None and time.time() + seconds_to_sleep > stop:
            return None
        time.sleep(seconds_to_sleep)


@public("contrib.training.checkpoints_iterator")
def checkpoints_iterator(
    checkpoint_dir: str,
    min_interval_secs: float = 0,
    timeout: float | None = None,
    timeout_fn: Callable[[], Any] | None = None,
) -> Iterator[str]:
    """The paths of new checkpoints, as they appear.

    Args:
      checkpoint_dir: where checkpoints are.
      min_interval_secs: how much time lies between two of them at least.
      timeout: how many seconds it waits for one; None for ever.
      timeout_fn: called when the time is out: what is not true goes on waiting. It ends without one.
    """
    path = None
    while True:
        found = wait_for_new_checkpoint(checkpoint_dir, path, timeout=timeout)
        if found is None:
            if timeout_fn is None:
                logging.info("No new checkpoint in %s for %s seconds.", checkpoint_dir, timeout)
            if timeout_fn is None or timeout_fn():
                return
            continue
        start = time.time()
        path = found
        yield path
        rest = start + min_interval_secs - time.time()
        if rest > 0:
            time.sleep(rest)


@public("contrib.training.SummaryAtEndHook")
class SummaryAtEndHook(SessionRunHook):
    """Writes a summary when the session ends.

    Args:
      log_dir: where it goes.
      summary_writer: what writes it; a FileWriter for `log_dir` when None.
      summary_op: the summary; all that are collected when None.
      feed_dict: its feeds.

    Raises:
      ValueError: neither a directory nor a writer.
    """

    def __init__(
        self,
        log_dir: str | None = None,
        summary_writer: FileWriter | None = None,
        summary_op: Any = None,
        feed_dict: Mapping | None = None,
    ) -> None:
        if log_dir is None and summary_writer is None:
            raise ValueError("One of log_dir or summary_writer should be used.")
        self._log_dir = log_dir
        self._summary_writer = summary_writer
        self._given_summary_op = self._summary_op = summary_op
        self._feed_dict = feed_dict

    def begin(self) -> None:
        if self._given_summary_op is None:
            self._summary_op = summary.merge_all()
        self._global_step = get_or_create_global_step()

    def after_create_session(self, session: Session, coord: Coordinator) -> None:
        if self._summary_writer is None and self._log_dir:
            self._summary_writer = FileWriterCache.get(self._log_dir)

    def end(self, session: Session) -> None:
        step = value_of_global_step(session, self._global_step)
        text = session.run(self._summary_op, self._feed_dict)
        if self._summary_writer:
            self._summary_writer.add_summary(text, step)
            self._summary_writer.flush()


@public("contrib.training.evaluate_repeatedly")
def evaluate_repeatedly(
    checkpoint_dir: str,
    master: str = "",
    scaffold: Scaffold | None = None,
    eval_ops: Any = None,
    feed_dict: Mapping | None = None,
    final_ops: Any = None,
    final_ops_feed_dict: Mapping | None = None,
    eval_interval_secs: float = 60,
    hooks: Sequence[SessionRunHook] | None = None,
    config: ConfigProto | None = None,
    max_number_of_evaluations: int | None = None,
    timeout: float | None = None,
    timeout_fn: Callable[[], Any] | None = None,
) -> Any:
    """`evaluate_once` for each new checkpoint.

    Args:
      checkpoint_dir: where checkpoints are.
      master, scaffold, eval_ops, feed_dict, final_ops, final_ops_feed_dict, hooks, config: as for `evaluate_once`.
      eval_interval_secs: how much time lies between two evaluations at least.
      max_number_of_evaluations: how many there are; None for no bound.
      timeout, timeout_fn: as for `checkpoints_iterator`.

    Returns:
      The last values of `final_ops`, or None.
    """
    eval_step = get_or_create_eval_step()
    hooks = list(hooks or ())
    if eval_ops is not None:
        count = assign_add(eval_step, 1)
        for hook in hooks:
            if isinstance(hook, StopAfterNEvalsHook):
                hook._set_evals_completed_tensor(count)
        if isinstance(eval_ops, dict):
            eval_ops = {**eval_ops, "update_eval_step": count}
        else:
            eval_ops = [*(eval_ops if isinstance(eval_ops, (tuple, list)) else [eval_ops]), count]
    final = FinalOpsHook(final_ops, final_ops_feed_dict)
    hooks.append(final)
    evaluations = 0
    for path in checkpoints_iterator(checkpoint_dir, eval_interval_secs, timeout, timeout_fn):
        creator = ChiefSessionCreator(
            scaffold=scaffold, checkpoint_filename_with_path=path, master=master, config=config
        )
        with MonitoredSession(session_creator=creator, hooks=hooks) as session:
            logging.info("Starting evaluation at %s", _now())
            if eval_ops is not None:
                while not session.should_stop():
                    session.run(eval_ops, feed_dict)
            logging.info("Finished evaluation at %s", _now())
        evaluations += 1
        if max_number_of_evaluations is not None and evaluations >= max_number_of_evaluations:
            break
    return final.final_ops_values


def _now():
    return time.strftime("%Y-%m-%d-%H:%M:%S", time.gmtime())
