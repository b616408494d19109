"""Summary operations: names and tags, values, what goes wrong."""

import io
import wave

import numpy as np
import pytest
from PIL import Image

from evergraph import summary
from evergraph.formats.messages import GraphDef, NodeDef, Summary, SummaryMetadata
from evergraph.framework import dtypes, errors
from evergraph.framework.collections import GraphKeys, get_collection
from evergraph.framework.default_graph import get_default_graph, name_scope
from evergraph.framework.protos import make_ndarray
from evergraph.ops.constants import constant, placeholder
from evergraph.ops.summaries import make_histogram
from evergraph.session.session import Session


def _run(tensor, feeds=None):
    return Summary.FromString(Session().run(tensor, feeds))


def _tags(tensor, feeds=None):
    return [value.tag for value in _run(tensor, feeds).value]


IMAGES = np.zeros((4, 2, 3, 1), np.uint8)
SOUND = np.zeros((2, 10), np.float32)
KINDS = {
    "scalar": (lambda name, **o: summary.scalar(name, 1.0, **o), "ScalarSummary", [""]),
    "histogram": (lambda name, **o: summary.histogram(name, [1.0], **o), "HistogramSummary", [""]),
    "image": (
        lambda name, **o: summary.image(name, IMAGES, **o),
        "ImageSummary",
        ["/image/0", "/image/1", "/image/2"],
    ),
    "one image": (
        lambda name, **o: summary.image(name, IMAGES, max_outputs=1, **o),
        "ImageSummary",
        ["/image"],
    ),
    "audio": (
        lambda name, **o: summary.audio(name, SOUND, 8000.0, **o),
        "AudioSummaryV2",
        ["/audio/0", "/audio/1"],
    ),
    "one audio": (
        lambda name, **o: summary.audio(name, SOUND, 8000.0, max_outputs=1, **o),
        "AudioSummaryV2",
        ["/audio"],
    ),
    "tensor": (lambda name, **o: summary.tensor_summary(name, [1, 2], **o), "TensorSummaryV2", [""]),
}


@pytest.mark.parametrize("kind", KINDS)
def test_names_tags_and_collections(kind):
    make, type_, endings = KINDS[kind]
    first = make("x")
    with name_scope("scope"):
        second, third = make("bad name!/x", collections=["mine"]), make("x", family="fam")
        again = make("x", family="fam", collections=[])
    expected = [
        ("x", "x"),
        ("scope/bad_name_/x", "scope/bad_name_/x"),
        ("scope/fam/x", "fam/scope/fam/x"),
        ("scope/fam/x_1", "fam/scope/fam/x_1"),
    ]
    for tensor, (name, tag) in zip((first, second, third, again), expected):
        assert tensor.op.type == type_ and tensor.op.name == name
        assert tensor.dtype == dtypes.string and tensor.shape.as_list() == []
        assert _tags(tensor) == [tag + ending for ending in endings]
    assert get_collection(GraphKeys.SUMMARIES) == [first, third] and get_collection("mine") == [second]


@pytest.mark.parametrize("value", [2.5, np.float64(-1e300), np.float16(0.5), 7, np.uint8(3), np.nan, -np.inf])
def test_scalars(value):
    (found,) = _run(summary.scalar("x", constant(value))).value
    with np.errstate(over="ignore"):
        np.testing.assert_equal(found.simple_value, np.float32(value).item())


def test_a_scalar_summary_takes_one_number():
    x = placeholder(dtypes.float32)
    with pytest.raises(
        errors.InvalidArgumentError, match=r"tags and values not the same shape: \[\] != \[2\].*'x'"
    ):
        _run(summary.scalar("x", x), {x: [1.0, 2.0]})
    with pytest.raises(TypeError):
        summary.scalar("y", constant("text"))


def _counted(values):
    """Each value in its bucket, one by one: limits of a tenth more each, on both sides of zero."""
    histogram = make_histogram(values)
    limits, counts = list(histogram.bucket_limit), list(histogram.bucket)
    below = [-np.inf, *limits[:-1]]
    for low, high, count in zip(below, limits, counts):
        assert count == sum(low <= v < high for v in values)
        if count and all(1e-12 < abs(limit) < 1e20 for limit in (low, high)):
            assert abs(high / low) == pytest.approx(1.1) or abs(low / high) == pytest.approx(1.1)
    return histogram


@pytest.mark.parametrize(
    "values", [[0.0], [1.0, 2.0, 2.05, -3.0], [1e-13, -1e-13], [1e30, -1e30], list(range(-50, 50))]
)
def test_histograms(values):
    histogram = _counted(values)
    assert sum(histogram.bucket) == histogram.num == len(values)
    assert (histogram.min, histogram.max) == (min(values), max(values))
    assert histogram.sum == pytest.approx(sum(values))
    assert histogram.sum_squares == pytest.approx(sum(v * v for v in values))


def test_empty_histograms_and_largest_values():
    assert list(make_histogram([]).bucket) == [0.0] and make_histogram([]).num == 0
    largest = np.finfo(np.float64).max
    assert sum(make_histogram([largest, -largest]).bucket) == 2


@pytest.mark.parametrize("bad, word", [(np.nan, "Nan"), (np.inf, "Infinity"), (-np.inf, "Infinity")])
def test_histograms_of_what_is_not_finite(bad, word):
    x = placeholder(dtypes.float32, [None])
    with pytest.raises(errors.InvalidArgumentError, match=f"{word} in summary histogram for: weights"):
        _run(summary.histogram("weights", x), {x: [1.0, bad]})


def _pixels(image):
    return np.array(Image.open(io.BytesIO(image.encoded_image_string)))


