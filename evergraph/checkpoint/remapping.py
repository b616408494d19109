"""Matrices of a checkpoint whose rows and columns belong to words, read for other vocabularies.

1. `generate_vocab_remapping`  finds the line of each new word in the old vocabulary
2. `load_and_remap_matrix`     puts the rows and columns of the stored matrix in the new order; words that are new, and the
                               buckets for unknown ones, are initialized
3. the initializers do this for variables, whole or partitioned by rows
"""

import math
from collections.abc import Callable

from evergraph.framework import dtypes
from evergraph.framework.public import public
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops import math as math_ops
from evergraph.ops.array import concat
from evergraph.ops.constants import constant
from evergraph.ops.files import remapping
from evergraph.ops.variables.initializers import truncated_normal_initializer, zeros_initializer


@public("python.training.checkpoint_ops._load_and_remap_matrix")
def load_and_remap_matrix(
    ckpt_path: TensorLike,
    old_tensor_name: TensorLike,
    new_row_vocab_offset: int,
    num_rows_to_load: int,
    new_col_vocab_size: int,
    initializer: Callable,
    old_row_vocab_size: int = -1,
    old_row_vocab_file: TensorLike = None,
    new_row_vocab_file: TensorLike = None,
    old_col_vocab_file: TensorLike = None,
    new_col_vocab_file: TensorLike = None,
    num_row_oov_buckets: int = 0,
    num_col_oov_buckets: int = 0,
    max_rows_in_memory: int = -1,
) -> Tensor:
    """A matrix of a checkpoint with its rows and columns in the order of other vocabularies.

    Args:
      ckpt_path: the checkpoint.
      old_tensor_name: the name of the matrix in it.
      new_row_vocab_offset: the line of the new row vocabulary that the first row belongs to.
      num_rows_to_load: how many lines of it.
      new_col_vocab_size: how many columns.
      initializer: function of a shape; called with `[missing elements, 1]`, and with the shapes of the buckets.
      old_row_vocab_size: how many words of the old row vocabulary count; -1 for all.
      old_row_vocab_file, new_row_vocab_file: vocabularies of the rows, a word a line; neither to leave rows as they are.
      old_col_vocab_file, new_col_vocab_file: the same for columns.
      num_row_oov_buckets, num_col_oov_buckets: how many initialized rows and columns to append.
      max_rows_in_memory: how many rows to read at once; without effect, a matrix is read as a whole.

    Returns:
      A float32 tensor of shape `[num_rows_to_load + num_row_oov_buckets, new_col_vocab_size + num_col_oov_buckets]`.

    Raises:
      ValueError: a negative number of buckets, one vocabulary of a pair without the other, or no vocabulary at all.
    """
    for what, count in (
        ("num_row_oov_buckets", num_row_oov_buckets),
        ("num_col_oov_buckets", num_col_oov_buckets),
    ):
        if count < 0:
            raise ValueError(f"{what} must be >= 0, but received {count}")
    for what, old, new in (
        ("row", old_row_vocab_file, new_row_vocab_file),
        ("col", old_col_vocab_file, new_col_vocab_file),
    ):
        if bool(old) != bool(new):
            raise ValueError(
                f"old_{what}_vocab_file and new_{what}_vocab_file must both be specified or left unspecified; got "
                f"{old!r} and {new!r}"
            )
    if not new_row_vocab_file and not new_col_vocab_file:
        raise ValueError(
            "Must provide either row or column vocab files. To take a matrix as it is, use "
            "tf.train.init_from_checkpoint"
        )
    rows_present, columns_present, columns = num_rows_to_load, new_col_vocab_size, constant([], dtypes.int64)
    if new_row_vocab_file:
        rows, rows_present = remapping.generate_vocab_remapping(
            new_row_vocab_file,
            old_row_vocab_file,
            new_vocab_offset=new_row_vocab_offset,
            num_new_vocab=num_rows_to_load,
            old_vocab_size=old_row_vocab_size,
        )
    else:
        rows = math_ops.range(
            new_row_vocab_offset, new_row_vocab_offset + num_rows_to_load, dtype=dtypes.int64
        )
    if new_col_vocab_file:
        columns, columns_present = remapping.generate_vocab_remapping(
            new_col_vocab_file, old_col_vocab_file, new_vocab_offset=0, num_new_vocab=new_col_vocab_size
        )
    missing = num_rows_to_load * new_col_vocab_size - rows_present * columns_present
    matrix = remapping.load_and_remap_matrix(
        ckpt_path,
        old_tensor_name,
        rows,
        columns,
        initializer([missing, 1]),
        num_rows=num_rows_to_load,
        num_cols=new_col_vocab_size,
        max_rows_in_memory=max_rows_in_memory,
    )
    if num_row_oov_buckets:
        matrix = concat([matrix, initializer([num_row_oov_buckets, new_col_vocab_size])], 0)
    if num_col_oov_buckets:
        matrix = concat(
            [matrix, initializer([num_rows_to_load + num_row_oov_buckets, num_col_oov_buckets])], 1
        )
    return matrix


