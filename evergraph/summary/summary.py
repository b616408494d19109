"""Summary operations: `tf.summary.scalar` and its kin.

The tag of a summary is the name of its operation, scopes included, and so is unique in the graph; with a `family`,
that comes first in the tag, and in the name.
"""

import contextlib
import re
from collections.abc import Collection, Sequence

from google.protobuf import json_format
from tensorboard.compat.proto.node_def_pb2 import NodeDef

from evergraph.formats.messages import SummaryDescription, SummaryMetadata
from evergraph.framework import dtypes, logging
from evergraph.framework.collections import GraphKeys, add_to_collection, get_collection
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops import summaries
from evergraph.ops.distribute import get_tower_context

_ILLEGAL = re.compile(r"[^-/\w\.]", re.ASCII)


def clean_tag(name):
    """`name` with what is not allowed in names replaced by "_", and without slashes in front."""
    if name is None:
        return None
    cleaned = _ILLEGAL.sub("_", name).lstrip("/")
    if cleaned != name:
        logging.info("Summary name %s is illegal; using %s instead.", name, cleaned)
    return cleaned


@contextlib.contextmanager
def summary_scope(name, family=None, default_name=None, values=None):
    """Yields (tag, name scope) of a summary."""
    name, family = clean_tag(name), clean_tag(family)
    with name_scope(name if family is None else f"{family}/{name}", default_name, values) as scope:
        tag = scope.rstrip("/")
        yield (tag if family is None else f"{family}/{tag}"), scope


def _collect(summary, collections, default):
    tower = get_tower_context()
    if tower is not None and tower.tower_id > 0:
        return summary  # the first tower's stands for those of all
    for key in default if collections is None else collections:
        add_to_collection(key, summary)
    return summary


@public("summary.scalar")
def scalar(
    name: str, tensor: TensorLike, collections: Collection[str] | None = None, family: str | None = None
) -> Tensor:
    """A summary of one number.

    Args:
      name: the operation's name, and the tag.
      tensor: a real number: a tensor of shape [].
      collections: the collections it joins; `[GraphKeys.SUMMARIES]` when None.
      family: a prefix of the tag, under which TensorBoard groups it.

    Returns:
      A string scalar: a serialized Summary.
    """
    with summary_scope(name, family, values=[tensor]) as (tag, scope):
        summary = summaries.scalar_summary(tag, tensor, name=scope)
    return _collect(summary, collections, [GraphKeys.SUMMARIES])


@public("summary.histogram")
def histogram(
    name: str, values: TensorLike, collections: Collection[str] | None = None, family: str | None = None
) -> Tensor:
    """A summary of the distribution of a real tensor of any shape; other args as for `scalar`.

    Running it raises InvalidArgumentError when a value is not finite.
    """
    with summary_scope(name, family, "HistogramSummary", [values]) as (tag, scope):
        summary = summaries.histogram_summary(tag, values, name=scope)
    return _collect(summary, collections, [GraphKeys.SUMMARIES])


@public("summary.image")
def image(
    name: str,
    tensor: TensorLike,
    max_outputs: int = 3,
    collections: Collection[str] | None = None,
    family: str | None = None,
) -> Tensor:
    """A summary of images.

    Args:
      name: the operation's name; the tags are "name/image/0" and so on, "name/image" when `max_outputs` is 1.
      tensor: `[n, height, width, channels]` with 1 (grey), 3 (RGB) or 4 (RGBA) channels.  uint8 is shown as it
        is; of floats each image is scaled, to 255 as the largest value, or with 128 as zero where any is
        negative.  Pixels that are not finite are red.
      max_outputs: how many of the n to show.
      collections, family: as for `scalar`.

    Returns:
      A string scalar: a serialized Summary.
    """
    with summary_scope(name, family, values=[tensor]) as (tag, scope):
        summary = summaries.image_summary(tag, tensor, max_images=max_outputs, name=scope)
    return _collect(summary, collections, [GraphKeys.SUMMARIES])


