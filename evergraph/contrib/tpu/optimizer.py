"""`CrossShardOptimizer`: an optimizer whose gradients are summed over the copies of a model; here there is one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from evergraph.framework.operation import Operation
from evergraph.framework.public import public, public_module
from evergraph.ops.losses import Reduction
from evergraph.optimizers.optimizer import Optimizer

public_module("contrib.tpu.python.tpu.tpu_optimizer")


@public("contrib.tpu.CrossShardOptimizer")
class CrossShardOptimizer(Optimizer):
    """An optimizer as it is, since one copy of the model takes all of the batch.

    Args:
      opt: the optimizer.
      reduction: `tf.losses.Reduction.SUM` or `MEAN`, which are the same for one copy.
      name: a name for the operations.

    Raises:
      ValueError: another reduction.
    """

    def __init__(
        self, opt: Optimizer, reduction: str = Reduction.MEAN, name: str = "CrossShardOptimizer"
    ) -> None:
        if reduction not in (Reduction.SUM, Reduction.MEAN):
            raise ValueError(f"Unsupported reduction: {reduction}; use Reduction.SUM or Reduction.MEAN")
        super().__init__(False, name)
        self._opt = opt

    def compute_gradients(self, *args: Any, **kwargs: Any) -> list[tuple]:
        """Those of the optimizer."""
        return self._opt.compute_gradients(*args, **kwargs)

    def apply_gradients(
        self, grads_and_vars: Iterable[tuple], global_step: Any = None, name: str | None = None
    ) -> Operation:
        """That of the optimizer."""
        return self._opt.apply_gradients(grads_and_vars, global_step, name)

    def get_slot(self, *args: Any, **kwargs: Any) -> Any:
        """That of the optimizer."""
        return self._opt.get_slot(*args, **kwargs)

    def get_slot_names(self, *args: Any, **kwargs: Any) -> list[str]:
        """Those of the optimizer."""
        return self._opt.get_slot_names(*args, **kwargs)

    def variables(self) -> list[Any]:
        """Those of the optimizer."""
        return self._opt.variables()
