"""String operations: a table of calls with what they give, and the same under TensorFlow."""

import numpy as np
import pytest

import evergraph
from evergraph.framework import errors
from evergraph.framework.graph import Graph
from evergraph.ops.strings.fingerprints import farm_fingerprint64, murmur64, sip_hash64
from evergraph.session.session import Session
from tests.laws import agree, named, outcome, static_shapes_hold, tensorflow_1
from tests.ops.strings import cases


class Names:
    """The names of a `tf` as the table of cases calls them, those of `tf.strings` included."""

    def __init__(self, tf):
        self._tf = tf

    def __getattr__(self, name):
        return getattr(self._tf.strings if name == "regex_full_match" else self._tf, name)


STRINGS = Names(evergraph)


@pytest.mark.parametrize("inputs, function", named(cases.ROWS))
def test_value_has_its_static_shape(inputs, function):
    ours = outcome(STRINGS, inputs, function)
    static_shapes_hold(ours.tensors, ours.values)


@pytest.mark.parametrize("inputs, function", named(cases.FAILING))
def test_refused_when_it_runs(inputs, function):
    with pytest.raises(errors.InvalidArgumentError):
        outcome(STRINGS, inputs, function)


@pytest.mark.parametrize(
    "expected, function",
    [
        ([b"1.500000", b"true"], lambda s: [s.as_string(1.5), s.as_string(True)]),
        ([b"a-b"], lambda s: [s.string_join(["a", "b"], "-")]),
        ([[b"ac", b"bd"]], lambda s: [s.reduce_join([["a", "b"], ["c", "d"]], 0)]),
        ([b"abcd"], lambda s: [s.reduce_join([["a", "b"], ["c", "d"]])]),
        ([b"b1a"], lambda s: [s.regex_replace("a1b", r"(\w)1(\w)", r"\21\1")]),
        ([b"ell"], lambda s: [s.substr("hello", 1, 3)]),
        ([b"_-8"], lambda s: [s.encode_base64(b"\xff\xef")]),
    ],
)
def test_gives(expected, function):
    with Graph().as_default() as graph:
        found = Session(graph=graph).run(function(STRINGS))
    assert [np.asarray(v, object).tolist() for v in found] == expected


def test_published_hashes():
    assert sip_hash64(bytes(range(15)), (0x0706050403020100, 0x0F0E0D0C0B0A0908)) == 0xA129CA6149BE45E5
    assert farm_fingerprint64(b"") == 0x9AE16A3B2F90404F
    assert len({f(b"x" * n) for f in (farm_fingerprint64, murmur64) for n in range(150)}) == 300


@pytest.fixture(scope="module")
def tf1():
    return Names(tensorflow_1())


@pytest.mark.interop
@pytest.mark.parametrize("inputs, function", named(cases.ROWS))
def test_agrees(tf1, inputs, function):
    agree(outcome(STRINGS, inputs, function), outcome(tf1, inputs, function))


@pytest.mark.interop
@pytest.mark.parametrize("inputs, function", named(cases.FAILING))
def test_fails_alike(tf1, inputs, function):
    with pytest.raises(tf1.errors.InvalidArgumentError):
        outcome(tf1, inputs, function)


@pytest.mark.interop
@pytest.mark.parametrize("name, more", [("fast", ()), ("strong", ([123, 2**62 + 5],))])
def test_hashes_agree(tf1, name, more):
    texts = [bytes((i * 7 + j * 13) % 256 for j in range(i)) for i in [*range(70), 127, 128, 129, 200, 1000]]
    with tf1.Graph().as_default() as graph:
        expected = tf1.Session(graph=graph).run(
            getattr(tf1, f"string_to_hash_bucket_{name}")(texts, 2**62, *more)
        )
    with Graph().as_default() as graph:
        found = Session(graph=graph).run(
            getattr(STRINGS, f"string_to_hash_bucket_{name}")(texts, 2**62, *more)
        )
    np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize(
    "call, message",
    [
        (lambda s: s.decode_base64("abcde"), "1 modulo 4"),
        (lambda s: s.decode_base64("ab+d"), "Invalid character"),
        (
            lambda s: s.string_split(["a b"], evergraph.placeholder_with_default([" "], None)),
            "must be a scalar",
        ),
    ],
)
def test_what_is_wrong_is_named(call, message):
    with Graph().as_default() as graph, pytest.raises(errors.InvalidArgumentError, match=message):
        Session(graph=graph).run(call(STRINGS))


def test_a_delimiter_is_a_scalar():
    with Graph().as_default(), pytest.raises(ValueError, match="rank 0"):
        STRINGS.string_split(["a b"], [" "])
