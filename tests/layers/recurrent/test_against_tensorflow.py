"""Recurrent networks held against TensorFlow's own: names of variables, values, static shapes, gradients.

With Keras 3, TensorFlow 2 shows its old cells only under the module that defines them.
"""

import warnings

import numpy as np
import pytest

import evergraph

pytestmark = pytest.mark.interop

RANDOM = np.random.RandomState(11)
INPUT = RANDOM.randn(3, 5, 4).astype(np.float32)
LENGTHS = [5, 0, 2]

CELLS = {
    "basic": lambda cells: cells.BasicRNNCell(6),
    "gru": lambda cells: cells.GRUCell(6),
    "basic lstm": lambda cells: cells.BasicLSTMCell(6, forget_bias=0.3),
    "lstm": lambda cells: cells.LSTMCell(6, use_peepholes=True, num_proj=3, cell_clip=0.3, proj_clip=0.2),
    "concatenated": lambda cells: cells.LSTMCell(6, state_is_tuple=False),
    "multi": lambda cells: cells.MultiRNNCell([cells.GRUCell(6), cells.LSTMCell(6)]),
    "residual": lambda cells: cells.MultiRNNCell([cells.ResidualWrapper(cells.GRUCell(4))]),
}


def dynamic(tf, cell, inputs, **options):
    return tf.nn.dynamic_rnn(cell(), inputs, dtype=tf.float32, **options)


def ended(tf, cell, inputs):
    return dynamic(tf, cell, inputs, sequence_length=LENGTHS)


def time_major(tf, cell, inputs):
    return dynamic(tf, cell, tf.transpose(inputs, [1, 0, 2]), sequence_length=LENGTHS, time_major=True)


def static(tf, cell, inputs):
    return tf.nn.static_rnn(
        cell(), tf.unstack(inputs, num=5, axis=1), dtype=tf.float32, sequence_length=LENGTHS
    )


def both_ways(tf, cell, inputs):
    return tf.nn.bidirectional_dynamic_rnn(cell(), cell(), inputs, LENGTHS, dtype=tf.float32)


def static_both_ways(tf, cell, inputs):
    steps = tf.unstack(inputs, num=5, axis=1)
    return tf.nn.static_bidirectional_rnn(cell(), cell(), steps, dtype=tf.float32, sequence_length=LENGTHS)


NETWORKS = [dynamic, ended, time_major, static, both_ways, static_both_ways]
ROWS = [(network, name) for network in NETWORKS for name in (CELLS if network is ended else ("multi",))]


def leaves(value):
    if isinstance(value, (list, tuple)):
        return [leaf for each in value for leaf in leaves(each)]
    return [value]


def run(tf, cells, network, make_cell, known):
    """(names and shapes of variables, static shapes of the results, results and gradients)."""
    with tf.Graph().as_default(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # TensorFlow's, that its cells are old
        inputs = tf.placeholder(tf.float32, INPUT.shape if known else [None, 5, 4])
        results = leaves(network(tf, lambda: make_cell(cells), inputs))
        variables = tf.trainable_variables()
        loss = tf.add_n([tf.reduce_sum(tf.square(each)) for each in results])
        slopes = tf.gradients(loss, [inputs, *variables])
        random = np.random.RandomState(2)
        with tf.Session() as session:
            for variable in variables:
                variable.load(0.4 * random.randn(*variable.shape.as_list()), session)
            values = session.run([*results, *slopes], {inputs: INPUT})
        names = [(variable.op.name, variable.shape.as_list()) for variable in variables]
        return names, [each.shape.as_list() for each in results], values


@pytest.mark.parametrize("known", [True, False], ids=["known batch", "unknown batch"])
@pytest.mark.parametrize("network, name", ROWS, ids=[f"{network.__name__} {name}" for network, name in ROWS])
def test_networks(network, name, known):
    tensorflow = pytest.importorskip("tensorflow").compat.v1
    cells = pytest.importorskip("tensorflow.python.keras.layers.legacy_rnn.rnn_cell_impl")
    names, shapes, values = run(evergraph, evergraph.nn.rnn_cell, network, CELLS[name], known)
    their_names, their_shapes, their_values = run(tensorflow, cells, network, CELLS[name], known)
    assert names == their_names
    assert shapes == their_shapes
    for ours, theirs in zip(values, their_values, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=2e-4, atol=2e-5)
