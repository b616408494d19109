"""TensorFlow loads what Evergraph wrote, and Evergraph what TensorFlow wrote."""

import ast
import subprocess
import sys

import numpy as np
import pytest

pytestmark = pytest.mark.interop

# One program for both: run with the name of the library.  Each writes a model, or loads one and prints what it gives.
PROGRAM = """
import sys
import numpy as np
if sys.argv[1] == "tensorflow":
    import tensorflow.compat.v1 as tf
    tf.disable_v2_behavior()
    lookup = tf
    table_of = lambda file: tf.lookup.StaticVocabularyTable(
        tf.lookup.TextFileInitializer(file, tf.string, tf.lookup.TextFileIndex.WHOLE_LINE,
                                      tf.int64, tf.lookup.TextFileIndex.LINE_NUMBER), 1)
else:
    import evergraph as tf
    from evergraph.ops.lookup import vocabularies
    table_of = lambda file: vocabularies.index_table_from_file(file, num_oov_buckets=1)
action, directory, extra = sys.argv[2:5]
sm = tf.saved_model
if action == "write":
    words = tf.placeholder(tf.string, [None], name="words")
    x = tf.placeholder(tf.float32, [None, 3], name="x")
    table = table_of(extra)
    w = tf.get_variable("w", initializer=tf.constant([[1.0], [2.0], [4.0]]))
    r = tf.get_variable("r", initializer=tf.constant(0.5), use_resource=True)
    y = tf.add(tf.matmul(x, w), r, name="y")
    z = tf.multiply(y, 2.0, name="z")
    i = tf.identity(table.lookup(words), name="ids")
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        builder = sm.builder.SavedModelBuilder(directory)
        info = sm.utils.build_tensor_info
        signature = sm.signature_def_utils.build_signature_def(
            {"words": info(words), "x": info(x)}, {"y": info(y), "z": info(z), "ids": info(i)},
            sm.signature_constants.PREDICT_METHOD_NAME)
        builder.add_meta_graph_and_variables(
            sess, [sm.tag_constants.SERVING], {"serving_default": signature},
            assets_collection=tf.get_collection(tf.GraphKeys.ASSET_FILEPATHS), main_op=tf.tables_initializer())
        builder.save(as_text=directory.endswith("text"))
else:
    with tf.Session(graph=tf.Graph()) as sess:
        graph = sm.loader.load(sess, ["serve"], directory)
        signature = graph.signature_def["serving_default"]
        feed = {signature.inputs["words"].name: [b"b", b"a", b"?"], signature.inputs["x"].name: np.eye(3)}
        names = sorted(signature.outputs)
        for name, value in zip(names, sess.run([signature.outputs[n].name for n in names], feed)):
            print(name, np.ravel(value).tolist())
"""


def run(*arguments):
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *map(str, arguments)], capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


@pytest.mark.parametrize(
    "writer, reader", [("evergraph", "tensorflow"), ("tensorflow", "evergraph"), ("evergraph", "evergraph")]
)
@pytest.mark.parametrize("form", ["bytes", "text"])
def test_what_one_wrote_the_other_loads(tmp_path, writer, reader, form):
    vocabulary = tmp_path / "vocabulary"
    vocabulary.write_text("a\nb\n")
    directory = tmp_path / form
    run(writer, "write", directory, vocabulary)
    assert (directory / "assets" / "vocabulary").read_text() == "a\nb\n"
    vocabulary.unlink()  # the copy is read
    printed = dict(line.split(" ", 1) for line in run(reader, "load", directory, "-").splitlines())
    assert printed["ids"] == "[1, 0, 2]"
    np.testing.assert_allclose(ast.literal_eval(printed["y"]), [1.5, 2.5, 4.5])
    np.testing.assert_allclose(ast.literal_eval(printed["z"]), [3.0, 5.0, 9.0])
