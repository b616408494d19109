"""Images warped by a field of vectors, or by a few points that move, through splines."""

import numpy as np

from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import linalg as linalg_ops
from evergraph.ops import math as math_ops
from evergraph.ops.constants import constant

public_module(
    "contrib.image.python.ops.dense_image_warp",
    "contrib.image.python.ops.interpolate_spline",
    "contrib.image.python.ops.sparse_image_warp",
)

_LEAST = 1e-10  # what a distance is at least: the logarithm and the slope of a root are finite


def _interpolate_bilinear(grid, query_points, name="interpolate_bilinear", indexing="ij"):
    """`[batch, n, channels]`: a grid `[batch, height, width, channels]` between its points, at places `[batch, n, 2]`.

    A place outside is moved to the edge.  `indexing` says whether places are (row, column), "ij", or the other way
    around, "xy".
    """
    if indexing not in ("ij", "xy"):
        raise ValueError(f"indexing must be 'ij' or 'xy', got {indexing!r}")
    with name_scope(name):
        grid, points = convert_to_tensor(grid), convert_to_tensor(query_points)
        if grid.shape.ndims != 4:
            raise ValueError(f"grid must be [batch, height, width, channels], got shape {grid.shape}")
        if points.shape.ndims != 3 or points.shape[2].value != 2:
            raise ValueError(f"query_points must be [batch, n, 2], got shape {points.shape}")
        if any(size is not None and size < 2 for size in grid.shape.as_list()[1:3]):
            raise ValueError(f"grid must have a height and width of at least 2, got shape {grid.shape}")
        sizes = array_ops.shape(grid)
        lower, parts = [], []
        for axis, of in enumerate((0, 1) if indexing == "ij" else (1, 0)):
            places = points[:, :, of]
            last = math_ops.cast(sizes[axis + 1] - 2, points.dtype)
            floor = math_ops.minimum(math_ops.maximum(math_ops.floor(places), 0), last)
            part = math_ops.minimum(math_ops.maximum(math_ops.cast(places - floor, grid.dtype), 0), 1)
            lower.append(math_ops.cast(floor, "int32"))
            parts.append(part[:, :, None])
        batch, height, width = (sizes[i] for i in range(3))
        flat = array_ops.reshape(grid, array_ops.stack([batch * height * width, sizes[3]]))
        offsets = math_ops.range(batch)[:, None] * height * width

        def corner(down, across):
            return array_ops.gather(flat, offsets + (lower[0] + down) * width + lower[1] + across)

        upper, under = (parts[1] * (corner(row, 1) - corner(row, 0)) + corner(row, 0) for row in (0, 1))
        result = parts[0] * (under - upper) + upper
        result.set_shape(points.shape[:2].concatenate(grid.shape[3:]))
        return result


@public("contrib.image.dense_image_warp")
def dense_image_warp(image: TensorLike, flow: TensorLike, name: str = "dense_image_warp") -> Tensor:
    """An image whose pixel at (y, x) is taken, bilinearly, from `(y, x) - flow[y, x]`.

    Args:
      image: floats `[batch, height, width, channels]`, height and width at least 2.
      flow: floats `[batch, height, width, 2]`, in pixels: down, and to the right.
      name: the name scope.

    Returns:
      A tensor like `image`; what would come from outside comes from the edge.

    Raises:
      ValueError: an image of another rank, or smaller.
    """
    with name_scope(name):
        image, flow = convert_to_tensor(image), convert_to_tensor(flow)
        sizes = array_ops.shape(image)
        rows, columns = array_ops.meshgrid(math_ops.range(sizes[1]), math_ops.range(sizes[2]), indexing="ij")
        grid = math_ops.cast(array_ops.stack([rows, columns], 2), flow.dtype)
        places = array_ops.reshape(grid[None] - flow, array_ops.stack([sizes[0], sizes[1] * sizes[2], 2]))
        warped = array_ops.reshape(_interpolate_bilinear(image, places), sizes)
        warped.set_shape(image.shape)
        return warped


def _squared_distances(x, y):
    """`[batch, n, m]`: |x|^2 - 2 x y + |y|^2 of rows `[batch, n, d]` and `[batch, m, d]`."""
    squares = [math_ops.reduce_sum(math_ops.square(points), 2) for points in (x, y)]
    return squares[0][:, :, None] - 2 * math_ops.matmul(x, y, adjoint_b=True) + squares[1][:, None, :]


def _phi(squared, order):
    """The radial function of a polyharmonic spline (https://en.wikipedia.org/wiki/Polyharmonic_spline)."""
    bounded = math_ops.maximum(squared, _LEAST)
    if order % 2:
        return math_ops.sqrt(bounded) if order == 1 else math_ops.pow(bounded, 0.5 * order)
    if order == 2:
        return 0.5 * squared * math_ops.log(bounded)
    if order == 4:
        return 0.5 * math_ops.square(squared) * math_ops.log(bounded)
    return 0.5 * math_ops.pow(bounded, 0.5 * order) * math_ops.log(bounded)


