"""Distribution strategies: what a model does on each of several devices, and what it does once for all of them.

    with strategy.scope():                                       # the cross-tower context
        results = strategy.call_for_each_tower(model, inputs)    # in each tower's own context
        total = strategy.reduce("sum", results, destinations="/cpu:0")

A model that knows nothing of it runs in the tower context of the default strategy, which has one tower.  Inside `model`,
`get_tower_context().merge_call(f, ...)` calls f once, with the arguments of all towers: so optimizers apply the sum of the
gradients of all towers once (`Optimizer.apply_gradients`).

The strategies with several towers are `contrib.distribute`.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any

from evergraph.framework.default_graph import colocate_with as colocated
from evergraph.framework.default_graph import device as on_device
from evergraph.framework.default_graph import get_default_graph
from evergraph.framework.operation import Operation
from evergraph.framework.public import public, public_module
from evergraph.framework.structures import flatten
from evergraph.framework.tensor import Tensor
from evergraph.ops.constants import identity
from evergraph.ops.control_flow.grouping import group
from evergraph.ops.losses import Reduction
from evergraph.ops.variables.creation import variable_creator_scope

public_module("python.training.distribute")


class _Contexts(threading.local):
    """The contexts that a thread is in, innermost last: a TowerContext, or the strategy whose cross-tower context it is."""

    def __init__(self):
        self.stack = []
        self.update_device = None


_contexts = _Contexts()


@contextlib.contextmanager
def _entered(context):
    _contexts.stack.append(context)
    try:
        yield
    finally:
        _contexts.stack.pop()


def _current():
    return _contexts.stack[-1] if _contexts.stack else _default_tower


# -- where the program is -------------------------------------------------------------------------------------------


@public("contrib.distribute.get_tower_context", "python.training.distribute.get_tower_context")
def get_tower_context() -> TowerContext | Any:
    """The tower whose part of the model is being made; None in a cross-tower context."""
    current = _current()
    return current if isinstance(current, TowerContext) else None


@public("contrib.distribute.get_cross_tower_context", "python.training.distribute.get_cross_tower_context")
def get_cross_tower_context() -> DistributionStrategy | None:
    """The strategy in whose `scope()` or `merge_call` the program is; None inside of a tower."""
    current = _current()
    return None if isinstance(current, TowerContext) else current


@public(
    "contrib.distribute.get_distribution_strategy", "python.training.distribute.get_distribution_strategy"
)
def get_distribution_strategy() -> DistributionStrategy:
    """The strategy whose scope the program is in, or the default one."""
    current = _current()
    return current.distribution_strategy if isinstance(current, TowerContext) else current


@public(
    "contrib.distribute.has_distribution_strategy", "python.training.distribute.has_distribution_strategy"
)
def has_distribution_strategy() -> bool:
    """Whether the program is in the scope of another strategy than the default one."""
    return get_distribution_strategy() is not _default_strategy


@public("contrib.distribute.get_loss_reduction", "python.training.distribute.get_loss_reduction")
def get_loss_reduction() -> str:
    """How the losses of towers make one: "sum" if the last loss of `tf.losses` was a sum, else "mean"."""
    decided = get_distribution_strategy()._loss_reduction
    if decided is not None:
        return decided
    return "sum" if get_default_graph()._last_loss_reduction == Reduction.SUM else "mean"


@public("contrib.distribute.require_tower_context", "python.training.distribute.require_tower_context")
def require_tower_context(tower_ctx: TowerContext) -> None:
    """RuntimeError unless the program is in this tower."""
    current = _current()
    if current is tower_ctx:
        return
    if not isinstance(current, TowerContext):
        raise RuntimeError("Need to be inside `call_for_each_tower()`: this is a cross-tower context")
    if current.distribution_strategy is tower_ctx.distribution_strategy:
        raise RuntimeError(
            f"Mismatching tower context: tower {current._tower_id} is not {tower_ctx._tower_id}"
        )
    raise RuntimeError(
        f"Mismatching DistributionStrategy objects: {current.distribution_strategy} is not "
        f"{tower_ctx.distribution_strategy}."
    )


def _require_cross_tower_context(strategy):
    current = _current()
    if current is strategy:
        return
    _require_scope(strategy)
    raise RuntimeError(
        "Method requires being in cross-tower context, use get_tower_context().merge_call() inside of a tower"
    )


def _require_scope(strategy):
    current = get_distribution_strategy()
    if current is strategy:
        return
    if current is _default_strategy:
        raise RuntimeError(f'Need to be inside "with distribution_strategy.scope()" for {strategy}')
    raise RuntimeError(f"Mixing different DistributionStrategy objects: {current} is not {strategy}")


@public("python.training.distribute.get_update_device")
def get_update_device() -> Any:
    """The device whose variables `DistributionStrategy.update` updates at present; None outside of it."""
    return _contexts.update_device


@public("python.training.distribute.UpdateContext")
class UpdateContext:
    """Context manager: inside, `get_update_device` gives `device`."""

    def __init__(self, device: Any) -> None:
        self._device = device
        self._old: Any = None

    def __enter__(self) -> None:
        self._old = _contexts.update_device
        _contexts.update_device = self._device

    def __exit__(self, *_: Any) -> None:
        _contexts.update_device = self._old


# -- strategies ---------------------------------------------------------------------------------------------------------


@public("contrib.distribute.DistributionStrategy", "python.training.distribute.DistributionStrategy")
class DistributionStrategy:
    """Which devices a model runs on, and how their results are joined.

    A subclass gives the methods that raise NotImplementedError here.  Variables are made by the creator
    `_create_variable(next_creator, **kwargs)`.
    """

    _default_device: str | None = None
    _loss_reduction: str | None = None  # "sum" or "mean" where the losses of a model do not decide

    @contextlib.contextmanager
    def _entered_scope(self):
        def creator(next_creator, **kwargs):
            _require_scope(self)
            return self._create_variable(next_creator, **kwargs)

        with contextlib.ExitStack() as stack:
            stack.enter_context(_entered(self))
            stack.enter_context(variable_creator_scope(creator))
            if self._default_device:
                stack.enter_context(on_device(self._default_device))
            yield self

    def scope(self) -> AbstractContextManager[Any]:
        """Context manager: this strategy's cross-tower context, in which variables are made as it says.

        Raises:
          RuntimeError: inside of a tower, or in the scope of another strategy.
        """
        if has_distribution_strategy():
            _require_cross_tower_context(self)
            return contextlib.nullcontext(self)
        return self._entered_scope()

    def _create_variable(self, next_creator, **kwargs):
        raise NotImplementedError(f"{type(self).__name__} does not say how variables are made")

    @contextlib.contextmanager
    def tower_local_var_scope(self, reduce_method: str) -> Iterator[None]:
        """Inside, variables are not trainable, and each tower has its own value of them.

        Args:
          reduce_method: "sum" or "mean": how the towers' values make the one that is saved.
        """

        def creator(next_creator, **kwargs):
            _require_scope(self)
            kwargs["tower_local_reduce_method"] = reduce_method
            return next_creator(**kwargs)

        _require_scope(self)
        with variable_creator_scope(creator):
            yield

    def read_var(self, v: Any) -> Tensor:
        """The value of a variable, as a tensor."""
        return identity(v)

    @contextlib.contextmanager
    def colocate_vars_with(self, colocate_with_variable: Any) -> Iterator[None]:
        """Inside, variables are made where another one is."""
        _require_scope(self)
        with colocated(colocate_with_variable):
            yield

    def _call_dataset_fn(self, dataset_fn):
        result = dataset_fn()
        if not hasattr(result, "make_one_shot_iterator"):
            raise ValueError(
                f"dataset_fn() must return a tf.data.Dataset when using a DistributionStrategy, got {result!r}"
            )
        return result

    def distribute_dataset(self, dataset_fn: Callable) -> Any:
        """A dataset whose iterators give each tower an element of its own.

        Args:
          dataset_fn: function without arguments that returns a Dataset.

        Raises:
          ValueError: it returns something else.
        """
        raise NotImplementedError(f"{type(self).__name__} does not say how datasets are divided")

    def broadcast(self, tensor: Any, destinations: Any = None) -> Any:
        """A value for all towers (or for the devices `destinations`)."""
        _require_cross_tower_context(self)
        return tensor

    def call_for_each_tower(self, fn: Callable, *args: Any, **kwargs: Any) -> Any:
        """Calls `fn` for each tower, in its context and on its device.

        Args:
          fn: the function.
          *args, **kwargs: of it; values that differ among towers are taken apart.

        Returns:
          What it returned, in one structure.
        """
        _require_cross_tower_context(self)
        return self._call_for_each_tower(fn, *args, **kwargs)

    def _call_for_each_tower(self, fn, *args, **kwargs):
        raise NotImplementedError(f"{type(self).__name__} does not say what its towers are")

    def reduce(self, method_string: str, value: Any, destinations: Any = None) -> Any:
        """One value of those of all towers: their "sum" or "mean".

        Args:
          method_string: which.
          value: what `call_for_each_tower` returned: a tensor or IndexedSlices of each tower.
          destinations: the device of the result, a variable beside which it is placed, or None for all.

        Raises:
          ValueError: another method.
        """
        _require_cross_tower_context(self)
        _check_method(method_string)
        return self._reduce(method_string, value, destinations)

    def _reduce(self, method_string, value, destinations):
        raise NotImplementedError(f"{type(self).__name__} does not say how values are joined")

    def batch_reduce(self, method_string: str, value_destination_pairs: Sequence[tuple]) -> list:
        """`reduce` of several (value, destinations)."""
        _require_cross_tower_context(self)
        _check_method(method_string)
        return [self._reduce(method_string, value, place) for value, place in value_destination_pairs]

    def update(self, var: Any, fn: Callable, *args: Any, **kwargs: Any) -> Any:
        """`fn(var, *args, **kwargs)`, where the variable is.  What it returns must be an operation or tensors."""
        _require_cross_tower_context(self)
        with colocated(var), UpdateContext(var):
            return fn(var, *args, **kwargs)

    def update_non_slot(self, colocate_with: Any, fn: Callable, *args: Any, **kwargs: Any) -> Any:
        """`fn(*args, **kwargs)` where what `non_slot_devices` gave is."""
        _require_cross_tower_context(self)
        with UpdateContext(colocate_with):
            return fn(*args, **kwargs)

    def fetch(
        self, val: Any, destination: str = "/device:CPU:0", fn: Callable[[Any], Any] = lambda x: x
    ) -> Tensor:
        """`fn(val)` of a value or variable, as a tensor on a device."""
        _require_cross_tower_context(self)
        found = fn(val)
        with on_device(destination):
            return identity(found)

    def unwrap(self, value: Any) -> list:
        """The values of all towers; of what is one for all, only that."""
        _require_cross_tower_context(self)
        return self._unwrap(value)

    def _unwrap(self, value):
        return [value]

    def group(self, value: Any, name: str | None = None) -> Operation | Any:
        """An operation that has run when those of all towers have."""
        values = flatten(self.unwrap(value))
        if len(values) != 1 or name is not None:
            return group(*values, name=name)
        return values[0].op if isinstance(values[0], Tensor) else values[0]

    @property
    def is_single_tower(self) -> bool:
        """Whether there is one tower only."""
        return self.num_towers == 1

    @property
    def num_towers(self) -> int:
        """How many towers there are."""
        return len(self.worker_devices)

    @property
    def worker_devices(self) -> list[str]:
        """The devices of the towers."""
        raise NotImplementedError(f"{type(self).__name__} names no devices")

    @property
    def parameter_devices(self) -> list[str]:
        """The devices on which variables are updated."""
        return self.worker_devices

    def non_slot_devices(self, var_list: Sequence[Any]) -> Any:
        """Where variables are kept that belong to an optimizer and to none of `var_list`."""
        return self.worker_devices

    @property
    def worker_device_index(self) -> Any:
        """What is the number of its tower in each tower."""
        _require_cross_tower_context(self)
        return self._worker_device_index()

    def _worker_device_index(self) -> Any:
        return 0

    def configure(self, session_config: Any = None) -> None:
        """Takes note of the ConfigProto of the sessions to come."""


def _check_method(method):
    if method not in ("sum", "mean"):
        raise ValueError(f"method_string must be 'sum' or 'mean', got {method!r}")


@public("contrib.distribute.TowerContext", "python.training.distribute.TowerContext")
class TowerContext:
    """What a model may ask for inside of a tower, by `get_tower_context`.

    Args:
      distribution_strategy: the strategy.
      tower_id: the number of the tower.
    """

    def __init__(self, distribution_strategy: DistributionStrategy, tower_id: int) -> None:
        self._strategy = distribution_strategy
        self._tower_id = tower_id

    def __enter__(self) -> None:
        _contexts.stack.append(self)

    def __exit__(self, *_: Any) -> None:
        _contexts.stack.pop()

    def merge_call(self, merge_fn: Callable, *args: Any, **kwargs: Any) -> Any:
        """Calls `merge_fn(strategy, *args, **kwargs)` once for all towers, in the cross-tower context.

        Every tower must come to it, with its arguments; these are joined.  Each tower gets its part of the result.

        Raises:
          RuntimeError: another tower does not come to it, or this is not the tower the program is in.
        """
        require_tower_context(self)
        return self._merge_call(merge_fn, *args, **kwargs)

    def _merge_call(self, merge_fn, *args, **kwargs):
        with _entered(self._strategy):
            return merge_fn(self._strategy, *args, **kwargs)

    def tower_local_var_scope(self, reduce_method: str) -> AbstractContextManager[None]:
        """`DistributionStrategy.tower_local_var_scope`."""
        return self._strategy.tower_local_var_scope(reduce_method)

    @property
    def is_single_tower(self) -> bool:
        """Whether there is one tower only."""
        require_tower_context(self)
        return self._strategy.is_single_tower

    @property
    def num_towers(self) -> int:
        """How many towers there are."""
        return self._strategy.num_towers

    @property
    def tower_id(self) -> int:
        """The number of the tower, from 0."""
        require_tower_context(self)
        return self._tower_id

    @property
    def distribution_strategy(self) -> DistributionStrategy:
        """The strategy."""
        return self._strategy

    @property
    def device(self) -> str:
        """The device of the tower."""
        require_tower_context(self)
        return self._strategy.worker_devices[self._tower_id]


class _DefaultStrategy(DistributionStrategy):
    """What there is where no strategy is chosen: one tower, variables as they are made."""

    def scope(self):
        if has_distribution_strategy():
            raise RuntimeError("Must not nest DistributionStrategy scopes.")
        return self._entered_scope()

    def _create_variable(self, next_creator, **kwargs):
        kwargs.pop("tower_local_reduce_method", None)
        return next_creator(**kwargs)

    @contextlib.contextmanager
    def tower_local_var_scope(self, reduce_method):
        def creator(next_creator, **kwargs):
            kwargs["trainable"] = False
            return next_creator(**kwargs)

        with variable_creator_scope(creator):
            yield

    def distribute_dataset(self, dataset_fn):
        return self._call_dataset_fn(dataset_fn)

    def _call_for_each_tower(self, fn, *args, **kwargs):
        kwargs.pop("run_concurrently", None)
        with TowerContext(self, tower_id=0):
            return fn(*args, **kwargs)

    def _reduce(self, method_string, value, destinations):
        return value

    @property
    def num_towers(self):
        return 1

    @property
    def worker_devices(self):
        raise RuntimeError("worker_devices: no distribution strategy was chosen, so no devices are named")

    def non_slot_devices(self, var_list):
        return min(var_list, key=lambda variable: variable.name)


_default_strategy = _DefaultStrategy()
_default_tower = TowerContext(_default_strategy, tower_id=0)
