"""Candidate samplers: random classes to compare a true class with, and how often each is expected.

What they are for: Jean et al. 2014, arXiv:1412.2007, section 3.
"""

from collections.abc import Sequence

import jax.numpy as jnp
import numpy as np
from jax import lax

from evergraph.formats.paths import open_file
from evergraph.framework.public import public, public_module
from evergraph.framework.seeds import get_seed
from evergraph.framework.shapes import TensorShape
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops.random import bits as random_bits
from evergraph.ops.registry import device_op, host_op

public_module("python.ops.candidate_sampling_ops", "python.ops.nn", "python.ops.nn_impl", "python.ops.nn_ops")

_SIGNATURE = (
    "true_classes: int64 -> sampled_candidates: int64, true_expected_count: float32, "
    "sampled_expected_count: float32"
)
_LOWEST = float(np.finfo(np.float32).min)


def _shapes(operation):
    count, true = operation.attrs["num_sampled"], operation.attrs["num_true"]
    classes = operation.input_tensors[0].shape.merge_with([None, true])
    return [TensorShape([count]), classes, TensorShape([count])]


def _sampler(type, **options):  # noqa: A002
    return device_op(type, _SIGNATURE, shape=_shapes, differentiable=False, **options)


def _draw_distinct(key, count, size, draw):
    """(`count` classes, none twice, how many draws it took): a class that was drawn before is drawn again."""
    odd = random_bits.odd_key(key)

    def unfinished(state):
        return state[1] < count

    def step(state):
        found, number, tries, seen = state
        candidate = draw(random_bits.uniform_at(odd, tries))
        new = jnp.logical_not(seen[candidate])
        found = found.at[jnp.where(new, number, count)].set(candidate, mode="drop")
        seen = seen.at[candidate].set(True)
        return found, number + new.astype(np.int64), tries + np.uint64(1), seen

    start = jnp.zeros((count,), np.int64), np.int64(0), np.uint64(0), jnp.zeros((size,), bool)
    found, _, tries, _ = lax.while_loop(unfinished, step, start)
    return found, tries.astype(np.float64)


def _sample(key, true_classes, count, unique, size, draw, probability):
    """The three outputs of a sampler.

    Args:
      draw: turns a uniform number in [0, 1) into a class.
      probability: that a single draw gives a class.
    """
    if unique:
        if count > size:
            raise ValueError(
                f"num_sampled {count} is more than the {size} classes there are, and unique is asked for"
            )
        sampled, tries = _draw_distinct(key, count, size, draw)
    else:
        sampled = draw(random_bits.uniform(key, (count,), np.float64))
        tries = np.float64(count)

    def expected(classes):
        p = probability(classes)
        once = tries * p
        return jnp.where(tries == count, once, -jnp.expm1(tries * jnp.log1p(-p))) if unique else once

    return sampled, expected(true_classes).astype(np.float32), expected(sampled).astype(np.float32)


def _uniform(size):
    def draw(u):
        return jnp.minimum((u * size).astype(np.int64), size - 1)

    return draw, lambda classes: jnp.full(classes.shape, 1.0 / size)


def _log_uniform(size):
    scale = np.log(size + 1.0)

    def draw(u):
        return jnp.minimum(jnp.exp(u * scale).astype(np.int64) - 1, size - 1)

    def probability(classes):
        classes = classes.astype(np.float64)
        return jnp.log((classes + 2) / (classes + 1)) / scale

    return draw, probability


def _weighted(weights):
    share = np.asarray(weights, np.float64) / np.sum(weights)
    sums = np.cumsum(share)
    last = int(np.flatnonzero(share)[-1])

    def draw(u):
        return jnp.minimum(jnp.searchsorted(sums, u, side="right"), last).astype(np.int64)

    def probability(classes):
        inside = (classes >= 0) & (classes < len(share))
        return jnp.where(inside, jnp.asarray(share)[jnp.clip(classes, 0, len(share) - 1)], 0.0)

    return draw, probability