def _padded(points):
    """Points with a one behind, for the constant of the linear part."""
    return array_ops.concat([points, array_ops.ones_like(points[:, :, :1])], 2)


@public("contrib.image.interpolate_spline")
def interpolate_spline(
    train_points: TensorLike,
    train_values: TensorLike,
    query_points: TensorLike,
    order: int,
    regularization_weight: float = 0.0,
    name: str = "interpolate_spline",
) -> Tensor:
    """Values between scattered points: a polyharmonic spline and a linear function.

    Formula: https://en.wikipedia.org/wiki/Polyharmonic_spline.

    Args:
      train_points: floats `[batch, n, d]`.
      train_values: floats `[batch, n, k]`.
      query_points: floats `[batch, m, d]`.
      order: of the spline; 1 for r, 2 for the thin plate's r^2 log r.
      regularization_weight: added to the diagonal of the system: above zero the spline is smoother and passes by the points.
      name: the name scope.

    Returns:
      `[batch, m, k]`.
    """
    with name_scope(name):
        points, values = convert_to_tensor(train_points), convert_to_tensor(train_values)
        queries = convert_to_tensor(query_points)
        with name_scope("solve"):
            matrix = _phi(_squared_distances(points, points), order)
            if regularization_weight > 0:
                count = array_ops.shape(points)[1]
                matrix += regularization_weight * linalg_ops.eye(count, dtype=points.dtype)[None]
            linear = _padded(points)
            across = array_ops.transpose(linear, [0, 2, 1])
            nothing = array_ops.zeros_like(math_ops.matmul(across, linear))
            left = array_ops.concat([matrix, across], 1)
            system = array_ops.concat([left, array_ops.concat([linear, nothing], 1)], 2)
            below = array_ops.zeros_like(math_ops.matmul(across, values))
            solution = linalg_ops.matrix_solve(system, array_ops.concat([values, below], 1))
            count = array_ops.shape(points)[1]
            radial, rest = solution[:, :count], solution[:, count:]
        with name_scope("predict"):
            near = math_ops.matmul(_phi(_squared_distances(queries, points), order), radial)
            result = near + math_ops.matmul(_padded(queries), rest)
        result.set_shape(queries.shape[:2].concatenate(values.shape[2:]))
        return result


def _edge_points(height, width, between):
    """Points on the edge of an image: the corners, and `between` on each side; `[4 + 4 between, 2]`."""
    y, x = (np.linspace(0, size - 1, between + 2) for size in (height, width))
    points = [(row, column) for row in y for column in x]
    return np.array([p for p in points if p[0] in (y[0], y[-1]) or p[1] in (x[0], x[-1])])


@public("contrib.image.sparse_image_warp")
def sparse_image_warp(
    image: TensorLike,
    source_control_point_locations: TensorLike,
    dest_control_point_locations: TensorLike,
    interpolation_order: int = 2,
    regularization_weight: float = 0.0,
    num_boundary_points: int = 0,
    name: str = "sparse_image_warp",
) -> tuple[Tensor, Tensor]:
    """An image in which a few points move as given, and what is between them as a spline says.

    Args:
      image: floats `[batch, height, width, channels]`, of static shape.
      source_control_point_locations, dest_control_point_locations: floats `[batch, n, 2]`: (row, column), from and to.
      interpolation_order, regularization_weight: as for `interpolate_spline`.
      num_boundary_points: how many points of each edge stay where they are: 1 for the corners, 2 for the middles too.
      name: the name scope.

    Returns:
      (the image, the flow `[batch, height, width, 2]` that `dense_image_warp` took).

    Raises:
      ValueError: an image whose static shape is not known.
    """
    image = convert_to_tensor(image)
    if not image.shape.is_fully_defined():
        raise ValueError(f"image must have a static shape, got {image.shape}")
    source = convert_to_tensor(source_control_point_locations)
    dest = convert_to_tensor(dest_control_point_locations)
    batch, height, width, _ = image.shape.as_list()
    with name_scope(name):
        flows = dest - source
        if num_boundary_points > 0:
            edge = _edge_points(height, width, num_boundary_points - 1)[None].repeat(batch, 0)
            fixed = constant(edge, source.dtype)
            dest = array_ops.concat([dest, fixed], 1)
            flows = array_ops.concat([flows, array_ops.zeros_like(fixed)], 1)
        places = np.stack(np.meshgrid(np.arange(height), np.arange(width), indexing="ij"), -1)
        grid = constant(places.reshape(1, -1, 2).repeat(batch, 0), image.dtype)
        found = interpolate_spline(dest, flows, grid, interpolation_order, regularization_weight)
        dense = array_ops.reshape(found, [batch, height, width, 2])
        return dense_image_warp(image, dense), dense
