"""Operations that write and read checkpoints: `SaveV2`, `RestoreV2`, `MergeV2Checkpoints` and their names.

Beside the tensors, a saver's own `SaveV2` and `RestoreV2` carry the session's random state (the attribute
`_random_state`): the seeds that were drawn, and how often each random operation has run.  It lies under reserved
keys, which TensorFlow never asks for.
"""

import math
from collections.abc import Sequence

import numpy as np

from evergraph.formats.background import values_are_held
from evergraph.formats.checkpoint_bundle import BundleWriter, merge_bundles
from evergraph.formats.checkpoint_reader import open_checkpoint
from evergraph.formats.save_options import current_options
from evergraph.formats.tensor_slice import parse_shape_and_slice
from evergraph.framework import errors
from evergraph.framework.operation import Operation
from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import TensorShape, as_shape, unknown_shape
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import DTypeLike, ShapeLike, TensorLike
from evergraph.ops.inference import constant_value
from evergraph.ops.registry import host_op

public_module("python.ops.io_ops")

RESERVED_PREFIX = public()("_EVERGRAPH/")
RANDOM_NAMES = RESERVED_PREFIX + "random_state/names"
RANDOM_ROWS = RESERVED_PREFIX + "random_state/rows"

LARGE = 1 << 25  # bytes of a tensor that is read in pieces


def as_text(scalar) -> str:
    """A string scalar as a Python string."""
    value = np.asarray(scalar).item()
    return value.decode("utf-8", "surrogateescape") if isinstance(value, bytes) else str(value)


def as_texts(vector) -> list[str]:
    """A string vector as Python strings."""
    return [as_text(element) for element in np.ravel(vector)]


def check_lengths(operation, names, slices, count):
    """Raises InvalidArgumentError unless there are a name and a slice for each of `count` tensors."""
    if not len(names) == len(slices) == count:
        raise errors.InvalidArgumentError(
            None,
            operation,
            f"{len(names)} tensor_names and {len(slices)} shape_and_slices are given for {count} "
            "tensors; there must be one of each for every tensor",
        )


# -- saving ----------------------------------------------------------------------------------------------------


@host_op(
    "SaveV2",
    "prefix: string, tensor_names: string, shape_and_slices: string, tensors: [dtypes] ->",
    stateful=True,
    snapshot=True,
)
def save_v2_op(run, prefix, tensor_names, shape_and_slices, tensors):
    """Writes the tensors as a checkpoint: whole, or not at all."""
    operation = run.operation
    names, slices = as_texts(tensor_names), as_texts(shape_and_slices)
    check_lengths(operation, names, slices, len(tensors))
    with BundleWriter(as_text(prefix)) as writer:
        write_tensors(run, writer, names, slices, tensors, operation.attrs["dtypes"])


def write_tensors(run, writer, names, slices, tensors, dtypes):
    """Gives a writer of either format the tensors of a saving operation, and the random state where it carries it."""
    values_are_held()
    options = current_options()
    if options.held is not None:
        options.held()
    for name, spec, value, dtype in zip(names, slices, tensors, dtypes):
        if options.check is not None:
            options.check.look_at(name, value)
        if spec:
            full_shape, tensor_slice = parse_shape_and_slice(spec)
            writer.add_slice(name, full_shape, tensor_slice, value, dtype)
        else:
            writer.add(name, value, dtype)
    if run.operation.attrs.get("_random_state"):
        state = run.random_state if run.random_state is not None else run.resources.seeds.snapshot()
        _write_random_state(writer, state)
        for name, value in options.extra.items():
            writer.add(name, value)
    if options.check is not None:
        options.check.conclude()


def _write_random_state(writer, state):
    rows = sorted(state.items())
    if rows:
        writer.add(RANDOM_NAMES, np.array([name.encode() for name, _ in rows], object))
        writer.add(RANDOM_ROWS, np.array([row for _, row in rows], np.int64))


@public()
def save_v2(
    prefix: TensorLike,
    tensor_names: TensorLike,
    shape_and_slices: TensorLike,
    tensors: Sequence[TensorLike],
    name: str | None = None,
    random_state: bool = False,
) -> Operation:
    """An operation that writes `tensors` as the checkpoint `prefix`.

    Args:
      prefix: a string scalar: the path, without ".index" or ".data".
      tensor_names: strings `[n]`: the names to save under.
      shape_and_slices: strings `[n]`: "" for a whole tensor, or the slice it is of a larger one ("10 4 2,3:-").
      tensors: n tensors.
      name: the operation's name.
      random_state: whether to write the session's random state too.

    Raises:
      InvalidArgumentError: (when run) lengths disagree, or a name is saved twice.
      NotFoundError: (when run) the parent directory does not exist.
    """
    return save_v2_op(
        prefix, tensor_names, shape_and_slices, list(tensors), name=name, _random_state=bool(random_state)
    )


