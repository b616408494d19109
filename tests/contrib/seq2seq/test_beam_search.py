"""Beam search: against all sequences counted one by one, in NumPy, and its parts."""

import itertools

import numpy as np
import pytest

import evergraph as tf

seq2seq = tf.contrib.seq2seq
END, SYMBOLS, UNITS = 0, 4, 3


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as made:
        with tf.variable_scope(
            tf.get_variable_scope(), initializer=tf.random_uniform_initializer(-2, 2, seed=3)
        ):
            yield made


def run(fetches, feed=None):
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        return session.run(fetches, feed)


EMBEDDING = 2 * np.random.RandomState(0).randn(SYMBOLS, UNITS).astype(np.float32)


class Walk(tf.nn.rnn_cell.RNNCell):
    """A cell whose outputs follow from its input and its state, the sum of the inputs so far."""

    state_size = output_size = UNITS

    def call(self, inputs, state):
        return tf.sin(3 * inputs + state), state + inputs


PROJECTION = 2 * np.random.RandomState(1).randn(UNITS, SYMBOLS).astype(np.float32)


class Projection(tf.layers.Layer):
    def call(self, inputs):
        return tf.tensordot(inputs, PROJECTION, 1)

    def compute_output_shape(self, input_shape):
        return tf.TensorShape(input_shape)[:-1].concatenate(SYMBOLS)


def probability(start, symbols):
    """The log-probability of symbols after a start."""
    total, state, symbol = 0.0, np.zeros(UNITS), start
    for following in symbols:
        x = EMBEDDING[symbol]
        logits = np.sin(3 * x + state) @ PROJECTION
        total += logits[following] - np.log(np.exp(logits).sum())
        state, symbol = state + x, following
    return total


def sequences(steps):
    """All sequences of at most so many symbols: those that end, and those that do not."""
    for n in range(steps):
        yield from ((*symbols, END) for symbols in itertools.product(range(1, SYMBOLS), repeat=n))
    yield from itertools.product(range(1, SYMBOLS), repeat=steps)


def searched(starts, width, steps, penalty=0.0, time_major=False, batch=None):
    tokens = tf.constant(starts) if batch is None else tf.placeholder(tf.int32, [None])
    count = len(starts) if batch is None else tf.size(tokens)
    cell = Walk()
    decoder = seq2seq.BeamSearchDecoder(
        cell,
        EMBEDDING,
        tokens,
        END,
        cell.zero_state(count * width, tf.float32),
        width,
        Projection(),
        length_penalty_weight=penalty,
    )
    outputs, state, _ = seq2seq.dynamic_decode(
        decoder, maximum_iterations=steps, output_time_major=time_major
    )
    return run((outputs, state), None if batch is None else {tokens: starts})


@pytest.mark.parametrize("penalty, batch", [pytest.param(0.0, None, marks=pytest.mark.slow), (1.5, "fed")])
def test_a_wide_beam_finds_the_best_of_all_sequences(penalty, batch):
    steps, starts, width = 4, [1, 3], 150
    outputs, state = searched(starts, width, steps, penalty, batch=batch)
    for row, start in enumerate(starts):
        scores = {}
        for symbols in sequences(steps):
            length = len(symbols) - (END in symbols and len(symbols) == steps)  # as TensorFlow counts
            scores[symbols] = probability(start, symbols) / ((5 + length) / 6) ** penalty
        best = sorted(scores, key=scores.get, reverse=True)[:5]
        for beam, symbols in enumerate(best):
            padded = [*symbols, *[END] * (steps - len(symbols))]
            assert outputs.predicted_ids[row, :, beam].tolist() == padded
            np.testing.assert_allclose(
                outputs.beam_search_decoder_output.scores[row, -1, beam], scores[symbols], rtol=1e-4
            )
            np.testing.assert_allclose(state.log_probs[row, beam], probability(start, symbols), rtol=1e-4)


def test_one_beam_is_the_greedy_search():
    cell = Walk()
    helper = seq2seq.GreedyEmbeddingHelper(EMBEDDING, [1, 2, 3], END)
    greedy = seq2seq.BasicDecoder(cell, helper, cell.zero_state(3, tf.float32), Projection())
    wanted, _, _ = seq2seq.dynamic_decode(greedy, maximum_iterations=6)
    outputs, _ = searched([1, 2, 3], 1, 6, time_major=True)
    ids = run(wanted.sample_id)
    before_end = np.cumsum(ids == END, 1) - (ids == END) == 0
    np.testing.assert_array_equal(
        outputs.predicted_ids[: ids.shape[1], :, 0].T, np.where(before_end, ids, END)
    )


