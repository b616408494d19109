"""TensorArrays that a differentiated loop fills: which of them the scan puts together, and that none changes."""

import numpy as np
import pytest

import evergraph as tf
from evergraph.ops.control_flow import loop

X = np.array([1.0, 2.0, 3.0])


def in_order(i, array, x, v):
    return array.write(i, x[i] * x[i])


def backwards(i, array, x, v):
    return array.write(2 - i, x[i] * x[i])


def read_again(i, array, x, v):
    array = array.write(i, x[i] * x[i])
    return array.write(i, array.read(i) * 2)


def after_an_assignment(i, array, x, v):
    value = x[i] * x[i]
    with tf.control_dependencies([v.assign_add(1.0)]):
        return array.write(i, value)


# name: (what an iteration writes, size of the array, whether the scan puts it together, array, gradient of its sum)
ROWS = {
    "in order": (in_order, 3, True, X**2, 2 * X),
    "longer": (in_order, 4, False, [*X**2, 0], 2 * X),
    "backwards": (backwards, 3, False, (X**2)[::-1], 2 * X),
    "read again": (read_again, 3, False, 2 * X**2, 4 * X),
    "after an assignment": (after_an_assignment, 3, False, X**2, 2 * X),
}


@pytest.mark.parametrize("name", ROWS)
def test_arrays_of_loops(name, monkeypatch):
    write, size, put_together, expected, slopes = ROWS[name]
    found = []
    collected = loop._Loop._collected
    monkeypatch.setattr(loop._Loop, "_collected", lambda *args: found.append(collected(*args)) or found[-1])
    with tf.Graph().as_default():
        x = tf.placeholder(tf.float64, [3])
        v = tf.Variable(0.0)
        array = tf.TensorArray(tf.float64, size, element_shape=[])
        _, array = tf.while_loop(lambda i, _: i < 3, lambda i, a: (i + 1, write(i, a, x, v)), (0, array))
        result = array.stack()
        with tf.Session() as session:
            session.run(v.initializer)
            values = session.run([result, tf.gradients(result, x)[0]], {x: X})
            assert session.run(v) == (3 if write is after_an_assignment else 0)
    np.testing.assert_allclose(values[0], expected)
    np.testing.assert_allclose(values[1], slopes)
    assert found and all(bool(each) == put_together for each in found)
