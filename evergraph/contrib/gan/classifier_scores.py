"""How good generated images are, by what a trained classifier says of them: `tf.contrib.gan.eval`.

The classifier is any function of images that gives logits or activations; `run_image_classifier` makes one of a frozen graph
on disk.  `inception_score` and `frechet_inception_distance` take Inception, as published, which they download.
"""

import functools
import io
import tarfile
import urllib.request
from collections.abc import Callable, Sequence
from typing import Any

from tensorboard.compat.proto.graph_pb2 import GraphDef

from evergraph.framework import dtypes
from evergraph.framework.default_graph import name_scope
from evergraph.framework.graph_import import import_graph_def
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.ops import array as array_ops
from evergraph.ops import linalg, nn
from evergraph.ops import math as math_ops
from evergraph.ops.control_flow.functional import map_fn
from evergraph.ops.image.resizing import resize_bilinear
from evergraph.platform.gfile import GFile

public_module("contrib.gan.eval")

INCEPTION_DEFAULT_IMAGE_SIZE = 299
_INCEPTION_URL = "http://download.tensorflow.org/models/frozen_inception_v1_2015_12_05.tar.gz"
_INCEPTION_FILE = "inceptionv1_for_inception_score.pb"
_INCEPTION_INPUT, _INCEPTION_LOGITS, _INCEPTION_POOL = "Mul:0", "logits:0", "pool_3:0"


@public()
def preprocess_image(
    images: Tensor,
    height: int = INCEPTION_DEFAULT_IMAGE_SIZE,
    width: int = INCEPTION_DEFAULT_IMAGE_SIZE,
    scope: str | None = None,
) -> Tensor:
    """Images as Inception takes them: of its size, with values from -1 to 1.

    Args:
      images: `[batch, any, any, channels]` or `[any, any, channels]`, with values from 0 to 255.
      height, width: the size that is wanted.
      scope: the name scope ("preprocess").

    Returns:
      A float32 tensor `[batch, height, width, channels]`, or without `batch`.
    """
    with name_scope(scope, "preprocess", [images]):
        is_single = images.shape.ndims == 3
        if not images.dtype.is_floating:
            images = math_ops.cast(images, dtypes.float32)
        batch = array_ops.expand_dims(images, 0) if is_single else images
        resized = (resize_bilinear(batch, [height, width]) - 128.0) / 128.0
        return array_ops.squeeze(resized, [0]) if is_single else resized


@public()
def get_graph_def_from_disk(filename: str) -> GraphDef:
    """The GraphDef in a binary file.

    Raises:
      NotFoundError: there is no such file.
    """
    with GFile(filename, "rb") as file:
        return GraphDef.FromString(file.read())


@public()
def get_graph_def_from_resource(filename: str) -> GraphDef:
    """The same as `get_graph_def_from_disk`: resources of a program are its files here."""
    return get_graph_def_from_disk(filename)


@public()
def get_graph_def_from_url_tarball(url: str, filename: str) -> GraphDef:
    """The GraphDef in the file `filename` of a gzipped tar archive at `url`; nothing of it is kept on disk.

    Raises:
      URLError: it cannot be had.
      KeyError: the archive has no such file.
    """
    with urllib.request.urlopen(url) as answer:
        data = answer.read()
    with tarfile.open(fileobj=io.BytesIO(data), mode="r:gz") as archive:
        member = archive.extractfile(filename)
        if member is None:
            raise KeyError(f"{filename!r} is no file of {url}")
        return GraphDef.FromString(member.read())


@public()
def run_image_classifier(
    tensor: Tensor,
    graph_def: GraphDef,
    input_tensor: str,
    output_tensor: str | Sequence[str],
    scope: str = "RunClassifier",
) -> Any:
    """What a frozen graph makes of images.

    Args:
      tensor: the images `[batch, height, width, channels]`, of the sizes and the dtype that the graph takes.
      graph_def: the graph.
      input_tensor: the name of its tensor that they stand for.
      output_tensor: the name of the tensor to return, or a list of such.
      scope: the name scope.

    Returns:
      A tensor, mostly `[batch, classes]`, or a list of tensors.
    """
    names = [output_tensor] if isinstance(output_tensor, str) else list(output_tensor)
    found = import_graph_def(graph_def, {input_tensor: tensor}, names, name=scope)
    assert found is not None  # names were given
    return found[0] if isinstance(output_tensor, str) else found


@public()
def run_inception(
    images: Tensor,
    graph_def: GraphDef | None = None,
    default_graph_def_fn: Callable[[], GraphDef] | None = None,
    image_size: int = INCEPTION_DEFAULT_IMAGE_SIZE,
    input_tensor: str = _INCEPTION_INPUT,
    output_tensor: str | Sequence[str] = _INCEPTION_LOGITS,
) -> Any:
    """What Inception makes of images: `run_image_classifier` with its graph; results of more axes than two are made flat.

    Args:
      images: `[batch, image_size, image_size, 3]`, with values from -1 to 1: `preprocess_image`.
      graph_def: its graph; None for what `default_graph_def_fn` gives.
      default_graph_def_fn: function without arguments; None to download the published one.
      image_size: height and width.
      input_tensor, output_tensor: see `run_image_classifier`.

    Raises:
      ValueError: the images have another shape.
    """
    images.shape.with_rank(4)
    images.shape[1:3].assert_is_compatible_with([image_size, image_size])
    if graph_def is None:
        graph_def = (default_graph_def_fn or _published)()
    found = run_image_classifier(images, graph_def, input_tensor, output_tensor)
    if isinstance(found, list):
        return [_flat(each) for each in found]
    return _flat(found)


