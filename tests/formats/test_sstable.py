import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evergraph.formats.checksums import masked_crc32c
from evergraph.formats.snappy import decompress
from evergraph.formats.sstable import TableReader, TableWriter
from evergraph.formats.varints import append_varint, read_varint
from evergraph.framework import errors


def write(items, block_size=262144):
    content = bytearray()
    table = TableWriter(content.extend, block_size)
    for key, value in items:
        table.add(key, value)
    table.finish()
    return bytes(content)


def reader(content):
    return TableReader(lambda offset, length: content[offset : offset + length], len(content), "some.index")


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(st.binary(max_size=12), st.binary(max_size=40), max_size=80),
    st.sampled_from([64, 500, 262144]),
)
def test_round_trip(items, block_size):
    table = reader(write(sorted(items.items()), block_size))
    assert list(table.items()) == sorted(items.items())
    for key in items:
        assert table.get(key) == items[key]
    assert table.get(b"not a key of twelve bytes") is None


@settings(max_examples=30, deadline=None)
@given(st.sets(st.binary(max_size=3), min_size=1, max_size=40), st.binary(max_size=3))
def test_items_start_anywhere(keys, start):
    table = reader(write([(key, b"v" * 30) for key in sorted(keys)], 64))
    assert [key for key, _ in table.items(start)] == [key for key in sorted(keys) if key >= start]


def test_keys_must_ascend():
    with pytest.raises(ValueError, match="must ascend"):
        write([(b"b", b""), (b"a", b"")])


def test_every_flipped_byte_is_noticed():
    content = write([(b"key%03d" % i, os.urandom(8)) for i in range(40)], 200)
    original = list(reader(content).items())
    for position in range(len(content)):
        damaged = bytearray(content)
        damaged[position] ^= 0x41
        try:
            found = list(reader(bytes(damaged)).items())
        except errors.DataLossError as error:
            assert "some.index" in str(error)
        else:  # only what nobody reads may change: the handle of the unused meta-index, it and the padding
            assert found == original


@pytest.mark.parametrize("length", [0, 1, 47, 48, 100, -1])
def test_truncation_is_noticed(length):
    content = write([(b"key%03d" % i, bytes(8)) for i in range(40)])
    with pytest.raises(errors.DataLossError, match="some.index"):
        list(reader(content[:length]).items())


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=60), st.binary(max_size=60), st.sampled_from([b"\0", b"\1", b"\2"]), st.booleans())
def test_nonsense_with_good_checksums_is_data_loss(data, index, compression, sound_index):
    content = bytearray()

    def put(block):
        handle = bytearray()
        append_varint(handle, len(content))
        append_varint(handle, len(block))
        block += compression
        content.extend(block + masked_crc32c(block).to_bytes(4, "little"))
        return bytes(handle)

    handle = put(data)
    if sound_index:
        index, compression = (
            b"\x00\x01" + bytes([len(handle)]) + b"z" + handle + bytes(4) + b"\1\0\0\0",
            b"\0",
        )
    footer = handle + put(index)
    content += footer.ljust(40, b"\0") + bytes.fromhex("57fb808b247547db")
    try:
        assert all(isinstance(key, bytes) for key, _ in reader(bytes(content)).items())
    except errors.DataLossError as error:
        assert "some.index" in str(error)


@given(st.integers(0, 2**63 - 1))
def test_varints(number):
    buffer = bytearray(b"x")
    append_varint(buffer, number)
    assert read_varint(bytes(buffer), 1) == (number, len(buffer))


def test_varints_end():
    with pytest.raises(IndexError):
        read_varint(b"\x80", 0)
    with pytest.raises(ValueError):
        read_varint(b"\x80" * 11, 0)


SNAPPY = [
    (b"\x00", b""),
    (b"\x05\x10hello", b"hello"),
    (b"\x0a\x00a\x22\x01\x00", b"a" * 10),  # copy, 2-byte offset
    (b"\x09\x08abc\x09\x03", b"abcabcabc"),  # copy, 1-byte offset, longer than its distance
    (b"\x08\x0cabcd\x0f\x04\x00\x00\x00", b"abcdabcd"),  # copy, 4-byte offset
    (b"\x64\xf0\x63" + b"z" * 100, b"z" * 100),  # a literal whose length follows
]


@pytest.mark.parametrize("packed,plain", SNAPPY)
def test_snappy(packed, plain):
    assert decompress(packed) == plain


@pytest.mark.parametrize(
    "packed", [b"", b"\x05\x10hell", b"\x06\x10hello", b"\x05\x00a\x0d\x09", b"\x05\xf0", b"\x05\x01"]
)
def test_broken_snappy_is_refused(packed):
    with pytest.raises(ValueError):
        decompress(packed)
