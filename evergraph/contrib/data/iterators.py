"""Iterators in checkpoints, and elements on devices."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from evergraph.checkpoint.management import latest_checkpoint
from evergraph.checkpoint.saveable import SaveableObject, SaveSpec
from evergraph.checkpoint.saver import Saver
from evergraph.data.dataset import Dataset
from evergraph.data.iterator_operations import iterator_position_op, put_iterator_op
from evergraph.data.iterators import GLOBAL_ITERATORS, Iterator
from evergraph.framework.collections import get_collection
from evergraph.framework.default_graph import colocate_with
from evergraph.framework.operation import Operation
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.training.saving_hooks import CheckpointSaverHook
from evergraph.training.session_run_hook import (
    SessionRunArgs,
    SessionRunContext,
    SessionRunHook,
    SessionRunValues,
)

public_module("contrib.data.python.ops.iterator_ops", "contrib.data.python.ops.prefetching_ops")


@public("contrib.data.make_saveable_from_iterator")
def make_saveable_from_iterator(iterator: Iterator) -> SaveableObject:
    """What a Saver saves of an iterator: its position, for the collection `SAVEABLE_OBJECTS`.

    A checkpoint of all variables has the positions of all iterators anyway: this is for a Saver that is given a list.
    """
    return _Position(iterator._iterator_resource)


class _Position(SaveableObject):
    def __init__(self, resource):
        spec = SaveSpec(iterator_position_op(resource), "", resource.name + "-state")
        super().__init__(resource, [spec], resource.name)

    def restore(self, restored_tensors: Sequence[Tensor], restored_shapes: Any) -> Operation:
        with colocate_with(self.op):
            return put_iterator_op(self.op, restored_tensors[0])


@public("contrib.data.CheckpointInputPipelineHook")
class CheckpointInputPipelineHook(SessionRunHook):
    """Saves the positions of all iterators in checkpoints of their own, and goes on there when it begins again.

    Args:
      estimator: an Estimator, whose `model_dir` and RunConfig say where and how often.
    """

    def __init__(self, estimator: Any) -> None:
        config = estimator._config
        prefix = "input"
        if config.num_worker_replicas > 1:
            prefix += f"_{config.task_type}_{config.task_id}"
        self._checkpoint_saver_hook = CheckpointSaverHook(
            estimator.model_dir,
            save_secs=config.save_checkpoints_secs,
            save_steps=config.save_checkpoints_steps,
            checkpoint_basename=prefix + ".ckpt",
            save_graph_def=False,
        )
        self._latest_filename = "checkpoint_" + prefix
        self._is_first = True

    def begin(self) -> None:
        if self._checkpoint_saver_hook._saver is None and self._checkpoint_saver_hook._scaffold is None:
            positions = [_Position(resource) for resource in get_collection(GLOBAL_ITERATORS)]
            self._checkpoint_saver_hook._saver = _NamedSaver(positions, self._latest_filename)
        self._checkpoint_saver_hook.begin()

    def before_run(self, run_context: SessionRunContext) -> SessionRunArgs | None:
        # Not when the session begins: other hooks initialise iterators there, in an order that nobody knows.
        if self._is_first:
            self._is_first = False
            hook = self._checkpoint_saver_hook
            found = latest_checkpoint(hook._checkpoint_dir, self._latest_filename)
            if found:
                hook._get_saver().restore(run_context.session, found)
            else:
                step = run_context.session.run(hook._global_step_tensor)
                hook._save(run_context.session, step)
                hook._timer.update_last_triggered_step(step)
        return self._checkpoint_saver_hook.before_run(run_context)

    def after_run(self, run_context: SessionRunContext, run_values: SessionRunValues) -> None:
        self._checkpoint_saver_hook.after_run(run_context, run_values)

    def end(self, session: Any) -> None:
        self._checkpoint_saver_hook.end(session)


class _NamedSaver(Saver):
    """A Saver that keeps a state file of its own."""

    def __init__(self, var_list, latest_filename):
        super().__init__(var_list)
        self._latest_filename = latest_filename

    def save(
        self,
        sess: Any,
        save_path: str,
        global_step: Any = None,
        latest_filename: str | None = None,
        *args: Any,
        **kwargs: Any,
    ) -> str | None:
        """As `Saver.save`, with the name of its own state file."""
        name = latest_filename or self._latest_filename
        return super().save(sess, save_path, global_step, name, *args, **kwargs)


@public("contrib.data.prefetch_to_device")
def prefetch_to_device(device: str, buffer_size: int | None = None) -> Callable[[Dataset], Dataset]:
    """The same elements, made ahead. They go to the device when a step takes them.

    Args:
      device: the device's name.
      buffer_size: how many elements are made ahead.
    """
    return lambda dataset: dataset.prefetch(-1 if buffer_size is None else buffer_size)
