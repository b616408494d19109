"""Summaries that write themselves: each gives an operation that writes to the default writer, when it is to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from evergraph.contrib.summary.writers import SUMMARIES, default_writer, should_record_summaries
from evergraph.framework import collections, dtypes
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import control_dependencies
from evergraph.framework.operation import Operation
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops import event_writing
from evergraph.ops import math as math_ops
from evergraph.ops.constants import constant, no_op
from evergraph.ops.control_flow.conditional import smart_cond
from evergraph.summary.summary import summary_scope
from evergraph.training.global_step import get_or_create_global_step

public_module("python.ops.summary_ops_v2", "contrib.summary.summary")


def _step(step) -> Tensor:
    return math_ops.to_int64(get_or_create_global_step() if step is None else step)


def _written(
    name: str, tensor: TensorLike, family: str | None, step: Any, write: Callable[..., Operation]
) -> Tensor | Operation:
    """What writes a summary: `write(writer, step, tag, name)` records the operation."""
    writer = default_writer()
    if writer is None:
        return no_op()
    now = _step(step)

    def record():
        with summary_scope(name, family, values=[tensor]) as (tag, scope):
            with control_dependencies([write(writer, now, tag, scope)]):
                return constant(True)

    result = smart_cond(should_record_summaries(), record, lambda: constant(False), name="")
    collections.add_to_collection(SUMMARIES, result)
    return result


@public("contrib.summary.scalar")
def scalar(name: str, tensor: TensorLike, family: str | None = None, step: TensorLike = None) -> Any:
    """Writes one real number, a tensor of shape [].

    Args:
      name: the tag.
      tensor: the number.
      family: a prefix of the tag, under which TensorBoard groups it.
      step: the step it is written for; the global one when None.

    Returns:
      A bool tensor that says whether it was written, or an operation that does nothing where there is no default writer.
    """
    return _written(
        name,
        tensor,
        family,
        step,
        lambda writer, now, tag, scope: event_writing.write_scalar_summary_op(
            writer, now, tag, tensor, name=scope
        ),
    )


@public("contrib.summary.histogram")
def histogram(name: str, tensor: TensorLike, family: str | None = None, step: TensorLike = None) -> Any:
    """Writes how the values of a real tensor are distributed; arguments and result are those of `scalar`."""
    return _written(
        name,
        tensor,
        family,
        step,
        lambda writer, now, tag, scope: event_writing.write_histogram_summary_op(
            writer, now, tag, tensor, name=scope
        ),
    )


@public("contrib.summary.image")
def image(
    name: str,
    tensor: TensorLike,
    bad_color: TensorLike | None = None,
    max_images: int = 3,
    family: str | None = None,
    step: TensorLike = None,
) -> Any:
    """Writes images `[n, height, width, channels]`, as `tf.summary.image` shows them.

    Args:
      bad_color: the colour of pixels that are not finite, uint8 `[channels]`; red when None.
      max_images: how many are written.
      The other arguments and the result: see `scalar`.
    """
    color = convert_to_tensor([255, 0, 0, 255] if bad_color is None else bad_color, dtypes.uint8)
    return _written(
        name,
        tensor,
        family,
        step,
        lambda writer, now, tag, scope: event_writing.write_image_summary_op(
            writer, now, tag, tensor, color, max_images=max_images, name=scope
        ),
    )


@public("contrib.summary.audio")
def audio(
    name: str,
    tensor: TensorLike,
    sample_rate: TensorLike,
    max_outputs: int,
    family: str | None = None,
    step: TensorLike = None,
) -> Any:
    """Writes clips `[n, frames, channels]` or `[n, frames]` of samples from -1 to 1.

    Args:
      sample_rate: samples per second, a scalar.
      max_outputs: how many are written.
      The other arguments and the result: see `scalar`.
    """
    return _written(
        name,
        tensor,
        family,
        step,
        lambda writer, now, tag, scope: event_writing.write_audio_summary_op(
            writer, now, tag, tensor, sample_rate, max_outputs=max_outputs, name=scope
        ),
    )


@public("contrib.summary.generic")
def generic(
    name: str,
    tensor: TensorLike,
    metadata: Any = None,
    family: str | None = None,
    step: TensorLike = None,
) -> Any:
    """Writes a whole tensor, with a SummaryMetadata (or one serialized) that tells a plugin what to make of it.

    The other arguments and the result: see `scalar`.
    """
    serialize = getattr(metadata, "SerializeToString", None)
    serialized = "" if metadata is None else metadata if serialize is None else serialize()
    return _written(
        name,
        tensor,
        family,
        step,
        lambda writer, now, tag, scope: event_writing.write_summary_op(
            writer, now, tensor, tag, serialized, name=scope
        ),
    )


@public("contrib.summary.graph")
def graph(param: Tensor, step: TensorLike = None, name: str | None = None) -> Operation:
    """Writes a serialized GraphDef, a string tensor; TypeError for anything else."""
    if not isinstance(param, Tensor):
        raise TypeError(
            f"graph() needs a tf.Tensor (e.g. tf.placeholder) in graph mode, but was: {type(param)}"
        )
    writer = default_writer()
    if writer is None:
        return no_op(name=name)
    return event_writing.write_graph_summary_op(writer, _step(step), param, name=name)


@public("contrib.summary.import_event")
def import_event(tensor: TensorLike, name: str | None = None) -> Operation:
    """Writes a serialized Event, a string scalar."""
    writer = default_writer()
    return no_op(name=name) if writer is None else event_writing.import_event_op(writer, tensor, name=name)