@pytest.mark.parametrize("channels, mode", [(1, "L"), (3, "RGB"), (4, "RGBA")])
def test_bytes_are_shown_as_they_are(channels, mode):
    pixels = np.random.default_rng(1).integers(0, 256, (1, 5, 7, channels)).astype(np.uint8)
    (value,) = _run(summary.image("x", constant(pixels))).value
    assert (value.image.height, value.image.width, value.image.colorspace) == (5, 7, channels)
    assert Image.open(io.BytesIO(value.image.encoded_image_string)).mode == mode
    np.testing.assert_array_equal(_pixels(value.image).reshape(5, 7, channels), pixels[0])


@pytest.mark.parametrize(
    "values, shown",
    [
        ([0.0, 1.0, 4.0], [0, 63, 255]),
        ([-2.0, 0.0, 1.0], [1, 128, 191]),
        ([0.0, 1e-7, 0.0], [0, 0, 0]),
        ([1.0, np.nan, 2.0], [127, 255, 255]),
        ([np.inf, np.nan, np.nan], [255, 255, 255]),
    ],
)
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_floats_are_scaled(values, shown, dtype):
    images = np.array(values, dtype).reshape(1, 1, 3, 1)
    (value,) = _run(summary.image("x", images)).value
    assert _pixels(value.image).ravel().tolist() == shown


def test_pixels_that_are_not_finite_are_red():
    images = np.full((1, 1, 2, 3), 0.5, np.float32)
    images[0, 0, 0, 1] = np.nan
    (value,) = _run(summary.image("x", images)).value
    assert _pixels(value.image)[0].tolist() == [[255, 0, 0], [255, 255, 255]]


@pytest.mark.parametrize("shape", [(2, 3, 1), (1, 2, 3, 2), (1, 0, 3, 1)])
def test_what_is_no_image(shape):
    x = placeholder(dtypes.float32)
    with pytest.raises(errors.InvalidArgumentError, match="4-D with last dim 1, 3, or 4|needs pixels"):
        _run(summary.image("x", x), {x: np.zeros(shape)})


@pytest.mark.parametrize("channels", [None, 1, 2])
def test_sound(channels):
    shape = (1, 4) if channels is None else (1, 4, channels)
    sound = np.resize(np.array([0.0, 0.5, -1.0, 2.0], np.float32), (1, 4 * (channels or 1))).reshape(shape)
    (value,) = _run(summary.audio("x", sound, 8000)).value
    assert (value.audio.sample_rate, value.audio.num_channels, value.audio.length_frames) == (
        8000,
        channels or 1,
        4,
    )
    assert value.audio.content_type == "audio/wav"
    with wave.open(io.BytesIO(value.audio.encoded_audio_string)) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (8000, channels or 1, 2)
        samples = np.frombuffer(file.readframes(100), "<i2")
    np.testing.assert_array_equal(samples, np.clip(sound.ravel() * 32768, -32768, 32767).astype(np.int16))


def test_what_is_no_sound():
    x, rate = placeholder(dtypes.float32), placeholder(dtypes.float32)
    clip = summary.audio("x", x, rate)
    with pytest.raises(errors.InvalidArgumentError, match="3-D or 2-D"):
        _run(clip, {x: [1.0], rate: 8000})
    with pytest.raises(errors.InvalidArgumentError, match="sample_rate must be > 0"):
        _run(clip, {x: [[1.0]], rate: 0})


def test_tensors_and_text():
    metadata = SummaryMetadata(plugin_data=SummaryMetadata.PluginData(plugin_name="mine", content=b"c"))
    tensor = summary.tensor_summary(
        "t", constant([[1, 2]]), summary_description="why", display_name="T", summary_metadata=metadata
    )
    (value,) = _run(tensor).value
    np.testing.assert_array_equal(make_ndarray(value.tensor), [[1, 2]])
    assert value.metadata.plugin_data == metadata.plugin_data
    assert (value.metadata.summary_description, value.metadata.display_name) == ("why", "T")
    (value,) = _run(summary.text("words", constant(["a", "b"]))).value
    assert value.metadata.plugin_data.plugin_name == "text" and list(value.tensor.string_val) == [b"a", b"b"]
    with pytest.raises(ValueError, match="dtype string, got float32"):
        summary.text("words", constant(1.0))


def test_merging():
    assert summary.merge_all() is None
    with name_scope("a"):
        one = summary.scalar("x", 1.0)
    two = summary.histogram("y", [2.0], collections=[])
    merged = summary.merge([one, two], collections=["mine"], name="all")
    assert merged.op.name == "all/all" and get_collection("mine") == [merged]
    assert _tags(merged) == ["a/x", "y"]
    whole = summary.merge_all()
    assert whole.op.name == "Merge/MergeSummary" and _tags(whole) == ["a/x"]
    assert summary.merge_all(scope="b") is None and _tags(summary.merge_all(scope="a/")) == ["a/x"]
    with pytest.raises(errors.InvalidArgumentError, match="Duplicate tag a/x"):
        _run(summary.merge([one, one]))
    with pytest.raises(ValueError, match="at least one"):
        summary.merge([])
    with pytest.raises(errors.InvalidArgumentError, match="Could not parse"):
        _run(summary.merge([constant(b"\xff\xff")]))


def test_descriptions():
    node = NodeDef(op="TensorSummary")
    node.attr["description"].s = b'{"typeHint": "scalar"}'
    assert summary.get_summary_description(node).type_hint == "scalar"
    summary.scalar("x", 1.0)
    graph_def = get_default_graph().as_graph_def()
    assert isinstance(graph_def, GraphDef)
    with pytest.raises(ValueError, match="ScalarSummary"):
        summary.get_summary_description(graph_def.node[-1])
