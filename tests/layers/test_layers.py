"""Layers: their names, variables, sharing, losses, and what they compute."""

import copy

import numpy as np
import pytest

from evergraph import layers
from evergraph.framework import collections, dtypes
from evergraph.framework.collections import GraphKeys
from evergraph.framework.graph import Graph
from evergraph.ops import constants, nn
from evergraph.ops import math as math_ops
from evergraph.ops.variables.collections import (
    global_variables,
    global_variables_initializer,
    trainable_variables,
)
from evergraph.ops.variables.initializers import Ones
from evergraph.ops.variables.scope import variable_scope
from evergraph.session.session import Session

INPUTS = np.arange(6, dtype=np.float32).reshape(2, 3)


@pytest.fixture(autouse=True)
def graph():
    with Graph().as_default() as graph:
        yield graph


def evaluate(tensor, feed_dict=None):
    with Session() as session:
        session.run(global_variables_initializer())
        return session.run(tensor, feed_dict)


def names(variables):
    return [variable.op.name for variable in variables]


def test_names_count_up():
    outputs = [
        layers.dense(constants.constant(INPUTS), 2, activation=activation) for activation in (None, nn.relu)
    ]
    assert [output.op.name for output in outputs] == ["dense/BiasAdd", "dense_1/Relu"]
    assert names(global_variables()) == ["dense/kernel", "dense/bias", "dense_1/kernel", "dense_1/bias"]


def test_names_stand_in_the_scope():
    with variable_scope("outer"):
        layers.dense(constants.constant(INPUTS), 2, use_bias=False, name="inner")
    with variable_scope("given") as scope:
        layers.dense(constants.constant(INPUTS), 2, use_bias=False, name=scope)
    assert names(global_variables()) == ["outer/inner/kernel", "given/kernel"]


def test_dense_computes():
    inputs = constants.constant(INPUTS)
    layer = layers.Dense(4, kernel_initializer=Ones(), bias_initializer=Ones())
    np.testing.assert_array_equal(evaluate(layer(inputs)), np.tile(INPUTS.sum(1, keepdims=True) + 1, 4))
    images = np.stack([INPUTS, INPUTS + 1])
    deep = layers.dense(constants.constant(images), 2, kernel_initializer=Ones())
    assert deep.shape.as_list() == [2, 2, 2]
    np.testing.assert_array_equal(evaluate(deep), np.tile(images.sum(2, keepdims=True), 2))


def test_called_again_a_layer_shares_its_variables():
    layer = layers.Dense(2, name="shared")
    first, second = layer(constants.constant(INPUTS)), layer(constants.constant(INPUTS))
    assert names(layer.variables) == names(global_variables()) == ["shared/kernel", "shared/bias"]
    assert [first.op.name, second.op.name] == ["shared/BiasAdd", "shared/BiasAdd_1"]
    assert layer.count_params() == 8


def test_reuse_by_name():
    inputs = constants.constant(INPUTS)
    with pytest.raises(ValueError):
        layers.dense(inputs, 2, name="a", reuse=True)
    layers.dense(inputs, 2, name="a", kernel_regularizer=math_ops.reduce_sum)
    layers.dense(inputs, 2, name="a", kernel_regularizer=math_ops.reduce_sum, reuse=True)
    assert names(global_variables()) == ["a/kernel", "a/bias"]
    assert len(collections.get_collection(GraphKeys.REGULARIZATION_LOSSES)) == 1
    with pytest.raises(ValueError):
        layers.dense(inputs, 2, name="a")


def test_a_frozen_layer_has_nothing_to_train():
    layer = layers.Dense(2, trainable=False)
    layer(constants.constant(INPUTS))
    assert trainable_variables() == layer.trainable_variables == []
    assert layer.non_trainable_variables == [layer.kernel, layer.bias]


def test_losses():
    layer = layers.Dense(2, kernel_regularizer=math_ops.reduce_sum, activity_regularizer=math_ops.reduce_sum)
    inputs = constants.constant(INPUTS)
    layer(inputs)
    of_kernel, of_activity = layer.losses
    assert layer.get_losses_for(None) == [of_kernel]
    assert layer.get_losses_for(inputs) == [of_activity]
    assert layer.get_losses_for(constants.constant(1.0)) == []
    assert collections.get_collection(GraphKeys.REGULARIZATION_LOSSES) == layer.losses


