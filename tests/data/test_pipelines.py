"""Sources and transformations, gone through in sessions."""

import numpy as np
import pytest

import evergraph as tf
from evergraph.data import Dataset


def elements(dataset, feed_dict=None, limit=1000):
    """All elements of a dataset."""
    iterator = dataset.make_initializable_iterator()
    following = iterator.get_next()
    found = []
    with tf.Session() as session:
        session.run(tf.tables_initializer())
        session.run(tf.global_variables_initializer())
        session.run(iterator.initializer, feed_dict)
        with pytest.raises(tf.errors.OutOfRangeError, match="End of sequence"):
            while len(found) < limit:
                found.append(session.run(following))
        with pytest.raises(tf.errors.OutOfRangeError):
            session.run(following)
    return found


def lists(found):
    return [np.asarray(f).tolist() for f in found]


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as made:
        yield made


@pytest.mark.parametrize(
    "make, wanted",
    [
        (lambda: Dataset.range(3), [0, 1, 2]),
        (lambda: Dataset.range(5, 0, -2), [5, 3, 1]),
        (lambda: Dataset.range(5).map(lambda x: 2 * x).batch(2), [[0, 2], [4, 6], [8]]),
        (lambda: Dataset.range(5).batch(2, drop_remainder=True), [[0, 1], [2, 3]]),
        (lambda: Dataset.range(5).batch(2, tf.equal(tf.constant(1), 1)), [[0, 1], [2, 3]]),
        (
            lambda: (
                Dataset.range(1, 4).map(lambda x: tf.fill([x], x)).padded_batch(2, [3], drop_remainder=True)
            ),
            [[[1, 0, 0], [2, 2, 0]]],
        ),
        (lambda: Dataset.range(2).repeat(2), [0, 1, 0, 1]),
        (lambda: Dataset.range(0).repeat(), []),
        (lambda: Dataset.range(2).repeat().take(5), [0, 1, 0, 1, 0]),
        (lambda: Dataset.range(5).skip(3), [3, 4]),
        (lambda: Dataset.range(5).skip(-1), []),
        (lambda: Dataset.range(7).shard(3, 1), [1, 4]),
        (lambda: Dataset.range(2).concatenate(Dataset.range(5, 7)), [0, 1, 5, 6]),
        (lambda: Dataset.range(9).filter(lambda x: tf.equal(x % 4, 0)), [0, 4, 8]),
        (lambda: Dataset.range(4).flat_map(Dataset.range), [0, 0, 1, 0, 1, 2]),
        (
            lambda: Dataset.range(3).interleave(lambda x: Dataset.from_tensors(x).repeat(3), 2, 2),
            [0, 0, 1, 1, 0, 1, 2, 2, 2],
        ),
        (lambda: Dataset.range(6).prefetch(2), [0, 1, 2, 3, 4, 5]),
        (lambda: Dataset.range(6).map(lambda x: x + 1, num_parallel_calls=3), [1, 2, 3, 4, 5, 6]),
        (lambda: Dataset.range(2).cache().repeat(2), [0, 1, 0, 1]),
        (lambda: Dataset.range(3).apply(lambda d: d.take(1)), [0]),
        (lambda: Dataset.zip((Dataset.range(3), Dataset.range(9))).map(lambda a, b: a + b), [0, 2, 4]),
        (lambda: Dataset.from_generator(lambda: iter([3, 4]), tf.int32), [3, 4]),
    ],
)
def test_elements(make, wanted):
    assert lists(elements(make())) == wanted


def test_nested_elements_keep_their_structure():
    dataset = Dataset.from_tensor_slices(({"b": [1, 2], "a": ["x", "y"]}, np.arange(4.0).reshape(2, 2)))
    assert dataset.output_types == ({"b": tf.int32, "a": tf.string}, tf.float64)
    first, second = elements(dataset)
    assert first[0] == {"a": b"x", "b": 1}
    assert second[1].tolist() == [2.0, 3.0]


def test_shuffle_gives_each_element_once_and_another_order_each_time():
    dataset = Dataset.range(50).shuffle(10, seed=3)
    first, second = np.reshape(lists(elements(dataset.repeat(2))), (2, 50))
    assert sorted(first) == sorted(second) == list(range(50))
    assert first.tolist() != second.tolist()
    assert lists(elements(dataset)) == first.tolist()
    again = Dataset.range(50).shuffle(10, seed=3, reshuffle_each_iteration=False).repeat(2)
    first, second = np.reshape(lists(elements(again)), (2, 50))
    assert first.tolist() == second.tolist()


