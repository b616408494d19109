"""What an exported model of `tf.contrib.learn` is fed, and when models are exported."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from evergraph.estimator.export.receivers import (
    ServingInputReceiver,
    build_parsing_serving_input_receiver_fn,
    build_raw_serving_input_receiver_fn,
)
from evergraph.estimator.exporter import remove_old
from evergraph.framework.arguments import fn_args
from evergraph.framework.public import public, public_module

public_module("contrib.learn", "contrib.learn.utils", "contrib.learn.python.learn.utils")


@public(
    "contrib.learn.utils.input_fn_utils.InputFnOps",
    "contrib.learn.python.learn.utils.input_fn_utils.InputFnOps",
)
class InputFnOps(NamedTuple):
    """What a served model is fed.

    Attributes:
      features: {key: tensor} for the model.
      labels: None.
      default_inputs: {key: tensor} of what is fed, usually placeholders.
    """

    features: Any
    labels: Any
    default_inputs: Any

    def as_receiver(self) -> ServingInputReceiver:
        """The `tf.estimator.export.ServingInputReceiver` that says the same."""
        return ServingInputReceiver(self.features, self.default_inputs)


def _ops_of(receiver_fn):
    def input_fn():
        receiver = receiver_fn()
        return InputFnOps(receiver.features, None, receiver.receiver_tensors)

    return input_fn


@public(
    "contrib.learn.utils.input_fn_utils.build_parsing_serving_input_fn",
    "contrib.learn.python.learn.utils.input_fn_utils.build_parsing_serving_input_fn",
)
def build_parsing_serving_input_fn(
    feature_spec: Mapping[str, Any], default_batch_size: int | None = None
) -> Callable[[], InputFnOps]:
    """A function whose model is fed serialized `tf.train.Example`s; see `tf.estimator.export`."""
    return _ops_of(build_parsing_serving_input_receiver_fn(feature_spec, default_batch_size))


@public(
    "contrib.learn.utils.input_fn_utils.build_default_serving_input_fn",
    "contrib.learn.python.learn.utils.input_fn_utils.build_default_serving_input_fn",
)
def build_default_serving_input_fn(
    features: Mapping[str, Any], default_batch_size: int | None = None
) -> Callable[[], InputFnOps]:
    """A function whose model is fed features like these; see `tf.estimator.export`."""
    return _ops_of(build_raw_serving_input_receiver_fn(features, default_batch_size))


class _Strategy(NamedTuple):
    name: str
    export_fn: Callable
    strip_default_attrs: bool | None = None


@public("contrib.learn.python.learn.export_strategy.ExportStrategy")
class ExportStrategy(_Strategy):
    """How an Experiment exports: the name of a directory, and a function of an estimator and that directory."""

    def export(
        self, estimator: Any, export_path: Any, checkpoint_path: str | None = None, eval_result: Any = None
    ) -> Any:
        """Calls the function with what it takes of the checkpoint and its evaluation; returns what it returns."""
        names = fn_args(self.export_fn)
        given = {
            "checkpoint_path": checkpoint_path,
            "eval_result": eval_result,
            "strip_default_attrs": self.strip_default_attrs,
        }
        return self.export_fn(estimator, export_path, **{k: v for k, v in given.items() if k in names})


@public("contrib.learn.python.learn.utils.saved_model_export_utils.make_export_strategy")
def make_export_strategy(
    serving_input_fn: Callable,
    default_output_alternative_key: str | None = None,
    assets_extra: Mapping[str, str] | None = None,
    as_text: bool = False,
    exports_to_keep: int | None = 5,
    strip_default_attrs: bool | None = None,
) -> ExportStrategy:
    """An ExportStrategy that writes SavedModels, "Servo".

    Args:
      serving_input_fn: function that returns InputFnOps, or a ServingInputReceiver for a `tf.estimator.Estimator`.
      default_output_alternative_key: which of several outputs is the default.
      assets_extra, as_text, strip_default_attrs: as of `export_savedmodel`.
      exports_to_keep: how many models are kept; all when None.

    Raises:
      ValueError: (when it exports) `default_output_alternative_key` for a `tf.estimator.Estimator`.
    """

    def export_fn(estimator, export_dir_base, checkpoint_path=None, strip_default_attrs=False):
        options = {
            "assets_extra": assets_extra,
            "as_text": as_text,
            "checkpoint_path": checkpoint_path,
            "strip_default_attrs": bool(strip_default_attrs),
        }
        if hasattr(estimator, "fit"):
            options["default_output_alternative_key"] = default_output_alternative_key
        elif default_output_alternative_key is not None:
            raise ValueError(
                "default_output_alternative_key is not supported in core Estimator. Given: "
                f"{default_output_alternative_key}"
            )
        exported = estimator.export_savedmodel(export_dir_base, serving_input_fn, **options)
        remove_old(export_dir_base, exports_to_keep)
        return exported

    return ExportStrategy("Servo", export_fn, strip_default_attrs)
