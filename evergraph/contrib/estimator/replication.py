"""`replicate_model_fn`: a model function on parts of its batch, on several devices."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from evergraph.contrib.distribute.mirrored import MirroredStrategy
from evergraph.contrib.distribute.values import PerDevice
from evergraph.engine.runtime import current_runtime
from evergraph.estimator.distributed import spec_of_towers
from evergraph.estimator.model_fn import ModeKeys
from evergraph.framework.arguments import fn_args
from evergraph.framework.composite import SparseTensor
from evergraph.framework.default_graph import device as on_device
from evergraph.framework.public import public, public_module
from evergraph.ops import array as array_ops
from evergraph.ops import sparse as sparse_ops
from evergraph.ops.losses import Reduction
from evergraph.optimizers.optimizer import Optimizer

public_module("contrib.estimator.python.estimator.replicate_model_fn")


@public("contrib.estimator.TowerOptimizer")
class TowerOptimizer(Optimizer):
    """An optimizer for a model that `replicate_model_fn` runs on several devices: it applies the gradients of all of them.

    Args:
      optimizer_or_optimizer_fn: an Optimizer, or a function that makes one.
    """

    def __init__(self, optimizer_or_optimizer_fn: Any) -> None:
        given = optimizer_or_optimizer_fn
        self._optimizer = given if isinstance(given, Optimizer) else given()
        super().__init__(use_locking=False, name=self._optimizer.get_name())

    def compute_gradients(self, *args: Any, **kwargs: Any) -> Any:
        """As of the inner optimizer."""
        return self._optimizer.compute_gradients(*args, **kwargs)

    def apply_gradients(self, grads_and_vars: Any, global_step: Any = None, name: str | None = None) -> Any:
        """As of the inner optimizer."""
        return self._optimizer.apply_gradients(grads_and_vars, global_step, name)

    def get_slot(self, *args: Any, **kwargs: Any) -> Any:
        """As of the inner optimizer."""
        return self._optimizer.get_slot(*args, **kwargs)

    def get_slot_names(self, *args: Any, **kwargs: Any) -> Any:
        """As of the inner optimizer."""
        return self._optimizer.get_slot_names(*args, **kwargs)


@public("contrib.estimator.replicate_model_fn")
def replicate_model_fn(
    model_fn: Callable,
    loss_reduction: str = Reduction.SUM_BY_NONZERO_WEIGHTS,
    devices: Sequence[str] | None = None,
) -> Callable:
    """A model_fn that trains on several devices, each with a part of the batch.

    The parts are of the first dimension of features and labels, whose size the number of devices must divide.  Variables are
    those of the first tower; the sum of the towers' gradients is applied once.  Evaluation and prediction are on one device.

    Args:
      model_fn: a model_fn, whose optimizer is a TowerOptimizer.
      loss_reduction: `Reduction.SUM` adds the losses of the towers, any other takes their mean.
      devices: their names; all GPUs when None, and where there is none one device with the whole batch.

    Raises:
      ValueError: `Reduction.NONE`.
    """
    if loss_reduction == Reduction.NONE:
        raise ValueError(
            f"Tower losses need to be reduced in some way, yet {loss_reduction} reduction is specified."
        )
    names = list(devices or ()) or _accelerators()

    def replicated(features, labels, mode, params=None, config=None):
        values = {"labels": labels, "mode": mode, "params": params, "config": config}
        given = fn_args(model_fn)

        def model(features, labels):
            own = {**values, "labels": labels}
            return model_fn(features, **{name: value for name, value in own.items() if name in given})

        if mode != ModeKeys.TRAIN or len(names) < 2:
            with on_device(names[0] if names else None):
                return model(features, labels)
        strategy = MirroredStrategy(names)
        strategy._loss_reduction = "sum" if loss_reduction == Reduction.SUM else "mean"
        with strategy.scope():
            parts = _split(features, names), _split(labels, names)
            return spec_of_towers(strategy, model, *parts)

    return replicated


def _accelerators():
    count = len([device for device in current_runtime().devices if device.platform != "cpu"])
    return [f"/device:GPU:{i}" for i in range(count)]


def _split(structure, devices):
    """The part of each device of a tensor, of None, or of a structure of these."""
    if structure is None:
        return None
    if isinstance(structure, dict):
        return type(structure)((key, _split(value, devices)) for key, value in structure.items())
    if isinstance(structure, (list, tuple)):
        return type(structure)(_split(value, devices) for value in structure)
    if isinstance(structure, SparseTensor):
        parts = sparse_ops.sparse_split(sp_input=structure, num_split=len(devices), axis=0)
    else:
        parts = array_ops.split(structure, len(devices))
    return PerDevice(dict(zip(devices, parts)))
