"""`SyncReplicasOptimizer`: several workers' gradients are averaged into one update.

One step: every worker adds its gradients to the accumulators, stamped with its local step, and waits for a token.
The chief's queue runner takes the averages, updates the variables, and puts out one token for each worker, which
carries the new global step.  Gradients that are late are dropped by the accumulators.

Where the workers are processes of their own (`session.targets.train_with_others`), a step is one collective operation, and
every worker updates its own copy of the variables by the averages of all: there are no tokens.  With `replicas_to_aggregate`
gradients for so many workers, a step takes that many: more than there are workers in several runs, of fewer some in turn.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from evergraph.framework import errors, logging
from evergraph.framework.collections import GraphKeys
from evergraph.framework.composite import IndexedSlices
from evergraph.framework.default_graph import (
    colocate_with,
    control_dependencies,
    device,
    name_scope,
)
from evergraph.framework.dtypes import int32
from evergraph.framework.operation import Operation
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops.collective import mean_of_workers, rows_of_workers
from evergraph.ops.constants import no_op
from evergraph.ops.control_flow.grouping import group
from evergraph.ops.queues.accumulators import ConditionalAccumulator, SparseConditionalAccumulator
from evergraph.ops.queues.classes import FIFOQueue
from evergraph.ops.variables.assign import assign
from evergraph.ops.variables.collections import global_variables
from evergraph.ops.variables.creation import new_variable
from evergraph.ops.variables.reference import Variable
from evergraph.ops.variables.uninitialized import report_uninitialized_variables
from evergraph.optimizers.moving_averages import ExponentialMovingAverage
from evergraph.optimizers.optimizer import Optimizer
from evergraph.session import targets
from evergraph.training.queue_runner import QueueRunner
from evergraph.training.session_run_hook import SessionRunHook

public_module("python.training.sync_replicas_optimizer")


@public("train.SyncReplicasOptimizer")
class SyncReplicasOptimizer(Optimizer):
    """Averages the gradients of several workers before another optimizer applies them.

    Pass `make_session_run_hook(is_chief)` to the monitored session of every worker.

    Args:
      opt: the optimizer that applies the averages.
      replicas_to_aggregate: how many gradients make a step.
      total_num_replicas: how many workers there are; as many as gradients when None.  More workers than gradients
        are backups, fewer give several gradients each.
      variable_averages: an ExponentialMovingAverage to update after each step, or None.
      variables_to_average: the variables of it.
      use_locking: accepted and passed on.
      name: the optimizer's name.
    """

    def __init__(
        self,
        opt: Optimizer,
        replicas_to_aggregate: int,
        total_num_replicas: int | None = None,
        variable_averages: ExponentialMovingAverage | None = None,
        variables_to_average: Sequence[Variable] | None = None,
        use_locking: bool = False,
        name: str = "sync_replicas",
    ) -> None:
        super().__init__(use_locking, name)
        if total_num_replicas is None:
            total_num_replicas = replicas_to_aggregate
        logging.info(
            "SyncReplicasV2: replicas_to_aggregate=%s; total_num_replicas=%s",
            replicas_to_aggregate,
            total_num_replicas,
        )
        self._opt = opt
        self._replicas_to_aggregate = replicas_to_aggregate
        self._total_num_replicas = total_num_replicas
        self._tokens_per_step = max(total_num_replicas, replicas_to_aggregate)
        self._variable_averages = variable_averages
        self._variables_to_average = variables_to_average
        self._gradients_applied = False
        self._global_step: Any = None
        self._local_step: TensorLike = None
        self._sync_token_queue: Any = None
        self._chief_queue_runner: Any = None
        self._accumulator_list: list[tuple] = []

    def compute_gradients(self, *args: Any, **kwargs: Any) -> list[tuple]:
        """`compute_gradients` of the wrapped optimizer."""
        return self._opt.compute_gradients(*args, **kwargs)

    def apply_gradients(
        self,
        grads_and_vars: Iterable[tuple],
        global_step: Tensor | Variable | None = None,
        name: str | None = None,
    ) -> Operation:
        """Records a worker's step: give gradients, wait for the token of the next step.

        Args:
          grads_and_vars: pairs (gradient, variable), as from `compute_gradients`.
          global_step: the variable that counts the steps; required.
          name: accepted; not used.

        Returns:
          The assignment of the worker's local step, which has run when the step is over.

        Raises:
          ValueError: no pairs, no `global_step`, or a gradient that is no Tensor, IndexedSlices or None.
        """
        grads_and_vars = [] if grads_and_vars is None else list(grads_and_vars)
        if not grads_and_vars:
            raise ValueError("apply_gradients needs at least one variable with its gradient")
        if global_step is None:
            raise ValueError("Global step is required to check staleness")
        self._global_step = global_step
        with colocate_with(no_op()):
            self._local_step = new_variable(
                0,
                trainable=False,
                collections=[GraphKeys.LOCAL_VARIABLES],
                dtype=global_step.dtype.base_dtype,
                name="sync_rep_local_step",
            )
        self.local_step_init_op = assign(self._local_step, global_step)
        self.ready_for_local_init_op = report_uninitialized_variables(global_variables())
        if targets.train_with_others():
            return self._apply_averages_of_workers(grads_and_vars, global_step)
        with name_scope(None, self._name):
            given, averages = [], []
            for gradient, var in grads_and_vars:
                with device(var.device):
                    averages.append((self._accumulate(gradient, var, given), var))
            with device(global_step.device), name_scope(""):
                update = self._opt.apply_gradients(averages, global_step)
                train_op: Any = self._exchange_tokens(given, update)
            steps = []
            for accumulator, place in self._accumulator_list:
                with device(place):
                    steps.append(accumulator.set_global_step(global_step, name="SetGlobalStep"))
            self.chief_init_op = group(self.local_step_init_op, *steps)
        self._gradients_applied = True
        return train_op

    def _apply_averages_of_workers(self, grads_and_vars, global_step):
        """Records a step of workers that are processes of their own."""
        wanted = self._replicas_to_aggregate
        size = 0 if wanted == self._total_num_replicas else wanted  # 0: of all who are there
        with name_scope(None, self._name):
            averages = []
            for gradient, var in grads_and_vars:
                with device(var.device):
                    averages.append((_average_of_workers(gradient, size), var))
            with device(global_step.device), name_scope(""):
                update = self._opt.apply_gradients(averages, global_step)
            if self._variable_averages is not None:
                with control_dependencies([update]), name_scope(""):
                    update = self._variable_averages.apply(self._variables_to_average)
            with control_dependencies([update]):
                train_op: Any = assign(self._local_step, global_step)
            self.chief_init_op = group(self.local_step_init_op)
            unused = FIFOQueue(1, int32, shapes=(), name="dummy_queue", shared_name="dummy_queue")
            ends = (errors.OutOfRangeError, errors.CancelledError)
            self._chief_queue_runner = QueueRunner(
                unused, [unused.dequeue().op], queue_closed_exception_types=ends
            )
        self._gradients_applied = True
        return train_op

    def _accumulate(self, gradient, var, given):
        """Adds the operation that gives a gradient to `given`; returns the average of those of all workers."""
        if gradient is None:
            return None
        shared_name = var.name + "/grad_accum"
        if isinstance(gradient, Tensor):
            accumulator = ConditionalAccumulator(gradient.dtype, shape=var.shape, shared_name=shared_name)
            given.append(accumulator.apply_grad(gradient, local_step=self._local_step))
            average = accumulator.take_grad(self._replicas_to_aggregate)
        elif isinstance(gradient, IndexedSlices):
            accumulator = SparseConditionalAccumulator(
                gradient.dtype, shape=var.shape, shared_name=shared_name
            )
            given.append(accumulator.apply_indexed_slices_grad(gradient, local_step=self._local_step))
            average = accumulator.take_indexed_slices_grad(self._replicas_to_aggregate)
        else:
            raise ValueError(
                f"Unknown grad type: the gradient of {var.name} must be a Tensor, IndexedSlices or None, got {gradient!r}"
            )
        self._accumulator_list.append((accumulator, var.device))
        return average

    def _exchange_tokens(self, given, update):
        step_type = self._global_step.dtype.base_dtype
        queue = FIFOQueue(-1, step_type, shapes=(), name="sync_token_q", shared_name="sync_token_q")
        # A queue runner closes its queue when it stops; the tokens must outlive that.
        unused = FIFOQueue(1, int32, shapes=(), name="dummy_queue", shared_name="dummy_queue")
        self._sync_token_queue = queue
        with control_dependencies(given):
            token = queue.dequeue()
        train_op: Any = assign(self._local_step, token)
        with control_dependencies([update]):
            sync_op = queue.enqueue_many((array_ops.fill([self._tokens_per_step], self._global_step),))
        if self._variable_averages is not None:
            with control_dependencies([sync_op]), name_scope(""):
                sync_op = self._variable_averages.apply(self._variables_to_average)
        # It waits for gradients when training ends, until the session is closed.
        ends = (errors.OutOfRangeError, errors.CancelledError)
        self._chief_queue_runner = QueueRunner(unused, [sync_op], queue_closed_exception_types=ends)
        return train_op

    def _require_applied(self, method):
        if not self._gradients_applied:
            raise ValueError(f"{method} should be called after apply_gradients().")

    def get_chief_queue_runner(self) -> QueueRunner:
        """The QueueRunner that the chief starts; ValueError before `apply_gradients`."""
        self._require_applied("get_chief_queue_runner()")
        return self._chief_queue_runner

    def get_init_tokens_op(self, num_tokens: int = -1) -> Operation:
        """The operation that puts tokens into the queue before the first step.

        Args:
          num_tokens: how many; `replicas_to_aggregate` when -1.

        Raises:
          ValueError: called before `apply_gradients`, or too few tokens to finish the first step.
        """
        self._require_applied("get_init_tokens_op()")
        needed = self._replicas_to_aggregate - self._total_num_replicas
        if num_tokens == -1:
            num_tokens = self._replicas_to_aggregate
        elif num_tokens < needed:
            raise ValueError(
                f"Too few tokens to finish the first step: {num_tokens} (given) vs {needed} (needed)"
            )
        if num_tokens == 0 or self._sync_token_queue is None:
            return no_op(name="no_init_tokens")
        with device(self._global_step.device), name_scope(""):
            return self._sync_token_queue.enqueue_many((array_ops.fill([num_tokens], self._global_step),))

    def make_session_run_hook(self, is_chief: bool, num_tokens: int = -1) -> SessionRunHook:
        """The hook that initializes a worker's local step and, on the chief, starts what makes the steps."""
        return _SyncReplicasOptimizerHook(self, is_chief, num_tokens)

    def get_slot(self, *args: Any, **kwargs: Any) -> Variable | None:
        """`get_slot` of the wrapped optimizer."""
        return self._opt.get_slot(*args, **kwargs)

    def get_slot_names(self, *args: Any, **kwargs: Any) -> list[str]:
        """`get_slot_names` of the wrapped optimizer."""
        return self._opt.get_slot_names(*args, **kwargs)

    def variables(self) -> list[Variable]:
        """`variables` of the wrapped optimizer."""
        return self._opt.variables()


