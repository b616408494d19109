"""`tf.train.Checkpoint`: objects found by the names that lead to them, in graphs and in the eager mode."""

import numpy as np
import pytest

import evergraph as tf
from evergraph.eager.graph import EagerGraph
from tests.laws import tensorflow_1

tfe = tf.contrib.eager


class Line(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.dense = tf.keras.layers.Dense(2)

    def call(self, inputs):
        return self.dense(inputs)


def training(model, optimizer):
    loss = tf.reduce_mean(tf.square(model(tf.constant([[1.0, 2.0]]))))
    return optimizer.minimize(loss)


def test_a_graph_goes_on_where_it_was(tmp_path):
    with tf.Graph().as_default(), tf.Session() as session:
        model, optimizer = Line(), tf.train.MomentumOptimizer(0.1, 0.9)
        step = training(model, optimizer)
        checkpoint = tf.train.Checkpoint(model=model, optimizer=optimizer)
        session.run(tf.global_variables_initializer())
        session.run(step)
        path = checkpoint.save(str(tmp_path / "new" / "ckpt"), session)
        assert path.endswith("ckpt-1") and tf.train.latest_checkpoint(str(tmp_path / "new")) == path
        kernel = model.dense.kernel
        wanted = session.run([kernel, optimizer.get_slot(kernel, "momentum")])
        assert checkpoint.save(str(tmp_path / "new" / "ckpt"), session).endswith("ckpt-2")
    with tf.Graph().as_default(), tf.Session() as session:
        model, optimizer = Line(), tf.train.MomentumOptimizer(0.1, 0.9)
        checkpoint = tf.train.Checkpoint(model=model, optimizer=optimizer)
        status = checkpoint.restore(path)
        with pytest.raises(AssertionError, match="Unresolved"):
            status.assert_consumed()
        training(model, optimizer)
        extra = tf.Variable(3.0)
        checkpoint.extra = extra
        with pytest.raises(AssertionError, match="not assigned"):
            status.assert_consumed()
        status.initialize_or_restore(session)
        kernel = model.dense.kernel
        found = session.run([kernel, optimizer.get_slot(kernel, "momentum"), extra, checkpoint.save_counter])
        np.testing.assert_array_equal(found[0], wanted[0])
        np.testing.assert_array_equal(found[1], wanted[1])
        assert found[2:] == [3.0, 1]


def test_keys_are_paths_of_names(tmp_path):
    with tf.Session() as session:
        layer = tf.layers.Dense(1, name="top")
        layer(tf.ones([1, 2]))
        inner = tf.train.Checkpoint(value=tf.Variable(1.0, name="named"))
        checkpoint = tf.train.Checkpoint(layer=layer, inner=inner)
        session.run(tf.global_variables_initializer())
        path = checkpoint.save(str(tmp_path / "c"), session)
    keys = set(tf.train.load_checkpoint(path).get_variable_to_shape_map())
    assert keys == {
        "_CHECKPOINTABLE_OBJECT_GRAPH",
        "inner/value/.ATTRIBUTES/VARIABLE_VALUE",
        "layer/bias/.ATTRIBUTES/VARIABLE_VALUE",
        "layer/kernel/.ATTRIBUTES/VARIABLE_VALUE",
        "save_counter/.ATTRIBUTES/VARIABLE_VALUE",
    }
    nodes = tf.contrib.checkpoint.object_metadata(path).nodes
    assert sorted(child.local_name for child in nodes[0].children) == ["inner", "layer", "save_counter"]
    assert "named" in {attribute.full_name for node in nodes for attribute in node.attributes}


def test_the_eager_mode_restores_what_is_made_later(tmp_path):
    with EagerGraph().as_default():
        model, optimizer = Line(), tf.train.AdamOptimizer(0.1)

        def loss(model):
            return lambda: tf.reduce_mean(tf.square(model(tf.constant([[1.0, 2.0]]))))

        optimizer.minimize(loss(model))
        checkpoint = tfe.Checkpoint(model=model, optimizer=optimizer)
        path = checkpoint.save(str(tmp_path / "ckpt"))
        kernel = model.dense.kernel
        wanted = kernel.numpy(), optimizer.get_slot(kernel, "m").numpy()
        fresh, other = Line(), tf.train.AdamOptimizer(0.0)
        status = tfe.Checkpoint(model=fresh, optimizer=other).restore(path)
        fresh(tf.constant([[1.0, 2.0]]))
        np.testing.assert_array_equal(fresh.dense.kernel.numpy(), wanted[0])
        assert other.get_slot(fresh.dense.kernel, "m") is None
        other.minimize(loss(fresh))
        status.assert_consumed()
        slot = other.get_slot(fresh.dense.kernel, "m").numpy()
        assert np.abs(slot - wanted[1]).max() > 0  # it went on from what was restored
        optimizer.minimize(loss(model))
        np.testing.assert_allclose(slot, optimizer.get_slot(kernel, "m").numpy(), rtol=1e-6)


def test_without_a_checkpoint_variables_are_initialized():
    with tf.Session() as session:
        checkpoint = tf.train.Checkpoint(value=tf.Variable(4.0))
        status = checkpoint.restore(None)
        with pytest.raises(AssertionError, match="No checkpoint"):
            status.assert_consumed()
        status.initialize_or_restore(session)
        assert session.run([checkpoint.value, checkpoint.save_counter]) == [4.0, 0]


def test_what_a_saver_wrote_is_found_by_name(tmp_path):
    with tf.Session() as session:
        variable = tf.Variable(4.0, name="named")
        session.run(variable.initializer)
        path = tf.train.Saver([variable]).save(session, str(tmp_path / "by_name"))
        session.run(variable.assign(0.0))
        status = tf.train.Checkpoint(other=variable).restore(path)
        status.run_restore_ops(session)
        assert session.run(variable) == 4.0
        with pytest.raises(AssertionError, match="save_counter"):
            status.assert_consumed()


def test_mistakes():
    with pytest.raises(ValueError, match="checkpointable"):
        tf.train.Checkpoint(a=3)
    with pytest.raises(ValueError, match="no default one"):
        tf.train.Checkpoint(a=tf.Variable(1.0)).save("nowhere")
    with tf.Session() as session, pytest.raises(tf.errors.FailedPreconditionError):
        tf.train.Checkpoint(a=tf.Variable(1.0)).save("nowhere", session)


def test_a_saver_of_the_eager_mode(tmp_path):
    with EagerGraph().as_default():
        a, b = tfe.Variable(1.0, name="a"), tfe.Variable([2.0, 3.0], name="b")
        saver = tfe.Saver([a, b])
        path = saver.save(str(tmp_path / "s"), global_step=7)
        assert path.endswith("s-7")
        a.assign(5.0)
        b.assign([6.0, 7.0])
        saver.restore(path)
        assert a.numpy() == 1.0 and b.numpy().tolist() == [2.0, 3.0]
        with pytest.raises(tf.errors.NotFoundError, match="other"):
            tfe.Saver({"other": a}).restore(path)
        with pytest.raises(ValueError, match="same name"):
            tfe.Saver([a, a])
    with tf.Graph().as_default():
        with pytest.raises(RuntimeError, match="eager"):
            tfe.Saver([])
        with tf.Session() as session:
            w = tf.Variable(0.0, name="a")
            tf.train.Saver([w]).restore(session, path)
            assert session.run(w) == 1.0


@pytest.mark.interop
def test_tensorflow_reads_what_is_written(tmp_path):
    theirs = tensorflow_1()
    with tf.Session() as session:
        variable, optimizer = tf.Variable([1.0, 2.0], name="w"), tf.train.MomentumOptimizer(0.1, 0.9)
        step = optimizer.minimize(tf.reduce_sum(variable * variable))
        checkpoint = tf.train.Checkpoint(w=variable, optimizer=optimizer)
        session.run(tf.global_variables_initializer())
        session.run(step)
        path = checkpoint.save(str(tmp_path / "ours"), session)
        wanted = session.run([variable, optimizer.get_slot(variable, "momentum")])
    with theirs.Graph().as_default(), theirs.Session() as session:
        variable, optimizer = (
            theirs.Variable([0.0, 0.0], use_resource=True),
            theirs.train.MomentumOptimizer(0.1, 0.9),
        )
        optimizer.minimize(theirs.reduce_sum(variable * variable))
        checkpoint = theirs.train.Checkpoint(w=variable, optimizer=optimizer)
        checkpoint.restore(path).assert_consumed().run_restore_ops(session)
        found = session.run([variable, optimizer.get_slot(variable, "momentum")])
    for ours, reference in zip(wanted, found):
        np.testing.assert_array_equal(ours, reference)
