"""`OneDeviceStrategy`: everything on one device."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from evergraph.contrib.distribute.cross_tower_ops import reduced
from evergraph.contrib.distribute.values import MapOutput, PerDeviceDataset
from evergraph.framework.default_graph import device as on_device
from evergraph.framework.public import public, public_module
from evergraph.ops.distribute import DistributionStrategy, TowerContext

public_module("contrib.distribute.python.one_device_strategy")


@public("contrib.distribute.OneDeviceStrategy")
class OneDeviceStrategy(DistributionStrategy):
    """One tower, on a device that is named.

    Args:
      device: its name.
      prefetch_on_device: accepted; elements go to the device when they are used.
    """

    def __init__(self, device: str, prefetch_on_device: bool | None = None) -> None:
        self._device = self._default_device = device

    def _create_variable(self, next_creator, **kwargs):
        if kwargs.pop("tower_local_reduce_method", None) is not None:
            kwargs["trainable"] = False
        with on_device(self._device):
            return next_creator(**kwargs)

    def distribute_dataset(self, dataset_fn: Callable) -> PerDeviceDataset:
        """See `DistributionStrategy.distribute_dataset`."""
        return PerDeviceDataset(self._call_dataset_fn(dataset_fn), [self._device])

    def _call_for_each_tower(self, fn, *args, **kwargs):
        kwargs.pop("run_concurrently", None)
        with on_device(self._device), TowerContext(self, tower_id=0):
            return fn(*args, **kwargs)

    def map(self, map_over: Iterable[Any], fn: Callable, *args: Any, **kwargs: Any) -> MapOutput:
        """`fn(item, *args, **kwargs)` for each item, on the device."""
        with on_device(self._device):
            return MapOutput([fn(item, *args, **kwargs) for item in map_over])

    def _reduce(self, method_string, value, destinations):
        return reduced(method_string, value, self._device)

    @property
    def worker_devices(self) -> list[str]:
        """The device."""
        return [self._device]