def test_shuffled_rows_are_batched_as_their_elements_are():
    rows = np.arange(20).reshape(10, 2)
    fast = Dataset.from_tensor_slices(rows).shuffle(4, seed=1).repeat(2).batch(3)
    slow = Dataset.from_tensor_slices(rows).map(lambda x: x).shuffle(4, seed=1).repeat(2).batch(3)
    assert [b.shape for b in elements(fast)] == [b.shape for b in elements(slow)]
    assert sorted(np.concatenate(elements(fast))[:, 0]) == sorted(np.concatenate(elements(slow))[:, 0])


def test_random_operations_go_on_from_element_to_element():
    found = elements(Dataset.range(6).map(lambda x: tf.random_uniform([], seed=1)))
    assert len(set(found)) == 6
    parallel = Dataset.range(6).map(lambda x: tf.random_uniform([], seed=1), num_parallel_calls=3)
    assert len(set(elements(parallel))) == 6


def test_what_is_captured_is_fed_read_and_looked_up():
    size = tf.placeholder(tf.int64, [])
    variable = tf.get_variable("v", initializer=np.int64(10), use_resource=True)
    dataset = Dataset.range(size).map(lambda x: x * size + variable)
    assert lists(elements(dataset, {size: 3})) == [10, 13, 16]


def test_padded_batches():
    def ragged():
        for n in (1, 3, 2):
            yield [n] * n, "x" * n

    dataset = Dataset.from_generator(ragged, (tf.int32, tf.string), ([None], []))
    padded = dataset.padded_batch(2, ([None], []), (-1, ""))
    assert padded.output_shapes[0].as_list() == [None, None]
    assert Dataset.range(5).batch(2, drop_remainder=True).output_shapes.as_list() == [2]
    assert Dataset.range(5).batch(2, drop_remainder=False).output_shapes.as_list() == [None]
    first, last = elements(padded)
    assert first[0].tolist() == [[1, -1, -1], [3, 3, 3]]
    assert last[0].tolist() == [[2, 2]]
    assert first[1].tolist() == [b"x", b"xxx"]


def test_sparse_components():
    sparse = tf.SparseTensor([[0, 0], [1, 2]], [5, 6], [2, 3])
    dataset = Dataset.from_tensor_slices(sparse)
    assert dataset.output_classes is tf.SparseTensor
    doubled = dataset.map(lambda x: tf.SparseTensor(x.indices, 2 * x.values, x.dense_shape))
    rows = elements(doubled)
    assert [r.values.tolist() for r in rows] == [[10], [12]]
    (batch,) = elements(doubled.batch(2))
    assert batch.indices.tolist() == [[0, 0], [1, 2]]
    assert batch.dense_shape.tolist() == [2, 3]


def test_an_error_of_a_function_carries_its_exception_and_the_next_element_follows():
    def fail(x):
        if x == 1:
            raise ValueError("not this one")
        return x

    dataset = Dataset.range(3).map(lambda x: tf.py_func(fail, [x], tf.int64))
    following = dataset.make_one_shot_iterator().get_next()
    with tf.Session() as session:
        assert session.run(following) == 0
        with pytest.raises(tf.errors.InvalidArgumentError, match="not this one") as caught:
            session.run(following)
        assert caught.value.op.type == "IteratorGetNext"
        assert session.run(following) == 2


@pytest.mark.parametrize(
    "make, kind",
    [
        (lambda: Dataset.range(), ValueError),
        (lambda: Dataset.zip([Dataset.range(3)]), TypeError),
        (lambda: Dataset.range(3).filter(lambda x: x), ValueError),
        (lambda: Dataset.range(3).flat_map(lambda x: x), TypeError),
        (lambda: Dataset.range(3).apply(lambda d: 1), TypeError),
        (lambda: Dataset.range(3).shard(2, 2), ValueError),
        (lambda: Dataset.range(3).concatenate(Dataset.from_tensors(1.0)), TypeError),
        (lambda: Dataset.from_generator(3, tf.int32), TypeError),
        (lambda: iter(Dataset.range(3)), RuntimeError),
    ],
)
def test_mistakes_are_errors_when_the_graph_is_built(make, kind):
    with pytest.raises(kind):
        make()


