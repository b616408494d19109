"""Batch normalisation against the formula, and its moving averages over training steps."""

import numpy as np
import pytest

from evergraph.framework import collections, dtypes
from evergraph.framework.collections import GraphKeys
from evergraph.framework.graph import Graph
from evergraph.layers.normalization import BatchNormalization, batch_normalization
from evergraph.ops import constants
from evergraph.ops.variables.collections import global_variables, global_variables_initializer
from evergraph.session.session import Session

IMAGES = np.random.RandomState(0).normal(2.0, 3.0, (4, 3, 5, 6)).astype(np.float32)


@pytest.fixture(autouse=True)
def graph():
    with Graph().as_default() as graph:
        yield graph


@pytest.mark.parametrize("axis", [-1, 1])
@pytest.mark.parametrize("fed", [False, True])
def test_training_then_inference(axis, fed):
    others = tuple(each for each in range(4) if each != axis % 4)
    mean, variance = IMAGES.mean(others, keepdims=True), IMAGES.var(others, keepdims=True)
    layer = BatchNormalization(axis=axis, momentum=0.9)
    training = constants.placeholder(dtypes.bool, []) if fed else None
    inputs = constants.constant(IMAGES)
    trained = layer(inputs, training=training if fed else True)
    inferred = trained if fed else layer(inputs, training=False)
    updates = collections.get_collection(GraphKeys.UPDATE_OPS)
    assert updates == layer.updates == layer.get_updates_for(inputs) and len(updates) == 2
    yes, no = ({training: True}, {training: False}) if fed else (None, None)
    with Session() as session:
        session.run(global_variables_initializer())
        result, _ = session.run([trained, updates], yes)
        np.testing.assert_allclose(result, (IMAGES - mean) / np.sqrt(variance + 1e-3), rtol=1e-3, atol=1e-4)
        averages = session.run([layer.moving_mean, layer.moving_variance])
        np.testing.assert_allclose(averages[0], 0.1 * mean.ravel(), rtol=1e-4)
        np.testing.assert_allclose(averages[1], 0.9 + 0.1 * variance.ravel(), rtol=1e-4)
        result = session.run([inferred, *(updates if fed else [])], no)[0]
        shown = (IMAGES - 0.1 * mean) / np.sqrt(0.9 + 0.1 * variance + 1e-3)
        np.testing.assert_allclose(result, shown, rtol=1e-3, atol=1e-4)
        np.testing.assert_array_equal(session.run(layer.moving_mean), averages[0])


def test_names_and_reuse():
    inputs = constants.constant(IMAGES)
    for reuse in (None, True):
        batch_normalization(inputs, name="bn", reuse=reuse)
    assert [each.op.name for each in global_variables()] == [
        f"bn/{name}" for name in ("gamma", "beta", "moving_mean", "moving_variance")
    ]
    assert collections.get_collection(GraphKeys.UPDATE_OPS) == []
    layer = BatchNormalization(center=False, scale=False)
    layer(inputs)
    assert layer.trainable_variables == []


def test_what_does_not_fit_is_refused():
    with pytest.raises(ValueError, match="axis 4"):
        batch_normalization(constants.constant(IMAGES), axis=4)
    with pytest.raises(ValueError, match="axis 1"):
        batch_normalization(constants.placeholder(dtypes.float32, [3, None]))
