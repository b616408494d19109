"""Images turned, moved, warped and labelled; images read between their pixels."""

import numpy as np
import pytest
from scipy import ndimage

import evergraph as tf
from tests.laws import gradients_are_differences, tensorflow_1

image = tf.contrib.image
RANDOM = np.random.RandomState(5)
IMAGES = RANDOM.uniform(0, 1, (2, 7, 9, 3)).astype(np.float32)
MAPS = {
    "turned": [0.9, -0.3, 1.2, 0.3, 0.9, -0.7, 0, 0],
    "projected": [1.1, 0.1, -0.5, 0.05, 0.95, 0.3, 0.01, -0.02],
    "moved": [1, 0, -2, 0, 1, 1, 0, 0],
}


def run(tensor, feed=None):
    with tf.Session() as session:
        return session.run(tensor, feed)


@pytest.mark.interop
@pytest.mark.parametrize("kind", ["NEAREST", "BILINEAR"])
@pytest.mark.parametrize("name", MAPS)
def test_projections_and_their_gradients_are_tensorflows(name, kind):
    theirs = tensorflow_1()
    maps = np.array([MAPS[name]], np.float32)
    with theirs.Graph().as_default(), theirs.Session() as session:
        x = theirs.constant(IMAGES)
        y = theirs.raw_ops.ImageProjectiveTransformV2(
            images=x, transforms=maps, output_shape=[7, 9], interpolation=kind
        )
        wanted = session.run([y, theirs.gradients(y * y, x)[0]])
    x = tf.constant(IMAGES)
    y = image.transform(x, maps, kind)
    found = run([y, tf.gradients(y * y, x)[0]])
    np.testing.assert_allclose(found[0], wanted[0], atol=1e-5)
    np.testing.assert_allclose(found[1], wanted[1], atol=1e-4)


def test_a_quarter_turn_and_a_move():
    square = IMAGES[:, :7, :7]
    turned = run(image.rotate(square, np.pi / 2))
    np.testing.assert_array_equal(turned, np.rot90(square, axes=(1, 2)))
    each = run(image.rotate(square, [0.0, np.pi]))
    np.testing.assert_array_equal(each, np.stack([square[0], square[1, ::-1, ::-1]]))
    moved = run(image.translate(IMAGES[0, :, :, 0], [2, 1]))
    np.testing.assert_array_equal(moved[1:, 2:], IMAGES[0, :-1, :-2, 0])
    assert not moved[0].any() and not moved[:, :2].any()
    assert run(image.rotate(np.ones((3, 3), np.uint8), 0.1)).dtype == np.uint8


def test_maps_compose_and_are_matrices():
    first, second = np.array(MAPS["turned"], np.float32), np.array(MAPS["moved"], np.float32)
    together = image.compose_transforms(first, second)
    one_by_one = np.append(first, 1).reshape(3, 3) @ np.append(second, 1).reshape(3, 3)
    np.testing.assert_allclose(run(together)[0], one_by_one.ravel()[:8], rtol=1e-5)
    matrices = image.flat_transforms_to_matrices(np.stack([first, second]))
    np.testing.assert_allclose(run(image.matrices_to_flat_transforms(2 * matrices)), [first, second])


def test_components_are_numbered_through_all_images():
    masks = RANDOM.uniform(size=(3, 8, 9)) > 0.5
    found = run(image.connected_components(masks))
    before = 0
    for mask, labels in zip(masks, found):
        wanted, count = ndimage.label(mask)
        np.testing.assert_array_equal(labels, np.where(mask, wanted + before, 0))
        before += count
    words = np.array([["a", "a", ""], ["b", "a", "b"]])
    assert run(image.connected_components(words)).tolist() == [[1, 1, 0], [2, 1, 3]]
    assert run(image.connected_components(np.zeros((0, 4), np.int32))).shape == (0, 4)


def test_pairs_are_taken_nearest_first():
    distances = [[0.5, 0.1, 0.8], [0.3, 0.2, 0.4]]
    rows, columns = run(image.bipartite_match(distances, -1.0))
    assert rows.tolist() == [1, 0] and columns.tolist() == [1, 0, -1]
    assert run(image.bipartite_match(distances, [1.0]))[0].tolist() == [1, -1]
    assert run(image.bipartite_match(distances, -1.0, top_k=1))[0].tolist() == [1, -1]
    with pytest.raises(tf.errors.InvalidArgumentError, match="has 2 rows"):
        run(image.bipartite_match(distances, 3.0))


def test_a_warp_takes_pixels_from_where_the_flow_says():
    flow = np.zeros((2, 7, 9, 2), np.float32)
    flow[..., 0], flow[..., 1] = 1, -2
    warped = run(image.dense_image_warp(IMAGES, flow))
    np.testing.assert_allclose(warped[:, 1:, :-2], IMAGES[:, :-1, 2:], rtol=1e-6)
    np.testing.assert_allclose(warped[:, 0, :-2], IMAGES[:, 0, 2:], rtol=1e-6)
    half = run(image.dense_image_warp(IMAGES, np.full_like(flow, 0.5)))
    four = IMAGES[:, :-1, :-1] + IMAGES[:, 1:, :-1] + IMAGES[:, :-1, 1:] + IMAGES[:, 1:, 1:]
    np.testing.assert_allclose(half[:, 1:, 1:], four / 4, rtol=1e-5)
    size = tf.placeholder(tf.float32, [None, None, None, 3])
    np.testing.assert_allclose(run(image.dense_image_warp(size, flow), {size: IMAGES}), warped)


