"""Operations that TensorFlow's gradients record and ours do not (they are pullbacks here): for imported GraphDefs."""

import jax
import jax.numpy as jnp
import numpy as np

from evergraph.framework.places import Places
from evergraph.framework.shapes import TensorShape
from evergraph.ops.array.moving_slices import part_at, part_sizes
from evergraph.ops.array.slicing import strided_slice_op
from evergraph.ops.image.resizing import resize_nearest_neighbor_op
from evergraph.ops.inference import constant_value_as_shape
from evergraph.ops.nn.normalization import lrn_op
from evergraph.ops.registry import FLOATS, INDEX, device_op


def _shape_of_first(operation):
    return constant_value_as_shape(operation.input_tensors[0])


def _sliced_sizes(shape, begin, end, strides, dy, **masks):
    return part_sizes(tuple(shape.tolist()), begin, end, strides, **masks)


def _whole_around(sizes, shape, begin, end, strides, dy, **masks):
    def forward(whole):
        return part_at(sizes, whole, begin, end, strides, **masks)

    return jax.linear_transpose(forward, jax.ShapeDtypeStruct(tuple(shape.tolist()), dy.dtype))(dy)[0]


@device_op(
    "StridedSliceGrad",
    "shape: Index=int32, begin: Index=int32, end: Index=int32, strides: Index=int32, dy: T -> output: T",
    static=("shape", "begin", "end", "strides"),
    places=Places(("begin", "end"), _sliced_sizes, _whole_around),
    types={"Index": INDEX},
    shape=_shape_of_first,
)
def strided_slice_grad_op(
    lowering,
    shape,
    begin,
    end,
    strides,
    dy,
    *,
    begin_mask=0,
    end_mask=0,
    ellipsis_mask=0,
    new_axis_mask=0,
    shrink_axis_mask=0,
):
    def forward(whole):
        return strided_slice_op.kernel(
            lowering,
            whole,
            begin,
            end,
            strides,
            begin_mask=begin_mask,
            end_mask=end_mask,
            ellipsis_mask=ellipsis_mask,
            new_axis_mask=new_axis_mask,
            shrink_axis_mask=shrink_axis_mask,
        )

    return jax.linear_transpose(forward, jax.ShapeDtypeStruct(tuple(shape.tolist()), dy.dtype))(dy)[0]


def _offsets(concat_dim, shape):
    shapes, axis = [np.asarray(s) for s in shape], int(concat_dim)
    first = shapes[0]
    for position, sizes in enumerate(shapes):
        if sizes.ndim != 1:
            raise ValueError(f"input {position} should be a vector but has shape {list(sizes.shape)}")
        if sizes.size != first.size:
            raise ValueError(f"input {position} should contain {first.size} elements but has {sizes.size}")
    if not -first.size <= axis < first.size:
        raise ValueError(f"Concat dim is out of range: {axis} vs. {first.size}")
    axis %= first.size
    for position, sizes in enumerate(shapes):
        if np.any(np.delete(sizes != first, axis)):
            raise ValueError(
                f"All dimensions except {axis} must match. Input {position} has shape {sizes} and doesn't match input "
                f"0 with shape {first}."
            )
    stacked = np.stack(shapes)
    offsets = np.zeros_like(stacked)
    offsets[1:, axis] = np.cumsum(stacked[:-1, axis])
    return list(offsets)


@device_op(
    "ConcatOffset",
    "concat_dim: int32, shape: N*int32 -> offset: N*int32",
    static=("concat_dim", "shape"),
    numpy=_offsets,
    shape=lambda op: [t.shape for t in op.input_tensors[1:]],
    differentiable=False,
)
def concat_offset_op(concat_dim, shape):
    return _offsets(concat_dim, shape)


@device_op(
    "LRNGrad",
    "input_grads: T, input_image: T, output_image: T -> output: T",
    types={"T": FLOATS},
    shape=lambda op: op.input_tensors[1].shape,
)
def lrn_grad_op(input_grads, input_image, output_image, *, depth_radius=5, bias=1.0, alpha=1.0, beta=0.5):
    def forward(image):
        return lrn_op.kernel(image, depth_radius=depth_radius, bias=bias, alpha=alpha, beta=beta)

    return jax.vjp(forward, input_image)[1](input_grads)[0]


def _nearest_grad_shape(operation):
    grads, size = operation.input_tensors
    wanted = constant_value_as_shape(size).with_rank(2)
    return TensorShape([grads.shape[0], wanted[0], wanted[1], grads.shape[3]])


@device_op(
    "ResizeNearestNeighborGrad",
    "grads: T, size: int32 -> output: T",
    static=("size",),
    types={"T": FLOATS},
    shape=_nearest_grad_shape,
)
def resize_nearest_neighbor_grad_op(grads, size, *, align_corners=False):
    batch, height, width, channels = grads.shape

    def forward(image):
        return resize_nearest_neighbor_op.kernel(
            image, np.array([height, width]), align_corners=align_corners
        )

    image = jnp.zeros((batch, int(size[0]), int(size[1]), channels), grads.dtype)
    return jax.vjp(forward, image)[1](grads)[0]
