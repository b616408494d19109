"""Slices at places that are arguments of the program are those at places that are constants."""

import jax
import jax.numpy as jnp
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from evergraph.ops.array.moving_slices import part_at, part_sizes, with_part_at
from evergraph.ops.array.slice_specs import checked_index

MASKS = ("begin_mask", "end_mask", "ellipsis_mask", "new_axis_mask", "shrink_axis_mask")
SHAPE = (5, 4, 3)
WHOLE = np.arange(60, dtype=np.float32).reshape(SHAPE)


@st.composite
def specifications(draw):
    """(begin, end, strides, masks) with entries inside, outside and beyond either end of the axes."""
    count = draw(st.integers(0, 3))
    ends = st.lists(st.integers(-8, 8), min_size=count, max_size=count)
    strides = draw(st.lists(st.sampled_from([1, 1, 2, 3, -1, -2]), min_size=count, max_size=count))
    masks = {mask: draw(st.integers(0, 2**count - 1)) for mask in MASKS if mask != "ellipsis_mask"}
    masks["ellipsis_mask"] = draw(st.sampled_from([0, *(1 << i for i in range(count))]))
    return *(np.array(v, np.int32) for v in (draw(ends), draw(ends), strides)), masks


@given(specifications())
def test_they_take_and_replace_what_the_specification_says(specification):
    begin, end, strides, masks = specification
    try:
        index = checked_index(SHAPE, begin, end, strides, [masks[mask] for mask in MASKS])
    except ValueError:
        return  # an element that does not exist
    sizes = part_sizes(SHAPE, begin, end, strides, **masks)
    assert hash(sizes) is not None
    taken = part_at(sizes, jnp.asarray(WHOLE), jnp.asarray(begin), jnp.asarray(end), strides, **masks)
    np.testing.assert_array_equal(taken, WHOLE[index])
    replaced = with_part_at(
        sizes, jnp.asarray(WHOLE), jnp.asarray(begin), jnp.asarray(end), strides, -taken - 1, **masks
    )
    expected = WHOLE.copy()
    expected[index] = -expected[index] - 1
    np.testing.assert_array_equal(replaced, expected)


def test_the_gradient_is_one_update_of_zeros():
    def gradient(begin, dy):
        sizes = (2, None)
        part = lambda whole: part_at(
            sizes, whole, begin, begin, np.array([1, 1], np.int32), end_mask=2, begin_mask=2
        )  # noqa: E731
        return jax.vjp(part, jnp.zeros((1000, 8)))[1](dy)[0]

    text = str(jax.make_jaxpr(gradient)(jnp.array([4, 0], jnp.int32), jnp.ones((2, 8))))
    assert "dynamic_update_slice" in text and "scatter" not in text and "concatenate" not in text
