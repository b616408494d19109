"""Operations at fed places agree with TensorFlow's: values, gradients, errors; inside, across and beyond the ends."""

import numpy as np
import pytest

import evergraph

pytestmark = pytest.mark.interop
DATA = np.arange(7 * 6 * 5, dtype=np.float32).reshape(7, 6, 5)

ROWS = {
    "rows": lambda tf, x, n: x[n : n + 3],
    "element": lambda tf, x, n: x[n],
    "element and columns": lambda tf, x, n: x[n, n : n + 2],
    "from the end": lambda tf, x, n: x[-1 - n],
    "both ends negative": lambda tf, x, n: x[-n - 3 : -n],
    "ellipsis": lambda tf, x, n: x[n : n + 4, ..., n - 1 : n + 1],
    "begin": lambda tf, x, n: x[n:],
    "end": lambda tf, x, n: x[:n],
    "backwards": lambda tf, x, n: x[n : n - 4 : -1],
    "backwards from": lambda tf, x, n: x[n + 5 :: -2],
    "steps": lambda tf, x, n: x[::2, n : n + 4 : 3],
    "new axes": lambda tf, x, n: x[n - 4 : n : 2, None, n],
    "step": lambda tf, x, n: x[::n],
    "twice": lambda tf, x, n: (x * 2.0)[n : n + 4][1 : n + 1],
    "strided_slice": lambda tf, x, n: tf.strided_slice(x, [0, n], [7, n + 2]),
    "slice": lambda tf, x, n: tf.slice(x, [0, n, 0], [-1, 2, 3]),
    "slice of the rest": lambda tf, x, n: tf.slice(x, [n, n, 0], [-1, 2, -1]),
    "slice by shape": lambda tf, x, n: tf.slice(x, [0, n, 0], [tf.shape(x)[0], 2, 5]),
    "roll": lambda tf, x, n: tf.manip.roll(x, [n, 1, n + 2], [1, 0, 1]),
    "pad": lambda tf, x, n: tf.pad(x, [[n, 6 - n], [0, 0], [1, 1]], constant_values=3.0),
    "reflect": lambda tf, x, n: tf.pad(x, [[n, 5 - n], [0, 0], [1, 1]], mode="REFLECT"),
    "symmetric": lambda tf, x, n: tf.pad(x, [[n, 5 - n], [n, n], [1, 1]], mode="SYMMETRIC"),
    "range": lambda tf, x, n: tf.gather(x[:, 0], tf.range(n, n + 3)),
    "space to batch": lambda tf, x, n: tf.space_to_batch_nd(x, [2, 3], [[n, 4 - n], [1, 0]]),
    "batch to space": lambda tf, x, n: tf.batch_to_space_nd(x[:6], [2, 3], [[n, 3 - n], [1, 2]]),
    "crop": lambda tf, x, n: tf.image.crop_to_bounding_box(x, n, 1, 3, 2),
    "crop of a size": lambda tf, x, n: tf.image.crop_to_bounding_box(x[None], 1, n, 3, n),
    "box": lambda tf, x, n: tf.image.pad_to_bounding_box(x, n, 1, 13, 8),
    "middle": lambda tf, x, n: tf.image.central_crop(x[None], 0.6),
    "loop": lambda tf, x, n: tf.while_loop(
        lambda i, a: i < 3, lambda i, a: (i + 1, a + x[i, n]), (0, x[0, 0])
    )[1],
}


def outcomes(tf, row, shape):
    """For each place: ([value, gradient, gradient through what is computed before]), or None for an error."""
    with tf.Graph().as_default():
        x, n = tf.placeholder(tf.float32, shape), tf.placeholder(tf.int32, [])
        y, z = row(tf, x, n), row(tf, tf.tanh(x * 0.01) + 0.0, n)
        fetches = [y, *tf.gradients(tf.reduce_sum(y * y), x), *tf.gradients(tf.reduce_sum(z * z), x)]
        found = []
        with tf.Session() as sess:
            for place in range(-9, 10, 1):
                try:
                    found.append(sess.run(fetches, {x: DATA, n: place}))
                except tf.errors.InvalidArgumentError:
                    found.append(None)
    return found


@pytest.mark.parametrize("shape", [[7, 6, 5], [None, None, 5]], ids=["known", "unknown"])
@pytest.mark.parametrize("name", ROWS)
def test_agrees(name, shape):
    theirs = outcomes(pytest.importorskip("tensorflow").compat.v1, ROWS[name], shape)
    ours = outcomes(evergraph, ROWS[name], shape)
    assert [found is None for found in ours] == [found is None for found in theirs]
    assert any(found is not None for found in ours)
    for mine, reference in zip(ours, theirs):
        for value, expected in zip(mine or (), reference or (), strict=True):
            assert value.shape == expected.shape and value.dtype == expected.dtype
            np.testing.assert_allclose(value, expected, rtol=1e-5, atol=1e-5)
