"""Columns as values: names, what they ask to be parsed, what they refuse, how they are compared and copied."""

import copy

import numpy as np
import pytest

import evergraph as tf
from evergraph.feature_column.kinds import _FeatureColumn

fc = tf.feature_column
WORD, NUMBER = tf.VarLenFeature(tf.string), tf.VarLenFeature(tf.int64)


def number(key="n", **options):
    return fc.numeric_column(key, **options)


def identity(key="i"):
    return fc.categorical_column_with_identity(key, 4)


def words(key="w", **options):
    return fc.categorical_column_with_vocabulary_list(key, ["a", "b", "c"], **options)


def bucketized():
    return fc.bucketized_column(number(shape=2), [0, 1])


ROWS = {  # column -> name, number of ids (None for dense ones), what is parsed
    "numeric": (number, "n", None, {"n": tf.FixedLenFeature((1,), tf.float32)}),
    "numeric with a default": (
        lambda: number(shape=(2, 1), default_value=3),
        "n",
        None,
        {"n": tf.FixedLenFeature((2, 1), tf.float32, ((3,), (3,)))},
    ),
    "bucketized": (bucketized, "n_bucketized", 6, {"n": tf.FixedLenFeature((2,), tf.float32)}),
    "hash": (lambda: fc.categorical_column_with_hash_bucket("h", 7), "h", 7, {"h": WORD}),
    "hash of integers": (
        lambda: fc.categorical_column_with_hash_bucket("h", 7, tf.int64),
        "h",
        7,
        {"h": NUMBER},
    ),
    "identity": (identity, "i", 4, {"i": NUMBER}),
    "vocabulary": (lambda: words(num_oov_buckets=2), "w", 5, {"w": WORD}),
    "vocabulary of integers": (
        lambda: fc.categorical_column_with_vocabulary_list("w", [5, 7]),
        "w",
        2,
        {"w": NUMBER},
    ),
    "weighted": (
        lambda: fc.weighted_categorical_column(words(), "v"),
        "w_weighted_by_v",
        3,
        {"w": WORD, "v": tf.VarLenFeature(tf.float32)},
    ),
    "cross": (
        lambda: fc.crossed_column([bucketized(), "z", fc.crossed_column(["a", identity()], 3)], 9),
        "a_X_i_X_n_bucketized_X_z",
        9,
        {"n": tf.FixedLenFeature((2,), tf.float32), "z": WORD, "a": WORD, "i": NUMBER},
    ),
    "indicator": (lambda: fc.indicator_column(words()), "w_indicator", None, {"w": WORD}),
    "embedding": (lambda: fc.embedding_column(words(), 2), "w_embedding", None, {"w": WORD}),
    "shared embedding": (
        lambda: fc.shared_embedding_columns([words("x"), words()], 2)[1],
        "w_shared_embedding",
        None,
        {"w": WORD},
    ),
}


@pytest.mark.parametrize("row", ROWS)
def test_names_ids_and_what_is_parsed(row):
    make, name, ids, parsed = ROWS[row]
    column = make()
    assert column.name == name
    assert fc.make_parse_example_spec([column]) == parsed
    if ids is not None:
        assert column._num_buckets == ids


@pytest.mark.parametrize("row", ROWS)
def test_a_copy_is_another_column_of_the_same_kind(row):
    column = ROWS[row][0]()
    copied = copy.deepcopy(column)
    assert copied is not column and type(copied) is type(column)
    assert copied.name == column.name and copied._parse_example_spec == column._parse_example_spec


@pytest.mark.parametrize(
    "make", [number, bucketized, identity, words, lambda: fc.crossed_column(["a", "b"], 3)]
)
def test_columns_are_equal_by_what_they_are_made_of(make):
    assert make() == make() and len({make(), make()}) == 1
    assert make() != fc.categorical_column_with_hash_bucket("h", 7)


def test_the_spec_of_several_columns():
    columns = [number("a"), bucketized(), words(), fc.embedding_column(words(), 2)]
    assert sorted(fc.make_parse_example_spec(columns)) == ["a", "n", "w"]
    with pytest.raises(ValueError, match="different parse_spec for key n"):
        fc.make_parse_example_spec([number(), bucketized()])
    with pytest.raises(ValueError, match="must be _FeatureColumn instances"):
        fc.make_parse_example_spec([number(), "n"])


def test_weights_do_not_change_what_the_ids_parse():
    ids = words()
    weighted = fc.weighted_categorical_column(ids, "v")
    assert sorted(weighted._parse_example_spec) == ["v", "w"] and sorted(ids._parse_example_spec) == ["w"]
    with pytest.raises(ValueError, match="already exists"):
        fc.make_parse_example_spec([fc.weighted_categorical_column(ids, "w")])


@pytest.mark.parametrize(
    "value, dtype, expected",
    [
        (None, tf.float32, None),
        (1, tf.int32, ((1, 1),)),
        (1.5, tf.float32, ((1.5, 1.5),)),
        ([[1, 2]], tf.int64, ((1, 2),)),
        (np.array([[1.5, 2]]), tf.float64, ((1.5, 2.0),)),
    ],
)
def test_default_values(value, dtype, expected):
    assert number(shape=[1, 2], default_value=value, dtype=dtype).default_value == expected


