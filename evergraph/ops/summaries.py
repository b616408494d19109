"""Operations that serialise tensors as Summary messages.

They run on the host and are not `fallible` to the engine: the update of variables beside them does not wait for
them (and can then donate its buffers).  A summary that cannot be made still fails its run.
"""

import io
import struct
import sys

import numpy as np
from google.protobuf.message import DecodeError

from evergraph.formats.messages import HistogramProto, Summary, SummaryMetadata
from evergraph.framework import dtypes, errors
from evergraph.framework.protos import make_tensor_proto
from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import as_shape
from evergraph.ops.registry import FLOATS, INTEGERS, host_op

public_module("python.ops.logging_ops")

_REAL = FLOATS + INTEGERS
_PIXELS = (dtypes.uint8, dtypes.float16, dtypes.float32, dtypes.float64)
_BAD_COLOR = (255, 0, 0, 255)
_LEAST_BRIGHT = 1e-6  # an image that is darker everywhere is shown as it is


def _scalar_shape(operation):
    return [as_shape([])]


def _summary_op(type, signature, **options):  # noqa: A002 (TensorFlow's word)
    return host_op(type, signature, fallible=False, shape=_scalar_shape, **options)


def _serialized(summary):
    return np.array(summary.SerializeToString(), object)


def _text(scalar) -> str:
    value = np.asarray(scalar).item()
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _invalid(message):
    return errors.InvalidArgumentError(None, None, message)


# -- scalars, tensors ------------------------------------------------------------------------------------------


@public()
@_summary_op("ScalarSummary", "tags: string, values: T -> summary: string", types={"T": _REAL})
def scalar_summary(tags, values):
    """A simple value under each tag.

    `tags` are strings in the shape of `values`, which are real numbers; InvalidArgumentError for other shapes.
    """
    tags, values = np.asarray(tags), np.asarray(values)
    if tags.shape != values.shape:
        raise _invalid(
            f"tags and values not the same shape: {list(tags.shape)} != {list(values.shape)}"
            + (
                f" (tag {_text(tags)!r}): a scalar summary takes one value; use tf.reduce_mean or "
                "tf.summary.histogram"
                if tags.size == 1
                else ""
            )
        )
    summary = Summary()
    for tag, value in zip(tags.ravel(), values.ravel()):
        with np.errstate(over="ignore"):
            summary.value.add(tag=tag.decode("utf-8", "replace"), simple_value=np.float32(value).item())
    return _serialized(summary)


@public()
@_summary_op(
    "TensorSummaryV2", "tag: string, tensor: T, serialized_summary_metadata: string -> summary: string"
)
def tensor_summary_v2(tag, tensor, serialized_summary_metadata):
    """A whole tensor, with the metadata that tells a TensorBoard plugin what to make of it.

    `tag` is a string scalar, `tensor` of any shape and dtype; InvalidArgumentError for metadata that are no such
    message.
    """
    summary = Summary()
    value = summary.value.add(tag=_text(tag), tensor=make_tensor_proto(tensor))
    try:
        metadata = SummaryMetadata.FromString(np.asarray(serialized_summary_metadata).item())
    except DecodeError as error:
        raise _invalid("serialized_summary_metadata is no SummaryMetadata message") from error
    value.metadata.CopyFrom(metadata)
    return _serialized(summary)


# -- histograms ------------------------------------------------------------------------------------------------------


def _bucket_limits():
    positive, limit = [], 1e-12
    while limit < 1e20:
        positive.append(limit)
        limit *= 1.1
    positive.append(sys.float_info.max)
    return np.array([-limit for limit in reversed(positive)] + [0.0] + positive)


_LIMITS = _bucket_limits()


@public()
def make_histogram(values: np.ndarray) -> HistogramProto:
    """The histogram of an array of finite numbers, over TensorFlow's buckets; runs of empty ones become one."""
    values = np.asarray(values, np.float64).ravel()
    positions = np.minimum(np.searchsorted(_LIMITS, values, side="right"), len(_LIMITS) - 1)
    counts = np.bincount(positions, minlength=len(_LIMITS)).astype(np.float64)
    # A bucket is written when it holds something, or is the last of a run of empty ones.
    written = np.flatnonzero((counts > 0) | np.append(counts[1:] > 0, True))
    with np.errstate(over="ignore"):  # the squares of the largest numbers are infinite, as in TensorFlow
        total, squares = values.sum(), np.dot(values, values)
    return HistogramProto(
        min=values.min() if values.size else _LIMITS[-1],
        max=values.max() if values.size else _LIMITS[0],
        num=values.size,
        sum=total,
        sum_squares=squares,
        bucket_limit=_LIMITS[written],
        bucket=counts[written],
    )


@public()
@_summary_op("HistogramSummary", "tag: string, values: T=float32 -> summary: string", types={"T": _REAL})
def histogram_summary(tag, values):
    """A histogram of real numbers of any shape; InvalidArgumentError for values that are not finite."""
    numbers = np.asarray(values, np.float64)
    for found, what in ((np.isnan(numbers), "Nan"), (np.isinf(numbers), "Infinity")):
        if found.any():
            raise _invalid(
                f"{what} in summary histogram for: {_text(tag)} ({int(found.sum())} of {numbers.size} values); "
                "tf.check_numerics on what it depends on finds where they come from"
            )
    summary = Summary()
    summary.value.add(tag=_text(tag)).histo.CopyFrom(make_histogram(numbers))
    return _serialized(summary)


# -- images, sound ---------------------------------------------------------------------------------------------------