def _published():
    return get_graph_def_from_url_tarball(_INCEPTION_URL, _INCEPTION_FILE)


def _flat(tensor):
    if tensor.shape.ndims in (None, 2):
        return tensor
    return array_ops.reshape(tensor, [array_ops.shape(tensor)[0], -1])


def _in_batches(images, classifier_fn, num_batches):
    """What a classifier gives for images, `num_batches` of which are shown to it one after the other."""
    batches = array_ops.stack(array_ops.split(images, num_batches))
    found = map_fn(classifier_fn, batches, parallel_iterations=1, back_prop=False, swap_memory=True)
    return array_ops.concat(array_ops.unstack(found), 0)


@public()
def classifier_score(images: Tensor, classifier_fn: Callable, num_batches: int = 1) -> Tensor:
    """How sure a classifier is of each image, and how different the images are: the higher the better, 1 at least.

    The exponential of the mean Kullback-Leibler divergence of the classes of an image from those of all:
    Salimans et al. 2016, arXiv:1606.03498, section 4.

    Args:
      images: `[n, ...]`; `n` must be a multiple of `num_batches`.
      classifier_fn: function of images that gives logits `[n, classes]`.
      num_batches: in how many parts they are shown to it.

    Returns:
      A scalar of the dtype of the logits.
    """
    return classifier_score_from_logits(_in_batches(images, classifier_fn, num_batches))


def classifier_score_from_logits(logits: Tensor) -> Tensor:
    """`classifier_score` of logits `[n, classes]`, which are at hand; computed in float64."""
    logits.shape.assert_has_rank(2)
    wide = math_ops.cast(logits, dtypes.float64)
    of_each = nn.softmax(wide)
    of_all = math_ops.reduce_mean(of_each, axis=0)
    divergence = math_ops.reduce_sum(of_each * (nn.log_softmax(wide) - math_ops.log(of_all)), axis=1)
    return math_ops.cast(math_ops.exp(math_ops.reduce_mean(divergence)), logits.dtype)


@public()
def inception_score(images: Tensor, num_batches: int = 1) -> Tensor:
    """`classifier_score` of Inception; images are `[n, 299, 299, 3]`, with values from -1 to 1."""
    return classifier_score(
        images, functools.partial(run_inception, output_tensor=_INCEPTION_LOGITS), num_batches
    )


@public()
def frechet_classifier_distance(
    real_images: Tensor, generated_images: Tensor, classifier_fn: Callable, num_batches: int = 1
) -> Tensor:
    """How far generated images are from real ones, in a classifier's activations: 0 for the same.

    `|m - w|^2 + trace(C + D - 2 sqrt(C D))` for their means m, w and covariances C, D: Heusel et al. 2017, arXiv:1706.08500.

    Args:
      real_images, generated_images: `[n, ...]`; `n` must be a multiple of `num_batches`.
      classifier_fn: function of images that gives activations `[n, units]`.
      num_batches: in how many parts they are shown to it.

    Returns:
      A scalar of the dtype of the activations.
    """
    return frechet_classifier_distance_from_activations(
        _in_batches(real_images, classifier_fn, num_batches),
        _in_batches(generated_images, classifier_fn, num_batches),
    )


@public()
def frechet_classifier_distance_from_activations(
    real_activations: Tensor, generated_activations: Tensor
) -> Tensor:
    """`frechet_classifier_distance` of activations `[n, units]`, which are at hand; computed in float64."""
    moments = []
    for activations in (real_activations, generated_activations):
        activations.shape.assert_has_rank(2)
        wide = math_ops.cast(activations, dtypes.float64)
        mean = math_ops.reduce_mean(wide, axis=0)
        deviations = wide - mean
        count = math_ops.cast(array_ops.shape(wide)[0], dtypes.float64)
        covariance = math_ops.matmul(deviations, deviations, transpose_a=True) / (count - 1.0)
        moments.append((mean, covariance))
    (mean, covariance), (other_mean, other_covariance) = moments
    root = _square_root(covariance)
    inner = math_ops.matmul(root, math_ops.matmul(other_covariance, root))
    mixed = math_ops.reduce_sum(math_ops.sqrt(_eigenvalues(inner)))  # the trace of the root of C D
    spread = linalg.trace(covariance) + linalg.trace(other_covariance) - 2.0 * mixed
    distance = math_ops.reduce_sum(math_ops.squared_difference(mean, other_mean)) + spread
    return math_ops.cast(distance, real_activations.dtype)


def _square_root(matrix):
    """That of a symmetric matrix without negative eigenvalues."""
    values, vectors = linalg.self_adjoint_eig(matrix)
    return math_ops.matmul(vectors * math_ops.sqrt(math_ops.maximum(values, 0.0)), vectors, transpose_b=True)


def _eigenvalues(matrix):
    return math_ops.maximum(linalg.self_adjoint_eigvals(matrix), 0.0)


@public()
def frechet_inception_distance(real_images: Tensor, generated_images: Tensor, num_batches: int = 1) -> Tensor:
    """`frechet_classifier_distance` in Inception's last pooling; images as for `inception_score`."""
    classifier = functools.partial(run_inception, output_tensor=_INCEPTION_POOL)
    return frechet_classifier_distance(real_images, generated_images, classifier, num_batches)
