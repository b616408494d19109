"""Connected components of images, and the matching of nearest pairs."""

from evergraph.framework import dtypes
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops.image.matching import bipartite_match_op, image_connected_components_op

public_module("contrib.image.python.ops.image_ops")


@public("contrib.image.connected_components")
def connected_components(images: TensorLike) -> Tensor:
    """Labels for pixels that hang together: equal ones that are neighbours above, below, left or right.

    Components are numbered from one through all images, in the order of their first pixels; zero pixels get zero.

    Args:
      images: `[height, width]` or `[n, height, width]`; bools, numbers or strings.

    Returns:
      int32 labels in the shape of `images`.

    Raises:
      TypeError: images of another rank.
    """
    with name_scope("connected_components"):
        given = convert_to_tensor(images, name="images")
        if given.shape.ndims not in (2, 3):
            raise TypeError(
                f"images must have rank 2 ([height, width]) or 3 ([n, height, width]), got shape {given.shape}"
            )
        batch = given[None] if given.shape.ndims == 2 else given
        components = image_connected_components_op(batch)
        found, places = array_ops.unique(array_ops.reshape(components, [-1]))
        filled = math_ops.cast(math_ops.not_equal(found, 0), dtypes.int32)
        numbers = math_ops.cumsum(filled) * filled  # 1, 2, ... in the order of appearance, zero stays
        labels = array_ops.reshape(array_ops.gather(numbers, places), array_ops.shape(components))
        labels.set_shape(batch.shape)
        return labels[0] if given.shape.ndims == 2 else labels


@public("contrib.image.bipartite_match")
def bipartite_match(
    distance_mat: TensorLike, num_valid_rows: TensorLike, top_k: int = -1, name: str = "bipartite_match"
) -> tuple[Tensor, Tensor]:
    """Pairs of a row and a column, each in one pair at most: the nearest first, greedily.

    Args:
      distance_mat: float32 `[rows, columns]`.
      num_valid_rows: one float32: only so many rows, from the first, are paired; negative for all.
      top_k: how many pairs at most; not positive for as many as there can be.
      name: the operation's name.

    Returns:
      (int32 `[rows]`: the column of each row, int32 `[columns]`: the row of each column); -1 where there is none.

    Raises:
      InvalidArgumentError: (when run) more valid rows than rows.
    """
    return bipartite_match_op(distance_mat, num_valid_rows, top_k=top_k, name=name)
