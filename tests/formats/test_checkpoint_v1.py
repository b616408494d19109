import os

import ml_dtypes
import numpy as np
import pytest

from evergraph.formats import checkpoint_v1_writer, paths
from evergraph.formats.checkpoint_reader import checkpoint_exists, open_checkpoint
from evergraph.formats.checkpoint_v1 import TensorSliceReader
from evergraph.formats.checkpoint_v1_writer import TensorSliceWriter
from evergraph.framework import dtypes, errors
from tests.formats.test_checkpoint_bundle import VALUES, same

V1_VALUES = {
    name: value for name, value in VALUES.items() if name not in ("bfloat16", "uint32", "uint64")
}  # what V1 has no place for


@pytest.fixture
def path(tmp_path):
    return str(tmp_path / "model.ckpt-7")


def test_values_come_back(path):
    with TensorSliceWriter(path) as writer:
        for name, value in V1_VALUES.items():
            writer.add(name, value)
        writer.add("quantized", np.array([1, -2], np.int8), dtypes.qint8)
        writer.add("backwards", np.arange(3, dtype=">i8")[::-1])
    assert os.listdir(os.path.dirname(path)) == ["model.ckpt-7"] and checkpoint_exists(path)
    with open_checkpoint(path) as reader:
        assert isinstance(reader, TensorSliceReader)
        assert reader.keys() == sorted([*V1_VALUES, "quantized", "backwards"])
        for name, value in V1_VALUES.items():
            same(reader.read(name), value)
        assert reader.describe("quantized").dtype == dtypes.qint8
        assert reader.read("quantized").astype("i1").tolist() == [1, -2]
        assert reader.read("backwards").tolist() == [2, 1, 0]


def test_slices_in_one_file_or_several(path):
    value = np.arange(21, dtype=np.float64).reshape(7, 3)
    parts = {"0,2:-": value[:2], "2,5:0,1": value[2:, :1], "2,5:1,2": value[2:, 1:]}
    with TensorSliceWriter(path) as writer:
        for spec, part in parts.items():
            writer.add_slice("w", (7, 3), spec, part)
    for shard, (spec, part) in enumerate(parts.items()):
        with TensorSliceWriter(f"{path}-s-{shard:05d}-of-00003") as writer:
            writer.add_slice("w", (7, 3), spec, part)
    for name in (path, f"{path}-s", f"{path}-s-?????-of-00003"):
        with open_checkpoint(name) as reader:
            same(reader.read("w"), value)
            same(reader.read("w", "1,3:1,1"), value[1:4, 1:2].copy())
            assert len(reader.slices("w")) == 3
    paths.remove(f"{path}-s-00001-of-00003")
    with (
        pytest.raises(errors.NotFoundError, match="a shard is missing"),
        open_checkpoint(f"{path}-s") as reader,
    ):
        reader.read("w")


def test_a_file_appears_whole_or_not_at_all(path, monkeypatch):
    with TensorSliceWriter(path) as writer:
        writer.add("v", np.float32(1))
    with pytest.raises(ZeroDivisionError), TensorSliceWriter(path) as writer:
        writer.add("v", np.float32(2))
        raise ZeroDivisionError

    def fail(*args):
        raise OSError("disk full")

    with monkeypatch.context() as patched, pytest.raises(OSError, match="disk full"):
        patched.setattr(checkpoint_v1_writer, "_slice_message", fail)
        with TensorSliceWriter(path) as writer:
            writer.add("v", np.float32(3))
    assert os.listdir(os.path.dirname(path)) == ["model.ckpt-7"]
    with open_checkpoint(path) as reader:
        assert reader.read("v") == 1


def test_mistakes(path):
    writer = TensorSliceWriter(path)
    writer.add_slice("w", (4,), "0,2", np.zeros(2))
    with pytest.raises(errors.InvalidArgumentError, match="must be unique"):
        writer.add_slice("w", (4,), "0,2", np.zeros(2))
    with pytest.raises(
        errors.InvalidArgumentError, match=r"of a float64 tensor \[4\].*of a float64 tensor \[5\]"
    ):
        writer.add_slice("w", (5,), "2,3", np.zeros(3))
    with pytest.raises(errors.InvalidArgumentError, match="float64.*float32"):
        writer.add_slice("w", (4,), "2,2", np.zeros(2, np.float32))
    with pytest.raises(errors.InvalidArgumentError, match=r"has shape \[2\], but the value has \[3\]"):
        writer.add_slice("w", (4,), "2,2", np.zeros(3))
    with pytest.raises(errors.InvalidArgumentError, match="names not empty"):
        writer.add("", np.zeros(3))
    for value in (np.zeros(2, ml_dtypes.bfloat16), np.zeros(2, np.uint64)):
        with pytest.raises(errors.UnimplementedError, match=f"no {value.dtype}, only.*Save it as V2"):
            writer.add("other", value)
    with pytest.raises(errors.InvalidArgumentError, match="too large to serialize.*'big'"):
        writer.add("big", np.broadcast_to(np.zeros([], bool), [2, 1024, 1024, 1024]))
    with pytest.raises(errors.NotFoundError), TensorSliceWriter(path + "/no/file") as writer:
        writer.add("v", np.float32(2))
