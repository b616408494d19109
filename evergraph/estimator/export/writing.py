"""An Estimator's model as a SavedModel: one graph for each mode, one set of variables."""

import os
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from evergraph.checkpoint.saver import Saver
from evergraph.estimator.export.outputs import EvalOutput, TrainOutput
from evergraph.estimator.export.signatures import build_all_signature_defs
from evergraph.estimator.model_fn import EXPORT_TAG_MAP, EstimatorSpec, ModeKeys
from evergraph.formats import paths
from evergraph.framework import errors, logging
from evergraph.framework.collections import GraphKeys, get_collection
from evergraph.framework.graph import Graph
from evergraph.framework.portability import make_portable
from evergraph.framework.public import public, public_module
from evergraph.framework.seeds import set_random_seed
from evergraph.saved_model.builder import SavedModelBuilder
from evergraph.session.session import Session
from evergraph.training.scaffold import Scaffold

public_module("python.estimator.export.export")

_ATTEMPTS = 10


def export_saved_model(
    estimator: Any,
    export_dir_base: str,
    input_receiver_fns: Mapping[str, Callable],
    assets_extra: Mapping[str, str] | None,
    as_text: bool,
    checkpoint_path: str,
    strip_default_attrs: bool,
) -> bytes:
    """Writes the graphs of an Estimator for some modes into a new directory, which appears whole or not at all.

    Args:
      estimator: the Estimator.
      export_dir_base: where the directory is made.
      input_receiver_fns: {mode: function that returns what receives its input}.
      assets_extra: {path below `assets.extra`: file that is copied there}.
      as_text: whether graphs are written as text.
      checkpoint_path: where the variables are taken from.
      strip_default_attrs: whether attributes with default values are left out.

    Returns:
      The path of the directory.

    Raises:
      ValueError: no mode that can be exported; as `add_meta_graph_for_mode`.
    """
    export_dir = get_timestamped_export_dir(export_dir_base)
    aside = get_temp_export_dir(export_dir)
    builder = SavedModelBuilder(aside)
    modes = [
        mode for mode in (ModeKeys.TRAIN, ModeKeys.EVAL, ModeKeys.PREDICT) if input_receiver_fns.get(mode)
    ]
    if not modes:
        raise ValueError(f"No valid modes for exporting found. Got {list(input_receiver_fns)}.")
    for mode in modes:
        estimator._add_meta_graph_for_mode(
            builder,
            input_receiver_fns,
            checkpoint_path,
            strip_default_attrs,
            save_variables=mode == modes[0],
            mode=mode,
        )
    builder.save(as_text)
    for name, source in (assets_extra or {}).items():
        target = os.path.join(os.fsdecode(aside), "assets.extra", os.fsdecode(name))
        paths.makedirs(os.path.dirname(target))
        paths.copy(source, target)
    paths.rename(aside, export_dir)
    return export_dir


def add_meta_graph_for_mode(
    estimator: Any,
    builder: SavedModelBuilder,
    input_receiver_fn: Callable,
    checkpoint_path: str,
    strip_default_attrs: bool,
    save_variables: bool,
    mode: str,
    export_tags: Iterable[str] | None,
) -> None:
    """Builds the model of a mode and adds it to a SavedModel, with its variables if `save_variables`.

    Raises:
      ValueError: the model has variables that the checkpoint has not; no `export_outputs` where they are needed.
    """
    with Graph().as_default() as graph:
        make_portable(graph)
        estimator._create_global_step(graph)
        set_random_seed(estimator.config.tf_random_seed)
        receiver = input_receiver_fn()
        spec = estimator._call_model_fn(
            features=receiver.features,
            labels=getattr(receiver, "labels", None),
            mode=mode,
            config=estimator.config,
        )
        signatures = build_all_signature_defs(
            receiver.receiver_tensors,
            _outputs_of(spec),
            getattr(receiver, "receiver_tensors_alternatives", None),
            serving_only=mode == ModeKeys.PREDICT,
        )
        with Session(config=estimator._session_config) as session:
            local_init = spec.scaffold.local_init_op or Scaffold.default_local_init_op()
            saver = spec.scaffold.saver or Saver(sharded=True)
            try:
                saver.restore(session, checkpoint_path)
            except errors.NotFoundError as error:
                raise ValueError(
                    "Could not load all requested variables from the checkpoint. Please make sure your model_fn does not "
                    f"expect variables that were not saved in the checkpoint: with mode `{mode}`, restoring checkpoint "
                    f"{checkpoint_path} failed: {error}"
                ) from error
            builder._add_train_op(spec.train_op)
            options = {
                "tags": EXPORT_TAG_MAP[mode] if export_tags is None else export_tags,
                "signature_def_map": signatures,
                "assets_collection": get_collection(GraphKeys.ASSET_FILEPATHS),
                "strip_default_attrs": strip_default_attrs,
                "legacy_init_op": local_init,
            }
            if save_variables:
                builder.add_meta_graph_and_variables(session, **options)
            else:
                builder.add_meta_graph(**options)


def _outputs_of(spec: EstimatorSpec):
    """{name: ExportOutput} of a model."""
    if spec.mode == ModeKeys.PREDICT:
        return spec.export_outputs
    kind = TrainOutput if spec.mode == ModeKeys.TRAIN else EvalOutput
    return {spec.mode: kind(loss=spec.loss, predictions=spec.predictions, metrics=spec.eval_metric_ops)}


@public(
    "python.estimator.util.get_timestamped_dir", "python.estimator.export.export.get_timestamped_export_dir"
)
def get_timestamped_export_dir(export_dir_base: str) -> bytes:
    """The path, as bytes, of a directory that does not exist yet, named by the time in seconds.

    Raises:
      RuntimeError: it existed at each of ten attempts, a second apart.
    """
    for attempt in range(_ATTEMPTS):
        path = os.path.join(os.fsdecode(export_dir_base), str(int(time.time())))
        if not paths.exists(path):
            return os.fsencode(path)
        time.sleep(1)
        logging.warning("Directory %s already exists; retrying (attempt %d/%d)", path, attempt + 1, _ATTEMPTS)
    raise RuntimeError(f"Failed to obtain a unique export directory name after {_ATTEMPTS} attempts.")


@public()
def get_temp_export_dir(timestamped_export_dir: bytes) -> bytes:
    """The directory beside it that a model is written into before it is renamed."""
    directory, name = os.path.split(os.fsencode(timestamped_export_dir))
    return os.path.join(directory, b"temp-" + name)
