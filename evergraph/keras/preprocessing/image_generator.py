"""`ImageDataGenerator`: batches of images that are changed at random."""

from typing import Any

import numpy as np

from evergraph.framework import logging
from evergraph.framework.public import public, public_module
from evergraph.keras import backend
from evergraph.keras.backend.arrays import checked_layout
from evergraph.keras.preprocessing import transforms
from evergraph.keras.preprocessing.image_batches import DirectoryIterator, NumpyArrayIterator

public_module("python.keras.preprocessing.image")


@public("keras.preprocessing.image.ImageDataGenerator")
class ImageDataGenerator:
    """Makes batches of images that are changed at random, and brought to a standard.

    Args:
      featurewise_center, featurewise_std_normalization: whether the mean and standard deviation that `fit` found are
        taken out.
      samplewise_center, samplewise_std_normalization: the same with those of each image.
      zca_whitening, zca_epsilon: whether images are whitened as `fit` found, and what keeps that finite.
      rotation_range: by how many degrees they are turned at most.
      width_shift_range, height_shift_range: by which share (below 1), or how many pixels, or which of a list, they are
        shifted.
      brightness_range: (lowest, highest) factor of the brightness.
      shear_range: by how many degrees they are sheared at most.
      zoom_range: (lowest, highest) factor of the scale; or z for (1 - z, 1 + z).
      channel_shift_range: what is added to a channel at most.
      fill_mode, cval: what is outside of an image: "constant" (`cval`), "nearest", "reflect" or "wrap".
      horizontal_flip, vertical_flip: whether they are mirrored at random.
      rescale: what they are multiplied with.
      preprocessing_function: a function of each image, before all else.
      data_format: their layout; the one that is set when None.
      validation_split: which share, from the beginning, is the subset "validation".

    Raises:
      ValueError: an unknown layout, a range that is none, a share outside of (0, 1).
    """

    def __init__(
        self,
        featurewise_center: bool = False,
        samplewise_center: bool = False,
        featurewise_std_normalization: bool = False,
        samplewise_std_normalization: bool = False,
        zca_whitening: bool = False,
        zca_epsilon: float = 1e-6,
        rotation_range: float = 0.0,
        width_shift_range: Any = 0.0,
        height_shift_range: Any = 0.0,
        brightness_range: Any = None,
        shear_range: float = 0.0,
        zoom_range: Any = 0.0,
        channel_shift_range: float = 0.0,
        fill_mode: str = "nearest",
        cval: float = 0.0,
        horizontal_flip: bool = False,
        vertical_flip: bool = False,
        rescale: float | None = None,
        preprocessing_function: Any = None,
        data_format: str | None = None,
        validation_split: float = 0.0,
    ) -> None:
        self.featurewise_center = featurewise_center or featurewise_std_normalization or zca_whitening
        self.samplewise_center = samplewise_center or samplewise_std_normalization
        self.featurewise_std_normalization = featurewise_std_normalization and not zca_whitening
        self.samplewise_std_normalization = samplewise_std_normalization
        self.zca_whitening = zca_whitening
        self.zca_epsilon = zca_epsilon
        self.rotation_range = rotation_range
        self.width_shift_range = width_shift_range
        self.height_shift_range = height_shift_range
        self.brightness_range = brightness_range
        self.shear_range = shear_range
        self.channel_shift_range = channel_shift_range
        self.fill_mode = fill_mode
        self.cval = cval
        self.horizontal_flip = horizontal_flip
        self.vertical_flip = vertical_flip
        self.rescale = rescale
        self.preprocessing_function = preprocessing_function
        self.data_format = checked_layout(data_format)
        first = self.data_format == "channels_first"
        self.channel_axis, self.row_axis, self.col_axis = (1, 2, 3) if first else (3, 1, 2)
        if validation_split and not 0 < validation_split < 1:
            raise ValueError(f"validation_split should be above 0 and below 1, got {validation_split}")
        self._validation_split = validation_split
        self.mean: Any = None
        self.std: Any = None
        self.principal_components: Any = None
        if np.isscalar(zoom_range):
            size: Any = zoom_range
            self.zoom_range = [1 - size, 1 + size]
        elif len(zoom_range) == 2:
            self.zoom_range = list(zoom_range)
        else:
            raise ValueError(f"zoom_range should be a number or two, got {zoom_range!r}")

    def flow(
        self,
        x: Any,
        y: Any = None,
        batch_size: int = 32,
        shuffle: bool = True,
        seed: int | None = None,
        save_to_dir: str | None = None,
        save_prefix: str = "",
        save_format: str = "png",
        subset: str | None = None,
    ) -> NumpyArrayIterator:
        """Batches of changed images of an array.

        Args:
          x: images, of rank 4.
          y: labels, or None.
          batch_size, shuffle, seed: how many images, in which order.
          save_to_dir, save_prefix, save_format: where to write what is made, if wanted.
          subset: "training" or "validation", with `validation_split`.
        """
        return NumpyArrayIterator(
            x,
            y,
            self,
            batch_size=batch_size,
            shuffle=shuffle,
            seed=seed,
            data_format=self.data_format,
            save_to_dir=save_to_dir,
            save_prefix=save_prefix,
            save_format=save_format,
            subset=subset,
        )

    def flow_from_directory(
        self,
        directory: str,
        target_size: tuple = (256, 256),
        color_mode: str = "rgb",
        classes: list | None = None,
        class_mode: str | None = "categorical",
        batch_size: int = 32,
        shuffle: bool = True,
        seed: int | None = None,
        save_to_dir: str | None = None,
        save_prefix: str = "",
        save_format: str = "png",
        follow_links: bool = False,
        subset: str | None = None,
        interpolation: str = "nearest",
    ) -> DirectoryIterator:
        """Batches of changed images of a folder, which has a folder for each class.

        Args:
          directory: the folder.
          target_size: (height, width) that images are brought to.
          color_mode: "rgb" or "grayscale".
          classes: the names of the classes, in order; those of the folders when None.
          class_mode: what the labels are: "categorical", "binary", "sparse", "input" (the images), or None.
          follow_links: whether links are followed.
          interpolation: how images are brought to size; see `load_img`.
          The other arguments: see `flow`.
        """
        return DirectoryIterator(
            directory,
            self,
            target_size=target_size,
            color_mode=color_mode,
            classes=classes,
            class_mode=class_mode,
            batch_size=batch_size,
            shuffle=shuffle,
            seed=seed,
            data_format=self.data_format,
            save_to_dir=save_to_dir,
            save_prefix=save_prefix,
            save_format=save_format,
            follow_links=follow_links,
            subset=subset,
            interpolation=interpolation,
        )

    def standardize(self, x: np.ndarray) -> np.ndarray:
        """An image brought to the standard."""
        if self.preprocessing_function:
            x = self.preprocessing_function(x)
        if self.rescale:
            x = x * self.rescale
        if self.samplewise_center:
            x = x - np.mean(x, keepdims=True)
        if self.samplewise_std_normalization:
            x = x / (np.std(x, keepdims=True) + backend.epsilon())
        if self.featurewise_center and self._fitted(self.mean, "featurewise_center"):
            x = x - self.mean
        if self.featurewise_std_normalization and self._fitted(self.std, "featurewise_std_normalization"):
            x = x / (self.std + backend.epsilon())
        if self.zca_whitening and self._fitted(self.principal_components, "zca_whitening"):
            x = np.reshape(
                np.reshape(x, (-1, int(np.prod(x.shape[-3:])))) @ self.principal_components, x.shape
            )
        return x

    def _fitted(self, value, name):
        if value is None:
            logging.warning("ImageDataGenerator has %s, and was not fitted: call fit() with data first", name)
        return value is not None

    def random_transform(self, x: np.ndarray, seed: int | None = None) -> np.ndarray:
        """An image changed at random."""
        if seed is not None:
            np.random.seed(seed)
        rows, columns, channels = self.row_axis - 1, self.col_axis - 1, self.channel_axis - 1
        matrices = []
        if self.rotation_range:
            angle = np.deg2rad(np.random.uniform(-self.rotation_range, self.rotation_range))
            matrices.append(transforms.rotation(angle))
        tx, ty = (
            _drawn_shift(self.height_shift_range, x.shape[rows]),
            _drawn_shift(self.width_shift_range, x.shape[columns]),
        )
        if tx or ty:
            matrices.append(transforms.shift(tx, ty))
        if self.shear_range:
            matrices.append(
                transforms.shear(np.deg2rad(np.random.uniform(-self.shear_range, self.shear_range)))
            )
        if tuple(self.zoom_range) != (1, 1):
            matrices.append(transforms.zoom(*np.random.uniform(self.zoom_range[0], self.zoom_range[1], 2)))
        if matrices:
            matrix = np.linalg.multi_dot(matrices) if len(matrices) > 1 else matrices[0]
            matrix = transforms.transform_matrix_offset_center(matrix, x.shape[rows], x.shape[columns])
            x = transforms.apply_transform(x, matrix, channels, self.fill_mode, self.cval)
        if self.channel_shift_range:
            x = transforms.random_channel_shift(x, self.channel_shift_range, channels)
        if self.horizontal_flip and np.random.random() < 0.5:
            x = transforms.flip_axis(x, columns)
        if self.vertical_flip and np.random.random() < 0.5:
            x = transforms.flip_axis(x, rows)
        if self.brightness_range is not None:
            x = transforms.random_brightness(x, self.brightness_range)
        return x

    def fit(self, x: Any, augment: bool = False, rounds: int = 1, seed: int | None = None) -> None:
        """Finds the mean, standard deviation and principal components of images.

        Args:
          x: images, of rank 4.
          augment: whether they are changed at random first, `rounds` times.
          seed: of the changes.

        Raises:
          ValueError: another rank.
        """
        x = np.asarray(x, dtype=backend.floatx())
        if x.ndim != 4:
            raise ValueError(f"images should have rank 4, got shape {x.shape}")
        x = x.copy()
        if seed is not None:
            np.random.seed(seed)
        if augment:
            x = np.concatenate([np.stack([self.random_transform(each) for each in x]) for _ in range(rounds)])
        shape = [1, 1, 1]
        shape[self.channel_axis - 1] = x.shape[self.channel_axis]
        axes = (0, self.row_axis, self.col_axis)
        if self.featurewise_center:
            self.mean = np.reshape(np.mean(x, axis=axes), shape)
            x = x - self.mean
        if self.featurewise_std_normalization:
            self.std = np.reshape(np.std(x, axis=axes), shape)
            x = x / (self.std + backend.epsilon())
        if self.zca_whitening:
            flat = np.reshape(x, (x.shape[0], -1))
            vectors, values, _ = np.linalg.svd(flat.T @ flat / flat.shape[0])
            self.principal_components = (vectors / np.sqrt(values + self.zca_epsilon)) @ vectors.T


def _drawn_shift(given: Any, size):
    """A shift at random: one of a list, by whole pixels, or by a share of the size."""
    if hasattr(given, "__len__"):
        return np.random.choice(given) * np.random.choice([-1, 1])
    if not given:
        return 0
    if given >= 1 and isinstance(given, int):
        return np.random.choice(np.arange(-given + 1, given))
    drawn = np.random.uniform(-given, given)
    return drawn * size if given < 1 else drawn
