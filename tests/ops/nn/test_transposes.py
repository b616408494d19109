"""Derivatives of convolutions and of their transposes: their values, and how much work they are."""

import re

import jax
import numpy as np
import pytest
from jax import lax

import evergraph as tf
from evergraph.ops.nn.transposes import convolution, to_inputs


def _plain(x, w, stride, padding, dilation):
    return lax.conv_general_dilated(
        x,
        w,
        (stride, stride),
        padding,
        rhs_dilation=(dilation, dilation),
        dimension_numbers=("NHWC", "HWIO", "NHWC"),
        precision="highest",
    )


@pytest.mark.parametrize(
    "size, window, stride, padding, dilation",
    [
        ((7, 6), (3, 2), 1, "SAME", 1),
        ((6, 6), (2, 3), 2, "VALID", 1),
        ((5, 5), (5, 5), 1, "VALID", 1),  # one output: place by place
        ((6, 7), (4, 3), 1, "VALID", 1),
        ((10, 10), (9, 9), 1, "VALID", 1),
        ((7, 7), (3, 3), 1, "VALID", 2),
    ],
)
def test_first_and_second_derivatives(size, window, stride, padding, dilation):
    """Those that a penalty on a gradient has: of the gradient of the inputs, with respect to all three operands."""
    random = np.random.RandomState(0)

    def array(*shape):
        return random.randn(*shape).astype(np.float32)

    x, w = array(2, *size, 3), array(*window, 3, 4)

    def plain(x, w):
        return _plain(x, w, stride, padding, dilation)

    g = array(*plain(x, w).shape)
    v = array(*x.shape)

    def slopes(x, w, g):
        return jax.vjp(plain, x, w)[1](g)

    expected = [plain(x, w), *slopes(x, w, g)]
    expected += jax.grad(lambda w, g: (slopes(x, w, g)[0] * v).sum(), (0, 1))(w, g)
    expected += jax.grad(lambda x, g: (slopes(x, w, g)[1] ** 2).sum(), (0, 1))(x, g)

    images, filters, flow = (tf.constant(value) for value in (x, w, g))
    result = tf.nn.conv2d(
        images, filters, [1, stride, stride, 1], padding, dilations=[1, dilation, dilation, 1]
    )
    first = tf.gradients(result, [images, filters], [flow])
    second = tf.gradients(tf.reduce_sum(first[0] * v), [filters, flow])
    third = tf.gradients(tf.reduce_sum(first[1] ** 2), [images, flow])
    with tf.Session() as session:
        found = session.run([result, *first, *second, *third])
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-3, atol=1e-2)


def _flops(function, *shapes):
    arguments = [jax.ShapeDtypeStruct(shape, np.float32) for shape in shapes]
    return jax.jit(function).lower(*arguments).compile().cost_analysis()["flops"]


def test_the_filter_of_a_transposed_convolution():
    """Its gradient is a convolution, with nothing dilated on both sides, as JAX would derive it."""
    how = convolution(4, [1, 2, 2, 1], "VALID", "NHWC", [1, 1, 1, 1])

    def slope(filters, flow, images):
        return jax.vjp(lambda w: to_inputs(how, (2, 14, 14, 3), w, flow), filters)[1](images)[0]

    shapes = [(4, 4, 3, 5), (2, 6, 6, 5), (2, 14, 14, 3)]
    program = jax.make_jaxpr(slope)(*(jax.ShapeDtypeStruct(shape, np.float32) for shape in shapes))
    sides = [re.findall(rf"{side}_dilation=(\(.*?\))", str(program)) for side in ("lhs", "rhs")]
    made = list(zip(*sides, strict=True))
    assert ("(2, 2)", "(1, 1)") in made and ("(2, 2)", "(2, 2)") not in made


def test_the_inputs_of_a_window_that_leaves_one_output():
    """As much work as the convolution itself, not for each input what all of the window does."""
    how = convolution(4, [1, 1, 1, 1], "VALID", "NHWC", [1, 1, 1, 1])
    x, w, y = (2, 7, 7, 16), (7, 7, 16, 32), (2, 1, 1, 32)
    forward = _flops(lambda x, w: how(x, w), x, w)
    assert _flops(lambda w, y: to_inputs(how, x, w, y), w, y) < 3 * forward
