"""`tf.train.warm_start`: beginning with the variables of a model that was trained before."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from evergraph.checkpoint import inspect
from evergraph.checkpoint.saveable import name_saveables, slices_of
from evergraph.framework import dtypes, logging
from evergraph.framework.collections import GraphKeys, get_collection
from evergraph.framework.public import public, public_module
from evergraph.ops.array import boolean_mask, concat, reshape
from evergraph.ops.constants import constant
from evergraph.ops.files import remapping
from evergraph.ops.math import less
from evergraph.ops.variables.initializers import zeros_initializer
from evergraph.ops.variables.reference import Variable

public_module("python.training.warm_starting_util")


@public("train.VocabInfo")
class VocabInfo(NamedTuple):
    """The vocabularies of a variable whose rows belong to words.

    Attributes:
      new_vocab: the path of the new vocabulary, a word a line.
      new_vocab_size: how many of its words are used.
      num_oov_buckets: how many rows for unknown words follow them.
      old_vocab: the path of the vocabulary that the checkpoint belongs to.
      old_vocab_size: how many of its words were used; -1 for all.
      backup_initializer: an initializer for words that are new; zeros when None.
    """

    new_vocab: str
    new_vocab_size: int
    num_oov_buckets: int
    old_vocab: str
    old_vocab_size: int = -1
    backup_initializer: Callable | None = None


@public("train.warm_start")
def warm_start(
    ckpt_to_initialize_from: Any,
    vars_to_warm_start: Any = ".*",
    var_name_to_vocab_info: Mapping | None = None,
    var_name_to_prev_var_name: Mapping[str, str] | None = None,
) -> None:
    """Makes the initializers of variables read their values from a checkpoint.

    Args:
      ckpt_to_initialize_from: a checkpoint, or a directory whose newest checkpoint is meant.
      vars_to_warm_start: a regular expression for names of trainable variables; a list of variables; a list of
        expressions for names of global variables; None for only those in `var_name_to_vocab_info`.
      var_name_to_vocab_info: {name: VocabInfo} for variables whose rows belong to words.
      var_name_to_prev_var_name: {name: its name in the checkpoint}, where that is another.

    Raises:
      ValueError: a name in one of the dicts that no variable has; a variable that the checkpoint has not.
    """
    vocabularies, renamed = var_name_to_vocab_info or {}, var_name_to_prev_var_name or {}
    logging.info("Warm-starting from: %s", ckpt_to_initialize_from)
    grouped = _grouped_variables(vars_to_warm_start)
    for kind, names in (("var_name_to_prev_var_name", renamed), ("var_name_to_vocab_info", vocabularies)):
        unused = sorted(set(names) - set(grouped))
        if unused:
            raise ValueError(
                f"You provided the following variables in {kind} that were not used: {unused}. Perhaps you "
                f"misspelled them? Here is the list of viable variable names: {sorted(grouped)}"
            )
    for name, parts in grouped.items():
        stored_name = renamed.get(name) or name
        if name in vocabularies:
            logging.info("Warm-starting variable: %s from %s; %s", name, stored_name, vocabularies[name])
            _start_with_vocabulary(parts, ckpt_to_initialize_from, stored_name, vocabularies[name])
        elif vars_to_warm_start:
            logging.info("Warm-starting variable: %s from %s", name, stored_name)
            warm_start_variable(parts, ckpt_to_initialize_from, stored_name)


@public("python.training.warm_starting_util._infer_var_name")
def name_in_checkpoint(parts: Sequence[Variable]) -> str:
    """The name that a variable, given as a list of it or of its parts, is saved under; TypeError for several variables."""
    names = list(name_saveables(parts))
    if len(names) != 1:
        raise TypeError(f"{parts} are several variables: {names}")
    return names[0]


def _parts_of(var) -> list[Variable]:
    parts = list(var) if isinstance(var, list) else slices_of(var) or [var]
    if not all(isinstance(part, Variable) for part in parts):
        raise TypeError(
            f"var MUST be one of the following: a Variable, list of Variable or PartitionedVariable, but is {var!r}"
        )
    return parts


@public("python.training.warm_starting_util._warm_start_var")
def warm_start_variable(
    var: Variable | Sequence[Variable], prev_ckpt: str, prev_tensor_name: str | None = None
) -> None:
    """Makes the initializer of a variable (or of the list of its parts) read its value from a checkpoint.

    Raises:
      TypeError: no variable, or several.
      ValueError: the checkpoint does not have it, or with another shape.
    """
    parts = _parts_of(var)
    target = parts if len(parts) > 1 else parts[0]
    inspect.init_from_checkpoint(prev_ckpt, {prev_tensor_name or name_in_checkpoint(parts): target})


@public("python.training.warm_starting_util._warm_start_var_with_vocab")
def warm_start_rows(
    var: Variable | Sequence[Variable],
    current_vocab_path: str,
    current_vocab_size: int,
    prev_ckpt: str,
    prev_vocab_path: str,
    previous_vocab_size: int = -1,
    current_oov_buckets: int = 0,
    prev_tensor_name: str | None = None,
    initializer: Callable | None = None,
) -> None:
    """`warm_start_variable` for a variable whose rows belong to words; see `VocabInfo`. ValueError when one is missing."""
    if not (current_vocab_path and current_vocab_size and prev_ckpt and prev_vocab_path):
        raise ValueError(
            "Invalid args: Must provide all of [current_vocab_path, current_vocab_size, prev_ckpt, prev_vocab_path]."
        )
    vocabulary = VocabInfo(
        current_vocab_path,
        current_vocab_size,
        current_oov_buckets,
        prev_vocab_path,
        previous_vocab_size,
        initializer,
    )
    parts = _parts_of(var)
    _start_with_vocabulary(parts, prev_ckpt, prev_tensor_name or name_in_checkpoint(parts), vocabulary)


def _grouped_variables(wanted) -> dict[str, list[Variable]]:
    """{name: [variable], or its parts}."""
    if wanted is None or isinstance(wanted, str):
        found = get_collection(GraphKeys.TRAINABLE_VARIABLES, wanted)
    elif not isinstance(wanted, (list, tuple)):
        raise ValueError(
            f"`vars_to_warm_start` must be a list or string, got {wanted!r} of type {type(wanted)}"
        )
    elif all(isinstance(item, str) for item in wanted):
        found = [v for item in wanted for v in get_collection(GraphKeys.GLOBAL_VARIABLES, item)]
    else:
        found = [part for item in wanted for part in (slices_of(item) or [item])]
        if not all(isinstance(item, Variable) for item in found):
            raise ValueError(
                "If `vars_to_warm_start` is a list, it must be all variables or all strings; got "
                f"{sorted({type(item).__name__ for item in wanted})}"
            )
    grouped = {}
    for variable in dict.fromkeys(found):
        (name,) = name_saveables([variable])
        grouped.setdefault(name, []).append(variable)
    return grouped


def _start_with_vocabulary(parts, checkpoint, stored_name, vocabulary):
    path = inspect.checkpoint_path(checkpoint)
    for part in parts:
        info = part._save_slice_info
        offset = info.var_offset[0] if info else 0
        inspect.set_initializer(part, _remapped(path, stored_name, part, offset, vocabulary))


def _remapped(path, stored_name, variable, offset, vocabulary):
    """The new value of a matrix `[words + buckets, columns]`, or of the part of it that begins at row `offset`."""
    size, columns = variable.shape.as_list()
    whole = vocabulary.new_vocab_size + vocabulary.num_oov_buckets
    if offset + size > whole:
        raise ValueError(
            f"{variable.name} has the rows {offset} to {offset + size}, but its vocabulary has "
            f"{vocabulary.new_vocab_size} words and {vocabulary.num_oov_buckets} buckets"
        )
    known = max(0, min(size, vocabulary.new_vocab_size - offset))  # rows of words; the rest are of buckets
    initializer = vocabulary.backup_initializer or zeros_initializer()
    pieces = []
    if known:
        places, _ = remapping.generate_vocab_remapping(
            vocabulary.new_vocab,
            vocabulary.old_vocab,
            new_vocab_offset=offset,
            num_new_vocab=known,
            old_vocab_size=vocabulary.old_vocab_size,
        )
        # Of a whole matrix, since many initializers go by its shape, only the rows of new words are taken.
        drawn = initializer([known, columns], dtype=dtypes.float32)
        missing = reshape(boolean_mask(drawn, less(places, np.int64(0))), [-1])
        pieces.append(
            remapping.load_and_remap_matrix(
                path,
                stored_name,
                places,
                constant([], dtypes.int64),
                missing,
                num_rows=known,
                num_cols=columns,
            )
        )
    if known < size:
        pieces.append(initializer([size - known, columns], dtype=dtypes.float32))
    return pieces[0] if len(pieces) == 1 else concat(pieces, 0)
