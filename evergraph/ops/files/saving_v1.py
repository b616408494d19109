"""Operations of TensorFlow's first checkpoint format: `Save`, `SaveSlices`, `Restore`, `RestoreSlice`.

Savers use `SaveSlices` where they are told to write V1; metagraphs of 2016 hold all of them. Those that restore read
either format, as `RestoreV2` does.
"""

from collections.abc import Sequence

from evergraph.formats.checkpoint_reader import open_checkpoint
from evergraph.formats.checkpoint_v1_writer import TensorSliceWriter
from evergraph.framework.operation import Operation
from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import unknown_shape
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import DTypeLike, TensorLike
from evergraph.ops.files.saving import (
    as_text,
    as_texts,
    check_lengths,
    read_tensor,
    slice_shape,
    write_tensors,
)
from evergraph.ops.inference import constant_value
from evergraph.ops.registry import host_op

public_module("python.ops.io_ops")


@host_op(
    "SaveSlices",
    "filename: string, tensor_names: string, shapes_and_slices: string, data: [T] ->",
    stateful=True,
    snapshot=True,
)
def save_slices_op(run, filename, tensor_names, shapes_and_slices, data):
    """Writes the tensors as one file: whole, or not at all."""
    names, slices = as_texts(tensor_names), as_texts(shapes_and_slices)
    check_lengths(run.operation, names, slices, len(data))
    with TensorSliceWriter(as_text(filename)) as writer:
        write_tensors(run, writer, names, slices, data, run.operation.attrs["T"])


@host_op("Save", "filename: string, tensor_names: string, data: [T] ->", stateful=True, snapshot=True)
def save_op(run, filename, tensor_names, data):
    """Writes the tensors as one file: whole, or not at all."""
    names = as_texts(tensor_names)
    check_lengths(run.operation, names, names, len(data))
    with TensorSliceWriter(as_text(filename)) as writer:
        write_tensors(run, writer, names, [""] * len(names), data, run.operation.attrs["T"])


@public()
def save_slices(
    filename: TensorLike,
    tensor_names: TensorLike,
    shapes_and_slices: TensorLike,
    data: Sequence[TensorLike],
    name: str | None = None,
    random_state: bool = False,
) -> Operation:
    """An operation that writes `data` as the V1 checkpoint file `filename`.

    Args:
      filename: a string scalar: the path of the file.
      tensor_names: strings `[n]`: the names to save under.
      shapes_and_slices: strings `[n]`: "" for a whole tensor, or the slice it is of a larger one ("10 4 2,3:-").
      data: n tensors, of types that V1 has: no bfloat16, no 16-bit quantized and no large unsigned ones.
      name: the operation's name.
      random_state: whether to write the session's random state too.

    Raises:
      InvalidArgumentError: (when run) lengths disagree, a name is saved twice, or a tensor has 2 GB or more.
      UnimplementedError: (when run) a tensor of a type that V1 does not have.
      NotFoundError: (when run) the parent directory does not exist.
    """
    return save_slices_op(
        filename, tensor_names, shapes_and_slices, list(data), name=name, _random_state=bool(random_state)
    )


@public()
def save(
    filename: TensorLike, tensor_names: TensorLike, data: Sequence[TensorLike], name: str | None = None
) -> Operation:
    """An operation that writes whole tensors as the V1 checkpoint file `filename`; see `save_slices`."""
    return save_op(filename, tensor_names, list(data), name=name)


def _sliced_shape(operation):
    spec = constant_value(operation.input_tensors[2])
    return unknown_shape() if spec is None else slice_shape(spec.item().decode())


@host_op(
    "RestoreSlice",
    "file_pattern: string, tensor_name: string, shape_and_slice: string -> tensor: dt",
    stateful=True,
    shape=_sliced_shape,
)
def restore_slice_op(run, file_pattern, tensor_name, shape_and_slice, *, dt, preferred_shard=-1):
    """Reads a tensor, or a slice of one."""
    return _restore(as_text(file_pattern), as_text(tensor_name), as_text(shape_and_slice), dt)


@host_op(
    "Restore",
    "file_pattern: string, tensor_name: string -> tensor: dt",
    stateful=True,
    shape=lambda op: [unknown_shape()],
)
def restore_op(run, file_pattern, tensor_name, *, dt, preferred_shard=-1):
    """Reads a tensor."""
    return _restore(as_text(file_pattern), as_text(tensor_name), "", dt)


def _restore(path, name, spec, dtype):
    with open_checkpoint(path) as reader:
        return read_tensor(reader, name, spec, dtype, path)


@public()
def restore_slice(
    file_pattern: TensorLike,
    tensor_name: TensorLike,
    shape_and_slice: TensorLike,
    dt: DTypeLike,
    preferred_shard: int = -1,
    name: str | None = None,
) -> Tensor:
    """A tensor, or a slice of one, read from a checkpoint of either format.

    Args:
      file_pattern: a string scalar: the path of the checkpoint, or a pattern that all its shards match.
      tensor_name: a string scalar: the name it is saved under.
      shape_and_slice: a string scalar: "" for all of it, or the wanted slice ("10 4 2,3:-").
      dt: its DType.
      preferred_shard: accepted; the file that holds the tensor is known.
      name: the operation's name.

    Raises:
      NotFoundError: (when run) no such checkpoint, or no such tensor in it.
      InvalidArgumentError: (when run) a tensor of another dtype or full shape.
      DataLossError: (when run) a damaged file.
    """
    return restore_slice_op(
        file_pattern, tensor_name, shape_and_slice, dt=dt, preferred_shard=preferred_shard, name=name
    )


@public()
def restore(
    file_pattern: TensorLike,
    tensor_name: TensorLike,
    dt: DTypeLike,
    preferred_shard: int = -1,
    name: str | None = None,
) -> Tensor:
    """A tensor read from a checkpoint of either format; see `restore_slice`."""
    return restore_op(file_pattern, tensor_name, dt=dt, preferred_shard=preferred_shard, name=name)
