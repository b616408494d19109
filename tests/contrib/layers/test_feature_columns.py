"""Columns of tf.contrib.layers: names of variables, values, and how features are parsed."""

import numpy as np
import pytest

import evergraph as tf

layers = tf.contrib.layers


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as graph:
        yield graph


def columns():
    words = layers.sparse_column_with_keys("word", ["a", "b", "c"])
    age = layers.real_valued_column("age")
    ages = layers.bucketized_column(age, [10.0, 20.0])
    return words, age, ages, layers.crossed_column([words, ages], 7)


FEATURES = {"word": [["a"], ["c"]], "age": [[5.0], [15.0]]}


def features():
    return {name: tf.constant(value) for name, value in FEATURES.items()}


def names():
    return sorted(each.op.name for each in tf.global_variables())


def evaluate(fetches):
    with tf.Session() as session:
        session.run([tf.global_variables_initializer(), tf.tables_initializer()])
        return session.run(fetches)


def test_inputs():
    words, age, ages, _ = columns()
    embedding = layers.embedding_column(
        words, 2, initializer=tf.constant_initializer(np.arange(6).reshape(3, 2))
    )
    outputs = {}
    result = layers.input_from_feature_columns(
        features(), [age, embedding, layers.one_hot_column(words)], cols_to_outs=outputs
    )
    np.testing.assert_allclose(evaluate(result), [[5, 0, 1, 1, 0, 0], [15, 4, 5, 0, 0, 1]])
    assert names() == ["input_from_feature_columns/word_embedding/weights"] and len(outputs) == 3
    assert len(tf.get_collection(tf.GraphKeys.MODEL_VARIABLES)) == 1
    with pytest.raises(ValueError, match="embedding_column"):
        layers.input_from_feature_columns(features(), [words])


def test_weighted_sums():
    words, age, ages, crossed = columns()
    result, variables, bias = layers.weighted_sum_from_feature_columns(
        features(), [words, age, ages, crossed], 1, scope="linear"
    )
    wide = ("age_bucketized", crossed.name, "word")
    assert names() == sorted(
        ["linear/age/weight", "linear/bias_weight", *(f"linear/{each}/weights" for each in wide)]
    )
    assert set(variables) == {words, age, ages, crossed} and bias.shape == (1,)
    with tf.Session() as session:
        session.run([tf.global_variables_initializer(), tf.tables_initializer()])
        session.run([variables[words][0].assign([[1.0], [2.0], [3.0]]), variables[age][0].assign([[10.0]])])
        np.testing.assert_allclose(session.run(result), [[51.0], [153.0]])


def test_joint_sums_have_one_variable():
    words, age, _, _ = columns()
    ids = layers.sparse_column_with_integerized_feature("id", 2)
    joint, table, _ = layers.joint_weighted_sum_from_feature_columns(
        {**features(), "id": tf.constant([[1], [0]])}, [words, ids], 1
    )
    assert table.op.name == "joint_weighted_sum_from_feature_columns/linear_weights/weights"
    with tf.Session() as session:
        session.run([tf.global_variables_initializer(), tf.tables_initializer()])
        session.run(table.assign([[1.0], [2.0], [10.0], [20.0], [30.0]]))  # ids, then words
        np.testing.assert_allclose(session.run(joint), [[12.0], [31.0]])
    with pytest.raises(NotImplementedError):
        layers.joint_weighted_sum_from_feature_columns(features(), [age], 1)


def test_parsing_and_placeholders():
    words, age, ages, crossed = columns()
    spec = layers.create_feature_spec_for_parsing([words, age, crossed])
    assert set(spec) == {"word", "age"} and spec["age"].shape == (1,)
    made = layers.make_place_holder_tensors_for_base_features([words, ages])
    assert made["age"].shape.as_list() == [None, 1] and made["word"].dtype == tf.string
    inferred = layers.infer_real_valued_columns({"x": tf.zeros([2, 3])})
    assert inferred[0].shape == (3,) and inferred[0].name == "x"


@pytest.mark.parametrize(
    "make, kind",
    [
        (lambda: layers.sparse_column_with_hash_bucket("a", 3, combiner="mean"), ValueError),
        (lambda: layers.sparse_column_with_integerized_feature("a", 3, dtype=tf.string), ValueError),
        (lambda: layers.real_valued_column("a", None), TypeError),
        (lambda: layers.check_feature_columns({}), ValueError),
        (lambda: layers.check_feature_columns([1]), TypeError),
        (lambda: layers.check_feature_columns([layers.real_valued_column("a")] * 2), ValueError),
        (lambda: layers.infer_real_valued_columns(tf.constant(["a"])), ValueError),
    ],
)
def test_what_is_refused(make, kind):
    with pytest.raises(kind):
        make()
