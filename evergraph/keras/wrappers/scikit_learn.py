"""Models as estimators of scikit-learn."""

import copy
import types
from collections.abc import Callable
from typing import Any

import numpy as np

from evergraph.framework.public import public, public_module
from evergraph.keras import losses
from evergraph.keras.basics.generic import has_arg
from evergraph.keras.basics.numpy import to_categorical
from evergraph.keras.engine.sequential import Sequential

public_module("python.keras.wrappers.scikit_learn")

# -- contents of tf.keras.wrappers.scikit_learn, written by `make contents` from what is marked @public --
# ruff: noqa: F401 (names are imported to be seen)

# -- end of contents --


@public()
class BaseWrapper:
    """A model that a function builds, as an estimator.

    Args:
      build_fn: a function that returns a compiled model, or an object with such a `__call__`; a subclass may have a
        `__call__` itself instead.
      **sk_params: arguments of that function, and of the model's `fit`, `predict`, `predict_classes` and `evaluate`.

    Raises:
      ValueError: an argument that none of them takes.
    """

    __call__: Callable[..., Any]  # of a subclass, where there is no `build_fn`

    def __init__(self, build_fn: Callable | None = None, **sk_params: Any) -> None:
        self.build_fn = build_fn
        self.sk_params = sk_params
        self.check_params(sk_params)

    def _builder(self):
        if self.build_fn is None:
            return self.__call__
        is_function = isinstance(self.build_fn, (types.FunctionType, types.MethodType))
        return self.build_fn if is_function else self.build_fn.__call__

    def check_params(self, params: dict) -> None:
        """Raises ValueError for an argument that nothing takes."""
        takers = [
            Sequential.fit,
            Sequential.predict,
            Sequential.predict_classes,
            Sequential.evaluate,
            self._builder(),
        ]
        for name in params:
            if name != "nb_epoch" and not any(has_arg(taker, name) for taker in takers):
                raise ValueError(
                    f"neither the model's methods nor the function that builds it take an argument {name!r}"
                )

    def get_params(self, **params: Any) -> dict:
        """The arguments that were given."""
        return {**copy.deepcopy(self.sk_params), "build_fn": self.build_fn}

    def set_params(self, **params: Any) -> "BaseWrapper":
        """Sets arguments; ValueError for one that nothing takes."""
        self.check_params(params)
        self.sk_params.update(params)
        return self

    def fit(self, x: Any, y: Any, **kwargs: Any) -> Any:
        """Builds the model and fits it; returns the `History`."""
        builder = self._builder()
        self.model = builder(**self.filter_sk_params(builder))
        loss = self.model.loss
        name = loss.__name__ if callable(loss) else loss
        if name == losses.categorical_crossentropy.__name__ and len(np.shape(y)) != 2:
            y = to_categorical(y)
        return self.model.fit(x, y, **{**copy.deepcopy(self.filter_sk_params(Sequential.fit)), **kwargs})

    def filter_sk_params(self, fn: Callable, override: dict | None = None) -> dict:
        """Those of the arguments that a function takes, with others in `override`."""
        return {
            **{name: value for name, value in self.sk_params.items() if has_arg(fn, name)},
            **(override or {}),
        }


@public("keras.wrappers.scikit_learn.KerasClassifier")
class KerasClassifier(BaseWrapper):
    """A model as a classifier; see `BaseWrapper`."""

    def fit(self, x: Any, y: Any, **kwargs: Any) -> Any:
        """Builds the model and fits it to classes `[n]`, or `[n, classes]` as ones and zeros; ValueError for other targets."""
        y = np.array(y)
        if y.ndim == 2 and y.shape[1] > 1:
            self.classes_ = np.arange(y.shape[1])
        elif y.ndim in (1, 2):
            self.classes_ = np.unique(y)
            y = np.searchsorted(self.classes_, y)
        else:
            raise ValueError(f"classes should be [n], or ones and zeros [n, classes], got shape {y.shape}")
        self.n_classes_ = len(self.classes_)
        return super().fit(x, y, **kwargs)

    def predict(self, x: Any, **kwargs: Any) -> np.ndarray:
        """The most likely class of each example."""
        return self.classes_[
            self.model.predict_classes(x, **self.filter_sk_params(Sequential.predict_classes, kwargs))
        ]

    def predict_proba(self, x: Any, **kwargs: Any) -> np.ndarray:
        """The probability of each class, `[n, classes]`."""
        found = self.model.predict(x, **self.filter_sk_params(Sequential.predict_classes, kwargs))
        return np.hstack([1 - found, found]) if found.shape[1] == 1 else found

    def score(self, x: Any, y: Any, **kwargs: Any) -> float:
        """The accuracy; ValueError for a model that does not report it."""
        y = np.searchsorted(self.classes_, y)
        loss = self.model.loss
        name = loss.__name__ if callable(loss) else loss
        if name == losses.categorical_crossentropy.__name__ and y.ndim != 2:
            y = to_categorical(y)
        outputs = self.model.evaluate(x, y, **self.filter_sk_params(Sequential.evaluate, kwargs))
        for label, value in zip(
            self.model.metrics_names, outputs if isinstance(outputs, list) else [outputs]
        ):
            if label == "acc":
                return value
        raise ValueError("the model does not report its accuracy: compile it with metrics=['accuracy']")


@public("keras.wrappers.scikit_learn.KerasRegressor")
class KerasRegressor(BaseWrapper):
    """A model as a regressor; see `BaseWrapper`."""

    def predict(self, x: Any, **kwargs: Any) -> np.ndarray:
        """The prediction for each example."""
        return np.squeeze(self.model.predict(x, **self.filter_sk_params(Sequential.predict, kwargs)))

    def score(self, x: Any, y: Any, **kwargs: Any) -> float:
        """Minus the loss."""
        loss = self.model.evaluate(x, y, **self.filter_sk_params(Sequential.evaluate, kwargs))
        return -loss[0] if isinstance(loss, list) else -loss
