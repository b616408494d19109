"""The input pipeline of the CIFAR-10 programs: records of fixed length, each decoded and distorted, shuffled into batches of 128.

python benchmarks/queued_images.py --tensorflow
"""

import atexit
import os
import shutil
import tempfile

import numpy as np
from rounds import Step, main, session_sides

FILES, IMAGES, SIDE, CROP, BATCH = 4, 2_000, 32, 24, 128
RECORD = 1 + 3 * SIDE * SIDE


def write_files(directory) -> list[str]:
    """Files of records: a label, and the red, green and blue planes of an image."""
    random = np.random.RandomState(0)
    names = [os.path.join(directory, f"{number}.bin") for number in range(FILES)]
    for name in names:
        with open(name, "wb") as file:
            file.write(random.bytes(RECORD * IMAGES))
    return names


def distorted(tf, image):
    image = tf.image.random_flip_left_right(tf.random_crop(image, [CROP, CROP, 3]))
    image = tf.image.random_contrast(tf.image.random_brightness(image, 63), 0.2, 1.8)
    return tf.image.per_image_standardization(image)


def session_step(tf) -> Step:
    tf.logging.set_verbosity(tf.logging.ERROR)
    directory = tempfile.mkdtemp()
    atexit.register(shutil.rmtree, directory, ignore_errors=True)
    names = tf.train.string_input_producer(write_files(directory))
    _, record = tf.FixedLengthRecordReader(RECORD).read(names)
    data = tf.decode_raw(record, tf.uint8)
    label = tf.reshape(tf.cast(tf.slice(data, [0], [1]), tf.int32), [])
    planes = tf.reshape(tf.slice(data, [1], [RECORD - 1]), [3, SIDE, SIDE])
    image = distorted(tf, tf.cast(tf.transpose(planes, [1, 2, 0]), tf.float32))
    image.set_shape([CROP, CROP, 3])
    images, labels = tf.train.shuffle_batch(
        [image, label], BATCH, capacity=2_000, min_after_dequeue=1_000, num_threads=4
    )
    average = tf.reduce_mean(images) + tf.reduce_mean(tf.to_float(labels))
    tf.train.get_or_create_global_step()
    session = tf.train.SingularMonitoredSession()
    return lambda: session.run(average)


if __name__ == "__main__":
    main(__doc__, session_sides(session_step), reference="evergraph", steps=50, warm_up=20, same_losses=False)
