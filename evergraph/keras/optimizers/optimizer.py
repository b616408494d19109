"""What the optimizers of Keras have in common, and optimizers of `tf.train` in their place."""

from typing import Any, Self

import numpy as np

from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.tracking import CheckpointableBase
from evergraph.keras import backend
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops.clip import clip_by_value

public_module("python.keras.optimizers")


@public()
def clip_norm(g: Any, c: float, n: Any) -> Any:
    """A gradient scaled to the norm `c` where the norm `n` is above it."""
    if c <= 0:
        return g
    dense = getattr(g, "values", g)
    scale = array_ops.where(n >= c, c / n, array_ops.ones_like(n))
    scaled = dense * scale
    return type(g)(scaled, g.indices, g.dense_shape) if dense is not g else scaled


@public("keras.optimizers.Optimizer")
class Optimizer:
    """Base class: a subclass defines `get_updates`, and lists in `settings` the variables that it is configured by.

    Args:
      **kwargs: `clipnorm` and `clipvalue`, bounds of the gradients' joint norm and of each of their elements.

    Raises:
      TypeError: another argument.
    """

    settings: tuple[str, ...] = ()
    clipnorm: float
    clipvalue: float
    initial_decay: Any
    lr: Any
    decay: Any

    def __init__(self, **kwargs: Any) -> None:
        for key in kwargs:
            if key not in ("clipnorm", "clipvalue"):
                raise TypeError(
                    f"an optimizer does not know the argument {key!r}: it takes clipnorm and clipvalue besides its own"
                )
            setattr(self, key, kwargs[key])
        self.updates = []
        self.weights = []

    def _make_settings(self, count=True, **values):
        """Makes the number of steps and the variables that hold the settings."""
        with name_scope(type(self).__name__):
            if count:
                self.iterations = backend.variable(0, dtype="int64", name="iterations")
            for name, value in values.items():
                setattr(self, name, backend.variable(value, name=name))

    def get_updates(self, loss: Any, params: list) -> list:
        """The operations of one step that makes `loss` smaller."""
        raise NotImplementedError(f"{type(self).__name__} must define get_updates(loss, params)")

    def get_gradients(self, loss: Any, params: list) -> list:
        """The gradients, clipped; ValueError for a parameter that the loss does not depend on."""
        grads = backend.gradients(loss, params)
        for param, grad in zip(params, grads):
            if grad is None:
                raise ValueError(
                    f"the loss does not depend on the weight {param.name} in a way that has a gradient"
                )
        if getattr(self, "clipnorm", 0) > 0:
            norm = backend.sqrt(sum(math_ops.reduce_sum(math_ops.square(_dense(grad))) for grad in grads))
            grads = [clip_norm(grad, self.clipnorm, norm) for grad in grads]
        if getattr(self, "clipvalue", 0) > 0:
            grads = [clip_by_value(_dense(grad), -self.clipvalue, self.clipvalue) for grad in grads]
        return [_dense(grad) for grad in grads]

    def _slots(self, params):
        """A variable of zeros for each parameter."""
        return [backend.zeros(backend.int_shape(each), dtype=backend.dtype(each)) for each in params]

    def _learning_rate(self):
        """The learning rate, less what `decay` takes away with each step."""
        if not self.initial_decay:
            return self.lr
        return self.lr * (
            1.0 / (1.0 + self.decay * math_ops.cast(self.iterations, backend.dtype(self.decay)))
        )

    def _assign(self, param, value):
        """Gives a parameter its new value, constrained."""
        constraint = getattr(param, "constraint", None)
        self.updates.append(backend.update(param, value if constraint is None else constraint(value)))

    def set_weights(self, weights: list) -> None:
        """Sets the variables of the optimizer from arrays; ValueError when a shape differs."""
        pairs = []
        for variable, value in zip(self.weights, weights):
            if tuple(variable.shape.as_list()) != np.shape(value):
                raise ValueError(
                    f"a variable of the optimizer has shape {variable.shape}, and cannot take an array of shape {np.shape(value)}"
                )
            pairs.append((variable, value))
        backend.batch_set_value(pairs)

    def get_weights(self) -> list:
        """The values of the variables of the optimizer."""
        return backend.batch_get_value(self.weights)

    def get_config(self) -> dict:
        """The constructor's arguments."""
        config = {name: getattr(self, name) for name in ("clipnorm", "clipvalue") if hasattr(self, name)}
        config.update((name, float(backend.get_value(getattr(self, name)))) for name in self.settings)
        return config

    @classmethod
    def from_config(cls, config: dict) -> Self:
        """An optimizer from what `get_config` gave."""
        return cls(**config)


def _dense(grad):
    return grad if not hasattr(grad, "indices") else convert_to_tensor(grad)


@public()
class TFOptimizer(Optimizer, CheckpointableBase):
    """An optimizer of `tf.train` in the place of one of Keras.

    Args:
      optimizer: the optimizer.
    """

    def __init__(self, optimizer: Any) -> None:
        self.optimizer = optimizer
        with name_scope(type(self).__name__):
            self.iterations = backend.variable(0, dtype="int64", name="iterations")
        self.updates = []

    def apply_gradients(self, grads: list) -> None:
        """Applies (gradient, variable) pairs."""
        self.optimizer.apply_gradients(grads)

    def get_grads(self, loss: Any, params: list) -> list:
        """The (gradient, variable) pairs of a loss."""
        return self.optimizer.compute_gradients(loss, params)

    def get_updates(self, loss: Any, params: list) -> list:
        """The operations of one step that makes `loss` smaller."""
        if not params:
            self.updates = [backend.update_add(self.iterations, 1)]
            return self.updates
        grads = self.optimizer.compute_gradients(loss, params)
        self.updates = [self.optimizer.apply_gradients(grads, global_step=self.iterations)]
        return self.updates

    @property
    def weights(self) -> list:
        """Not there: an optimizer of `tf.train` keeps its variables to itself."""
        raise NotImplementedError("an optimizer of tf.train gives no list of its variables to Keras")

    def get_config(self) -> dict:
        """Not there: an optimizer of `tf.train` has no configuration."""
        raise NotImplementedError("an optimizer of tf.train has no configuration that Keras could write")

    @classmethod
    def from_config(cls, config: dict) -> Self:
        """Not there: an optimizer of `tf.train` has no configuration."""
        raise NotImplementedError("an optimizer of tf.train has no configuration that Keras could read")
