"""`convert_to_tensor` and the registry of conversions behind it."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from evergraph.framework import dtypes, registry
from evergraph.framework.public import public, public_module
from evergraph.framework.types import DTypeLike, TensorLike

public_module("python.framework.ops")

_CONVERSIONS = {}  # priority -> [(types, function)]
_BY_TYPE = {}  # type -> ordered conversion functions, filled on demand
_DENSE_TENSOR_LIKE = []


@public("register_tensor_conversion_function")
def register_tensor_conversion_function(
    base_type: type | tuple[type, ...], conversion_func: Callable, priority: int = 100
) -> None:
    """Registers `conversion_func(value, dtype=None, name=None, as_ref=False)` for instances of a type.

    Functions with a smaller priority are tried first; one returns NotImplemented to pass.

    Raises:
      TypeError: `base_type` is no type or tuple of types, or `conversion_func` cannot be called.
    """
    types = base_type if isinstance(base_type, tuple) else (base_type,)
    if not types or not all(isinstance(t, type) for t in types):
        raise TypeError(f"base_type must be a type or a tuple of types, got {base_type!r}")
    if not callable(conversion_func):
        raise TypeError(f"conversion_func must be callable, got {conversion_func!r}")
    _CONVERSIONS.setdefault(priority, []).append((types, conversion_func))
    _BY_TYPE.clear()


@public()
def register_dense_tensor_like_type(tensor_type: type) -> None:
    """Registers a type whose objects have `name` and `dtype` and stand for a dense tensor (a variable).

    TypeError for a type without these properties.
    """
    for attribute in ("name", "dtype"):
        if not isinstance(getattr(tensor_type, attribute, None), property):
            raise TypeError(f"type {tensor_type.__name__} needs a property `{attribute}` to be tensor-like")
    _DENSE_TENSOR_LIKE.append(tensor_type)


@public("python.framework.tensor_util.is_tensor", "contrib.framework.is_tensor")
def is_dense_tensor_like(x: Any) -> bool:
    """Whether the value is a tensor or of a type registered as one."""
    return isinstance(x, tuple(_DENSE_TENSOR_LIKE))


def _conversions_for(value_type):
    found = _BY_TYPE.get(value_type)
    if found is None:
        found = [
            function
            for _, entries in sorted(_CONVERSIONS.items())
            for types, function in entries
            if issubclass(value_type, types)
        ]
        _BY_TYPE[value_type] = found
    return found


@public("convert_to_tensor")
def convert_to_tensor(
    value: TensorLike,
    dtype: DTypeLike = None,
    name: str | None = None,
    preferred_dtype: DTypeLike = None,
    as_ref: bool = False,
    dtype_hint: DTypeLike = None,
) -> Any:
    """Converts a Python value, NumPy array, tensor or variable to a Tensor.

    Args:
      value: what to convert.
      dtype: the DType it must have; inferred when None.
      name: a name for a new constant.
      preferred_dtype: a DType to use if the value allows it, when `dtype` is None.
      as_ref: whether a variable gives its mutable reference.
      dtype_hint: what later versions call `preferred_dtype`.

    Raises:
      TypeError: no conversion is registered, or the value does not fit the dtype.
      ValueError: a tensor of another dtype, or a value such as None.
    """
    if dtype_hint is not None:
        if preferred_dtype is not None:
            raise ValueError("Cannot specify both 'dtype_hint' and 'preferred_dtype': they mean the same")
        preferred_dtype = dtype_hint
    if dtype is not None:
        dtype = dtypes.as_dtype(dtype).base_dtype if not as_ref else dtypes.as_dtype(dtype)
    for function in _conversions_for(type(value)):
        if dtype is None and preferred_dtype is not None:
            try:
                result = function(value, dtype=preferred_dtype, name=name, as_ref=as_ref)
            except (TypeError, ValueError):
                pass  # only a preference: converted by its own type below
            else:
                if result is not NotImplemented:
                    return result
        result = function(value, dtype=dtype, name=name, as_ref=as_ref)
        if result is NotImplemented:
            continue
        if dtype is not None and not dtype.is_compatible_with(result.dtype):
            raise RuntimeError(
                f"the conversion function of {type(value).__name__} gave {result.dtype.name} where "
                f"{dtype.name} was asked for"
            )
        return result
    raise TypeError(
        f"cannot convert {value!r} of type {type(value).__name__} to a Tensor"
        f"{'' if dtype is None else ' of dtype ' + dtype.name}: no conversion function is registered for it"
    )


@public()
def convert_n_to_tensor(
    values: Sequence[TensorLike],
    dtype: DTypeLike = None,
    name: str | None = None,
    preferred_dtype: DTypeLike = None,
    as_ref: bool = False,
) -> list:
    """Converts each of a list of values.

    Shapes, dtypes and errors as for `convert_to_tensor`; TypeError for values that are no list.
    """
    if not isinstance(values, (list, tuple)):
        raise TypeError(f"values must be a list, got {values!r}")
    return [
        convert_to_tensor(
            v, dtype, None if name is None else f"{name}_{i}", preferred_dtype=preferred_dtype, as_ref=as_ref
        )
        for i, v in enumerate(values)
    ]


def _constant(value, dtype=None, name=None, as_ref=False):
    return registry.public_function("constant")(value, dtype=dtype, name=name or "Const")


def _pack_or_constant(value, dtype=None, name=None, as_ref=False):
    """Lists that hold tensors are packed with `stack`; others are constants."""
    if _holds_tensor(value):
        return registry.public_function("pack_nested")(value, dtype, name or "packed")
    return _constant(value, dtype, name)


def _holds_tensor(value):
    if isinstance(value, (list, tuple)):
        return any(_holds_tensor(v) for v in value)
    return is_dense_tensor_like(value)


register_tensor_conversion_function((list, tuple), _pack_or_constant, 99)
register_tensor_conversion_function(
    (bool, int, float, complex, str, bytes, np.ndarray, np.generic, range), _constant, 100
)
register_tensor_conversion_function(object, _constant, 200)
