"""Strings of bytes as values: `decode_raw`, `decode_csv`, `decode_json_example`, `decode_compressed`."""

import zlib
from collections.abc import Sequence

import numpy as np
from google.protobuf import json_format

from evergraph.formats.messages import Example
from evergraph.framework import dtypes, errors
from evergraph.framework.dtypes import DType
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import DTypeLike, TensorLike
from evergraph.ops.registry import by_leading_axis, host_op

public_module("python.ops.parsing_ops")

_WINDOW_BITS = {"ZLIB": 15, "GZIP": 31}
_INT_LIMITS = {dtypes.int32: (-(2**31), 2**31 - 1), dtypes.int64: (-(2**63), 2**63 - 1)}
_WORDS = {dtypes.float32: "float", dtypes.float64: "double"}  # for types whose name is another in messages
_RAW_TYPES = (
    dtypes.float16,
    dtypes.float32,
    dtypes.float64,
    dtypes.int32,
    dtypes.uint16,
    dtypes.uint8,
    dtypes.int16,
    dtypes.int8,
    dtypes.int64,
)


def _invalid(message):
    return errors.InvalidArgumentError(None, None, message)


def _text(value):
    return value.decode() if isinstance(value, bytes) else value or ""


def _each(strings, function):
    """An array of the strings that `function` makes of each."""
    result = np.empty(strings.size, object)
    result[:] = [function(one) for one in strings.reshape(-1)]
    return result.reshape(strings.shape)


def _same_shape(operation):
    return operation.input_tensors[0].shape


# -- raw bytes -----------------------------------------------------------------------------------------------


