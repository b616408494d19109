"""Session handles: tensors that stay in the session, named from outside."""

import gc

import numpy as np
import pytest

import evergraph as tf
from evergraph.ops.session_handles import delete_session_tensor, get_session_handle, get_session_tensor


@pytest.fixture
def sess():
    with tf.Session() as session:
        yield session


def test_a_value_goes_from_run_to_run(sess):
    handle = sess.run(get_session_handle(tf.constant(0)))
    holder, x = get_session_tensor(handle.handle, tf.int32)
    more = get_session_handle(x + 1)
    for _ in range(5):
        handle = sess.run(more, {holder: handle.handle})
    assert handle.eval() == 5 and type(handle.eval()) is np.int32
    assert sess.run([x * 2, more], {holder: handle})[0] == 10  # the handle itself does for its name
    assert isinstance(handle.handle, str) and str(handle) == handle.handle


@pytest.mark.parametrize("value", [np.arange(6.0).reshape(2, 3), np.array([b"a", b"bc"], object), True])
def test_any_type_and_shape(sess, value):
    handle, same = sess.run([get_session_handle(tf.constant(value)), tf.constant(value)])
    np.testing.assert_array_equal(handle.eval(), value)
    np.testing.assert_array_equal(same, value)
    if isinstance(value, np.ndarray):
        handle.eval()[0] = value[1]  # the caller's own
        np.testing.assert_array_equal(handle.eval(), value)


def test_handles_are_fed_in_place_of_their_tensors(sess):
    c, d = tf.constant(50.0), tf.constant(2.0)
    e = c - d
    one, two = sess.run([get_session_handle(c), get_session_handle(d)])
    assert sess.run(e, {c: one, d: two}) == 48.0 and sess.run(e, {c: two, d: one}) == -48.0
    assert sess.run([c, e], {c: two}) == [2.0, 0.0]
    v = tf.Variable(12.0)
    sess.run(v.initializer)
    kept = sess.run(get_session_handle(v.read_value()))
    sess.run(v.assign_add(2.0))
    assert sess.run(v + 5.0, {v: kept}) == 17.0


def test_values_are_dropped(sess):
    make = get_session_handle(tf.constant(3.0))
    handle = sess.run(make)
    holder, x = get_session_tensor(handle.handle, tf.float32)
    name = handle.handle
    del handle
    gc.collect()
    with pytest.raises(tf.errors.InvalidArgumentError, match="is not in the session store"):
        sess.run(x, {holder: name})
    handle = sess.run(make)
    handle.delete()
    with pytest.raises(tf.errors.InvalidArgumentError, match="is not in the session store"):
        handle.eval()
    raw = sess.run(make).get_raw_handle()
    gc.collect()
    assert sess.run(x, {holder: raw}) == 3.0
    deleted, delete = delete_session_tensor(raw)
    sess.run(delete, {deleted: raw})
    with pytest.raises(tf.errors.InvalidArgumentError, match="is not in the session store"):
        sess.run(x, {holder: raw})
