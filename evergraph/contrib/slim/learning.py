"""Training with a Supervisor: the operation that trains, and the loop that runs it."""

import os
import sys
import time
from collections.abc import Callable, Collection, Sequence
from typing import Any, cast

from tensorboard.compat.proto.config_pb2 import ConfigProto, RunMetadata, RunOptions

from evergraph.checkpoint.saver import Saver
from evergraph.contrib.training.gradients import (
    USE_GLOBAL_STEP,
    clip_gradient_norms,
    gradient_summaries,
    multiply_gradients,
)
from evergraph.contrib.training.gradients import create_train_op as create_plain_train_op
from evergraph.framework import errors, logging
from evergraph.framework.default_graph import control_dependencies, get_default_graph, name_scope
from evergraph.framework.graph import Graph
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.ops import constants
from evergraph.ops import math as math_ops
from evergraph.ops.control_flow.grouping import group
from evergraph.ops.resources import tables_initializer
from evergraph.ops.variables.collections import global_variables_initializer, local_variables_initializer
from evergraph.ops.variables.uninitialized import report_uninitialized_variables
from evergraph.optimizers.optimizer import Optimizer
from evergraph.platform import file_io
from evergraph.session.session import Session
from evergraph.session.timeline import Timeline
from evergraph.summary import summary
from evergraph.training.global_step import get_or_create_global_step
from evergraph.training.global_step import global_step as value_of_global_step
from evergraph.training.supervisor import Supervisor
from evergraph.training.sync_replicas import SyncReplicasOptimizer

public_module("contrib.slim.learning", "contrib.slim.python.slim.learning")

_DEFAULT = 0  # for an argument: what slim makes itself
_TO_WAIT = 1.0  # seconds between two looks at the step, for a worker that starts later


@public()
def add_gradients_summaries(grads_and_vars: Sequence[tuple]) -> list[Tensor]:
    """A histogram `{variable}/gradient` and a scalar `{variable}/gradient_norm` for each gradient that is not None."""
    return gradient_summaries(grads_and_vars, "/")


@public()
def create_train_op(
    total_loss: Tensor,
    optimizer: Optimizer,
    global_step: Any = USE_GLOBAL_STEP,
    update_ops: Collection[Any] | None = None,
    variables_to_train: Sequence[Any] | None = None,
    clip_gradient_norm: float = 0,
    summarize_gradients: bool = False,
    gate_gradients: int = Optimizer.GATE_OP,
    aggregation_method: int | None = None,
    colocate_gradients_with_ops: bool = False,
    gradient_multipliers: dict[Any, Any] | None = None,
    check_numerics: bool = True,
) -> Tensor:
    """`tf.contrib.training.create_train_op`, with gradients multiplied and clipped.

    Args:
      clip_gradient_norm: the largest norm of each gradient; 0 for none.
      gradient_multipliers: {variable or its operation's name: factor}.
      The other arguments and errors: as for `tf.contrib.training.create_train_op`.
    """

    def transformed(pairs):
        if gradient_multipliers:
            with name_scope("multiply_grads"):
                pairs = multiply_gradients(pairs, gradient_multipliers)
        if clip_gradient_norm > 0:
            with name_scope("clip_grads"):
                pairs = clip_gradient_norms(pairs, clip_gradient_norm)
        return pairs

    return create_plain_train_op(
        total_loss,
        optimizer,
        global_step,
        update_ops,
        variables_to_train,
        transformed,
        summarize_gradients,
        gate_gradients,
        aggregation_method,
        colocate_gradients_with_ops,
        check_numerics,
    )


@public()
def train_step(
    sess: Session, train_op: Any, global_step: Any, train_step_kwargs: dict[str, Any]
) -> tuple[Any, Any]:
    """One step: runs the operation, logs, and says whether to stop.

    Args:
      sess: the session.
      train_op: gives the loss.
      global_step: the step.
      train_step_kwargs: "should_log", "should_stop" and "should_trace" (scalar bools), "logdir" and "summary_writer" for traces.

    Returns:
      (the loss, whether to stop).

    Raises:
      ValueError: traces without a "logdir".
    """
    start = time.time()
    options = metadata = None
    if "should_trace" in train_step_kwargs:
        if "logdir" not in train_step_kwargs:
            raise ValueError("logdir must be present in train_step_kwargs when should_trace is present")
        if sess.run(train_step_kwargs["should_trace"]):
            options, metadata = RunOptions(trace_level=RunOptions.FULL_TRACE), RunMetadata()
    total_loss, step = sess.run([train_op, global_step], options=options, run_metadata=metadata)
    elapsed = time.time() - start
    if metadata is not None:
        _write_trace(metadata, step, train_step_kwargs)
    if "should_log" in train_step_kwargs and sess.run(train_step_kwargs["should_log"]):
        logging.info("global step %d: loss = %.4f (%.3f sec/step)", step, total_loss, elapsed)
    should_stop = sess.run(train_step_kwargs["should_stop"]) if "should_stop" in train_step_kwargs else False
    return total_loss, should_stop