@public("summary.audio")
def audio(
    name: str,
    tensor: TensorLike,
    sample_rate: TensorLike,
    max_outputs: int = 3,
    collections: Collection[str] | None = None,
    family: str | None = None,
) -> Tensor:
    """A summary of sound.

    Args:
      name: the operation's name; the tags are "name/audio/0" and so on, "name/audio" when `max_outputs` is 1.
      tensor: float32 `[n, frames]` or `[n, frames, channels]`, from -1 to 1.
      sample_rate: frames per second: a number or a float32 scalar.
      max_outputs: how many of the n to include.
      collections, family: as for `scalar`.

    Returns:
      A string scalar: a serialized Summary.
    """
    with summary_scope(name, family, values=[tensor]) as (tag, scope):
        rate = convert_to_tensor(sample_rate, dtype=dtypes.float32, name="sample_rate")
        summary = summaries.audio_summary_v2(tag, tensor, rate, max_outputs=max_outputs, name=scope)
    return _collect(summary, collections, [GraphKeys.SUMMARIES])


@public("summary.tensor_summary", "python.ops.summary_ops.tensor_summary")
def tensor_summary(
    name: str,
    tensor: TensorLike,
    summary_description: str | None = None,
    collections: Collection[str] | None = None,
    summary_metadata: SummaryMetadata | None = None,
    family: str | None = None,
    display_name: str | None = None,
) -> Tensor:
    """A summary that holds a whole tensor, for a TensorBoard plugin.

    Args:
      name: the operation's name, and the tag.
      tensor: any tensor that has an array form.
      summary_description: text for its reader.
      collections: as for `scalar`.
      summary_metadata: a SummaryMetadata that names the plugin.
      family: as for `scalar`.
      display_name: what TensorBoard calls it.

    Returns:
      A string scalar: a serialized Summary.
    """
    metadata = SummaryMetadata()
    if summary_metadata is not None:
        metadata.CopyFrom(summary_metadata)
    if summary_description is not None:
        metadata.summary_description = summary_description
    if display_name is not None:
        metadata.display_name = display_name
    with summary_scope(name, family, values=[tensor]) as (tag, scope):
        summary = summaries.tensor_summary_v2(tag, tensor, metadata.SerializeToString(), name=scope)
    return _collect(summary, collections, [GraphKeys.SUMMARIES])


@public("summary.text", "python.summary.text_summary.text_summary")
def text(name: str, tensor: TensorLike, collections: Collection[str] | None = None) -> Tensor:
    """A summary of text, which TensorBoard shows as Markdown.

    Args:
      name: the operation's name, and the tag.
      tensor: a string tensor of any shape.
      collections: as for `scalar`.

    Raises:
      ValueError: the tensor is no string tensor.
    """
    tensor = convert_to_tensor(tensor)
    if tensor.dtype.base_dtype != dtypes.string:
        raise ValueError(
            f"Expected tensor {tensor.name} to have dtype string, got {tensor.dtype.name}; use tf.as_string"
        )
    metadata = SummaryMetadata(plugin_data=SummaryMetadata.PluginData(plugin_name="text"))
    return tensor_summary(name, tensor, collections=collections, summary_metadata=metadata)


@public("summary.merge")
def merge(
    inputs: Sequence[TensorLike], collections: Collection[str] | None = None, name: str | None = None
) -> Tensor:
    """One summary of several.

    Running it raises InvalidArgumentError when two of them have the same tag.

    Args:
      inputs: a list of string tensors: serialized Summary messages.
      collections: the collections it joins; none when None.
      name: the name of its scope ("Merge").

    Raises:
      ValueError: no inputs.
    """
    name = clean_tag(name)
    inputs = list(inputs)
    if not inputs:
        raise ValueError("tf.summary.merge needs at least one summary, got an empty list")
    with name_scope(name, "Merge", inputs):
        summary = summaries.merge_summary(inputs, name=name)
    return _collect(summary, collections, [])


@public("summary.merge_all")
def merge_all(
    key: str = GraphKeys.SUMMARIES, scope: str | None = None, name: str | None = None
) -> Tensor | None:
    """All summaries of a collection (those whose name `scope` matches) as one, a string scalar; None when there are none."""
    collected = get_collection(key, scope)
    return merge(collected, name=name) if collected else None


@public("summary.get_summary_description")
def get_summary_description(node_def: NodeDef) -> SummaryDescription:
    """The SummaryDescription in a TensorSummary node.  ValueError for another kind of node."""
    if node_def.op != "TensorSummary":
        raise ValueError(f"Can't get_summary_description on {node_def.op}: only TensorSummary nodes have one")
    return json_format.Parse(node_def.attr["description"].s.decode(), SummaryDescription())
