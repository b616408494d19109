"""`tf.contrib.eager`: gradients of functions, networks, metrics, iterators."""

import numpy as np
import pytest

import evergraph as tf
from evergraph.eager.graph import EagerGraph

tfe = tf.contrib.eager


@pytest.fixture
def eager():
    with EagerGraph().as_default() as graph:
        yield graph


def cubic(x, y):
    return x * x * y


def test_gradients_of_functions(eager):
    value, (of_x, of_y) = tfe.value_and_gradients_function(cubic)(3.0, 2.0)
    assert (float(value), float(of_x), float(of_y)) == (18.0, 12.0, 9.0)
    assert [float(g) for g in tfe.gradients_function(cubic, params=["y"])(3.0, 2.0)] == [9.0]
    assert [float(g) for g in tfe.gradients_function(cubic, params=[0])(3.0, 2.0, dy=2.0)] == [24.0]
    twice = tfe.gradients_function(lambda x, y: tfe.gradients_function(cubic)(x, y)[0])
    assert [float(g) for g in twice(3.0, 2.0)] == [4.0, 6.0]
    same = tf.constant(3.0)
    assert [float(g) for g in tfe.gradients_function(lambda x, y: x * y)(same, same)] == [3.0, 3.0]
    for wrong in ([5], ["z"], [0, "x"]):
        with pytest.raises(ValueError, match="parameter"):
            tfe.gradients_function(cubic, params=wrong)


def test_gradients_by_the_variables_that_are_read(eager):
    w = tfe.Variable(2.0)
    value, pairs = tfe.implicit_value_and_gradients(lambda x: w * w * x)(3.0)
    assert float(value) == 12.0 and [(float(g), v is w) for g, v in pairs] == [(12.0, True)]
    assert [float(g) for g, _ in tfe.implicit_gradients(lambda: w * 5.0)()] == [5.0]
    with pytest.raises(ValueError, match="returns None"):
        tfe.implicit_gradients(lambda: None)()
    with pytest.raises(ValueError, match="No trainable variables"):
        tfe.implicit_gradients(lambda: tf.constant(1.0))()


class TwoLayers(tfe.Network):
    def __init__(self):
        super().__init__()
        self.first = self.track_layer(tf.layers.Dense(3))
        self.second = self.track_layer(tf.layers.Dense(1))

    def call(self, inputs):
        return self.second(self.first(inputs))


def test_networks_have_the_variables_of_their_layers(eager):
    network, x = TwoLayers(), np.ones([2, 4], np.float32)
    assert network(x).shape.as_list() == [2, 1] and network(x).shape.as_list() == [2, 1]
    assert [v.name for v in network.variables] == [
        f"two_layers/{layer}/{part}:0" for layer in ("dense", "dense_1") for part in ("kernel", "bias")
    ]
    assert network.trainable_weights == network.variables and network.get_layer(index=1) is network.second
    chain = tfe.Sequential([network, tf.nn.relu])
    assert chain(x).shape.as_list() == [2, 1] and chain.layers == (network,)
    with pytest.raises(TypeError, match="layer"):
        network.track_layer(3)
    with pytest.raises(ValueError, match="slashes"):
        tfe.Network("a/b")


def test_metrics_in_the_eager_mode(eager):
    mean = tfe.metrics.Mean("loss")
    mean(1.0)
    mean([2.0, 3.0])
    assert float(mean.result()) == 2.0 and float(mean.value()()) == 2.0
    mean.init_variables()
    mean([1.0, 5.0], weights=[3.0, 1.0])
    assert float(mean.result()) == 2.0
    other = tfe.metrics.Mean("loss")
    other([6.0, 6.0])
    mean.aggregate([other])
    assert float(mean.result()) == pytest.approx(20 / 6)
    accuracy = tfe.metrics.Accuracy()
    accuracy(tf.constant([1, 2, 3, 4]), tf.constant([0, 2, 3, 4]))
    assert float(accuracy.result()) == 0.75
    with pytest.raises(TypeError, match="same type"):
        mean.aggregate([accuracy])
    with pytest.raises(tf.errors.InvalidArgumentError, match="unequal"):
        accuracy([1, 2], [1])


def test_metrics_in_a_graph():
    with tf.Graph().as_default(), tf.Session() as session:
        mean, x = tfe.metrics.Mean(), tf.placeholder(tf.float32)
        update, result = mean(x), mean.result()
        session.run(mean.init_variables())
        for value in (1.0, 4.0):
            assert session.run(update, {x: value}) == value
        assert session.run(result) == 2.5


def test_iterators(eager):
    dataset = tf.data.Dataset.from_tensor_slices({"x": [1, 2], "y": [3.0, 4.0]})
    assert [(int(e["x"]), float(e["y"])) for e in tfe.Iterator(dataset)] == [(1, 3.0), (2, 4.0)]
    iterator = tfe.Iterator(dataset.repeat())
    assert [int(iterator.next()["x"]) for _ in range(40)] == [1, 2] * 20


def test_iterators_need_the_eager_mode():
    with tf.Graph().as_default(), pytest.raises(RuntimeError, match="eager"):
        tfe.Iterator(tf.data.Dataset.range(2))


def test_python_functions_take_tensors(eager):
    def f(x, y):
        assert tf.executing_eagerly()
        return x + y, float(x) * 2.0

    total, twice = tfe.py_func(f, [tf.constant(1.0), 2.0], [tf.float32, tf.float32])
    assert (float(total), float(twice)) == (3.0, 2.0)
    with tf.Graph().as_default(), tf.Session() as session:
        assert session.run(tfe.py_func(lambda x: x * 2, [tf.constant(4)], tf.int32)) == 8


def test_how_operations_are_computed(eager):
    assert tfe.executing_eagerly() and tfe.num_gpus() >= 0 and any("CPU" in d for d in tfe.list_devices())
    with tfe.execution_mode(tfe.ASYNC), tf.device("/cpu:0"):
        assert int(tfe.defun(lambda x: x + 1)(tf.constant(1))) == 2
        assert int(tfe.defun(compiled=True)(lambda x: x + 1)(tf.constant(1))) == 2
    tfe.async_wait()
    with pytest.raises(ValueError, match="execution mode"):
        tfe.set_execution_mode(7)