def _average_of_workers(gradient, size):
    if gradient is None:
        return None
    if isinstance(gradient, Tensor):
        return mean_of_workers(gradient, group_size=size)
    if isinstance(gradient, IndexedSlices):
        workers = mean_of_workers(
            array_ops.ones([], gradient.dtype), final_op="Id", group_size=size
        )  # their sum: how many there are
        values = rows_of_workers(gradient.values) / workers
        return IndexedSlices(values, rows_of_workers(gradient.indices), gradient.dense_shape)
    raise ValueError(
        f"Unknown grad type: a gradient must be a Tensor, IndexedSlices or None, got {gradient!r}"
    )


class _SyncReplicasOptimizerHook(SessionRunHook):
    def __init__(self, sync_optimizer, is_chief, num_tokens):
        self._sync_optimizer = sync_optimizer
        self._is_chief = is_chief
        self._num_tokens = num_tokens

    def begin(self):
        optimizer = self._sync_optimizer
        if not optimizer._gradients_applied:
            raise ValueError(
                "SyncReplicasOptimizer.apply_gradient should be called before using the hook: call minimize() or "
                "apply_gradients() before the monitored session is made"
            )
        self._local_init_op = optimizer.chief_init_op if self._is_chief else optimizer.local_step_init_op
        self._queue_runner: Any = optimizer.get_chief_queue_runner() if self._is_chief else None
        self._init_tokens_op = optimizer.get_init_tokens_op(self._num_tokens) if self._is_chief else None

    def after_create_session(self, session, coord):
        missing = session.run(self._sync_optimizer.ready_for_local_init_op)
        if missing.size:
            names = ", ".join(name.decode() for name in missing)
            raise RuntimeError(
                f"Init operations did not make model ready for SyncReplicasOptimizer local_init. Init op: "
                f"{self._local_init_op.name}; variables not initialized: {names}"
            )
        session.run(self._local_init_op)
        if self._is_chief:
            session.run(self._init_tokens_op)
            self._queue_runner.create_threads(session, coord=coord, daemon=True, start=True)
