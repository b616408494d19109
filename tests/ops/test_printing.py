"""`tf.print`: what is printed, where, and when."""

import sys

import pytest

import evergraph as tf
from tests.laws import tensorflow_1


def printed(tf, path, *inputs, **kwargs):
    with tf.Session() as session:
        session.run(tf.print(*inputs, output_stream=f"file://{path}", **kwargs))
    return path.read_text()


CASES = {
    "several": (lambda t: ("x", t.constant([1.0, 2.0]), "y", t.constant("hi"), 3, None), {}, 'x [1 2] y "hi" 3 None\n'),
    "structures": (lambda t: ([t.constant([1]), 2, "s"], {"a": t.constant("hi")}), {}, "[[1], 2, 's'] {'a': \"hi\"}\n"),
    "between": (lambda t: (t.constant(1), t.constant(2)), {"sep": "|", "end": "!"}, "1|2!"),
    "a string": (lambda t: (t.constant("hi"),), {}, "hi\n"),
    "braces": (lambda t: ("{}", t.constant(1)), {}, "{} 1\n"),
    "ends": (lambda t: (t.range(9),), {"summarize": 1}, "[0 ... 8]\n"),
    "sparse": (lambda t: (t.SparseTensor([[0]], [1], [3]),), {}, "'SparseTensor(indices=[[0]], values=[1], shape=[3])'\n"),
}  # fmt: skip


@pytest.mark.parametrize("inputs, kwargs, expected", CASES.values(), ids=CASES)
def test_text(tmp_path, inputs, kwargs, expected):
    assert printed(tf, tmp_path / "printed", *inputs(tf), **kwargs) == expected


@pytest.fixture(scope="module")
def tf1():
    return tensorflow_1()


@pytest.mark.interop
@pytest.mark.parametrize("inputs, kwargs, expected", CASES.values(), ids=CASES)
def test_tensorflow_prints_so(tf1, tmp_path, inputs, kwargs, expected):
    with tf1.Graph().as_default():
        assert printed(tf1, tmp_path / "printed", *inputs(tf1), **kwargs) == expected


def test_streams_and_order(capsys):
    x = tf.constant(3)
    with tf.control_dependencies([tf.print("x =", x), tf.print("out", output_stream=sys.stdout)]):
        y = x * 2
    with tf.Session() as session:
        assert session.run(x) == 3 and capsys.readouterr() == ("", "")
        assert session.run(y) == 6
    assert capsys.readouterr() == ("out\n", "x = 3\n")


def test_refused():
    with pytest.raises(ValueError, match="output stream"):
        tf.print(1, output_stream="elsewhere")
    with pytest.raises(ValueError, match="first_n"):
        tf.print(1, first_n=3)
