"""What gives variables their values: nothing is in memory twice, and nothing is shared that somebody may write into."""

import tracemalloc

import ml_dtypes
import numpy as np
import pytest

import evergraph as tf
from evergraph.engine import first_values
from evergraph.formats import bundle_reader
from evergraph.ops.files import saving

VALUES = {
    "float": np.arange(60_000, dtype=np.float32).reshape(200, 300),
    "double": np.linspace(0, 1, 5_000),
    "long": np.arange(-(2**40), -(2**40) + 4_000),
    "bool": np.arange(70_000) % 3 == 0,
    "half": np.arange(100, dtype=np.float16).reshape(10, 10),
    "brain": np.arange(4_000).astype(ml_dtypes.bfloat16),
    "complex": (np.arange(9_000) * (1 + 2j)).astype(np.complex64),
    "scalar": np.float32(3),
    "empty": np.zeros([0, 4], np.float32),
}


@pytest.fixture(params=["together", "in batches", "in pieces"])
def path_of_restoring(request, monkeypatch):
    """All arrays go to the device in one batch, in several, or in pieces."""
    if request.param == "in batches":
        monkeypatch.setattr(first_values, "_MOST_WAITING", 30_000)
    if request.param == "in pieces":
        monkeypatch.setattr(saving, "LARGE", 1)
        monkeypatch.setattr(bundle_reader, "PIECE", 1 << 12)


def _variables(use_resource):
    return {
        name: tf.get_variable(name, initializer=tf.zeros(value.shape, value.dtype), use_resource=use_resource)
        for name, value in VALUES.items()
    }


@pytest.mark.parametrize("use_resource", [False, True])
def test_values_are_those_that_were_saved_and_can_be_trained(path_of_restoring, use_resource, tmp_path):
    variables = _variables(use_resource)
    feeds = {name: tf.placeholder(value.dtype, value.shape) for name, value in VALUES.items()}
    assigned = [tf.assign(variables[name], feeds[name]) for name in VALUES]
    saver = tf.train.Saver()
    with tf.Session() as sess:
        sess.run(assigned, {feeds[name]: value for name, value in VALUES.items()})
        path = saver.save(sess, str(tmp_path / "m"))
    added = tf.assign_add(variables["float"], tf.ones_like(variables["float"]))
    with tf.Session() as sess:
        for _ in range(2):  # into variables without values, and over those of the time before
            saver.restore(sess, path)
            for name, value in sess.run(variables).items():
                np.testing.assert_array_equal(value, VALUES[name])
                assert value.dtype == VALUES[name].dtype
            for _ in range(2):
                sess.run(added.op)
            np.testing.assert_array_equal(sess.run(variables["float"]), VALUES["float"] + 2)


def test_a_changed_bit_is_found_and_variables_keep_their_values(path_of_restoring, tmp_path):
    variables = _variables(False)
    saver = tf.train.Saver()
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        path = saver.save(sess, str(tmp_path / "m"))
        (data,) = tmp_path.glob("m.data*")
        content = bytearray(data.read_bytes())
        sess.run(tf.assign(variables["float"], VALUES["float"]))
        for place in range(0, len(content), len(content) // 7):
            content[place] ^= 4
            data.write_bytes(content)
            content[place] ^= 4
            with pytest.raises(tf.errors.DataLossError, match="checksum"):
                saver.restore(sess, path)
            np.testing.assert_array_equal(sess.run(variables["float"]), VALUES["float"])


def test_a_restored_tensor_that_others_use_too_is_shared_with_nobody(path_of_restoring, tmp_path):
    first = tf.get_variable("first", initializer=VALUES["float"])
    second = tf.get_variable("second", initializer=np.zeros_like(VALUES["float"]))
    saver = tf.train.Saver([first])
    read = saving.restore_v2(
        str(tmp_path / "m"), ["first"], [""], [tf.float32], expected_shapes=[first.shape]
    )
    both = [tf.assign(first, read[0]).op, tf.assign(second, read[0]).op]
    step = tf.group(tf.assign_add(first, tf.ones_like(first)), tf.assign_sub(second, tf.ones_like(second)))
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        saver.save(sess, str(tmp_path / "m"))
        fetched, _ = sess.run([read[0], both])
        sess.run(step)
        sess.run(step)
        np.testing.assert_array_equal(sess.run(first), VALUES["float"] + 2)
        np.testing.assert_array_equal(sess.run(second), VALUES["float"] - 2)
        np.testing.assert_array_equal(fetched, VALUES["float"])


@pytest.mark.parametrize("large", [1 << 20, 1 << 30])
def test_little_of_a_checkpoint_is_in_memory_besides_the_variables(large, monkeypatch, tmp_path):
    monkeypatch.setattr(first_values, "_MOST_WAITING", 1 << 18)
    monkeypatch.setattr(saving, "LARGE", large)
    monkeypatch.setattr(bundle_reader, "PIECE", 1 << 18)
    sizes = [1 << 14] * 40 + [1 << 18] * 4 + [1 << 20] * 2  # float32: 14 MB
    for i, size in enumerate(sizes):
        tf.get_variable(f"v{i}", [size], initializer=tf.ones_initializer())
    saver, biggest = tf.train.Saver(), 4 << 20
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        path = saver.save(sess, str(tmp_path / "m"))
        saver.restore(sess, path)
        tracemalloc.start()  # of NumPy's arrays, not of the device's
        try:
            saver.restore(sess, path)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert peak < (2 << 20 if large == 1 << 20 else 2 * biggest + (1 << 20)), peak


def test_a_restore_gives_back_what_is_kept_for_the_next_save(tmp_path):
    tf.get_variable("v", initializer=VALUES["float"])
    saver = tf.train.Saver()
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        path = saver.save(sess, str(tmp_path / "m"))
        snapshots = list(sess._resources.snapshots)
        assert any(snapshot._spare for snapshot in snapshots)
        saver.restore(sess, path)
        assert not any(snapshot._spare for snapshot in snapshots)
        assert saver.save(sess, str(tmp_path / "m")) == path


def test_an_array_that_the_program_writes_into_later_is_not_the_variables():
    raw = np.empty(4 * 1000 + 64, np.uint8)
    aligned = raw[-raw.ctypes.data % 64 :][: 4 * 1000].view(np.float32)  # JAX takes such arrays as they are
    aligned[:] = 1
    given = tf.py_func(lambda: aligned, [], tf.float32, stateful=True)
    given.set_shape([1000])
    variable = tf.get_variable("v", initializer=given)
    with tf.Session() as sess:
        sess.run(variable.initializer)
        aligned[:] = 2
        assert set(sess.run(variable)) == {1.0}
