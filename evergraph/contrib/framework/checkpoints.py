"""Looking into checkpoints, and beginning with what one has: the functions of `tf.train` under older argument names."""

from collections.abc import Callable, Mapping
from typing import Any

from evergraph.checkpoint import inspect
from evergraph.checkpoint.reader import CheckpointReader
from evergraph.checkpoint.remapping import load_and_remap_matrix_initializer
from evergraph.framework import dtypes
from evergraph.framework.public import public, public_module
from evergraph.framework.types import DTypeLike, ShapeLike
from evergraph.ops.variables.initializers import zeros_initializer

public_module("contrib.framework.python.framework.checkpoint_utils")


@public("contrib.framework.load_checkpoint")
def load_checkpoint(filepattern: Any) -> CheckpointReader:
    """`tf.train.load_checkpoint`."""
    return inspect.load_checkpoint(filepattern)


@public("contrib.framework.load_variable")
def load_variable(checkpoint_dir: Any, name: str) -> Any:
    """`tf.train.load_variable`."""
    return inspect.load_variable(checkpoint_dir, name)


@public("contrib.framework.list_variables")
def list_variables(checkpoint_dir: Any) -> list[tuple[str, list[int]]]:
    """`tf.train.list_variables`."""
    return inspect.list_variables(checkpoint_dir)


@public("contrib.framework.init_from_checkpoint")
def init_from_checkpoint(checkpoint_dir: Any, assignment_map: Mapping) -> None:
    """`tf.train.init_from_checkpoint`."""
    inspect.init_from_checkpoint(checkpoint_dir, assignment_map)


@public("contrib.framework.load_linear_multiclass_bias_initializer")
def load_linear_multiclass_bias_initializer(
    ckpt_path: str,
    bias_tensor_name: str,
    new_class_vocab_size: int,
    old_class_vocab_file: str,
    new_class_vocab_file: str,
    num_class_oov_buckets: int = 0,
    initializer: Callable | None = None,
    max_rows_in_memory: int = -1,
) -> Callable:
    """The initializer of a bias for each class from another model's, whose classes were others or in another order.

    Args:
      ckpt_path: the checkpoint.
      bias_tensor_name: the bias in it.
      new_class_vocab_size: how many classes of the new file are used.
      old_class_vocab_file, new_class_vocab_file: the classes, one a line.
      num_class_oov_buckets: how many classes follow those of the file.
      initializer: of what the checkpoint lacks; zeros when None.
      max_rows_in_memory: how many rows are read at a time; -1 for all.
    """
    return load_and_remap_matrix_initializer(
        ckpt_path=ckpt_path,
        old_tensor_name=bias_tensor_name,
        new_row_vocab_size=new_class_vocab_size,
        new_col_vocab_size=1,
        old_row_vocab_file=old_class_vocab_file,
        new_row_vocab_file=new_class_vocab_file,
        num_row_oov_buckets=num_class_oov_buckets,
        initializer=zeros_initializer() if initializer is None else initializer,
        max_rows_in_memory=max_rows_in_memory,
    )


@public("contrib.framework.load_variable_slot_initializer")
def load_variable_slot_initializer(
    ckpt_path: str,
    old_tensor_name: str,
    primary_partition_info: Any,
    new_row_vocab_size: int,
    new_col_vocab_size: int,
    old_row_vocab_file: str | None = None,
    new_row_vocab_file: str | None = None,
    old_col_vocab_file: str | None = None,
    new_col_vocab_file: str | None = None,
    num_row_oov_buckets: int = 0,
    num_col_oov_buckets: int = 0,
    initializer: Callable | None = None,
    max_rows_in_memory: int = -1,
) -> Callable:
    """`load_and_remap_matrix_initializer` for an optimizer's slot, which is split up as its variable is.

    Args:
      primary_partition_info: which part of the variable the slot belongs to.
      The other arguments: as for `load_and_remap_matrix_initializer`.
    """
    initialize = load_and_remap_matrix_initializer(
        ckpt_path=ckpt_path,
        old_tensor_name=old_tensor_name,
        new_row_vocab_size=new_row_vocab_size,
        new_col_vocab_size=new_col_vocab_size,
        old_row_vocab_file=old_row_vocab_file,
        new_row_vocab_file=new_row_vocab_file,
        old_col_vocab_file=old_col_vocab_file,
        new_col_vocab_file=new_col_vocab_file,
        num_row_oov_buckets=num_row_oov_buckets,
        num_col_oov_buckets=num_col_oov_buckets,
        initializer=initializer,
        max_rows_in_memory=max_rows_in_memory,
    )

    def for_the_slot(shape: ShapeLike, dtype: DTypeLike = dtypes.float32, partition_info: Any = None) -> Any:
        return initialize(shape, dtype, partition_info=primary_partition_info)

    return for_the_slot
