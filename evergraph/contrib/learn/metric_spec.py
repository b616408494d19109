"""`tf.contrib.learn.MetricSpec`: a metric, and which predictions, labels and weights it takes."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import Any

from evergraph.framework.arguments import fn_args
from evergraph.framework.public import public, public_module

public_module("contrib.learn", "contrib.learn.python.learn.metric_spec")

# What functions call what they take.
_NAMES = {
    "labels": ("labels", "label", "targets", "target"),
    "predictions": ("predictions", "prediction", "logits", "logit"),
    "weights": ("weights", "weight"),
}


def _name_of(names, what, is_required, function):
    found = [name for name in _NAMES[what] if name in names]
    if len(found) > 1:
        raise ValueError(
            f"Ambiguous arguments {found} of {function}, must provide only one of {_NAMES[what]}."
        )
    if not found and is_required:
        raise ValueError(f"{_NAMES[what]} missing from {function}{names}.")
    return found[0] if found else None


@public()
class MetricSpec:
    """A metric of an evaluation.

    Args:
      metric_fn: function of predictions, and of labels and weights where it takes such, as those of `tf.metrics`.
      prediction_key: which of several predictions it takes.
      label_key: which of several labels.
      weight_key: the feature that is the weight.

    Raises:
      ValueError: a function whose arguments do not say which is which.
    """

    def __init__(
        self,
        metric_fn: Callable,
        prediction_key: str | None = None,
        label_key: str | None = None,
        weight_key: str | None = None,
    ) -> None:
        inner = metric_fn.func if isinstance(metric_fn, functools.partial) else metric_fn
        self._name = getattr(inner, "__name__", str(metric_fn))
        self._metric_fn = metric_fn
        self._prediction_key, self._label_key, self._weight_key = prediction_key, label_key, weight_key
        names = fn_args(metric_fn)
        self._labels = _name_of(names, "labels", label_key is not None, self._name)
        self._predictions = _name_of(names, "predictions", False, self._name)
        self._weights = _name_of(names, "weights", weight_key is not None, self._name)
        self._labels_are_first = self._labels is not None and names[:1] == (self._labels,)

    @property
    def prediction_key(self) -> str | None:
        """Which of several predictions it takes."""
        return self._prediction_key

    @property
    def label_key(self) -> str | None:
        """Which of several labels it takes."""
        return self._label_key

    @property
    def weight_key(self) -> str | None:
        """The feature that is the weight."""
        return self._weight_key

    @property
    def metric_fn(self) -> Callable:
        """Function of the keyword arguments `labels`, `predictions` and `weights`."""
        return self._call

    def _call(self, labels=None, predictions=None, weights=None):
        keywords: dict[Any, Any] = {} if weights is None else {self._weights: weights}
        positional = []
        if self._labels is not None:
            if self._labels_are_first and self._predictions is None:
                positional.append(labels)
            else:
                keywords[self._labels] = labels
        if self._predictions is None:
            positional.append(predictions)
        else:
            keywords[self._predictions] = predictions
        return self._metric_fn(*positional, **keywords)

    def __str__(self):
        return (
            f"MetricSpec(metric_fn={self._name}, prediction_key={self._prediction_key}, label_key={self._label_key}, "
            f"weight_key={self._weight_key})"
        )

    def create_metric_ops(self, inputs: Mapping[str, Any], labels: Any, predictions: Any) -> Any:
        """The metric of features, labels and predictions: (value, update operation).

        Raises:
          ValueError: a key for what is one tensor, or none for several.
          KeyError: a key that does not exist.
        """
        return self._call(
            labels=_chosen("label", labels, self._label_key),
            predictions=_chosen("prediction", predictions, self._prediction_key),
            weights=inputs[self._weight_key] if self._weight_key else None,
        )


def _chosen(what, tensors, key):
    if not key:
        if not isinstance(tensors, dict):
            return tensors
        if len(tensors) != 1:
            raise ValueError(
                f"MetricSpec without specified {what}_key requires {what}s tensor or single element dict, got {tensors}"
            )
        return next(iter(tensors.values()))
    if not isinstance(tensors, dict):
        raise ValueError(f"MetricSpec with {what}_key specified requires {what}s dict, got {tensors!r}.")
    if key not in tensors:
        raise KeyError(f"Key '{key}' missing from {sorted(tensors)}.")
    return tensors[key]
