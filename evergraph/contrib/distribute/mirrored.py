"""`MirroredStrategy`: a tower on each of several devices, which train together.

A model function is called once for each tower, under its device.  Where a tower comes to a `merge_call` it waits until all
others have come to it too, so each runs in a thread of its own; but one at a time, since they make one graph: with the scopes
of the graph, the creators of variables and the collection of losses changes hands (`_Tower.resume`).

Variables that the first tower makes are those of all.  A step of towers that are alike is then one program of all their
devices, each of which holds the variables (`engine.towers`): so are they mirrored.
"""

from __future__ import annotations

import contextlib
import dataclasses
import re
import threading
from collections.abc import Callable, Iterable
from typing import Any

from evergraph.contrib.distribute.cross_tower_ops import CrossTowerOps, reduced
from evergraph.contrib.distribute.values import MapOutput, PerDevice, PerDeviceDataset, regroup, select_device
from evergraph.engine.runtime import current_runtime
from evergraph.framework.collections import GraphKeys
from evergraph.framework.condition import Event
from evergraph.framework.default_graph import device as on_device
from evergraph.framework.default_graph import get_default_graph, name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.scopes import Scopes
from evergraph.ops.distribute import DistributionStrategy, TowerContext
from evergraph.ops.variables.creation import exchange_creators, variable_creator_scope
from evergraph.ops.variables.scope import get_variable_scope, variable_scope

public_module("contrib.distribute.python.mirrored_strategy")

_NUMBERS = re.compile(r"_\d+(?=/|$)")


@public("contrib.distribute.MirroredStrategy")
class MirroredStrategy(DistributionStrategy):
    """A tower on each of several devices; each step applies the sum of their gradients.

    Args:
      devices: their names; `/device:GPU:0` and so on when None.
      num_gpus: how many GPUs, in place of `devices`; all when None (without any, the devices that the host is split into).
      cross_tower_ops: a CrossTowerOps that joins the values of towers.
      prefetch_on_device: accepted; elements go to their devices when they are used.

    Raises:
      ValueError: `devices` and `num_gpus`, no device, or one twice.
    """

    def __init__(
        self,
        devices: list[str] | None = None,
        num_gpus: int | None = None,
        cross_tower_ops: CrossTowerOps | None = None,
        prefetch_on_device: bool | None = None,
    ) -> None:
        if devices is not None and num_gpus is not None:
            raise ValueError("Must only specify one of `devices` and `num_gpus`.")
        if devices is None:
            devices = [f"/device:GPU:{i}" for i in range(_device_count() if num_gpus is None else num_gpus)]
        if not devices:
            raise ValueError("Must specify at least one device.")
        if len(set(devices)) != len(devices):
            raise ValueError(f"No duplicates allowed in `devices` argument, got {devices}")
        self._devices = list(devices)
        self._cross_tower_ops = cross_tower_ops

    def __deepcopy__(self, memo):
        return self  # a configuration of an Estimator is copied; the strategy goes on being the one in whose scope one is

    def _create_variable(self, next_creator, **kwargs):
        if kwargs.pop("tower_local_reduce_method", None) is not None:
            kwargs["trainable"] = False
        return next_creator(**kwargs)

    def distribute_dataset(self, dataset_fn: Callable) -> PerDeviceDataset:
        """See `DistributionStrategy.distribute_dataset`."""
        return PerDeviceDataset(self._call_dataset_fn(dataset_fn), self._devices)

    def _call_for_each_tower(self, fn, *args, **kwargs):
        kwargs.pop("run_concurrently", None)
        shared = {}
        towers = [
            _Tower(self, number, fn, select_device(device, args), select_device(device, kwargs), shared)
            for number, device in enumerate(self._devices)
        ]
        try:
            while True:
                for tower in towers:
                    tower.resume()
                waiting = [tower for tower in towers if tower.merge is not None]
                if not waiting:
                    return regroup({tower.place: tower.result for tower in towers})
                if len(waiting) < len(towers):
                    raise RuntimeError(
                        "Some towers made a different number of tower_context().merge_call() calls: "
                        f"{[tower.place for tower in waiting]} have made one more"
                    )
                self._merge(towers)
        finally:
            for tower in towers:
                tower.abandon()

    def _merge(self, towers):
        """Calls what the towers want to be called once, under the name scope of the first and after what each waits for."""
        graph = get_default_graph()
        calls = [tower.merge for tower in towers]
        function = calls[0][0]
        args, kwargs = (
            regroup({tower.place: call[part] for tower, call in zip(towers, calls)}) for part in (1, 2)
        )
        own = graph.exchange_scopes(towers[0].scopes)
        graph.exchange_scopes(
            dataclasses.replace(
                towers[0].scopes,
                devices=own.devices,
                colocation=own.colocation,
                control=tuple(dict.fromkeys(c for tower in towers for c in tower.scopes.control)),
            )
        )
        try:
            merged = function(self, *args, **kwargs)
        finally:
            graph.exchange_scopes(own)
        for tower in towers:
            tower.merge, tower.merged = None, select_device(tower.place, merged)

    def map(self, map_over: Iterable[Any], fn: Callable, *args: Any, **kwargs: Any) -> PerDevice:
        """`fn(item, *args, **kwargs)` for each item, on the devices in turn."""
        found = {device: [] for device in self._devices}
        for number, item in enumerate(map_over):
            device = self._devices[number % len(self._devices)]
            with on_device(device):
                found[device].append(fn(item, *select_device(device, args), **select_device(device, kwargs)))
        return PerDevice({device: MapOutput(results) for device, results in found.items() if results})

    def _reduce(self, method_string, value, destinations):
        if isinstance(value, PerDevice) and any(isinstance(each, MapOutput) for each in value.values()):
            value = MapOutput([item for each in value.values() for item in each.get()])
        if self._cross_tower_ops is not None and isinstance(value, PerDevice):
            return self._cross_tower_ops.reduce(method_string, value, destinations)
        return reduced(method_string, value, destinations)

    def _unwrap(self, value):
        return value.values() if isinstance(value, PerDevice) else [value]

    @property
    def worker_devices(self) -> list[str]:
        """The devices."""
        return list(self._devices)

    def _worker_device_index(self):
        return PerDevice({device: number for number, device in enumerate(self._devices)})


