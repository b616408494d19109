"""Connected pixels, and pairs of rows and columns that are near each other."""

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from evergraph.framework import dtypes, errors
from evergraph.framework.shapes import TensorShape
from evergraph.ops.registry import FLOATS, INTEGERS, host_op


@host_op(
    "ImageConnectedComponents",
    "image: dtype -> components: int64",
    types={"dtype": (*FLOATS, *INTEGERS, dtypes.bool, dtypes.string)},
    shape=lambda op: op.input_tensors[0].shape.with_rank(3),
)
def image_connected_components_op(image):
    """For each pixel that is not zero the place, from one, of the first pixel of its component; else zero.

    Neighbours above, below, left and right that are equal belong together.
    """
    places = np.arange(image.size).reshape(image.shape)
    filled = image != (b"" if image.dtype == object else 0)
    edges = []
    for near, far in ((np.s_[:, :-1], np.s_[:, 1:]), (np.s_[:, :, :-1], np.s_[:, :, 1:])):
        joined = (image[near] == image[far]) & filled[near]
        edges.append((places[near][joined], places[far][joined]))
    rows, columns = (np.concatenate(ends) for ends in zip(*edges))
    graph = coo_matrix((np.ones(rows.size, np.bool_), (rows, columns)), (image.size, image.size))
    labels = connected_components(graph, directed=False)[1] if image.size else np.zeros(0, np.int64)
    first = np.unique(labels, return_index=True)[1]
    roots = first[labels].reshape(image.shape) + 1 if image.size else places
    return np.where(filled, roots, 0).astype(np.int64)


def _matched_shapes(operation):
    distances = operation.input_tensors[0].shape.with_rank(2)
    return [TensorShape([distances[0]]), TensorShape([distances[1]])]


@host_op(
    "BipartiteMatch",
    "distance_mat: float32, num_valid_rows: float32 -> row_to_col_match_indices: int32, "
    "col_to_row_match_indices: int32",
    shape=_matched_shapes,
)
def bipartite_match_op(distance_mat, num_valid_rows, *, top_k=-1):
    """Greedily: the nearest pair whose row and column are both free, again and again."""
    rows, columns = distance_mat.shape
    if np.size(num_valid_rows) != 1:
        raise _invalid(f"num_valid_rows must be one number, got shape {list(np.shape(num_valid_rows))}")
    asked = np.float32(np.ravel(num_valid_rows)[0])
    valid = rows if asked < 0 else int(asked + 0.1)
    if valid > rows:
        raise _invalid(f"num_valid_rows is {valid}, but distance_mat has {rows} rows")
    most = top_k if top_k > 0 else valid * columns
    of_rows, of_columns = np.full(rows, -1, np.int32), np.full(columns, -1, np.int32)
    for pair in np.argsort(distance_mat[:valid], axis=None, kind="stable"):
        if most <= 0:
            break
        row, column = divmod(int(pair), columns)
        if of_rows[row] < 0 and of_columns[column] < 0:
            of_rows[row], of_columns[column] = column, row
            most -= 1
    return of_rows, of_columns


def _invalid(message):
    return errors.InvalidArgumentError(None, None, message)
