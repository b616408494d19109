"""What a type checker is told of the protocol messages is so (`scripts/message_types.py`)."""

import importlib.util
from pathlib import Path

import pytest

from evergraph.formats.messages import BundleEntryProto, Feature

ROOT = Path(__file__).resolve().parent.parent
_spec = importlib.util.spec_from_file_location("message_types", ROOT / "scripts/message_types.py")
message_types = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(message_types)

TEXTS = message_types.message_types(ROOT)


def test_the_types_of_our_own_messages_are_fresh():
    path = ROOT / "evergraph/formats/messages.pyi"
    assert path.read_text(encoding="utf-8") == TEXTS[path], "run `make message-types`"


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.name)
def test_every_field_that_is_told_exists(path):
    """A newer `tensorboard` may have more of them."""
    told = [line for line in path.read_text(encoding="utf-8").splitlines() if "def __init__" not in line]
    assert set(told) - set(TEXTS[path].splitlines()) == set(), "run `make message-types`"


def test_a_message_is_told_as_it_behaves():
    lines = message_types.render_message(message_types.OWN, BundleEntryProto.DESCRIPTOR)
    assert lines[0] == "class BundleEntryProto(Message):"
    assert "    dtype: int" in lines
    assert "    shape: Final[tensor_shape_pb2.TensorShapeProto]" in lines
    assert "    slices: Final[RepeatedCompositeFieldContainer[TensorSliceProto]]" in lines
    with pytest.raises(AttributeError):
        BundleEntryProto().shape = BundleEntryProto().shape
    assert message_types.field_types(message_types.OWN, Feature.DESCRIPTOR.fields_by_name["bytes_list"]) == (
        "Final[BytesList]",
        "BytesList | Mapping[str, Any] | None",
    )
