"""The handwritten digits of MNIST, as the tutorials of TensorFlow 1 read them.

    mnist = input_data.read_data_sets("MNIST_data", one_hot=True)
    images, labels = mnist.train.next_batch(100)

The files are in the IDX format of http://yann.lecun.com/exdb/mnist/: big-endian int32 numbers (a magic number, then the
sizes), followed by the values as bytes.
"""

import gzip
import os
from typing import Any

import numpy as np

from evergraph.contrib.learn.datasets.downloads import Datasets, maybe_download
from evergraph.framework import dtypes
from evergraph.framework.public import public, public_module
from evergraph.framework.seeds import get_seed
from evergraph.framework.types import DTypeLike

public_module("contrib.learn.python.learn.datasets.mnist")

DEFAULT_SOURCE_URL = public()("https://storage.googleapis.com/cvdf-datasets/mnist/")

_IMAGES_MAGIC, _LABELS_MAGIC = 2051, 2049
_CLASSES, _PIXELS = 10, 784
_FILES = (
    "train-images-idx3-ubyte.gz",
    "train-labels-idx1-ubyte.gz",
    "t10k-images-idx3-ubyte.gz",
    "t10k-labels-idx1-ubyte.gz",
)


@public()
def extract_images(f: Any) -> np.ndarray:
    """Reads the images of a gzipped file.

    Args:
      f: a binary file object.

    Returns:
      uint8 [count, rows, columns, 1].

    Raises:
      ValueError: the file holds no images.
    """
    (count, rows, columns), pixels = _read(f, _IMAGES_MAGIC, 3, "image")
    return pixels.reshape(count, rows, columns, 1)


@public()
def extract_labels(f: Any, one_hot: bool = False, num_classes: int = _CLASSES) -> np.ndarray:
    """Reads the labels of a gzipped file.

    Args:
      f: a binary file object.
      one_hot: whether to give each label as a row with a 1.
      num_classes: how long such a row is.

    Returns:
      uint8 [count], or float64 [count, num_classes].

    Raises:
      ValueError: the file holds no labels.
    """
    _, labels = _read(f, _LABELS_MAGIC, 1, "label")
    return dense_to_one_hot(labels, num_classes) if one_hot else labels


def _read(f, wanted, rank, what):
    """(the sizes, the bytes) of an IDX file."""
    with gzip.GzipFile(fileobj=f) as stream:
        content = stream.read()
    name = getattr(f, "name", "the file")
    header = np.frombuffer(content[: 4 * (1 + rank)], ">i4")
    magic = int(header[0]) if header.size else None
    if magic != wanted or header.size != 1 + rank:
        raise ValueError(f"Invalid magic number {magic} in MNIST {what} file: {name}; {wanted} was expected")
    sizes = [int(size) for size in header[1:]]
    values = np.frombuffer(content, np.uint8, offset=4 * (1 + rank)).copy()
    if values.size != np.prod(sizes):
        raise ValueError(
            f"{name} announces {sizes} values but holds {values.size}: it is damaged; fetch it again"
        )
    return sizes, values


@public()
def dense_to_one_hot(labels_dense: np.ndarray, num_classes: int) -> np.ndarray:
    """float64 [count, num_classes] with a 1 in each row, for labels [count] of any integer dtype."""
    rows = np.zeros((len(labels_dense), num_classes))
    rows[np.arange(len(labels_dense)), labels_dense.ravel()] = 1
    return rows