def _write_trace(metadata, step, options):
    path = os.path.join(options["logdir"], f"tf_trace-{step}.json")
    logging.info("Writing trace to %s", path)
    file_io.write_string_to_file(path, Timeline(metadata.step_stats).generate_chrome_trace_format())
    if options.get("summary_writer") is not None:
        options["summary_writer"].add_run_metadata(metadata, f"run_metadata-{step}")


@public()
def train(
    train_op: Any,
    logdir: str | None,
    train_step_fn: Callable = train_step,
    train_step_kwargs: Any = _DEFAULT,
    log_every_n_steps: int = 1,
    graph: Graph | None = None,
    master: str = "",
    is_chief: bool = True,
    global_step: Any = None,
    number_of_steps: int | None = None,
    init_op: Any = _DEFAULT,
    init_feed_dict: dict | None = None,
    local_init_op: Any = _DEFAULT,
    init_fn: Callable | None = None,
    ready_op: Any = _DEFAULT,
    summary_op: Any = _DEFAULT,
    save_summaries_secs: float = 600,
    summary_writer: Any = _DEFAULT,
    startup_delay_steps: int = 0,
    saver: Saver | None = None,
    save_interval_secs: float = 600,
    sync_optimizer: Any = None,
    session_config: ConfigProto | None = None,
    session_wrapper: Callable | None = None,
    trace_every_n_steps: int | None = None,
    ignore_live_threads: bool = False,
) -> Any:
    """Trains in a Supervisor's session until a step says stop, the input ends, or `number_of_steps` are made.

    Args:
      train_op: trains, and gives the loss.
      logdir: where checkpoints and summaries go; None for none.
      train_step_fn: a function like `train_step`.
      train_step_kwargs: its last argument; made from the arguments here when not given.
      log_every_n_steps: how often the loss is logged.
      graph: the graph; the default one when None.
      master: the target of the session.
      is_chief: whether this is the worker that initialises and saves.
      global_step: the step; the graph's own when None.
      number_of_steps: after which step it ends; None for no bound.
      init_op, init_feed_dict, local_init_op, init_fn, ready_op: how a session is initialised; the usual ones when not given.
      summary_op, save_summaries_secs, summary_writer: what is written, how often, and by what.
      startup_delay_steps: the step that another worker than the chief waits for.
      saver, save_interval_secs: what saves, and how often.
      sync_optimizer: a SyncReplicasOptimizer, or a list of them.
      session_config: of the session.
      session_wrapper: a function of the session that gives what is used as one.
      trace_every_n_steps: how often a step is traced; None for never.
      ignore_live_threads: whether threads may be left when it ends.

    Returns:
      The last loss.

    Raises:
      ValueError: no operation, something to save without a `logdir`, a number of steps that is not positive, arguments that do
        not go together.
    """
    _check_arguments(train_op, number_of_steps, logdir, summary_op, saver, trace_every_n_steps)
    synchronous = _synchronous(sync_optimizer, startup_delay_steps)
    graph = graph or get_default_graph()
    with graph.as_default():
        if global_step is None:
            global_step = get_or_create_global_step()
        saver = saver or Saver()
        init = _initial_operations(init_op, ready_op, local_init_op, synchronous, is_chief)
        if summary_op == _DEFAULT:
            summary_op = summary.merge_all()
        tokens, runners = [], []
        if is_chief:
            tokens = [each.get_init_tokens_op() for each in synchronous]
            runners = [each.get_chief_queue_runner() for each in synchronous]
        if train_step_kwargs == _DEFAULT:
            train_step_kwargs = _step_options(
                global_step,
                number_of_steps,
                log_every_n_steps,
                trace_every_n_steps if is_chief else None,
                logdir,
            )
    supervisor = Supervisor(
        graph=graph,
        is_chief=is_chief,
        logdir=logdir,
        init_feed_dict=init_feed_dict,
        summary_op=summary_op,
        summary_writer=Supervisor.USE_DEFAULT if summary_writer == _DEFAULT else summary_writer,
        global_step=global_step,
        saver=saver,
        save_summaries_secs=save_summaries_secs,
        save_model_secs=cast(int, save_interval_secs),
        init_fn=init_fn,
        **init,
    )
    if summary_writer is not None:
        train_step_kwargs["summary_writer"] = supervisor.summary_writer

    def start(session):
        if is_chief:
            if logdir:
                supervisor.start_standard_services(session)
        elif startup_delay_steps > 0:
            _wait_for_step(session, global_step, min(startup_delay_steps, number_of_steps or sys.maxsize))
        threads = supervisor.start_queue_runners(session)
        if runners:
            supervisor.start_queue_runners(session, runners)
            session.run(tokens)
        return threads

    def step(session):
        return train_step_fn(session, train_op, global_step, train_step_kwargs)

    while True:
        try:
            return _train_once(
                supervisor, start, step, master, session_config, session_wrapper, logdir, ignore_live_threads
            )
        except errors.AbortedError:  # a server was lost: begin again from the last checkpoint
            logging.info("Retrying training!")


