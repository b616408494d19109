"""Features as tensors, and columns that programs define themselves."""

import numpy as np
import pytest

import evergraph as tf
from evergraph.feature_column.builder import _LazyBuilder, _transform_features
from evergraph.feature_column.kinds import _CategoricalColumn, _DenseColumn, _FeatureColumn
from evergraph.feature_column.sequence import _SequenceCategoricalColumn

fc = tf.feature_column


class Log(_DenseColumn):
    """The logarithm of a feature, with a factor that is learned."""

    name = "log"
    _parse_example_spec = {"x": tf.FixedLenFeature([2], tf.float32)}
    _variable_shape = tf.TensorShape([2])
    made = 0

    def _transform_feature(self, inputs):
        self.made += 1
        return tf.log(inputs.get("x"))

    def _get_dense_tensor(self, inputs, weight_collections=None, trainable=None):
        factor = tf.get_variable(
            "factor", initializer=[2.0, 3.0], trainable=trainable, collections=weight_collections
        )
        return inputs.get(self) * factor


class Parity(_CategoricalColumn):
    """Whether an integer is odd."""

    name = "parity"
    _num_buckets = 2

    def _transform_feature(self, inputs):
        ids = inputs.get("i")
        return tf.SparseTensor(ids.indices, ids.values % 2, ids.dense_shape)

    def _get_sparse_tensors(self, inputs, weight_collections=None, trainable=None):
        return _CategoricalColumn.IdWeightPair(inputs.get(self), None)


def run(*tensors, feed=None):
    with tf.Session() as session:
        session.run([tf.global_variables_initializer(), tf.tables_initializer()])
        return session.run(tensors[0] if len(tensors) == 1 else list(tensors), feed)


def test_what_a_column_makes_is_made_once():
    column, builder = Log(), _LazyBuilder({"x": [[1.0, 2.0]]})
    assert builder.get(column) is builder.get(column) and column.made == 1
    assert builder.get("x") is builder.get("x")


def test_a_columns_tensor_can_be_given():
    column = Log()
    given = tf.constant([[5.0, 6.0]])
    assert _LazyBuilder({column: given}).get(column) is given and column.made == 0


def test_keys_are_strings_or_columns():
    builder = _LazyBuilder({"x": [[1.0]]})
    with pytest.raises(TypeError, match='"key" must be either a "str" or "_FeatureColumn"'):
        builder.get(3)
    with pytest.raises(ValueError, match="y is not in features dictionary"):
        builder.get("y")

    class Nothing(_FeatureColumn):
        name = "nothing"

        def _transform_feature(self, inputs):
            return None

    with pytest.raises(ValueError, match="nothing is not supported"):
        builder.get(Nothing())


@pytest.mark.parametrize("value", [[1.0, 2.0], [[1.0], [2.0]]])
@pytest.mark.parametrize("shape", [None, "its own"])
def test_vectors_get_a_second_dimension_whenever_their_rank_is_known(value, shape):
    value = np.array(value, np.float32)
    x = tf.placeholder(tf.float32, None if shape is None else value.shape)
    y = tf.sparse_placeholder(tf.float32, None if shape is None else value.shape)
    places = np.argwhere(value)
    builder = _LazyBuilder({"x": x, "y": y})
    feed = {x: value, y: tf.SparseTensorValue(places, value.ravel(), value.shape)}
    dense, rows = run(builder.get("x"), builder.get("y"), feed=feed)
    assert dense.tolist() == [[1.0], [2.0]]
    assert rows.dense_shape.tolist() == [2, 1] and rows.values.tolist() == [1.0, 2.0]


def test_a_scalar_whose_rank_is_known_late_fails_the_run():
    x = tf.placeholder(tf.float32)
    with pytest.raises(tf.errors.InvalidArgumentError, match="cannot have rank 0"):
        run(_LazyBuilder({"x": x}).get("x"), feed={x: 1.0})


def test_dense_categories_leave_out_what_stands_for_none():
    columns = {
        "w": fc.categorical_column_with_vocabulary_list("w", ["a", "b"]),
        "i": fc.categorical_column_with_identity("i", 3),
    }
    made = _transform_features({"w": [["b", ""], ["", "a"]], "i": [[2, -1], [0, 1]]}, columns.values())
    found = {key: run(made[column]) for key, column in columns.items()}
    assert found["w"].indices.tolist() == [[0, 0], [1, 1]] and found["w"].values.tolist() == [1, 0]
    assert found["i"].indices.tolist() == [[0, 0], [1, 0], [1, 1]] and found["i"].values.tolist() == [2, 0, 1]


@pytest.mark.parametrize("value, assertion", [(3, "less_than_num_buckets"), (-2, "greater_or_equal_0")])
def test_identities_outside_their_range_fail_the_run(value, assertion):
    column = fc.categorical_column_with_identity("i", 3)
    made = _transform_features({"i": tf.SparseTensor([[0, 0]], [value], [1, 1])}, [column])
    with pytest.raises(tf.errors.InvalidArgumentError, match=assertion):
        run(made[column])


def test_a_vocabulary_file(tmp_path):
    path = tmp_path / "words.txt"
    path.write_text("omar\nstringer\nmarlo\n")
    column = fc.categorical_column_with_vocabulary_file("w", str(path), num_oov_buckets=1)
    assert column.vocabulary_size == 3
    made = _transform_features({"w": [["marlo", "skywalker", "omar"]]}, column)
    assert run(made[column]).values.tolist() == [2, 3, 0]
    few = fc.categorical_column_with_vocabulary_file("w", str(path), vocabulary_size=2)
    assert run(_transform_features({"w": [["marlo", "omar"]]}, few)[few]).values.tolist() == [-1, 0]


def test_columns_of_ones_own_go_with_the_others():
    features = {
        "x": [[1.0, np.e], [np.e**2, 1.0]],
        "i": tf.SparseTensor([[0, 0], [1, 0], [1, 1]], [3, 4, 6], [2, 2]),
    }
    parity, log = Parity(), Log()
    net = fc.input_layer(features, [log, fc.indicator_column(parity)])
    assert [v.op.name for v in tf.model_variables()] == ["input_layer/log/factor"]
    np.testing.assert_allclose(run(net), [[0, 3, 0, 1], [4, 0, 2, 0]], atol=1e-6)
    fc.linear_model(features, [log, parity])
    shapes = {v.op.name: v.shape.as_list() for v in tf.global_variables()[1:]}
    assert shapes["linear_model/parity/weights"] == [2, 1] and shapes["linear_model/log/weights"] == [2, 1]


@pytest.mark.parametrize("wrap, width", [(fc.indicator_column, 3), (lambda c: fc.embedding_column(c, 2), 2)])
def test_sequences(wrap, width):
    column = wrap(_SequenceCategoricalColumn(fc.categorical_column_with_identity("i", 3)))
    features = {"i": tf.SparseTensor([[0, 0], [2, 0], [2, 1]], [1, 2, 2], [4, 2])}
    with pytest.raises(ValueError, match="must not be of type _SequenceCategoricalColumn"):
        fc.input_layer(features, [column])
    dense, length = column._get_sequence_dense_tensor(_LazyBuilder(features))
    values, lengths = run(dense, length)
    assert values.shape == (4, 2, width) and lengths.tolist() == [1, 0, 2, 0]
    assert values[2, 0].tolist() == values[2, 1].tolist() and not values[1].any() and values[0, 0].any()
    with pytest.raises(ValueError, match="must be of type _SequenceCategoricalColumn"):
        wrap(fc.categorical_column_with_identity("i", 3))._get_sequence_dense_tensor(_LazyBuilder(features))
