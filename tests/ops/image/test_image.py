"""Image operations held against TensorFlow's own, and what random ones promise."""

import numpy as np
import pytest

from evergraph.framework import dtypes
from evergraph.gradients.gradients import gradients
from evergraph.ops import image as image_ops
from evergraph.ops.constants import constant, placeholder
from evergraph.session.session import Session
from tests.laws import tensorflow_1, values_agree

IMAGE = np.random.RandomState(3).uniform(0, 1, (2, 6, 7, 3)).astype(np.float32)
ROWS = {
    "flip_left_right": lambda im, x: im.flip_left_right(x),
    "flip_up_down": lambda im, x: im.flip_up_down(x[0]),
    "transpose_image": lambda im, x: im.transpose_image(x),
    "crop": lambda im, x: im.crop_to_bounding_box(x, 1, 2, 3, 4),
    "pad": lambda im, x: im.pad_to_bounding_box(x, 1, 2, 9, 10),
    "central_crop": lambda im, x: im.central_crop(x[0], 0.5),
    **{f"rot90 {k}": lambda im, x, k=k: im.rot90(x, k) for k in (-1, 0, 1, 2, 3)},
    "rot90 of one": lambda im, x: im.rot90(x[0]),
    **{
        f"crop or pad {h} {w}": lambda im, x, h=h, w=w: im.resize_image_with_crop_or_pad(x, h, w)
        for h, w in ((3, 4), (9, 10), (5, 12), (9, 2), (6, 7))
    },
    "standardization": lambda im, x: im.per_image_standardization(x[0]),
    "brightness": lambda im, x: im.adjust_brightness(x, 0.25),
    **{
        f"{name} {size} {align}": lambda im, x, n=name, s=size, a=align: getattr(im, n)(x, s, align_corners=a)
        for name in ("resize_bilinear", "resize_nearest_neighbor", "resize_bicubic", "resize_images")
        for size in ((3, 4), (6, 7), (13, 5), (1, 1))
        for align in (False, True)
    },
}


@pytest.mark.interop
@pytest.mark.parametrize("name", ROWS)
def test_agrees_with_tensorflow(name):
    tf1 = tensorflow_1()
    with tf1.Graph().as_default(), tf1.Session() as session:
        x = tf1.placeholder(tf1.float32, IMAGE.shape)
        theirs = ROWS[name](tf1.image, x)
        expected = session.run([theirs, tf1.gradients(theirs * (theirs + 1), x)[0]], {x: IMAGE})
    x = placeholder(dtypes.float32, IMAGE.shape)
    ours = ROWS[name](image_ops, x)
    found = Session().run([ours, gradients(ours * (ours + 1), [x])[0]], {x: IMAGE})
    # A turn by a number known before has sizes known before; TensorFlow does not say them.
    expected_shape = theirs.shape.as_list()
    assert [a if b is not None else b for a, b in zip(ours.shape.as_list(), expected_shape)] == expected_shape
    assert ours.shape.as_list() == list(expected[0].shape)
    values_agree(found, expected, rtol=1e-4, atol=2e-5)


@pytest.mark.interop
@pytest.mark.parametrize("align", [False, True])
@pytest.mark.parametrize("size", [(3, 4), (13, 5), (1, 1), (6, 3)])
def test_areas_are_those_of_tensorflow(size, align):
    tf1 = tensorflow_1()
    with tf1.Graph().as_default(), tf1.Session() as session:
        expected = session.run(tf1.image.resize_area(IMAGE, size, align_corners=align))
    ours = image_ops.resize_images(constant(IMAGE), size, image_ops.ResizeMethod.AREA, align)
    np.testing.assert_allclose(Session().run(ours), expected, rtol=1e-4, atol=1e-5)


def test_turns_and_sizes_that_the_run_tells():
    k, size = placeholder(dtypes.int32, []), placeholder(dtypes.int32, [])
    turned = image_ops.rot90(constant(IMAGE), k)
    sized = image_ops.resize_image_with_crop_or_pad(constant(IMAGE[0]), size, 8)
    session = Session()
    for number in (0, 1, 2, 3, 5):
        np.testing.assert_array_equal(session.run(turned, {k: number}), np.rot90(IMAGE, number, (1, 2)))
    for height in (3, 9):
        assert session.run(sized, {size: height}).shape == (height, 8, 3)
    assert turned.shape.as_list() == [2, None, None, 3] and sized.shape.as_list() == [None, 8, 3]


def test_random_flips_are_half_of_the_runs():
    flipped = image_ops.random_flip_left_right(constant(IMAGE[0]), seed=1)
    session = Session()
    mirrored = [bool(np.array_equal(session.run(flipped), IMAGE[0][:, ::-1])) for _ in range(40)]
    assert 8 < sum(mirrored) < 32
    whole = session.run(flipped)
    assert np.array_equal(whole, IMAGE[0]) or np.array_equal(whole, IMAGE[0][:, ::-1])


@pytest.mark.parametrize(
    "call",
    [
        lambda x: image_ops.crop_to_bounding_box(x, 4, 0, 3, 3),
        lambda x: image_ops.pad_to_bounding_box(x, 0, 0, 5, 9),
        lambda x: image_ops.central_crop(x, 0.0),
        lambda x: image_ops.resize_images(x, [2, 2], method=9),
        lambda x: image_ops.resize_images(x, [2, 2, 2]),
        lambda x: image_ops.flip_left_right(constant([1.0])),
    ],
    ids=range(6),
)
def test_refused(call):
    with pytest.raises(ValueError):
        call(constant(IMAGE[0]))


@pytest.mark.parametrize("size, expected", [([10, 10], [7, 10]), ([3, 20], [3, 4]), ([4, 3], [2, 3])])
@pytest.mark.parametrize("known", [True, False])
def test_images_keep_their_proportions(size, expected, known):
    pixels = np.arange(2 * 5 * 7 * 3, dtype=np.float32).reshape(2, 5, 7, 3)
    images = constant(pixels) if known else placeholder("float32", [None, None, None, 3])
    resized = image_ops.resize_images(images, size, preserve_aspect_ratio=True, name="resized")
    assert resized.op.name.startswith("resized/")
    assert resized.shape[1:3].as_list() == (expected if known else [None, None])
    whole = image_ops.resize_images(images, expected)
    found, whole = Session().run([resized, whole], {images: pixels})
    assert found.tolist() == whole.tolist()
