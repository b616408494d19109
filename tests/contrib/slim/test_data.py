"""A data set in record files, read in parallel, decoded, batched ahead."""

import numpy as np
import pytest

import evergraph as tf

slim = tf.contrib.slim


@pytest.fixture
def records(tmp_path):
    for file in range(2):
        with tf.python_io.TFRecordWriter(str(tmp_path / f"data-{file}")) as writer:
            for index in range(3):
                number = file * 3 + index
                features = {
                    "label": tf.train.Feature(int64_list=tf.train.Int64List(value=[number])),
                    "values": tf.train.Feature(float_list=tf.train.FloatList(value=[number] * 4)),
                    "ymin": tf.train.Feature(float_list=tf.train.FloatList(value=[0.5])),
                }
                example = tf.train.Example(features=tf.train.Features(feature=features))
                writer.write(example.SerializeToString())
    return str(tmp_path / "data-*")


def decoder():
    d = slim.tfexample_decoder
    return d.TFExampleDecoder(
        {
            "label": tf.FixedLenFeature([], tf.int64),
            "values": tf.VarLenFeature(tf.float32),
            "ymin": tf.VarLenFeature(tf.float32),
        },
        {
            "label": d.Tensor("label"),
            "matrix": d.Tensor("values", shape=[2, 2]),
            "box": d.BoundingBox(["ymin"] * 4),
            "double": d.ItemHandlerCallback("label", lambda tensors: tensors["label"] * 2),
        },
    )


def test_items_of_a_data_set(records):
    with tf.Graph().as_default(), tf.Session() as session:
        dataset = slim.dataset.Dataset(records, tf.TFRecordReader, decoder(), 6, {}, num_classes=6)
        provider = slim.dataset_data_provider.DatasetDataProvider(dataset, num_epochs=1, shuffle=False)
        label, matrix, box, double = provider.get(["label", "matrix", "box", "double"])
        assert (
            dataset.num_classes == 6 and provider.num_samples() == 6 and "record_key" in provider.list_items()
        )
        with pytest.raises(ValueError, match="none"):
            provider.get(["none"])
        batch = tf.train.batch([label, tf.reshape(matrix, [2, 2]), double], 2)
        queue = slim.prefetch_queue.prefetch_queue(batch, capacity=2)
        taken = queue.dequeue()
        session.run([tf.global_variables_initializer(), tf.local_variables_initializer()])
        with slim.queues.QueueRunners(session):
            rows = [session.run(taken) for _ in range(3)]
            with pytest.raises(slim.queues.NestedQueueRunnerError), slim.queues.QueueRunners(session):
                pass
        labels = np.concatenate([row[0] for row in rows])
        assert sorted(labels.tolist()) == list(range(6))
        np.testing.assert_array_equal(
            np.concatenate([row[1] for row in rows]), labels[:, None, None] * np.ones((2, 2))
        )
        np.testing.assert_array_equal(np.concatenate([row[2] for row in rows]), labels * 2)
        assert box.shape.as_list() == [None, 4]


def test_files_and_single_pass(records):
    with tf.Graph().as_default(), tf.Session() as session:
        assert len(slim.parallel_reader.get_data_files([records, "other"])) == 3
        with pytest.raises(ValueError, match="No data files"):
            slim.parallel_reader.get_data_files(records + "none*")
        _, value = slim.parallel_reader.single_pass_read(records, tf.TFRecordReader)
        label = decoder().decode(value, ["label"])[0]
        session.run(tf.local_variables_initializer())
        with slim.queues.QueueRunners(session):
            assert [session.run(label) for _ in range(6)] == list(range(6))


def test_summaries_and_sizes(capsys):
    with tf.Graph().as_default() as graph:
        x = tf.get_variable("x", [2, 3])
        slim.summaries.add_scalar_summaries([tf.constant(1.0, name="s")], prefix="p")
        slim.summaries.add_zero_fraction_summary(x)
        assert [each.op.name for each in tf.get_collection(tf.GraphKeys.SUMMARIES)] == [
            "p/s",
            "x/Fraction_of_Zero_Values",
        ]
        assert slim.model_analyzer.analyze_vars([x], print_info=True) == (6, 24)
        assert "x:0 (float32_ref 2x3)" in capsys.readouterr().out
        assert slim.model_analyzer.analyze_ops(graph) > 6


@pytest.mark.parametrize("form", ["png", "raw"])
def test_images_are_decoded(form):
    pixels = np.arange(2 * 3 * 3, dtype=np.uint8).reshape(2, 3, 3)
    d = slim.tfexample_decoder
    reader = d.TFExampleDecoder(
        {
            "image/encoded": tf.FixedLenFeature([], tf.string),
            "image/format": tf.FixedLenFeature([], tf.string),
        },
        {"image": d.Image(shape=[2, 3, 3] if form == "raw" else None)},
    )
    with tf.Graph().as_default(), tf.Session() as session:
        encoded = session.run(tf.image.encode_png(pixels)) if form == "png" else pixels.tobytes()
        features = {
            "image/encoded": tf.train.Feature(bytes_list=tf.train.BytesList(value=[encoded])),
            "image/format": tf.train.Feature(bytes_list=tf.train.BytesList(value=[form.encode()])),
        }
        example = tf.train.Example(features=tf.train.Features(feature=features)).SerializeToString()
        (image,) = reader.decode(tf.constant(example), ["image"])
        np.testing.assert_array_equal(session.run(image), pixels)