@host_op(
    "DecodeRaw",
    "bytes: string -> output: out_type",
    types={"out_type": _RAW_TYPES},
    shape=lambda op: op.input_tensors[0].shape.concatenate([None]),
)
def decode_raw_op(bytes, *, out_type: DType, little_endian=True):  # noqa: A002 (TensorFlow's word)
    strings = bytes.reshape(-1)
    kind = np.dtype(out_type.as_numpy_dtype)
    if not len(strings):
        return np.empty((*bytes.shape, 0), kind)
    length = len(strings[0])
    for index, one in enumerate(strings):
        if len(one) != length:
            raise _invalid(
                f"DecodeRaw requires input strings to all be the same size, but element {index} has size {length} "
                f"!= {len(one)}"
            )
    if length % kind.itemsize:
        raise _invalid(
            f"Input to DecodeRaw has length {length} that is not a multiple of {kind.itemsize}, the size of "
            f"{out_type.name}"
        )
    stored = kind.newbyteorder("<" if little_endian else ">")
    return (
        np.frombuffer(b"".join(strings), stored).astype(kind).reshape(*bytes.shape, length // kind.itemsize)
    )


decode_raw_op.batched = by_leading_axis


@public("decode_raw")
def decode_raw(
    bytes: TensorLike | None = None,  # noqa: A002
    out_type: DTypeLike | None = None,
    little_endian: bool = True,
    name: str | None = None,
    input_bytes: TensorLike | None = None,
) -> Tensor:
    """The numbers whose bytes strings are.

    Args:
      bytes: strings, all of one length (also under the name `input_bytes`).
      out_type: the numbers' DType.
      little_endian: their byte order.
      name: the operation's name.

    Returns:
      A tensor with one more dimension than `bytes`.

    Running it raises InvalidArgumentError for lengths that differ or are no multiple of the number's size.
    """
    source = input_bytes if bytes is None else bytes
    if source is None or out_type is None:
        raise TypeError("decode_raw needs the strings and out_type")
    return decode_raw_op(source, out_type=out_type, little_endian=little_endian, name=name)


# -- compression and JSON ------------------------------------------------------------------------------------


@host_op("DecodeCompressed", "bytes: string -> output: string", shape=_same_shape)
def decode_compressed_op(bytes, *, compression_type=""):  # noqa: A002
    compression = _text(compression_type)
    if compression and compression not in _WINDOW_BITS:
        raise _invalid(f"Only ZLIB, GZIP or NONE are supported compressions, got {compression!r}")
    if not compression:
        return bytes
    return _each(bytes, lambda data: _decompressed(data, compression))


def _decompressed(data, compression):
    try:
        return zlib.decompress(data, _WINDOW_BITS[compression])
    except zlib.error as error:
        raise errors.DataLossError(
            None, None, f"the bytes cannot be decompressed as {compression}: {error}"
        ) from error


@public("decode_compressed")
def decode_compressed(bytes: TensorLike, compression_type: str = "", name: str | None = None) -> Tensor:  # noqa: A002
    """Strings, decompressed.

    Args:
      bytes: strings of any shape.
      compression_type: "ZLIB", "GZIP", or "" for strings as they are.
      name: the operation's name.

    Raises:
      InvalidArgumentError: (when run) another `compression_type`, or bytes that are not so compressed.
    """
    return decode_compressed_op(bytes, compression_type=compression_type, name=name)


@host_op("DecodeJSONExample", "json_examples: string -> binary_examples: string", shape=_same_shape)
def decode_json_example_op(json_examples):
    return _each(json_examples, _example_bytes)


def _example_bytes(text):
    try:
        return json_format.Parse(text, Example()).SerializeToString(deterministic=True)
    except (json_format.ParseError, UnicodeDecodeError) as error:
        raise _invalid(f"Error while parsing JSON {text[:60]!r}: {error}") from error


@public("decode_json_example")
def decode_json_example(json_examples: TensorLike, name: str | None = None) -> Tensor:
    """Example messages in their JSON form, as bytes.

    Args:
      json_examples: strings of any shape.
      name: the operation's name.
    """
    return decode_json_example_op(json_examples, name=name)


# -- CSV -----------------------------------------------------------------------------------------------------


def _csv_shapes(operation):
    for index, default in enumerate(operation.input_tensors[1:]):
        if default.shape.is_fully_defined() and default.shape.num_elements() > 1:
            raise ValueError(
                f"There should only be 1 default per field but field {index} has shape {default.shape}"
            )
    return [operation.input_tensors[0].shape] * len(operation.outputs)


@host_op("DecodeCSV", "records: string, record_defaults: [OUT_TYPE] -> output: [OUT_TYPE]", shape=_csv_shapes)
def decode_csv_op(
    records,
    record_defaults,
    *,
    field_delim=",",
    use_quote_delim=True,
    na_value="",
    select_cols: Sequence = (),
):
    delimiter, missing = _text(field_delim).encode(), _text(na_value).encode()
    if len(delimiter) != 1:
        raise _invalid(f"field_delim should be only 1 char, got {delimiter!r}")
    for index, default in enumerate(record_defaults):
        if default.size > 1:
            raise _invalid(f"There should only be 1 default per field but field {index} has {default.size}")
    kinds = [dtypes.as_dtype(default.dtype) for default in record_defaults]
    columns = [np.empty(records.size, kind.as_numpy_dtype) for kind in kinds]
    for row, record in enumerate(records.reshape(-1)):
        fields = _split_record(record, delimiter, use_quote_delim)
        if select_cols:
            fields = [fields[column] for column in select_cols if column < len(fields)]
        if len(fields) != len(columns):
            raise _invalid(f"Expect {len(columns)} fields but have {len(fields)} in record {row}")
        for index, (field, column, kind, default) in enumerate(zip(fields, columns, kinds, record_defaults)):
            if not field or field == missing:
                if not default.size:
                    raise _invalid(f"Field {index} is required but missing in record {row}!")
                column[row] = default.reshape(-1)[0]
            else:
                column[row] = _field_value(field, kind, index, row)
    return [column.reshape(records.shape) for column in columns]


def _field_value(field, kind, index, row):
    if kind is dtypes.string:
        return field
    text = field.decode("utf-8", "replace").strip(" \t\n\r\v\f")
    try:
        if "_" in text:
            raise ValueError("an underscore is no part of a number")
        if kind not in _INT_LIMITS:
            return float(text)
        value = int(text)
        low, high = _INT_LIMITS[kind]
        if not low <= value <= high:
            raise ValueError("out of range")
        return value
    except ValueError as error:
        raise _invalid(
            f"Field {index} in record {row} is not a valid {_WORDS.get(kind, kind.name)}: {field.decode('utf-8', 'replace')}"
        ) from error


def _split_record(record, delimiter, quotes):
    """The fields of a record: RFC 4180, with line ends only inside quotes."""
    fields, position, end = [], 0, len(record)
    while position < end:
        if record[position : position + 1] in (b"\n", b"\r"):
            position += 1
        elif quotes and record[position : position + 1] == b'"':
            field, position = _quoted_field(record, position + 1, delimiter)
            fields.append(field)
        else:
            stop = record.find(delimiter, position)
            stop = end if stop < 0 else stop
            field = record[position:stop]
            if b"\n" in field or b"\r" in field or (quotes and b'"' in field):
                raise _invalid(f"Unquoted fields cannot have quotes/CRLFs inside: {field!r}")
            fields.append(field)
            position = stop + 1
    if record.endswith(delimiter):
        fields.append(b"")
    return fields


def _quoted_field(record, position, delimiter):
    """The field after a quote, and the position after the delimiter that ends it."""
    parts, end = [], len(record)
    while True:
        quote = record.find(b'"', position)
        if quote < 0:
            raise _invalid(f"Quoted field has to end with quote followed by delim or end: {record!r}")
        parts.append(record[position:quote])
        after = record[quote + 1 : quote + 2]
        if quote + 1 == end or after == delimiter:
            return b"".join(parts), quote + 2
        if after != b'"':
            raise _invalid(f"Quote inside a string has to be escaped by another quote: {record!r}")
        parts.append(b'"')
        position = quote + 2


decode_csv_op.batched = by_leading_axis


@public("decode_csv")
def decode_csv(
    records: TensorLike,
    record_defaults: Sequence[TensorLike],
    field_delim: str = ",",
    use_quote_delim: bool = True,
    name: str | None = None,
    na_value: str = "",
    select_cols: Sequence[int] | None = None,
) -> list[Tensor]:
    """The columns of CSV records.

    Args:
      records: strings of any shape, each a record.
      record_defaults: for each column a tensor of one value (its default) or none (it is required); they give the
        dtypes: float32, float64, int32, int64 or string.
      field_delim: the character between fields.
      use_quote_delim: whether fields may be quoted; then "" is a quote, and commas and line ends may be inside.
      name: the operation's name.
      na_value: a field of these characters counts as missing, like an empty one.
      select_cols: increasing numbers of the columns to take; all when None.

    Returns:
      A list of tensors of the shape of `records`.

    Raises:
      ValueError: `select_cols` that do not increase, are negative, or are not as many as the defaults.
    Running it raises InvalidArgumentError for a record that does not fit.
    """
    if select_cols is not None:
        if any(a >= b for a, b in zip(select_cols, select_cols[1:])):
            raise ValueError(f"select_cols is not strictly increasing: {select_cols}.")
        if select_cols and select_cols[0] < 0:
            raise ValueError(f"select_cols contains negative values: {select_cols}.")
        if len(select_cols) != len(record_defaults):
            raise ValueError(
                f"Length of select_cols and record_defaults do not match: {len(select_cols)} and "
                f"{len(record_defaults)}."
            )
    return decode_csv_op(
        records,
        record_defaults,
        field_delim=field_delim,
        use_quote_delim=use_quote_delim,
        na_value=na_value,
        select_cols=select_cols,
        name=name,
    )
