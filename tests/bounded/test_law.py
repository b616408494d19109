"""The law over all rules: see `law.holds`, and `rows` for the functions."""

import numpy as np
import pytest

from tests.bounded import law, rows


def argument_of(random, text, sizes):
    """An argument that a row describes, for some sizes."""
    shape, _, kind = text.partition(":")
    dims = [eval(size, {}, dict(sizes)) for size in shape.split(",") if size.strip()]
    if kind == "b":
        return random.rand(*dims) < 0.5
    if kind.startswith("i"):
        return random.randint(-1, int(kind[1:]) + 1, dims).astype(np.int32)
    if kind == "n":
        return random.randint(0, 4, dims).astype(np.int32)
    array = random.randn(*dims).astype(np.float32)
    return np.abs(array) if kind == "p" else array


def spec_of(text):
    """The symbolic shape of an argument, or None if it does not vary."""
    shape = text.partition(":")[0]
    return f"{shape}," if set(shape) & set(law.BOUNDS) else None


@pytest.mark.parametrize(
    "function, arguments, options", [r[1:] for r in rows.ROWS], ids=[r[0] for r in rows.ROWS]
)
def test_bound_agrees_with_exact_shape(function, arguments, options):
    def make(random, sizes):
        return [argument_of(random, text, sizes) for text in arguments]

    least = options.get("least", 0)
    constraints = options.pop("constraints", ()) or [
        f"{n} >= {least}" for n in "BTS" if least and n in str(arguments)
    ]
    law.holds(function, [spec_of(text) for text in arguments], make, constraints=constraints, **options)