# -- restoring ---------------------------------------------------------------------------------------------------


def _restored_shapes(operation):
    expected = operation.attrs.get("_expected_shapes")
    if expected is not None:
        return [as_shape(shape) for shape in expected]
    names, slices = operation.input_tensors[1:]
    for operand in (names, slices):
        operand.shape.merge_with([len(operation.outputs)])
    texts = constant_value(slices)
    if texts is None:
        return [unknown_shape()] * len(operation.outputs)
    return [slice_shape(text.decode()) for text in texts.tolist()]


def slice_shape(spec: str) -> TensorShape:
    """The static shape of what "3 4 0,1:-" stands for, unknown for a whole tensor (""). Raises ValueError for other text."""
    if not spec:
        return unknown_shape()
    full_shape, tensor_slice = parse_shape_and_slice(spec)
    return as_shape(tensor_slice.shape(full_shape))


@host_op(
    "RestoreV2",
    "prefix: string, tensor_names: string, shape_and_slices: string -> tensors: [dtypes]",
    stateful=True,
    streams=True,
    shape=_restored_shapes,
)
def restore_v2_op(run, prefix, tensor_names, shape_and_slices, *, dtypes):  # noqa: A002
    """Reads tensors of a checkpoint, verifying their checksums."""
    operation = run.operation
    prefix, names, slices = as_text(prefix), as_texts(tensor_names), as_texts(shape_and_slices)
    check_lengths(operation, names, slices, len(dtypes))
    expected = operation.attrs.get("_expected_shapes") or [unknown_shape()] * len(names)
    run.resources.drop_spare_memory()
    with open_checkpoint(prefix, run.arrivals.empty) as reader:
        _check_all(reader, names, slices, dtypes, expected, prefix)
        for position, request in enumerate(zip(names, slices, dtypes)):
            _read_into(run.arrivals, position, reader, *request)
        if operation.attrs.get("_random_state"):
            _read_random_state(reader, run)
    return run.arrivals.values()


def _check_all(reader, names, slices, dtypes, expected, prefix):
    _check_present(reader, names, prefix)
    _check_stored(reader, names, slices, dtypes, expected, prefix)


def read_tensor(reader, name, spec, dtype, prefix):
    """The value of a tensor of the checkpoint `prefix`, or of a slice of it, from a reader of either format.

    Raises NotFoundError, InvalidArgumentError (another dtype or shape than expected), DataLossError.
    """
    _check_all(reader, [name], [spec], [dtype], [unknown_shape()], prefix)
    return _read(reader, name, spec, dtype)


def _read_into(arrivals, position, reader, name, spec, dtype):
    stored = reader.describe(name)
    size = math.prod(stored.shape) * dtype.size
    if spec or size < LARGE or position not in arrivals.positions:
        arrivals.add(position, _read(reader, name, spec, dtype))
    else:
        arrivals.add_pieces(position, stored.shape, dtype.as_numpy_dtype, reader.pieces(name))


def _check_present(reader, names, prefix):
    missing = [name for name in names if name not in reader]
    if missing:
        others = "" if len(missing) == 1 else f" (nor {len(missing) - 1} more: {', '.join(missing[1:6])})"
        raise errors.NotFoundError(
            None,
            None,
            f"Key {missing[0]} not found in checkpoint {prefix!r}{others}. If the variable is new or "
            "was renamed, restore with a Saver whose var_list names only what the checkpoint holds "
            "(tf.train.list_variables shows it) and initialize the rest; if the graph and the checkpoint do not "
            "belong together, use another directory.",
        )


def _check_stored(reader, names, slices, wanted, expected, prefix):
    for name, spec, dtype, shape in zip(names, slices, wanted, expected):
        stored = reader.describe(name)
        if stored.dtype != dtype:
            raise errors.InvalidArgumentError(
                None,
                None,
                f"{name!r} is to be restored as {dtype.name}, but the checkpoint {prefix!r} holds it "
                f"as {stored.dtype.name}. Give the variable that dtype, or leave it out of the Saver's var_list.",
            )
        if spec:
            full_shape, _ = parse_shape_and_slice(spec)
            if tuple(full_shape) != tuple(stored.shape):
                raise errors.InvalidArgumentError(
                    None,
                    None,
                    f"{name!r} is to be restored as a slice of shape {list(full_shape)}, but its shape "
                    f"in the checkpoint {prefix!r} is {list(stored.shape)}.",
                )
        elif not shape.is_compatible_with(stored.shape):
            raise errors.InvalidArgumentError(
                None,
                None,
                f"Assign requires shapes of both tensors to match: the variable {name!r} has the shape "
                f"{shape}, in the checkpoint {prefix!r} it is {list(stored.shape)}. Build the model with the sizes "
                "it was saved with, leave the variable out of the Saver's var_list, or pass reshape=True where "
                "only the layout changed.",
            )


