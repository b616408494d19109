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
@pytest.mark.parametrize("fused", [False, True])
def test_training_then_inference(axis, fed, fused):
    others = tuple(each for each in range(4) if each != axis % 4)
    mean, variance = IMAGES.mean(others, keepdims=True), IMAGES.var(others, keepdims=True)
    layer = BatchNormalization(axis=axis, momentum=0.9, fused=fused)
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
        count = IMAGES.size // IMAGES.shape[axis]
        variance = variance * (
            count / (count - 1) if fused else 1
        )  # the fused operation gives the unbiased one
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
    with pytest.raises(ValueError, match="axis: 4"):
        batch_normalization(constants.constant(IMAGES), axis=4)
    with pytest.raises(ValueError, match=r"axis \[1\]"):
        batch_normalization(constants.placeholder(dtypes.float32, [3, None]))


def trained(layer, inputs, steps=1):
    """Runs the layer in training mode with its updates; returns the last outputs."""
    outputs = layer(constants.constant(inputs), training=True)
    with Session() as session:
        session.run(global_variables_initializer())
        for _ in range(steps):
            result = session.run([outputs, *layer.updates])[0]
        return result, session.run([layer.moving_mean, layer.moving_variance])


def test_several_axes_have_a_mean_each():
    layer = BatchNormalization(axis=[1, 3])
    result, _ = trained(layer, IMAGES)
    mean, variance = IMAGES.mean((0, 2), keepdims=True), IMAGES.var((0, 2), keepdims=True)
    np.testing.assert_allclose(result, (IMAGES - mean) / np.sqrt(variance + 1e-3), rtol=1e-3, atol=1e-4)
    assert layer.gamma.shape.as_list() == [1, 3, 1, 6]


def test_virtual_batches_are_normalised_by_themselves():
    layer = BatchNormalization(virtual_batch_size=2, momentum=0.0)
    result, (moving_mean, _) = trained(layer, IMAGES)
    parts = IMAGES.reshape(2, 2, 3, 5, 6)
    mean, variance = parts.mean((0, 2, 3), keepdims=True), parts.var((0, 2, 3), keepdims=True)
    wanted = ((parts - mean) / np.sqrt(variance + 1e-3)).reshape(IMAGES.shape)
    np.testing.assert_allclose(result, wanted, rtol=1e-3, atol=1e-4)
    np.testing.assert_allclose(moving_mean.ravel(), IMAGES.mean((0, 1, 2)), rtol=1e-4)


def test_adjustment_comes_before_gamma():
    layer = BatchNormalization(adjustment=lambda shape: (constants.constant(2.0), constants.constant(3.0)))
    result, _ = trained(layer, IMAGES)
    mean, variance = IMAGES.mean((0, 1, 2)), IMAGES.var((0, 1, 2))
    wanted = (IMAGES - mean) / np.sqrt(variance + 1e-3) * 2 + 3
    np.testing.assert_allclose(result, wanted, rtol=1e-3, atol=1e-3)


def test_renorm_corrects_towards_its_averages():
    """Algorithm 1 of the paper, with the averages of the first step when it makes the second."""
    layer = BatchNormalization(renorm=True, renorm_momentum=0.5, renorm_clipping={"rmax": 1.5, "dmax": 0.5})
    result, (moving_mean, moving_variance) = trained(layer, IMAGES, steps=2)
    # The same batch twice: the corrected averages are its own moments, so r is 1 and d is 0.
    mean, variance = IMAGES.mean((0, 1, 2)), IMAGES.var((0, 1, 2))
    np.testing.assert_allclose(result, (IMAGES - mean) / np.sqrt(variance + 1e-3), rtol=1e-2, atol=1e-3)
    np.testing.assert_allclose(moving_mean, (1 - 0.99**2) * mean, rtol=1e-3)
    assert [each.op.name.rpartition("/")[2] for each in layer.non_trainable_variables] == [
        *("moving_mean", "moving_variance"),
        *("renorm_mean", "renorm_mean_weight", "renorm_stddev", "renorm_stddev_weight"),
    ]


@pytest.mark.parametrize(
    "options, kind",
    [
        ({"axis": 7}, ValueError),
        ({"axis": [1, -3]}, ValueError),
        ({"axis": 1.5}, TypeError),
        ({"virtual_batch_size": 0}, ValueError),
        ({"virtual_batch_size": 2, "axis": 0}, ValueError),
        ({"renorm": True, "renorm_clipping": {"max": 1}}, ValueError),
    ],
)
def test_arguments_that_do_not_go_together(options, kind):
    with pytest.raises(kind):
        BatchNormalization(**options)(constants.constant(IMAGES))