def test_alignments_are_given_in_the_order_of_the_sequences():
    batch, width, places, steps = 2, 3, 4, 5
    memory = tf.constant(np.random.RandomState(2).randn(batch, places, 6).astype(np.float32))
    mechanism = seq2seq.LuongAttention(UNITS, seq2seq.tile_batch(memory, width))
    cell = seq2seq.AttentionWrapper(
        tf.nn.rnn_cell.GRUCell(UNITS), mechanism, None, True, output_attention=False
    )
    start = cell.zero_state(batch * width, tf.float32)
    start = start.clone(cell_state=seq2seq.tile_batch(tf.ones([batch, UNITS]), width))
    results = []
    for reorder in (True, False):
        decoder = seq2seq.BeamSearchDecoder(
            cell, EMBEDDING, [1, 2], 9, start, width, Projection(), reorder_tensor_arrays=reorder
        )
        results.append(seq2seq.dynamic_decode(decoder, maximum_iterations=steps, output_time_major=True))
    history = results[1][1].cell_state.alignment_history.stack()
    outputs, state, _ = results[0]
    fetched = (state.cell_state.alignment_history, history, outputs.beam_search_decoder_output.parent_ids)
    found, steps_of, parents = run(fetched)
    assert np.any(parents != np.arange(width))
    for row, last in itertools.product(range(batch), range(width)):
        beam = last
        for time in reversed(range(steps)):
            np.testing.assert_array_equal(found[time, row * width + last], steps_of[time, row * width + beam])
            beam = parents[time, row, beam]


IDS = np.array([[[2, 5, 7], [3, 4, 6]], [[1, 2, 3], [4, 5, 6]], [[7, 8, 9], [9, 8, 0]]], np.int32)
PARENTS = np.array([[[0, 0, 0], [0, 0, 0]], [[1, 0, 2], [2, 2, 1]], [[2, 0, 0], [1, 2, 0]]], np.int32)


def followed(lengths, end):
    result = np.full(IDS.shape, end)
    for batch, beam in itertools.product(range(2), range(3)):
        at = beam
        for time in reversed(range(min(3, lengths[batch]))):
            result[time, batch, beam] = IDS[time, batch, at]
            at = PARENTS[time, batch, at]
        ended = np.cumsum(result[:, batch, beam] == end) > 0
        result[ended, batch, beam] = end
    return result


@pytest.mark.parametrize("lengths, end", [([3, 3], 99), ([3, 2], 5), ([0, 1], 4), ([9, 3], 3)])
def test_a_tree_is_followed_back(lengths, end):
    found = seq2seq.gather_tree(IDS, PARENTS, lengths, end)
    assert found.shape.as_list() == [3, 2, 3]
    np.testing.assert_array_equal(run(found), followed(lengths, end))


def test_a_parent_that_is_no_beam_fails_the_run():
    parents = PARENTS.copy()
    parents[2, 1, 1] = 3
    with pytest.raises(tf.errors.InvalidArgumentError, match="none of the 3 beams"):
        run(seq2seq.gather_tree(IDS, parents, [3, 3], 0))
    run(seq2seq.gather_tree(IDS, parents, [3, 2], 0))  # a step that does not count


def test_tiles_follow_each_other():
    t = tf.placeholder(tf.float32, [None, 2])
    tiled, scalars = seq2seq.tile_batch((t, tf.constant([1, 2])), 3)
    assert tiled.shape.as_list() == [None, 2]
    assert run(scalars).tolist() == [1, 1, 1, 2, 2, 2]
    assert run(tiled, {t: [[1, 2], [3, 4]]}).tolist() == [[1, 2]] * 3 + [[3, 4]] * 3


@pytest.mark.parametrize(
    "change, error, words",
    [
        ({"start_tokens": 1}, ValueError, "vector"),
        ({"end_token": [1]}, ValueError, "scalar"),
        ({"output_layer": 3}, TypeError, "Layer"),
        ({"cell": 3}, TypeError, "cell"),
        ({"initial_state": np.zeros([2, UNITS], np.float32)}, ValueError, "tile_batch"),
    ],
)
def test_mistakes_are_refused_while_the_graph_is_built(change, error, words):
    arguments = {
        "cell": Walk(),
        "embedding": EMBEDDING,
        "start_tokens": [1, 2],
        "end_token": END,
        "initial_state": np.zeros([6, UNITS], np.float32),
        "beam_width": 3,
        **change,
    }
    arguments["initial_state"] = tf.constant(arguments["initial_state"])
    with pytest.raises(error, match=words):
        seq2seq.BeamSearchDecoder(**arguments)


def test_a_scalar_cannot_be_tiled():
    with pytest.raises(ValueError, match="rank"):
        seq2seq.tile_batch(tf.constant(1), 2)
