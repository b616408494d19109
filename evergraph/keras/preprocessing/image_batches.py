"""Batches of images from arrays and folders."""

import os
import threading
from pathlib import Path
from typing import Any

import numpy as np

from evergraph.framework.public import public, public_module
from evergraph.keras import backend
from evergraph.keras.backend.arrays import checked_layout
from evergraph.keras.basics.sequence import Sequence
from evergraph.keras.preprocessing.transforms import array_to_img, img_to_array, load_img

public_module("python.keras.preprocessing.image")

_ENDINGS = (".png", ".jpg", ".jpeg", ".bmp", ".ppm", ".tif", ".tiff")


@public("keras.preprocessing.image.Iterator")
class Iterator(Sequence):
    """Batches by number, and for ever one after another. A subclass gives the examples of a batch.

    Args:
      n: how many examples there are.
      batch_size: how many a batch has.
      shuffle: whether their order is new each time.
      seed: of the order.
    """

    def __init__(self, n: int, batch_size: int, shuffle: bool, seed: int | None) -> None:
        self.n = n
        self.batch_size = batch_size
        self.seed = seed
        self.shuffle = shuffle
        self.batch_index = 0
        self.total_batches_seen = 0
        self.lock = threading.Lock()
        self.index_array: Any = None
        self.index_generator = self._flow_index()

    def _set_index_array(self):
        self.index_array = np.random.permutation(self.n) if self.shuffle else np.arange(self.n)

    def _seed_batch(self):
        """Each batch draws from a seed of its own, so that a batch by number is as it was in its turn."""
        if self.seed is not None:
            np.random.seed(self.seed + self.total_batches_seen)
        self.total_batches_seen += 1

    def __getitem__(self, idx: int) -> Any:
        """The batch of that number; ValueError when there is none."""
        if idx >= len(self):
            raise ValueError(f"there are {len(self)} batches, and batch {idx} is asked for")
        self._seed_batch()
        if self.index_array is None:
            self._set_index_array()
        return self._get_batches_of_transformed_samples(self._batch_from(self.batch_size * idx))

    def _batch_from(self, start):
        return self.index_array[start : start + self.batch_size]

    def __len__(self) -> int:
        return -(-self.n // self.batch_size)

    def on_epoch_end(self) -> None:
        """Makes a new order."""
        self._set_index_array()

    def reset(self) -> None:
        """Begins anew."""
        self.batch_index = 0

    def _flow_index(self):
        self.reset()
        while True:
            self._seed_batch()
            if self.batch_index == 0:
                self._set_index_array()
            start = self.batch_index * self.batch_size
            self.batch_index = self.batch_index + 1 if self.n > start + self.batch_size else 0
            yield self._batch_from(start)

    def __iter__(self) -> Any:
        return self

    def __next__(self, *args: Any, **kwargs: Any) -> Any:
        return self.next(*args, **kwargs)

    def next(self) -> Any:
        """The next batch."""
        with self.lock:
            rows = next(self.index_generator)
        return self._get_batches_of_transformed_samples(rows)

    def _get_batches_of_transformed_samples(self, index_array):
        raise NotImplementedError(f"{type(self).__name__} must define _get_batches_of_transformed_samples")

    def _save(self, batch, rows, folder, prefix, ending, data_format):
        """Writes the images of a batch into a folder, if wanted."""
        if folder:
            for number, each in enumerate(batch):
                name = f"{prefix}_{rows[number]}_{np.random.randint(10000)}.{ending}"
                array_to_img(each, data_format, scale=True).save(os.path.join(folder, name))


@public("keras.preprocessing.image.NumpyArrayIterator")
class NumpyArrayIterator(Iterator):
    """Batches of images in an array, changed by an `ImageDataGenerator`; see its `flow`.

    Raises:
      ValueError: another number of labels than of images; images whose rank is not 4; an unknown subset.
    """

    def __init__(
        self,
        x: Any,
        y: Any,
        image_data_generator: Any,
        batch_size: int = 32,
        shuffle: bool = False,
        seed: int | None = None,
        data_format: str | None = None,
        save_to_dir: str | None = None,
        save_prefix: str = "",
        save_format: str = "png",
        subset: str | None = None,
    ) -> None:
        if y is not None and len(x) != len(y):
            raise ValueError(f"there are {len(x)} images and {len(y)} labels")
        if subset is not None:
            if subset not in ("training", "validation"):
                raise ValueError(f"subset should be training or validation, got {subset!r}")
            at = int(len(x) * image_data_generator._validation_split)
            rows = slice(None, at) if subset == "validation" else slice(at, None)
            x, y = x[rows], None if y is None else y[rows]
        self.x = np.asarray(x, dtype=backend.floatx())
        self.data_format = checked_layout(data_format)
        if self.x.ndim != 4:
            raise ValueError(f"images should have rank 4, got shape {self.x.shape}")
        self.y = None if y is None else np.asarray(y)
        self.image_data_generator = image_data_generator
        self.save_to_dir = save_to_dir
        self.save_prefix = save_prefix
        self.save_format = save_format
        super().__init__(self.x.shape[0], batch_size, shuffle, seed)

    def _get_batches_of_transformed_samples(self, index_array):
        change = self.image_data_generator
        batch = np.stack(
            [
                change.standardize(change.random_transform(self.x[row].astype(backend.floatx())))
                for row in index_array
            ]
        ).astype(backend.floatx())
        self._save(batch, index_array, self.save_to_dir, self.save_prefix, self.save_format, self.data_format)
        return batch if self.y is None else (batch, self.y[index_array])


def _files_below(folder, follow_links):
    """The files of images below a folder, in order."""
    for root, _, files in sorted(os.walk(folder, followlinks=follow_links)):
        for name in sorted(files):
            if name.lower().endswith(_ENDINGS):
                yield os.path.join(root, name)


@public("keras.preprocessing.image.DirectoryIterator")
class DirectoryIterator(Iterator):
    """Batches of images in folders, one for each class; see `ImageDataGenerator.flow_from_directory`.

    Raises:
      ValueError: an unknown colour mode, class mode or subset.
    """

    def __init__(
        self,
        directory: str,
        image_data_generator: Any,
        target_size: tuple = (256, 256),
        color_mode: str = "rgb",
        classes: list | None = None,
        class_mode: str | None = "categorical",
        batch_size: int = 32,
        shuffle: bool = True,
        seed: int | None = None,
        data_format: str | None = None,
        save_to_dir: str | None = None,
        save_prefix: str = "",
        save_format: str = "png",
        follow_links: bool = False,
        subset: str | None = None,
        interpolation: str = "nearest",
    ) -> None:
        for name, given, allowed in (
            ("color mode", color_mode, ("rgb", "grayscale")),
            ("class_mode", class_mode, ("categorical", "binary", "sparse", "input", None)),
            ("subset name", subset, ("training", "validation", None)),
        ):
            if given not in allowed:
                raise ValueError(f"Invalid {name}: {given!r}; choose one of {allowed}")
        self.directory = directory
        self.image_data_generator = image_data_generator
        self.target_size = tuple(target_size)
        self.color_mode = color_mode
        self.data_format = checked_layout(data_format)
        channels = 3 if color_mode == "rgb" else 1
        first = self.data_format == "channels_first"
        self.image_shape = (channels, *self.target_size) if first else (*self.target_size, channels)
        self.class_mode = class_mode
        self.save_to_dir = save_to_dir
        self.save_prefix = save_prefix
        self.save_format = save_format
        self.interpolation = interpolation
        if not classes:
            classes = sorted(each.name for each in Path(directory).iterdir() if each.is_dir())
        self.class_indices = {name: number for number, name in enumerate(classes)}
        self.num_classes = len(classes)
        self.filenames, numbers = [], []
        for name in classes:
            files = list(_files_below(os.path.join(directory, name), follow_links))
            files = _part(files, subset, image_data_generator._validation_split)
            self.filenames += [os.path.relpath(each, directory) for each in files]
            numbers += [self.class_indices[name]] * len(files)
        self.classes = np.array(numbers, dtype="int32")
        self.samples = len(self.filenames)
        print(f"Found {self.samples} images belonging to {self.num_classes} classes.")
        super().__init__(self.samples, batch_size, shuffle, seed)

    def _get_batches_of_transformed_samples(self, index_array):
        change, batch = self.image_data_generator, []
        for row in index_array:
            img = load_img(
                os.path.join(self.directory, self.filenames[row]),
                grayscale=self.color_mode == "grayscale",
                target_size=self.target_size,
                interpolation=self.interpolation,
            )
            x = change.random_transform(img_to_array(img, data_format=self.data_format))
            batch.append(change.standardize(x))
        batch = np.stack(batch).astype(backend.floatx())
        self._save(batch, index_array, self.save_to_dir, self.save_prefix, self.save_format, self.data_format)
        labels = self.classes[index_array]
        if self.class_mode is None:
            return batch
        if self.class_mode == "input":
            return batch, batch.copy()
        if self.class_mode == "categorical":
            return batch, np.eye(self.num_classes, dtype=backend.floatx())[labels]
        return batch, labels if self.class_mode == "sparse" else labels.astype(backend.floatx())


def _part(files, subset, split):
    """The files of a class that train, or that validate: the first `split` of them."""
    if subset is None or not split:
        return files
    at = int(split * len(files))
    return files[:at] if subset == "validation" else files[at:]
