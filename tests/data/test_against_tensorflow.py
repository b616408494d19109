"""Random pipelines, here and under TensorFlow: the same elements, static types and shapes."""

import random

import numpy as np
import pytest

import evergraph
from tests.laws import tensorflow_1

pytestmark = pytest.mark.interop


def source(tf, rng):
    kind = rng.choice(["range", "slices", "dict", "tensors", "generator"])
    count = rng.randrange(0, 12)
    if kind == "range":
        return tf.data.Dataset.range(count).map(lambda x: (x, tf.cast(x, tf.float32)))
    values = np.arange(count, dtype=np.int64)
    if kind == "slices":
        return tf.data.Dataset.from_tensor_slices((values, values.astype(np.float32) / 2))
    if kind == "dict":
        named = tf.data.Dataset.from_tensor_slices({"b": values, "a": values.astype(np.float32) * 3})
        return named.map(lambda row: (row["b"], row["a"]))
    if kind == "tensors":
        return tf.data.Dataset.from_tensors((np.int64(count), np.float32(1.5)))

    def generate():
        for i in range(count):
            yield i, i * 0.25

    return tf.data.Dataset.from_generator(generate, (tf.int64, tf.float32), ([], []))


def element_steps(tf):
    return [
        lambda d, n: d.map(lambda a, b: (a * 2 - 1, b + tf.cast(a, tf.float32))),
        lambda d, n: d.map(lambda a, b: (a + 1, b / 2), num_parallel_calls=1 + n % 3),
        lambda d, n: d.filter(lambda a, b: tf.not_equal(a % 3, n % 3)),
        lambda d, n: d.take(n),
        lambda d, n: d.skip(n % 5),
        lambda d, n: d.repeat(n % 4),
        lambda d, n: d.concatenate(d.take(2)),
        lambda d, n: d.shard(1 + n % 3, 0),
        lambda d, n: d.prefetch(1 + n % 3),
        lambda d, n: d.cache(),
        lambda d, n: d.flat_map(lambda a, b: tf.data.Dataset.from_tensors((a, b)).repeat(a % 3)),
        lambda d, n: d.interleave(
            lambda a, b: tf.data.Dataset.range(a % 4).map(lambda i: (a * 10 + i, b)), 1 + n % 3, 1 + n % 2
        ),
        lambda d, n: tf.data.Dataset.zip((d, d.skip(1))).map(lambda x, y: (x[0] + y[0], x[1] - y[1])),
    ]


def batch_steps(tf):
    def ragged(a, b):
        return a, tf.fill(tf.reshape(tf.abs(a) % 4, [1]), b)

    return [
        lambda d, n: d,
        lambda d, n: d.batch(1 + n % 4),
        lambda d, n: d.map(ragged).padded_batch(1 + n % 4, ([], [None])),
        lambda d, n: d.map(ragged).padded_batch(1 + n % 3, ([], [5]), (np.int64(-1), np.float32(7))),
        lambda d, n: d.batch(1 + n % 4).map(lambda a, b: (tf.reduce_sum(a), tf.reverse(b, [0]))),
        lambda d, n: d.map(lambda a, b: tf.as_string(a)).batch(2),
    ]


def pipeline(tf, seed):
    rng = random.Random(seed)
    dataset = source(tf, rng)
    steps = element_steps(tf)
    for _ in range(rng.randrange(0, 5)):
        dataset = rng.choice(steps)(dataset, rng.randrange(0, 8))
    return rng.choice(batch_steps(tf))(dataset, rng.randrange(0, 8))


def outcome(tf, make):
    """(types, shapes, elements as lists, the type of the error at the end)."""
    with tf.Graph().as_default():
        dataset = make(tf)
        initializable = getattr(
            tf.data, "make_initializable_iterator", evergraph.data.Dataset.make_initializable_iterator
        )
        iterator = initializable(dataset)
        element = iterator.get_next()
        flat = list(element) if isinstance(element, tuple) else [element]
        described = [(t.dtype.name, None if t.shape.ndims is None else t.shape.as_list()) for t in flat]
        found = []
        with tf.Session() as session:
            session.run(iterator.initializer)
            while len(found) < 400:
                try:
                    found.append([(np.asarray(v).tolist(), np.shape(v)) for v in session.run(flat)])
                except tf.errors.OpError as error:
                    return described, found, type(error).__name__
        return described, found, None


@pytest.mark.parametrize("seed", range(60))
def test_random_pipelines_agree(seed):
    here = outcome(evergraph, lambda tf: pipeline(tf, seed))
    there = outcome(tensorflow_1(), lambda tf: pipeline(tf, seed))
    assert here == there


@pytest.mark.parametrize("name", ["TextLineDataset", "FixedLengthRecordDataset"])
def test_files_agree(tmp_path, name):
    files = [str(tmp_path / f"{i}") for i in range(3)]
    for file, data in zip(files, (b"ab\ncd\r\n\nefg", b"", b"\n\nxy\r\n")):
        with open(file, "wb") as out:
            out.write(data)
    more = () if name == "TextLineDataset" else (1, 0, 0)
    here, there = (
        outcome(tf, lambda tf: getattr(tf.data, name)(files, *more)) for tf in (evergraph, tensorflow_1())
    )
    assert here == there


@pytest.mark.parametrize("reshuffle", [True, False])
def test_shuffled_elements_are_the_same_ones(reshuffle):
    def make(tf):
        return tf.data.Dataset.range(20).shuffle(6, 1, reshuffle).repeat(2).batch(20)

    (_, here, _), (_, there, _) = outcome(evergraph, make), outcome(tensorflow_1(), make)
    for a, b in zip(here, there, strict=True):
        assert sorted(a[0][0]) == sorted(b[0][0])
    assert (here[0] == here[1]) == (there[0] == there[1]) == (not reshuffle)