@_sampler("UniformCandidateSampler", role="random")
def uniform_candidate_sampler_op(
    key, true_classes, *, num_true=1, num_sampled=1, unique=True, range_max=1, seed=0, seed2=0
):
    return _sample(key, true_classes, num_sampled, unique, range_max, *_uniform(range_max))


@_sampler("LogUniformCandidateSampler", role="random")
def log_uniform_candidate_sampler_op(
    key, true_classes, *, num_true=1, num_sampled=1, unique=True, range_max=1, seed=0, seed2=0
):
    return _sample(key, true_classes, num_sampled, unique, range_max, *_log_uniform(range_max))


@_sampler("FixedUnigramCandidateSampler", role="random")
def fixed_unigram_candidate_sampler_op(
    key,
    true_classes,
    *,
    num_true=1,
    num_sampled=1,
    unique=True,
    range_max=1,
    vocab_file="",
    distortion=1.0,
    num_reserved_ids=0,
    num_shards=1,
    shard=0,
    unigrams: Sequence = (),
    seed=0,
    seed2=0,
):
    counts = unigrams or read_counts(vocab_file)
    weights = np.concatenate(
        [np.zeros(num_reserved_ids), np.power(np.asarray(counts, np.float64), distortion)]
    )
    if len(weights) != range_max:
        raise ValueError(
            f"range_max is {range_max}, but {len(weights)} classes were given (with the reserved ones)"
        )
    weights[np.arange(range_max) % num_shards != shard] = 0
    possible = int(np.count_nonzero(weights))
    if possible == 0 or (unique and num_sampled > possible):
        raise ValueError(f"cannot draw {num_sampled} classes: {possible} have a weight that is not zero")
    return _sample(key, true_classes, num_sampled, unique, range_max, *_weighted(weights))


@_sampler("AllCandidateSampler")
def all_candidate_sampler_op(true_classes, *, num_true=1, num_sampled=1, unique=True, seed=0, seed2=0):
    ones = jnp.ones((num_sampled,), np.float32)
    return jnp.arange(num_sampled, dtype=np.int64), jnp.ones(true_classes.shape, np.float32), ones


@host_op(
    "ComputeAccidentalHits",
    "true_classes: int64, sampled_candidates: int64 -> indices: int32, ids: int64, weights: float32",
    shape=lambda op: [TensorShape([None])] * 3,
)
def compute_accidental_hits_op(run, true_classes, sampled_candidates, *, num_true=1, seed=0, seed2=0):
    rows, _, places = np.nonzero(true_classes[:, :, None] == sampled_candidates)
    return rows.astype(np.int32), places.astype(np.int64), np.full(len(rows), _LOWEST, np.float32)


def read_counts(path):
    """The counts of a vocabulary file: the last comma-separated field of each line."""
    with open_file(path, "r") as file:
        return [float(line.rsplit(",", 1)[-1]) for line in file if line.strip()]


# -- public ------------------------------------------------------------------------------------------------------


def _seeds(seed):
    first, second = get_seed(seed)
    return {"seed": first, "seed2": second}


@public("nn.uniform_candidate_sampler")
def uniform_candidate_sampler(
    true_classes: TensorLike,
    num_true: int,
    num_sampled: int,
    unique: bool,
    range_max: int,
    seed: int | None = None,
    name: str | None = None,
) -> tuple[Tensor, Tensor, Tensor]:
    """Samples classes uniformly from `[0, range_max)`.

    Args:
      true_classes: int64 `[batch, num_true]`.
      num_true: how many true classes an example has.
      num_sampled: how many classes to sample, for the whole batch.
      unique: whether no class is sampled twice.
      range_max: the number of classes.
      seed: the operation's seed.
      name: the operation's name.

    Returns:
      (sampled_candidates int64 `[num_sampled]`, true_expected_count float32 `[batch, num_true]`,
      sampled_expected_count float32 `[num_sampled]`): the counts say how often a class is expected in a sample.

    Raises:
      InvalidArgumentError: when run, if more classes are asked for than there are.
    """
    return uniform_candidate_sampler_op(
        true_classes,
        num_true=num_true,
        num_sampled=num_sampled,
        unique=unique,
        range_max=range_max,
        name=name,
        **_seeds(seed),
    )


