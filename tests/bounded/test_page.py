"""The example of the page on any length runs."""

import textwrap
from pathlib import Path

import numpy as np

PAGE = Path(__file__).resolve().parents[2] / "docs" / "any_length.md"


def test_first_example_runs():
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    first = next(i for i, line in enumerate(lines) if line.startswith("    "))
    end = next(i for i in range(first, len(lines)) if lines[i] and not lines[i].startswith("    "))
    code = textwrap.dedent("\n".join(lines[first:end]))
    random = np.random.RandomState(0)
    for B, T in ((3, 7), (5, 16), (1, 1)):
        x, lengths = random.randn(B, T, 4).astype(np.float32), random.randint(1, T + 1, B).astype(np.int32)
        names = {"weights": random.randn(4, 1).astype(np.float32), "x": x, "lengths": lengths}
        exec(code, names)
        wanted = (
            sum(np.tanh(x[b, :n] @ names["weights"]).sum() for b, n in enumerate(lengths)) / lengths.sum()
        )
        np.testing.assert_allclose(names["loss"], wanted, rtol=1e-5, atol=1e-6)
