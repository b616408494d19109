"""Graphs with control flow that TensorFlow 1 writes, trained on here: the same losses and variables.

Each program is built, begun and saved by TensorFlow in a process of its own; its `.meta` and checkpoint are read here.
"""

import importlib
import pickle
import subprocess
import sys

import numpy as np
import pytest

import evergraph as tf

pytestmark = [pytest.mark.interop, pytest.mark.slow]

X = np.random.RandomState(0).randn(4, 5, 3).astype(np.float32)
STEPS = 3


def _input(t):
    return t.placeholder(t.float32, [None, None, 3], name="x")


def _weights(t, shape=(3, 3), **options):
    value = np.random.RandomState(1).randn(*shape).astype(np.float32) * 0.5
    return t.get_variable("w", initializer=value, **options)


def _cells():
    return importlib.import_module("tensorflow.python.keras.layers.legacy_rnn.rnn_cell_impl")


def _times(t, x, w):
    return t.tensordot(x, w, 1)


def dynamic_rnn(t):
    outputs, _ = t.nn.dynamic_rnn(_cells().BasicLSTMCell(4), _input(t), dtype=t.float32)
    return t.reduce_sum(outputs * outputs)


def dynamic_rnn_with_lengths(t):
    cell = _cells().GRUCell(4)
    outputs, state = t.nn.dynamic_rnn(cell, _input(t), sequence_length=[5, 2, 3, 1], dtype=t.float32)
    return t.reduce_sum(outputs * outputs) + t.reduce_sum(state)


def map_fn(t):
    x, w = _input(t), _weights(t)
    return t.reduce_sum(t.map_fn(lambda row: t.tanh(t.matmul(row, w)), x))


def scan(t):
    x, w = _input(t), _weights(t)
    return t.reduce_sum(t.scan(lambda a, row: t.tanh(t.matmul(row, w) + a), x, initializer=t.zeros([5, 3])))


def nested_loops(t):
    x, w = _input(t), _weights(t)

    def inner(j, u):
        return j + 1, t.tanh(_times(t, u, w))

    def outer(i, v):
        return i + 1, t.while_loop(lambda j, u: j < 2, inner, (0, v))[1]

    return t.reduce_sum(t.while_loop(lambda i, v: i < 3, outer, (0, x))[1])


def conditional_in_a_loop(t):
    x, w = _input(t), _weights(t)

    def body(i, v):
        return i + 1, t.cond(t.equal(i % 2, 0), lambda: t.tanh(_times(t, v, w)), lambda: v * v)

    return t.reduce_sum(t.while_loop(lambda i, v: i < 4, body, (0, x))[1])


def loop_in_a_conditional(t):
    x, w = _input(t), _weights(t)

    def looped():
        return t.while_loop(lambda i, v: i < 3, lambda i, v: (i + 1, t.tanh(_times(t, v, w))), (0, x))[1]

    return t.reduce_sum(t.cond(t.reduce_sum(x) > -1e9, looped, lambda: x))


def nested_conditionals(t):
    x, w = _input(t), _weights(t)

    def inner():
        return t.cond(t.reduce_max(x) > 1e9, lambda: x * 2, lambda: _times(t, x * x, w))

    return t.reduce_sum(t.cond(t.reduce_sum(x) > -1e9, inner, lambda: x))


def conditionals_that_follow_each_other(t):
    x, w = _input(t), _weights(t)
    predicate = t.reduce_sum(x) > -1e9
    a = t.cond(predicate, lambda: _times(t, x, w), lambda: x)
    b = t.cond(predicate, lambda: a * a, lambda: a)
    c, d = t.cond(t.reduce_sum(b) > 0, lambda: (b, a * w[0]), lambda: (a, b))
    return t.reduce_sum(c * c + d)


def case(t):
    x, w = _input(t), _weights(t)
    total = t.reduce_sum(x)
    cases = [(total > 1e9, lambda: x), (total > -1e9, lambda: _times(t, x, w))]
    return t.reduce_sum(t.case(cases, default=lambda: x * 3.0))


def assignment_in_a_branch(t):
    x, w = _input(t), _weights(t)
    moving = t.get_variable("moving", initializer=1.0, trainable=False)
    update = t.cond(t.reduce_sum(x) > -1e9, lambda: t.assign(moving, moving * 0.5).op, t.no_op)
    with t.control_dependencies([update]):
        return t.reduce_sum(_times(t, x, w)) * moving.read_value()


