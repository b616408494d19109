"""Connectionist temporal classification: the loss of label sequences that are shorter than what they are read from.

Of Graves, Fernandez, Gomez and Schmidhuber, "Connectionist Temporal Classification" (ICML 2006): the sum over all
alignments of equations (5) to (8) forward and (9) to (11) backward, in logarithms; the derivative is equation (16).
"""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from evergraph.bounded.bounds import bound_of
from evergraph.framework import dtypes, errors
from evergraph.framework.arguments import also_called
from evergraph.framework.composite import SparseTensor
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.places import Places
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops.constants import prevent_gradient_op
from evergraph.ops.registry import device_op

public_module("python.ops.ctc_ops", "python.ops.nn")

_REFUSED = "ctc_loss has no second derivative: the first is computed with the loss"


def _kept(xp, rows, labels, blank, collapse):
    """Which labels count: none from `blank` on, and of equal neighbours in a row the first where they collapse."""
    kept = labels < blank
    if collapse and labels.shape[0] > 1:
        same = (rows[1:] == rows[:-1]) & (labels[1:] == labels[:-1])
        kept = kept & ~xp.concatenate([xp.zeros((1,), bool), same])
    return kept


def _require(condition, message):
    if not condition:
        raise errors.InvalidArgumentError(None, None, message)


def _longest(inputs, indices, labels, lengths, *, collapse, ignore_longer):
    """The number of labels of the longest row, after looking at all of them.

    Raises:
      InvalidArgumentError: rows that are out of order or none of the batch, labels that are none, a length that is not
        there, a row without labels or, unless such rows are ignored, with more labels than steps.
    """
    steps, batch, classes = inputs if isinstance(inputs, tuple) else inputs.shape
    _require(batch, f"batch_size must not be 0: the inputs have the shape {[steps, batch, classes]}")
    _require(
        lengths.shape == (batch,), f"sequence_length must be [{batch}], one for each row, got {lengths.shape}"
    )
    for row, length in enumerate(lengths.tolist()):
        _require(0 <= length <= steps, f"sequence_length({row}) <= {steps} does not hold: it is {length}")
    rows = indices[:, 0]
    _require(
        np.all((rows >= 0) & (rows < batch)) and np.all(np.diff(rows) >= 0),
        f"the rows of labels must be in order and below {batch}, the size of the batch; got {rows.tolist()}",
    )
    _require(np.all(labels >= 0), f"All labels must be nonnegative integers, got {labels.tolist()}")
    null = labels >= classes - 1
    follows = null[:-1] & ~null[1:] & (rows[1:] == rows[:-1])
    _require(
        not np.any(follows),
        f"Saw a non-null label (index >= num_classes - 1) following a null label; num_classes: {classes}",
    )
    counts = np.bincount(rows, _kept(np, rows, labels, classes - 1, collapse), batch).astype(int)
    for row, count in enumerate(counts.tolist()):
        _require(count > 0, f"Labels length is zero in batch {row}")
        _require(
            ignore_longer or count <= lengths[row],
            f"Not enough time for target transition sequence (required: {count}, available: {lengths[row]}), row "
            f"{row}; ignore_longer_outputs_than_inputs=True leaves such rows out",
        )
    return int(counts.max(initial=1))


def _dense_labels(indices, labels, batch, blank, width, collapse):
    """(labels `[batch, width]`, how many there are in each row) of what a sparse tensor holds."""
    rows = indices[:, 0]
    kept = _kept(jnp, rows, labels, blank, collapse)
    before = jnp.cumsum(kept) - kept
    place = before - before[jnp.searchsorted(rows, rows, side="left")]
    dense = jnp.zeros((batch, width), labels.dtype)
    dense = dense.at[rows, jnp.where(kept, place, width)].set(labels, mode="drop")
    return dense, jnp.zeros((batch,), jnp.int32).at[rows].add(kept.astype(jnp.int32), mode="drop")


def _later(states, by):
    """Each state's value at the state `by` places later; what enters is impossible."""
    return jnp.pad(states, ((0, 0), (by, 0)), constant_values=-jnp.inf)[:, : states.shape[1]]


def _earlier(states, by):
    return jnp.pad(states, ((0, 0), (0, by)), constant_values=-jnp.inf)[:, by:]


