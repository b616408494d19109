"""How good generated images are, by what a classifier makes of them.

Inception's graph is read from the network (`get_graph_def_from_url_tarball`) unless one is given.
"""

from __future__ import annotations

import functools
import os
import tarfile
import urllib.request
from collections.abc import Callable, Sequence
from typing import Any

from evergraph.formats import paths
from evergraph.formats.messages import GraphDef
from evergraph.framework import dtypes
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import name_scope
from evergraph.framework.graph_import import import_graph_def
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import linalg as linalg_ops
from evergraph.ops import math as math_ops
from evergraph.ops import nn as nn_ops
from evergraph.ops.control_flow.functional import map_fn
from evergraph.ops.image import resize_bilinear

public_module(
    "contrib.gan.python.eval.python.classifier_metrics",
    "contrib.gan.python.eval.python.classifier_metrics_impl",
)

INCEPTION_DEFAULT_IMAGE_SIZE = public("contrib.gan.eval.INCEPTION_DEFAULT_IMAGE_SIZE")(299)
_URL = "http://download.tensorflow.org/models/frozen_inception_v1_2015_12_05.tar.gz"
_FILE = "inceptionv1_for_inception_score.pb"
_INPUT, _LOGITS, _POOL = "Mul:0", "logits:0", "pool_3:0"


# -- classifiers ---------------------------------------------------------------------------------------------------------


@public("contrib.gan.eval.preprocess_image")
def preprocess_image(
    images: TensorLike,
    height: int = INCEPTION_DEFAULT_IMAGE_SIZE,
    width: int = INCEPTION_DEFAULT_IMAGE_SIZE,
    scope: str | None = None,
) -> Tensor:
    """Images of pixels from 0 to 255 resized and moved to -1 to 1: float32 `[height, width, channels]`, or a batch of them.

    `images` are `[h, w, channels]`, or `[n, h, w, channels]`.
    """
    images = convert_to_tensor(images)
    is_single = images.shape.ndims == 3
    with name_scope(scope, "preprocess", [images]):
        batch = images if images.dtype.is_floating else math_ops.cast(images, dtypes.float32)
        batch = array_ops.expand_dims(batch, 0) if is_single else batch
        resized = (resize_bilinear(batch, [height, width]) - 128.0) / 128.0
        return resized[0] if is_single else resized


@public("contrib.gan.eval.get_graph_def_from_disk")
def get_graph_def_from_disk(filename: str) -> GraphDef:
    """A GraphDef from a file; NotFoundError without one."""
    return GraphDef.FromString(paths.read_bytes(filename))


@public("contrib.gan.eval.get_graph_def_from_resource")
def get_graph_def_from_resource(filename: str) -> GraphDef:
    """A GraphDef from a file of the program; NotFoundError without one."""
    return get_graph_def_from_disk(filename)


@public("contrib.gan.eval.get_graph_def_from_url_tarball")
def get_graph_def_from_url_tarball(url: str, filename: str, tar_filename: str | None = None) -> GraphDef:
    """A GraphDef from a file in a tar archive on the network.

    Args:
      url: of the archive.
      filename: of the file in it.
      tar_filename: where the archive is kept, and taken from when it is there already; nowhere when None.

    Raises:
      OSError: the archive cannot be read.
      KeyError: the file is not in it.
    """
    if not (tar_filename and os.path.exists(tar_filename)):
        tar_filename, _ = urllib.request.urlretrieve(url, tar_filename)
    with tarfile.open(tar_filename, "r:gz") as archive:
        member = archive.extractfile(filename)
        if member is None:
            raise KeyError(f"{filename} in {url} is no file")
        return GraphDef.FromString(member.read())


@public("contrib.gan.eval.run_image_classifier")
def run_image_classifier(
    tensor: TensorLike,
    graph_def: GraphDef,
    input_tensor: str,
    output_tensor: str | Sequence[str],
    scope: str = "RunClassifier",
) -> Any:
    """What a frozen graph makes of a tensor.

    Args:
      tensor: takes the place of `input_tensor`, whose dtype and shape it has.
      graph_def: the graph.
      input_tensor: the name of a tensor in it.
      output_tensor: a name, or a list of names.
      scope: what comes before the names.

    Returns:
      A tensor, or a list of tensors.

    Raises:
      ValueError: a name that is not in the graph.
    """
    names = [output_tensor] if isinstance(output_tensor, str) else list(output_tensor)
    found: Any = import_graph_def(graph_def, {input_tensor: convert_to_tensor(tensor)}, names, name=scope)
    return found[0] if isinstance(output_tensor, str) else found