@public()
class DataSet:
    """Images and labels, given in batches: shuffled anew for each epoch.

    Args:
      images: uint8 [count, rows, columns, depth].
      labels: [count, ...].
      fake_data: whether to give made-up examples instead, all alike.
      one_hot: how made-up labels look.
      dtype: tf.uint8 for pixels from 0 to 255, tf.float32 for pixels from 0 to 1.
      reshape: whether images are flattened to [count, rows * columns]; depth is 1 then.
      seed: of NumPy's global generator, which shuffles; drawn anew when neither it nor the default graph has one.

    Raises:
      TypeError: another dtype.
      ValueError: images and labels of different counts, or images of more than one channel to be flattened.
    """

    def __init__(
        self,
        images: Any,
        labels: Any,
        fake_data: bool = False,
        one_hot: bool = False,
        dtype: DTypeLike = dtypes.float32,
        reshape: bool = True,
        seed: int | None = None,
    ) -> None:
        graph_seed, op_seed = get_seed(seed)
        np.random.seed(graph_seed if seed is None else op_seed)
        dtype = dtypes.as_dtype(dtype).base_dtype
        if dtype not in (dtypes.uint8, dtypes.float32):
            raise TypeError(f"Invalid image dtype {dtype!r}, expected uint8 or float32")
        self.one_hot = one_hot
        self._is_fake = fake_data
        self._next = self._epochs = 0
        if fake_data:
            self._count = 10_000
            self._images, self._labels = images, labels
            return
        if images.shape[0] != labels.shape[0]:
            raise ValueError(
                f"images.shape: {images.shape} labels.shape: {labels.shape}: as many of each are needed"
            )
        self._count = images.shape[0]
        if reshape:
            if images.shape[3] != 1:
                raise ValueError(
                    f"images of shape {images.shape} have more than one channel; give reshape=False"
                )
            images = images.reshape(self._count, images.shape[1] * images.shape[2])
        if dtype == dtypes.float32:
            images = np.multiply(images.astype(np.float32), 1.0 / 255.0)
        self._images, self._labels = images, labels

    @property
    def images(self) -> np.ndarray:
        return self._images

    @property
    def labels(self) -> np.ndarray:
        return self._labels

    @property
    def num_examples(self) -> int:
        return self._count

    @property
    def epochs_completed(self) -> int:
        return self._epochs

    def next_batch(self, batch_size: int, fake_data: bool = False, shuffle: bool = True) -> tuple:
        """(images, labels) of the next examples.

        A batch that goes beyond the end of an epoch takes the rest from the next one.
        """
        if fake_data:
            label = [1] + [0] * (_CLASSES - 1) if self.one_hot else 0
            return [[1] * _PIXELS for _ in range(batch_size)], [label for _ in range(batch_size)]
        start = self._next
        if self._epochs == 0 and start == 0 and shuffle:
            self._shuffle()
        if start + batch_size <= self._count:
            self._next = start + batch_size
            return self._images[start : self._next], self._labels[start : self._next]
        self._epochs += 1
        images, labels = self._images[start:], self._labels[start:]
        if shuffle:
            self._shuffle()
        self._next = batch_size - len(images)
        return (
            np.concatenate((images, self._images[: self._next])),
            np.concatenate((labels, self._labels[: self._next])),
        )

    def _shuffle(self):
        order = np.arange(self._count)
        np.random.shuffle(order)
        self._images, self._labels = self._images[order], self._labels[order]


@public()
def fake() -> Datasets:
    """Made-up examples for training, validation and test."""
    return Datasets(*(DataSet([], [], fake_data=True) for _ in range(3)))


@public("examples.tutorials.mnist.input_data.read_data_sets")
def read_data_sets(
    train_dir: str,
    fake_data: bool = False,
    one_hot: bool = False,
    dtype: DTypeLike = dtypes.float32,
    reshape: bool = True,
    validation_size: int = 5000,
    seed: int | None = None,
    source_url: str = DEFAULT_SOURCE_URL,
) -> Datasets:
    """The examples for training, validation and test.

    Args:
      train_dir: where the four files are, or are fetched into.
      fake_data: whether to give made-up examples, without files.
      one_hot: whether labels are rows with a 1.
      dtype, reshape, seed: as of DataSet.
      validation_size: how many of the 60,000 examples for training are kept apart.
      source_url: the folder that files are fetched from.

    Raises:
      ValueError: more examples for validation than there are.
      OSError: a file is not there and cannot be fetched.
    """
    if fake_data:
        return Datasets(
            *(DataSet([], [], fake_data=True, one_hot=one_hot, dtype=dtype, seed=seed) for _ in range(3))
        )
    arrays = []
    for name in _FILES:
        path = maybe_download(name, train_dir, (source_url or DEFAULT_SOURCE_URL) + name)
        with open(path, "rb") as file:
            arrays.append(
                extract_images(file) if "images" in os.path.basename(path) else extract_labels(file, one_hot)
            )
    images, labels, test_images, test_labels = arrays
    if not 0 <= validation_size <= len(images):
        raise ValueError(
            f"Validation size should be between 0 and {len(images)}. Received: {validation_size}."
        )
    options = {"dtype": dtype, "reshape": reshape, "seed": seed}
    return Datasets(
        train=DataSet(images[validation_size:], labels[validation_size:], **options),
        validation=DataSet(images[:validation_size], labels[:validation_size], **options),
        test=DataSet(test_images, test_labels, **options),
    )


@public("contrib.learn.datasets.load_mnist", "contrib.learn.python.learn.datasets.load_mnist")
def load_mnist(train_dir: str = "MNIST-data") -> Datasets:
    """`read_data_sets` of a directory, as it stands."""
    return read_data_sets(train_dir)