@pytest.mark.parametrize("order", [1, 2, 3, 4, 6])
def test_a_spline_goes_through_its_points(order):
    points = RANDOM.uniform(0, 3, (2, 6, 2))
    values = RANDOM.uniform(-1, 1, (2, 6, 3))
    at_points = image.interpolate_spline(points, values, points, order)
    assert at_points.shape.as_list() == [2, 6, 3]
    np.testing.assert_allclose(run(at_points), values, atol=1e-5)
    line = points @ [[2.0], [-1.0]] + 0.5
    between = RANDOM.uniform(0, 3, (2, 4, 2))
    np.testing.assert_allclose(
        run(image.interpolate_spline(points, line, between, order)),
        between @ [[2.0], [-1.0]] + 0.5,
        atol=1e-6,
    )


def test_points_that_move_take_the_image_along():
    here, there = [[[2.0, 2.0], [4.0, 6.0]]] * 2, [[[3.0, 2.0], [4.0, 7.0]]] * 2
    warped, flow = run(image.sparse_image_warp(IMAGES, here, there, num_boundary_points=2))
    assert flow.shape == (2, 7, 9, 2)
    np.testing.assert_allclose(warped[:, 3, 2], IMAGES[:, 2, 2], atol=1e-3)
    np.testing.assert_allclose(warped[:, 4, 7], IMAGES[:, 4, 6], atol=1e-3)
    np.testing.assert_allclose(warped[:, 0, 0], IMAGES[:, 0, 0], atol=1e-3)


def test_colours_turn_back():
    same = run(image.adjust_hsv_in_yiq(IMAGES))
    np.testing.assert_allclose(same, IMAGES, atol=2e-3)  # the inverse that TensorFlow has is rounded
    turned = image.adjust_hsv_in_yiq(IMAGES, 1.0, 2.0, 0.5)
    back = run(image.adjust_hsv_in_yiq(turned, -1.0, 0.5, 2.0))
    np.testing.assert_allclose(back, IMAGES, atol=1e-2)
    drawn = image.random_hsv_in_yiq(IMAGES, 0.5, 0.5, 1.5, 0.8, 1.2, seed=1)
    assert np.abs(run(drawn) - IMAGES).max() > 0.01


def test_reading_between_pixels():
    places = np.array([[[0, 0], [1.5, 2], [8, 6], [8.5, 3], [-0.25, 0], [-1, 0], [9, 0]]] * 2, np.float32)
    found = run(tf.contrib.resampler.resampler(IMAGES, places))
    wanted = np.stack(
        [
            IMAGES[:, 0, 0],
            (IMAGES[:, 2, 1] + IMAGES[:, 2, 2]) / 2,
            IMAGES[:, 6, 8],
            IMAGES[:, 3, 8] / 2,
            IMAGES[:, 0, 0] * 0.75,
            np.zeros((2, 3)),
            np.zeros((2, 3)),
        ],
        1,
    )
    np.testing.assert_allclose(found, wanted, rtol=1e-5)


@pytest.mark.slow
def test_gradients_of_what_is_read_between_pixels():
    places = RANDOM.uniform(0.2, 5.8, (2, 5, 2))
    gradients_are_differences(IMAGES, lambda tf, x: tf.contrib.resampler.resampler(x, places))
    gradients_are_differences(
        places, lambda tf, x: tf.contrib.resampler.resampler(tf.constant(IMAGES, tf.float64), x)
    )


@pytest.mark.parametrize(
    "call, error, words",
    [
        (lambda: image.rotate(np.ones((2, 2), np.int8), 1.0), TypeError, "int8"),
        (lambda: image.transform(np.ones(3, np.float32), MAPS["moved"]), TypeError, "rank between 2 and 4"),
        (lambda: image.transform(IMAGES, [[MAPS["moved"]]]), TypeError, "rank 1 or 2"),
        (lambda: image.transform(IMAGES, MAPS["moved"], "CUBIC"), ValueError, "CUBIC"),
        (lambda: image.translate(IMAGES, 1.0), TypeError, "rank 1 or 2"),
        (lambda: image.compose_transforms(), ValueError, "at least one"),
        (lambda: image.connected_components(np.ones(3)), TypeError, "rank 2"),
        (lambda: image.random_hsv_in_yiq(IMAGES, -1), ValueError, "max_delta_hue"),
        (lambda: image.dense_image_warp(IMAGES[:, :1], np.zeros((2, 1, 9, 2))), ValueError, "at least 2"),
        (lambda: tf.contrib.resampler.resampler(IMAGES, IMAGES), ValueError, "warp"),
    ],
)
def test_mistakes(call, error, words):
    with pytest.raises(error, match=words):
        call()
