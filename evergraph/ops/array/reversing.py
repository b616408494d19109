"""Elements in the other order: reverse, reverse_sequence, roll."""

import jax.numpy as jnp
import numpy as np

from evergraph.framework.definition import OpDefinition
from evergraph.framework.operation import Operation
from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import as_shape, unknown_shape
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops.array.static import counted_from_front, dims_of, static_list
from evergraph.ops.registry import INDEX, DeviceDefinition, device_op

public_module("python.ops.array_ops")


def _reverse_shape(operation):
    tensor, axis = operation.input_tensors
    dims, axes = dims_of(tensor), static_list(axis)
    if dims is not None and axes is not None:
        try:
            _axes(axes, len(dims))
        except ValueError as error:
            raise ValueError(f"ReverseV2 {operation.name!r}: {error}") from None
    return tensor.shape


def _axes(axis, rank):
    axes = [counted_from_front(int(a), rank) for a in axis]
    for place, found in enumerate(axes):
        if found in axes[:place]:
            raise ValueError(f"axis {found} specified more than once in {[int(a) for a in axis]}")
    return tuple(axes)


@device_op(
    "ReverseV2",
    "tensor: T, axis: Tidx=int32 -> output: T",
    static=("axis",),
    shape=_reverse_shape,
    types={"Tidx": INDEX},
    numpy=lambda tensor, axis: np.flip(tensor, _axes(axis, tensor.ndim)),
)
def reverse_op(tensor, axis):
    return jnp.flip(tensor, _axes(axis, tensor.ndim))


@public("reverse")
def reverse(tensor: TensorLike, axis: TensorLike, name: str | None = None) -> Tensor:
    """`tensor` with its elements in reverse order along each axis of the integer vector `axis`.

    Raises:
      ValueError: an axis is out of range or named twice.
    """
    return reverse_op(tensor, axis, name=name)


reverse_v2 = public("reverse_v2")(reverse)


def _reverse_sequence_shape(operation):
    tensor, lengths = operation.input_tensors
    dims, count = dims_of(tensor), dims_of(lengths)
    if count is not None and len(count) != 1:
        raise ValueError(
            f"ReverseSequence {operation.name!r}: seq_lengths must be a vector, got {lengths.shape}"
        )
    if dims is None:
        return unknown_shape()
    seq, batch = operation.attrs["seq_dim"], operation.attrs["batch_dim"]
    for what, axis in (("seq_dim", seq), ("batch_dim", batch)):
        if axis >= len(dims):
            raise ValueError(
                f"ReverseSequence {operation.name!r}: {what} must be < input rank: {axis} vs. {len(dims)}"
            )
    if count is not None and None not in (count[0], dims[batch]) and count[0] != dims[batch]:
        raise ValueError(
            f"ReverseSequence {operation.name!r}: seq_lengths has {count[0]} entries for a batch of "
            f"{dims[batch]}"
        )
    if count is not None and dims[batch] is None:
        dims = (*dims[:batch], count[0], *dims[batch + 1 :])
    return as_shape(dims)


def _reversed_positions(xp, array, lengths, seq, batch):
    """For each element the position along `seq` that takes its place."""
    rank = array.ndim
    along = xp.arange(array.shape[seq]).reshape([-1 if i == seq else 1 for i in range(rank)])
    lengths = lengths.reshape([-1 if i == batch else 1 for i in range(rank)])
    return xp.broadcast_to(xp.where(along < lengths, lengths - 1 - along, along), array.shape)


def _reverse_sequence_numpy(input, seq_lengths, *, seq_dim, batch_dim=0):
    if np.any((seq_lengths < 0) | (seq_lengths > input.shape[seq_dim])):
        raise ValueError(f"seq_lengths {seq_lengths.tolist()} must lie in [0, {input.shape[seq_dim]}]")
    return np.take_along_axis(input, _reversed_positions(np, input, seq_lengths, seq_dim, batch_dim), seq_dim)


