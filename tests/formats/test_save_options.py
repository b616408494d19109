"""Whether values are finite, and what a save is told."""

import ml_dtypes
import numpy as np
import pytest

from evergraph.formats.save_options import (
    FiniteCheck,
    NotFiniteError,
    current_options,
    is_finite,
    save_options,
)

DTYPES = [np.float16, np.float32, np.float64, ml_dtypes.bfloat16, np.complex64]


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("size", [1, 7, 300_000])
def test_one_value_that_is_not_finite_is_found(dtype, size):
    values = np.full(size, 3, dtype)
    assert is_finite(values)
    for bad in (np.nan, np.inf, -np.inf):
        for place in (0, size // 2, size - 1):
            spoilt = values.copy()
            spoilt[place] = bad
            assert not is_finite(spoilt)
            assert not is_finite(np.stack([spoilt, values]).T)


def test_the_largest_numbers_and_what_is_no_number_are_finite():
    for value in (
        np.finfo(np.float32).max,
        np.array([-np.finfo(np.float64).max] * 9),
        np.zeros([0, 3], np.float32),
        7,
        True,
        b"text",
        np.array(["a"], object),
        np.array([1, 2], np.int64),
    ):
        assert is_finite(value)


def test_options_stand_where_they_were_set():
    check = FiniteCheck(["may"])
    with save_options(extra={"a": 1}, check=check):
        with save_options(extra={"b": 2}):
            assert current_options().extra == {"a": 1, "b": 2} and current_options().check is check
        assert current_options().extra == {"a": 1}
    assert current_options().extra == {} and current_options().check is None
    check.look_at("may", np.float32("nan"))
    check.conclude()
    check.look_at("w", np.float32("nan"))
    with pytest.raises(NotFiniteError, match="Not finite: w"):
        check.conclude()
