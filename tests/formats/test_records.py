import gzip
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evergraph.formats.records import RECORD_OVERHEAD, RecordWriter, encode_record, iterate_records
from evergraph.framework import errors

COMPRESSIONS = ["", "GZIP", "ZLIB"]
RECORDS = [b"", b"a", b"hello" * 100, bytes(range(256)) * 5000, b"last"]


def write(path, records, compression=""):
    with RecordWriter(path, compression) as writer:
        for record in records:
            writer.write(record)
    return str(path)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.binary(max_size=100)), st.sampled_from(COMPRESSIONS), st.integers(1, 300))
def test_round_trip(tmp_path_factory, records, compression, buffer_size):
    path = write(tmp_path_factory.mktemp("r") / "f", records, compression)
    assert list(iterate_records(path, compression, buffer_size)) == records


@pytest.mark.parametrize("compression", COMPRESSIONS)
def test_records_beyond_the_buffer(tmp_path, compression):
    path = write(tmp_path / "f", RECORDS * 3, compression)
    for buffer_size in (1, 1000, 1 << 20):
        assert list(iterate_records(path, compression, buffer_size)) == RECORDS * 3


@pytest.mark.parametrize("compression", ["GZIP", "ZLIB"])
def test_streams_one_after_another(tmp_path, compression):
    first, second = write(tmp_path / "a", RECORDS, compression), write(tmp_path / "b", [b"x"], compression)
    both = tmp_path / "c"
    both.write_bytes(Path(first).read_bytes() + Path(second).read_bytes())
    assert list(iterate_records(both, compression)) == [*RECORDS, b"x"]


def test_gzip_is_what_gzip_reads(tmp_path):
    path = write(tmp_path / "f", [b"a", b"b"], "GZIP")
    with gzip.open(path) as file:
        assert file.read() == encode_record(b"a") + encode_record(b"b")


@pytest.mark.parametrize("compression", COMPRESSIONS)
def test_flushed_records_can_be_read(tmp_path, compression):
    path = tmp_path / "f"
    with RecordWriter(path, compression) as writer:
        writer.write(b"abc")
        writer.flush()
        records = iterate_records(path, compression)
        assert next(records) == b"abc"
        records.close()


@pytest.mark.parametrize("compression", COMPRESSIONS)
def test_reading_goes_on_where_it_stopped(tmp_path, compression):
    path = write(tmp_path / "f", RECORDS, compression)
    offset = 0
    for i, record in enumerate(RECORDS):
        assert list(iterate_records(path, compression, start=offset)) == RECORDS[i:]
        offset += len(record) + RECORD_OVERHEAD
    assert list(iterate_records(path, compression, start=offset)) == []
    with pytest.raises(errors.DataLossError, match="record at 7:"):
        list(iterate_records(path, compression, start=7))


def test_empty_files_hold_no_records(tmp_path):
    for compression in COMPRESSIONS:
        (tmp_path / "f").write_bytes(b"")
        assert list(iterate_records(tmp_path / "f", compression)) == []


def test_every_flipped_byte_is_noticed_and_what_precedes_it_read(tmp_path):
    records = [b"abc", b"defgh", b"i"]
    path = write(tmp_path / "f", records)
    content = Path(path).read_bytes()
    starts = [0, 19, 40]
    for position in range(len(content)):
        damaged = bytearray(content)
        damaged[position] ^= 0x10
        with open(path, "wb") as file:
            file.write(damaged)
        found, which = [], sum(start <= position for start in starts) - 1
        with pytest.raises(errors.DataLossError) as caught:
            for record in iterate_records(path, buffer_size=16):
                found.append(record)
        assert found == records[:which]
        assert path in str(caught.value) and f"record at {starts[which]}:" in str(caught.value)


@pytest.mark.parametrize("compression", COMPRESSIONS)
def test_truncation_is_noticed(tmp_path, compression):
    path = write(tmp_path / "f", [b"abc", os.urandom(50)], compression)
    size = os.path.getsize(path)
    whole_records = {0, 19} if not compression else {0}
    for length in range(size - 1, -1, -1):
        os.truncate(path, length)
        if length in whole_records:
            assert len(list(iterate_records(path, compression))) == (length > 0)
        else:
            with pytest.raises(errors.DataLossError, match="damaged"):
                list(iterate_records(path, compression))


def test_the_wrong_compression_is_data_loss(tmp_path):
    plain, packed = write(tmp_path / "a", [b"abc"]), write(tmp_path / "b", [b"abc"], "GZIP")
    for path, compression in ((plain, "GZIP"), (plain, "ZLIB"), (packed, ""), (packed, "ZLIB")):
        with pytest.raises(errors.DataLossError, match="compression"):
            list(iterate_records(path, compression))


def test_misuse(tmp_path):
    with pytest.raises(errors.InvalidArgumentError, match="LZ4"):
        RecordWriter(tmp_path / "f", "LZ4")
    with pytest.raises(errors.InvalidArgumentError, match="LZ4"):
        next(iterate_records(tmp_path / "f", "LZ4"))
    with pytest.raises(errors.NotFoundError, match="none"):
        next(iterate_records(tmp_path / "none"))
    with pytest.raises(errors.NotFoundError):
        RecordWriter(tmp_path / "no" / "f")
    writer = RecordWriter(tmp_path / "f")
    writer.close(), writer.close()
    with pytest.raises(errors.FailedPreconditionError, match="closed"):
        writer.write(b"a")
