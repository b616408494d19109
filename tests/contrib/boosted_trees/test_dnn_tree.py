"""Deep networks with trees behind them: the network is trained first, trees take what it leaves."""

import numpy as np
import pytest

import evergraph as tf
from evergraph.contrib.boosted_trees import messages
from evergraph.contrib.boosted_trees.dnn_tree import (
    DNNBoostedTreeCombinedClassifier,
    DNNBoostedTreeCombinedEstimator,
    DNNBoostedTreeCombinedRegressor,
)
from evergraph.estimator.canned.classification import BinaryHead

RANDOM = np.random.RandomState(0)
SIZE = 60
X = RANDOM.rand(SIZE, 1).astype(np.float32)
LABELS = (X > 0.5).astype(np.int32)
NUMBERS = (4 * (X > 0.4) - 1).astype(np.float32)
COLUMN = tf.contrib.layers.real_valued_column("x")


def learner():
    given = messages.LearnerConfig(num_classes=2)
    given.constraints.max_tree_depth = 2
    given.learning_rate_tuner.fixed.learning_rate = 0.5
    return given


def inputs(labels):
    return lambda: ({"x": tf.constant(X)}, tf.constant(labels))


@pytest.mark.parametrize("to_tree", [True, False])
def test_trees_mend_what_the_network_leaves(to_tree, tmp_path):
    model = DNNBoostedTreeCombinedRegressor(
        [2],
        [COLUMN],
        learner(),
        6,
        SIZE,
        model_dir=str(tmp_path),
        dnn_steps_to_train=5,
        dnn_input_layer_to_tree=to_tree,
        tree_feature_columns=None if to_tree else [COLUMN],
    )
    model.fit(input_fn=inputs(NUMBERS), steps=4)
    assert model.get_variable_value("attempted_trees") == 0
    untrained = model.get_variable_value("dnn/logits/biases")
    model.fit(input_fn=inputs(NUMBERS), steps=3)
    network = model.get_variable_value("dnn/logits/biases")
    assert untrained != network
    model.fit(input_fn=inputs(NUMBERS))
    assert model.get_variable_value("finalized_trees") == 6
    assert model.get_variable_value("dnn/logits/biases") == network
    found = np.array([p["scores"] for p in model.predict(input_fn=inputs(NUMBERS))])
    assert np.square(found - NUMBERS[:, 0]).mean() < 0.1


def test_a_classifier_that_predicts_with_trees_only():
    model = DNNBoostedTreeCombinedClassifier(
        [1],
        [COLUMN],
        learner(),
        2,
        SIZE,
        dnn_steps_to_train=1,
        predict_with_tree_only=True,
        tree_center_bias=True,
    )
    model.fit(input_fn=inputs(LABELS), steps=40)
    assert model.evaluate(input_fn=inputs(LABELS), steps=1)["accuracy"] > 0.95


def test_columns_and_a_head_of_the_core():
    head = BinaryHead(loss_reduction=tf.losses.Reduction.SUM_OVER_BATCH_SIZE)
    model = DNNBoostedTreeCombinedEstimator(
        [1],
        [tf.feature_column.numeric_column("x")],
        learner(),
        1,
        SIZE,
        head,
        dnn_steps_to_train=3,
        use_core_versions=True,
    )
    model.fit(input_fn=inputs(LABELS), steps=15)
    assert np.isfinite(model.evaluate(input_fn=inputs(LABELS), steps=1)["loss"])


def test_columns_are_needed():
    model = DNNBoostedTreeCombinedClassifier([1], [], learner(), 1, SIZE)
    with pytest.raises(ValueError, match="dnn_feature_columns must be specified"):
        model.fit(input_fn=inputs(LABELS), steps=1)
