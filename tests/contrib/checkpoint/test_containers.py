"""Containers that a checkpoint goes through, and values that are saved in parts."""

import pytest

import evergraph as tf

checkpoint = tf.contrib.checkpoint


def saved(root, session, path):
    session.run(tf.global_variables_initializer())
    return tf.train.Checkpoint(root=root).save(str(path), session)


def keys_of(path):
    keys = tf.train.load_checkpoint(path).get_variable_to_shape_map()
    return sorted(key.removesuffix("/.ATTRIBUTES/VARIABLE_VALUE") for key in keys if key.startswith("root/"))


def test_elements_are_found_by_number_and_key(tmp_path):
    with tf.Session() as session:
        dense = tf.layers.Dense(1)
        dense(tf.ones([1, 1]))
        many = checkpoint.List([tf.Variable(1.0)]) + [dense]
        many += [checkpoint.Mapping(b=tf.Variable(3.0), a=tf.Variable(4.0))]
        assert len(many) == 3 and many.layers == [dense] and many[2]["b"] is not many[2]["a"]
        path = saved(many, session, tmp_path / "c")
    assert keys_of(path) == ["root/0", "root/1/bias", "root/1/kernel", "root/2/a", "root/2/b"]
    for wrong in (lambda: many.append(3), lambda: many[2].update(c=3), lambda: many[2].update(a=many[0])):
        with pytest.raises(ValueError):
            wrong()
    with pytest.raises(TypeError):
        del many[2]["a"]


def test_names_are_made_unique(tmp_path):
    tracker = checkpoint.UniqueNameTracker()
    with tf.Session() as session:
        for name in ("x", "y", "x"):
            tracker.track(tf.Variable(1.0), name)
        path = saved(tracker, session, tmp_path / "c")
    assert keys_of(path) == ["root/x", "root/x_1", "root/y"]
    with pytest.raises(ValueError, match="checkpointable"):
        tracker.track(3, "z")


def test_values_in_parts(tmp_path):
    class Pair(checkpoint.Checkpointable):
        def __init__(self, first, second):
            self.values = tf.stack([first, second])
            self.taken = []
            parts = checkpoint.split_dependency(
                ["first", "second"],
                [tf.float32, tf.float32],
                lambda buffer: buffer.update(first=self.values[0], second=self.values[1]),
                lambda buffer: self.taken.append(dict(buffer)) or tf.no_op(),
            )
            for name, part in parts.items():
                self._track_checkpointable(part, name)

    with tf.Session() as session:
        pair = Pair(1.0, 2.0)
        root = tf.train.Checkpoint(pair=pair)
        path = root.save(str(tmp_path / "c"), session)
        root.restore(path).run_restore_ops(session)
        assert session.run(pair.taken) == [{"first": 1.0, "second": 2.0}]


def test_the_picture_of_a_checkpoint(tmp_path):
    with tf.Session() as session:
        variable, optimizer = tf.Variable([1.0], name="w"), tf.train.MomentumOptimizer(0.1, 0.9)
        optimizer.minimize(tf.reduce_sum(variable * variable))
        path = saved(tf.train.Checkpoint(w=variable, optimizer=optimizer), session, tmp_path / "c")
    picture = checkpoint.dot_graph_from_checkpoint(path)
    assert picture.startswith("digraph {") and 'label="w [1]"' in picture and 'label="momentum"' in picture
    with tf.Session() as session:
        session.run(variable.initializer)
        plain = tf.train.Saver([variable]).save(session, str(tmp_path / "plain"))
    with pytest.raises(tf.errors.NotFoundError, match="object graph"):
        checkpoint.dot_graph_from_checkpoint(plain)
