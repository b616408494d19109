"""Candidate samplers: what they draw, how often, and what they say is expected."""

import numpy as np
import pytest

from evergraph.framework import dtypes, errors
from evergraph.ops import nn
from evergraph.ops.constants import constant
from evergraph.session.session import Session

COUNTS = [3.0, 0.0, 1.0, 4.0, 2.0]
# name, sampler(true, num_sampled, unique), probability of each class
ROWS = [
    ("uniform", lambda t, n, u: nn.uniform_candidate_sampler(t, 1, n, u, 5, seed=1), np.full(5, 0.2)),
    (
        "log_uniform",
        lambda t, n, u: nn.log_uniform_candidate_sampler(t, 1, n, u, 5, seed=1),
        np.diff(np.log(np.arange(1, 7))) / np.log(6),
    ),
    (
        "fixed_unigram",
        lambda t, n, u: nn.fixed_unigram_candidate_sampler(t, 1, n, u, 5, unigrams=COUNTS, seed=1),
        np.array(COUNTS) / 10,
    ),
    (
        "distorted",
        lambda t, n, u: nn.fixed_unigram_candidate_sampler(
            t, 1, n, u, 6, unigrams=COUNTS, distortion=0.5, num_reserved_ids=1, seed=1
        ),
        np.concatenate([[0], np.sqrt(COUNTS) / np.sqrt(COUNTS).sum()]),
    ),
    (
        "sharded",
        lambda t, n, u: nn.fixed_unigram_candidate_sampler(
            t, 1, n, u, 5, unigrams=COUNTS, num_shards=2, shard=0, seed=1
        ),
        np.array([3, 0, 1, 0, 2]) / 6,
    ),
]


def true_classes():
    return constant(np.arange(5)[:, None], dtypes.int64)


@pytest.mark.parametrize("name, sampler, probability", ROWS, ids=[r[0] for r in ROWS])
def test_with_repetition(name, sampler, probability):
    sampled, true_count, count = Session().run(sampler(true_classes(), 20000, False))
    assert sampled.dtype == np.int64 and true_count.dtype == np.float32
    np.testing.assert_allclose(
        np.bincount(sampled, minlength=len(probability)) / 20000, probability, atol=0.02
    )
    np.testing.assert_allclose(count, 20000 * probability[sampled], rtol=1e-5)
    np.testing.assert_allclose(true_count[:, 0], 20000 * probability[:5], rtol=1e-5)


@pytest.mark.parametrize("name, sampler, probability", ROWS, ids=[r[0] for r in ROWS])
def test_without_repetition(name, sampler, probability):
    drawn = sampler(true_classes(), 3, True)
    assert [t.shape.as_list() for t in drawn] == [[3], [5, 1], [3]]
    session, first = Session(), []
    for _ in range(30):
        sampled, true_count, count = session.run(drawn)
        assert len(set(sampled)) == 3 and np.all(probability[sampled] > 0)
        # The count of draws that gives these expectations is a whole number, three or more.
        rarest = int(np.argmin(probability[sampled]))
        p = probability[sampled][rarest]
        tries = np.log1p(-count[rarest]) / np.log1p(-p) if count[rarest] < 0.999 else 4.0
        assert count[rarest] == pytest.approx(3 * p, rel=1e-4) or (
            tries > 3.5 and tries == pytest.approx(round(tries), abs=0.05)
        )
        first.append(tuple(sampled))
    assert len(set(first)) > 1


def test_more_classes_than_there_are():
    with pytest.raises((errors.InvalidArgumentError, ValueError)):
        Session().run(nn.uniform_candidate_sampler(true_classes(), 1, 6, True, 5))


def test_counts_from_a_file(tmp_path):
    path = tmp_path / "words"
    path.write_text("".join(f"word{i},{count}\n" for i, count in enumerate(COUNTS)))
    by_file = nn.fixed_unigram_candidate_sampler(true_classes(), 1, 4, False, 5, vocab_file=str(path))
    expected = np.array(COUNTS) * 4 / 10
    np.testing.assert_allclose(Session().run(by_file)[1][:, 0], expected, rtol=1e-6)
    with pytest.raises(ValueError, match="unigrams"):
        nn.fixed_unigram_candidate_sampler(true_classes(), 1, 4, False, 5)
