"""Functions of datasets that are run on whole batches give what they give for one element after another."""

import io

import numpy as np
import pytest
from PIL import Image

import evergraph as tf
from tests.data.test_pipelines import elements

Dataset = tf.data.Dataset
ROWS = np.random.default_rng(0).normal(size=(23, 6)).astype(np.float32)


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as made:
        yield made


def flip(x):
    return tf.cond(tf.random_uniform([], seed=5) < 0.5, lambda: x[::-1], lambda: x)


@pytest.mark.parametrize(
    "function",
    [
        lambda x: x / 255.0 - 0.5,
        lambda x: (x * 2 + 1, tf.cast(x > 0, tf.int32)),
        lambda x: tf.reshape(tf.concat([x, x], 0), [3, 4]),
        lambda x: {"a": tf.expand_dims(x, 1), "b": tf.constant(3.0), "c": x[1:4]},
        lambda x: x + tf.random_uniform([6], seed=3),
        lambda x: tf.one_hot(tf.cast(tf.abs(x[0]), tf.int32), 4),
        lambda x: tf.matmul([x], tf.ones([6, 2])),
        lambda x: tf.as_string(x),
        lambda x: tf.py_func(lambda v: v * 2, [x], tf.float32),
        flip,
    ],
)
@pytest.mark.parametrize("calls", [None, 3])
def test_batches_are_those_of_the_elements(function, calls):
    mapped = Dataset.from_tensor_slices(ROWS).map(function, num_parallel_calls=calls)
    whole = elements(mapped.batch(5))
    single = elements(mapped.take(-1))
    for place, batch in enumerate(whole):
        rows = single[place * 5 : place * 5 + 5]
        for part, column in zip(
            tf.contrib.framework.nest.flatten(batch),
            zip(*(tf.contrib.framework.nest.flatten(row) for row in rows)),
            strict=True,
        ):
            np.testing.assert_array_equal(part, np.stack(column))
    assert len(whole) == 5


def test_an_error_is_that_of_its_element_and_the_rest_follows():
    strings = Dataset.from_tensor_slices([b"ab", b"abc", b"cd", b"ef"])
    following = strings.map(lambda s: tf.decode_raw(s, tf.int16)).batch(2).make_one_shot_iterator().get_next()
    with tf.Session() as session:
        with pytest.raises(tf.errors.InvalidArgumentError, match="multiple of 2"):
            session.run(following)
        assert session.run(following).shape == (2, 1)
        with pytest.raises(tf.errors.OutOfRangeError):
            session.run(following)


def test_elements_of_different_shapes_are_mapped_one_by_one():
    dataset = Dataset.range(1, 7).map(lambda n: tf.fill(tf.stack([n]), n)).map(lambda x: x[:1] * 2).batch(4)
    assert [b[:, 0].tolist() for b in elements(dataset)] == [[2, 4, 6, 8], [10, 12]]


def test_examples_are_parsed_by_the_batch():
    def example(i):
        return tf.train.Example(
            features=tf.train.Features(
                feature={
                    "i": tf.train.Feature(int64_list=tf.train.Int64List(value=[i])),
                    "x": tf.train.Feature(float_list=tf.train.FloatList(value=[i, i + 0.5])),
                }
            )
        ).SerializeToString()

    spec = {
        "i": tf.FixedLenFeature([], tf.int64),
        "x": tf.FixedLenFeature([2], tf.float32),
        "s": tf.FixedLenFeature([], tf.string, "none"),
    }
    records = Dataset.from_tensor_slices([example(i) for i in range(5)])
    first, last = elements(records.map(lambda r: tf.parse_single_example(r, spec)).batch(3))
    assert first["i"].tolist() == [0, 1, 2]
    assert first["x"].tolist() == [[0.0, 0.5], [1.0, 1.5], [2.0, 2.5]]
    assert last["s"].tolist() == [b"none", b"none"]
    ragged = {"v": tf.VarLenFeature(tf.float32)}
    batches = elements(records.map(lambda r: tf.parse_single_example(r, ragged)).batch(3))
    assert [b["v"].dense_shape.tolist() for b in batches] == [[3, 0], [2, 0]]


def images(sizes):
    def encoded(pixels):
        out = io.BytesIO()
        Image.fromarray(pixels).save(out, "JPEG")
        return out.getvalue()

    random = np.random.RandomState(0)
    return [encoded(random.randint(0, 256, (*size, 3)).astype(np.uint8)) for size in sizes]


def augmented(data):
    pixels = tf.image.convert_image_dtype(tf.image.decode_jpeg(data, channels=3), tf.float32)
    pixels = tf.image.random_flip_left_right(tf.random_crop(pixels, [8, 8, 3], seed=1), seed=2)
    return tf.image.random_saturation(tf.image.random_brightness(pixels, 0.1, seed=3), 0.5, 1.5, seed=4)


@pytest.mark.parametrize("calls", [None, 3])
@pytest.mark.parametrize("sizes", [[(12, 12)] * 7, [(12, 12), (9, 14), (12, 12), (8, 8), (20, 9)]])
def test_images_are_decoded_side_by_side_and_augmented_together(calls, sizes):
    mapped = Dataset.from_tensor_slices(images(sizes)).map(augmented, num_parallel_calls=calls)
    single = elements(mapped.take(-1))
    np.testing.assert_allclose(np.concatenate(elements(mapped.batch(3))), single, rtol=0, atol=2e-7)


@pytest.mark.parametrize("calls", [None, 3])
def test_a_check_that_fails_is_that_of_its_element(calls):
    def positive(x):
        with tf.control_dependencies([tf.Assert(tf.reduce_all(x > 0), ["not positive", x])]):
            return x * 2

    values = Dataset.from_tensor_slices(np.float32([1, 2, 3, -4, 5, 6, 7]))
    following = values.map(positive, num_parallel_calls=calls).batch(2).make_one_shot_iterator().get_next()
    with tf.Session() as session:
        assert session.run(following).tolist() == [2, 4]
        with pytest.raises(tf.errors.InvalidArgumentError, match="not positive.*-4"):
            session.run(following)
        assert session.run(following).tolist() == [10, 12]
