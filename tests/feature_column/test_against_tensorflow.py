"""Feature columns side by side with TensorFlow: variables, values, gradients, and what is parsed for them."""

import numpy as np
import pytest

import evergraph

pytestmark = [pytest.mark.interop, pytest.mark.filterwarnings("ignore::UserWarning")]

PLACES = [[0, 0], [0, 1], [2, 0], [2, 1], [2, 2]]  # rows of 2, 0 and 3 elements


def sparse(tf, values, dtype=None):
    return tf.SparseTensor(PLACES, tf.constant(values, dtype), [3, 4])


def features(tf):
    return {
        "price": tf.constant([[1.5], [-20.0], [100.0]]),
        "size": tf.constant([[1, 2], [30, 4], [5, -6]]),
        "flat": tf.constant([1.0, 2.0, 3.0]),
        "words": sparse(tf, ["omar", "stringer", "marlo", "omar", "who is that"]),
        "more_words": sparse(tf, ["marlo", "marlo", "omar", "", "x" * 70]),
        "dense_words": tf.constant([["omar", ""], ["", ""], ["marlo", "omar"]]),
        "numbers": sparse(tf, [3, 0, 2, -1, 3], tf.int64),
        "dense_numbers": tf.constant([[1, -1], [-1, -1], [0, 2]]),
        "beyond": sparse(tf, [7, 0, -3, 2, 1], tf.int64),
        "weights": sparse(tf, [0.5, 2.0, -1.0, 0.0, 3.0]),
        "dense_weights": tf.constant([[0.5, 0.0], [0.0, 0.0], [2.0, -1.0]]),
    }


VOCABULARY = ["omar", "stringer", "marlo"]


def words(fc, **options):
    return fc.categorical_column_with_vocabulary_list("words", VOCABULARY, **options)


def numbers(fc, key="numbers"):
    return fc.categorical_column_with_identity(key, 4, default_value=1)


def bucketized(fc, key="price"):
    return fc.bucketized_column(fc.numeric_column(key, shape=2 if key == "size" else 1), [-1.0, 1.5, 10.0])


DENSE = {
    "number": lambda tf, fc: [fc.numeric_column("price")],
    "numbers of an example": lambda tf, fc: [fc.numeric_column("size", shape=[2], dtype=tf.int32)],
    "a vector of numbers": lambda tf, fc: [fc.numeric_column("flat")],
    "normalized": lambda tf, fc: [fc.numeric_column("price", normalizer_fn=lambda x: (x - 1.0) / 4.0)],
    "bucketized": lambda tf, fc: [bucketized(fc)],
    "bucketized numbers": lambda tf, fc: [bucketized(fc, "size")],
    "indicator": lambda tf, fc: [fc.indicator_column(words(fc))],
    "indicator with buckets": lambda tf, fc: [fc.indicator_column(words(fc, num_oov_buckets=2))],
    "indicator with a default": lambda tf, fc: [fc.indicator_column(words(fc, default_value=1))],
    "indicator of hashes": lambda tf, fc: [
        fc.indicator_column(fc.categorical_column_with_hash_bucket("words", 5))
    ],
    "indicator of hashed integers": lambda tf, fc: [
        fc.indicator_column(fc.categorical_column_with_hash_bucket("numbers", 5, tf.int64))
    ],
    "indicator of dense words": lambda tf, fc: [
        fc.indicator_column(fc.categorical_column_with_hash_bucket("dense_words", 5))
    ],
    "indicator with weights": lambda tf, fc: [
        fc.indicator_column(fc.weighted_categorical_column(words(fc), "weights"))
    ],
    "indicator of a cross": lambda tf, fc: [
        fc.indicator_column(fc.crossed_column(["words", numbers(fc), bucketized(fc)], 7))
    ],
    "embedding": lambda tf, fc: [fc.embedding_column(words(fc), 3)],
    "embedding summed": lambda tf, fc: [fc.embedding_column(numbers(fc, "beyond"), 3, combiner="sum")],
    "embedding by roots": lambda tf, fc: [fc.embedding_column(numbers(fc), 3, combiner="sqrtn")],
    "embedding with a norm": lambda tf, fc: [fc.embedding_column(words(fc), 3, max_norm=0.5)],
    "embedding not trained": lambda tf, fc: [fc.embedding_column(words(fc), 3, trainable=False)],
    "embedding of dense integers": lambda tf, fc: [fc.embedding_column(numbers(fc, "dense_numbers"), 3)],
    "embedding with weights": lambda tf, fc: [
        fc.embedding_column(fc.weighted_categorical_column(words(fc), "weights"), 3)
    ],
    "embedding with dense weights": lambda tf, fc: [
        fc.embedding_column(
            fc.weighted_categorical_column(
                fc.categorical_column_with_hash_bucket("dense_words", 5), "dense_weights"
            ),
            3,
        )
    ],
    "shared embedding": lambda tf, fc: fc.shared_embedding_columns(
        [numbers(fc), numbers(fc, "beyond")], 3, combiner="sum"
    ),
    "several": lambda tf, fc: [fc.embedding_column(words(fc), 2), fc.numeric_column("price"), bucketized(fc)],
}
CATEGORICAL = {
    "words": lambda tf, fc: [words(fc)],
    "hashes": lambda tf, fc: [fc.categorical_column_with_hash_bucket("words", 5)],
    "identities": lambda tf, fc: [numbers(fc, "beyond")],
    "weighted words": lambda tf, fc: [fc.weighted_categorical_column(words(fc), "weights")],
    "cross of words": lambda tf, fc: [fc.crossed_column(["words", "more_words"], 11)],
    "cross with a key": lambda tf, fc: [fc.crossed_column(["words", "more_words"], 11, hash_key=5)],
    "cross of columns": lambda tf, fc: [fc.crossed_column([words(fc), numbers(fc), bucketized(fc)], 11)],
    "cross of a cross": lambda tf, fc: [
        fc.crossed_column([fc.crossed_column([numbers(fc), "words"], 7), "dense_words"], 11)
    ],
    "wide": lambda tf, fc: [words(fc), bucketized(fc), fc.numeric_column("price"), numbers(fc)],
}


