"""SavedModels are written and read; what is wrong is said."""

import os

import numpy as np
import pytest

import evergraph as tf
from evergraph.ops.lookup import vocabularies

sm = tf.saved_model


def write(directory, value=2.0, **options):
    """A model `y = value * x` in a directory."""
    with tf.Graph().as_default(), tf.Session() as sess:
        x = tf.placeholder(tf.float32, [None], name="x")
        y = tf.multiply(x, tf.get_variable("w", initializer=value), name="y")
        sess.run(tf.global_variables_initializer())
        sm.simple_save(sess, str(directory), {"x": x}, {"y": y}, **options)


def test_a_simple_model_comes_back(tmp_path):
    write(tmp_path / "m")
    assert sm.loader.maybe_saved_model_directory(str(tmp_path / "m"))
    assert not sm.loader.maybe_saved_model_directory(str(tmp_path))
    with tf.Session() as sess:
        graph = sm.loader.load(sess, [sm.tag_constants.SERVING], str(tmp_path / "m"))
        signature = graph.signature_def[sm.signature_constants.DEFAULT_SERVING_SIGNATURE_DEF_KEY]
        assert signature.method_name == sm.signature_constants.PREDICT_METHOD_NAME
        x = sm.utils.get_tensor_from_tensor_info(signature.inputs["x"])
        y = sm.utils.get_tensor_from_tensor_info(signature.outputs["y"])
        np.testing.assert_array_equal(sess.run(y, {x: [1.0, 3.0]}), [2.0, 6.0])


def test_what_a_monitored_session_trains_can_be_exported(tmp_path):
    x = tf.placeholder(tf.float32, [None], name="x")
    y = tf.multiply(x, tf.get_variable("w", initializer=2.0), name="y")
    with tf.train.MonitoredTrainingSession() as sess:
        sm.simple_save(sess, str(tmp_path / "m"), {"x": x}, {"y": y})
        with pytest.raises(RuntimeError, match="finalized"):
            tf.constant(1.0)  # as read-only as before
    with tf.Graph().as_default(), tf.Session() as sess:
        sm.loader.load(sess, ["serve"], str(tmp_path / "m"))
        assert sess.run("y:0", {"x:0": [1.5]}).tolist() == [3.0]


def test_into_a_scope(tmp_path):
    write(tmp_path / "m")
    with tf.Session() as sess:
        sm.loader.load(sess, ["serve"], str(tmp_path / "m"), import_scope="a")
        assert sess.run("a/y:0", {"a/x:0": [1.0]}).tolist() == [2.0]


def test_several_graphs_share_variables(tmp_path):
    builder = sm.builder.SavedModelBuilder(str(tmp_path / "m"))
    with tf.Graph().as_default(), tf.Session() as sess:
        tf.get_variable("w", initializer=3.0)
        sess.run(tf.global_variables_initializer())
        builder.add_meta_graph_and_variables(sess, ["train"])
        with pytest.raises(AssertionError, match="already been saved"):
            builder.add_meta_graph_and_variables(sess, ["train"])
    with tf.Graph().as_default():
        tf.multiply(tf.get_variable("w", initializer=0.0), 2.0, name="twice")
        builder.add_meta_graph(["serve", "gpu"])
    assert builder.save(as_text=True) == os.fsencode(tmp_path / "m" / "saved_model.pbtxt")
    assert tf.contrib.saved_model.reader.get_saved_model_tag_sets(str(tmp_path / "m")) == [
        ["gpu", "serve"],
        ["train"],
    ]
    with tf.Session() as sess:
        with pytest.raises(RuntimeError, match=r"tags \['serve'\] could not be found.*\['gpu', 'serve'\]"):
            sm.loader.load(sess, ["serve"], str(tmp_path / "m"))
        sm.loader.load(sess, ["gpu", "serve"], str(tmp_path / "m"))
        assert sess.run("twice:0") == 6.0


def test_assets_and_tables(tmp_path):
    (tmp_path / "words").write_text("a\nb\n")
    with tf.Graph().as_default(), tf.Session() as sess:
        words = tf.placeholder(tf.string, [None], name="words")
        table = vocabularies.index_table_from_file(str(tmp_path / "words"))
        ids = tf.identity(table.lookup(words), name="ids")
        init = tf.tables_initializer()
        sm.simple_save(sess, str(tmp_path / "m"), {"w": words}, {"ids": ids}, legacy_init_op=init)
    (tmp_path / "words").unlink()
    with tf.Session() as sess:
        sm.loader.load(sess, ["serve"], str(tmp_path / "m"))
        assert sess.run("ids:0", {"words:0": ["b", "a"]}).tolist() == [1, 0]


