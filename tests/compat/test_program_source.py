"""A program's own source keeps NumPy's old rule that an array of one element is a number."""

import builtins
import subprocess
import sys

import numpy as np
import pytest

from evergraph.compat import program_source

PROGRAM = """
import numpy as np, beside
a = np.array([[2.5]])
assert (int(a), float(a), complex(a)) == (2, 2.5, 2.5 + 0j) and int("7") == 7 and float() == 0.0
z = np.zeros([3, 2])
z[0, 1] = a
z[1] = np.array([5.0])
z[2, :1] = [[1.0]]
z[-1][1] = [4.0]
d = {}
d["k"] = a
d["one"], d["two"] = 1, 2
assert d["k"] is a and z.tolist() == [[0, 2.5], [5, 5], [1, 4]]
assert beside.value(np.array([3])) == 3 and beside.__file__.endswith("beside.py")
class Own:
    def __setitem__(self, index, value):
        self.seen = index, value
own = Own()
own[1:2, ..., ::3] = "v"
assert own.seen == ((slice(1, 2), ..., slice(None, None, 3)), "v")
for wrong in (lambda: int(np.zeros(2)), lambda: z.__setitem__(0, np.zeros(3)), lambda: int("x")):
    try:
        wrong()
    except (TypeError, ValueError):
        continue
    raise AssertionError("nothing was raised")
a = np.array([[1, 2], [3, 4]], np.uint8)
assert a.tostring() == np.fromstring(a.tostring(), np.uint8).tobytes() == b"\\1\\2\\3\\4" and a.T.tostring("F") == a.tobytes()
assert np.float32(1).tostring() == np.float32(1).tobytes() and np.fromstring("1 2", int, sep=" ").tolist() == [1, 2]
a.itemset((0, 1), 7)
a.itemset(3, 9)
assert a.tolist() == [[1, 7], [3, 9]] and a.ptp() == 8 and a.ptp(axis=0).tolist() == [2, 2]
assert np.array([1], "<i2").newbyteorder().tolist() == [256]
class Text:
    gradient = "own"
    def tostring(self):
        return "own"
assert Text().tostring() == Text().gradient == "own"
from numpy import fromstring, meshgrid as grid
assert fromstring(b"ab", np.uint8).tolist() == [97, 98] and type(grid([1], [2])) is type(np.gradient(np.eye(2))) is list
import numpy
assert type(getattr(numpy, "meshgrid")([1], [2])) is tuple  # as libraries see it
numbers = np.arange(3)
assert np.array([1, 2], copy=False).tolist() == [1, 2] and np.array(numbers, copy=False) is numbers
assert np.array(numbers, copy=True) is not numbers and np.array(numbers, copy=None) is numbers
class Array:
    def array(self, copy):
        return copy
own = Array()
assert own.array(copy=False) is False
assert list(xrange(2)) == [0, 1] and unicode("a") == "a"
int = lambda x: "own"
assert int(a) == "own"
print("done")
z[0] = np.zeros(5)
"""


def test_a_program_and_the_modules_beside_it(tmp_path):
    (tmp_path / "program.py").write_text(PROGRAM)
    (tmp_path / "beside.py").write_text("def value(x):\n    return int(x)\n")
    result = subprocess.run(
        [sys.executable, "-m", "evergraph", "run", "program.py"],
        cwd=tmp_path,
        env={"PYTHONPATH": ":".join(p for p in sys.path if p), "JAX_PLATFORMS": "cpu", "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.stdout == "done\n", result.stderr
    lines = PROGRAM.splitlines()
    assert f"line {len(lines)}" in result.stderr and "z[0] = np.zeros(5)" in result.stderr
    assert not (tmp_path / "__pycache__").exists()


def test_what_numpy_refuses_for_a_reason_stays_an_error():
    array = np.zeros(3)
    with pytest.raises(ValueError):
        program_source.store(np.zeros(2), array, 0)
    with pytest.raises(TypeError):
        program_source.number(int, np.zeros(2))
    with pytest.raises(IndexError):
        program_source.store(1.0, [], 3)
    with pytest.raises(SyntaxError):
        program_source.compile_program("print 'x'", "old.py")


def test_nothing_changes_without_the_command():
    assert not any(name.startswith("__evergraph") for name in vars(builtins))
