"""`tf.contrib.data`: each transformation, in a session."""

import sqlite3

import numpy as np
import pytest

import evergraph as tf
from tests.data.test_pipelines import elements, lists

data = tf.contrib.data
Dataset = tf.data.Dataset


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as made:
        yield made


@pytest.mark.parametrize(
    "make, wanted",
    [
        (lambda: Dataset.range(5).apply(data.batch_and_drop_remainder(2)), [[0, 1], [2, 3]]),
        (lambda: Dataset.range(5).apply(data.map_and_batch(lambda x: x + 1, 2)), [[1, 2], [3, 4], [5]]),
        (
            lambda: Dataset.range(5).apply(data.map_and_batch(lambda x: x, 2, drop_remainder=True)),
            [[0, 1], [2, 3]],
        ),
        (lambda: Dataset.range(4).batch(3).apply(data.unbatch()), [0, 1, 2, 3]),
        (lambda: Dataset.range(5).apply(data.sliding_window_batch(3, 2)), [[0, 1, 2], [2, 3, 4]]),
        (lambda: data.Counter(3, 2).take(3), [3, 5, 7]),
        (lambda: Dataset.range(3).apply(data.enumerate_dataset(7)).map(lambda i, x: i * x), [0, 8, 18]),
        (lambda: Dataset.from_tensor_slices([3, 1, 3, 2, 1]).apply(data.unique()), [3, 1, 2]),
        (
            lambda: Dataset.range(4).apply(data.scan(np.int64(0), lambda s, x: (s + x, s + x))),
            [0, 1, 3, 6],
        ),
        (
            lambda: (
                Dataset.range(4)
                .map(lambda x: tf.check_numerics(1.0 / tf.to_float(x - 1), "zero"))
                .apply(data.ignore_errors())
                .map(lambda x: tf.to_int32(x * 2))
            ),
            [-2, 2, 1],
        ),
        (
            lambda: Dataset.range(2).apply(
                data.parallel_interleave(lambda x: Dataset.from_tensors(x).repeat(2), 2)
            ),
            [0, 1, 0, 1],
        ),
        (
            lambda: Dataset.range(6).apply(
                data.group_by_window(lambda x: x % 2, lambda _, window: window.batch(2), 2)
            ),
            [[0, 2], [1, 3], [4], [5]],
        ),
        (
            lambda: data.choose_from_datasets(
                [Dataset.range(3), Dataset.range(10, 13)], Dataset.from_tensor_slices(np.array([1, 0, 1]))
            ),
            [10, 0, 11],
        ),
        (lambda: Dataset.range(3).apply(data.prefetch_to_device("/cpu:0")), [0, 1, 2]),
    ],
)
def test_elements(make, wanted):
    assert lists(elements(make())) == wanted


def test_buckets_by_length():
    lengths = [1, 5, 2, 6, 1]
    dataset = Dataset.from_generator(lambda: ([1] * n for n in lengths), tf.int32, [None])
    found = elements(dataset.apply(data.bucket_by_sequence_length(tf.size, [3], [2, 2])))
    assert [f.shape for f in found] == [(2, 2), (2, 6), (1, 1)]
    padded = data.bucket_by_sequence_length(tf.size, [3, 8], [2, 2, 2], pad_to_bucket_boundary=True)
    assert [f.shape for f in elements(dataset.apply(padded))] == [(2, 3), (2, 8), (1, 3)]


def test_dense_batches_become_sparse():
    dataset = Dataset.range(1, 4).map(lambda x: tf.fill(tf.stack([x]), x))
    (batch,) = elements(dataset.apply(data.dense_to_sparse_batch(4, [5])))
    assert batch.dense_shape.tolist() == [3, 5]
    assert batch.values.tolist() == [1, 2, 2, 3, 3, 3]


def test_shapes_are_asserted():
    dataset = Dataset.range(1, 3).map(lambda x: tf.fill(tf.stack([x]), x))
    checked = dataset.apply(data.assert_element_shape([1]))
    assert checked.output_shapes.as_list() == [1]
    following = checked.make_one_shot_iterator().get_next()
    with tf.Session() as session:
        session.run(following)
        with pytest.raises(tf.errors.InvalidArgumentError, match="asserted"):
            session.run(following)


