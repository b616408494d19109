"""`tf.data.Options`: how a dataset may be computed."""

from __future__ import annotations

from typing import Any

from evergraph.framework.public import public, public_module

public_module("python.data.util.options")


class _Choices:
    """Named choices, each None until it is set; a name that is no choice is refused."""

    _NAMES: tuple[str, ...] = ()
    _PARTS: dict[str, type[_Choices]] = {}

    def __init__(self) -> None:
        for name in self._NAMES:
            object.__setattr__(self, name, self._PARTS[name]() if name in self._PARTS else None)

    def __setattr__(self, name: str, value: Any) -> None:
        if name not in self._NAMES:
            raise AttributeError(
                f"Cannot set the property {name} on {type(self).__name__}: it has {', '.join(self._NAMES)}"
            )
        part = self._PARTS.get(name)
        if part is not None and not isinstance(value, part):
            raise TypeError(f"{name} must be of type {part.__name__}, got {value!r}")
        object.__setattr__(self, name, value)

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and vars(other) == vars(self)

    __hash__ = None  # pyright: ignore[reportAssignmentType] they change

    def merged(self, other: Any) -> Any:
        """Those of `other` that are set, else those of this one."""
        made = type(self)()
        for name in self._NAMES:
            mine, given = getattr(self, name), getattr(other, name)
            if isinstance(mine, _Choices):
                setattr(made, name, mine.merged(given))
            else:
                setattr(made, name, mine if given is None else given)
        return made


@public()
class ThreadingOptions(_Choices):
    """How many threads a dataset may use (`max_intra_op_parallelism`, `private_threadpool_size`)."""

    _NAMES = ("max_intra_op_parallelism", "private_threadpool_size")


@public()
class DistributeOptions(_Choices):
    """How a dataset is divided among workers (`auto_shard`, `num_devices`)."""

    _NAMES = ("auto_shard", "auto_shard_policy", "num_devices")


@public()
class OptimizationOptions(_Choices):
    """Which rewrites of a dataset are allowed; here those that keep its elements are always made."""

    _NAMES = (
        "apply_default_optimizations",
        "autotune",
        "autotune_buffers",
        "autotune_cpu_budget",
        "filter_fusion",
        "filter_with_random_uniform_fusion",
        "hoist_random_uniform",
        "map_and_batch_fusion",
        "map_and_filter_fusion",
        "map_fusion",
        "map_parallelization",
        "noop_elimination",
        "parallel_batch",
        "shuffle_and_repeat_fusion",
    )


@public("data.Options")
class Options(_Choices):
    """How a dataset may be computed, for `Dataset.with_options`. Its elements and their order are the same whatever is chosen.

    Attributes (each None until it is set):
      experimental_deterministic: whether the order must not depend on how quick threads are; here it never does.
      experimental_threading: a ThreadingOptions; experimental_optimization: an OptimizationOptions;
        experimental_distribute: a DistributeOptions.
      experimental_slack, experimental_stats, experimental_autotune, experimental_stateful_whitelist: accepted.

    Raises:
      AttributeError: what is set is none of these.
      TypeError: a value of another kind.
    """

    _NAMES = (
        "experimental_autotune",
        "experimental_deterministic",
        "experimental_distribute",
        "experimental_optimization",
        "experimental_slack",
        "experimental_stateful_whitelist",
        "experimental_stats",
        "experimental_threading",
    )
    _PARTS = {
        "experimental_distribute": DistributeOptions,
        "experimental_optimization": OptimizationOptions,
        "experimental_threading": ThreadingOptions,
    }

    def merge(self, options: Options) -> Options:
        """New Options: those given, where they are set, else these."""
        return self.merged(options)