@public(
    "python.training.checkpoint_ops._load_and_remap_matrix_initializer",
    "contrib.framework.load_and_remap_matrix_initializer",
)
def load_and_remap_matrix_initializer(
    ckpt_path: TensorLike,
    old_tensor_name: TensorLike,
    new_row_vocab_size: int,
    new_col_vocab_size: int,
    old_row_vocab_size: int = -1,
    old_row_vocab_file: TensorLike = None,
    new_row_vocab_file: TensorLike = None,
    old_col_vocab_file: TensorLike = None,
    new_col_vocab_file: TensorLike = None,
    num_row_oov_buckets: int = 0,
    num_col_oov_buckets: int = 0,
    initializer: Callable | None = None,
    max_rows_in_memory: int = -1,
) -> Callable:
    """An initializer for a variable, or for one partitioned by rows, that calls `load_and_remap_matrix`.

    The arguments are those of `load_and_remap_matrix`; `initializer` gives zeros when None.

    Raises:
      TypeError: an `initializer` that cannot be called. The initializer that is returned raises TypeError for a dtype
        other than float32, and ValueError for a shape that does not fit the vocabularies.
    """
    initializer = zeros_initializer() if initializer is None else initializer
    if not callable(initializer):
        raise TypeError(
            f"initializer must be callable, instead of being {initializer!r} of type {type(initializer)}"
        )

    def initialize(shape, dtype=dtypes.float32, partition_info=None):
        if dtype != dtypes.float32:
            raise TypeError(f"only float32 matrices can be loaded, and {dtype} was asked for")
        if len(shape) != 2:
            raise ValueError(f"Expected 2-dim shape, but received: {shape}")
        size, width = (int(one) for one in shape)
        if size <= 0:
            raise ValueError(f"Expected 1st dim of shape to be > 0, but received shape: {shape}")
        if width != new_col_vocab_size + num_col_oov_buckets:
            raise ValueError(
                f"Expected 2nd dim of shape to be new_col_vocab_size ({new_col_vocab_size}) + num_col_oov_buckets "
                f"({num_col_oov_buckets}), but received shape: {shape}"
            )
        offset = 0 if partition_info is None else partition_info.single_offset(shape)
        if offset + size > new_row_vocab_size + num_row_oov_buckets:
            raise ValueError(
                f"Trying to initialize {size} additional rows after {offset} rows have already been initialized, which "
                f"would exceed new_row_vocab_size ({new_row_vocab_size}) + num_row_oov_buckets ({num_row_oov_buckets})"
            )
        buckets = min(size, max(0, offset + size - new_row_vocab_size))
        if buckets == size:
            return initializer([size, width])
        return load_and_remap_matrix(
            ckpt_path,
            old_tensor_name,
            offset,
            size - buckets,
            new_col_vocab_size,
            initializer,
            old_row_vocab_size,
            old_row_vocab_file,
            new_row_vocab_file,
            old_col_vocab_file,
            new_col_vocab_file,
            buckets,
            num_col_oov_buckets,
            max_rows_in_memory,
        )

    return initialize


@public(
    "python.training.checkpoint_ops._load_embedding_initializer",
    "contrib.framework.load_embedding_initializer",
)
def load_embedding_initializer(
    ckpt_path: TensorLike,
    embedding_tensor_name: TensorLike,
    new_vocab_size: int,
    embedding_dim: int,
    old_vocab_file: TensorLike,
    new_vocab_file: TensorLike,
    old_vocab_size: int = -1,
    num_oov_buckets: int = 0,
    initializer: Callable | None = None,
    max_rows_in_memory: int = -1,
) -> Callable:
    """An initializer for an embedding `[new_vocab_size + num_oov_buckets, embedding_dim]` of another vocabulary.

    `initializer` gives the rows of new words and of buckets; a normal distribution with the standard deviation
    `1 / sqrt(embedding_dim)`, cut off at two of them, when None. See `load_and_remap_matrix_initializer`.
    """
    if initializer is None:
        initializer = truncated_normal_initializer(stddev=1.0 / math.sqrt(embedding_dim))
    return load_and_remap_matrix_initializer(
        ckpt_path,
        embedding_tensor_name,
        new_vocab_size,
        embedding_dim,
        old_vocab_size,
        old_vocab_file,
        new_vocab_file,
        num_row_oov_buckets=num_oov_buckets,
        initializer=initializer,
        max_rows_in_memory=max_rows_in_memory,
    )