def resource_variable(t):
    x, w = _input(t), _weights(t, use_resource=True)
    y = t.cond(t.reduce_sum(x) > -1e9, lambda: _times(t, x, w), lambda: x)
    return t.reduce_sum(
        t.while_loop(lambda i, v: i < 2, lambda i, v: (i + 1, t.tanh(_times(t, v, w))), (0, y))[1]
    )


def rows_in_a_branch(t):
    x, w = _input(t), _weights(t, (6, 3))
    rows = t.cond(
        t.reduce_sum(x) > -1e9, lambda: t.nn.embedding_lookup(w, [1, 2, 2]), lambda: t.zeros([3, 3])
    )
    return t.reduce_sum(rows * rows)


def assertions(t):
    x, w = _input(t), _weights(t)
    with t.control_dependencies([t.Assert(t.reduce_sum(x) > -1e9, [x])]):
        return t.reduce_sum(_times(t, x, w) ** 2)


def array_that_grows(t):
    x, w = _input(t), _weights(t)
    array = t.TensorArray(t.float32, size=0, dynamic_size=True)

    def body(i, v, array):
        v = t.tanh(_times(t, v, w))
        return i + 1, v, array.write(i, v)

    array = t.while_loop(lambda i, v, a: i < 3, body, (0, x, array))[2]
    return t.reduce_sum(array.stack() ** 2)


def loop_over_slices(t):
    x, w = _input(t), _weights(t)
    unknown = t.TensorShape([None, 3])
    total = t.while_loop(
        lambda i, v: i < t.shape(x)[1],
        lambda i, v: (i + 1, v + _times(t, x[:, i], w)),
        (0, t.zeros([4, 3])),
        shape_invariants=(t.TensorShape([]), unknown),
    )[1]
    return t.reduce_sum(t.tanh(total))


def loop_whose_variable_grows(t):
    x, w = _input(t), _weights(t)
    rows = t.while_loop(
        lambda i, v: i < 3,
        lambda i, v: (i + 1, t.concat([v, _times(t, v[-1:], w)], 0)),
        (0, x[0, :1]),
        shape_invariants=(t.TensorShape([]), t.TensorShape([None, 3])),
    )[1]
    return t.reduce_sum(t.tanh(rows))


PROGRAMS = [
    dynamic_rnn,
    dynamic_rnn_with_lengths,
    map_fn,
    scan,
    nested_loops,
    conditional_in_a_loop,
    loop_in_a_conditional,
    nested_conditionals,
    conditionals_that_follow_each_other,
    case,
    assignment_in_a_branch,
    resource_variable,
    rows_in_a_branch,
    assertions,
    array_that_grows,
    loop_over_slices,
    loop_whose_variable_grows,
]


def write_all(home):
    """What the other process does: each program built and begun by TensorFlow, saved, and trained on."""
    t = importlib.import_module("tensorflow").compat.v1
    t.disable_v2_behavior()
    told = {}
    for build in PROGRAMS:
        prefix = f"{home}/{build.__name__}"
        with t.Graph().as_default():
            t.identity(build(t), name="loss")
            step = t.train.get_or_create_global_step()
            loss = t.get_default_graph().get_tensor_by_name("loss:0")
            t.train.AdamOptimizer(0.01).minimize(loss, global_step=step, name="train")
            saver = t.train.Saver(t.global_variables())
            with t.Session() as sess:
                sess.run(t.global_variables_initializer())
                saver.save(sess, prefix)
                losses = _train(sess)
                variables = {v.op.name: sess.run(v) for v in t.global_variables()}
        told[build.__name__] = losses, variables
    with open(f"{home}/told", "wb") as file:
        pickle.dump(told, file)


def _train(sess):
    losses = []
    for _ in range(STEPS):
        losses.append(sess.run("loss:0", {"x:0": X}))
        sess.run("train", {"x:0": X})
    return losses


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    pytest.importorskip("tensorflow")
    home = tmp_path_factory.mktemp("written")
    subprocess.run([sys.executable, __file__, str(home)], check=True, capture_output=True)
    with open(home / "told", "rb") as file:
        return home, pickle.load(file)


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda p: p.__name__)
def test_training_goes_on(written, program):
    home, told = written
    losses, variables = told[program.__name__]
    prefix = f"{home}/{program.__name__}"
    with tf.Graph().as_default():
        saver = tf.train.import_meta_graph(prefix + ".meta")
        with tf.Session() as sess:
            saver.restore(sess, prefix)
            np.testing.assert_allclose(_train(sess), losses, rtol=2e-5, atol=1e-6)
            for name, value in variables.items():
                np.testing.assert_allclose(sess.run(f"{name}:0"), value, rtol=2e-4, atol=1e-5, err_msg=name)


if __name__ == "__main__":
    write_all(sys.argv[1])
