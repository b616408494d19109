"""Operations on strings: object arrays of bytes, computed on the host."""

import base64
import re

import numpy as np

from evergraph.framework import dtypes, errors
from evergraph.framework.composite import SparseTensor
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.registry import definition_named
from evergraph.framework.shapes import as_shape, broadcast_shapes, unknown_shape
from evergraph.ops import array as array_ops
from evergraph.ops.constants import constant
from evergraph.ops.inference import constant_value
from evergraph.ops.registry import INDEX, host_op
from evergraph.ops.string_hashes import farm_fingerprint64, murmur64, sip_hash64

__all__ = [
    "as_string",
    "decode_base64",
    "encode_base64",
    "reduce_join",
    "regex_full_match",
    "regex_replace",
    "string_join",
    "string_split",
    "string_split_v2",
    "string_strip",
    "string_to_hash_bucket",
    "string_to_hash_bucket_fast",
    "string_to_hash_bucket_strong",
    "string_to_number",
    "substr",
]


def _each(function, array, dtype=object):
    """`function` of every element."""
    array = np.asarray(array)
    result = np.empty(array.shape, dtype)
    result.reshape(-1)[:] = [function(v) for v in array.reshape(-1).tolist()] or result.reshape(-1)
    return result


def _same_shape(operation):
    return operation.input_tensors[0].shape


def _text(value):
    return value.decode() if isinstance(value, bytes) else value


# -- numbers and strings ------------------------------------------------------------

_PRINTABLE = (
    dtypes.int8,
    dtypes.int16,
    dtypes.int32,
    dtypes.int64,
    dtypes.complex64,
    dtypes.float32,
    dtypes.float64,
    dtypes.bool,
)


def _number_format(dtype, precision, scientific, shortest, width, fill):
    """The printf format of a number.

    Raises:
      ValueError: options that exclude each other or do not suit the dtype.
    """
    if fill not in ("", " ", "+", "-", "0", "#"):
        raise ValueError(f"Fill argument not supported: {fill!r}; use ' ', '+', '-', '0', '#' or nothing")
    if scientific and shortest:
        raise ValueError("Cannot select both scientific and shortest notation")
    whole = dtype.is_integer
    if whole and (scientific or shortest or precision >= 0):
        raise ValueError(f"scientific, shortest and precision do not apply to {dtype.name}")
    text = f"%{fill}{width if width > -1 else ''}"
    if whole:
        return text + "d"
    return (
        text + (f".{precision}" if precision > -1 else "") + ("e" if scientific else "g" if shortest else "f")
    )


@host_op(
    "AsString", "input: T -> output: string", shape=_same_shape, types={"T": _PRINTABLE}, differentiable=False
)
def as_string_op(input, *, T, precision=-1, scientific=False, shortest=False, width=-1, fill=""):
    if T == dtypes.bool:
        return _each(lambda v: b"true" if v else b"false", input)
    form = _number_format(T, precision, scientific, shortest, width, _text(fill))
    if T.is_complex:
        return _each(lambda v: f"({form % v.real},{form % v.imag})".encode(), input)
    return _each(lambda v: (form % v).encode(), input)


def as_string(input, precision=-1, scientific=False, shortest=False, width=-1, fill="", name=None):
    """Numbers (or truth values) as strings.

    Args:
      input: a tensor of numbers or bools.
      precision: digits after the point of a float; -1 for the default of six.
      scientific: whether to write floats with an exponent.
      shortest: whether to use the shorter of both notations.
      width: the least number of characters.
      fill: what pads to `width`: "", " ", "0", or a sign flag "+" or "-".
      name: the operation's name.

    InvalidArgumentError when it runs with options that do not suit the dtype.
    """
    return as_string_op(
        input,
        precision=precision,
        scientific=scientific,
        shortest=shortest,
        width=width,
        fill=fill,
        name=name,
    )


_REAL = re.compile(
    rb"[+-]?(?:\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?|inf(?:inity)?|nan)", re.IGNORECASE
)
_WHOLE = re.compile(rb"[+-]?\d+")


