"""`tf.contrib.rnn`: wrappers, stacks and fused cells, held against the plain cells that they are made of."""

import numpy as np
import pytest

import evergraph as tf

rnn = tf.contrib.rnn
INPUTS = np.random.RandomState(0).uniform(-1, 1, [5, 3, 4]).astype(np.float32)  # time, batch, columns


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as made:
        yield made


def _run(*fetches):
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        return session.run([*fetches])


def _names():
    return [v.op.name for v in tf.global_variables()]


def test_an_output_projection():
    cell = rnn.OutputProjectionWrapper(tf.nn.rnn_cell.GRUCell(2), 6, activation=tf.tanh)
    assert (cell.output_size, cell.state_size) == (6, 2)
    output, state = cell(tf.constant(INPUTS[0]), cell.zero_state(3, tf.float32))
    assert _names()[-2:] == ["output_projection_wrapper/kernel", "output_projection_wrapper/bias"]
    found, inner, kernel = _run(output, state, tf.global_variables()[-2])
    np.testing.assert_allclose(found, np.tanh(inner @ kernel), rtol=1e-5)
    with pytest.raises(ValueError, match="output_size must be positive, not 0"):
        rnn.OutputProjectionWrapper(tf.nn.rnn_cell.GRUCell(2), 0)


def test_an_input_projection():
    cell = rnn.InputProjectionWrapper(tf.nn.rnn_cell.BasicRNNCell(2), 7)
    cell(tf.constant(INPUTS[0]), cell.zero_state(3, tf.float32))
    shapes = {v.op.name: v.shape.as_list() for v in tf.global_variables()}
    assert shapes["input_projection_wrapper/kernel"] == [4, 7]
    assert shapes["input_projection_wrapper/basic_rnn_cell/kernel"] == [9, 2]


def test_an_embedding():
    cell = rnn.EmbeddingWrapper(tf.nn.rnn_cell.BasicRNNCell(2), 10, 4)
    output, _ = cell(tf.constant([1, 2, 1]), cell.zero_state(3, tf.float32))
    assert _names()[0] == "embedding_wrapper/embedding"
    (found,) = _run(output)
    np.testing.assert_array_equal(found[0], found[2])
    assert (found[0] != found[1]).any()


def test_a_highway_carries_its_inputs():
    inner = tf.nn.rnn_cell.BasicRNNCell(4)
    cell = rnn.HighwayWrapper(inner, carry_bias_init=100.0)
    output, _ = cell(tf.constant(INPUTS[0]), cell.zero_state(3, tf.float32))
    np.testing.assert_allclose(*_run(output, tf.constant(INPUTS[0])), rtol=1e-6)


def test_a_stack_gives_each_layer_both_directions():
    cells = [[tf.nn.rnn_cell.BasicRNNCell(n) for n in (2, 3)] for _ in range(2)]
    outputs, forwards, backwards = rnn.stack_bidirectional_dynamic_rnn(
        *cells, tf.constant(INPUTS), dtype=tf.float32, time_major=True
    )
    assert outputs.shape.as_list() == [5, 3, 6] and len(forwards) == len(backwards) == 2
    kernel = "stack_bidirectional_rnn/cell_1/bidirectional_rnn/fw/basic_rnn_cell/kernel"
    assert {v.op.name: v.shape.as_list() for v in tf.global_variables()}[kernel] == [4 + 3, 3]
    found, last_fw, last_bw = _run(outputs, forwards[1], backwards[1])
    np.testing.assert_allclose(found[-1, :, :3], last_fw, rtol=1e-6)
    np.testing.assert_allclose(found[0, :, 3:], last_bw, rtol=1e-6)
    with pytest.raises(ValueError, match="cells_fw has 2 cells and cells_bw 1"):
        rnn.stack_bidirectional_dynamic_rnn(cells[0], cells[1][:1], tf.constant(INPUTS), dtype=tf.float32)


def test_a_static_stack_agrees_with_a_dynamic_one():
    with tf.variable_scope("net", initializer=tf.constant_initializer(0.1)):
        cells = [[tf.nn.rnn_cell.BasicRNNCell(2)] for _ in range(2)]
        static, _, _ = rnn.stack_bidirectional_rnn(*cells, tf.unstack(tf.constant(INPUTS)), dtype=tf.float32)
        cells = [[tf.nn.rnn_cell.BasicRNNCell(2)] for _ in range(2)]
        with tf.variable_scope("other"):
            dynamic, _, _ = rnn.stack_bidirectional_dynamic_rnn(
                *cells, tf.constant(INPUTS), dtype=tf.float32, time_major=True
            )
    np.testing.assert_allclose(*_run(tf.stack(static), dynamic), rtol=1e-5)


@pytest.mark.parametrize("lengths", [None, [5, 2, 3]])
def test_a_fused_cell_backwards(lengths):
    with tf.variable_scope("net", initializer=tf.constant_initializer(0.1)):
        cell = tf.nn.rnn_cell.BasicRNNCell(2)
        fused = rnn.FusedRNNCellAdaptor(cell, use_dynamic_rnn=True)
        backwards, state = rnn.TimeReversedFusedRNN(fused)(
            tf.constant(INPUTS), dtype=tf.float32, sequence_length=lengths
        )
        turned = tf.reverse(tf.constant(INPUTS), [0])
        if lengths:
            turned = tf.reverse_sequence(tf.constant(INPUTS), lengths, 0, 1)
        again = rnn.FusedRNNCellAdaptor(tf.nn.rnn_cell.BasicRNNCell(2))
        with tf.variable_scope("other"):
            plain, plain_state = again(turned, dtype=tf.float32, sequence_length=lengths)
    found, expected, last, plain_last = _run(backwards, plain, state, plain_state)
    np.testing.assert_allclose(last, plain_last, rtol=1e-5)
    for example, length in enumerate(lengths or [5] * 3):
        np.testing.assert_allclose(found[:length, example], expected[:length, example][::-1], rtol=1e-5)


def test_a_linear_map_needs_matrices_of_known_columns():
    from evergraph.contrib.rnn.linear import linear

    with pytest.raises(ValueError, match="nothing was given"):
        linear([], 2, True)
    with pytest.raises(ValueError, match="matrices whose columns are known"):
        linear(tf.placeholder(tf.float32, [3, None]), 2, True)
