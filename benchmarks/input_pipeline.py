"""Input pipelines of `tf.data`: batches of 128 (32 images), in Evergraph and in TensorFlow.

    python benchmarks/input_pipeline.py [--tensorflow]

1. `records`  TFRecord files, shuffled, `parse_single_example` of each record, batch
2. `arrays`   arrays in memory, shuffled, batch
3. `mapped`   the same, scaled by a function before they are batched
4. `images`   JPEG images of 256 x 256, decoded, cropped to 224 x 224 and flipped at random, colours changed, batch of 32

Each pipeline is gone through by a session that fetches the batches; the best of three rounds counts.
"""

import argparse
import importlib
import os
import tempfile
import time

import numpy as np

EXAMPLES, BATCH, IMAGES, PIXELS = 5_000, 128, 32, 784


def records(tf, directory):
    """Batches of parsed examples: 32 floats, a label and a string each."""
    random, name = np.random.RandomState(0), os.path.join(directory, "examples.tfrecord")
    with tf.python_io.TFRecordWriter(name) as writer:
        for i in range(EXAMPLES):
            feature = {
                "x": tf.train.Feature(float_list=tf.train.FloatList(value=random.rand(32))),
                "y": tf.train.Feature(int64_list=tf.train.Int64List(value=[i])),
                "s": tf.train.Feature(bytes_list=tf.train.BytesList(value=[b"abc" * 10])),
            }
            example = tf.train.Example(features=tf.train.Features(feature=feature))
            writer.write(example.SerializeToString())
    spec = {
        "x": tf.FixedLenFeature([32], tf.float32),
        "y": tf.FixedLenFeature([], tf.int64),
        "s": tf.FixedLenFeature([], tf.string),
    }
    parsed = (
        tf.data.TFRecordDataset(name)
        .repeat()
        .shuffle(1000)
        .map(lambda record: tf.parse_single_example(record, spec), num_parallel_calls=4)
    )
    return parsed.batch(BATCH).prefetch(2)


def _shuffled(tf):
    random = np.random.RandomState(0)
    images = random.rand(20_000, PIXELS).astype(np.float32)
    return tf.data.Dataset.from_tensor_slices((images, np.arange(20_000))).shuffle(20_000).repeat()


def arrays(tf, directory):
    """Batches of images and labels."""
    return _shuffled(tf).batch(BATCH).prefetch(1)


def mapped(tf, directory):
    """Batches of scaled images and one-hot labels."""
    return _shuffled(tf).map(lambda x, y: (x / 255.0 - 0.5, tf.one_hot(y % 10, 10))).batch(BATCH).prefetch(1)


def images(tf, directory):
    """Batches of images as a network for ImageNet is trained on them."""
    random = np.random.RandomState(0)
    with tf.Graph().as_default(), tf.Session() as session:
        image = tf.placeholder(tf.uint8, [256, 256, 3])
        encoded = tf.image.encode_jpeg(image)
        smooth = [np.kron(random.randint(0, 256, (16, 16, 3)), np.ones((16, 16, 1))) for _ in range(64)]
        files = [session.run(encoded, {image: pixels.astype(np.uint8)}) for pixels in smooth]

    def augmented(data):
        pixels = tf.image.convert_image_dtype(tf.image.decode_jpeg(data, channels=3), tf.float32)
        pixels = tf.image.random_flip_left_right(tf.random_crop(pixels, [224, 224, 3]))
        return tf.image.random_saturation(tf.image.random_brightness(pixels, 0.1), 0.5, 1.5)

    dataset = tf.data.Dataset.from_tensor_slices(np.array(files, object)).repeat()
    return dataset.map(augmented, num_parallel_calls=4).batch(IMAGES).prefetch(2)


def seconds_per_batch(tf, make, steps=60, warm_up=20):
    """The time of a `Session.run` that fetches a batch."""
    with tf.Graph().as_default(), tempfile.TemporaryDirectory() as directory:
        dataset = make(tf, directory)
        module = getattr(tf, "compat", None)
        initializable = getattr(getattr(module, "v1", tf).data, "make_initializable_iterator", None)
        iterator = initializable(dataset) if initializable else dataset.make_initializable_iterator()
        batch = iterator.get_next()
        with tf.Session() as session:
            session.run(iterator.initializer)
            for _ in range(warm_up):
                session.run(batch)
            times = []
            for _ in range(3):
                began = time.perf_counter()
                for _ in range(steps):
                    session.run(batch)
                times.append((time.perf_counter() - began) / steps)
    return min(times)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--tensorflow", action="store_true", help="time TensorFlow too")
    names = ["evergraph"] + ["tensorflow"] * parser.parse_args().tensorflow
    for make, steps in ((records, 60), (arrays, 60), (mapped, 60), (images, 10)):
        for name in names:
            library = importlib.import_module(name)
            tf = library if name == "evergraph" else library.compat.v1
            tf.logging.set_verbosity(tf.logging.ERROR)
            seconds = seconds_per_batch(tf, make, steps, warm_up=steps // 3)
            rate = (IMAGES if make is images else BATCH) / seconds
            print(f"{make.__name__:8} {name:11} {seconds * 1e6:7.0f} us a batch, {rate:8.0f} examples/s")


if __name__ == "__main__":
    main()
