"""`Defun`: functions of a graph, and gradients of their own."""

import pytest

import evergraph as tf
from evergraph.gradients.defined_function import Defun


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as made:
        yield made


def value(tensors):
    with tf.Session() as session:
        return session.run(tensors)


def test_a_function_is_recorded_where_it_is_called():
    @Defun(tf.float32, tf.float32, noinline=True)
    def sum_and_product(x, y):
        return x + y, x * y

    x = tf.constant(3.0)
    total, product = sum_and_product(x, 2, name="mine")
    assert total.op.name.startswith("mine/") and sum_and_product.name == "sum_and_product"
    assert value([total, product, tf.gradients(product, x)[0]]) == [5.0, 6.0, 2.0]
    assert value(Defun()(lambda x: x + 1)(tf.constant(4))) == 5
    assert Defun()(lambda: None)() is None


def clip_backward(op, flow):
    return tf.clip_by_value(flow, op.inputs[1], op.inputs[2]), None, None


@pytest.mark.parametrize(
    "options",
    [
        {"python_grad_func": clip_backward},
        {"grad_func": lambda x, low, high, flow: (tf.clip_by_value(flow, low, high), None, None)},
    ],
)
def test_gradients_of_its_own(options):
    clip = Defun(tf.float32, tf.float32, tf.float32, func_name="Clip", **options)(lambda x, low, high: x)
    x = tf.constant([1.0, 2.0])
    y = clip(x, -0.5, 0.5)
    slope = tf.gradients(tf.reduce_sum(y * tf.constant([3.0, 0.25])), x)[0]
    assert [v.tolist() for v in value([y, slope])] == [[1.0, 2.0], [0.5, 0.25]]


def test_what_is_refused():
    with pytest.raises(ValueError, match="one of"):
        Defun(grad_func=print, python_grad_func=print)
    with pytest.raises(ValueError, match="callable"):
        Defun(tf.float32)(3)
    one = Defun(tf.float32, python_grad_func=lambda op, flow: [flow, flow])(lambda x: x)
    with pytest.raises(ValueError, match="takes 1 arguments"):
        one(1.0, 2.0)
    with pytest.raises(ValueError, match="2 gradients for 1"):
        x = tf.constant(1.0)
        tf.gradients(one(x), x)
