"""Block cells against the plain cells with the same weights, and the names of their variables."""

import numpy as np
import pytest

import evergraph as tf

rnn = tf.contrib.rnn
INPUTS = np.random.RandomState(0).uniform(-1, 1, [4, 3, 2]).astype(np.float32)  # time, batch, columns
WEIGHTS = tf.random_uniform_initializer(-0.5, 0.5, seed=1)


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


def test_a_block_lstm_is_an_lstm_with_peepholes_and_clipping():
    x, state = tf.constant(INPUTS[0]), [tf.constant(INPUTS[1] * 2), tf.constant(INPUTS[2])]
    options = {"forget_bias": 0.5, "cell_clip": 0.3}
    with tf.variable_scope("net", initializer=WEIGHTS):
        found = rnn.LSTMBlockCell(2, use_peephole=True, **options)(x, state)
        names = _names()
        same = tf.nn.rnn_cell.LSTMCell(2, use_peepholes=True, reuse=True, name="lstm_cell", **options)
        plain = same(x, state)
    assert names == [f"net/lstm_cell/{n}" for n in "kernel bias w_i_diag w_f_diag w_o_diag".split()]
    assert len(tf.global_variables()) == 5
    (h, (c, _)), (plain_h, (plain_c, _)) = _run(found, plain)
    np.testing.assert_allclose(h, plain_h, rtol=1e-5)
    np.testing.assert_allclose(c, plain_c, rtol=1e-5)
    assert np.abs(c).max() == np.float32(0.3)


def test_a_negative_clip_is_none():
    x, state = tf.constant(INPUTS[0]), [tf.constant(INPUTS[1] * 9), tf.constant(INPUTS[2])]
    with tf.variable_scope("net", initializer=WEIGHTS):
        _, (free, _) = rnn.LSTMBlockCell(2, cell_clip=-1)(x, state)
        assert np.abs(_run(free)[0]).max() > 1
    with pytest.raises(ValueError, match=r"must be a pair \(c, h\)"):
        rnn.LSTMBlockCell(2, name="other")(x, state[:1])


def test_block_grus_are_grus_of_other_names():
    x, state = tf.constant(INPUTS[0]), tf.constant(INPUTS[1])
    with tf.variable_scope("net", initializer=WEIGHTS):
        first = rnn.GRUBlockCell(2)(x, state)
        assert _names() == [f"net/gru_cell/{n}" for n in "w_ru b_ru w_c b_c".split()]
        second = rnn.GRUBlockCellV2(cell_size=2, name="v2")(x, state)
        assert _names()[4:] == [
            f"net/v2/{n}" for n in "gates/kernel gates/bias candidate/kernel candidate/bias".split()
        ]
    sources = {v.op.name: v for v in tf.global_variables()}
    pairs = zip(list(sources.values())[4:], list(sources.values())[:4])
    copies = [to.assign(of) for to, of in pairs]
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        session.run(copies)
        (one, _), (two, _) = session.run([first, second])
    np.testing.assert_allclose(one, two, rtol=1e-6)
    with pytest.raises(ValueError, match="give num_units or cell_size"):
        rnn.GRUBlockCell()
    with pytest.raises(ValueError, match="must have 5 columns, not 2"):
        rnn.GRUBlockCell(5, name="other")(x, state)


@pytest.mark.parametrize("lengths", [None, [4, 0, 2]])
@pytest.mark.parametrize("peephole", [False, True])
def test_a_fused_lstm_is_the_cell_in_a_loop(lengths, peephole):
    inputs = tf.constant(INPUTS)
    given = {"dtype": tf.float32, "sequence_length": lengths}
    with tf.variable_scope("net", initializer=WEIGHTS):
        fused = rnn.LSTMBlockFusedCell(2, use_peephole=peephole)
        found = fused(inputs, **given)
        cell = rnn.LSTMBlockCell(2, use_peephole=peephole)
        plain = tf.nn.dynamic_rnn(cell, inputs, time_major=True, **given)
    variables = {v.op.name: v for v in tf.global_variables()}
    assert list(variables)[:2] == ["net/lstm_fused_cell/kernel", "net/lstm_fused_cell/bias"]
    assert len(variables) == (10 if peephole else 4)
    copies = [
        v.assign(variables[n.replace("lstm_fused_cell", "rnn/lstm_cell")])
        for n, v in variables.items()
        if "fused" in n
    ]
    gradients = [tf.gradients(tf.reduce_sum(each[0] ** 2), inputs)[0] for each in (found, plain)]
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        session.run(copies)
        one, two, (of_one, of_two) = session.run([found, plain, gradients])
    np.testing.assert_allclose(one[0], two[0], rtol=1e-5, atol=1e-7)
    np.testing.assert_allclose(one[1], two[1], rtol=1e-5, atol=1e-7)
    np.testing.assert_allclose(of_one, of_two, rtol=1e-4, atol=1e-6)


def test_a_fused_lstm_takes_a_list_and_unknown_sizes():
    inputs = tf.placeholder(tf.float32, [None, None, 2])
    with tf.variable_scope("net", initializer=WEIGHTS):
        fused = rnn.LSTMBlockFusedCell(2)
        outputs, state = fused(inputs, dtype=tf.float32, sequence_length=[4, 1, 2])
        listed, listed_state = fused(
            tf.unstack(tf.constant(INPUTS)), dtype=tf.float32, sequence_length=[4, 1, 2]
        )
    assert isinstance(listed, list) and len(listed) == 4 and len(tf.global_variables()) == 2
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        one = session.run([outputs, state], {inputs: INPUTS})
        two = session.run([tf.stack(listed), listed_state])
    np.testing.assert_allclose(one[0], two[0], rtol=1e-5)
    np.testing.assert_allclose(one[1], two[1], rtol=1e-5)
    with pytest.raises(ValueError, match="needs initial_state or dtype"):
        rnn.LSTMBlockFusedCell(2, name="other")(inputs)
