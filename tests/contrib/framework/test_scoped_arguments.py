"""Default arguments by scope: what is inside, nested, reused and refused."""

import pytest

from evergraph.contrib.framework.scoped_arguments import (
    add_arg_scope,
    arg_scope,
    arg_scoped_arguments,
    current_arg_scope,
    has_arg_scope,
)


@add_arg_scope
def first(x, stride=1, padding="SAME", *, extra=None):
    return x, stride, padding


@add_arg_scope
def second(x, stride=1):
    return x, stride


def test_inside_nested_and_after():
    with arg_scope([first, second], stride=2):
        with arg_scope([first], padding="VALID") as scope:
            assert first(0) == (0, 2, "VALID") and second(0) == (0, 2)
            assert first(0, stride=3) == (0, 3, "VALID")
        assert first(0) == (0, 2, "SAME")
    assert first(0) == (0, 1, "SAME") and current_arg_scope() == {}
    with arg_scope([second], stride=7), arg_scope(scope):
        assert first(0) == (0, 2, "VALID") and second(0) == (0, 2)


def test_a_scope_is_left_after_an_error():
    with pytest.raises(KeyError), arg_scope([first], stride=2):
        raise KeyError
    assert first(0) == (0, 1, "SAME")


def test_what_is_decorated():
    assert has_arg_scope(first) and not has_arg_scope(test_what_is_decorated)
    assert arg_scoped_arguments(first) == ("stride", "padding")
    assert first.__name__ == "first"


@pytest.mark.parametrize(
    "given, arguments, kind",
    [(first, {}, TypeError), ([len], {}, ValueError), ({}, {"stride": 1}, ValueError)],
)
def test_what_is_refused(given, arguments, kind):
    with pytest.raises(kind), arg_scope(given, **arguments):
        pass
