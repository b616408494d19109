"""Exporters: which of the models that were evaluated become SavedModels, and how many of these are kept."""

from __future__ import annotations

import abc
import os
from collections.abc import Callable, Mapping
from typing import Any

from evergraph.estimator.model_fn import LOSS_METRIC_KEY
from evergraph.formats import paths
from evergraph.framework import errors, logging
from evergraph.framework.arguments import fn_args
from evergraph.framework.collections import GraphKeys
from evergraph.framework.public import public, public_module
from evergraph.summary.iterator import summary_iterator

public_module("python.estimator.exporter")


@public("estimator.Exporter", "python.estimator.estimator_lib.Exporter")
class Exporter(abc.ABC):
    """Exports the models of `train_and_evaluate`."""

    @property
    @abc.abstractmethod
    def name(self) -> str:
        """The name of the directory, below `export` of the model's, that it writes into."""

    @abc.abstractmethod
    def export(
        self,
        estimator: Any,
        export_path: str,
        checkpoint_path: str,
        eval_result: Mapping[str, Any],
        is_the_final_export: bool,
    ) -> Any:
        """Exports a checkpoint, or does not.

        Args:
          estimator: the Estimator.
          export_path: the directory to write into.
          checkpoint_path: the checkpoint.
          eval_result: what `Estimator.evaluate` returned for it.
          is_the_final_export: whether training has ended.

        Returns:
          The path of the model, None for none.
        """


@public()
class _SavedModelExporter(Exporter):
    """Exports every checkpoint; what the others are made of."""

    def __init__(
        self,
        name: str,
        serving_input_receiver_fn: Callable | None,
        assets_extra: Mapping[str, str] | None = None,
        as_text: bool = False,
        strip_default_attrs: bool = True,
    ) -> None:
        self._name = name
        self._options = {
            "assets_extra": assets_extra,
            "as_text": as_text,
            "strip_default_attrs": strip_default_attrs,
        }
        self._serving_input_receiver_fn = serving_input_receiver_fn

    @property
    def name(self) -> str:
        return self._name

    def export(
        self,
        estimator: Any,
        export_path: str,
        checkpoint_path: str,
        eval_result: Mapping[str, Any],
        is_the_final_export: bool,
    ) -> Any:
        return estimator.export_savedmodel(
            export_path, self._serving_input_receiver_fn, checkpoint_path=checkpoint_path, **self._options
        )


def _check_count(exports_to_keep):
    if exports_to_keep is not None and exports_to_keep <= 0:
        raise ValueError(f"`exports_to_keep`, if provided, must be positive number, not {exports_to_keep}")


def remove_old(export_dir_base: str, exports_to_keep: int | None) -> None:
    """Removes all but the newest models, directories named by ten digits, of a directory; None keeps all."""
    if exports_to_keep is None:
        return
    base = os.fsdecode(export_dir_base)
    names = sorted(name.rstrip("/") for name in paths.listdir(base))
    names = [name for name in names if len(name) == 10 and name.isdigit()]
    for name in names[:-exports_to_keep]:
        try:
            paths.remove_recursively(paths.join(base, name))
        except errors.NotFoundError as error:  # another process may clean up too
            logging.warning("Can not delete %s recursively: %s", paths.join(base, name), error)


def _loss_smaller(best_eval_result: Mapping, current_eval_result: Mapping) -> bool:
    """Whether the loss has fallen; ValueError for a result without one."""
    for what, result in (("best", best_eval_result), ("current", current_eval_result)):
        if not result or LOSS_METRIC_KEY not in result:
            raise ValueError(f"{what}_eval_result cannot be empty or no loss is found in it: {result}")
    return best_eval_result[LOSS_METRIC_KEY] > current_eval_result[LOSS_METRIC_KEY]


public("python.estimator.exporter._loss_smaller")(_loss_smaller)


