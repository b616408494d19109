"""`tf.compat`: text and bytes, and the Python and NumPy types that count as numbers."""

import numbers
import os
from typing import Any

import numpy as np

from evergraph.framework.public import public

bytes_or_text_types = public("compat.bytes_or_text_types")((bytes, str))
integral_types = public("compat.integral_types")((numbers.Integral, np.integer))
real_types = public("compat.real_types")((numbers.Real, np.integer, np.floating))
complex_types = public("compat.complex_types")((numbers.Complex, np.number))


@public("compat.as_bytes")
def as_bytes(bytes_or_text: str | bytes, encoding: str = "utf-8") -> bytes:
    """Text encoded, bytes as they are; TypeError for anything else."""
    if isinstance(bytes_or_text, str):
        return bytes_or_text.encode(encoding)
    if isinstance(bytes_or_text, bytes):
        return bytes_or_text
    raise TypeError(f"Expected binary or unicode string, got {bytes_or_text!r}")


@public("compat.as_text")
def as_text(bytes_or_text: str | bytes, encoding: str = "utf-8") -> str:
    """Bytes decoded, text as it is; TypeError for anything else."""
    if isinstance(bytes_or_text, str):
        return bytes_or_text
    if isinstance(bytes_or_text, bytes):
        return bytes_or_text.decode(encoding)
    raise TypeError(f"Expected binary or unicode string, got {bytes_or_text!r}")


as_str = public("compat.as_str")(as_text)


@public("compat.as_str_any")
def as_str_any(value: Any) -> str:
    """`as_str` of bytes, `str` of the rest."""
    return as_str(value) if isinstance(value, bytes) else str(value)


@public("compat.path_to_str")
def path_to_str(path: Any) -> Any:
    """The string of a path object (what has `__fspath__`), converted as `as_str_any`; other values as they are."""
    return as_str_any(os.fspath(path)) if hasattr(path, "__fspath__") else path