@device_op(
    "ReverseSequence",
    "input: T, seq_lengths: Tlen=int64 -> output: T",
    shape=_reverse_sequence_shape,
    types={"Tlen": INDEX},
    checks=True,
    numpy=_reverse_sequence_numpy,
)
def reverse_sequence_op(lowering, input, seq_lengths, *, seq_dim: int, batch_dim=0):
    size = input.shape[seq_dim]
    lowering.check(
        jnp.all((seq_lengths >= 0) & (seq_lengths <= size)),
        f"seq_lengths = {{0}} must lie in [0, {size}]",
        [seq_lengths],
    )
    positions = _reversed_positions(jnp, input, seq_lengths, seq_dim, batch_dim)
    return jnp.take_along_axis(input, positions, seq_dim, mode="clip")


@public("reverse_sequence")
def reverse_sequence(
    input: TensorLike,
    seq_lengths: TensorLike,
    seq_axis: int | None = None,
    batch_axis: int | None = None,
    name: str | None = None,
    seq_dim: int | None = None,
    batch_dim: int | None = None,
) -> Tensor:
    """Each sequence of a batch with its first `seq_lengths[b]` elements in reverse order.

    Args:
      input: the tensor.
      seq_lengths: an integer vector, one length for each element of the batch.
      seq_axis: the axis along which to reverse.
      batch_axis: the axis of the batch; 0 when None.
      name: the operation's name.
      seq_dim, batch_dim: older names of the two axes.

    Raises:
      ValueError: shapes do not fit, or an axis is given twice or not at all.
    """
    seq_axis = _either("seq_axis", seq_axis, "seq_dim", seq_dim)
    batch_axis = _either("batch_axis", batch_axis, "batch_dim", batch_dim)
    if seq_axis is None:
        raise ValueError("reverse_sequence needs seq_axis, the axis along which to reverse")
    return reverse_sequence_op(input, seq_lengths, seq_dim=seq_axis, batch_dim=batch_axis or 0, name=name)


def _either(new_name, new, old_name, old):
    if new is not None and old is not None:
        raise ValueError(f"give {new_name!r} or its older name {old_name!r}, not both")
    return old if new is None else new


class RollDefinition(DeviceDefinition):
    """A shift sets no size: where it is not known while the graph is built, it is an argument of the program."""

    def static_positions(self, operation: Operation) -> tuple[int, ...]:
        positions = OpDefinition.static_positions(self, operation)
        return positions if static_list(operation.input_tensors[1]) is not None else positions[1:]


def _roll_shape(operation):
    value, shift, axis = (tensor.shape for tensor in operation.input_tensors)
    value.with_rank_at_least(1)
    shift.with_rank_at_most(1).merge_with(axis.with_rank_at_most(1))
    return value


def _checked_axes(input, shift, axis):
    """The axes as a list. Raises ValueError: they, the shifts or the input are not as they must be."""
    if not np.ndim(input):
        raise ValueError("input must be 1-D or higher")
    for what, value in (("shift", shift), ("axis", axis)):
        if np.ndim(value) > 1:
            raise ValueError(f"{what} must be a scalar or a 1-D vector, got shape {np.shape(value)}")
    axes = [int(a) for a in np.reshape(axis, -1)]
    if np.size(shift) != len(axes):
        raise ValueError(
            f"shift and axis must have the same size, got shapes {np.shape(shift)} and {np.shape(axis)}"
        )
    rank = np.ndim(input)
    for each in axes:
        if not -rank <= each < rank:
            raise ValueError(f"axis {each} is out of range [{-rank}, {rank})")
    return axes


def _roll(input, shift, axis):
    axes = _checked_axes(input, shift, axis)
    if isinstance(shift, np.ndarray):
        xp = np if isinstance(input, np.ndarray) else jnp
        return xp.roll(input, [int(s) for s in np.reshape(shift, -1)], axes)
    return jnp.roll(input, jnp.reshape(shift, -1), axes) if axes else input


roll_op = RollDefinition(
    "Roll",
    "input: T, shift: Tshift=int32, axis: Taxis=int32 -> output: T",
    _roll,
    kind="device",
    static=("shift", "axis"),
    shape=_roll_shape,
    types={"Tshift": INDEX, "Taxis": INDEX},
    numpy=_roll,
)


@public("roll", "manip.roll")
def roll(input: TensorLike, shift: TensorLike, axis: TensorLike, name: str | None = None) -> Tensor:
    """`input` with its elements moved by `shift[i]` along `axis[i]`; what leaves at one end enters at the other."""
    return roll_op(input, shift, axis, name=name)
