"""The normal equations of alternating least squares, and entries of a product, written out."""

import numpy as np
import pytest

import evergraph as tf
from evergraph.framework import errors
from evergraph.ops import factorization

RANDOM = np.random.RandomState(0)
FACTORS = RANDOM.randn(5, 3).astype(np.float32)
INDICES = np.array([[0, 1], [2, 0], [0, 4], [3, 1], [2, 3]])
VALUES = RANDOM.randn(5).astype(np.float32)
COLUMNS, ROWS = (RANDOM.rand(size).astype(np.float32) for size in (5, 4))


def run(tensors):
    with tf.Session() as session:
        return session.run(tensors)


@pytest.mark.parametrize("is_transposed", [False, True])
def test_normal_equations(is_transposed):
    lhs, rhs = np.zeros([4, 3, 3]), np.zeros([4, 3])
    for (row, column), value in zip(INDICES, VALUES):
        weight = ROWS[row] * COLUMNS[column]
        lhs[row] += weight * np.outer(FACTORS[column], FACTORS[column])
        rhs[row] += (0.5 + weight) * value * FACTORS[column]
    indices = INDICES[:, ::-1] if is_transposed else INDICES
    found = factorization.wals_compute_partial_lhs_and_rhs(
        FACTORS, COLUMNS, 0.5, ROWS, indices, VALUES, 4, is_transposed
    )
    assert [each.shape.as_list() for each in found] == [[4, 3, 3], [4, 3]]
    for ours, wanted in zip(run(found), (lhs, rhs)):
        np.testing.assert_allclose(ours, wanted, rtol=1e-5, atol=1e-6)


def test_no_entries_give_no_equations():
    found = factorization.wals_compute_partial_lhs_and_rhs(
        FACTORS, COLUMNS, 0.5, ROWS, INDICES[:0], VALUES[:0], 4, False
    )
    assert not any(part.any() for part in run(found))


@pytest.mark.parametrize("transpose_a", [False, True])
@pytest.mark.parametrize("transpose_b", [False, True])
def test_entries_of_a_product(transpose_a, transpose_b):
    other = RANDOM.randn(3, 6).astype(np.float32)
    places = np.array([[4, 5], [0, 0], [4, 1]])
    found = factorization.masked_matmul(
        FACTORS.T if transpose_a else FACTORS,
        other.T if transpose_b else other,
        places,
        transpose_a,
        transpose_b,
    )
    np.testing.assert_allclose(run(found), (FACTORS @ other)[tuple(places.T)], rtol=1e-5)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda f: factorization.masked_matmul(f, f, INDICES, False, False), "incompatible"),
        (lambda f: factorization.masked_matmul(f, f, [[0, 9]], False, True), "out of bounds"),
        (lambda f: factorization.masked_matmul(f, f, [[-1, 0]], False, True), "out of bounds"),
        (lambda f: factorization.masked_matmul(f[0], f, INDICES, False, True), "matrix"),
        (
            lambda f: factorization.wals_compute_partial_lhs_and_rhs(
                f, COLUMNS, 0.5, ROWS, INDICES + 2, VALUES, 4, False
            ),
            "out of bounds",
        ),
        (
            lambda f: factorization.wals_compute_partial_lhs_and_rhs(
                f, -COLUMNS, 0.5, ROWS, INDICES, VALUES, 4, False
            ),
            "negative",
        ),
    ],
)
def test_what_is_refused(make, words):
    factors = tf.placeholder(tf.float32)
    with tf.Session() as session, pytest.raises(errors.InvalidArgumentError, match=words):
        session.run(make(factors), {factors: FACTORS})
