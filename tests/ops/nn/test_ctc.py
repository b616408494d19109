"""Connectionist temporal classification: held against all alignments counted one by one, and beside TensorFlow."""

import itertools

import numpy as np
import pytest

import evergraph as tf
from tests.laws import gradients_are_differences, named, tensorflow_1, values_agree

STEPS, BATCH, CLASSES = 6, 3, 4
LOGITS = 2 * np.random.RandomState(0).randn(STEPS, BATCH, CLASSES)
ROWS = [[1, 1], [0, 0, 2], [1]]
LENGTHS = [6, 5, 4]


def sparse(tf, rows, columns=4):
    indices = [(row, place) for row, labels in enumerate(rows) for place in range(len(labels))]
    values = [label for labels in rows for label in labels]
    return tf.SparseTensor(indices, tf.constant(values, tf.int32), [len(rows), columns])


def by_definition(logits, labels, merge=True):
    """The loss of one row: the sum over all paths of classes that show the labels."""
    classes = logits.shape[1]
    logs = logits - np.log(np.exp(logits).sum(1, keepdims=True))
    total = 0.0
    for path in itertools.product(range(classes), repeat=len(logits)):
        shown = [c for i, c in enumerate(path) if not merge or i == 0 or c != path[i - 1]]
        if [c for c in shown if c != classes - 1] == labels:
            total += np.exp(sum(logs[i, c] for i, c in enumerate(path)))
    return -np.log(total) if total else np.inf


@pytest.mark.parametrize("merge", [True, False])
def test_the_loss_is_the_sum_over_all_alignments(merge):
    expected = [
        by_definition(LOGITS[:n, i], labels, merge)
        for i, (labels, n) in enumerate(zip(ROWS, LENGTHS, strict=True))
    ]
    losses = tf.nn.ctc_loss(sparse(tf, ROWS), tf.constant(LOGITS), LENGTHS, ctc_merge_repeated=merge)
    with tf.Session() as session:
        np.testing.assert_allclose(session.run(losses), expected, rtol=1e-9)


@pytest.mark.parametrize(
    "options",
    [
        {},
        pytest.param({"ctc_merge_repeated": False}, marks=pytest.mark.slow),
        pytest.param({"preprocess_collapse_repeated": True}, marks=pytest.mark.slow),
        pytest.param({"time_major": False}, marks=pytest.mark.slow),
    ],
)
def test_gradients_are_differences(options):
    value = LOGITS if options.get("time_major", True) else LOGITS.transpose(1, 0, 2)
    gradients_are_differences(value, lambda tf, x: tf.nn.ctc_loss(sparse(tf, ROWS), x, LENGTHS, **options))


def test_one_program_for_labels_of_about_one_length():
    x, lengths = tf.placeholder(tf.float32, [STEPS, BATCH, CLASSES]), tf.placeholder(tf.int32, [BATCH])
    labels = tf.sparse_placeholder(tf.int32)
    losses = tf.nn.ctc_loss(labels, x, lengths, ignore_longer_outputs_than_inputs=True)
    with tf.Session() as session:
        for rows in ([[0], [1], [2]], [[0, 1, 2], [1], [2, 0]], [[2] * 9, [1], [1]]):
            fed = session.run(sparse(tf, rows, 9))
            found = session.run(losses, {x: LOGITS, lengths: LENGTHS, labels: fed})
            for i, (labels_of_row, n) in enumerate(zip(rows, LENGTHS, strict=True)):
                expected = 0 if len(labels_of_row) > n else by_definition(LOGITS[:n, i], labels_of_row)
                np.testing.assert_allclose(found[i], expected, rtol=1e-5)


def test_what_cannot_be_aligned_has_an_infinite_loss_and_a_finite_gradient():
    x = tf.constant(LOGITS)
    losses = tf.nn.ctc_loss(sparse(tf, ROWS), x, [6, 3, 4])
    with tf.Session() as session:
        values, gradient = session.run([losses, tf.gradients(losses, x)[0]])
    assert values[1] == np.inf and np.all(np.isfinite(values[[0, 2]])) and np.all(np.isfinite(gradient))


@pytest.mark.parametrize(
    "rows, lengths, words",
    [
        ([[1, 1], [0, 0, 2], []], LENGTHS, "Labels length is zero in batch 2"),
        (ROWS, [6, 2, 4], "Not enough time for target transition sequence"),
        (ROWS, [6, 2, 7], r"sequence_length\(2\) <= 6"),
        ([[1, 1], [0, 3, 2], [1]], LENGTHS, "Saw a non-null label"),
        ([[1, 1], [0, -1, 2], [1]], LENGTHS, "nonnegative"),
        ([[1, 1], [0], [1], [1]], LENGTHS, "below 3"),
    ],
)
def test_bad_data_fails_the_run(rows, lengths, words):
    losses = tf.nn.ctc_loss(sparse(tf, rows), tf.constant(LOGITS), lengths)
    with tf.Session() as session, pytest.raises(tf.errors.InvalidArgumentError, match=words):
        session.run(losses)


def test_labels_are_sparse():
    with pytest.raises(TypeError, match="SparseTensor"):
        tf.nn.ctc_loss([[1]], tf.constant(LOGITS), LENGTHS)


