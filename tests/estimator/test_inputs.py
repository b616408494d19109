"""Arrays as input_fns."""

import numpy as np
import pytest

import evergraph as tf

numpy_input_fn = tf.estimator.inputs.numpy_input_fn
X = np.arange(10).reshape(5, 2)
Y = np.arange(5) * 1.5


def batches(input_fn):
    made = input_fn()
    found = []
    with tf.train.SingularMonitoredSession() as session:
        while not session.should_stop():
            found.append(session.run(made))
    return found


def test_in_order_the_last_batch_may_be_smaller():
    found = batches(numpy_input_fn({"x": X}, Y, batch_size=2, shuffle=False))
    assert [features["x"].tolist() for features, _ in found] == [
        X[:2].tolist(),
        X[2:4].tolist(),
        [X[4].tolist()],
    ]
    assert [labels.tolist() for _, labels in found] == [[0, 1.5], [3, 4.5], [6]]


def test_batches_go_over_the_end_of_an_epoch():
    found = batches(numpy_input_fn(X[:, 0], batch_size=4, num_epochs=2, shuffle=False))
    assert [each.tolist() for each in found] == [[0, 2, 4, 6], [8, 0, 2, 4], [6, 8]]


def test_shuffled_each_epoch_has_every_example_and_a_seed_decides_the_order():
    def order():
        with tf.Graph().as_default():
            tf.set_random_seed(3)
            return np.concatenate(batches(numpy_input_fn(X[:, 0], batch_size=5, num_epochs=3, shuffle=True)))

    found = order()
    assert [sorted(epoch) for epoch in found.reshape(3, 5).tolist()] == [[0, 2, 4, 6, 8]] * 3
    assert len({tuple(epoch) for epoch in found.reshape(3, 5).tolist()}) > 1
    assert found.tolist() == order().tolist()


def test_static_shapes_dtypes_and_words():
    words = np.array(["a", "bc", "d", "e", "f"])
    features, labels = numpy_input_fn({"x": X, "w": words}, {"y": Y}, 2, None, True)()
    assert features["x"].shape.as_list() == [2, 2] and features["x"].dtype == tf.int64
    assert features["w"].dtype == tf.string and labels["y"].dtype == tf.float64
    features = numpy_input_fn({"x": X}, batch_size=2, num_epochs=1, shuffle=False)()
    assert features["x"].shape.as_list() == [None, 2]


@pytest.mark.parametrize(
    "x, y, error, message",
    [
        ({}, None, ValueError, "empty dict"),
        (np.zeros([0]), None, ValueError, "empty array"),
        ([1], None, TypeError, "x must be a dict or array; got list"),
        ({"a": X}, {}, ValueError, "y cannot be empty dict"),
        ({"a": X}, {"a": Y}, ValueError, "1 duplicate keys"),
        ({"a": X}, Y[:3], ValueError, "mismatched"),
    ],
)
def test_what_is_wrong_is_said(x, y, error, message):
    with pytest.raises(error, match=message):
        numpy_input_fn(x, y, shuffle=False)()


def test_whether_to_shuffle_must_be_said():
    with pytest.raises(ValueError, match="shuffle must be provided"):
        numpy_input_fn(X)


def test_pandas():
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame({"a": [1, 2, 3], "w": ["x", "y", "z"]})
    labels = pandas.Series([0.5, 1.5, 2.5])
    make = tf.estimator.inputs.pandas_input_fn
    found = batches(make(frame, labels, batch_size=2, shuffle=False))
    assert [f["a"].tolist() for f, _ in found] == [[1, 2], [3]]
    assert found[0][0]["w"].tolist() == [b"x", b"y"] and found[1][1].tolist() == [2.5]
    with pytest.raises(ValueError, match="Cannot use name a"):
        make(frame, labels, shuffle=False, target_column="a")
    with pytest.raises(ValueError, match="Index for x and y are mismatched"):
        make(frame, pandas.Series([1], index=[9]), shuffle=False)