@pytest.fixture(scope="module")
def tf1():
    tensorflow = pytest.importorskip("tensorflow").compat.v1
    before = tensorflow.logging.get_verbosity()
    tensorflow.logging.set_verbosity(
        tensorflow.logging.ERROR
    )  # of a logger that Evergraph shares by its name
    yield tensorflow
    tensorflow.logging.set_verbosity(before)


def set_to_ramps(tf, session):
    for variable in tf.global_variables():
        value = np.linspace(-1.0, 2.0, num=variable.shape.num_elements())
        variable.load(value.reshape(variable.shape.as_list()), session)


def outcome(tf, columns, layer):
    """What a layer makes of the columns: variables {name: shape}, its static shape, its value and gradients."""
    with tf.Graph().as_default(), tf.Session() as session:
        result = layer(tf, features(tf), columns(tf, tf.feature_column))
        variables = tf.global_variables()
        shapes = {variable.op.name: variable.shape.as_list() for variable in variables}
        trained = tf.trainable_variables()
        gradients = tf.gradients(tf.reduce_sum(result * result), trained) if trained else []
        session.run([tf.global_variables_initializer(), tf.tables_initializer()])
        set_to_ramps(tf, session)
        dense = [tf.convert_to_tensor(gradient) for gradient in gradients]
        kinds = [isinstance(gradient, tf.IndexedSlices) for gradient in gradients]
        return shapes, result.shape.as_list(), kinds, session.run([result, *dense])


def agree(tf1, columns, layer):
    ours, theirs = (outcome(tf, columns, layer) for tf in (evergraph, tf1))
    assert ours[0] == theirs[0] and ours[2] == theirs[2]
    assert ours[1] in (
        theirs[1],
        [None, *theirs[1][1:]],
    )  # TensorFlow counts the rows of constants while it builds
    for x, y in zip(ours[3], theirs[3], strict=True):
        assert x.dtype == y.dtype
        np.testing.assert_allclose(x, y, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("name", DENSE)
def test_input_layers_agree(tf1, name):
    agree(tf1, DENSE[name], lambda tf, given, columns: tf.feature_column.input_layer(given, columns))


COMBINED = [(name, "sum") for name in CATEGORICAL] + [("weighted words", "mean"), ("words", "sqrtn")]


@pytest.mark.parametrize("name, combiner", COMBINED)
def test_linear_models_agree(tf1, name, combiner):
    agree(
        tf1,
        CATEGORICAL[name],
        lambda tf, given, columns: tf.feature_column.linear_model(
            given, columns, units=2, sparse_combiner=combiner
        ),
    )


def test_linear_models_of_dense_columns_agree(tf1):
    agree(tf1, DENSE["several"], lambda tf, given, columns: tf.feature_column.linear_model(given, columns))


def example(tf):
    feature, train = tf.train.Feature, tf.train
    return tf.train.Example(
        features=train.Features(
            feature={
                "price": feature(float_list=train.FloatList(value=[2.0])),
                "words": feature(bytes_list=train.BytesList(value=[b"omar", b"who"])),
                "numbers": feature(int64_list=train.Int64List(value=[3, 0])),
                "weights": feature(float_list=train.FloatList(value=[0.5, 2.0])),
            }
        )
    ).SerializeToString()


def test_what_is_parsed_agrees(tf1):
    found = []
    for tf in (evergraph, tf1):
        fc = tf.feature_column
        columns = [
            bucketized(fc),
            fc.weighted_categorical_column(words(fc), "weights"),
            fc.crossed_column([numbers(fc), "words"], 5),
            fc.numeric_column("absent", default_value=7.0),
        ]
        with tf.Graph().as_default(), tf.Session() as session:
            parsed = tf.parse_example([example(tf)], fc.make_parse_example_spec(columns))
            logits = fc.linear_model(parsed, columns, cols_to_vars={})
            session.run([tf.global_variables_initializer(), tf.tables_initializer()])
            set_to_ramps(tf, session)
            found.append((sorted(parsed), session.run(logits).tolist()))
    assert found[0] == found[1]
