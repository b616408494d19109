"""`WALSMatrixFactorization`: weighted alternating least squares as an Estimator of `tf.contrib.learn`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from evergraph.contrib.factorization.wals_model import WALSModel
from evergraph.contrib.learn.estimator import Estimator
from evergraph.contrib.learn.model_fn import ModeKeys, ModelFnOps
from evergraph.contrib.learn.run_config import RunConfig
from evergraph.framework import dtypes, logging
from evergraph.framework.collections import GraphKeys
from evergraph.framework.default_graph import control_dependencies, get_default_graph
from evergraph.framework.public import public, public_module
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops.constants import no_op
from evergraph.ops.control_flow.conditional import cond
from evergraph.ops.control_flow.grouping import group
from evergraph.ops.variables.assign import assign, assign_add, scatter_update
from evergraph.ops.variables.creation import new_variable
from evergraph.summary import summary
from evergraph.training.global_step import get_global_step
from evergraph.training.session_run_hook import (
    SessionRunArgs,
    SessionRunContext,
    SessionRunHook,
    SessionRunValues,
)

public_module("contrib.factorization.python.ops.wals")


class _Sweeps:
    """The variables that say where the sweeps stand, and the operations that move them on.

    Attributes:
      is_row: whether a sweep is one of rows.
      is_done: whether the last step ended a sweep.
      completed: how many sweeps are done.
      loss, error: those of the last step.
    """

    def __init__(self) -> None:
        self.is_row = self._variable(True, "is_row_sweep")
        self.is_done = self._variable(False, "is_sweep_done")
        self.completed = self._variable(0, WALSMatrixFactorization.COMPLETED_SWEEPS)
        self.loss = self._variable(0.0, WALSMatrixFactorization.LOSS)
        self.error = self._variable(0.0, WALSMatrixFactorization.RWSE)
        summary.scalar("loss", self.loss)
        summary.scalar("root_weighted_squared_error", self.error)
        summary.scalar("completed_sweeps", self.completed)

    @staticmethod
    def _variable(value, name):
        return new_variable(value, trainable=False, name=name, collections=[GraphKeys.GLOBAL_VARIABLES])

    def axis(self, entries, count, update, name):
        """(operation that begins, operation of a step) of the sweeps of rows, or of columns."""
        seen = self._variable(array_ops.fill([count], False), f"processed_{name}")
        _, update_op, loss, regularization, weights = update(entries)
        numbers = entries.indices[:, 0]
        updates = [
            update_op,
            assign(self.loss, loss + regularization),
            assign(self.error, math_ops.sqrt(loss / weights)),
        ]
        with control_dependencies(updates):
            marks = array_ops.ones_like(numbers, dtype=dtypes.bool)
            marked = scatter_update(seen, numbers, marks, name=f"update_processed_{name}_indices")
        with control_dependencies([marked]):
            is_done = math_ops.reduce_all(seen)
            more = math_ops.cast(is_done, dtypes.int32)
            step = group(
                assign(self.is_done, is_done),
                assign_add(self.completed, more),
                name=f"{name}_sweep_train_op",
            )
        return seen.initializer, step


@public("contrib.factorization.python.ops.wals._SweepHook")
class SweepHook(SessionRunHook):
    """Alternates sweeps of rows and of columns, and prepares each.

    Args:
      is_row_sweep_var, is_sweep_done_var: bool variables: which kind a sweep is, and whether the last step ended one.
      init_op: run once.
      row_prep_ops, col_prep_ops: lists of operations, run in order before each sweep of a kind.
      row_train_op, col_train_op: the operation of a step.
      switch_op: run between two sweeps.
    """

    def __init__(
        self,
        is_row_sweep_var: Any,
        is_sweep_done_var: Any,
        init_op: Any,
        row_prep_ops: list[Any],
        col_prep_ops: list[Any],
        row_train_op: Any,
        col_train_op: Any,
        switch_op: Any,
    ) -> None:
        self._is_row, self._is_done = is_row_sweep_var, is_sweep_done_var
        self._init_op, self._switch_op = init_op, switch_op
        self._kinds = {True: (row_prep_ops, row_train_op), False: (col_prep_ops, col_train_op)}
        self._is_prepared = False

    def before_run(self, run_context: SessionRunContext) -> SessionRunArgs:
        """Prepares a sweep where one begins, and asks for its step."""
        session = run_context.session
        begins = bool(session.run(self._is_done))
        if not self._is_prepared:
            session.run(self._init_op)
        if begins:
            session.run(self._switch_op)
        is_row = bool(session.run(self._is_row))
        preparations, step = self._kinds[is_row]
        if begins or not self._is_prepared:
            logging.info("Preparing the %s sweep.", "row" if is_row else "col")
            for each in preparations:
                session.run(each)
        self._is_prepared = True
        return SessionRunArgs([step])


class _CountStepsHook(SessionRunHook):
    """Counts the global step, before each run."""

    def __init__(self):
        self._count = assign_add(get_global_step(), 1, name="global_step_incr").op

    def before_run(self, run_context):
        run_context.session.run(self._count)


@public("contrib.factorization.python.ops.wals._StopAtSweepHook")
class StopAtSweepHook(SessionRunHook):
    """Ends the training after so many sweeps.

    Args:
      last_sweep: the number of sweeps of rows and of columns together.

    Raises:
      RuntimeError (in `begin`): the graph counts no sweeps.
    """

    def __init__(self, last_sweep: int) -> None:
        self._last_sweep = last_sweep

    def begin(self) -> None:
        """Finds the number of sweeps by its name. RuntimeError where the graph has none."""
        name = WALSMatrixFactorization.COMPLETED_SWEEPS
        try:
            self._completed = get_default_graph().get_tensor_by_name(f"{name}:0")
        except KeyError as error:
            raise RuntimeError(
                f"StopAtSweepHook needs the counter {name!r}, which the graph lacks"
            ) from error

    def before_run(self, run_context: SessionRunContext) -> SessionRunArgs:
        """Asks for it."""
        return SessionRunArgs(self._completed)

    def after_run(self, run_context: SessionRunContext, run_values: SessionRunValues) -> None:
        """Looks whether it is reached."""
        if run_values.results >= self._last_sweep:
            run_context.request_stop()


@public("contrib.factorization.WALSMatrixFactorization")
class WALSMatrixFactorization(Estimator):
    """Weighted alternating least squares as an Estimator; see WALSModel for what it minimizes.

    `input_fn` returns (features, None). Features to train are the SparseTensors `INPUT_ROWS`, rows of the matrix, and `INPUT_COLS`,
    rows of its transpose; each sweep takes one of them, until every row has come, an empty one by an entry of 0. To predict and to
    evaluate there is `PROJECT_ROW`, a bool: whether rows are meant; to predict, there may be `PROJECTION_WEIGHTS`.

    Args:
      num_rows, num_cols: the size of the matrix.
      embedding_dimension: the rank.
      unobserved_weight: the weight of entries that are not there.
      regularization_coeff: lambda; None for none.
      row_init, col_init, num_row_shards, num_col_shards, row_weights, col_weights: as of WALSModel.
      use_factors_weights_cache_for_training, use_gramian_cache_for_training: whether training works on copies.
      max_sweeps: how many sweeps, of rows and of columns together, to train at most.
      model_dir: where checkpoints and events are.
      config: a RunConfig.

    Raises:
      ValueError: a cluster of several workers.
    """

    INPUT_ROWS = "input_rows"  # keys of features
    INPUT_COLS = "input_cols"
    PROJECT_ROW = "project_row"
    PROJECTION_WEIGHTS = "projection_weights"
    PROJECTION_RESULT = "projection"  # key of predictions
    COMPLETED_SWEEPS = "completed_sweeps"  # names of variables
    LOSS = "WALS_loss"
    RWSE = "WALS_RWSE"

    def __init__(
        self,
        num_rows: int,
        num_cols: int,
        embedding_dimension: int,
        unobserved_weight: float = 0.1,
        regularization_coeff: float | None = None,
        row_init: Any = "random",
        col_init: Any = "random",
        num_row_shards: int = 1,
        num_col_shards: int = 1,
        row_weights: Any = 1,
        col_weights: Any = 1,
        use_factors_weights_cache_for_training: bool = True,
        use_gramian_cache_for_training: bool = True,
        max_sweeps: int | None = None,
        model_dir: str | None = None,
        config: RunConfig | None = None,
    ) -> None:
        if config is not None and config.num_worker_replicas > 1:
            raise ValueError(
                f"WALSMatrixFactorization must be run on a single worker replica, not {config.num_worker_replicas}."
            )
        self._shards = {"row": num_row_shards, "col": num_col_shards}

        def model_fn(features, labels, mode):
            if labels is not None:
                raise ValueError(f"WALSMatrixFactorization takes no labels, got {labels!r}")
            is_training = mode == ModeKeys.TRAIN
            model = WALSModel(
                num_rows,
                num_cols,
                embedding_dimension,
                unobserved_weight,
                regularization_coeff,
                row_init,
                col_init,
                num_row_shards,
                num_col_shards,
                row_weights,
                col_weights,
                use_factors_weights_cache_for_training and is_training,
                use_gramian_cache_for_training and is_training,
            )
            if is_training:
                return _training(model, features, (num_rows, num_cols), max_sweeps)
            return (_prediction if mode == ModeKeys.INFER else _evaluation)(model, features)

        super().__init__(model_fn, model_dir, config)

    def _factors(self, kind):
        names = [f"{kind}_factors_shard_{number}" for number in range(self._shards[kind])]
        return [self.get_variable_value(name) for name in names]

    def get_row_factors(self) -> list[Any]:
        """The factors of the rows in the newest checkpoint, an array for each shard."""
        return self._factors("row")

    def get_col_factors(self) -> list[Any]:
        """The factors of the columns in the newest checkpoint, an array for each shard."""
        return self._factors("col")

    def get_projections(self, input_fn: Callable) -> Iterator[Any]:
        """The factors, one after the other, of the rows or columns that an input gives."""
        return (each[self.PROJECTION_RESULT] for each in self.predict(input_fn=input_fn))


def _training(model, features, sizes, max_sweeps):
    sweeps = _Sweeps()
    rows, cols = (
        features[key] for key in (WALSMatrixFactorization.INPUT_ROWS, WALSMatrixFactorization.INPUT_COLS)
    )
    row_start, row_step = sweeps.axis(rows, sizes[0], model.update_row_factors, "rows")
    col_start, col_step = sweeps.axis(
        cols, sizes[1], lambda each: model.update_col_factors(each, transpose_input=True), "cols"
    )
    switch = group(
        assign(sweeps.is_row, math_ops.logical_not(sweeps.is_row)),
        row_start,
        col_start,
        name="sweep_switch_op",
    )
    hooks: list[SessionRunHook] = [
        SweepHook(
            sweeps.is_row,
            sweeps.is_done,
            model.worker_init,
            [model.row_update_prep_gramian_op, model.initialize_row_update_op],
            [model.col_update_prep_gramian_op, model.initialize_col_update_op],
            row_step,
            col_step,
            switch,
        ),
        _CountStepsHook(),
    ]
    if max_sweeps is not None:
        hooks.append(StopAtSweepHook(max_sweeps))
    return ModelFnOps(
        ModeKeys.TRAIN,
        predictions={},
        loss=sweeps.loss,
        eval_metric_ops={},
        train_op=no_op(),
        training_hooks=hooks,
    )


def _prediction(model, features):
    weights = features.get(WALSMatrixFactorization.PROJECTION_WEIGHTS)
    rows = features[WALSMatrixFactorization.INPUT_ROWS]
    cols = features[WALSMatrixFactorization.INPUT_COLS]
    projection = cond(
        features[WALSMatrixFactorization.PROJECT_ROW],
        lambda: model.project_row_factors(rows, False, weights),
        lambda: model.project_col_factors(cols, True, weights),
    )
    return ModelFnOps(
        ModeKeys.INFER,
        predictions={WALSMatrixFactorization.PROJECTION_RESULT: projection},
        eval_metric_ops={},
        train_op=no_op(),
    )


def _evaluation(model, features):
    def loss_of(update, entries, is_transposed):
        _, _, loss, regularization, _ = update(entries, is_transposed)
        return loss + regularization

    rows = features[WALSMatrixFactorization.INPUT_ROWS]
    cols = features[WALSMatrixFactorization.INPUT_COLS]
    loss = cond(
        features[WALSMatrixFactorization.PROJECT_ROW],
        lambda: loss_of(model.update_row_factors, rows, False),
        lambda: loss_of(model.update_col_factors, cols, True),
    )
    return ModelFnOps(ModeKeys.EVAL, predictions={}, loss=loss, eval_metric_ops={}, train_op=no_op())