MISTAKES = [
    (TypeError, "must be integer", lambda: number(shape=[1.0])),
    (ValueError, "greater than 0", lambda: number(shape=0)),
    (TypeError, "compatible with dtype", lambda: number(default_value=1.5, dtype=tf.int32)),
    (TypeError, "compatible with dtype", lambda: number(default_value="1")),
    (TypeError, "compatible with dtype", lambda: number(default_value=[1.5], dtype=tf.int32)),
    (ValueError, "shape of default_value", lambda: number(default_value=[1, 2])),
    (ValueError, "convertible to float", lambda: number(dtype=tf.string)),
    (TypeError, "must be a callable", lambda: number(normalizer_fn="log")),
    (ValueError, "key must be a string", lambda: number(3)),
    (ValueError, "generated with numeric_column", lambda: fc.bucketized_column(words(), [1])),
    (ValueError, "one-dimensional", lambda: fc.bucketized_column(number(shape=[1, 1]), [1])),
    (ValueError, "sorted list", lambda: fc.bucketized_column(number(), [1, 1])),
    (ValueError, "sorted list", lambda: fc.bucketized_column(number(), 1)),
    (ValueError, "hash_bucket_size must be set", lambda: fc.categorical_column_with_hash_bucket("h", None)),
    (ValueError, "at least 1", lambda: fc.categorical_column_with_hash_bucket("h", 0)),
    (ValueError, "string or integer", lambda: fc.categorical_column_with_hash_bucket("h", 3, tf.float32)),
    (ValueError, "num_buckets 0 < 1", lambda: fc.categorical_column_with_identity("i", 0)),
    (ValueError, "not in range", lambda: fc.categorical_column_with_identity("i", 3, default_value=3)),
    (ValueError, "non-empty", lambda: fc.categorical_column_with_vocabulary_list("w", [])),
    (ValueError, "Duplicate keys", lambda: fc.categorical_column_with_vocabulary_list("w", ["a", "b", "a"])),
    (ValueError, "do not match", lambda: words(dtype=tf.int64)),
    (ValueError, "both num_oov_buckets and default_value", lambda: words(num_oov_buckets=1, default_value=0)),
    (ValueError, "Invalid num_oov_buckets -1", lambda: words(num_oov_buckets=-1)),
    (ValueError, "vocabulary dtype", lambda: fc.categorical_column_with_vocabulary_list("w", [1.5])),
    (ValueError, "Missing vocabulary_file", lambda: fc.categorical_column_with_vocabulary_file("w", "")),
    (ValueError, "does not exist", lambda: fc.categorical_column_with_vocabulary_file("w", "no_such_file")),
    (ValueError, "Invalid vocabulary_size", lambda: fc.categorical_column_with_vocabulary_file("w", "f", 0)),
    (ValueError, "not convertible to float", lambda: fc.weighted_categorical_column(words(), "v", tf.string)),
    (ValueError, "length > 1", lambda: fc.crossed_column(["a"], 3)),
    (ValueError, "hash_bucket_size must be > 1", lambda: fc.crossed_column(["a", "b"], 0)),
    (ValueError, "Unsupported key type", lambda: fc.crossed_column(["a", number()], 3)),
    (
        ValueError,
        "use the feature's name 'h'",
        lambda: fc.crossed_column(["a", fc.categorical_column_with_hash_bucket("h", 3)], 3),
    ),
    (ValueError, "Invalid dimension", lambda: fc.embedding_column(words(), 0)),
    (ValueError, "or none of them", lambda: fc.embedding_column(words(), 2, ckpt_to_load_from="c")),
    (ValueError, "must be callable", lambda: fc.embedding_column(words(), 2, initializer="zeros")),
    (ValueError, "same type", lambda: fc.shared_embedding_columns([words(), identity()], 2)),
    (
        ValueError,
        "number of buckets",
        lambda: fc.shared_embedding_columns([words(), words("x", num_oov_buckets=1)], 2),
    ),
    (ValueError, "subclasses of _CategoricalColumn", lambda: fc.shared_embedding_columns([number()], 2)),
]


@pytest.mark.parametrize("error, words_of_it, make", MISTAKES)
def test_mistakes_are_refused(error, words_of_it, make):
    with pytest.raises(error, match=words_of_it):
        make()


FEATURE_MISTAKES = [
    ("not in features dictionary", {"m": [[1.0]]}, number),
    ("cannot have rank 0", {"n": 1.0}, number),
    ("must be a Tensor", {"n": tf.SparseTensorValue([[0, 0]], [1.0], [1, 1])}, number),
    ("not integer", {"i": [[1.0]]}, identity),
    ("dtype must be compatible", {"w": [[1]]}, words),
    ("string or integer", {"w": [[1.5]]}, words),
    ("Bad dtype", {"w": [["a"]], "v": [[1]]}, lambda: fc.weighted_categorical_column(words(), "v")),
]


@pytest.mark.parametrize("words_of_it, features, make", FEATURE_MISTAKES)
def test_features_that_do_not_fit_are_refused(words_of_it, features, make):
    with pytest.raises(ValueError, match=words_of_it):
        fc.linear_model(features, [make()])


COLUMN_MISTAKES = [
    ("must be a _FeatureColumn", lambda: ["n"]),
    ("must not be empty", lambda: []),
    ("found dict", lambda: {"n": number()}),
    ("Duplicate feature column name", lambda: [number(), number()]),
    ("must be a _DenseColumn", lambda: [words()]),
]


@pytest.mark.parametrize("words_of_it, columns", COLUMN_MISTAKES)
def test_columns_that_do_not_fit_are_refused(words_of_it, columns):
    with pytest.raises(ValueError, match=words_of_it):
        fc.input_layer({"n": [[1.0]], "w": [["a"]]}, columns())


def test_a_column_must_be_dense_or_categorical():
    class Neither(_FeatureColumn):
        name = "neither"

    with pytest.raises(ValueError, match="either a _DenseColumn or _CategoricalColumn"):
        fc.linear_model({"n": [[1.0]]}, [Neither()])
