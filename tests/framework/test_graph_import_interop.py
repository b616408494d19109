"""GraphDefs of real TensorFlow, imported and run here: the same numbers."""

import numpy as np
import pytest

import evergraph as tf

pytestmark = pytest.mark.interop


@pytest.fixture(scope="module")
def tf1():
    real = pytest.importorskip("tensorflow").compat.v1
    real.disable_eager_execution()
    real.disable_control_flow_v2()
    real.disable_resource_variables()
    return real


def _data():
    rng = np.random.RandomState(0)
    return rng.rand(8, 12, 12, 3).astype(np.float32), rng.randint(0, 5, 8)


def _mlp(t):
    x = t.placeholder(t.float32, [None, 12, 12, 3], name="x")
    y = t.placeholder(t.int64, [None], name="y")
    h = t.reshape(x, [-1, 432])
    w = t.get_variable("w", initializer=np.random.RandomState(1).randn(432, 5).astype(np.float32) * 0.01)
    b = t.get_variable("b", initializer=np.zeros(5, np.float32), use_resource=True)
    logits = t.nn.bias_add(t.matmul(h, w), b)
    loss = t.reduce_mean(t.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=logits))
    loss += 0.01 * t.nn.l2_loss(w) + t.reduce_sum(t.concat([logits[:, 1:2], t.sigmoid(logits)], 1)) * 0.01
    step = t.train.AdamOptimizer(0.01).minimize(loss)
    return loss, step


def _cnn(t):
    x = t.placeholder(t.float32, [None, 12, 12, 3], name="x")
    y = t.placeholder(t.int64, [None], name="y")

    def weights(name, shape, seed):
        return t.get_variable(
            name, initializer=np.random.RandomState(seed).randn(*shape).astype(np.float32) * 0.1
        )

    h = t.nn.conv2d(x, weights("k", [3, 3, 3, 4], 1), strides=[1, 1, 1, 1], padding="SAME")
    h = t.nn.fused_batch_norm(h, weights("s", [4], 2) + 1.0, weights("o", [4], 3))[0]
    h = t.nn.max_pool(t.nn.relu(h), [1, 2, 2, 1], [1, 2, 2, 1], "SAME")
    h = t.nn.leaky_relu(
        t.nn.depthwise_conv2d(t.nn.lrn(h), weights("d", [3, 3, 4, 1], 4), [1, 1, 1, 1], "SAME")
    )
    h = t.nn.avg_pool(t.nn.elu(h), [1, 2, 2, 1], [1, 2, 2, 1], "SAME")
    h = t.nn.relu6(t.image.resize_nearest_neighbor(h, [6, 6]))
    logits = t.matmul(t.reshape(h, [-1, 144]), weights("w", [144, 5], 5))
    loss = t.reduce_mean(t.nn.softmax_cross_entropy_with_logits(labels=t.one_hot(y, 5), logits=logits))
    loss += t.reduce_sum(t.matmul(t.reshape(logits, [2, -1, 5]), t.ones([1, 5, 2]))) * 0.01
    step = t.train.MomentumOptimizer(0.01, 0.9).minimize(loss)
    return loss, step


def _loss_curve(t, graph, feeds):
    with t.Session(graph=graph) as sess:
        sess.run("init")
        curve = []
        for _ in range(4):
            loss, _ = sess.run(["loss:0", "step"], feeds)
            curve.append(loss)
        return curve


@pytest.mark.parametrize("build", [_mlp, _cnn])
def test_training_goes_on_with_its_own_gradients(tf1, build):
    x, y = _data()
    theirs = tf1.Graph()
    with theirs.as_default():
        loss, step = build(tf1)
        tf1.identity(loss, name="loss")
        tf1.group(step, name="step")
        tf1.global_variables_initializer()
    with tf.Graph().as_default() as ours:
        tf.import_graph_def(tf.GraphDef.FromString(theirs.as_graph_def().SerializeToString()), name="")
    feeds = {"x:0": x, "y:0": y}
    np.testing.assert_allclose(_loss_curve(tf, ours, feeds), _loss_curve(tf1, theirs, feeds), rtol=2e-4)


def test_queues_and_strings(tf1):
    theirs = tf1.Graph()
    with theirs.as_default():
        queue = tf1.FIFOQueue(5, [tf1.string, tf1.float32], [[], [2]], name="queue")
        tf1.group(queue.enqueue([tf1.string_join(["a", "b"]), [1.0, 2.0]]), name="put")
        word, numbers = queue.dequeue()
        tf1.identity(word, name="word")
        tf1.identity(numbers, name="numbers")
        tf1.identity(tf1.string_split(["x y z"]).values, name="parts")
    tf.import_graph_def(tf.GraphDef.FromString(theirs.as_graph_def().SerializeToString()), name="")
    with tf.Session() as sess:
        sess.run("put")
        word, numbers = sess.run(["word:0", "numbers:0"])
        assert word == b"ab" and numbers.tolist() == [1.0, 2.0]
        assert sess.run("parts:0").tolist() == [b"x", b"y", b"z"]


def test_functional_control_flow(tf1):
    theirs = tf1.Graph()
    tf1.enable_control_flow_v2()
    try:
        with theirs.as_default():
            x = tf1.placeholder(tf1.float32, [], name="x")
            c = tf1.cond(x > 1.0, lambda: x * 3.0, lambda: x - 1.0)
            i, a = tf1.while_loop(lambda i, a: i < 4, lambda i, a: (i + 1, a * x + c), [0, 1.0])
            tf1.identity(a, name="a")
            tf1.identity(c, name="c")
    finally:
        tf1.disable_control_flow_v2()
    tf.import_graph_def(tf.GraphDef.FromString(theirs.as_graph_def().SerializeToString()), name="")
    for x in (2.0, 0.5):
        with tf.Session() as ours, tf1.Session(graph=theirs) as other:
            got, expected = (s.run(["a:0", "c:0"], {"x:0": x}) for s in (ours, other))
            np.testing.assert_allclose(got, expected, rtol=1e-6)


def test_ours_runs_there(tf1):
    with tf.Graph().as_default() as ours:
        x = tf.placeholder(tf.float32, [None, 3], name="x")
        w = tf.get_variable("w", initializer=np.eye(3, dtype=np.float32))
        tf.nn.softmax(tf.nn.relu(tf.matmul(x, w)) + tf.reduce_mean(x, 1, keepdims=True), name="y")
        tf.global_variables_initializer()
    message = tf1.GraphDef.FromString(ours.as_graph_def().SerializeToString())
    with tf1.Graph().as_default() as theirs:
        tf1.import_graph_def(message, name="")
    feeds = {"x:0": np.arange(6, dtype=np.float32).reshape(2, 3)}
    results = []
    for t, graph in ((tf, ours), (tf1, theirs)):
        with t.Session(graph=graph) as sess:
            sess.run("init")
            results.append(sess.run("y:0", feeds))
    np.testing.assert_allclose(*results, rtol=1e-6)
