"""Names for what public functions take, for the hints of their parameters.

Whatever `convert_to_tensor`, `as_dtype` or `TensorShape` converts is accepted, and programs may register conversions of
their own types: a checker cannot know them all, so each name is `Any` to it and says to the reader what is meant.
"""

from typing import Any, TypeAlias

# What `convert_to_tensor` takes: a Tensor, a variable, a NumPy array or scalar, a Python number, bool, str or bytes,
# (nested) lists and tuples of these, and any type with a registered conversion.
TensorLike: TypeAlias = Any

# What can be assigned to: a variable of either kind, the reference of one, and what an assignment to one gives.
VariableLike: TypeAlias = Any

# What `as_dtype` takes: a DType, its name, its number in `types.proto`, a NumPy dtype or scalar type, or Python's
# `float`, `int`, `bool`, `str`.
DTypeLike: TypeAlias = Any

# What `TensorShape` takes: a TensorShape, a TensorShapeProto, or a sequence of ints, Dimensions and Nones; None for an
# unknown shape. Where a function converts its shape to a tensor instead, it is a TensorLike.
ShapeLike: TypeAlias = Any