class _Lattice:
    """The states of all rows: a blank, the first label, a blank, the second label, ..., a blank."""

    def __init__(self, labels, counts, blank, merge_repeated):
        batch, width = labels.shape
        blanks = jnp.full((batch, width), blank, labels.dtype)
        self.classes = jnp.concatenate(
            [jnp.stack([blanks, labels], 2).reshape(batch, 2 * width), blanks[:, :1]], 1
        )
        states = jnp.arange(2 * width + 1)[None]
        self.exists = states <= 2 * counts[:, None]
        is_label = states % 2 == 1
        two_before = jnp.pad(self.classes, ((0, 0), (2, 0)), constant_values=blank)[:, : 2 * width + 1]
        self.may_skip = is_label & (states > 1)
        if merge_repeated:
            self.may_skip &= self.classes != two_before
        self.may_stay = jnp.broadcast_to(merge_repeated | ~is_label, self.classes.shape)
        self.first = jnp.where(self.exists & (states < 2), 0.0, -jnp.inf)
        self.last = jnp.where(
            (states <= 2 * counts[:, None]) & (states >= 2 * counts[:, None] - 1), 0.0, -jnp.inf
        )

    def forward(self, states):
        """What leads into each state."""
        skipped = jnp.where(self.may_skip, _later(states, 2), -jnp.inf)
        stayed = jnp.where(self.may_stay, states, -jnp.inf)
        reached = jnp.logaddexp(jnp.logaddexp(stayed, _later(states, 1)), skipped)
        return jnp.where(self.exists, reached, -jnp.inf)

    def backward(self, states):
        """What each state leads to."""
        skipped = _earlier(jnp.where(self.may_skip, states, -jnp.inf), 2)
        stayed = jnp.where(self.may_stay, states, -jnp.inf)
        return jnp.logaddexp(jnp.logaddexp(stayed, _earlier(states, 1)), skipped)


def _loss_and_gradient(
    width,
    inputs,
    labels_indices,
    labels_values,
    sequence_length,
    *,
    preprocess_collapse_repeated=False,
    ctc_merge_repeated=True,
    ignore_longer_outputs_than_inputs=False,
):
    """The outputs of CTCLoss, with room for `width` labels in each row."""
    steps, batch, classes = inputs.shape
    labels_indices, labels_values = jnp.asarray(labels_indices), jnp.asarray(labels_values)
    lengths = jnp.asarray(sequence_length)
    labels, counts = _dense_labels(
        labels_indices, labels_values, batch, classes - 1, width, preprocess_collapse_repeated
    )
    lattice = _Lattice(labels, counts, classes - 1, ctc_merge_repeated)
    logs = jax.nn.log_softmax(inputs, axis=-1)
    first, last = lattice.first.astype(inputs.dtype), lattice.last.astype(inputs.dtype)

    def seen(log):
        return jnp.take_along_axis(log, lattice.classes, 1, mode="clip")

    def forth(states, now):
        t, log = now
        found = jnp.where(t == 0, first, lattice.forward(states)) + seen(log)
        states = jnp.where((t < lengths)[:, None], found, states)
        return states, states

    times = jnp.arange(steps)
    end, forward = lax.scan(forth, jnp.full_like(first, -jnp.inf), (times, logs))
    total = jax.nn.logsumexp(end + last, axis=1)
    possible = jnp.isfinite(total)

    def back(after, now):
        t, log, states = now
        to_come = jnp.where((t == lengths - 1)[:, None], last, lattice.backward(after))
        share = jnp.exp(states + to_come - jnp.where(possible, total, 0)[:, None])
        by_class = jnp.zeros_like(log).at[jnp.arange(batch)[:, None], lattice.classes].add(share)
        takes_part = (t < lengths) & (counts <= lengths)
        gradient = jnp.where(takes_part[:, None], jnp.exp(log) - by_class, 0)
        return to_come + seen(log), gradient

    _, gradient = lax.scan(back, jnp.full_like(first, -jnp.inf), (times, logs, forward), reverse=True)
    return jnp.where(counts <= lengths, -total, 0), gradient


