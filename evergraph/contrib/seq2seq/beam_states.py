"""States and arrays by beams: repeated, taken apart, put together, taken from the beams that go on."""

from __future__ import annotations

from typing import Any

from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.structures import flatten, map_structure
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops.control_flow.tensor_array import TensorArray
from evergraph.ops.inference import constant_value
from evergraph.ops.nn.gather_tree import gather_tree

public_module("contrib.seq2seq.python.ops.beam_search_decoder")


@public("contrib.seq2seq.tile_batch")
def tile_batch(t: Any, multiplier: int, name: str | None = None) -> Any:
    """Each example repeated: what a beam search starts from, with `multiplier` the width of the beam.

    Args:
      t: a tensor `[batch, ...]`, or a structure of such.
      multiplier: how many times.
      name: the name scope.

    Returns:
      The structure, of tensors `[batch * multiplier, ...]` in which the repetitions of an example follow each other.

    Raises:
      ValueError: a scalar, or a rank that is not known.
    """
    with name_scope(name, "tile_batch", [*flatten(t), multiplier]):
        return map_structure(lambda each: _repeated(each, multiplier), t)


def _repeated(t, multiplier):
    t = convert_to_tensor(t, name="t")
    if not t.shape.ndims:
        raise ValueError(f"tile_batch needs tensors of known rank, 1 or more; got {t}")
    tiled = array_ops.tile(array_ops.expand_dims(t, 1), [1, multiplier] + [1] * (t.shape.ndims - 1))
    given = array_ops.shape(t)
    return array_ops.reshape(tiled, array_ops.concat([[given[0] * multiplier], given[1:]], 0))


@public("contrib.seq2seq.gather_tree_from_array")
def gather_tree_from_array(t: TensorLike, parent_ids: TensorLike, sequence_length: TensorLike) -> Tensor:
    """What each step put out, sorted into the sequences of a beam search.

    Args:
      t: `[time, batch, beams, ...]` or `[time, batch * beams, ...]`.
      parent_ids: which beam of the step before each one came from, int32 `[time, batch, beams]`.
      sequence_length: the length of each sequence, `[batch, beams]`; what comes after is left where it is.

    Returns:
      A tensor like `t`.
    """
    t, parents = convert_to_tensor(t), convert_to_tensor(parent_ids)
    steps, batch, width = array_ops.unstack(array_ops.shape(parents), 3)
    beams = array_ops.zeros_like(parents) + math_ops.range(width)
    within = array_ops.transpose(array_ops.sequence_mask(sequence_length, maxlen=steps), [2, 0, 1])
    none = width + 1
    sorted_beams = gather_tree(
        step_ids=array_ops.where(within, beams, array_ops.zeros_like(beams) + none),
        parent_ids=parents,
        max_sequence_lengths=math_ops.to_int32(math_ops.reduce_max(sequence_length, axis=1)),
        end_token=none,
    )
    sorted_beams = array_ops.where(within, sorted_beams, beams)
    first = math_ops.range(steps * batch) * width
    places = array_ops.reshape(first, array_ops.stack([steps, batch, 1])) + sorted_beams
    given = array_ops.shape(t)
    rest = given[3:] if t.shape.ndims is not None and _is_by_beams(t, parents) else given[2:]
    rows = array_ops.reshape(t, array_ops.concat([[steps * batch * width], rest], 0))
    return array_ops.reshape(array_ops.gather(rows, places), given)


def _is_by_beams(t, parents):
    """Whether batch and beams are axes of their own: told by the known sizes, and by the rank where they are not known."""
    if t.shape.ndims < 3:
        return False
    known: list[Any] = parents.shape.as_list() if parents.shape.ndims is not None else [None] * 3
    batch, width = known[1], known[2]
    size = t.shape[1].value
    if batch is not None and width is not None and size is not None:
        return size != batch * width or width == 1 and t.shape[2].value == 1
    return width is not None and t.shape[2].value in (width, None)


def split_beams(t: Any, batch_size: TensorLike, width: int) -> Any:
    """`[batch * beams, ...]` as `[batch, beams, ...]`; arrays and scalars are left as they are.

    Raises:
      ValueError: an unknown rank, or sizes that cannot be.
    """
    if isinstance(t, TensorArray):
        return t
    if t.shape.ndims is None:
        raise ValueError(f"the rank of {t} must be known")
    if t.shape.ndims == 0:
        return t
    known = known_size(batch_size)
    if known is not None and t.shape[0].value not in (None, known * width):
        raise ValueError(
            f"{t} must have {known} * {width} rows, a row for each beam: repeat states and memories with tile_batch, and "
            "give zero_state the batch size times the width of the beam"
        )
    split = array_ops.reshape(
        t, array_ops.concat([array_ops.stack([batch_size, width]), array_ops.shape(t)[1:]], 0)
    )
    split.set_shape([known, width, *t.shape.as_list()[1:]])
    return split


def merge_beams(t: Any, batch_size: TensorLike, width: int) -> Any:
    """`[batch, beams, ...]` as `[batch * beams, ...]`; arrays and what has no beams are left as they are."""
    if isinstance(t, TensorArray) or t.shape.ndims is not None and t.shape.ndims < 2:
        return t
    if t.shape.ndims is None:
        raise ValueError(f"the rank of {t} must be known")
    rows = array_ops.stack([math_ops.multiply(batch_size, width)])
    merged = array_ops.reshape(t, array_ops.concat([rows, array_ops.shape(t)[2:]], 0))
    known = known_size(batch_size)
    merged.set_shape([None if known is None else known * width, *t.shape.as_list()[2:]])
    return merged


def known_size(batch_size: TensorLike) -> int | None:
    """A size where it is known."""
    found = batch_size if isinstance(batch_size, int) else constant_value(batch_size)
    return None if found is None else int(found)


def take_beams(t: Any, places: Tensor) -> Any:
    """Of `[batch, n, ...]` what is at the places `[batch, m]` of each entry; arrays and scalars are left as they are."""
    if isinstance(t, TensorArray) or t.shape.ndims is not None and t.shape.ndims < 2:
        return t
    given = array_ops.shape(t)
    rows = array_ops.reshape(t, array_ops.concat([[given[0] * given[1]], given[2:]], 0))
    return array_ops.gather(rows, places + array_ops.expand_dims(math_ops.range(given[0]) * given[1], 1))
