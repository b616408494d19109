"""The signature of an operation, in a small language: `"a: T, b: T -> product: T"`."""

import re

from evergraph.framework import dtypes

_DTYPE_NAMES = frozenset(
    "float16 bfloat16 float32 float64 complex64 complex128 int8 int16 int32 int64 uint8 uint16 uint32 uint64 "
    "bool string resource variant qint8 quint8 qint16 quint16 qint32".split()
)
_ARGUMENT = re.compile(
    r"^(?:(?P<name>\w+)\s*:\s*)?(?P<ref>Ref\()?(?:(?P<number>\w+)\*)?(?P<list>\[)?(?P<type>\w+)\]?\)?"
    r"(?:=(?P<default>\w+))?$"
)


class Argument:
    """One input or output of a signature.

    `name: float32` has a fixed dtype; `name: T` the dtype of the type attribute T (any word that is no
    dtype's name), `T=int32` with a default for Python values; `name: N*T` is a list of N tensors of one
    dtype; `name: [Tlist]` a list of tensors of any dtypes; `name: Ref(T)` a variable's reference.
    """

    __slots__ = ("name", "dtype", "type_attr", "number_attr", "list_attr", "is_ref", "default")

    def __init__(self, text: str, position: int):
        match = _ARGUMENT.match(text.strip())
        if not match:
            raise ValueError(f"argument {text!r} of an operation's signature cannot be read")
        self.name = match["name"] or f"output{position or ''}"
        self.is_ref = bool(match["ref"])
        self.number_attr = match["number"]
        self.list_attr = match["type"] if match["list"] else None
        is_attr = match["list"] is not None or match["type"] not in _DTYPE_NAMES
        self.type_attr = match["type"] if is_attr and not self.list_attr else None
        self.dtype = None if is_attr else dtypes.as_dtype(match["type"])
        self.default = dtypes.as_dtype(match["default"]) if match["default"] else None

    @property
    def is_list(self) -> bool:
        return self.number_attr is not None or self.list_attr is not None


class Signature:
    """`"inputs -> outputs"`, each a comma-separated list of `Argument`."""

    def __init__(self, text: str):
        left, arrow, right = text.partition("->")
        if not arrow:
            raise ValueError(f"signature {text!r} has no '->'")
        self.text = text
        self.inputs = [Argument(a, i) for i, a in enumerate(_split(left))]
        self.outputs = [Argument(a, i) for i, a in enumerate(_split(right))]


def _split(text: str) -> list[str]:
    return [part for part in text.split(",") if part.strip()]
