"""TensorFlow serves what an Estimator exported, and reads its events and checkpoints."""

import ast
import subprocess
import sys

import numpy as np
import pytest

import evergraph as tf

pytestmark = pytest.mark.interop

X = np.linspace(0, 1, 12, dtype=np.float32).reshape(6, 2)
WORDS = np.array(["a", "b", "c", "a", "b", "?"])

READER = """
import sys
import tensorflow.compat.v1 as tf
tf.disable_v2_behavior()
export, model_dir = sys.argv[1:]
with tf.Session(graph=tf.Graph()) as sess:
    graph = tf.saved_model.loader.load(sess, ["serve"], export)
    signature = graph.signature_def["predict"]
    def example(x, word):
        made = tf.train.Example()
        made.features.feature["x"].float_list.value.extend(x)
        made.features.feature["word"].bytes_list.value.append(word)
        return made.SerializeToString()
    feeds = {signature.inputs["examples"].name: [example([0.5, 0.25], b"a"), example([0.1, 0.9], b"?")]}
    print(sess.run(signature.outputs["probabilities"].name, feeds).tolist())
print(sorted(name for name, _ in tf.train.list_variables(model_dir)))
"""


def test_a_wide_and_deep_model(tmp_path):
    column = tf.feature_column
    number = column.numeric_column("x", shape=[2])
    word = column.categorical_column_with_vocabulary_list("word", ["a", "b", "c"], num_oov_buckets=1)
    columns = [number, column.embedding_column(word, 3)]
    model = tf.estimator.DNNLinearCombinedClassifier(
        str(tmp_path / "m"),
        linear_feature_columns=[word],
        dnn_feature_columns=columns,
        dnn_hidden_units=[4],
        n_classes=3,
    )
    features = {"x": X, "word": WORDS}
    labels = np.array([0, 1, 2, 0, 1, 2])
    model.train(tf.estimator.inputs.numpy_input_fn(features, labels, 6, None, True), steps=5)
    receiver_fn = tf.estimator.export.build_parsing_serving_input_receiver_fn(
        column.make_parse_example_spec([number, word])
    )
    path = model.export_savedmodel(str(tmp_path / "e"), receiver_fn).decode()
    asked = {"x": np.array([[0.5, 0.25], [0.1, 0.9]], np.float32), "word": np.array(["a", "?"])}
    predicted = model.predict(tf.estimator.inputs.numpy_input_fn(asked, shuffle=False))
    done = subprocess.run(
        [sys.executable, "-c", READER, path, str(tmp_path / "m")], capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr[-3000:]
    theirs, names = map(ast.literal_eval, done.stdout.splitlines())
    np.testing.assert_allclose(theirs, [each["probabilities"] for each in predicted], rtol=1e-5)
    assert [n for n in names if not n.startswith("_EVERGRAPH/")] == sorted(model.get_variable_names())