@public("nn.log_uniform_candidate_sampler")
def log_uniform_candidate_sampler(
    true_classes: TensorLike,
    num_true: int,
    num_sampled: int,
    unique: bool,
    range_max: int,
    seed: int | None = None,
    name: str | None = None,
) -> tuple[Tensor, Tensor, Tensor]:
    """Samples class i with probability `log((i + 2) / (i + 1)) / log(range_max + 1)`, for classes sorted by frequency.

    Arguments and results as for `uniform_candidate_sampler`.
    """
    return log_uniform_candidate_sampler_op(
        true_classes,
        num_true=num_true,
        num_sampled=num_sampled,
        unique=unique,
        range_max=range_max,
        name=name,
        **_seeds(seed),
    )


@public("nn.fixed_unigram_candidate_sampler")
def fixed_unigram_candidate_sampler(
    true_classes: TensorLike,
    num_true: int,
    num_sampled: int,
    unique: bool,
    range_max: int,
    vocab_file: str | None = "",
    distortion: float = 1.0,
    num_reserved_ids: int = 0,
    num_shards: int = 1,
    shard: int = 0,
    unigrams: Sequence[float] = (),
    seed: int | None = None,
    name: str | None = None,
) -> tuple[Tensor, Tensor, Tensor]:
    """Samples classes by given counts.

    Args:
      vocab_file: a file whose lines end in a comma and the count of a class; or give `unigrams`.
      distortion: the power that counts are raised to.
      num_reserved_ids: how many classes before the counted ones are never sampled.
      num_shards, shard: sample only classes i with `i % num_shards == shard`.
      unigrams: the counts.

    Other arguments and results as for `uniform_candidate_sampler`.

    Raises:
      ValueError: not exactly one of `vocab_file` and `unigrams`.
    """
    unigrams = [float(count) for count in unigrams]
    if bool(vocab_file) == bool(unigrams):
        raise ValueError("give either vocab_file or unigrams: the counts of the classes")
    return fixed_unigram_candidate_sampler_op(
        true_classes,
        num_true=num_true,
        num_sampled=num_sampled,
        unique=unique,
        range_max=range_max,
        vocab_file=vocab_file,
        distortion=distortion,
        num_reserved_ids=num_reserved_ids,
        num_shards=num_shards,
        shard=shard,
        unigrams=unigrams,
        name=name,
        **_seeds(seed),
    )


@public("nn.all_candidate_sampler")
def all_candidate_sampler(
    true_classes: TensorLike,
    num_true: int,
    num_sampled: int,
    unique: bool,
    seed: int | None = None,
    name: str | None = None,
) -> tuple[Tensor, Tensor, Tensor]:
    """All classes `[0, num_sampled)`, each expected once.

    Arguments and results as for `uniform_candidate_sampler`.
    """
    return all_candidate_sampler_op(
        true_classes, num_true=num_true, num_sampled=num_sampled, unique=unique, name=name, **_seeds(seed)
    )


@public("nn.compute_accidental_hits")
def compute_accidental_hits(
    true_classes: TensorLike,
    sampled_candidates: TensorLike,
    num_true: int,
    seed: int | None = None,
    name: str | None = None,
) -> tuple[Tensor, Tensor, Tensor]:
    """Where a sampled class is a true class.

    Returns:
      (indices int32: rows of `true_classes`, ids int64: places in `sampled_candidates`, weights float32: the lowest
      float), each as long as there are hits.
    """
    return compute_accidental_hits_op(
        true_classes, sampled_candidates, num_true=num_true, name=name, **_seeds(seed)
    )
