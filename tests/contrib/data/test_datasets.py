"""`tf.contrib.data.Dataset`: the methods that it has and `tf.data.Dataset` lacks, in a session."""

import pytest

import evergraph as tf
from tests.data.test_pipelines import elements, lists

Dataset = tf.contrib.data.Dataset


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as made:
        yield made


@pytest.mark.parametrize(
    "make, wanted",
    [
        (
            lambda: Dataset.range(4).map(lambda x: x * 2, num_threads=2, output_buffer_size=3),
            [0, 2, 4, 6],
        ),
        (lambda: Dataset.range(4).map(lambda x: x + 1, num_parallel_calls=2), [1, 2, 3, 4]),
        (lambda: Dataset.range(3).enumerate(7).map(lambda i, x: i * x), [0, 8, 18]),
        (lambda: Dataset.range(4).batch(3).unbatch(), [0, 1, 2, 3]),
        (
            lambda: (
                Dataset.from_tensor_slices([1.0, 0.0, 4.0])
                .map(lambda x: tf.check_numerics(1.0 / x, "error"))
                .ignore_errors()
            ),
            [1.0, 0.25],
        ),
        (
            lambda: (
                Dataset.range(3)
                .map(lambda x: tf.fill([x], x))
                .dense_to_sparse_batch(3, [3])
                .map(tf.sparse_tensor_to_dense)
            ),
            [[[0, 0, 0], [1, 0, 0], [2, 2, 0]]],
        ),
        (
            lambda: Dataset.range(6).group_by_window(
                lambda x: x % 2, lambda _, window: window.batch(3).enumerate().map(lambda i, x: x), 3
            ),
            [[0, 2, 4], [1, 3, 5]],
        ),
        (
            lambda: Dataset.zip((Dataset.range(2), Dataset.range(2))).enumerate().map(lambda i, x: i + x[1]),
            [0, 2],
        ),
    ],
)
def test_methods(make, wanted):
    dataset = make()
    assert isinstance(dataset, tf.contrib.data.Dataset) and isinstance(dataset, tf.data.Dataset)
    assert lists(elements(dataset)) == wanted


def test_readers(tmp_path):
    records, lines = str(tmp_path / "records"), str(tmp_path / "lines")
    with tf.python_io.TFRecordWriter(records) as writer:
        writer.write(b"12")
        writer.write(b"34")
    with open(lines, "w") as file:
        file.write("12\n34\n")
    data = tf.contrib.data
    for dataset, wanted in (
        (data.TFRecordDataset([records]), [12, 34]),
        (data.TextLineDataset(lines), [12, 34]),
        (data.FixedLengthRecordDataset(lines, 3).map(lambda x: tf.substr(x, 0, 2)), [12, 34]),
    ):
        numbers = dataset.repeat(2).map(lambda x: tf.string_to_number(x, tf.int32), num_threads=2)
        assert lists(elements(numbers)) == wanted * 2


def test_list_files_are_in_order(tmp_path):
    for name in "bca":
        (tmp_path / name).write_text("")
    names = elements(Dataset.list_files(str(tmp_path / "*")))
    assert [name.decode()[-1] for name in names] == ["a", "b", "c"]


def test_an_iterator_of_a_structure_takes_it():
    iterator = tf.contrib.data.Iterator.from_structure(tf.int64, tf.TensorShape([]))
    element = iterator.get_next()
    with tf.Session() as session:
        session.run(iterator.make_initializer(Dataset.range(3, 5)))
        assert session.run(element) == 3
