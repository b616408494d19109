"""Numbers and truth values as strings: `as_string`."""

from evergraph.framework import dtypes
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops.registry import host_op
from evergraph.ops.strings.elementwise import each, same_shape

public_module("python.ops.string_ops")


def _text(value):
    return value.decode() if isinstance(value, bytes) else value


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
    if len(fill) > 1:
        raise ValueError(f"Fill string must be one or fewer characters, got {fill!r}")
    if fill not in ("", " ", "+", "-", "0", "#"):
        raise ValueError(f"Fill argument not supported: {fill!r}; use ' ', '+', '-', '0', '#' or nothing")
    if scientific and shortest:
        raise ValueError("Cannot select both scientific and shortest notation")
    whole = dtype.is_integer
    if whole and (scientific or shortest):
        raise ValueError(f"scientific and shortest format do not apply to {dtype.name}")
    if whole and precision >= 0:
        raise ValueError(f"precision not supported for {dtype.name}, got {precision}")
    text = f"%{fill}{width if width > -1 else ''}"
    if whole:
        return text + "d"
    return (
        text + (f".{precision}" if precision > -1 else "") + ("e" if scientific else "g" if shortest else "f")
    )


@host_op(
    "AsString", "input: T -> output: string", shape=same_shape, types={"T": _PRINTABLE}, differentiable=False
)
def as_string_op(input, *, T, precision=-1, scientific=False, shortest=False, width=-1, fill=""):
    if T == dtypes.bool:
        return each(lambda v: b"true" if v else b"false", input)
    form = _number_format(T, precision, scientific, shortest, width, _text(fill))
    if T.is_complex:
        return each(lambda v: f"({form % v.real},{form % v.imag})".encode(), input)
    return each(lambda v: (form % v).encode(), input)


@public("as_string")
def as_string(
    input: TensorLike,
    precision: int = -1,
    scientific: bool = False,
    shortest: bool = False,
    width: int = -1,
    fill: str = "",
    name: str | None = None,
) -> Tensor:
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
