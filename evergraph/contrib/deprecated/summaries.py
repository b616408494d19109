"""Summaries whose tag is what the program says, a string or a tensor, whatever the name scope."""

from collections.abc import Collection

from evergraph.framework.collections import GraphKeys, add_to_collection, get_collection
from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops import summaries


def _collected(summary, collections, default):
    for key in default if collections is None else collections:
        add_to_collection(key, summary)
    return summary


@public("contrib.deprecated.scalar_summary")
def scalar_summary(
    tags: TensorLike, values: TensorLike, collections: Collection[str] | None = None, name: str | None = None
) -> Tensor:
    """A summary of numbers, each under its tag.

    Args:
      tags: strings: one, or as many as there are values, in their shape.
      values: real numbers.
      collections: the collections it joins; `[GraphKeys.SUMMARIES]` when None.
      name: the operation's name.

    Returns:
      A string scalar: a serialized Summary.

    Raises:
      InvalidArgumentError: (when run) tags and values of different shapes.
    """
    with name_scope(name, "ScalarSummary", [tags, values]) as scope:
        summary = summaries.scalar_summary(tags, values, name=scope)
    return _collected(summary, collections, [GraphKeys.SUMMARIES])


@public("contrib.deprecated.histogram_summary")
def histogram_summary(
    tag: TensorLike, values: TensorLike, collections: Collection[str] | None = None, name: str | None = None
) -> Tensor:
    """A summary of the distribution of real numbers of any shape.

    Args:
      tag: a string scalar.
      values: the numbers.
      collections, name: as for `scalar_summary`.

    Returns:
      A string scalar: a serialized Summary.

    Raises:
      InvalidArgumentError: (when run) a value that is not finite.
    """
    with name_scope(name, "HistogramSummary", [tag, values]) as scope:
        summary = summaries.histogram_summary(tag, values, name=scope)
    return _collected(summary, collections, [GraphKeys.SUMMARIES])


@public("contrib.deprecated.image_summary")
def image_summary(
    tag: TensorLike,
    tensor: TensorLike,
    max_images: int = 3,
    collections: Collection[str] | None = None,
    name: str | None = None,
) -> Tensor:
    """A summary of images, under the tags "tag/image/0" and so on, or "tag/image" where `max_images` is 1.

    Args:
      tag: a string scalar.
      tensor: `[n, height, width, channels]` of 1, 3 or 4 channels, uint8 or floats, as `tf.summary.image` takes them.
      max_images: how many of the n to show.
      collections, name: as for `scalar_summary`.

    Returns:
      A string scalar: a serialized Summary.
    """
    with name_scope(name, "ImageSummary", [tag, tensor]) as scope:
        summary = summaries.image_summary(tag, tensor, max_images=max_images, name=scope)
    return _collected(summary, collections, [GraphKeys.SUMMARIES])


@public("contrib.deprecated.audio_summary")
def audio_summary(
    tag: TensorLike,
    tensor: TensorLike,
    sample_rate: TensorLike,
    max_outputs: int = 3,
    collections: Collection[str] | None = None,
    name: str | None = None,
) -> Tensor:
    """A summary of sounds, under the tags "tag/audio/0" and so on, or "tag/audio" where `max_outputs` is 1.

    Args:
      tag: a string scalar.
      tensor: floats between -1 and 1, `[n, frames]` or `[n, frames, channels]`.
      sample_rate: in hertz.
      max_outputs: how many of the n to keep.
      collections, name: as for `scalar_summary`.

    Returns:
      A string scalar: a serialized Summary.
    """
    with name_scope(name, "AudioSummary", [tag, tensor]) as scope:
        summary = summaries.audio_summary_v2(tag, tensor, sample_rate, max_outputs=max_outputs, name=scope)
    return _collected(summary, collections, [GraphKeys.SUMMARIES])


@public("contrib.deprecated.merge_summary")
def merge_summary(
    inputs: Collection[TensorLike], collections: Collection[str] | None = None, name: str | None = None
) -> Tensor:
    """Several summaries as one.

    Args:
      inputs: string scalars: serialized summaries.
      collections: the collections it joins; none when None.
      name: the operation's name.

    Returns:
      A string scalar: a serialized Summary.

    Raises:
      InvalidArgumentError: (when run) two of them have the same tag.
    """
    with name_scope(name, "MergeSummary", inputs):
        summary = summaries.merge_summary(list(inputs), name=name)
    return _collected(summary, collections, [])


@public("contrib.deprecated.merge_all_summaries")
def merge_all_summaries(key: str = GraphKeys.SUMMARIES) -> Tensor | None:
    """All summaries of a collection as one; None when there are none."""
    found = get_collection(key)
    return merge_summary(found) if found else None