def _device_count():
    """How many devices `/gpu:i` stands for: the accelerators, else those that the host is split into."""
    devices = current_runtime().devices
    return len([d for d in devices if d.platform != "cpu"]) or len(devices)


class _Stop(BaseException):
    """Ends the thread of a tower that is not resumed any more."""


class _Tower(TowerContext):
    """One tower while its part of the model is made, by a thread that runs when it is resumed.

    Attributes:
      place: its device.
      scopes: those of the graph, where it has paused.
      merge: (function, args, kwargs) of the `merge_call` that it waits in; None when it has ended.
      merged: what it gets from that.
      result: what its function returned.
    """

    def __init__(self, strategy, number, fn, args, kwargs, shared):
        super().__init__(strategy, number)
        self.place = strategy.worker_devices[number]
        self._graph = get_default_graph()
        self._fn, self._args, self._kwargs = fn, args, kwargs
        self._shared, self._made = shared, {}
        self._variable_scope, self._name_scope = get_variable_scope(), self._graph.get_name_scope()
        self.scopes = self._graph.exchange_scopes(Scopes())
        self._graph.exchange_scopes(self.scopes)
        self._creators = exchange_creators([])
        exchange_creators(self._creators)
        self._losses = self._graph.get_collection(GraphKeys.LOSSES)
        self._known = len(self._losses)
        self.merge: Any = None
        self.merged: Any = None
        self.result: Any = None
        self._failure: BaseException | None = None
        self._is_stopped = False
        self._may_run, self._has_paused = Event(), Event()
        self._thread = threading.Thread(target=self._run, name=f"tower {number}", daemon=True)

    # -- seen from the caller of `call_for_each_tower` -----------------------------------------------------------

    def resume(self):
        """Lets the tower go on, to its next `merge_call` or to its end; raises what it raises."""
        graph = self._graph
        own = graph.exchange_scopes(self.scopes)
        creators = exchange_creators(self._creators)
        losses = graph.get_collection_ref(GraphKeys.LOSSES)
        others, losses[:] = list(losses), self._losses
        try:
            self._let_run()
        finally:
            self.scopes = graph.exchange_scopes(own)
            self._creators = exchange_creators(creators)
            self._losses = list(losses)
            losses[:] = others
        if self._failure is not None:
            raise self._failure
        if self.merge is None:
            losses.extend(self._losses[self._known :])

    def _let_run(self):
        if not self._thread.is_alive():
            self._thread.start()
        self._may_run.set()
        self._has_paused.wait()
        self._has_paused.clear()

    def abandon(self):
        """Ends the thread where it waits."""
        if self._thread.is_alive():
            self._is_stopped = True
            self._let_run()
            self._thread.join()

    # -- the thread -------------------------------------------------------------------------------------------------

    def _run(self):
        self._may_run.wait()
        self._may_run.clear()
        try:
            with contextlib.ExitStack() as stack:
                if not self._graph.is_eager:
                    stack.enter_context(self._graph.as_default())
                stack.enter_context(self)
                stack.enter_context(on_device(self.place))
                if self._tower_id:
                    scope = f"{self._name_scope}/" if self._name_scope else ""
                    stack.enter_context(name_scope(f"{scope}tower_{self._tower_id}/"))
                stack.enter_context(
                    variable_scope(
                        self._variable_scope,
                        reuse=True if self._tower_id else None,
                        auxiliary_name_scope=False,
                    )
                )
                stack.enter_context(variable_creator_scope(self._create))
                self.result = self._fn(*self._args, **self._kwargs)
        except _Stop:
            pass
        except BaseException as failure:
            self._failure = failure
        finally:
            self._has_paused.set()

    def _merge_call(self, merge_fn, *args, **kwargs):
        if self._graph.body is not None:
            raise RuntimeError(
                "merge_call inside of tf.cond, tf.while_loop or a dataset's function: call it outside of it"
            )
        self.merge = merge_fn, args, kwargs
        self._has_paused.set()
        self._may_run.wait()
        self._may_run.clear()
        if self._is_stopped:
            raise _Stop()
        return self.merged

    def _create(self, next_creator, **kwargs):
        """The variables that the first tower makes are those that the others get, by name and order."""
        name = _NUMBERS.sub("", kwargs.get("name") or "Variable")
        number = self._made[name] = self._made.get(name, -1) + 1
        if not self._tower_id:
            variable = self._shared[name, number] = next_creator(**kwargs)
            return variable
        if (name, number) not in self._shared:
            raise RuntimeError(
                f"Tried to create variable {kwargs.get('name')!r} in tower {self._tower_id} ({self.place}), of which the "
                f"first tower has made none: all towers make the same variables"
            )
        return self._shared[name, number]
