"""What every sparse operation asks of its arguments."""

from evergraph.framework.composite import SparseTensor, SparseTensorValue


def require_sparse(value: object) -> SparseTensor:
    """The value as a SparseTensor.

    Raises:
      TypeError: it is neither a SparseTensor nor a SparseTensorValue.
    """
    if isinstance(value, SparseTensorValue):
        return SparseTensor.from_value(value)
    if not isinstance(value, SparseTensor):
        raise TypeError(f"Input must be a SparseTensor, got {value!r} of type {type(value).__name__}")
    return value
