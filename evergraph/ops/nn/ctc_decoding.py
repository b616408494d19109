"""Label sequences read from the outputs of connectionist temporal classification: the best path, and a beam of prefixes.

The search over prefixes is that of Graves, "Supervised Sequence Labelling with Recurrent Neural Networks" (2012), section
7.5.3: a prefix has two probabilities, of the alignments that end in a blank and of those that end in its last label.
"""

import numpy as np

from evergraph.framework import dtypes, errors
from evergraph.framework.composite import SparseTensor
from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import TensorShape
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops.registry import host_op

public_module("python.ops.ctc_ops", "python.ops.nn")

_TYPES = {"T": (dtypes.float32, dtypes.float64)}
_MULTIPLIER = np.uint64(
    0x9E3779B97F4A7C15
)  # odd: a prefix is known by a number of 64 bits, extended by multiplication


def _check_lengths(inputs, lengths):
    steps, batch = inputs.shape[:2]
    if lengths.shape != (batch,):
        raise errors.InvalidArgumentError(
            None, None, f"sequence_length must be [{batch}], one for each row, got {lengths.shape}"
        )
    for row, length in enumerate(lengths.tolist()):
        if length > steps:
            raise errors.FailedPreconditionError(
                None, None, f"sequence_length({row}) <= {steps} does not hold: it is {length}"
            )


def _sparse(rows):
    """(indices, values, shape) of the lists of labels of a batch."""
    indices = [(row, place) for row, labels in enumerate(rows) for place in range(len(labels))]
    values = [label for labels in rows for label in labels]
    shape = [len(rows), max(map(len, rows), default=0)]
    return np.array(indices, np.int64).reshape(-1, 2), np.array(values, np.int64), np.array(shape, np.int64)


def _first_of_equals(labels):
    return [label for place, label in enumerate(labels) if place == 0 or label != labels[place - 1]]


def _sparse_shapes(paths):
    return [TensorShape([None, 2])] * paths + [TensorShape([None])] * paths + [TensorShape([2])] * paths


def _rows_of(operation):
    inputs, lengths = (t.shape for t in operation.input_tensors)
    return inputs.with_rank(3)[1:2].merge_with(lengths.with_rank(1))


@host_op(
    "CTCGreedyDecoder",
    "inputs: T=float32, sequence_length: int32 -> decoded_indices: int64, decoded_values: int64, decoded_shape: int64, "
    "log_probability: T",
    types=_TYPES,
    shape=lambda op: [*_sparse_shapes(1), _rows_of(op).concatenate([1])],
    differentiable=False,
)
def ctc_greedy_decoder_op(inputs, sequence_length, *, merge_repeated=False):
    _check_lengths(inputs, sequence_length)
    steps, batch, classes = inputs.shape
    counts = np.arange(steps)[:, None] < sequence_length
    best = np.argmax(inputs, 2) if steps else np.zeros((0, batch), np.int64)
    shown = counts & (best != classes - 1)
    if merge_repeated:
        shown[1:] &= best[1:] != best[:-1]
    total = np.sum(np.where(counts, np.max(inputs, 2, initial=-np.inf), 0), 0, dtype=inputs.dtype)
    return *_sparse([best[shown[:, row], row].tolist() for row in range(batch)]), 0 - total[:, None]


@public("nn.ctc_greedy_decoder")
def ctc_greedy_decoder(
    inputs: TensorLike, sequence_length: TensorLike, merge_repeated: bool = True
) -> tuple[list[SparseTensor], Tensor]:
    """The labels along the most likely class of each step; the last class is the blank, which is left out.

    Args:
      inputs: logits, float32 or float64 `[time, batch, classes]`.
      sequence_length: how many steps of each row count, int32 `[batch]`.
      merge_repeated: whether of steps in a row with the same class only the first shows its label.

    Returns:
      (a list with one SparseTensor of int64 labels `[batch, longest]`, less the sum of the largest logits `[batch, 1]`).

    Raises:
      FailedPreconditionError: in the run, for a length above the number of steps.
    """
    *decoded, score = ctc_greedy_decoder_op(inputs, sequence_length, merge_repeated=merge_repeated)
    return [SparseTensor(*decoded)], score


