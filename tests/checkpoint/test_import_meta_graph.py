"""MetaGraphDefs imported: graph, collections and Saver are there again and go on."""

import numpy as np
import pytest

import evergraph as tf


def _build(t):
    x = t.placeholder(t.float32, [None, 4], name="x")
    w = t.get_variable("w", initializer=np.arange(8, dtype=np.float32).reshape(4, 2) * 0.1)
    b = t.get_variable("b", initializer=np.zeros(2, np.float32), use_resource=True)
    frozen = t.Variable(2.0, trainable=False, name="frozen")
    loss = t.reduce_mean(t.square(t.matmul(x, w) + b - frozen), name="loss")
    step = t.train.get_or_create_global_step()
    update = t.train.AdamOptimizer(0.1).minimize(loss, global_step=step)
    t.add_to_collection("losses", loss)
    t.add_to_collection("updates", update)
    t.add_to_collection("rate", 0.25)
    t.summary.scalar("loss_summary", loss)
    return loss, update


_FEEDS = {"x:0": np.ones([3, 4], np.float32)}


def _save_after_some_steps(t, directory):
    with t.Graph().as_default(), t.Session() as sess:
        _, update = _build(t)
        saver = t.train.Saver(max_to_keep=3)
        sess.run(t.global_variables_initializer())
        for _ in range(3):
            sess.run(update, _FEEDS)
        path = saver.save(sess, str(directory / "model"), global_step=3)
        rest = [sess.run(["loss:0", update], _FEEDS)[0] for _ in range(3)]
    return path, rest


def _go_on(t, path, scope=None):
    prefix = f"{scope}/" if scope else ""
    with t.Graph().as_default() as graph, t.Session() as sess:
        saver = t.train.import_meta_graph(path + ".meta", import_scope=scope)
        saver.restore(sess, path)
        (update,) = t.get_collection("updates")
        feeds = {prefix + k: v for k, v in _FEEDS.items()}
        names = sorted(v.name for v in t.global_variables())
        trainable = sorted(v.name for v in t.trainable_variables())
        assert [n for n in names if "Adam" not in n and "power" not in n] == [
            prefix + n for n in ("b:0", "frozen:0", "global_step:0", "w:0")
        ]
        assert trainable == [prefix + "b:0", prefix + "w:0"]
        assert t.get_collection("losses")[0] is graph.get_tensor_by_name(prefix + "loss:0")
        assert t.get_collection("rate") == [0.25]
        assert sess.run(t.train.get_global_step() if not scope else prefix + "global_step:0") == 3
        return [sess.run([prefix + "loss:0", update], feeds)[0] for _ in range(3)]


@pytest.mark.parametrize("scope", [None, "again"])
def test_training_goes_on(tmp_path, scope):
    path, rest = _save_after_some_steps(tf, tmp_path)
    assert _go_on(tf, path, scope) == rest


def test_new_layers_on_an_imported_graph(tmp_path, default_graph):
    path, _ = _save_after_some_steps(tf, tmp_path)
    saver = tf.train.import_meta_graph(path + ".meta")
    loss = default_graph.get_tensor_by_name("loss:0")
    more = tf.get_variable("more", initializer=1.0)
    step = tf.train.GradientDescentOptimizer(0.1).minimize(
        loss * more, var_list=[more, *tf.trainable_variables()[:1]]
    )
    again = tf.train.Saver()
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        saver.restore(sess, path)
        before = sess.run(loss, _FEEDS)
        sess.run(step, _FEEDS)
        assert sess.run(loss, _FEEDS) < before and sess.run(more) != 1.0
        again.save(sess, str(tmp_path / "more"))


def test_queue_runners_come_back(tmp_path):
    with tf.Graph().as_default() as graph:
        item = tf.train.range_input_producer(3, num_epochs=1, shuffle=False, capacity=5).dequeue()
        tf.train.batch([item], 3, name="batch")
        message = tf.train.export_meta_graph(graph=graph)
    with tf.Graph().as_default() as graph, tf.Session() as sess:
        tf.train.import_meta_graph(message)
        runners = tf.get_collection(tf.GraphKeys.QUEUE_RUNNERS)
        assert len(runners) == 2 and all(runner.queue.graph is graph for runner in runners)
        sess.run([v.initializer for v in tf.get_collection(tf.GraphKeys.LOCAL_VARIABLES)])
        coordinator = tf.train.Coordinator()
        threads = tf.train.start_queue_runners(sess, coordinator)
        assert sess.run("batch:0").tolist() == [0, 1, 2]
        coordinator.request_stop()
        coordinator.join(threads, stop_grace_period_secs=5)