@public("contrib.gan.eval.run_inception")
def run_inception(
    images: TensorLike,
    graph_def: GraphDef | None = None,
    default_graph_def_fn: Callable | None = None,
    image_size: int = INCEPTION_DEFAULT_IMAGE_SIZE,
    input_tensor: str = _INPUT,
    output_tensor: Any = _LOGITS,
) -> Any:
    """What Inception makes of images.

    Args:
      images: as `preprocess_image` gives them, `[n, image_size, image_size, 3]`.
      graph_def: the graph; what `default_graph_def_fn` gives when None, which reads it from the network.
      default_graph_def_fn: a function without arguments.
      image_size: height and width.
      input_tensor, output_tensor: names in the graph; several as a list.

    Returns:
      `[n, size]` for each name.

    Raises:
      ValueError: images of another shape, names that are not in the graph.
    """
    images = convert_to_tensor(images)
    images.shape.assert_has_rank(4)
    images.shape.assert_is_compatible_with([None, image_size, image_size, None])
    if graph_def is None:
        graph_def = (default_graph_def_fn or _inception)()
    found = run_image_classifier(images, graph_def, input_tensor, output_tensor)
    return [_flat(each) for each in found] if isinstance(found, list) else _flat(found)


def _inception():
    return get_graph_def_from_url_tarball(_URL, _FILE, os.path.basename(_URL))


def _flat(values):
    return values if values.shape.ndims == 2 else array_ops.reshape(values, [array_ops.shape(values)[0], -1])


# -- scores ----------------------------------------------------------------------------------------------------------------


def _in_batches(images, classifier_fn, num_batches):
    """What a classifier makes of images, batch by batch, as one matrix."""
    batches = array_ops.stack(array_ops.split(convert_to_tensor(images), num_batches))
    found = map_fn(classifier_fn, batches, dtype=dtypes.float32, parallel_iterations=1, back_prop=False)
    return array_ops.concat(array_ops.unstack(found, num_batches), 0)


@public("contrib.gan.eval.classifier_score")
def classifier_score(images: TensorLike, classifier_fn: Callable, num_batches: int = 1) -> Tensor:
    """`exp(E[KL(p(y|x) || p(y))])`: how sure a classifier is of each image, and how different the images are.

    Formula: Salimans et al., arXiv:1606.03498.

    Args:
      images: `[n, ...]`.
      classifier_fn: gives logits `[m, classes]` of a batch of images.
      num_batches: into how many batches n is divided.
    """
    return classifier_score_from_logits(_in_batches(images, classifier_fn, num_batches))


@public("contrib.gan.eval.classifier_score_from_logits")
def classifier_score_from_logits(logits: TensorLike) -> Tensor:
    """`classifier_score` of logits `[n, classes]`, a scalar of their dtype; formula of arXiv:1606.03498."""
    logits = convert_to_tensor(logits)
    logits.shape.assert_has_rank(2)
    exact = math_ops.cast(logits, dtypes.float64)
    p = nn_ops.softmax(exact)
    q = math_ops.reduce_mean(p, axis=0)
    divergences = math_ops.reduce_sum(p * (nn_ops.log_softmax(exact) - math_ops.log(q)), axis=1)
    return math_ops.cast(math_ops.exp(math_ops.reduce_mean(divergences)), logits.dtype)


inception_score = public("contrib.gan.eval.inception_score")(
    functools.partial(classifier_score, classifier_fn=run_inception)
)


def _root(matrix):
    """The square root of a symmetric matrix."""
    s, u, v = linalg_ops.svd(matrix)
    root = array_ops.where(s < 1e-10, s, math_ops.sqrt(s))
    return math_ops.matmul(math_ops.matmul(u, array_ops.diag(root)), v, transpose_b=True)