def _width(inputs, indices, labels, lengths, **attributes):
    """Room for the labels: one program serves rows of about the same length."""
    longest = _longest(
        inputs,
        indices,
        labels,
        lengths,
        collapse=attributes["preprocess_collapse_repeated"],
        ignore_longer=attributes["ignore_longer_outputs_than_inputs"],
    )
    return bound_of(longest)


def _gradient(op, grad_loss, grad_gradient):
    if grad_loss is None:
        return [None] * 4
    flow = array_ops.expand_dims(array_ops.expand_dims(grad_loss, 0), -1)
    return [flow * prevent_gradient_op(op.outputs[1], message=_REFUSED), None, None, None]


def _shapes(operation):
    inputs, indices, values, lengths = (t.shape for t in operation.input_tensors)
    inputs, indices = inputs.with_rank(3), indices.with_rank(2)
    indices[:1].merge_with(values.with_rank(1))
    rows = inputs[1:2].merge_with(lengths.with_rank(1))
    return [rows, inputs[:1].concatenate(rows).concatenate(inputs[2:])]


@device_op(
    "CTCLoss",
    "inputs: T=float32, labels_indices: int64, labels_values: int32, sequence_length: int32 -> loss: T, gradient: T",
    types={"T": (dtypes.float32, dtypes.float64)},
    static=("labels_indices", "labels_values", "sequence_length"),
    places=Places(("labels_indices", "labels_values", "sequence_length"), _width, _loss_and_gradient),
    shape=_shapes,
    gradient=_gradient,
    work="loop",
)
def ctc_loss_op(
    inputs,
    labels_indices,
    labels_values,
    sequence_length,
    *,
    preprocess_collapse_repeated=False,
    ctc_merge_repeated=True,
    ignore_longer_outputs_than_inputs=False,
):
    attributes: dict[str, Any] = {
        "preprocess_collapse_repeated": preprocess_collapse_repeated,
        "ctc_merge_repeated": ctc_merge_repeated,
        "ignore_longer_outputs_than_inputs": ignore_longer_outputs_than_inputs,
    }
    operands = labels_indices, labels_values, sequence_length
    return _loss_and_gradient(_width(inputs.shape, *operands, **attributes), inputs, *operands, **attributes)


@public("nn.ctc_loss")
@also_called(logits="inputs")
def ctc_loss(
    labels: SparseTensor,
    inputs: TensorLike,
    sequence_length: TensorLike,
    preprocess_collapse_repeated: bool = False,
    ctc_merge_repeated: bool = True,
    ignore_longer_outputs_than_inputs: bool = False,
    time_major: bool = True,
) -> Tensor:
    """The negative logarithm of the probability of label sequences, over all their alignments with the steps.

    The last class is the blank, which stands between labels; where the same label follows itself, there has to be one.

    Args:
      labels: a SparseTensor of int32 `[batch, any]` in row-major order, the labels of each row from 0 to classes - 2. From
        a label on that is classes - 1 or more a row is cut.
      inputs: logits, float32 or float64 `[time, batch, classes]`.
      sequence_length: how many steps of each row count, int32 `[batch]`.
      preprocess_collapse_repeated: whether of equal neighbours among the labels only the first counts.
      ctc_merge_repeated: whether steps in a row that show one label show it once; False takes each for a label of its own.
      ignore_longer_outputs_than_inputs: whether a row with more labels than steps has the loss 0 and the gradient 0.
      time_major: False for inputs `[batch, time, classes]`.

    Returns:
      The losses `[batch]`; infinite where no alignment exists. There is no second derivative.

    Raises:
      TypeError: labels is no SparseTensor.
      InvalidArgumentError: in the run, for a row without labels or with more of them than steps, a label that is negative,
        a length above the number of steps.
    """
    if not isinstance(labels, SparseTensor):
        raise TypeError(f"labels must be a SparseTensor, got {type(labels).__name__}")
    inputs = convert_to_tensor(inputs, name="inputs")
    if not time_major:
        inputs = array_ops.transpose(inputs, [1, 0, 2])
    loss, _ = ctc_loss_op(
        inputs,
        labels.indices,
        labels.values,
        sequence_length,
        preprocess_collapse_repeated=preprocess_collapse_repeated,
        ctc_merge_repeated=ctc_merge_repeated,
        ignore_longer_outputs_than_inputs=ignore_longer_outputs_than_inputs,
    )
    return loss
