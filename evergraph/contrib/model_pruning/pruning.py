"""`Pruning`: how much is masked at which step, and the operation that updates the masks.

Zhu and Gupta, "To prune, or not to prune" (2017).
"""

from __future__ import annotations

from typing import Any

from evergraph.contrib.model_pruning.masks import get_masks, get_thresholds, get_weights
from evergraph.contrib.training.hparam import HParams
from evergraph.framework import dtypes, logging
from evergraph.framework.default_graph import control_dependencies, name_scope
from evergraph.framework.operation import Operation
from evergraph.framework.public import public, public_module
from evergraph.framework.types import TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops import nn as nn_ops
from evergraph.ops.constants import no_op
from evergraph.ops.control_flow.conditional import cond
from evergraph.ops.control_flow.grouping import group
from evergraph.ops.nn.normalization import zero_fraction
from evergraph.ops.variables import assign as assignment
from evergraph.ops.variables.initializers import Zeros
from evergraph.ops.variables.partitioned import PartitionedVariable
from evergraph.ops.variables.scope import get_variable, variable_scope
from evergraph.summary import summary
from evergraph.training.global_step import get_global_step

public_module("contrib.model_pruning.python.pruning")


@public("contrib.model_pruning.get_pruning_hparams")
def get_pruning_hparams() -> HParams:
    """The hyperparameters of `Pruning` with their defaults.

    `name`: of the scope of its operations.  `begin_pruning_step`, `end_pruning_step`: between which steps masks change; a
    negative end for ever.  `do_not_prune`: parts of names of masks that do not.  `pruning_frequency`: how many steps lie
    between two changes.  `threshold_decay`: of the moving average of thresholds.  `nbins`: of the histogram by which a
    threshold is found.  `block_height`, `block_width`, `block_pooling_function` ("AVG" or "MAX"): blocks of a matrix that
    are masked together.  `initial_sparsity`, `target_sparsity`, `sparsity_function_begin_step`,
    `sparsity_function_end_step`, `sparsity_function_exponent`: how the share of what is masked grows.  `use_tpu`: whether
    the step of the last change is a resource variable.
    """
    return HParams(
        name="model_pruning",
        begin_pruning_step=0,
        end_pruning_step=-1,
        do_not_prune=[""],
        threshold_decay=0.9,
        pruning_frequency=10,
        nbins=256,
        block_height=1,
        block_width=1,
        block_pooling_function="AVG",
        initial_sparsity=0,
        target_sparsity=0.5,
        sparsity_function_begin_step=0,
        sparsity_function_end_step=100,
        sparsity_function_exponent=3,
        use_tpu=False,
    )