def test_assets_of_one_name_are_kept_apart(tmp_path):
    for folder, text in (("a", "1"), ("b", "2"), ("c", "1")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "f").write_text(text)
    paths = [tf.constant(str(tmp_path / folder / "f")) for folder in "abc"]
    builder = sm.builder.SavedModelBuilder(str(tmp_path / "m"))
    with tf.Session() as sess:
        builder.add_meta_graph_and_variables(sess, ["serve"], assets_collection=paths)
    assert sorted(os.listdir(tmp_path / "m" / "assets")) == ["f", "f_1"]


def test_main_op(tmp_path):
    builder = sm.builder.SavedModelBuilder(str(tmp_path / "m"))
    with tf.Graph().as_default(), tf.Session() as sess:
        tf.get_variable("local", initializer=4.0, collections=[tf.GraphKeys.LOCAL_VARIABLES])
        builder.add_meta_graph_and_variables(sess, ["serve"], main_op=sm.main_op.main_op())
    builder.save()
    with tf.Session() as sess:
        sm.loader.load(sess, ["serve"], str(tmp_path / "m"))
        assert sess.run("local:0") == 4.0


def test_sparse_tensors_in_signatures():
    sparse = tf.sparse_placeholder(tf.float32, [3, 4])
    info = sm.utils.build_tensor_info(sparse)
    assert info.coo_sparse.values_tensor_name == sparse.values.name
    found = sm.utils.get_tensor_from_tensor_info(info)
    assert found.indices is sparse.indices and found.dense_shape is sparse.dense_shape


def test_what_a_server_can_call():
    utils = sm.signature_def_utils
    words, floats = tf.constant(["a"]), tf.constant([[1.0]])
    for signature in (
        utils.predict_signature_def({"a": floats}, {"b": floats}),
        utils.regression_signature_def(words, floats),
        utils.classification_signature_def(words, None, floats),
    ):
        assert utils.is_valid_signature(signature)
        signature.method_name = "other"
        assert not utils.is_valid_signature(signature)
    broken = utils.regression_signature_def(words, floats)
    broken.outputs["more"].CopyFrom(broken.outputs["outputs"])
    assert not utils.is_valid_signature(broken) and not utils.is_valid_signature(None)
    with pytest.raises(ValueError, match="examples must be a string Tensor"):
        utils.regression_signature_def(floats, floats)
    with pytest.raises(ValueError, match="cannot both be None"):
        utils.classification_signature_def(words, None, None)


@pytest.mark.parametrize(
    "make, error, message",
    [
        (lambda path: sm.builder.SavedModelBuilder(str(path)), AssertionError, "already exists"),
        (
            lambda path: sm.builder.SavedModelBuilder(str(path / "m")).add_meta_graph(["a"]),
            AssertionError,
            "not been",
        ),
        (lambda path: sm.loader.load(tf.Session(), ["a"], str(path)), OSError, "does not exist at"),
        (
            lambda path: sm.builder.SavedModelBuilder(str(path / "m")).add_meta_graph_and_variables(
                tf.Session(), ["a"], legacy_init_op=tf.constant(1)
            ),
            TypeError,
            "needs to be an Operation",
        ),
        (
            lambda path: sm.builder.SavedModelBuilder(str(path / "m")).add_meta_graph_and_variables(
                tf.Session(), ["a"], {"s": sm.signature_def_utils.build_signature_def({"i": tf.TensorInfo()})}
            ),
            AssertionError,
            "s: i has none",
        ),
        (
            lambda path: sm.builder.SavedModelBuilder(str(path / "m")).add_meta_graph_and_variables(
                tf.Session(), ["a"], assets_collection=[tf.placeholder(tf.string)]
            ),
            TypeError,
            "must be of type constant",
        ),
    ],
)
def test_what_is_wrong_is_said(tmp_path, make, error, message):
    with pytest.raises(error, match=message):
        make(tmp_path)


def test_a_damaged_file(tmp_path):
    (tmp_path / "saved_model.pb").write_bytes(b"\xff\xff")
    with pytest.raises(OSError, match="Cannot parse file"):
        sm.loader.load(tf.Session(), ["serve"], str(tmp_path))