def test_what_is_asked_of_the_import(tmp_path, default_graph):
    with tf.Graph().as_default(), tf.device("/device:CPU:1"):
        tf.identity(tf.placeholder(tf.float32, [], name="in"), name="out")
        message = tf.train.export_meta_graph(str(tmp_path / "text.meta"), as_text=True)
    mapped = tf.constant(4.0)
    assert (
        tf.train.import_meta_graph(message, clear_devices=True, import_scope="a", input_map={"in:0": mapped})
        is None
    )
    out = default_graph.get_tensor_by_name("a/out:0")
    assert out.op.device == "" and out.op.inputs[0] is mapped
    tf.train.import_meta_graph(str(tmp_path / "text.meta"))
    assert default_graph.get_operation_by_name("out").device == "/device:CPU:1"
    with pytest.raises(OSError, match="does not exist"):
        tf.train.import_meta_graph(str(tmp_path / "missing.meta"))


def test_a_scope_that_was_cut_out(default_graph):
    with tf.Graph().as_default() as graph:
        outside = tf.placeholder(tf.float32, [2], name="outside")
        with tf.variable_scope("part"):
            v = tf.get_variable("v", initializer=[1.0, 2.0])
            y = tf.reduce_sum(tf.nn.softplus(v) * outside, name="y")
            tf.gradients(y, v)[0].op  # noqa: B018
        message = tf.train.export_meta_graph(graph=graph, export_scope="part")
    given = tf.ones([2])
    tf.train.import_meta_graph(message, import_scope="new", input_map={"$unbound_inputs_outside": given})
    with tf.Session() as sess:
        (v,) = tf.global_variables("new")
        sess.run(v.initializer)
        assert sess.run("new/y:0") == pytest.approx(np.log1p(np.exp([1.0, 2.0])).sum(), rel=1e-6)


@pytest.mark.interop
@pytest.mark.parametrize("writer, reader", [("theirs", "ours"), ("ours", "theirs")])
def test_between_programs(tmp_path, writer, reader):
    real = pytest.importorskip("tensorflow").compat.v1
    real.disable_eager_execution()
    real.disable_control_flow_v2()
    programs = {"ours": tf, "theirs": real}
    path, rest = _save_after_some_steps(programs[writer], tmp_path)
    if reader == "theirs":  # gradients of ours are pullbacks: only what does not need them runs there
        with real.Graph().as_default(), real.Session() as sess:
            real.train.import_meta_graph(_without_training(path)).restore(sess, path)
            assert sess.run("loss:0", _FEEDS) == pytest.approx(rest[0], rel=1e-5)
    else:
        np.testing.assert_allclose(_go_on(tf, path), rest, rtol=1e-4)


def _without_training(path):
    """The path of a metagraph that holds the forward part only."""
    with tf.Graph().as_default():
        x = tf.placeholder(tf.float32, [None, 4], name="x")
        w = tf.get_variable("w", [4, 2])
        b = tf.get_variable("b", [2], use_resource=True)
        frozen = tf.Variable(2.0, trainable=False, name="frozen")
        tf.reduce_mean(tf.square(tf.matmul(x, w) + b - frozen), name="loss")
        tf.train.Saver().export_meta_graph(path + ".forward.meta")
    return path + ".forward.meta"


def test_variables_that_are_imported_in_a_loop_are_of_no_body():
    with tf.Graph().as_default():
        start = tf.Variable(3.0)
        _, power = tf.while_loop(lambda i, x: i < 4, lambda i, x: (i + 1, x * 2.0), [0, start])
        message = tf.train.export_meta_graph()
    with tf.Graph().as_default() as graph, tf.Session() as sess:

        def body(i, total):
            tf.train.import_meta_graph(message)
            return i + 1, total + graph.get_tensor_by_name(power.name)

        _, total = tf.while_loop(lambda i, total: i < 2, body, [0, 0.0], name="")
        sess.run(tf.global_variables_initializer())
        assert sess.run(total) == 2 * 3.0 * 2**4
