"""Boxes in images and glimpses: as in TensorFlow; random ones hold what they promise."""

import numpy as np
import pytest

import evergraph as tf
from tests.laws import tensorflow_1

RANDOM = np.random.RandomState(11)
IMAGES = RANDOM.uniform(0, 1, (2, 12, 15, 3)).astype(np.float32)
BOXES = np.array(
    [[0.1, 0.2, 0.8, 0.9], [0.0, 0.0, 1.0, 1.0], [-0.2, 0.3, 0.5, 1.4], [0.9, 0.9, 0.2, 0.1]], np.float32
)
MANY = np.concatenate([RANDOM.uniform(0, 0.6, (40, 2)), RANDOM.uniform(0.3, 1, (40, 2))], 1).astype(
    np.float32
)
SCORES = RANDOM.uniform(0, 1, 40).astype(np.float32)
ROWS = {
    "draw": lambda im, x: im.draw_bounding_boxes(x, np.stack([BOXES, BOXES[::-1]])),
    "draw on grey": lambda im, x: im.draw_bounding_boxes(x[..., :1], BOXES[None, :].repeat(2, 0)),
    "draw many": lambda im, x: im.draw_bounding_boxes(x, MANY.reshape(2, 20, 4)),
    "crop": lambda im, x: im.crop_and_resize(x, BOXES, [0, 1, 1, 0], [5, 7]),
    "crop to one": lambda im, x: im.crop_and_resize(x, BOXES, [0, 1, 1, 0], [1, 1]),
    "crop, extrapolated": lambda im, x: im.crop_and_resize(
        x, BOXES, [0, 1, 1, 0], [4, 9], extrapolation_value=3.5
    ),
    "crop nearest": lambda im, x: im.crop_and_resize(x, BOXES, [0, 1, 1, 0], [5, 7], method="nearest"),
    "suppression": lambda im, x: im.non_max_suppression(MANY, SCORES, 30),
    "suppression of few": lambda im, x: im.non_max_suppression(MANY, SCORES, 4, iou_threshold=0.2),
    "suppression of the bad": lambda im, x: im.non_max_suppression(
        MANY, SCORES, 30, 0.9, score_threshold=0.5
    ),
    "glimpse": lambda im, x: im.extract_glimpse(x, [4, 5], [[0.1, -0.2], [0.0, 0.3]]),
    "glimpse in pixels": lambda im, x: im.extract_glimpse(
        x, [4, 5], [[3.0, 5.0], [6.0, 7.5]], centered=False, normalized=False
    ),
}


def result(module, row, value):
    with module.Graph().as_default(), module.Session() as session:
        x = module.constant(value)
        found = row(module.image, x)
        return session.run(found), found.shape.as_list()


@pytest.mark.interop
@pytest.mark.parametrize("name", ROWS)
def test_agrees_with_tensorflow(name):
    (found, shape), (expected, their_shape) = (
        result(lib, ROWS[name], IMAGES) for lib in (tf, tensorflow_1())
    )
    assert found.dtype == expected.dtype and shape == their_shape
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-5)


@pytest.mark.interop
@pytest.mark.parametrize("of", [0, 1])
def test_gradients_of_crops_agree_with_tensorflow(of):
    found = []
    for lib in (tf, tensorflow_1()):
        with lib.Graph().as_default(), lib.Session() as session:
            inputs = lib.constant(IMAGES), lib.constant(BOXES)
            crops = lib.image.crop_and_resize(*inputs, [0, 1, 1, 0], [5, 7])
            found.append(session.run(lib.gradients(crops * crops, inputs[of])[0]))
    np.testing.assert_allclose(*found, rtol=1e-3, atol=1e-3)


def test_sampled_boxes_are_within_their_ranges():
    sampled = tf.image.sample_distorted_bounding_box(
        [40, 60, 3], [[[0.2, 0.3, 0.7, 0.8]]], seed=3, min_object_covered=0.4, area_range=(0.2, 0.6)
    )
    seen = set()
    with tf.Session() as session:
        for _ in range(40):
            begin, size, box = session.run(list(sampled))
            assert begin[2] == 0 and size[2] == -1 and box.shape == (1, 1, 4)
            (y, x), (height, width) = begin[:2], size[:2]
            np.testing.assert_allclose(box[0, 0] * [40, 60, 40, 60], [y, x, y + height, x + width], rtol=1e-5)
            assert 0 <= y <= 40 - height and 0 <= x <= 60 - width
            assert 0.2 * 2400 <= height * width <= 0.6 * 2400
            assert height * 0.75 - 1 <= width <= height * 1.33 + 1
            common = (min(y + height, 28) - max(y, 8)) * (min(x + width, 48) - max(x, 18))
            assert common >= 0.4 * 600
            seen.add((y, x, height, width))
    assert len(seen) > 25


def test_the_whole_image_where_no_box_will_do():
    sampled = tf.image.sample_distorted_bounding_box(
        [10, 30, 3],
        np.zeros([1, 0, 4]),
        min_object_covered=1.0,
        max_attempts=3,
        use_image_if_no_bounding_boxes=True,
    )
    with tf.Session() as session:
        begin, size, _ = session.run(list(sampled))
        assert begin.tolist() == [0, 0, 0] and size.tolist() == [10, 30, -1]
        with pytest.raises(tf.errors.InvalidArgumentError, match="no bounding_boxes"):
            session.run(list(tf.image.sample_distorted_bounding_box([10, 30, 3], np.zeros([1, 0, 4]))))


@pytest.mark.parametrize("uniform", [True, False])
def test_what_is_outside_of_a_glimpse_is_noise(uniform):
    glimpse = tf.image.extract_glimpse(
        IMAGES, [6, 6], [[0.0, 0.0], [9.0, 12.0]], centered=False, normalized=False, uniform_noise=uniform
    )
    with tf.Session() as session:
        first, second = session.run(glimpse), session.run(glimpse)
    np.testing.assert_array_equal(first[0, 3:, 3:], IMAGES[0, :3, :3])
    np.testing.assert_array_equal(first[1], IMAGES[1, 6:12, 9:15])
    assert np.abs(first[0, :3] - second[0, :3]).min() > 0


@pytest.mark.parametrize(
    "call",
    [
        lambda: tf.image.crop_and_resize(IMAGES, BOXES, [0, 1, 2, 0], [2, 2]),
        lambda: tf.image.draw_bounding_boxes(IMAGES[..., :2], BOXES[None].repeat(2, 0)),
        lambda: tf.image.non_max_suppression(MANY, SCORES[:5], 3),
        lambda: tf.image.non_max_suppression(MANY, SCORES, 3, iou_threshold=1.5),
        lambda: list(tf.image.sample_distorted_bounding_box([9, 9, 3], [[[0.5, 0.5, 0.4, 0.9]]])),
    ],
    ids=range(5),
)
def test_refused(call):
    with tf.Session() as session, pytest.raises((tf.errors.InvalidArgumentError, ValueError)):
        session.run(call())