def test_what_does_not_fit_is_refused():
    with pytest.raises(ValueError):
        layers.dense(constants.placeholder(dtypes.float32), 2)
    with pytest.raises(ValueError):
        layers.dense(constants.placeholder(dtypes.float32, [None, None]), 2)
    layer = layers.Dense(2)
    with pytest.raises(ValueError, match="layer scope"):
        _ = layer.scope_name
    layer(constants.constant(INPUTS))
    with pytest.raises(ValueError, match="axis -1"):
        layer(constants.constant(INPUTS.T))
    with Graph().as_default(), pytest.raises(ValueError, match="graph"):
        layer(constants.constant(INPUTS))


def test_a_layer_of_ones_own():
    class Scale(layers.Layer):
        def build(self, _):
            self.factor = self.add_variable("factor", [], initializer=Ones())
            self.built = True

        def call(self, inputs, times, scope=None):
            return inputs * self.factor * times, scope.name

    outputs, scope_name = Scale()(constants.constant(INPUTS), 3.0)
    np.testing.assert_array_equal(evaluate(outputs), 3 * INPUTS)
    assert scope_name == "scale"
    assert names(global_variables()) == ["scale/factor"]


def test_a_copy_has_its_own_variables_list():
    layer = layers.Dense(2, name="original")
    twin = copy.deepcopy(layer)
    layer(constants.constant(INPUTS))
    assert twin.weights == [] and not twin.built and twin.name == "original"


@pytest.mark.parametrize("training, drops", [(True, True), (False, False), ("fed", True), ("fed", False)])
def test_dropout(training, drops):
    fed = constants.placeholder(dtypes.bool, [])
    ones = constants.constant(np.ones((40, 30), np.float32))
    output = layers.dropout(
        ones, 0.4, noise_shape=[None, 1], seed=1, training=fed if training == "fed" else training
    )
    result = evaluate(output, {fed: drops})
    if not drops:
        assert (result == 1).all()
        return
    assert (result == result[:, :1]).all()
    assert 0.1 < (result == 0).mean() < 0.8
    np.testing.assert_allclose(result[result != 0], 1 / 0.6, rtol=1e-6)


def test_flatten():
    output = layers.flatten(constants.placeholder(dtypes.float32, [None, 3, 4], name="x"))
    assert output.shape.as_list() == [None, 12]
    images = np.arange(24.0).reshape(2, 3, 4)
    np.testing.assert_array_equal(evaluate(output, {"x:0": images}), images.reshape(2, 12))
    assert layers.flatten(constants.placeholder(dtypes.float32, [2, None, 3])).shape.as_list() == [2, None]
    with pytest.raises(ValueError, match="min_ndim"):
        layers.flatten(constants.placeholder(dtypes.float32, [3]))


def test_weights_are_arrays_in_order():
    layer = layers.Dense(2)
    layer(constants.constant(INPUTS))
    with Session() as session:
        session.run(global_variables_initializer())
        kernel, bias = layer.get_weights()
        assert kernel.shape == (3, 2) and bias.tolist() == [0, 0]
        layer.set_weights([2 * kernel, bias + 1])
        np.testing.assert_array_equal(layer.get_weights()[0], 2 * kernel)
        with pytest.raises(ValueError, match="2 weights"):
            layer.set_weights([kernel])
        with pytest.raises(ValueError, match="shape"):
            layer.set_weights([kernel, kernel])
    with pytest.raises(ValueError, match="default one"):
        layer.get_weights()


def test_a_layer_is_made_again_from_its_configuration():
    layer = layers.Conv2D(3, 2, strides=2, activation=nn.relu, use_bias=False, name="seen", trainable=False)
    config = layer.get_config()
    assert config["filters"] == 3 and config["activation"] is nn.relu and config["name"] == "seen"
    again = layers.Conv2D.from_config(config)
    assert again.get_config() == config
    assert layer.inbound_nodes == [] and layer.compute_mask(INPUTS) is None
    with pytest.raises(AttributeError, match="was not called"):
        _ = layer.output
    with pytest.raises(TypeError, match="masks"):
        layer.compute_mask(INPUTS, INPUTS)