def test_the_only_element():
    with tf.Session() as session:
        assert session.run(data.get_single_element(Dataset.range(3, 4))) == 3
        for wrong in (Dataset.range(0), Dataset.range(2)):
            with pytest.raises(tf.errors.InvalidArgumentError):
                session.run(data.get_single_element(wrong))


def test_groups_are_reduced():
    reducer = data.Reducer(lambda _: np.int64(0), lambda s, x: s + x, lambda s: s)
    assert lists(elements(Dataset.range(5).apply(data.group_by_reducer(lambda x: x % 2, reducer)))) == [6, 4]
    with tf.Session() as session:
        assert session.run(data.reduce_dataset(Dataset.range(5), reducer)) == 10


def test_samples_follow_their_weights():
    parts = [Dataset.from_tensors(i).repeat() for i in range(3)]
    found = elements(data.sample_from_datasets(parts, [0.5, 0.5, 0.0], seed=1).take(200), limit=300)
    counts = np.bincount(found, minlength=3)
    assert counts[2] == 0
    assert 60 < counts[0] < 140
    with pytest.raises(ValueError):
        data.sample_from_datasets(parts, [1.0])
    with pytest.raises(TypeError):
        data.sample_from_datasets(parts, [1, 1, 1])


@pytest.mark.parametrize("initial", [None, [0.8, 0.2]])
def test_resampled_classes_come_as_often_as_wanted(initial):
    classes = np.random.default_rng(0).choice(2, 1500, p=[0.8, 0.2]).astype(np.int32)
    dataset = Dataset.from_tensor_slices(classes).repeat()
    resampled = dataset.apply(data.rejection_resample(lambda c: c, [0.5, 0.5], initial, seed=3))
    found = [c for c, _ in elements(resampled.take(400))]
    assert 0.4 < np.mean(found) < 0.6


def test_rows_of_csv(tmp_path):
    (tmp_path / "a.csv").write_text('a,b,c\n1,2.5,"x,\n""y"""\n,3.5,z\n7,oh,w\n')
    name = str(tmp_path / "a.csv")
    dataset = data.CsvDataset(name, [[5], tf.float32, tf.string], header=True)
    following = dataset.make_one_shot_iterator().get_next()
    with tf.Session() as session:
        assert session.run(following) == (1, 2.5, b'x,\n"y"')
        assert session.run(following) == (5, 3.5, b"z")
        with pytest.raises(tf.errors.InvalidArgumentError, match="not a valid float"):
            session.run(following)
        with pytest.raises(tf.errors.OutOfRangeError):
            session.run(following)
    chosen = data.CsvDataset(name, [tf.string], header=True, select_cols=[2]).skip(2)
    assert elements(chosen) == [(b"w",)]


def test_csv_in_batches(tmp_path):
    (tmp_path / "a.csv").write_text("n,x,s,y\n1,2.5,a,0\n3000000000,1,b,1\n5,2,,1\n")
    dataset = data.make_csv_dataset(str(tmp_path / "*.csv"), 2, label_name="y", num_epochs=1, shuffle=False)
    assert [t for t in dataset.output_types[0].values()] == [tf.int64, tf.float32, tf.string]
    (features, label), (last, _) = elements(dataset)
    assert features["n"].tolist() == [1, 3000000000]
    assert label.tolist() == [0, 1]
    assert last["s"].tolist() == [b""]
    few = data.make_csv_dataset(
        str(tmp_path / "a.csv"), 3, select_columns=["y", "n"], num_epochs=1, shuffle=False
    )
    assert list(elements(few)[0]) == ["n", "y"]
    with pytest.raises(ValueError):
        data.make_csv_dataset(str(tmp_path / "a.csv"), 2, label_name="none")
    with pytest.raises(ValueError):
        data.make_csv_dataset(str(tmp_path / "none.csv"), 2)