def decoded(tf, function, value, lengths, **options):
    with tf.Graph().as_default(), tf.Session() as session:
        paths, scores = session.run(function(tf.constant(value), lengths, **options))
    return [part for path in paths for part in path], scores


def test_a_beam_with_room_for_all_prefixes_finds_the_likeliest():
    found = {}
    for labels in itertools.chain.from_iterable(
        itertools.product(range(CLASSES - 1), repeat=n) for n in range(5)
    ):
        found[labels] = -by_definition(LOGITS[:4, 0], list(labels))
    best = sorted(found, key=found.get, reverse=True)[:3]
    paths, scores = decoded(
        tf,
        tf.nn.ctc_beam_search_decoder,
        LOGITS[:, :1],
        [4],
        beam_width=200,
        top_paths=3,
        merge_repeated=False,
    )
    assert [tuple(values) for values in paths[1::3]] == best
    np.testing.assert_allclose(scores[0], [found[labels] for labels in best], rtol=1e-9)


@pytest.mark.parametrize(
    "lengths, paths, error", [([6, 5, 7], 1, "FailedPrecondition"), ([1, 0, 2], 2, "Invalid")]
)
def test_bad_lengths_fail_the_search(lengths, paths, error):
    with pytest.raises(tf.errors.OpError) as raised:
        decoded(tf, tf.nn.ctc_beam_search_decoder, LOGITS, lengths, top_paths=paths)
    assert type(raised.value).__name__.startswith(error)


LONG = 2 * np.random.RandomState(1).randn(20, 4, 9).astype(np.float32)
SHORT = LONG[:4, :, :4]
DECODERS = [
    ("greedy", "ctc_greedy_decoder", LONG, [20, 13, 1, 17], {}),
    ("greedy, not merged", "ctc_greedy_decoder", LONG, [20, 13, 1, 17], {"merge_repeated": False}),
    ("beam", "ctc_beam_search_decoder", SHORT, [4, 3, 1, 4], {"beam_width": 200}),
    ("paths", "ctc_beam_search_decoder", SHORT, [4, 3, 1, 4], {"beam_width": 200, "top_paths": 3}),
    (
        "paths, not merged",
        "ctc_beam_search_decoder",
        SHORT,
        [4, 3, 1, 4],
        {"beam_width": 200, "top_paths": 3, "merge_repeated": False},
    ),
    ("one beam", "ctc_beam_search_decoder", LONG, [20, 13, 1, 17], {"beam_width": 1}),
]


@pytest.mark.interop
@pytest.mark.parametrize("name, value, lengths, options", named(DECODERS))
def test_decoders_agree(name, value, lengths, options):
    theirs = tensorflow_1()
    ours, our_scores = decoded(tf, getattr(tf.nn, name), value, lengths, **options)
    wanted, their_scores = decoded(theirs, getattr(theirs.nn, name), value, lengths, **options)
    values_agree(ours, wanted)
    np.testing.assert_allclose(our_scores, their_scores, rtol=1e-4, atol=1e-4)


@pytest.mark.interop
@pytest.mark.parametrize("width", [10, 100])
def test_the_path_of_a_beam_that_drops_prefixes_agrees(width):
    """Not its score, which is of the alignments through prefixes that were kept: TensorFlow's is another sum."""
    theirs = tensorflow_1()
    ours, _ = decoded(tf, tf.nn.ctc_beam_search_decoder, LONG, [20, 13, 1, 17], beam_width=width)
    wanted, _ = decoded(theirs, theirs.nn.ctc_beam_search_decoder, LONG, [20, 13, 1, 17], beam_width=width)
    values_agree(ours, wanted)


LOSSES = [
    ("plain", LENGTHS, {}),
    ("not merged", LENGTHS, {"ctc_merge_repeated": False}),
    ("collapsed", LENGTHS, {"preprocess_collapse_repeated": True}),
    ("impossible", [6, 3, 4], {}),
    ("ignored", [6, 2, 0], {"ignore_longer_outputs_than_inputs": True}),
    ("batch first", LENGTHS, {"time_major": False}),
]


@pytest.mark.interop
@pytest.mark.parametrize("lengths, options", named(LOSSES))
def test_losses_and_gradients_agree(lengths, options):
    value = LOGITS.astype(np.float32)
    value = value if options.get("time_major", True) else value.transpose(1, 0, 2)
    results = []
    for module in (tf, tensorflow_1()):
        with module.Graph().as_default(), module.Session() as session:
            x = module.constant(value)
            losses = module.nn.ctc_loss(sparse(module, [[1, 1], [0, 0, 2], [1, 3]]), x, lengths, **options)
            assert losses.shape.as_list() == [BATCH]
            results.append(
                session.run([losses, module.gradients(losses, x, [module.constant([1.0, 2.0, 3.0])])[0]])
            )
    values_agree(*results, rtol=1e-5, atol=1e-5)


def test_an_empty_batch_is_refused():
    labels = tf.SparseTensor(np.zeros((0, 2), np.int64), np.zeros(0, np.int32), [5, 5])
    losses = tf.nn.ctc_loss(labels, np.zeros((1, 0, 2), np.float32), np.zeros(0, np.int32))
    with (
        tf.Session() as session,
        pytest.raises(tf.errors.InvalidArgumentError, match="batch_size must not be 0"),
    ):
        session.run(losses)
