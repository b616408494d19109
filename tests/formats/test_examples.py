"""Features are found in the bytes of an Example as the message library finds them."""

import numpy as np
import pytest
from google.protobuf.message import DecodeError

from evergraph.formats.examples import KINDS, NotPlain, SerializedExample, feature_places
from evergraph.formats.messages import Example

KEYS = ["a", "image/encoded", "größe", "k" * 130, ""]


def random_example(random):
    example = Example()
    for key in random.permutation(KEYS)[: random.randint(len(KEYS) + 1)]:
        feature = example.features.feature[key]
        count = random.choice([0, 1, 2, 30, 200])
        kind = random.randint(4)
        if kind == 0:
            feature.bytes_list.value.extend(random.bytes(random.choice([0, 3, 300])) for _ in range(count))
        elif kind == 1:
            feature.float_list.value.extend(random.randn(count))
        elif kind == 2:
            bits = random.randint(1, 64, count)
            signs = random.choice([-1, 1], count)
            feature.int64_list.value.extend(int(s) * ((1 << int(b)) - 1) for s, b in zip(signs, bits))
    return example


def as_message(data):
    """{key: (kind, values)} as the message library has it."""
    found = {}
    for key, feature in Example.FromString(data).features.feature.items():
        kind = feature.WhichOneof("kind")
        found[key] = (kind, [] if kind is None else list(getattr(feature, kind).value))
    return found


def as_found(data):
    example, found = SerializedExample(data), {}
    for key in as_message(data):
        kind = example.kind(key.encode())
        values = [] if kind is None else example.values(key.encode())
        if kind == "float_list":
            values = np.frombuffer(values, "<f4").tolist()
        found[key] = (kind, values.tolist() if isinstance(values, np.ndarray) else list(values))
    return found


def test_finds_what_the_message_library_finds():
    random = np.random.RandomState(0)
    for _ in range(300):
        data = random_example(random).SerializeToString()
        feature_places(data)  # plain, all of them
        assert as_found(data) == as_message(data)


def field(tag, content):
    return bytes([tag, len(content)]) + content


def entry(key, *lists):
    return field(0x0A, field(0x0A, key) + field(0x12, b"".join(lists)))


ONE = np.float32(1).tobytes()
ODD = {
    "floats one by one": field(0x0A, entry(b"a", field(0x12, b"\x0d" + ONE + b"\x0d" + ONE))),
    "integers one by one": field(0x0A, entry(b"a", field(0x1A, b"\x08\x05\x08\x07"))),
    "integers in two pieces": field(0x0A, entry(b"a", field(0x1A, b"\x0a\x01\x05\x0a\x01\x07"))),
    "a list twice": field(0x0A, entry(b"a", field(0x1A, b"\x0a\x01\x05"), field(0x1A, b"\x0a\x01\x07"))),
    "two kinds": field(0x0A, entry(b"a", field(0x1A, b"\x0a\x01\x05"), field(0x12, field(0x0A, ONE)))),
    "features twice": field(0x0A, entry(b"a", field(0x1A, b"\x0a\x01\x05"))) * 2
    + field(0x0A, entry(b"b", field(0x1A, b"\x0a\x01\x05"))),
    "a key twice": field(
        0x0A, entry(b"a", field(0x1A, b"\x0a\x01\x05")) + entry(b"a", field(0x1A, b"\x0a\x01\x06"))
    ),
    "the value first": field(
        0x0A, field(0x0A, field(0x12, field(0x1A, b"\x0a\x01\x05")) + field(0x0A, b"a"))
    ),
    "no value": field(0x0A, field(0x0A, field(0x0A, b"a"))),
    "an unknown field": field(0x0A, entry(b"a", field(0x1A, b"\x0a\x01\x05"))) + b"\x78\x01",
    "an unknown field of a feature": field(0x0A, entry(b"a", field(0x1A, b"\x0a\x01\x05"), b"\x78\x01")),
    "long lengths": b"\x0a\x8e\x00" + entry(b"a", field(0x1A, b"\x0a\x82\x00\x05\x07")),
    "no features": b"",
    "empty features": b"\x0a\x00",
}


@pytest.mark.parametrize("data", ODD.values(), ids=ODD)
def test_other_layouts_are_understood(data):
    assert as_found(data) == as_message(data)


def test_of_damaged_bytes_nothing_else_is_found():
    random, refused = np.random.RandomState(1), 0
    for _ in range(3000):
        data = bytearray(random_example(random).SerializeToString())
        if not data:
            continue
        for _ in range(random.randint(1, 4)):
            data[random.randint(min(len(data), 80))] = random.randint(256)
        data = bytes(data[: random.randint(len(data)) if random.rand() < 0.3 else None])
        try:
            wanted = as_message(data)
        except DecodeError:
            refused += 1
            try:
                example = SerializedExample(data)
            except DecodeError:
                continue
            # Where the damage is inside a feature, it shows when that is asked for.
            with pytest.raises(DecodeError):
                for key in feature_places(data):
                    if example.kind(key) is not None:
                        example.values(key)
            continue
        assert str(as_found(data)) == str(wanted)  # NaN is equal to itself there
    assert refused > 500


def test_what_is_no_example():
    for data in (b"\x0a\x05ab", b"\xff", b"\x0a\x03\x0a\x01\xff"):
        with pytest.raises(NotPlain):
            feature_places(data)
        with pytest.raises(DecodeError):
            SerializedExample(data)
    assert set(KINDS.values()) == {"bytes_list", "float_list", "int64_list"}
