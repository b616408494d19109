"""Which features of boosted trees are used in a layer: a share of them that is drawn anew for each tree or layer."""

import numpy as np

from evergraph.framework.shapes import as_shape
from evergraph.ops.registry import host_op


@host_op(
    "TreeActiveFeatures",
    "count: int64, used: bool -> active: bool",
    shape=lambda operation: as_shape([*operation.input_tensors[1].shape.as_list(), 2]),
    differentiable=False,
)
def active_features_op(count, used, *, fraction: float, per_level: bool, most_features: int):
    """Whether each feature is used in this layer, and in the next, bool `[features, 2]`.

    Args:
      count: how many layers, or trees, were tried: what the share is drawn by.
      used: bool `[features]`: those that trees test already.
      fraction: the share of the features that is used.
      per_level: whether it is drawn for each layer; else for each tree, and the numbers of all are gathered.
      most_features: of how many features trees may be; 0 for all.
    """
    active = np.ones((len(used), 2), bool)
    if fraction < 1:
        active[:, 0] = _drawn(int(count), len(used)) < fraction
        if per_level:
            active[:, 1] = _drawn(int(count) + 1, len(used)) < fraction
    if most_features and used.sum() >= most_features:
        active &= used[:, None]
    return active


def _drawn(seed, size):
    return np.random.default_rng([seed, size]).random(size)
