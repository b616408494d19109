"""Graphs rewritten for quantization: what is rounded, and that folding changes no result."""

import numpy as np
import pytest

import evergraph as tf
from evergraph.contrib.quantize.fold_batch_norms import FoldBatchNorms

quantize = tf.contrib.quantize
layers = tf.contrib.layers
IMAGES = np.random.RandomState(0).uniform(-1, 1, (4, 6, 6, 3)).astype(np.float32)


def model(is_training, bypass=False):
    x = tf.constant(IMAGES)
    options = {
        "normalizer_fn": layers.batch_norm,
        "normalizer_params": {"is_training": is_training, "scale": True, "decay": 0.5},
    }
    first = layers.conv2d(x, 8, 3, scope="first", activation_fn=tf.nn.relu6, **options)
    second = layers.separable_conv2d(first, None, 3, 1, scope="second", **options)
    if bypass:
        with tf.variable_scope("block"):
            third = layers.conv2d(second, 8, 1, scope="third", activation_fn=None)
            second = tf.nn.relu(tf.add(third, second))
    flat = layers.flatten(second)
    return layers.fully_connected(flat, 2, scope="logits", activation_fn=None), first


def started(session):
    session.run(tf.global_variables_initializer())
    for number, variable in enumerate(tf.global_variables()):
        if "moving_variance" in variable.op.name or "gamma" in variable.op.name:
            session.run(variable.assign(tf.fill(tf.shape(variable), 1.5 + 0.1 * number)))
        elif "moving_mean" in variable.op.name:
            session.run(variable.assign(tf.fill(tf.shape(variable), 0.05 * number)))


@pytest.mark.slow
@pytest.mark.parametrize("is_training", [True, False])
def test_folding_changes_no_result(is_training):
    tf.set_random_seed(3)
    logits, first = model(is_training)
    with tf.Session() as session:
        started(session)
        before = session.run([logits, tf.identity(first)])
        FoldBatchNorms(tf.get_default_graph(), is_training)
        slope = tf.gradients(logits, tf.trainable_variables())
        after = session.run([logits, tf.identity(first)])
        assert all(np.isfinite(value).all() for value in session.run(slope))
    for one, other in zip(before, after):
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-4)
    assert "first/Conv2D_Fold" in [op.name for op in tf.get_default_graph().get_operations()]


def rounded_by(graph):
    return [op for op in graph.get_operations() if op.type == "FakeQuantWithMinMaxVars"]


def test_a_training_graph_rounds_weights_and_activations():
    tf.set_random_seed(3)
    logits, _ = model(True, bypass=True)
    quantize.create_training_graph(quant_delay=0)
    names = {op.name.rpartition("/")[0] for op in rounded_by(tf.get_default_graph())}
    assert {
        "first/weights_quant", "first/act_quant", "second/weights_quant", "second/act_quant",
        "block/third/weights_quant", "block/third/conv_quant", "block/act_quant", "logits/weights_quant",
    } <= names  # fmt: skip
    assert {v.op.name for v in tf.global_variables()} >= {"first/weights_quant/min", "first/act_quant/max"}
    loss = tf.reduce_mean(tf.square(logits))
    step = tf.train.GradientDescentOptimizer(0.01).minimize(loss)
    low = tf.get_default_graph().get_tensor_by_name("logits/weights_quant/min:0")
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        first = session.run(loss)
        session.run(step)
        assert session.run(low) != -6.0  # the range follows the weights
        second = session.run(loss)  # with the ranges that it is rounded to
        for _ in range(10):
            session.run(step)
        assert session.run(loss) < second < first


def test_an_evaluation_graph_uses_ranges():
    logits, _ = model(False)
    quantize.experimental_create_eval_graph(weight_bits=4, activation_bits=4)
    rounded = rounded_by(tf.get_default_graph())
    assert {op.get_attr("num_bits") for op in rounded} == {4}
    assert not [op for op in tf.get_default_graph().get_operations() if op.type == "AssignSub"]
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        value = session.run(next(op for op in rounded if op.name.startswith("first/act_quant")).outputs[0])
    np.testing.assert_allclose(value / (6 / 15), np.round(value / (6 / 15)), atol=1e-4)


def test_rounding_waits_and_stays_in_its_scope():
    x = tf.constant(IMAGES.reshape(4, -1))
    with tf.variable_scope("inside"):
        hidden = layers.fully_connected(x, 3, scope="hidden")
    out = layers.fully_connected(hidden, 2, scope="out", activation_fn=None)
    exact = tf.nn.relu(
        tf.matmul(x, tf.get_default_graph().get_tensor_by_name("inside/hidden/weights/read:0"))
    )
    quantize.experimental_create_training_graph(quant_delay=2, scope="inside", weight_bits=2)
    assert {op.name.partition("/")[0] for op in rounded_by(tf.get_default_graph())} == {"inside"}
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        found = [session.run([hidden, exact, out])[:2] for _ in range(3)]
    assert "fake_quantization_step" in [v.op.name for v in tf.global_variables()]
    np.testing.assert_allclose(found[0][0], found[0][1], rtol=1e-4, atol=1e-5)
    assert np.abs(found[2][0] - found[2][1]).max() > 1e-3