@public("contrib.model_pruning.Pruning")
class Pruning:
    """Masks the smallest of the weights of a graph, more of them from step to step.

    Args:
      spec: hyperparameters, as `get_pruning_hparams` gives them.
      global_step: the step; the graph's when None.
      sparsity: a scalar, the share of weights to mask; that of the spec's function when None:
        `target + (initial - target) (1 - p)^exponent`, `p` from 0 at the function's begin to 1 at its end.

    Raises:
      ValueError: the function ends before it begins.
    """

    def __init__(self, spec: Any = None, global_step: Any = None, sparsity: Any = None) -> None:
        self._spec = get_pruning_hparams() if spec is None else spec
        step = get_global_step() if global_step is None else global_step
        self._global_step = math_ops.cast(step, dtypes.int32)
        self._sparsity = self._setup_sparsity() if sparsity is None else sparsity
        self._assign_ops: list[Operation] = []
        self._last_update_step = self._setup_last_update_step()
        self._block_dim = [self._spec.block_height, self._spec.block_width]
        self._block_pooling_function = self._spec.block_pooling_function

    def _setup_sparsity(self):
        spec = self._spec
        begin, end = spec.sparsity_function_begin_step, spec.sparsity_function_end_step
        if begin >= end:
            raise ValueError(f"Pruning must begin before it can end. begin_step={begin}, end_step={end}")
        with name_scope(spec.name):
            done = math_ops.cast(self._global_step - begin, dtypes.float32) / float(end - begin)
            p = math_ops.minimum(1.0, math_ops.maximum(0.0, done))
            left = math_ops.pow(1 - p, float(spec.sparsity_function_exponent))
            more = float(spec.initial_sparsity - spec.target_sparsity)
            return math_ops.add(more * left, float(spec.target_sparsity), name="sparsity")

    def _setup_last_update_step(self):
        with variable_scope(self._spec.name, use_resource=self._spec.use_tpu) as scope:
            arguments = {"initializer": Zeros(), "trainable": False, "dtype": dtypes.int32}
            try:
                return get_variable("last_mask_update_step", [], **arguments)
            except ValueError:  # made by another Pruning
                scope.reuse_variables()
                return get_variable("last_mask_update_step", [], **arguments)

    def _is_left_alone(self, name):
        listed = self._spec.do_not_prune
        return bool(listed and listed[0]) and any(part in name for part in listed)

    def _update_mask(self, weights, threshold):
        """(new threshold, new mask) of weights."""
        with name_scope(f"{weights.op.name}_pruning_ops"):
            sizes = math_ops.abs(weights)
            largest = math_ops.reduce_max(sizes)
            bins = self._spec.nbins
            place = math_ops.floor(sizes / largest * float(bins))
            place = math_ops.cast(math_ops.minimum(math_ops.maximum(place, 0), float(bins - 1)), dtypes.int32)
            places = array_ops.reshape(place, [-1])
            counts = math_ops.unsorted_segment_sum(
                array_ops.ones_like(places, dtype=dtypes.int32), places, bins
            )
            shares = math_ops.cast(math_ops.cumsum(counts), dtypes.float32)
            shares = shares / math_ops.cast(math_ops.reduce_max(math_ops.cumsum(counts)), dtypes.float32)
            below = math_ops.reduce_sum(math_ops.cast(shares < self._sparsity, dtypes.float32))
            found = below / float(bins) * largest
            decay = self._spec.threshold_decay
            smoothed = found * (1 - decay) + threshold * decay
            return smoothed, math_ops.cast(sizes > smoothed, weights.dtype.base_dtype)

    def _maybe_update_block_mask(self, weights, threshold):
        """(new threshold, new mask) of weights, in blocks where they are a matrix and blocks are wanted."""
        matrix = array_ops.squeeze(weights)
        if matrix.shape.ndims != 2 or self._block_dim == [1, 1]:
            return self._update_mask(weights, threshold)
        if self._block_pooling_function not in ("AVG", "MAX"):
            raise ValueError(
                f"Unknown pooling function for block sparsity: {self._block_pooling_function}; use 'AVG' or 'MAX'"
            )
        rows, columns = matrix.shape.as_list()
        with name_scope(f"{weights.op.name}_pruning_ops"):
            image = array_ops.reshape(math_ops.abs(matrix), [1, rows, columns, 1])
            pooled = nn_ops.pool(
                image,
                window_shape=self._block_dim,
                pooling_type=self._block_pooling_function,
                strides=self._block_dim,
                padding="SAME",
                name=f"{weights.op.name}_pooled",
            )
            smoothed, mask = self._update_mask(pooled[0, :, :, 0], threshold)
            height, width = self._block_dim
            many = array_ops.tile(mask[:, None, :, None], [1, height, 1, width])
            blocks = pooled.shape.as_list()
            whole = array_ops.reshape(many, [blocks[1] * height, blocks[2] * width])[:rows, :columns]
            return smoothed, array_ops.reshape(whole, array_ops.shape(weights))

    def _build_assign_ops(self):
        masks, weights, thresholds = get_masks(), get_weights(), get_thresholds()
        if len(masks) != len(thresholds):
            raise ValueError(
                f"Number of masks {len(masks)} and number of thresholds {len(thresholds)} mismatch"
            )
        for mask, weight, threshold in zip(masks, weights, thresholds):
            if self._is_left_alone(mask.name):
                continue
            parts = weight if isinstance(weight, PartitionedVariable) else None
            whole = weight if parts is None else weight.as_tensor()
            new_threshold, new_mask = self._maybe_update_block_mask(whole, threshold)
            self._assign_ops.append(assignment.assign(threshold, new_threshold).op)
            self._assign_ops += _assigned(mask, new_mask)

    def mask_update_op(self) -> Operation:
        """The operation that computes thresholds and masks anew."""
        with name_scope(self._spec.name):
            if not self._assign_ops:
                self._build_assign_ops()
            noted = assignment.assign(
                self._last_update_step, self._global_step, name="last_mask_update_step_assign"
            )
            with control_dependencies([noted, *self._assign_ops]):
                logging.info("Updating masks.")
                return no_op("mask_update")

    def conditional_mask_update_op(self) -> Any:
        """`mask_update_op` in the steps in which masks are to change, else nothing."""
        spec = self._spec
        with name_scope(spec.name):
            begun = self._global_step >= spec.begin_pruning_step
            ended = math_ops.logical_and(
                self._global_step > spec.end_pruning_step, spec.end_pruning_step >= 0
            )
            due = self._last_update_step + spec.pruning_frequency <= self._global_step
            wanted = math_ops.logical_and(math_ops.logical_and(begun, math_ops.logical_not(ended)), due)
        return cond(wanted, self.mask_update_op, lambda: group())

    def add_pruning_summaries(self) -> None:
        """Adds summaries: the sparsity, the step of the last change, and each mask's zeros and threshold."""
        with name_scope(f"{self._spec.name}_summaries"):
            summary.scalar("sparsity", self._sparsity)
            summary.scalar("last_mask_update_step", self._last_update_step)
            for mask, threshold in zip(get_masks(), get_thresholds()):
                if not self._is_left_alone(mask.name):
                    summary.scalar(f"{mask.op.name}/sparsity", zero_fraction(mask))
                    summary.scalar(f"{threshold.op.name}/threshold", threshold)

    def print_hparams(self) -> None:
        """Logs the hyperparameters."""
        logging.info("%s", self._spec.to_json())


def _assigned(mask: Any, value: TensorLike) -> list[Operation]:
    """The operations that give a mask, or the parts of one, a value."""
    if not isinstance(mask, PartitionedVariable):
        return [assignment.assign(mask, value).op]
    found = []
    for part in mask:
        info = part._save_slice_info
        places = tuple(slice(begin, begin + size) for begin, size in zip(info.var_offset, info.var_shape))
        found.append(assignment.assign(part, value[places]).op)
    return found
