"""The shape rules of linear algebra: of matrices `[..., rows, columns]`, of which any size may be unknown."""

from evergraph.framework.operation import Operation
from evergraph.framework.shapes import TensorShape, as_dimension, broadcast_shapes, unknown_shape


def matrix_dims(tensor) -> tuple:
    """(the shape of the batch, rows, columns) of a tensor of matrices; all unknown where its rank is.

    Raises:
      ValueError: its rank is below 2.
    """
    shape = tensor.shape.with_rank_at_least(2)
    if shape.ndims is None:
        return unknown_shape(), None, None
    *batch, rows, columns = shape.dims_or_none
    return TensorShape(batch), rows, columns


def square_dims(operation: Operation, position: int = 0) -> tuple:
    """(the shape of the batch, rows) of an input of square matrices.

    Raises:
      ValueError: its matrices are not square.
    """
    tensor = operation.input_tensors[position]
    batch, rows, columns = matrix_dims(tensor)
    if rows is not None and columns is not None and rows != columns:
        raise ValueError(
            f"{operation.type} {operation.name!r}: incompatible inputs: the matrices must be square, got shape "
            f"{tensor.shape}"
        )
    return batch, columns if rows is None else rows


def same_square(operation: Operation) -> TensorShape:
    """The shape of an output with as many square matrices, as large as the input's."""
    batch, rows = square_dims(operation)
    return batch.concatenate([rows, rows])


def solution_shape(operation: Operation) -> TensorShape:
    """The shape of the x in `matrix @ x = rhs` for a square matrix."""
    batch, rows = square_dims(operation)
    others, same, columns = matrix_dims(operation.input_tensors[1])
    rows = as_dimension(rows).merge_with(same).value
    return broadcast_shapes(batch, others).concatenate([rows, columns])


def least_squares_shape(operation: Operation) -> TensorShape:
    """The shape of the x that makes `matrix @ x - rhs` smallest."""
    batch, rows, columns = matrix_dims(operation.input_tensors[0])
    others, same, results = matrix_dims(operation.input_tensors[1])
    as_dimension(rows).merge_with(same)
    return broadcast_shapes(batch, others).concatenate([columns, results])


def smaller(rows: int | None, columns: int | None) -> int | None:
    """The smaller of two sizes; 0 where one is 0, whatever the other is."""
    if rows is None or columns is None:
        return 0 if 0 in (rows, columns) else None
    return min(rows, columns)


def batch_product_shape(operation: Operation) -> TensorShape:
    """The shape of a product of matrices whose batches broadcast; attributes say which are adjoined.

    Raises:
      ValueError: the inner sizes differ, or the batches do not broadcast.
    """
    a, b = operation.input_tensors
    batch_a, rows, inner = matrix_dims(a)
    batch_b, inner_b, columns = matrix_dims(b)
    if operation.attrs["adj_x"]:
        rows, inner = inner, rows
    if operation.attrs["adj_y"]:
        inner_b, columns = columns, inner_b
    if not as_dimension(inner).is_compatible_with(inner_b):
        raise ValueError(
            f"Dimensions must be equal, but are {inner} and {inner_b} for {operation.name!r} ({operation.type}) of "
            f"shapes {a.shape} and {b.shape}"
        )
    return broadcast_shapes(batch_a, batch_b).concatenate([rows, columns])
