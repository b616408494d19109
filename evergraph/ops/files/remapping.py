"""Matrices whose rows belong to the words of a vocabulary, read from a checkpoint into the order of another.

`GenerateVocabRemapping` says for each new word where it was; `LoadAndRemapMatrix` reads the rows so.
"""

import numpy as np

from evergraph.formats import paths
from evergraph.formats.checkpoint_reader import open_checkpoint
from evergraph.framework import dtypes, errors
from evergraph.ops.registry import host_op


def _text(scalar) -> str:
    return np.asarray(scalar).item().decode("utf-8", "surrogateescape")


def _words(path) -> list[bytes]:
    lines = paths.read_bytes(path).split(b"\n")
    if lines and not lines[-1]:
        lines.pop()
    return [line.removesuffix(b"\r") for line in lines]


def _remapping_shapes(operation):
    return [[operation.attrs["num_new_vocab"]], []]


@host_op(
    "GenerateVocabRemapping",
    "new_vocab_file: string, old_vocab_file: string -> remapping: int64, num_present: int32",
    shape=_remapping_shapes,
)
def generate_vocab_remapping(
    new_vocab_file, old_vocab_file, *, new_vocab_offset: int, num_new_vocab: int, old_vocab_size=-1
):
    """For `num_new_vocab` words of the new vocabulary, the numbers of their lines in the old one, or -1."""
    new_path, old_path = _text(new_vocab_file), _text(old_vocab_file)
    new = _words(new_path)[new_vocab_offset : new_vocab_offset + num_new_vocab]
    if len(new) < num_new_vocab:
        raise errors.InvalidArgumentError(
            None,
            None,
            f"the vocabulary {new_path!r} ends {num_new_vocab - len(new)} lines before the line "
            f"{new_vocab_offset + num_new_vocab} that is wanted",
        )
    old = _words(old_path)
    if old_vocab_size >= 0:
        old = old[:old_vocab_size]
    places = {word: number for number, word in enumerate(old)}
    if len(places) < len(old):
        raise errors.InvalidArgumentError(
            None,
            None,
            f"the vocabulary {old_path!r} has {len(old) - len(places)} words twice; each must be unique",
        )
    remapping = np.array([places.get(word, -1) for word in new], np.int64)
    return remapping, np.int32((remapping >= 0).sum())


def _matrix_shape(operation):
    return [[operation.attrs["num_rows"], operation.attrs["num_cols"]]]


def _chosen(matrix, remapping, axis, count, name):
    """Rows (or columns) in the order of a remapping, which may be empty, and which of them there are."""
    if not remapping.size:
        if matrix.shape[axis] != count:
            raise errors.InvalidArgumentError(
                None,
                None,
                f"{name!r} has the shape {list(matrix.shape)} in the checkpoint; without a remapping "
                f"its dimension {axis} must be {count}",
            )
        return matrix, np.ones(count, bool)
    if remapping.size != count or remapping.min() < -1 or remapping.max() >= matrix.shape[axis]:
        raise errors.InvalidArgumentError(
            None,
            None,
            f"the remapping of {name!r} has {remapping.size} numbers up to {remapping.max()}; wanted are "
            f"{count}, each -1 or below {matrix.shape[axis]}",
        )
    return np.take(matrix, np.maximum(remapping, 0), axis=axis), remapping >= 0


@host_op(
    "LoadAndRemapMatrix",
    "ckpt_path: string, old_tensor_name: string, row_remapping: int64, col_remapping: int64, "
    "initializing_values: float32 -> output_matrix: float32",
    stateful=True,
    shape=_matrix_shape,
)
def load_and_remap_matrix(
    ckpt_path,
    old_tensor_name,
    row_remapping,
    col_remapping,
    initializing_values,
    *,
    num_rows: int,
    num_cols: int,
    max_rows_in_memory=-1,
):
    """A float32 matrix of a checkpoint with its rows and columns in another order; what it has not is taken from
    `initializing_values`, one after another."""
    name = _text(old_tensor_name)
    with open_checkpoint(_text(ckpt_path)) as reader:
        stored = reader.describe(name)
        if len(stored.shape) != 2 or stored.dtype != dtypes.float32:
            raise errors.InvalidArgumentError(
                None,
                None,
                f"{name!r} is {stored.dtype.name} {list(stored.shape)} in the checkpoint; only float32 "
                "matrices can be remapped",
            )
        matrix = reader.read(name)
    matrix, rows = _chosen(matrix, row_remapping, 0, num_rows, name)
    matrix, columns = _chosen(matrix, col_remapping, 1, num_cols, name)
    missing = ~np.logical_and.outer(rows, columns)
    if initializing_values.size != missing.sum():
        raise errors.InvalidArgumentError(
            None,
            None,
            f"{missing.sum()} values of {name!r} are not in the checkpoint, but {initializing_values.size} "
            "initializing_values are given",
        )
    result = np.array(matrix, np.float32)
    result[missing] = np.ravel(initializing_values)
    return result
