"""Convolution and pooling layers on small images, in both layouts."""

import numpy as np
import pytest

from evergraph import layers
from evergraph.framework.graph import Graph
from evergraph.ops import constants, nn
from evergraph.ops.variables.collections import global_variables, global_variables_initializer
from evergraph.ops.variables.initializers import Ones
from evergraph.session.session import Session

IMAGES = np.random.RandomState(0).normal(size=(2, 4, 6, 3)).astype(np.float32)
WINDOWS = IMAGES.reshape(2, 2, 2, 3, 2, 3)  # of 2 by 2, side by side


@pytest.mark.parametrize("layout", ["channels_last", "channels_first"])
@pytest.mark.parametrize(
    "make, wanted, name",
    [
        (
            lambda x, f: layers.max_pooling2d(x, 2, 2, data_format=f),
            WINDOWS.max((2, 4)),
            "max_pooling2d/MaxPool",
        ),
        (
            lambda x, f: layers.average_pooling2d(x, (2, 2), [2, 2], "same", f),
            WINDOWS.mean((2, 4)),
            "average_pooling2d/AvgPool",
        ),
        (
            lambda x, f: layers.conv2d(
                x,
                5,
                2,
                2,
                data_format=f,
                activation=nn.relu,
                kernel_initializer=Ones(),
                bias_initializer=Ones(),
            ),
            np.maximum(np.repeat(WINDOWS.sum((2, 4, 5))[..., None] + 1, 5, -1), 0),
            "conv2d/Relu",
        ),
    ],
)
def test_values(make, wanted, name, layout):
    last = layout == "channels_last"
    with Graph().as_default(), Session() as session:
        output = make(constants.constant(IMAGES if last else IMAGES.transpose(0, 3, 1, 2)), layout)
        assert output.op.name == name
        session.run(global_variables_initializer())
        result = session.run(output)
        np.testing.assert_allclose(
            result if last else result.transpose(0, 2, 3, 1), wanted, rtol=1e-4, atol=1e-5
        )


def test_variables_and_reuse():
    with Graph().as_default():
        for reuse in (None, True):
            layers.conv2d(constants.constant(IMAGES), 5, (2, 3), name="c", reuse=reuse)
        shapes = {each.op.name: each.shape.as_list() for each in global_variables()}
        assert shapes == {"c/kernel": [2, 3, 3, 5], "c/bias": [5]}


@pytest.mark.parametrize("options", [{"padding": "other"}, {"data_format": "other"}, {"strides": (1, 2, 3)}])
def test_what_does_not_fit_is_refused(options):
    with Graph().as_default(), pytest.raises(ValueError):
        layers.conv2d(constants.constant(IMAGES), 5, 2, **options)


SEQUENCES = IMAGES[:, 0]  # [2, 6, 3]
VOLUMES = IMAGES.reshape(2, 2, 2, 6, 3)


@pytest.mark.parametrize("layout", ["channels_last", "channels_first"])
@pytest.mark.parametrize(
    "make, inputs",
    [
        (lambda f: layers.Conv1D(4, 3, 2, "same", f), SEQUENCES),
        (lambda f: layers.Conv1D(4, 2, dilation_rate=2, data_format=f), SEQUENCES),
        (lambda f: layers.Conv3D(4, (1, 2, 3), 1, "valid", f), VOLUMES),
        (lambda f: layers.Conv2DTranspose(4, 3, 2, "valid", f), IMAGES),
        (lambda f: layers.Conv2DTranspose(4, (1, 3), (2, 1), "same", f), IMAGES),
        (lambda f: layers.Conv3DTranspose(4, 2, 2, "same", f), VOLUMES),
        (lambda f: layers.SeparableConv1D(4, 3, 1, "same", f, depth_multiplier=2), SEQUENCES),
        (lambda f: layers.SeparableConv2D(4, 2, 2, "valid", f, depth_multiplier=2), IMAGES),
        (lambda f: layers.MaxPooling1D(2, 1, "valid", f), SEQUENCES),
        (lambda f: layers.AveragePooling1D(3, 2, "same", f), SEQUENCES),
        (lambda f: layers.MaxPooling3D(2, 2, "valid", f), VOLUMES),
        (lambda f: layers.AveragePooling3D((1, 2, 3), (1, 1, 2), "same", f), VOLUMES),
    ],
)
def test_shapes_are_as_said_in_both_layouts(make, inputs, layout):
    """The static shape, `compute_output_shape` and the value agree, and the layouts give the same."""
    layer = make(layout)
    rank = inputs.ndim
    first = layout == "channels_first"
    order = (0, rank - 1, *range(1, rank - 1)) if first else tuple(range(rank))
    back = (0, *range(2, rank), 1) if first else order
    with Graph().as_default(), Session() as session:
        given = constants.constant(inputs.transpose(order))
        output = layer(given)
        session.run(global_variables_initializer())
        result = session.run(output)
        assert tuple(output.shape.as_list()) == result.shape
        assert tuple(layer.compute_output_shape(given.shape).as_list()) == result.shape
        if first:
            twin = make("channels_last")
            wanted = twin(constants.constant(inputs))
            for mine, other in zip(layer.weights, twin.weights):
                session.run(other.assign(mine))
            np.testing.assert_allclose(result.transpose(back), session.run(wanted), rtol=1e-4, atol=1e-5)


def test_names_of_variables():
    with Graph().as_default():
        layers.separable_conv2d(constants.constant(IMAGES), 5, 2, name="s")
        layers.conv2d_transpose(constants.constant(IMAGES), 5, 2, name="t", use_bias=False)
        layers.conv1d(constants.constant(SEQUENCES), 5, 2)
        layers.conv3d(constants.constant(VOLUMES), 5, 2)
        shapes = {each.op.name: each.shape.as_list() for each in global_variables()}
    assert shapes == {
        "s/depthwise_kernel": [2, 2, 3, 1],
        "s/pointwise_kernel": [1, 1, 3, 5],
        "s/bias": [5],
        "t/kernel": [2, 2, 5, 3],
        "conv1d/kernel": [2, 3, 5],
        "conv1d/bias": [5],
        "conv3d/kernel": [2, 2, 2, 3, 5],
        "conv3d/bias": [5],
    }
