"""`tf.estimator.BoostedTreesClassifier` and `...Regressor`: they learn, end, save, go on, and are exported."""

import numpy as np
import pytest

import evergraph as tf
from evergraph.contrib.estimator.boosted_trees import (
    boosted_trees_classifier_train_in_memory,
    boosted_trees_regressor_train_in_memory,
)
from evergraph.estimator.canned.tree_ensemble import TreeEnsemble
from evergraph.ops import resources
from evergraph.ops.boosted_trees.messages import TreeEnsemble as Message

column = tf.feature_column
RANDOM = np.random.RandomState(0)
SIZE = 60
A, B = RANDOM.rand(SIZE).astype(np.float32), RANDOM.rand(SIZE).astype(np.float32)
WORDS = RANDOM.choice(["x", "y"], SIZE)
LABELS = ((A > 0.5) ^ (WORDS == "x")).astype(np.int32)[:, None]
NUMBERS = (2 * (A > 0.25) + (B > 0.75)).astype(np.float32)[:, None]
COLUMNS = [
    column.bucketized_column(column.numeric_column("a"), [0.25, 0.5, 0.75]),
    column.bucketized_column(column.numeric_column("b"), [0.25, 0.75]),
    column.indicator_column(column.categorical_column_with_vocabulary_list("word", ["x", "y"])),
]
FEATURES = {"a": A[:, None], "b": B[:, None], "word": WORDS}


def dataset(labels, epochs=None):
    return tf.data.Dataset.from_tensors((FEATURES, labels)).repeat(epochs)


def message_of(estimator):
    reader = tf.train.NewCheckpointReader(estimator.latest_checkpoint())
    return Message.FromString(reader.get_tensor("boosted_trees:0_serialized"))


def reference(numbers, layers, rate):
    """Trees of two layers for the squared error, by loops: the sum of their leaves for each example."""
    buckets = [np.digitize(A, [0.25, 0.5, 0.75]), np.digitize(B, [0.25, 0.75]), WORDS == "x", WORDS == "y"]
    sides = [b <= t for b in buckets for t in range(4)]
    logits, leaves = np.zeros(SIZE), np.zeros(SIZE, int)
    for layer in range(layers):
        rest = numbers[:, 0] - logits
        after = leaves * 2
        for leaf in np.unique(leaves):
            here = leaves == leaf
            goes_left = max(sides, key=lambda side: round(_gain(rest, here, side), 6))
            for side, number in ((here & goes_left, 0), (here & ~goes_left, 1)):
                if side.any():
                    logits[side] += rate * rest[side].mean()
                after[side] += number
        leaves = np.zeros(SIZE, int) if layer % 2 else after
    return logits


def _gain(rest, here, left):
    """What the squared error falls by when both sides get their mean."""
    return sum(rest[side].sum() ** 2 / side.sum() for side in (here & left, here & ~left) if side.any())


def test_a_regressor_is_what_loops_give():
    model = tf.estimator.BoostedTreesRegressor(
        COLUMNS, n_batches_per_layer=1, n_trees=2, max_depth=2, learning_rate=0.5
    )
    model.train(lambda: dataset(NUMBERS))
    found = [p["predictions"][0] for p in model.predict(lambda: dataset(NUMBERS, 1))]
    np.testing.assert_allclose(found, reference(NUMBERS, 4, 0.5), atol=1e-4)
    assert model.get_variable_value("global_step") == 4
    assert [len(tree.nodes) for tree in message_of(model).trees] == [7, 7, 1]


def test_a_classifier_learns_and_goes_on_where_it_was(tmp_path):
    def model():
        return tf.estimator.BoostedTreesClassifier(
            COLUMNS, n_batches_per_layer=2, model_dir=str(tmp_path), n_trees=3, max_depth=2, learning_rate=0.8
        )

    model().train(lambda: dataset(LABELS), steps=5)
    before = message_of(model())
    assert before.growing_metadata.num_layers_attempted == 2
    model().train(lambda: dataset(LABELS))
    after = message_of(model())
    assert after.trees[0] == before.trees[0] and len(after.trees) == 4
    metrics = model().evaluate(lambda: dataset(LABELS, 1))
    assert metrics["accuracy"] > 0.9 and metrics["global_step"] == 13


