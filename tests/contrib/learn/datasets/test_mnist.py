"""Files of MNIST, read and given in batches."""

import gzip
import os
import struct
from pathlib import Path

import numpy as np
import pytest

import evergraph as tf
from evergraph.contrib.learn.datasets import mnist
from evergraph.contrib.learn.datasets.downloads import maybe_download

TRAIN, TEST = 30, 10


def _write(directory, name, magic, values):
    with gzip.open(os.path.join(directory, name), "wb") as file:
        file.write(struct.pack(f">{1 + values.ndim}i", magic, *values.shape) + values.tobytes())


@pytest.fixture
def directory(tmp_path):
    """Images whose pixels are all the number of the example."""
    for prefix, count in (("train", TRAIN), ("t10k", TEST)):
        images = np.broadcast_to(np.arange(count, dtype=np.uint8)[:, None, None], (count, 28, 28)).copy()
        _write(tmp_path, f"{prefix}-images-idx3-ubyte.gz", 2051, images)
        _write(tmp_path, f"{prefix}-labels-idx1-ubyte.gz", 2049, (np.arange(count) % 10).astype(np.uint8))
    return str(tmp_path)


def test_the_three_parts(directory):
    data = mnist.read_data_sets(directory, validation_size=5)
    assert [part.num_examples for part in data] == [TRAIN - 5, 5, TEST]
    assert data.train.images.shape == (TRAIN - 5, 784) and data.train.images.dtype == np.float32
    np.testing.assert_allclose(data.validation.images[:, 0] * 255, range(5), rtol=1e-6)
    np.testing.assert_array_equal(data.test.labels, range(10))


def test_one_hot_labels_and_images_as_they_are(directory):
    data = mnist.read_data_sets(directory, one_hot=True, dtype=tf.uint8, reshape=False, validation_size=0)
    assert data.train.images.shape == (TRAIN, 28, 28, 1) and data.train.images.dtype == np.uint8
    np.testing.assert_array_equal(data.train.labels, np.eye(10)[np.arange(TRAIN) % 10])


@pytest.mark.parametrize("shuffle", [True, False])
def test_an_epoch_gives_each_example_once(directory, shuffle):
    train = mnist.read_data_sets(directory, validation_size=0, dtype=tf.uint8).train
    seen = []
    for _ in range(5):
        images, labels = train.next_batch(8, shuffle=shuffle)
        np.testing.assert_array_equal(images[:, 0] % 10, labels)
        seen.extend(images[:, 0])
    assert train.epochs_completed == 1 and len(seen) == 40
    assert sorted(seen[:TRAIN]) == list(range(TRAIN))
    assert (seen[:TRAIN] == list(range(TRAIN))) == (not shuffle)


def test_a_seed_gives_the_same_batches(directory):
    first, second = (
        mnist.read_data_sets(directory, validation_size=0, seed=3).train.next_batch(30)[1] for _ in range(2)
    )
    np.testing.assert_array_equal(first, second)


def test_made_up_examples_need_no_files():
    data = mnist.read_data_sets("nowhere", fake_data=True, one_hot=True)
    images, labels = data.train.next_batch(2, fake_data=True)
    assert np.shape(images) == (2, 784) and labels == [[1] + [0] * 9] * 2
    assert mnist.fake().test.num_examples == 10_000


def test_what_cannot_be_read_is_named(directory):
    with pytest.raises(ValueError, match="between 0 and 30. Received: 31"):
        mnist.read_data_sets(directory, validation_size=31)
    with pytest.raises(TypeError, match="expected uint8 or float32"):
        mnist.read_data_sets(directory, validation_size=0, dtype=tf.int32)
    labels = os.path.join(directory, "t10k-labels-idx1-ubyte.gz")
    with (
        open(labels, "rb") as file,
        pytest.raises(ValueError, match="Invalid magic number 2049 in MNIST image file"),
    ):
        mnist.extract_images(file)
    _write(directory, "short.gz", 2049, np.zeros(3, np.uint8))
    content = gzip.decompress(Path(directory, "short.gz").read_bytes())[:-1]
    with gzip.open(labels, "wb") as file:
        file.write(content)
    with pytest.raises(ValueError, match="announces .* holds 2"):
        mnist.read_data_sets(directory, validation_size=0)


def test_a_file_is_fetched_once(tmp_path):
    source = tmp_path / "source"
    source.write_bytes(b"abc")
    target = tmp_path / "new"
    path = maybe_download("file", str(target), source.as_uri())
    source.unlink()
    assert maybe_download("file", str(target), source.as_uri()) == path
    assert Path(path).read_bytes() == b"abc"
    with pytest.raises(OSError, match="does not exist, and fetching"):
        maybe_download("other", str(target), source.as_uri())
    assert os.listdir(target) == ["file"]
