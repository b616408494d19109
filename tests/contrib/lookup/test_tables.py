"""Tables of strings under older names, their hash functions, and the projector's file."""

import pytest

import evergraph as tf

lookup = tf.contrib.lookup


def test_tables():
    with tf.Graph().as_default(), tf.Session() as session:
        words = tf.constant(["b", "x"])
        fast = lookup.index_table_from_tensor(tf.constant(["a", "b"]), num_oov_buckets=3)
        strong = lookup.index_table_from_tensor(
            tf.constant(["a", "b"]), num_oov_buckets=3, hasher_spec=lookup.StrongHashSpec([1, 2])
        )
        found = [
            fast.lookup(words),
            strong.lookup(words),
            lookup.string_to_index(words, tf.constant(["a", "b"])),
            lookup.index_to_string(tf.constant([1, 5], tf.int64), tf.constant(["a", "b"])),
            lookup.string_to_index_table_from_tensor(["a", "b"], default_value=7).lookup(words),
        ]
        session.run(tf.tables_initializer())
        fast, strong, index, text, other = session.run(found)
    assert fast[0] == strong[0] == 1 and 2 <= fast[1] < 5 and 2 <= strong[1] < 5
    assert index.tolist() == [1, -1] and text.tolist() == [b"b", b"UNK"] and other.tolist() == [1, 7]


def test_what_is_refused():
    with tf.Graph().as_default():
        for make in (
            lambda: lookup.index_table_from_tensor(None),
            lambda: lookup.index_to_string_table_from_tensor(None),
            lambda: lookup.StrongHashSpec([1]),
            lambda: lookup.string_to_index_table_from_tensor(tf.constant([1])),
            lambda: lookup.index_table_from_tensor(["a"], 1, hasher_spec=lookup.HasherSpec("other")).lookup(
                ["x"]
            ),
        ):
            with pytest.raises(ValueError):
                make()


def test_projector_file(tmp_path):
    projector = tf.contrib.tensorboard.plugins.projector
    config = projector.ProjectorConfig()
    config.embeddings.add().tensor_name = "table"
    with tf.Graph().as_default():
        writer = tf.summary.FileWriter(str(tmp_path))
        projector.visualize_embeddings(writer, config)
        writer.close()
    assert 'tensor_name: "table"' in (tmp_path / "projector_config.pbtxt").read_text()