@host_op(
    "StringToNumber",
    "string_tensor: string -> output: out_type",
    shape=_same_shape,
    differentiable=False,
    types={"out_type": (dtypes.float32, dtypes.float64, dtypes.int32, dtypes.int64)},
)
def string_to_number_op(string_tensor, *, out_type=dtypes.float32):
    pattern, kind = (_WHOLE, int) if out_type.is_integer else (_REAL, float)

    def convert(value):
        text = value.strip()
        if pattern.fullmatch(text):
            number = kind(text)
            if not out_type.is_integer or out_type.min <= number <= out_type.max:
                return number
        raise errors.InvalidArgumentError(
            None,
            None,
            f"StringToNumberOp could not correctly convert string: {value.decode(errors='replace')}",
        )

    return _each(convert, string_tensor, out_type.as_numpy_dtype)


def string_to_number(string_tensor, out_type=dtypes.float32, name=None):
    """Each string as a number of `out_type` (float32, float64, int32 or int64).

    InvalidArgumentError when a string is no such number at run time.
    """
    return string_to_number_op(string_tensor, out_type=dtypes.as_dtype(out_type), name=name)


# -- joining, splitting ------------------------------------------------------------


def _joined_shape(operation):
    shape = as_shape([])
    for tensor in operation.input_tensors:
        if tensor.shape.ndims is None:
            return unknown_shape()
        if tensor.shape.ndims:
            shape = tensor.shape if not shape.ndims else shape.merge_with(tensor.shape)
    return shape


@host_op("StringJoin", "inputs: N*string -> output: string", shape=_joined_shape, differentiable=False)
def string_join_op(inputs, *, separator=""):
    separator = separator.encode() if isinstance(separator, str) else separator
    shapes = {np.shape(part) for part in inputs} - {()}
    if len(shapes) > 1:
        raise ValueError(f"Input shapes do not match: {sorted(shapes)}; all must be equal or scalars")
    parts = np.broadcast_arrays(*[np.asarray(p, object) for p in inputs])
    result = np.empty(parts[0].shape, object)
    result.reshape(-1)[:] = [separator.join(row) for row in zip(*[p.reshape(-1).tolist() for p in parts])]
    return result


def string_join(inputs, separator="", name=None):
    """The elements of several string tensors of one shape (or scalars), joined one by one with a separator."""
    return string_join_op(inputs, separator=separator, name=name)


def _reduced_shape(operation):
    inputs, axes = operation.input_tensors
    dims, axes = inputs.shape.dims_or_none, constant_value(axes)
    if dims is None:
        return unknown_shape()
    keep = operation.attrs["keep_dims"]
    if axes is None:
        return unknown_shape(len(dims) if keep else None)
    axes = [int(a) for a in axes.reshape(-1)]
    for axis in axes:
        if not -len(dims) <= axis < len(dims):
            raise ValueError(
                f"ReduceJoin {operation.name!r}: Invalid reduction dimension {axis} for input with "
                f"{len(dims)} dimensions"
            )
    axes = {a % len(dims) for a in axes}
    return as_shape([1 if i in axes else d for i, d in enumerate(dims) if keep or i not in axes])


@host_op(
    "ReduceJoin",
    "inputs: string, reduction_indices: int32 -> output: string",
    shape=_reduced_shape,
    differentiable=False,
)
def reduce_join_op(inputs, reduction_indices, *, keep_dims=False, separator=""):
    inputs = np.asarray(inputs, object)
    separator = separator.encode() if isinstance(separator, str) else separator
    axes = [int(a) for a in np.reshape(reduction_indices, -1)]
    if any(not -inputs.ndim <= a < inputs.ndim for a in axes):
        raise ValueError(f"Invalid reduction dimension in {axes} for input with {inputs.ndim} dimensions")
    axes = [a % inputs.ndim for a in axes]
    if len(set(axes)) != len(axes):
        raise ValueError(f"Duplicate reduction dimension in {axes}")
    rest = [i for i in range(inputs.ndim) if i not in axes]
    rows = inputs.transpose(rest + axes[::-1]).reshape(  # the axis that is named first is joined first
        *[inputs.shape[i] for i in rest], int(np.prod([inputs.shape[i] for i in axes]))
    )
    result = np.empty(rows.shape[:-1], object)
    flat = rows.reshape(result.size, rows.shape[-1])
    result.reshape(-1)[:] = [separator.join(row) for row in flat.tolist()]
    return (
        result.reshape([1 if i in axes else d for i, d in enumerate(inputs.shape)]) if keep_dims else result
    )