def test_training_in_memory_gives_the_same_trees():
    model = tf.estimator.BoostedTreesClassifier(COLUMNS, n_batches_per_layer=1, n_trees=2, max_depth=2)
    model.train(lambda: dataset(LABELS))
    other = boosted_trees_classifier_train_in_memory(
        lambda: dataset(LABELS, 1), COLUMNS, n_trees=2, max_depth=2
    )
    assert message_of(other).trees == message_of(model).trees


@pytest.mark.slow
def test_a_regressor_in_memory_takes_a_batch_of_any_size():
    """The number of examples need not be known when the graph is built."""

    def examples():
        batches = tf.data.Dataset.from_tensor_slices((FEATURES, NUMBERS)).batch(SIZE)
        return batches.take(1)

    model = boosted_trees_regressor_train_in_memory(examples, COLUMNS, n_trees=1, max_depth=2)
    assert len(message_of(model).trees[0].nodes) == 7


@pytest.mark.slow
def test_an_export_predicts(tmp_path):
    model = tf.estimator.BoostedTreesRegressor(COLUMNS, n_batches_per_layer=1, n_trees=1, max_depth=1)
    model.train(lambda: dataset(NUMBERS))
    spec = column.make_parse_example_spec(COLUMNS)
    receiver = tf.estimator.export.build_parsing_serving_input_receiver_fn(spec)
    path = model.export_savedmodel(str(tmp_path), receiver)
    example = tf.train.Example()
    example.features.feature["a"].float_list.value.append(A[0])
    example.features.feature["b"].float_list.value.append(B[0])
    example.features.feature["word"].bytes_list.value.append(WORDS[0].encode())
    expected = next(iter(model.predict(lambda: dataset(NUMBERS, 1))))["predictions"]
    with tf.Session(graph=tf.Graph()) as sess:
        loaded = tf.saved_model.loader.load(sess, ["serve"], path)
        signature = loaded.signature_def["serving_default"]
        feed = {signature.inputs["inputs"].name: [example.SerializeToString()]}
        np.testing.assert_allclose(sess.run(signature.outputs["outputs"].name, feed)[0], expected)


def test_an_ensemble_is_initialized_saved_and_restored(tmp_path):
    message = Message(tree_weights=[1.0])
    message.trees.add().nodes.add().leaf.scalar = 2.5
    message.tree_metadata.add(is_finalized=True)
    with tf.Graph().as_default():
        ensemble = TreeEnsemble("mine", stamp_token=7, serialized_proto=message.SerializeToString())
        saver = tf.train.Saver()
        with tf.Session() as sess:
            missing = sess.run(tf.report_uninitialized_variables())
            assert missing.size == 0
            assert sess.run(resources.report_uninitialized_resources()).tolist() == [b"mine:0"]
            sess.run(resources.initialize_resources(resources.shared_resources()))
            assert sess.run(ensemble.get_stamp_token()) == 7
            path = saver.save(sess, str(tmp_path / "model"))
            sess.run(ensemble.deserialize(9, b""))
            assert sess.run(list(ensemble.get_states()[:2])) == [9, 0]
            saver.restore(sess, path)
            assert sess.run(list(ensemble.get_states()[:3])) == [7, 1, 1]
            assert sess.run(ensemble.serialize()[1]) == message.SerializeToString()


def test_other_columns_and_classes_are_refused():
    with pytest.raises(ValueError, match="binary classification is supported. n_classes given as 3"):
        tf.estimator.BoostedTreesClassifier(COLUMNS, 1, n_classes=3)
    with pytest.raises(ValueError, match="1 dimension regression is supported"):
        tf.estimator.BoostedTreesRegressor(COLUMNS, 1, label_dimension=2)
    model = tf.estimator.BoostedTreesClassifier([column.numeric_column("a")], 1)
    with pytest.raises(ValueError, match="only bucketized_column and indicator_column are supported"):
        model.train(lambda: dataset(LABELS))