class _Beams:
    """The best prefixes of all rows, best first, `[batch, width]` each; room that is not taken is impossible.

    Attributes:
      blank, label: logarithms of the probability that ends in a blank, in the last label.
      last: the last label, -1 of the empty prefix.
      prefix, parent: the number of the prefix, and of it without its last label.
      steps: for each step (which beams went on, the label added to each or -1).
    """

    def __init__(self, batch, width, dtype):
        self.blank = np.full((batch, width), -np.inf, dtype)
        self.blank[:, 0] = 0
        self.label = np.full_like(self.blank, -np.inf)
        self.last = np.full((batch, width), -1)
        self.prefix = np.zeros((batch, width), np.uint64)
        self.parent = np.zeros_like(self.prefix)
        self.steps = []

    @property
    def total(self):
        return np.logaddexp(self.blank, self.label)

    def advance(self, logs, active):
        """One step: `logs` are the logarithms `[batch, classes]`, of rows that are `active` `[batch]`."""
        batch, width = self.blank.shape
        total = self.total
        candidates = _candidates(logs[:, :-1], 2 * width + 1)
        seen = np.take_along_axis(logs, candidates, 1)
        # a prefix that stays: its last label shown again, or now for the first time after its parent
        of_last = np.where(self.last >= 0, np.take_along_axis(logs, np.maximum(self.last, 0), 1), -np.inf)
        repeats = self.last[:, :, None] == self.last[:, None, :]
        is_parent = (self.parent[:, :, None] == self.prefix[:, None, :]) & (self.last >= 0)[:, :, None]
        is_parent &= np.isfinite(total)[:, None, :]
        before = np.where(repeats, self.blank[:, None, :], total[:, None, :])
        arriving = np.max(np.where(is_parent, before, -np.inf), 2)
        stay_label = np.logaddexp(self.label, arriving) + of_last
        stay_blank = total + logs[:, -1:]
        # a prefix that grows by a label, into one that is no beam yet
        is_last = candidates[:, None, :] == self.last[:, :, None]
        grow = np.where(is_last, self.blank[:, :, None], total[:, :, None]) + seen[:, None, :]
        row, child, parent = np.nonzero(is_parent)
        pair, taken = np.nonzero(candidates[row] == self.last[row, child][:, None])
        grow[row[pair], parent[pair], taken] = -np.inf
        scores = np.concatenate([np.logaddexp(stay_blank, stay_label), grow.reshape(batch, -1)], 1)
        chosen = np.argsort(-scores, 1, kind="stable")[:, :width]
        self._take(chosen, active, candidates, np.take_along_axis(scores, chosen, 1), stay_blank, stay_label)

    def _take(self, chosen, active, candidates, scores, stay_blank, stay_label):
        """Puts those that were chosen into the beams of the active rows."""
        width, number = self.blank.shape[1], candidates.shape[1]
        grows = chosen >= width
        source = np.where(grows, (chosen - width) // number, chosen)
        added = np.take_along_axis(candidates, np.where(grows, (chosen - width) % number, 0), 1)
        came, own = np.take_along_axis(self.prefix, source, 1), np.take_along_axis
        found = {
            "blank": np.where(grows, -np.inf, own(stay_blank, source, 1)),
            "label": np.where(grows, scores, own(stay_label, source, 1)),
            "last": np.where(np.isneginf(scores), -1, np.where(grows, added, own(self.last, source, 1))),
            "prefix": np.where(grows, came * _MULTIPLIER + (added + 1).astype(np.uint64), came),
            "parent": np.where(grows, came, own(self.parent, source, 1)),
        }
        for name, values in found.items():
            old = getattr(self, name)
            setattr(self, name, np.where(active[:, None], values, old).astype(old.dtype))
        same = np.broadcast_to(np.arange(width), source.shape)
        self.steps.append(
            (np.where(active[:, None], source, same), np.where(active[:, None] & grows, added, -1))
        )

    def labels(self, row, beam):
        """The labels of a prefix."""
        found = []
        for source, added in reversed(self.steps):
            if added[row, beam] >= 0:
                found.append(int(added[row, beam]))
            beam = source[row, beam]
        return found[::-1]


def _candidates(logs, most):
    """The labels that may come next: for each prefix the likeliest are among the `most` likeliest of all."""
    if logs.shape[1] <= most:
        return np.broadcast_to(np.arange(logs.shape[1]), logs.shape)
    return np.argpartition(-logs, most, 1)[:, :most]


def _log_softmax(inputs):
    shifted = inputs - np.max(inputs, 2, keepdims=True, initial=-np.inf)
    return shifted - np.log(np.sum(np.exp(shifted), 2, keepdims=True))


@host_op(
    "CTCBeamSearchDecoder",
    "inputs: T=float32, sequence_length: int32 -> decoded_indices: top_paths*int64, decoded_values: top_paths*int64, "
    "decoded_shape: top_paths*int64, log_probability: T",
    types=_TYPES,
    shape=lambda op: [
        *_sparse_shapes(op.attrs["top_paths"]),
        _rows_of(op).concatenate([op.attrs["top_paths"]]),
    ],
    differentiable=False,
)
def ctc_beam_search_decoder_op(
    inputs, sequence_length, *, beam_width: int, top_paths: int, merge_repeated=True
):
    if top_paths > beam_width:
        raise errors.InvalidArgumentError(
            None, None, f"requested more paths than the beam width: {top_paths} of {beam_width}"
        )
    _check_lengths(inputs, sequence_length)
    beams = _Beams(inputs.shape[1], beam_width, inputs.dtype)
    with np.errstate(invalid="ignore", divide="ignore"):  # what is impossible is the logarithm of zero
        logs = _log_softmax(inputs)
        for step in range(int(sequence_length.max(initial=0))):
            beams.advance(logs[step], step < sequence_length)
        scores = beams.total[:, :top_paths]
    if not np.all(np.isfinite(scores)):
        raise errors.InvalidArgumentError(
            None, None, f"Less leaves in the beam search than requested: top_paths is {top_paths}"
        )
    tidy = _first_of_equals if merge_repeated else list
    paths = [
        _sparse([tidy(beams.labels(row, path)) for row in range(inputs.shape[1])])
        for path in range(top_paths)
    ]
    indices, values, shapes = (list(part) for part in zip(*paths, strict=True))
    return indices, values, shapes, scores


@public("nn.ctc_beam_search_decoder")
def ctc_beam_search_decoder(
    inputs: TensorLike,
    sequence_length: TensorLike,
    beam_width: int = 100,
    top_paths: int = 1,
    merge_repeated: bool = True,
) -> tuple[list[SparseTensor], Tensor]:
    """The likeliest label sequences that a beam of prefixes finds, over all their alignments; the last class is the blank.

    Args:
      inputs: logits, float32 or float64 `[time, batch, classes]`.
      sequence_length: how many steps of each row count, int32 `[batch]`.
      beam_width: how many prefixes are kept after each step.
      top_paths: how many sequences are given, at most `beam_width`.
      merge_repeated: whether of equal neighbours in a sequence that was found only the first is given.

    Returns:
      (`top_paths` SparseTensors of int64 labels `[batch, longest]`, the logarithms of their probabilities `[batch,
      top_paths]`), the likeliest first.

    Raises:
      InvalidArgumentError: in the run, for more paths than the beam has room for, or than there are.
      FailedPreconditionError: in the run, for a length above the number of steps.
    """
    indices, values, shapes, scores = ctc_beam_search_decoder_op(
        inputs, sequence_length, beam_width=beam_width, top_paths=top_paths, merge_repeated=merge_repeated
    )
    return [SparseTensor(*parts) for parts in zip(indices, values, shapes, strict=True)], scores
