"""An input pipeline of queue runners: TFRecord files of images, parsed and shuffled into batches of 128.

A step is one batch; the model only averages it.

    python benchmarks/records.py --tensorflow
"""

import atexit
import os
import shutil
import tempfile

import numpy as np
from rounds import Step, main, session_sides

FILES, EXAMPLES, PIXELS, BATCH = 4, 2_000, 784, 128


def write_files(tf, directory) -> list[str]:
    """TFRecord files of examples: `image`, 784 bytes, and `label`, an int64."""
    random = np.random.RandomState(0)
    names = []
    for number in range(FILES):
        names.append(os.path.join(directory, f"{number}.tfrecord"))
        with tf.python_io.TFRecordWriter(names[-1]) as writer:
            for _ in range(EXAMPLES):
                image = tf.train.BytesList(value=[random.bytes(PIXELS)])
                label = tf.train.Int64List(value=[random.randint(10)])
                features = tf.train.Features(
                    feature={
                        "image": tf.train.Feature(bytes_list=image),
                        "label": tf.train.Feature(int64_list=label),
                    }
                )
                writer.write(tf.train.Example(features=features).SerializeToString())
    return names


def session_step(tf) -> Step:
    tf.logging.set_verbosity(tf.logging.ERROR)
    directory = tempfile.mkdtemp()
    atexit.register(shutil.rmtree, directory, ignore_errors=True)
    names = tf.train.string_input_producer(write_files(tf, directory))
    _, record = tf.TFRecordReader().read(names)
    batch = tf.train.shuffle_batch([record], BATCH, capacity=2_000, min_after_dequeue=1_000, num_threads=2)
    parsed = tf.parse_example(
        batch,
        {
            "image": tf.FixedLenFeature([], tf.string),
            "label": tf.FixedLenFeature([], tf.int64),
        },
    )
    images = tf.reshape(tf.decode_raw(parsed["image"], tf.uint8), [BATCH, PIXELS])
    average = tf.reduce_mean(tf.cast(images, tf.float32) / 255.0) + tf.reduce_mean(
        tf.to_float(parsed["label"])
    )
    tf.train.get_or_create_global_step()
    session = tf.train.SingularMonitoredSession()
    return lambda: session.run(average)


if __name__ == "__main__":
    main(__doc__, session_sides(session_step), reference="evergraph", steps=50, warm_up=20, same_losses=False)
