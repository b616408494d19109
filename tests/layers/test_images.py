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
