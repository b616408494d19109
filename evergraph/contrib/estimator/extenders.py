"""What is put around an Estimator: more metrics, clipped gradients, features among the predictions, exports by mode."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from evergraph.estimator.estimator import Estimator
from evergraph.estimator.export.outputs import PredictOutput
from evergraph.estimator.model_fn import ModeKeys
from evergraph.framework.arguments import fn_args
from evergraph.framework.composite import convert_to_tensor_or_sparse_tensor
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.ops import clip
from evergraph.optimizers.optimizer import Optimizer

public_module("contrib.estimator", "contrib.estimator.python.estimator.extenders")

_METRIC_ARGUMENTS = {"features", "labels", "predictions", "config"}


@public()
def add_metrics(estimator: Estimator, metric_fn: Callable) -> Estimator:
    """An Estimator of the same model and directory with more metrics.

    Args:
      estimator: the Estimator.
      metric_fn: function of any of `features`, `labels`, `predictions`, `config`, by these names, that returns
        {name: (value, update operation)}.

    Raises:
      ValueError: a function that takes other arguments.
    """
    names = set(fn_args(metric_fn))
    if names - _METRIC_ARGUMENTS:
        raise ValueError(
            f"metric_fn ({metric_fn}) has following not expected args: {sorted(names - _METRIC_ARGUMENTS)}; "
            f"{sorted(_METRIC_ARGUMENTS)} are allowed"
        )

    def model_fn(features, labels, mode, config):
        spec = estimator.model_fn(features, labels, mode, config)
        if mode != ModeKeys.EVAL:
            return spec
        given = {"features": features, "labels": labels, "predictions": spec.predictions, "config": config}
        more = metric_fn(**{name: given[name] for name in names})
        return spec._replace(eval_metric_ops={**spec.eval_metric_ops, **more})

    return Estimator(
        model_fn, estimator.model_dir, estimator.config, warm_start_from=estimator._warm_start_settings
    )


@public()
def clip_gradients_by_norm(optimizer: Optimizer, clip_norm: float) -> Optimizer:
    """An optimizer that clips the global norm of the gradients before another applies them."""

    def clipped(pairs):
        gradients, variables = zip(*pairs)
        return list(zip(clip.clip_by_global_norm(gradients, clip_norm)[0], variables))

    return TransformGradients(optimizer, clipped, f"ClipByNorm{optimizer.get_name()}")


@public("contrib.estimator.python.estimator.extenders._TransformGradients")
class TransformGradients(Optimizer):
    """An optimizer whose (gradient, variable) pairs go through a function before another applies them."""

    def __init__(self, optimizer: Optimizer, transform_grads_fn: Callable, name: str | None = None) -> None:
        super().__init__(use_locking=False, name=name or optimizer.get_name())
        self._optimizer, self._transform = optimizer, transform_grads_fn

    def compute_gradients(self, *args: Any, **kwargs: Any) -> Any:
        """As of the inner optimizer."""
        return self._optimizer.compute_gradients(*args, **kwargs)

    def apply_gradients(self, grads_and_vars: Any, global_step: Any = None, name: str | None = None) -> Any:
        """Applies what the function makes of the pairs."""
        return self._optimizer.apply_gradients(self._transform(grads_and_vars), global_step, name)

    def get_slot(self, *args: Any, **kwargs: Any) -> Any:
        """As of the inner optimizer."""
        return self._optimizer.get_slot(*args, **kwargs)

    def get_slot_names(self, *args: Any, **kwargs: Any) -> Any:
        """As of the inner optimizer."""
        return self._optimizer.get_slot_names(*args, **kwargs)


@public()
def forward_features(estimator: Estimator, keys: Any = None) -> Estimator:
    """An Estimator of the same model and directory whose predictions have features too.

    Args:
      estimator: the Estimator.
      keys: the name of a feature, or a list of names; all when None.

    Raises:
      TypeError: names that are no strings.
      ValueError: when the model is built: predictions that are no dict, a feature that does not exist, is a SparseTensor or
        has the name of a prediction.
    """
    keys = [keys] if isinstance(keys, str) else keys
    if keys is not None and not (
        isinstance(keys, list | tuple) and all(isinstance(key, str) for key in keys)
    ):
        raise TypeError(f"keys should be either a string or a list of strings. Given: {keys!r}")

    def model_fn(features, labels, mode, config):
        spec = estimator.model_fn(features, labels, mode, config)
        if mode == ModeKeys.TRAIN and not spec.predictions:
            return spec
        return _with_features(spec, features, keys)

    return Estimator(model_fn, estimator.model_dir, estimator.config)


def _with_features(spec, features, keys):
    if not isinstance(spec.predictions, dict):
        raise ValueError(
            f"Predictions should be a dict to be able to forward features. Given: {type(spec.predictions)}"
        )
    forwarded = {}
    for key in features if keys is None else keys:
        if key not in features:
            raise ValueError(f'Key "{key}" is not in features dict, which has the keys {sorted(features)}.')
        if key in spec.predictions:
            raise ValueError(
                f"Cannot forward feature key ({key}). Since it does exist in predictions, which has the keys "
                f"{sorted(map(str, spec.predictions))}."
            )
        feature = convert_to_tensor_or_sparse_tensor(features[key])
        if not isinstance(feature, Tensor):
            raise ValueError(
                f"Forwarded feature ({key}) should be a Tensor. Please use keys argument of forward_features to filter "
                f"unwanted features. Its type is {type(feature)}."
            )
        forwarded[key] = feature
    spec = spec._replace(predictions={**spec.predictions, **forwarded})
    for name in ("predict", "serving_default"):
        output = (spec.export_outputs or {}).get(name)
        if isinstance(output, PredictOutput):
            output.outputs.update(forwarded)
    return spec


@public("contrib.estimator.call_logit_fn", "contrib.estimator.python.estimator.logit_fns.call_logit_fn")
def call_logit_fn(logit_fn: Callable, features: Mapping, mode: str, params: Any, config: Any) -> Any:
    """What a function of features, and of any of `mode`, `params`, `config`, gives: a tensor or {name: tensor}.

    Raises:
      ValueError: it gives something else.
    """
    names, given = fn_args(logit_fn), {"mode": mode, "params": params, "config": config}
    found = logit_fn(features=features, **{name: value for name, value in given.items() if name in names})
    is_dict = isinstance(found, dict) and all(
        isinstance(key, str) and isinstance(value, Tensor) for key, value in found.items()
    )
    if not is_dict and not isinstance(found, Tensor):
        raise ValueError(
            f"logit_fn should return a Tensor or a dictionary mapping strings to Tensors.  logit_fn returned: {found!r}"
        )
    return found


@public()
def export_saved_model_for_mode(
    estimator: Estimator,
    export_dir_base: str,
    input_receiver_fn: Callable,
    assets_extra: Mapping[str, str] | None = None,
    as_text: bool = False,
    checkpoint_path: str | None = None,
    strip_default_attrs: bool = False,
    mode: str = ModeKeys.PREDICT,
) -> bytes:
    """`Estimator.export_savedmodel` of the graph for any mode."""
    return estimator._export_saved_model_for_mode(
        export_dir_base, input_receiver_fn, assets_extra, as_text, checkpoint_path, strip_default_attrs, mode
    )


@public()
def export_all_saved_models(
    estimator: Estimator,
    export_dir_base: str,
    input_receiver_fn_map: Mapping[str, Callable],
    assets_extra: Mapping[str, str] | None = None,
    as_text: bool = False,
    checkpoint_path: str | None = None,
    strip_default_attrs: bool = False,
) -> bytes:
    """A SavedModel of the graphs for several modes: {mode: function that returns what receives its input}."""
    return estimator._export_all_saved_models(
        export_dir_base, input_receiver_fn_map, assets_extra, as_text, checkpoint_path, strip_default_attrs
    )