@public("contrib.gan.eval.trace_sqrt_product")
def trace_sqrt_product(sigma: TensorLike, sigma_v: TensorLike) -> Tensor:
    """The trace of the square root of a product of two covariances `[n, n]`, by that of a symmetric matrix similar to it."""
    root = _root(convert_to_tensor(sigma))
    return linalg_ops.trace(_root(math_ops.matmul(root, math_ops.matmul(sigma_v, root))))


def _moments(activations):
    """(activations, mean, what is left of them) in float64."""
    activations = convert_to_tensor(activations)
    activations.shape.assert_has_rank(2)
    exact = math_ops.cast(activations, dtypes.float64)
    mean = math_ops.reduce_mean(exact, 0)
    return activations, mean, exact - mean


def _covariance(centred):
    count = math_ops.cast(array_ops.shape(centred)[0], dtypes.float64)
    return math_ops.matmul(centred, centred, transpose_a=True) / (count - 1)


@public("contrib.gan.eval.frechet_classifier_distance")
def frechet_classifier_distance(
    real_images: TensorLike, generated_images: TensorLike, classifier_fn: Callable, num_batches: int = 1
) -> Tensor:
    """The Frechet distance between two sets of images, taken as normal distributions of what a classifier makes of them.

    Formula: Heusel et al., arXiv:1706.08500.

    Args:
      real_images, generated_images: `[n, ...]`.
      classifier_fn: gives activations `[m, size]` of a batch of images.
      num_batches: into how many batches n is divided.
    """
    real, generated = (
        _in_batches(each, classifier_fn, num_batches) for each in (real_images, generated_images)
    )
    return frechet_classifier_distance_from_activations(real, generated)


@public("contrib.gan.eval.frechet_classifier_distance_from_activations")
def frechet_classifier_distance_from_activations(
    real_activations: TensorLike, generated_activations: TensorLike
) -> Tensor:
    """The Frechet distance of activations `[n, size]`, a scalar of their dtype.

    Formula: `|m - w|^2 + tr(C + D - 2 (C D)^(1/2))`, arXiv:1706.08500.
    """
    given, mean, centred = _moments(real_activations)
    _, other_mean, other_centred = _moments(generated_activations)
    first, second = _covariance(centred), _covariance(other_centred)
    spread = linalg_ops.trace(first + second) - 2.0 * trace_sqrt_product(first, second)
    distance = math_ops.reduce_sum(math_ops.squared_difference(mean, other_mean))
    return math_ops.cast(spread + distance, given.dtype)


@public("contrib.gan.eval.mean_only_frechet_classifier_distance_from_activations")
def mean_only_frechet_classifier_distance_from_activations(
    real_activations: TensorLike, generated_activations: TensorLike
) -> Tensor:
    """The squared distance of the means of activations `[n, size]`, a scalar of their dtype; the mean's part of arXiv:1706.08500."""
    given, mean, _ = _moments(real_activations)
    _, other, _ = _moments(generated_activations)
    return math_ops.cast(math_ops.reduce_sum(math_ops.squared_difference(mean, other)), given.dtype)


@public("contrib.gan.eval.diagonal_only_frechet_classifier_distance_from_activations")
def diagonal_only_frechet_classifier_distance_from_activations(
    real_activations: TensorLike, generated_activations: TensorLike
) -> Tensor:
    """The Frechet distance (arXiv:1706.08500) of activations `[n, size]` as if their entries were independent."""
    given, mean, centred = _moments(real_activations)
    _, other_mean, other_centred = _moments(generated_activations)
    first, second = (math_ops.reduce_mean(math_ops.square(each), 0) for each in (centred, other_centred))
    spread = math_ops.reduce_sum(first + second - 2.0 * math_ops.sqrt(first * second))
    distance = math_ops.reduce_sum(math_ops.squared_difference(mean, other_mean))
    return math_ops.cast(spread + distance, given.dtype)


frechet_inception_distance = public("contrib.gan.eval.frechet_inception_distance")(
    functools.partial(
        frechet_classifier_distance, classifier_fn=functools.partial(run_inception, output_tensor=_POOL)
    )
)