def test_different_shapes_are_no_batch():
    dataset = Dataset.range(1, 3).map(lambda n: tf.fill(tf.stack([n]), 1.0)).batch(2)
    following = dataset.make_one_shot_iterator().get_next()
    with tf.Session() as session, pytest.raises(tf.errors.InvalidArgumentError, match="different shapes"):
        session.run(following)


def test_a_pipeline_goes_through_a_graph_def(tmp_path):
    variable = tf.get_variable("v", initializer=np.int64(10), use_resource=True)
    dataset = Dataset.range(6).map(lambda x: x + variable).filter(lambda x: tf.equal(x % 2, 0))
    iterator = dataset.flat_map(lambda x: Dataset.from_tensors(x).repeat(2)).make_initializable_iterator()
    tf.identity(iterator.get_next(), name="element")
    one_shot = Dataset.range(3).map(lambda x: x * 2).batch(3).make_one_shot_iterator()
    tf.identity(one_shot.get_next(), name="other")
    definition = tf.get_default_graph().as_graph_def()
    meta = tf.train.export_meta_graph()
    with tf.Graph().as_default():
        tf.import_graph_def(definition, name="")
    with tf.Graph().as_default() as graph:
        tf.train.import_meta_graph(meta)
        with tf.Session() as session:
            session.run(tf.global_variables_initializer())
            session.run(graph.get_operation_by_name(iterator.initializer.name))
            found = [session.run("element:0") for _ in range(6)]
            assert found == [10, 10, 12, 12, 14, 14]
            assert session.run("other:0").tolist() == [0, 2, 4]


def test_handles_choose_between_iterators():
    train, held_out = Dataset.range(3), Dataset.range(10, 12)
    handle = tf.placeholder(tf.string, [])
    chosen = tf.data.Iterator.from_string_handle(handle, train.output_types, train.output_shapes)
    element = chosen.get_next()
    one, other = train.make_one_shot_iterator(), held_out.make_initializable_iterator()
    with tf.Session() as session:
        first, second = session.run([one.string_handle(), other.string_handle()])
        session.run(other.initializer)
        assert [session.run(element, {handle: h}) for h in (first, second, first, second)] == [0, 10, 1, 11]
        with pytest.raises(tf.errors.InvalidArgumentError):
            session.run(element, {handle: b"none"})


def test_an_iterator_takes_any_dataset_that_fits():
    iterator = tf.data.Iterator.from_structure(tf.int64, [])
    element = iterator.get_next()
    first, second = (iterator.make_initializer(d) for d in (Dataset.range(2), Dataset.range(5, 9)))
    with tf.Session() as session:
        with pytest.raises(tf.errors.FailedPreconditionError, match="has not been initialized"):
            session.run(element)
        for initializer, wanted in ((first, [0, 1]), (second, [5, 6, 7, 8])):
            session.run(initializer)
            assert [session.run(element) for _ in wanted] == wanted
    with pytest.raises(TypeError):
        iterator.make_initializer(Dataset.from_tensors(1.0))
    with pytest.raises(ValueError):
        _ = iterator.initializer


@pytest.mark.parametrize("captured", ["placeholder", "variable"])
def test_a_one_shot_iterator_depends_on_nothing(captured):
    value = (
        tf.placeholder(tf.int64, []) if captured == "placeholder" else tf.Variable(np.int64(3)).read_value()
    )
    with pytest.raises(ValueError, match="[Cc]apture"):
        Dataset.range(3).map(lambda x: x + value).make_one_shot_iterator()


def test_a_dataset_goes_through_in_another_graph():
    with tf.Graph().as_default():
        base = Dataset.from_tensor_slices({"x": np.arange(4)}).map(lambda d: (d, 2 * d["x"])).cache()
    for size in (2, 4):
        with tf.Graph().as_default():
            features, labels = base.batch(size).make_one_shot_iterator().get_next()
            with tf.Session() as session:
                assert [v.tolist() for v in session.run([features["x"], labels])] == [
                    list(range(size)),
                    [2 * i for i in range(size)],
                ]


def test_only_a_one_shot_iterator_takes_a_dataset_of_another_graph():
    with tf.Graph().as_default():
        base = Dataset.range(3)
    with pytest.raises(ValueError, match="same graph"):
        base.batch(2).make_initializable_iterator()
