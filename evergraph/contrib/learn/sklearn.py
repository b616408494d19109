"""`tf.contrib.learn.SKCompat`: an estimator with the interface of scikit-learn."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import Any, Self

from evergraph.contrib.learn.estimator import BaseEstimator
from evergraph.framework.public import public, public_module

public_module(
    "contrib.learn",
    "contrib.learn.python.learn.estimators",
    "contrib.learn.python.learn.estimators.estimator",
)


@public()
class SKCompat:
    """An estimator with the interface of scikit-learn.

    Args:
      estimator: a BaseEstimator.
    """

    def __init__(self, estimator: BaseEstimator) -> None:
        self._estimator = estimator

    def fit(
        self,
        x: Any,
        y: Any,
        batch_size: int | None = 128,
        steps: int | None = None,
        max_steps: int | None = None,
        monitors: Sequence[Any] | None = None,
    ) -> Self:
        """Trains on arrays, in batches."""
        self._estimator.fit(
            x=x, y=y, batch_size=batch_size, steps=steps, max_steps=max_steps, monitors=monitors
        )
        return self

    def score(
        self,
        x: Any,
        y: Any,
        batch_size: int | None = 128,
        steps: int | None = None,
        metrics: Mapping | None = None,
        name: str | None = None,
    ) -> dict[str, Any]:
        """Evaluates on arrays: {name: value} of the metrics."""
        return self._estimator.evaluate(
            x=x, y=y, batch_size=batch_size, steps=steps, metrics=metrics, name=name
        )

    def predict(self, x: Any, batch_size: int | None = 128, outputs: Sequence[str] | None = None) -> Any:
        """The predictions for an array, as one array or {name: array}."""
        estimator = self._estimator
        return BaseEstimator.predict(
            estimator, x=x, batch_size=batch_size, outputs=outputs, as_iterable=False
        )

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """{"estimator": the estimator}, as scikit-learn wants it."""
        return {"estimator": copy.copy(self._estimator) if deep else self._estimator}