def test_batches_of_examples(tmp_path):
    name = str(tmp_path / "a.tfrecord")
    with tf.python_io.TFRecordWriter(name) as writer:
        for i in range(5):
            feature = tf.train.Feature(int64_list=tf.train.Int64List(value=[i]))
            example = tf.train.Example(features=tf.train.Features(feature={"i": feature}))
            writer.write(example.SerializeToString())
    spec = {"i": tf.FixedLenFeature([], tf.int64)}
    dataset = data.make_batched_features_dataset(name, 2, spec, shuffle=False, num_epochs=1)
    assert [b["i"].tolist() for b in elements(dataset)] == [[0, 1], [2, 3], [4]]
    batch = data.read_batch_features(name, 3, spec, num_epochs=1)
    with tf.Session() as session:
        assert len(session.run(batch)["i"]) == 3


def test_rows_of_a_query(tmp_path):
    name = str(tmp_path / "people.sqlite")
    connection = sqlite3.connect(name)
    connection.execute("CREATE TABLE people (name TEXT, age INTEGER)")
    connection.executemany("INSERT INTO people VALUES (?, ?)", [("ann", 3), ("bob", None)])
    connection.commit()
    connection.close()
    query = "SELECT name, age FROM people ORDER BY name"
    rows = data.SqlDataset("sqlite", name, query, (tf.string, tf.int32))
    assert elements(rows) == [(b"ann", 3), (b"bob", 0)]
    wrong = data.SqlDataset("sqlite", name, "SELECT x FROM none", (tf.string,))
    following = wrong.make_one_shot_iterator().get_next()
    with tf.Session() as session, pytest.raises(tf.errors.InvalidArgumentError):
        session.run(following)


def test_an_iterator_in_a_saver(tmp_path):
    iterator = Dataset.range(10).shuffle(5, seed=1).make_initializable_iterator()
    following = iterator.get_next()
    tf.add_to_collection(tf.GraphKeys.SAVEABLE_OBJECTS, data.make_saveable_from_iterator(iterator))
    saver = tf.train.Saver()
    with tf.Session() as session:
        session.run(iterator.initializer)
        first = [session.run(following) for _ in range(4)]
        path = saver.save(session, str(tmp_path / "model"))
        rest = [session.run(following) for _ in range(6)]
    with tf.Session() as session:
        saver.restore(session, path)
        assert [session.run(following) for _ in range(6)] == rest
    assert sorted(first + rest) == list(range(10))


def test_datasets_as_they_were_in_contrib(tmp_path):
    """TensorFlow 1.2 to 1.4: `map` with threads and a buffer, after any transformation; methods that are functions now."""
    path = str(tmp_path / "records")
    with tf.python_io.TFRecordWriter(path) as writer:
        for number in range(4):
            writer.write(str(number).encode())
    records = data.TFRecordDataset([path]).repeat(2).take(6)
    numbers = records.map(
        lambda text: tf.string_to_number(text, tf.int64), num_threads=2, output_buffer_size=4
    )
    assert lists(elements(numbers)) == [0, 1, 2, 3, 0, 1]
    assert numbers.output_types == tf.int64 and numbers.output_shapes == []
    pairs = numbers.filter(lambda number: number > 0).enumerate(5).map(lambda i, number: i * number)
    assert lists(elements(pairs)) == [5, 12, 21, 8]
    assert lists(elements(data.Dataset.range(4).batch(3).unbatch())) == [0, 1, 2, 3]
    windows = data.Dataset.range(4).group_by_window(lambda x: x % 2, lambda key, window: window.batch(2), 2)
    assert lists(elements(windows)) == [[0, 2], [1, 3]]
    assert isinstance(windows, tf.data.Dataset) and isinstance(
        data.Dataset.zip((numbers, pairs)), data.Dataset
    )
    assert lists(elements(data.TextLineDataset(path).ignore_errors())) != []
    iterator = numbers.make_one_shot_iterator()
    assert isinstance(iterator, data.Iterator)
