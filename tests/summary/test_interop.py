"""Summaries held against TensorFlow's, and event files against TensorBoard."""

import io

import numpy as np
import pytest
from PIL import Image

from evergraph import summary
from evergraph.formats.messages import GraphDef, Summary
from evergraph.framework.default_graph import get_default_graph, name_scope
from evergraph.ops.constants import constant
from evergraph.ops.variables.reference import Variable
from evergraph.session.session import Session

pytestmark = pytest.mark.interop


@pytest.fixture
def tf1():
    return pytest.importorskip("tensorflow").compat.v1


RANDOM = np.random.default_rng(2)
SPREAD = (RANDOM.normal(size=500) * 10.0 ** RANDOM.integers(-14, 22, 500)).astype(np.float32)
FLOATS = RANDOM.normal(size=(4, 5, 6, 3)).astype(np.float32)
FLOATS[1, 2, 3, 0] = np.nan
FLOATS[2] = np.abs(FLOATS[2])
SOUND = RANDOM.normal(size=(2, 50, 2)).astype(np.float32)
ROWS = {
    "scalar": lambda s, c: s.scalar("x", c(1.5)),
    "scalar of int": lambda s, c: s.scalar("x", c(np.int64(7))),
    "family": lambda s, c: s.scalar("x", c(1.5), family="f"),
    "histogram": lambda s, c: s.histogram("x", c(SPREAD)),
    "histogram of int": lambda s, c: s.histogram("x", c(np.arange(-5, 9))),
    "empty histogram": lambda s, c: s.histogram("x", c(np.zeros([0], np.float32))),
    "image": lambda s, c: s.image("x", c(FLOATS)),
    "half image": lambda s, c: s.image("x", c(FLOATS.astype(np.float16)), max_outputs=1),
    "grey bytes": lambda s, c: s.image("x", c(np.arange(30, dtype=np.uint8).reshape(1, 5, 6, 1))),
    "audio": lambda s, c: s.audio("x", c(SOUND), 44100.0),
    "flat audio": lambda s, c: s.audio("x", c(SOUND[..., 0]), 8000.0, max_outputs=1),
    "tensor": lambda s, c: s.tensor_summary("x", c(SPREAD), summary_description="d", display_name="n"),
    "text": lambda s, c: s.text("x", c(["a", "b"])),
    "merge": lambda s, c: s.merge([s.scalar("x", c(1.0)), s.histogram("y", c(SPREAD))]),
}


def _decoded(message):
    """The values with PNG files (which encoders compress differently) as pixels and sums to a tolerance."""
    found = []
    for value in message.value:
        pixels = None
        if value.HasField("image"):
            pixels = np.array(Image.open(io.BytesIO(value.image.encoded_image_string))).tolist()
            value.image.encoded_image_string = b""
        sums = None
        if value.HasField("histo"):
            sums = (value.histo.sum, value.histo.sum_squares)
            value.histo.sum = value.histo.sum_squares = 0
        found.append((value.SerializeToString(deterministic=True), pixels, sums))
    return found


@pytest.mark.parametrize("row", ROWS)
def test_values_agree(row, tf1):
    with name_scope("a"):
        ours = ROWS[row](summary, constant)
    with tf1.Graph().as_default(), tf1.Session() as session:
        with tf1.name_scope("a"):
            theirs = ROWS[row](tf1.summary, tf1.constant)
        expected = Summary.FromString(session.run(theirs))
        name = theirs.name
    assert ours.name == name
    found = _decoded(Summary.FromString(Session().run(ours)))
    for (message, pixels, sums), (message_, pixels_, sums_) in zip(found, _decoded(expected), strict=True):
        assert message == message_
        if pixels is not None:
            assert np.abs(np.subtract(pixels, pixels_)).max() == 0
        if sums is not None:
            np.testing.assert_allclose(sums, sums_, rtol=1e-9)


def test_tensorboard_reads_event_files(tmp_path):
    event_accumulator = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")
    x = Variable(2.0, name="x")
    summary.scalar("loss", x * 1.5)
    summary.histogram("weights", SPREAD)
    summary.image("picture", FLOATS, max_outputs=1)
    summary.audio("sound", SOUND, 8000.0, max_outputs=1)
    summary.text("words", constant("hello"))
    merged = summary.merge_all()
    session = Session()
    session.run(x.initializer)
    with summary.FileWriter(str(tmp_path), get_default_graph()) as writer:
        for step in (3, 4):
            writer.add_summary(session.run(merged), step)
    board = event_accumulator.EventAccumulator(str(tmp_path))
    board.Reload()
    tags = board.Tags()
    assert tags["scalars"] == ["loss"] and tags["histograms"] == ["weights"] and tags["tensors"] == ["words"]
    assert tags["images"] == ["picture/image"] and tags["audio"] == ["sound/audio"]
    assert [(event.step, event.value) for event in board.Scalars("loss")] == [(3, 3.0), (4, 3.0)]
    assert board.Histograms("weights")[0].histogram_value.num == 500
    assert board.Graph() == GraphDef.FromString(
        get_default_graph().as_graph_def(add_shapes=True).SerializeToString()
    )
    assert board.MetaGraph().graph_def == board.Graph()
