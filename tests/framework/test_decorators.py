"""Decorated functions that know what they decorate."""

import evergraph as tf
from evergraph.framework.decorators import TFDecorator, make_decorator, unwrap


def target(a, b=1):
    """Adds."""
    return a + b


def doubled(function):
    return make_decorator(function, lambda *args: 2 * function(*args), "doubled")


def test_a_wrapper_has_the_name_of_what_it_wraps():
    wrapped = doubled(target)
    assert (wrapped(1), wrapped.__name__, wrapped.__doc__) == (4, "target", "Adds.")


def test_wrappers_are_taken_off():
    known, function = unwrap(doubled(doubled(target)))
    assert [each.decorator_name for each in known] == ["doubled", "doubled"]
    assert function is target
    assert known[1](1) == 2 and known[1].decorated_target is target


def test_what_is_not_decorated_is_itself():
    assert unwrap(target) == ([], target)


def test_methods_stay_methods():
    class Holder:
        method = TFDecorator("plain", lambda self, x: (self, x))

    held = Holder()
    assert held.method(3) == (held, 3)


def test_the_modules_of_tensorflow():
    assert tf.python.util.tf_decorator.unwrap is unwrap
    with tf.python.util.tf_contextlib.contextmanager(lambda: iter([5]))() as value:
        assert value == 5