def _item_tags(tag, kind, count, most):
    """`tag/kind` where at most one is asked for, else `tag/kind/0`, `tag/kind/1`, ..."""
    return [f"{tag}/{kind}"] if most == 1 else [f"{tag}/{kind}/{i}" for i in range(count)]


@public()
@_summary_op("ImageSummary", "tag: string, tensor: T=float32 -> summary: string", types={"T": _PIXELS})
def image_summary(tag, tensor, *, max_images=3, bad_color=None):
    """PNG images of the first elements of a batch `[n, height, width, 1, 3 or 4]`.

    `tensor` is uint8, or a float that is scaled; InvalidArgumentError for another shape.
    """
    if tensor.ndim != 4 or tensor.shape[3] not in (1, 3, 4):
        raise _invalid(f"Tensor must be 4-D with last dim 1, 3, or 4, not {list(tensor.shape)}")
    color = np.array(_BAD_COLOR, np.uint8) if bad_color is None else np.ravel(bad_color)
    height, width, channels = tensor.shape[1:]
    summary = Summary()
    images = tensor[:max_images]
    for name, image in zip(_item_tags(_text(tag), "image", len(images), max_images), images):
        pixels = image if image.dtype == np.uint8 else _to_pixels(image, color)
        value = summary.value.add(tag=name)
        value.image.height, value.image.width, value.image.colorspace = height, width, channels
        value.image.encoded_image_string = _encode_png(pixels)
    return _serialized(summary)


def _to_pixels(image, bad_color):
    """Scales an image to 0...255: by its largest value, or (with negative values) around 128; in its own dtype."""
    dtype = image.dtype.type
    finite = np.isfinite(image).all(axis=-1)
    good = image[finite]
    low, high = (float(good.min()), float(good.max())) if good.size else (0.0, 0.0)
    if low < 0:
        largest, scale, offset = max(abs(low), abs(high)), 127.0, 128.0
    else:
        largest, scale, offset = high, 255.0, 0.0
    scale = dtype(np.float32(scale / largest)) if largest >= _LEAST_BRIGHT else dtype(0)
    pixels = np.empty(image.shape, np.uint8)
    pixels[finite] = np.clip(good * scale + dtype(offset), 0, 255).astype(np.uint8)
    pixels[~finite] = bad_color[: image.shape[-1]]
    return pixels


def _encode_png(pixels):
    if 0 in pixels.shape:
        raise _invalid(f"an image summary needs pixels, got an image of shape {list(pixels.shape)}")
    from PIL import Image  # for programs with image summaries

    stream = io.BytesIO()
    Image.fromarray(pixels[..., 0] if pixels.shape[-1] == 1 else pixels).save(stream, "PNG")
    return stream.getvalue()


@public()
@_summary_op("AudioSummaryV2", "tag: string, tensor: float32, sample_rate: float32 -> summary: string")
def audio_summary_v2(tag, tensor, sample_rate, *, max_outputs=3):
    """WAV files of the first elements of a batch `[n, frames]` or `[n, frames, channels]`.

    `tensor` is float32 from -1 to 1, `sample_rate` in hertz; InvalidArgumentError for another shape, or a rate that
    is not above 0.
    """
    if tensor.ndim not in (2, 3):
        raise _invalid(f"Tensor must be 3-D or 2-D, got: {list(tensor.shape)}")
    rate = float(sample_rate)
    if not rate > 0:
        raise _invalid(f"sample_rate must be > 0, got {rate}")
    summary = Summary()
    clips = tensor[:max_outputs].reshape(len(tensor[:max_outputs]), tensor.shape[1], -1)
    for name, clip in zip(_item_tags(_text(tag), "audio", len(clips), max_outputs), clips):
        value = summary.value.add(tag=name)
        value.audio.sample_rate, value.audio.content_type = rate, "audio/wav"
        value.audio.length_frames, value.audio.num_channels = clip.shape
        value.audio.encoded_audio_string = _encode_wav(clip, rate)
    return _serialized(summary)


def _encode_wav(clip, rate):
    scaled = np.nan_to_num(clip * np.float32(2**15))
    rounded = np.trunc(scaled + np.copysign(np.float32(0.5), scaled))  # halves away from zero
    samples = np.clip(rounded, -(2**15), 2**15 - 1).astype("<i2")
    # Written by hand: the `wave` module refuses a rate below one, which a summary may have.
    data, channels, width, rate = samples.tobytes(), clip.shape[1], 2, round(rate)
    layout = struct.pack(
        "<4sIHHIIHH", b"fmt ", 16, 1, channels, rate, rate * channels * width, channels * width, 8 * width
    )
    chunks = b"WAVE" + layout + struct.pack("<4sI", b"data", len(data)) + data
    return struct.pack("<4sI", b"RIFF", len(chunks)) + chunks


# -- merging ---------------------------------------------------------------------------------------------------------


@public()
@_summary_op("MergeSummary", "inputs: N*string -> summary: string")
def merge_summary(inputs):
    """One Summary of the values of several (string scalars, serialised); InvalidArgumentError for a tag that two of them have."""
    merged, tags = Summary(), set()
    for serialized in inputs:
        for text in np.ravel(serialized):
            try:
                summary = Summary.FromString(text)
            except DecodeError as error:
                raise _invalid("Could not parse one of the summary inputs as a Summary message") from error
            for value in summary.value:
                if value.tag and value.tag in tags:
                    raise _invalid(f"Duplicate tag {value.tag} found in summary inputs")
                tags.add(value.tag)
                merged.value.add().CopyFrom(value)
    return _serialized(merged)
