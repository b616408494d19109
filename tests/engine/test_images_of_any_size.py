"""What is done to images whose sizes are not known is done on the host: no program is compiled for each size."""

import io

import numpy as np
import pytest
from PIL import Image

import evergraph as tf
from tests.engine.test_places import Programs

SIZES = [(9, 12), (14, 8), (8, 8), (20, 11), (13, 17), (11, 11), (16, 9), (10, 19)]


def png(height, width):
    pixels = np.random.RandomState(height * width).randint(0, 256, (height, width, 3)).astype(np.uint8)
    written = io.BytesIO()
    Image.fromarray(pixels).save(written, "PNG")
    return written.getvalue(), pixels


def resized(method, align=False):
    return lambda image: tf.to_float(tf.image.resize_images(image, [6, 7], method, align)) / 255.0


def scaled(image):
    image = tf.image.convert_image_dtype(image, tf.float32)
    return (tf.image.resize_images(image, [6, 7]) - 0.5) * 2.0


def cropped_or_padded(image):
    return tf.to_float(tf.image.resize_image_with_crop_or_pad(image, 10, 10)) * 0.5


def cut_at_random(image):
    image = tf.image.random_flip_left_right(tf.to_float(image), seed=2)
    return tf.random_crop(image, [6, 6, 3], seed=1) + 1.0


def of_the_middle(image):
    return tf.image.resize_images(tf.image.crop_to_bounding_box(image, 1, 2, 5, 6), [4, 4]) - 1.0


def as_inception_does(image):
    image = tf.expand_dims(tf.cast(image, tf.float32), 0)
    return (tf.image.resize_bilinear(image, [5, 5])[0] - 128.0) / 128.0


KINDS = {
    "bilinear": resized(tf.image.ResizeMethod.BILINEAR),
    "bilinear, aligned": resized(tf.image.ResizeMethod.BILINEAR, True),
    "nearest": resized(tf.image.ResizeMethod.NEAREST_NEIGHBOR),
    "bicubic": resized(tf.image.ResizeMethod.BICUBIC),
    "area": resized(tf.image.ResizeMethod.AREA),
    **{f.__name__: f for f in (scaled, cropped_or_padded, cut_at_random, of_the_middle, as_inception_does)},
}


def of_arrays(function, arrays):
    """What a function gives for arrays: by programs for their shapes."""
    found = []
    for array in arrays:
        with tf.Graph().as_default(), tf.Session() as session:
            image = tf.placeholder(tf.uint8, array.shape)
            found.append(session.run(function(image), {image: array}))
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_one_program_serves_all_sizes(kind):
    files, arrays = zip(*(png(*size) for size in SIZES))
    function = KINDS[kind]
    data = tf.data.Dataset.from_tensor_slices(list(files)).map(lambda f: function(tf.image.decode_png(f, 3)))
    following = data.make_one_shot_iterator().get_next()
    found = []
    with tf.Session() as session:
        found.append(session.run(following))
        with Programs() as programs:
            found.extend(session.run(following) for _ in files[1:])
    assert programs.count == 0
    if kind != "cut_at_random":  # other calls draw other numbers
        for one, other in zip(found, of_arrays(function, arrays), strict=True):
            np.testing.assert_allclose(one, other, rtol=2e-6, atol=2e-6)


def test_batches_of_them_are_made_at_once():
    files, arrays = zip(*(png(*size) for size in SIZES))
    data = tf.data.Dataset.from_tensor_slices(list(files))
    data = data.map(lambda f: scaled(tf.image.decode_png(f, 3)), num_parallel_calls=2).batch(4)
    following = data.make_one_shot_iterator().get_next()
    with tf.Session() as session:
        found = np.concatenate([session.run(following) for _ in range(2)])
    np.testing.assert_allclose(found, np.stack(of_arrays(scaled, arrays)), rtol=2e-6, atol=2e-6)


def test_what_the_host_cannot_do_stays_on_the_device():
    kernel = tf.ones([3, 3, 3, 2]) / 27.0
    file = tf.placeholder(tf.string, [])
    image = tf.expand_dims(tf.to_float(tf.image.decode_png(file, 3)), 0)
    means = tf.reduce_mean(tf.nn.conv2d(image, kernel, [1, 1, 1, 1], "VALID"))
    with tf.Session() as session:
        for size in SIZES[:3]:
            data, pixels = png(*size)
            middle = [pixels[i : i + size[0] - 2, j : j + size[1] - 2] for i in range(3) for j in range(3)]
            np.testing.assert_allclose(session.run(means, {file: data}), np.mean(middle), rtol=1e-5)
