"""Points of a plane in classes: circles and spirals."""

from collections.abc import Callable
from typing import Any

import numpy as np

from evergraph.contrib.learn.datasets.downloads import Dataset
from evergraph.contrib.learn.datasets.mnist import load_mnist
from evergraph.contrib.learn.datasets.tables import load_boston, load_iris
from evergraph.contrib.learn.datasets.text_datasets import load_dbpedia
from evergraph.framework.public import public, public_module

public_module("contrib.learn.datasets.synthetic", "contrib.learn.python.learn.datasets.synthetic")


def _mixed(points, labels, extra, noise):
    """Points and labels `[n]` in random order, with those that the classes do not share evenly, of class 0."""
    data = np.vstack([*points, extra])
    target = np.concatenate([*labels, np.zeros(len(extra), np.int32)])
    order = np.random.permutation(len(data))
    if noise is not None:
        data = data + np.random.normal(scale=noise, size=data.shape)
    return Dataset(data=data[order], target=target[order])


@public()
def circles(
    n_samples: int = 100,
    noise: float | None = None,
    seed: int | None = None,
    factor: float = 0.8,
    n_classes: int = 2,
    *args: Any,
    **kwargs: Any,
) -> Dataset:
    """Points on circles around the origin, a class each, of radius 1, `factor`, `factor**2`, ...

    Args:
      n_samples: how many points.
      noise: the standard deviation of what is added, or None.
      seed: of NumPy's global generator, or None.
      factor: by which the radius shrinks from class to class.
      n_classes: how many classes.

    Returns:
      A Dataset: `data` `[n_samples, 2]`, `target` `[n_samples]`.
    """
    if seed is not None:
        np.random.seed(seed)
    count = n_samples // n_classes
    angles = np.linspace(0, 2 * np.pi, count)
    circle = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    rest = n_samples - count * n_classes
    extra = np.stack([f(np.random.rand(rest) * 2 * np.pi) for f in (np.cos, np.sin)], axis=1)
    points = [circle * factor**label for label in range(n_classes)]
    return _mixed(points, [np.full(count, label, np.int32) for label in range(n_classes)], extra, noise)


# The radius of a spiral at an angle.
_SPIRALS: dict[str, Callable[..., Any]] = {
    "archimedes": lambda angle: angle,
    "bernoulli": lambda angle, exp_scale=0.1: np.exp(exp_scale * angle),
    "fermat": np.sqrt,
}


def _spiral(mode, angle, offset, options):
    radius = _SPIRALS[mode](angle, **options)
    axes = [radius * np.cos(angle + offset), radius * np.sin(angle + offset)]
    return np.stack([axis / np.max(np.abs(axis)) for axis in axes], axis=1)


@public()
def spirals(
    n_samples: int = 100,
    noise: float | None = None,
    seed: int | None = None,
    mode: str = "archimedes",
    n_loops: int = 2,
    *args: Any,
    **kwargs: Any,
) -> Dataset:
    """Points on two spirals, half a turn apart, a class each.

    Args:
      n_samples, noise, seed: as of `circles`.
      mode: "archimedes", "bernoulli" (which takes `exp_scale`, 0.1) or "fermat".
      n_loops: how many turns.

    Raises:
      ValueError: another mode.
    """
    if mode not in _SPIRALS:
        raise ValueError(f"Cannot generate spiral with mode {mode}; one of {sorted(_SPIRALS)} is allowed")
    if seed is not None:
        np.random.seed(seed)
    count = n_samples // 2
    angles = np.linspace(0, 2 * n_loops * np.pi, count)
    rest = n_samples - 2 * count
    extra = np.zeros((0, 2))
    if rest:
        extra = _spiral(mode, np.random.rand(rest) * 2 * np.pi, 0.0, kwargs)
    points = [_spiral(mode, angles, label * np.pi, kwargs) for label in range(2)]
    return _mixed(points, [np.full(count, label, np.int32) for label in range(2)], extra, noise)


DATASETS: dict[str, Callable[..., Any]] = {
    "boston": load_boston,
    "dbpedia": load_dbpedia,
    "iris": load_iris,
    "mnist": load_mnist,
}
SYNTHETIC: dict[str, Callable[..., Dataset]] = {"circles": circles, "spirals": spirals}
public("contrib.learn.datasets.DATASETS", "contrib.learn.python.learn.datasets.DATASETS")(DATASETS)
public("contrib.learn.datasets.SYNTHETIC", "contrib.learn.python.learn.datasets.SYNTHETIC")(SYNTHETIC)


@public("contrib.learn.datasets.load_dataset", "contrib.learn.python.learn.datasets.load_dataset")
def load_dataset(name: str, size: str = "small", test_with_fake_data: bool = False) -> Any:
    """A data set by name: "boston", "dbpedia", "iris" or "mnist".

    Args:
      name: the name.
      size, test_with_fake_data: see `load_dbpedia`, which alone has them.

    Raises:
      ValueError: another name.
    """
    if name not in DATASETS:
        raise ValueError(f"Name of dataset is not found: {name}; one of {sorted(DATASETS)} is allowed")
    return load_dbpedia(size, test_with_fake_data) if name == "dbpedia" else DATASETS[name]()


@public("contrib.learn.datasets.make_dataset", "contrib.learn.python.learn.datasets.make_dataset")
def make_dataset(
    name: str,
    n_samples: int = 100,
    noise: float | None = None,
    seed: int | None = 42,
    *args: Any,
    **kwargs: Any,
) -> Dataset:
    """Points of a plane, "circles" or "spirals"; ValueError for another name."""
    if name not in SYNTHETIC:
        raise ValueError(
            f"Synthetic dataset not found or not implemented: {name}; one of {sorted(SYNTHETIC)} is allowed"
        )
    return SYNTHETIC[name](*args, n_samples=n_samples, noise=noise, seed=seed, **kwargs)