def reduce_join(inputs, axis=None, keep_dims=False, separator="", name=None, reduction_indices=None):
    """The strings along some axes joined into one.

    Args:
      inputs: a string tensor.
      axis: an axis or a list, in the order in which to join; None takes all from the last to the first.
      keep_dims: whether to keep the axes with size 1.
      separator: what to put between two strings.
      name: the operation's name.
      reduction_indices: older name of `axis`.

    Raises:
      ValueError: an axis is out of range, or both names are used.
    """
    inputs = convert_to_tensor(inputs)
    if reduction_indices is not None:
        if axis is not None:
            raise ValueError("reduce_join: give 'axis' or its older name 'reduction_indices', not both")
        axis = reduction_indices
    if axis is None:
        rank = inputs.shape.ndims
        if rank is not None:
            axis = constant(np.arange(rank - 1, -1, -1, dtype=np.int32))
        else:
            axis = definition_named("Range")(array_ops.rank(inputs) - 1, -1, -1)
    return reduce_join_op(inputs, axis, keep_dims=keep_dims, separator=separator, name=name)


def _tokens_shape(operation):
    source = operation.input_tensors[0]
    if source.shape.ndims not in (None, 1):
        raise ValueError(
            f"{operation.type} {operation.name!r}: Shape must be rank 1 but is rank {source.shape.ndims}"
        )
    return [as_shape([None, 2]), as_shape([None]), as_shape([2])]


def _tokens(rows):
    """(indices, values, dense shape) of lists of strings."""
    indices = [[i, j] for i, row in enumerate(rows) for j in range(len(row))]
    values = np.empty(len(indices), object)
    values[:] = [v for row in rows for v in row]
    shape = np.array([len(rows), max((len(row) for row in rows), default=0)], np.int64)
    return np.array(indices, np.int64).reshape(-1, 2), values, shape


@host_op(
    "StringSplit",
    "input: string, delimiter: string -> indices: int64, values: string, shape: int64",
    shape=_tokens_shape,
    differentiable=False,
)
def string_split_op(input, delimiter, *, skip_empty=True):
    delimiters = bytes(np.asarray(delimiter, object).item())
    pattern = re.compile(b"[" + re.escape(delimiters) + b"]") if delimiters else None

    def split(text):
        if not text:
            return []
        parts = pattern.split(text) if pattern else [text[i : i + 1] for i in range(len(text))]
        return [p for p in parts if p] if skip_empty else parts

    return _tokens([split(text) for text in input.tolist()])


def string_split(source, delimiter=" ", skip_empty=True):
    """The pieces of each string of a vector, as a SparseTensor `[number of strings, most pieces]`.

    Args:
      source: a string vector.
      delimiter: a string scalar; each of its bytes separates pieces; empty splits into single bytes.
      skip_empty: whether to leave empty pieces out.
    """
    delimiter = convert_to_tensor(delimiter, dtypes.string)
    source = convert_to_tensor(source, dtypes.string)
    return SparseTensor(*string_split_op(source, delimiter, skip_empty=skip_empty))


@host_op(
    "StringSplitV2",
    "input: string, sep: string -> indices: int64, values: string, shape: int64",
    shape=_tokens_shape,
    differentiable=False,
)
def string_split_v2_op(input, sep, *, maxsplit=-1):
    separator = bytes(np.asarray(sep, object).item()) or None
    return _tokens([text.split(separator, maxsplit) for text in input.tolist()])


def string_split_v2(source, sep=None, maxsplit=-1):
    """Like `string_split`, with the rules of Python's `bytes.split(sep, maxsplit)`."""
    sep = convert_to_tensor("" if sep is None else sep, dtypes.string)
    source = convert_to_tensor(source, dtypes.string)
    return SparseTensor(*string_split_v2_op(source, sep, maxsplit=maxsplit))