def _train_once(supervisor, start, step, master, config, wrapper, logdir, ignore_live_threads):
    """Runs steps in one session; returns the last loss."""
    loss = None
    with supervisor.managed_session(master, start_standard_services=False, config=config) as session:
        logging.info("Starting Session.")
        if wrapper is not None:
            logging.info("Wrapping session with wrapper function: %s", wrapper)
            session = wrapper(session)
        threads = start(session)
        try:
            while not supervisor.should_stop():
                loss, should_stop = step(session)
                if should_stop:
                    logging.info("Stopping Training.")
                    supervisor.request_stop()
                    break
        except errors.OutOfRangeError as error:
            logging.info("Caught OutOfRangeError. Stopping Training. %s", error)
        if logdir and supervisor.is_chief:
            logging.info("Finished training! Saving model to disk.")
            supervisor.saver.save(session, supervisor.save_path, global_step=supervisor.global_step)
            supervisor.stop(threads, close_summary_writer=True, ignore_live_threads=ignore_live_threads)
    return loss


def _check_arguments(train_op, number_of_steps, logdir, summary_op, saver, trace_every_n_steps):
    if train_op is None:
        raise ValueError("train_op cannot be None.")
    if number_of_steps is not None and number_of_steps <= 0:
        raise ValueError(
            f"`number_of_steps` must be either None or a positive number. Received: {number_of_steps}"
        )
    if logdir is not None:
        return
    writers = {
        "summary_op": None if summary_op == _DEFAULT else summary_op,
        "saver": saver,
        "trace_every_n_steps": trace_every_n_steps,
    }
    for name, value in writers.items():
        if value is not None:
            raise ValueError(
                f"Cannot provide {name} because logdir=None: there is nowhere to write. Received: {value!r}"
            )


def _synchronous(sync_optimizer, startup_delay_steps):
    """The SyncReplicasOptimizers, as a list."""
    if sync_optimizer is None:
        return []
    found = [sync_optimizer] if isinstance(sync_optimizer, SyncReplicasOptimizer) else list(sync_optimizer)
    if startup_delay_steps > 0:
        raise ValueError("startup_delay_steps must be zero when sync_optimizer is supplied.")
    for each in found:
        if not isinstance(each, SyncReplicasOptimizer):
            raise ValueError(f"`sync_optimizer` must be a tf.train.SyncReplicasOptimizer. Received: {each!r}")
    return found


def _initial_operations(init_op, ready_op, local_init_op, synchronous, is_chief):
    """The Supervisor's arguments about initialising."""
    with name_scope("init_ops"):
        if init_op == _DEFAULT:
            init_op = global_variables_initializer()
        if ready_op == _DEFAULT:
            ready_op = report_uninitialized_variables()
        if local_init_op == _DEFAULT:
            local_init_op = group(local_variables_initializer(), tables_initializer())
        ready_for_local = None
        if synchronous:
            with control_dependencies([] if local_init_op is None else [local_init_op]):
                name = "chief_init_op" if is_chief else "local_step_init_op"
                local_init_op = group(*[getattr(each, name) for each in synchronous])
            ready_for_local = group(*[each.ready_for_local_init_op for each in synchronous])
    return {
        "init_op": init_op,
        "ready_op": ready_op,
        "local_init_op": local_init_op,
        "ready_for_local_init_op": ready_for_local,
    }


def _step_options(global_step, number_of_steps, log_every_n_steps, trace_every_n_steps, logdir):
    """The last argument of `train_step`."""

    def every(count):
        return math_ops.equal(math_ops.mod(global_step, count), 0)

    with name_scope("train_step"):
        options = {
            "should_stop": math_ops.greater_equal(global_step, number_of_steps)
            if number_of_steps
            else constants.constant(False)
        }
        if log_every_n_steps > 0:
            options["should_log"] = every(log_every_n_steps)
        if trace_every_n_steps is not None:
            options.update(should_trace=every(trace_every_n_steps), logdir=logdir)
    return options


def _wait_for_step(session, global_step, step):
    while value_of_global_step(session, global_step) < step:
        time.sleep(_TO_WAIT)