@public("estimator.BestExporter", "python.estimator.estimator_lib.BestExporter")
class BestExporter(Exporter):
    """Exports a checkpoint that is better than all before.

    Args:
      name: of the directory.
      serving_input_receiver_fn: as of `Estimator.export_savedmodel`.
      event_file_pattern: where, below the model's directory, the results of earlier evaluations are; None to begin anew.
      compare_fn: function of `best_eval_result` and `current_eval_result`: whether the second is better; a smaller loss.
      assets_extra, as_text: as of `Estimator.export_savedmodel`.
      exports_to_keep: how many models are kept; all when None.

    Raises:
      ValueError: a function that takes other arguments; a number that is not positive.
    """

    def __init__(
        self,
        name: str = "best_exporter",
        serving_input_receiver_fn: Callable | None = None,
        event_file_pattern: str | None = "eval/*.tfevents.*",
        compare_fn: Callable = _loss_smaller,
        assets_extra: Mapping[str, str] | None = None,
        as_text: bool = False,
        exports_to_keep: int | None = 5,
    ) -> None:
        if compare_fn is None:
            raise ValueError("`compare_fn` must not be None.")
        wanted = {"best_eval_result", "current_eval_result"}
        if set(fn_args(compare_fn)) != wanted:
            raise ValueError(
                f"compare_fn ({compare_fn}) must take the arguments {sorted(wanted)} and no others, not "
                f"{fn_args(compare_fn)}"
            )
        _check_count(exports_to_keep)
        self._compare_fn = compare_fn
        self._saved_model_exporter = _SavedModelExporter(
            name, serving_input_receiver_fn, assets_extra, as_text
        )
        self._event_file_pattern = event_file_pattern
        self._exports_to_keep = exports_to_keep
        self._model_dir = None
        self._best_eval_result = None

    @property
    def name(self) -> str:
        return self._saved_model_exporter.name

    def export(
        self,
        estimator: Any,
        export_path: str,
        checkpoint_path: str,
        eval_result: Mapping[str, Any],
        is_the_final_export: bool,
    ) -> Any:
        if self._model_dir != estimator.model_dir and self._event_file_pattern:
            logging.info("Loading best metric from event files.")
            self._model_dir = estimator.model_dir
            pattern = os.path.join(self._model_dir, self._event_file_pattern)
            # What was just evaluated has been written too: it is not better than itself.
            step = eval_result.get(GraphKeys.GLOBAL_STEP) if eval_result else None
            self._best_eval_result = self._get_best_eval_result(pattern, step)
        if self._best_eval_result is not None and not self._compare_fn(
            best_eval_result=self._best_eval_result, current_eval_result=eval_result
        ):
            return None
        logging.info("Performing best model export.")
        self._best_eval_result = eval_result
        exported = self._saved_model_exporter.export(
            estimator, export_path, checkpoint_path, eval_result, is_the_final_export
        )
        remove_old(export_path, self._exports_to_keep)
        return exported

    def _get_best_eval_result(self, event_files, but_step=None):
        """{name: number} of the best evaluation in event files, but for one step; None when there is none."""
        best = None
        for path in paths.glob(event_files) if event_files else ():
            for event in summary_iterator(path):
                found = {v.tag: v.simple_value for v in event.summary.value if v.HasField("simple_value")}
                if event.step == but_step and but_step is not None:
                    continue
                if found and (best is None or self._compare_fn(best, found)):
                    best = found
        return best


@public("estimator.FinalExporter", "python.estimator.estimator_lib.FinalExporter")
class FinalExporter(Exporter):
    """Exports once, when training has ended.

    Args:
      name: of the directory.
      serving_input_receiver_fn, assets_extra, as_text: as of `Estimator.export_savedmodel`.
    """

    def __init__(
        self,
        name: str,
        serving_input_receiver_fn: Callable,
        assets_extra: Mapping[str, str] | None = None,
        as_text: bool = False,
    ) -> None:
        self._saved_model_exporter = _SavedModelExporter(
            name, serving_input_receiver_fn, assets_extra, as_text
        )

    @property
    def name(self) -> str:
        return self._saved_model_exporter.name

    def export(
        self,
        estimator: Any,
        export_path: str,
        checkpoint_path: str,
        eval_result: Mapping[str, Any],
        is_the_final_export: bool,
    ) -> Any:
        if not is_the_final_export:
            return None
        logging.info("Performing the final export in the end of training.")
        return self._saved_model_exporter.export(
            estimator, export_path, checkpoint_path, eval_result, is_the_final_export
        )


@public("estimator.LatestExporter", "python.estimator.estimator_lib.LatestExporter")
class LatestExporter(Exporter):
    """Exports every checkpoint that is evaluated, and keeps the newest models.

    Args:
      name: of the directory.
      serving_input_receiver_fn, assets_extra, as_text: as of `Estimator.export_savedmodel`.
      exports_to_keep: how many models are kept; all when None.

    Raises:
      ValueError: a number that is not positive.
    """

    def __init__(
        self,
        name: str,
        serving_input_receiver_fn: Callable,
        assets_extra: Mapping[str, str] | None = None,
        as_text: bool = False,
        exports_to_keep: int | None = 5,
    ) -> None:
        _check_count(exports_to_keep)
        self._saved_model_exporter = _SavedModelExporter(
            name, serving_input_receiver_fn, assets_extra, as_text
        )
        self._exports_to_keep = exports_to_keep

    @property
    def name(self) -> str:
        return self._saved_model_exporter.name

    def export(
        self,
        estimator: Any,
        export_path: str,
        checkpoint_path: str,
        eval_result: Mapping[str, Any],
        is_the_final_export: bool,
    ) -> Any:
        exported = self._saved_model_exporter.export(
            estimator, export_path, checkpoint_path, eval_result, is_the_final_export
        )
        remove_old(export_path, self._exports_to_keep)
        return exported