def _substr_shape(operation):
    strings, pos, length = operation.input_tensors
    if (
        pos.shape.ndims is not None
        and length.shape.ndims is not None
        and not pos.shape.is_compatible_with(length.shape)
    ):
        raise ValueError(
            f"Substr {operation.name!r}: pos {pos.shape} and len {length.shape} must have the same shape"
        )
    return broadcast_shapes(strings.shape, pos.shape)


@host_op(
    "Substr",
    "input: string, pos: T=int32, len: T=int32 -> output: string",
    shape=_substr_shape,
    types={"T": INDEX},
    differentiable=False,
)
def substr_op(input, pos, len):
    strings, starts, lengths = np.broadcast_arrays(np.asarray(input, object), pos, len)
    result = np.empty(strings.shape, object)
    for at, text in np.ndenumerate(strings):
        start, size = int(starts[at]), text.__len__()
        if not -size <= start <= size:
            raise errors.InvalidArgumentError(
                None, None, f"pos {start} out of range for string {text!r} at index {list(at)}"
            )
        start += size if start < 0 else 0
        result[at] = text[start : start + max(int(lengths[at]), 0)]
    return result


def substr(input, pos, len, name=None):
    """The part of each string that starts at byte `pos` and has up to `len` bytes.

    `pos` and `len` are integer tensors of one shape that broadcasts with the strings; a negative `pos`
    counts from the
    end.  InvalidArgumentError when a position lies outside its string.
    """
    return substr_op(input, pos, len, name=name)


@host_op("StringStrip", "input: string -> output: string", shape=_same_shape, differentiable=False)
def string_strip_op(input):
    return _each(bytes.strip, input)


def string_strip(input, name=None):
    """Each string without white space at its ends."""
    return string_strip_op(input, name=name)


# -- regular expressions ------------------------------------------------------------


def _compiled(pattern):
    """A pattern of RE2's syntax as a Python pattern on text."""
    source = _decoded(np.asarray(pattern, object).item())
    multiline = re.match(r"\(\?[a-zA-Z]*m", source) is not None
    parts, in_class = [], False
    for token in re.findall(r"\\.|\[\^?\]?|\]|[^\\\[\]]", source, re.DOTALL):
        if token.startswith("[") and not in_class:
            in_class = True
        elif token == "]":
            in_class = False
        elif not in_class and token == r"\z":
            token = r"\Z"
        elif not in_class and token == "$" and not multiline:
            token = r"\Z"  # RE2's $ is the very end, Python's may stand before a last newline
        parts.append(token)
    try:
        return re.compile("".join(parts), re.ASCII)
    except re.error as error:
        raise errors.InvalidArgumentError(None, None, f"Invalid pattern: {source}, error: {error}") from error


def _decoded(value):
    return value.decode("utf-8", "surrogateescape")


def _encoded(value):
    return value.encode("utf-8", "surrogateescape")


@host_op(
    "RegexReplace",
    "input: string, pattern: string, rewrite: string -> output: string",
    shape=_same_shape,
    differentiable=False,
)
def regex_replace_op(input, pattern, rewrite, *, replace_global=True):
    compiled = _compiled(pattern)
    template = re.split(r"\\(.)", _decoded(np.asarray(rewrite, object).item()), flags=re.DOTALL)

    def expand(match):
        text = template[0]
        for escape, literal in zip(template[1::2], template[2::2]):
            text += (match[int(escape)] or "") if escape.isdigit() else escape
            text += literal
        return text

    return _each(lambda v: _encoded(compiled.sub(expand, _decoded(v), 0 if replace_global else 1)), input)


def regex_replace(input, pattern, rewrite, replace_global=True, name=None):
    r"""Each string with the matches of a pattern replaced.

    Args:
      input: a string tensor.
      pattern: a string scalar, a regular expression of RE2's syntax.
      rewrite: a string scalar; `\1` to `\9` stand for the groups, `\0` for the match.
      replace_global: whether to replace all matches, or the first only.
      name: the operation's name.

    InvalidArgumentError when the pattern cannot be read.
    """
    return regex_replace_op(input, pattern, rewrite, replace_global=replace_global, name=name)


