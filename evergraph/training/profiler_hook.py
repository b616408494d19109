"""`ProfilerHook`: a Chrome trace of a run, every so many steps or seconds."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from tensorboard.compat.proto.config_pb2 import RunOptions

from evergraph.formats import paths
from evergraph.framework import logging
from evergraph.framework.public import public, public_module
from evergraph.session.timeline import Timeline
from evergraph.summary.writer_cache import FileWriterCache
from evergraph.training.hooks import global_step_for
from evergraph.training.session_run_hook import SessionRunArgs, SessionRunHook
from evergraph.training.timers import SecondOrStepTimer, StepTrigger

if TYPE_CHECKING:
    from evergraph.training.session_run_hook import SessionRunContext, SessionRunValues

public_module("python.training.basic_session_run_hooks")


@public("train.ProfilerHook", "contrib.hooks.ProfilerHook")
class ProfilerHook(SessionRunHook):
    """Writes `timeline-<step>.json`, a Chrome trace, and the run's metadata to the event file.

    The runs that are traced wait for the device; the others are as fast as without the hook.

    Args:
      save_steps: trace every n global steps.
      save_secs: trace every n seconds.
      output_dir: where the traces go ("" for the current directory).
      show_dataflow: whether arrows lead from operations to the users of their results.
      show_memory: whether counters show the bytes in use.

    Raises:
      ValueError: not exactly one of `save_steps` and `save_secs`.
    """

    def __init__(
        self,
        save_steps: int | None = None,
        save_secs: float | None = None,
        output_dir: str = "",
        show_dataflow: bool = True,
        show_memory: bool = False,
    ) -> None:
        self._output_file = os.path.join(output_dir, "timeline-{}.json")
        self._timer = SecondOrStepTimer(every_secs=save_secs, every_steps=save_steps)
        self._trigger = StepTrigger(self._timer)
        self._file_writer = FileWriterCache.get(output_dir)
        self._show_dataflow = show_dataflow
        self._show_memory = show_memory

    def begin(self) -> None:
        self._trigger.begin()
        self._global_step_tensor = global_step_for(self)

    def before_run(self, run_context: SessionRunContext) -> SessionRunArgs | None:
        self._traces = self._trigger.is_due()
        options = RunOptions(trace_level=RunOptions.FULL_TRACE) if self._traces else None
        return SessionRunArgs({"global_step": self._global_step_tensor}, options=options)

    def after_run(self, run_context: SessionRunContext, run_values: SessionRunValues) -> None:
        step_before = run_values.results["global_step"]
        step = self._trigger.step_after(
            run_context.session, self._global_step_tensor, step_before, acted=self._traces
        )
        if self._traces:
            self._save(step, run_values.run_metadata)

    def _save(self, step, run_metadata):
        path = self._output_file.format(step)
        logging.info("Saving timeline for %d into '%s'.", step, path)
        trace = Timeline(run_metadata.step_stats).generate_chrome_trace_format(
            show_dataflow=self._show_dataflow, show_memory=self._show_memory
        )
        paths.atomic_write(path, trace)
        self._file_writer.add_run_metadata(run_metadata, f"step_{step}")