def _read(reader, name, spec, dtype):
    value = reader.read(name, parse_shape_and_slice(spec)[1] if spec else None)
    return value.view(dtype.as_numpy_dtype) if dtype.is_quantized else value


def _read_random_state(reader, run):
    if RANDOM_NAMES not in reader or RANDOM_ROWS not in reader:
        return
    seeds, graph = run.resources.seeds, run.operation.graph
    rows = zip(reader.read(RANDOM_NAMES).tolist(), reader.read(RANDOM_ROWS).astype(np.uint32))
    kept = {name.decode(): row for name, row in rows}
    operations = {op.name: op for op in graph.get_operations() if op.name in kept}
    seeds.restore({n: row for n, row in kept.items() if not _was_reseeded(operations.get(n), row, seeds)})


def _was_reseeded(operation, row, seeds) -> bool:
    """Whether the program now gives a random operation another seed: then it is to draw other numbers."""
    if operation is None or not (operation.attrs.get("seed") or operation.attrs.get("seed2")):
        return False
    return not np.array_equal(seeds.rows_of([operation])[0, :2], row[:2])


@public()
def restore_v2(
    prefix: TensorLike,
    tensor_names: TensorLike,
    shape_and_slices: TensorLike,
    dtypes: Sequence[DTypeLike],
    name: str | None = None,
    expected_shapes: Sequence[ShapeLike] | None = None,  # noqa: A002
    random_state: bool = False,
) -> list[Tensor]:
    """Tensors read from the checkpoint `prefix`.

    Args:
      prefix: a string scalar: the path, without ".index" or ".data".
      tensor_names: strings `[n]`: the names they are saved under.
      shape_and_slices: strings `[n]`: "" for a whole tensor, or the wanted slice ("10 4 2,3:-").
      dtypes: n DTypes.
      name: the operation's name.
      expected_shapes: n shapes that what is stored must fit, or None.
      random_state: whether to take over the random state that was saved.

    Returns:
      A list of n tensors.

    Raises:
      NotFoundError: (when run) no such checkpoint, or no such tensor in it.
      InvalidArgumentError: (when run) a tensor of another dtype or shape.
      DataLossError: (when run) a damaged file.
    """
    options = {} if expected_shapes is None else {"_expected_shapes": [as_shape(s) for s in expected_shapes]}
    return restore_v2_op(
        prefix,
        tensor_names,
        shape_and_slices,
        dtypes=list(dtypes),
        name=name,
        _random_state=bool(random_state),
        **options,
    )


# -- shards ------------------------------------------------------------------------------------------------------


@host_op("MergeV2Checkpoints", "checkpoint_prefixes: string, destination_prefix: string ->", stateful=True)
def merge_v2_checkpoints_op(run, checkpoint_prefixes, destination_prefix, *, delete_old_dirs=True):
    """Makes one checkpoint of several parts."""
    merge_bundles(as_texts(checkpoint_prefixes), as_text(destination_prefix), delete_old_dirs)


@public()
def merge_v2_checkpoints(
    checkpoint_prefixes: TensorLike,
    destination_prefix: TensorLike,
    delete_old_dirs: bool = True,
    name: str | None = None,
) -> Operation:
    """An operation that makes one checkpoint, `destination_prefix`, of the parts `checkpoint_prefixes` `[n]`."""
    return merge_v2_checkpoints_op(
        checkpoint_prefixes, destination_prefix, delete_old_dirs=delete_old_dirs, name=name
    )


def _string(text: str):
    return np.array(text.encode("utf-8", "surrogateescape"), object)


@host_op(
    "ShardedFilename",
    "basename: string, shard: int32, num_shards: int32 -> filename: string",
    ranks={name: (0, f"{name} must be a scalar") for name in ("basename", "shard", "num_shards")},
    shape=lambda op: [[]],
)
def sharded_filename_op(basename, shard, num_shards):
    return _string(f"{as_text(basename)}-{int(shard):05d}-of-{int(num_shards):05d}")


@public()
def sharded_filename(
    basename: TensorLike, shard: TensorLike, num_shards: TensorLike, name: str | None = None
) -> Tensor:
    """The name of one of several files, "basename-00001-of-00004": a string scalar."""
    return sharded_filename_op(basename, shard, num_shards, name=name)


@host_op(
    "ShardedFilespec",
    "basename: string, num_shards: int32 -> filename: string",
    ranks={name: (0, f"{name} must be a scalar") for name in ("basename", "num_shards")},
    shape=lambda op: [[]],
)
def sharded_filespec_op(basename, num_shards):
    return _string(f"{as_text(basename)}-?????-of-{int(num_shards):05d}")


@public()
def sharded_filespec(basename: TensorLike, num_shards: TensorLike, name: str | None = None) -> Tensor:
    """The pattern that all files of a sharded set match, "basename-?????-of-00004": a string scalar."""
    return sharded_filespec_op(basename, num_shards, name=name)