@host_op(
    "RegexFullMatch",
    "input: string, pattern: string -> output: bool",
    shape=_same_shape,
    differentiable=False,
)
def regex_full_match_op(input, pattern):
    compiled = _compiled(pattern)
    return _each(lambda v: compiled.fullmatch(_decoded(v)) is not None, input, np.bool_)


def regex_full_match(input, pattern, name=None):
    """Whether each string as a whole matches a regular expression of RE2's syntax."""
    return regex_full_match_op(input, pattern, name=name)


# -- buckets ------------------------------------------------------------


def _define_bucket(type, argument, digest):
    @host_op(type, f"{argument}: string -> output: int64", shape=_same_shape, differentiable=False)
    def bucket(*strings, num_buckets: int):
        return _each(lambda v: digest(v) % num_buckets, strings[0], np.int64)

    return bucket


_bucket_op = _define_bucket("StringToHashBucket", "string_tensor", murmur64)
_bucket_fast_op = _define_bucket("StringToHashBucketFast", "input", farm_fingerprint64)


@host_op(
    "StringToHashBucketStrong", "input: string -> output: int64", shape=_same_shape, differentiable=False
)
def _bucket_strong_op(input, *, num_buckets: int, key: list):
    return _each(lambda v: sip_hash64(v, (key[0], key[1])) % num_buckets, input, np.int64)


def _buckets(count):
    if count < 1:
        raise ValueError(f"num_buckets must be at least 1, got {count}")
    return count


def string_to_hash_bucket(string_tensor, num_buckets, name=None):
    """The bucket in `[0, num_buckets)` of each string, int64.  Deprecated: use one of the two below."""
    return _bucket_op(string_tensor, num_buckets=_buckets(num_buckets), name=name)


def string_to_hash_bucket_fast(input, num_buckets, name=None):
    """The bucket in `[0, num_buckets)` of each string by its FarmHash fingerprint, int64."""
    return _bucket_fast_op(input, num_buckets=_buckets(num_buckets), name=name)


def string_to_hash_bucket_strong(input, num_buckets, key, name=None):
    """The bucket of each string by a keyed hash that an adversary cannot foresee.

    Args:
      input: a string tensor.
      num_buckets: how many buckets.
      key: two integers.
      name: the operation's name.

    Raises:
      ValueError: the key has not two elements.
    """
    if len(key) != 2:
        raise ValueError(f"key must have 2 elements, got {list(key)}")
    return _bucket_strong_op(input, num_buckets=_buckets(num_buckets), key=list(key), name=name)


# -- base64 ------------------------------------------------------------


@host_op("EncodeBase64", "input: string -> output: string", shape=_same_shape, differentiable=False)
def encode_base64_op(input, *, pad=False):
    encoded = _each(base64.urlsafe_b64encode, input)
    return encoded if pad else _each(lambda v: v.rstrip(b"="), encoded)


def encode_base64(input, pad=False, name=None):
    """Each string in web-safe base64, padded with "=" if `pad`."""
    return encode_base64_op(input, pad=pad, name=name)


_BASE64 = re.compile(rb"[A-Za-z0-9_-]*={0,2}")


def _decode(value):
    text = value.rstrip(b"=")
    if not _BASE64.fullmatch(value) or len(text) % 4 == 1 or len(value) > len(text) and len(value) % 4:
        raise errors.InvalidArgumentError(
            None, None, f"Invalid character or length in web-safe base64: {value!r}"
        )
    return base64.urlsafe_b64decode(text + b"=" * (-len(text) % 4))


@host_op("DecodeBase64", "input: string -> output: string", shape=_same_shape, differentiable=False)
def decode_base64_op(input):
    return _each(_decode, input)


def decode_base64(input, name=None):
    """The bytes that web-safe base64 strings stand for, padded or not.

    InvalidArgumentError when a string is no such encoding.
    """
    return decode_base64_op(input, name=name)
