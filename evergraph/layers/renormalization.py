"""Batch renormalisation (S. Ioffe, Batch Renormalization, 2017)."""

from evergraph.framework.default_graph import control_dependencies
from evergraph.layers.branching import when_training
from evergraph.ops import array as array_ops
from evergraph.ops import constants
from evergraph.ops import math as math_ops
from evergraph.ops.variables.initializers import Zeros
from evergraph.optimizers.moving_averages import assign_moving_average


def composed(scale, offset, then_scale, then_offset):
    """(scale, offset) of `(x * scale + offset) * then_scale + then_offset`; None stands for no change."""
    if then_scale is not None:
        scale, offset = scale * then_scale, offset * then_scale
    return scale, offset if then_offset is None else offset + then_offset


class Renormalization:
    """The corrections `x * r + d` that take what the batch's moments give towards what the moving ones would give.

    Algorithm 1 of the paper; the averages start at zero, and a weight beside each says how much of it is real.

    Args:
      layer: the layer that is corrected, with its `epsilon`; it gets the variables `renorm_mean`, `renorm_mean_weight`,
        `renorm_stddev` and `renorm_stddev_weight`.
      clipping: bounds by "rmin", "rmax" and "dmax".
      momentum: of the averages.
    """

    def __init__(self, layer, clipping, momentum):
        unknown = set(clipping or ()) - {"rmax", "rmin", "dmax"}
        if unknown:
            raise ValueError(f"renorm_clipping {clipping} contains keys not in ['rmax', 'rmin', 'dmax']")
        self._layer = layer
        self._momentum = momentum
        self._clipping = clipping or {}
        self._averages = {}

    def add_weights(self, shape, dtype):
        """Makes the averages and their weights."""
        for name in ("renorm_mean", "renorm_stddev"):
            pair = [
                self._layer.add_weight(each, size, dtype, initializer=Zeros(), trainable=False)
                for each, size in ((name, shape), (f"{name}_weight", ()))
            ]
            self._averages[name] = pair
            setattr(self._layer, name, pair[0])
            setattr(self._layer, f"{name}_weight", pair[1])

    def correct(self, mean, variance, training):
        """(r, d, mean, variance): the corrections, through which no gradient goes, and the moments for the moving averages."""
        stddev = math_ops.sqrt(variance + self._layer.epsilon)
        mixed_mean, mixed_stddev = (
            average + (1.0 - weight) * value
            for (average, weight), value in zip(self._averages.values(), (mean, stddev))
        )
        r, d = stddev / mixed_stddev, (mean - mixed_mean) / mixed_stddev
        with control_dependencies([r, d]):  # the corrections are of the averages before this step
            mean, stddev = constants.identity(mean), constants.identity(stddev)
        r, d = self._clipped(r, d)
        r = when_training(training, lambda: r, lambda: array_ops.ones_like(r))
        d = when_training(training, lambda: d, lambda: array_ops.zeros_like(d))
        new_mean = self._updated("renorm_mean", mean, training)
        new_stddev = self._updated("renorm_stddev", stddev, training)
        variance = math_ops.square(new_stddev) - self._layer.epsilon
        return constants.stop_gradient(r), constants.stop_gradient(d), new_mean, variance

    def _clipped(self, r, d):
        lowest, highest, bound = (self._clipping.get(key) for key in ("rmin", "rmax", "dmax"))
        if lowest is not None:
            r = math_ops.maximum(r, lowest)
        if highest is not None:
            r = math_ops.minimum(r, highest)
        if bound is not None:
            d = math_ops.minimum(math_ops.maximum(d, -bound), bound)
        return r, d

    def _updated(self, name, value, training):
        """The average after this step's value, corrected for having started at zero; as it is when not training."""
        average, weight = self._averages[name]
        value = constants.identity(value)

        def update():
            with control_dependencies([value]):
                one = constants.constant(1.0, weight.dtype.base_dtype)
            return assign_moving_average(
                average, value, self._momentum, zero_debias=False
            ) / assign_moving_average(weight, one, self._momentum, zero_debias=False)

        return when_training(training, update, lambda: constants.identity(average))
