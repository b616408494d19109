"""How values of several towers become one: sums and means, of tensors and of IndexedSlices.

The sum over towers that are alike is an all-reduce of the one program that their devices run (`engine.towers`), however it
is asked for; so the classes differ in name only.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from evergraph.contrib.distribute.values import MapOutput, PerDevice
from evergraph.framework.composite import IndexedSlices
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import colocate_with
from evergraph.framework.default_graph import device as on_device
from evergraph.framework.public import public, public_module
from evergraph.framework.structures import flatten
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops

public_module("contrib.distribute.python.cross_tower_ops")


def _joined(method, values):
    """The sum or mean of tensors or IndexedSlices, one of each tower."""
    if any(isinstance(value, IndexedSlices) for value in values):
        if not all(isinstance(value, IndexedSlices) for value in values):
            raise ValueError(f"a value that is IndexedSlices in one tower must be in all, got {values}")
        rows = array_ops.concat([value.values for value in values], 0)
        if method == "mean":
            rows = rows / len(values)
        indices = array_ops.concat([value.indices for value in values], 0)
        return IndexedSlices(rows, indices, values[0].dense_shape)
    total = math_ops.add_n([convert_to_tensor(value) for value in values])
    return total if method == "sum" else total / len(values)


def reduced(method: str, value: Any, destinations: Any) -> Any:
    """The sum or mean over towers, placed on `destinations`; what is one for all towers stays what it is.

    The sum of what is one for all towers is not asked for by any caller in TensorFlow, where such values are their own mean.
    """
    if isinstance(value, MapOutput):
        values = value.get()
    elif isinstance(value, PerDevice):
        values = value.values()
    else:
        return value
    if destinations is None or isinstance(destinations, PerDevice):
        return _joined(method, values)
    place = destinations[0] if isinstance(destinations, list) else destinations
    with on_device(place) if isinstance(place, str) else colocate_with(place):
        return _joined(method, values)


@public("contrib.distribute.CrossTowerOps")
class CrossTowerOps:
    """How a strategy joins the values of its towers."""

    def reduce(self, method_string: str, per_device_value: Any, destinations: Any = None) -> Any:
        """The sum or mean of a value of each tower.

        Args:
          method_string: "sum" or "mean".
          per_device_value: a PerDevice of tensors or IndexedSlices.
          destinations: a device, a list of devices, a variable, or None.

        Raises:
          ValueError: it is no PerDevice.
        """
        if not isinstance(per_device_value, PerDevice):
            raise ValueError(f"per_device_value must be a PerDevice, got {per_device_value!r}")
        return reduced(method_string, per_device_value, destinations)

    def batch_reduce(self, method_string: str, value_destination_pairs: Sequence[tuple]) -> list:
        """`reduce` of several (value, destinations)."""
        return [self.reduce(method_string, value, place) for value, place in value_destination_pairs]

    def broadcast(self, tensor: Any, destinations: Any) -> Any:
        """A tensor for all devices."""
        return tensor


@public("contrib.distribute.ReductionToOneDeviceCrossTowerOps")
class ReductionToOneDeviceCrossTowerOps(CrossTowerOps):
    """Asks for sums on one device.

    Args:
      reduce_to_device: the device; that of the destination when None.
      accumulation_fn: function of a list of tensors that gives their sum; `tf.add_n` when None.
    """

    def __init__(self, reduce_to_device: str | None = None, accumulation_fn: Any = None) -> None:
        self.reduce_to_device, self.accumulation_fn = reduce_to_device, accumulation_fn or math_ops.add_n

    def reduce(self, method_string: str, per_device_value: Any, destinations: Any = None) -> Any:
        """As `CrossTowerOps.reduce`, with the function for sums where the values are tensors."""
        place = self.reduce_to_device or destinations
        if self.accumulation_fn is math_ops.add_n or not isinstance(per_device_value, PerDevice):
            return super().reduce(method_string, per_device_value, place)
        values = per_device_value.values()
        if any(isinstance(value, IndexedSlices) for value in flatten(values)):
            return super().reduce(method_string, per_device_value, place)
        with on_device(place if isinstance(place, str) else None):
            total = self.accumulation_fn(values)
            return total if method_string == "sum" else total / len(values)


@public("contrib.distribute.AllReduceCrossTowerOps")
class AllReduceCrossTowerOps(CrossTowerOps):
    """Asks for an all-reduce.

    Args:
      all_reduce_alg, num_packs, agg_small_grads_max_bytes, agg_small_grads_max_group: accepted; XLA chooses.
    """

    def __init__(
        self,
        all_reduce_alg: str = "nccl",
        num_packs: int = 1,
        agg_small_grads_max_bytes: int = 0,
        agg_small_grads_max_group: int = 10,
    ) -> None:
        self.all_reduce_alg, self.num_packs = all_reduce_alg, num_packs
