"""The generator of TensorFlow's C++ kernels."""

import numpy as np
import pytest

from evergraph.ops.random.philox import Philox, _blocks


def test_published_words():
    # the known answers of Random123 (Salmon et al., 2011) for a counter and a key of zeros
    assert _blocks(0, 0, 1)[0].tolist() == [0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8]


@pytest.mark.parametrize("seed", [0, -1, 2**40])
def test_the_numbers_do_not_depend_on_how_many_are_taken(seed):
    whole, parts = Philox(seed), Philox(seed)
    taken = np.concatenate([parts.words(count) for count in (1, 7, 300, 2)])
    np.testing.assert_array_equal(whole.words(310), taken)


def test_floats_and_integers_are_within_their_bounds():
    floats = Philox(1).floats(1000)
    assert (
        floats.dtype == np.float32 and floats.min() >= 0 and floats.max() < 1 and 0.45 < floats.mean() < 0.55
    )
    random = Philox(2)
    drawn = [random.integer(6) for _ in range(600)]
    assert set(drawn) == set(range(6)) and {random.integer(1) for _ in range(3)} == {0}
