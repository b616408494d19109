"""The old batch normalization, against the function that took its place."""

import numpy as np
import pytest

import evergraph as tf
from evergraph.framework.registry import definition_named


@pytest.mark.parametrize("scales", [True, False])
def test_values_and_gradients(scales):
    draw = np.random.RandomState(0)
    x = tf.constant(draw.standard_normal((3, 5, 4, 2)).astype(np.float32))
    flow = tf.constant(draw.standard_normal((3, 5, 4, 2)).astype(np.float32))
    m, v, beta, gamma = (tf.constant(draw.uniform(0.5, 1.5, 2).astype(np.float32)) for _ in range(4))
    attrs = dict(variance_epsilon=0.001, scale_after_normalization=scales)
    old = definition_named("BatchNormWithGlobalNormalization")(x, m, v, beta, gamma, **attrs)
    new = tf.nn.batch_norm_with_global_normalization(x, m, v, beta, gamma, 0.001, scales)
    found = definition_named("BatchNormWithGlobalNormalizationGrad")(x, m, v, gamma, flow, **attrs)
    wanted = tf.gradients(new, [x, m, v, beta], flow)
    assert [g.shape for g in found] == [x.shape, m.shape, v.shape, beta.shape, gamma.shape]
    with tf.Session() as sess:
        a, b, gradients, by_new, by_old = sess.run(
            [old, new, found, wanted, tf.gradients(old, [x, m, v, beta], flow)]
        )
    np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-5)
    for one, other, third in zip(gradients, by_new, by_old):
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-4)
        np.testing.assert_allclose(one, third, rtol=1e-4, atol=1e-4)
