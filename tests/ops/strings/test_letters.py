"""Lengths and cases of strings."""

import pytest

import evergraph as tf

WORDS = ["AbC", "hÉllo", ""]


@pytest.mark.parametrize(
    "make, expected",
    [
        (lambda: tf.strings.length(WORDS), [3, 6, 0]),
        (lambda: tf.strings.length(WORDS, unit="UTF8_CHAR"), [3, 5, 0]),
        (lambda: tf.strings.lower(WORDS), ["abc", "hÉllo", ""]),
        (lambda: tf.strings.lower(WORDS, encoding="utf-8"), ["abc", "héllo", ""]),
        (lambda: tf.strings.upper(WORDS), ["ABC", "HÉLLO", ""]),
        (lambda: tf.strings.upper(["é"], encoding="utf-8"), ["É"]),
        (lambda: tf.strings.upper(["é"]), ["é"]),
    ],
)
def test_values(make, expected):
    with tf.Session() as session:
        found = session.run(make()).tolist()
    assert [each.decode() if isinstance(each, bytes) else each for each in found] == expected


def test_refused():
    with pytest.raises(ValueError, match="unit"):
        tf.strings.length(WORDS, unit="WORD")
    with pytest.raises(ValueError, match="encoding"):
        tf.strings.lower(WORDS, encoding="latin-1")
    with tf.Session() as session, pytest.raises(tf.errors.InvalidArgumentError, match="UTF-8"):
        session.run(tf.strings.lower([b"\xff"], encoding="utf-8"))
