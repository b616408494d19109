"""Decorators of tests that say in which ways of running TensorFlow a test is to run.

There is one way here: a graph and sessions. The decorators run the test in it.
"""

import functools
import gc
import unittest
from collections.abc import Callable
from typing import Any

from tensorboard.compat.proto.config_pb2 import ConfigProto

from evergraph.framework.graph import Graph
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor

public_module("python.framework.test_util")


@public()
def run_in_graph_and_eager_modes(
    __unused__: Any = None,
    config: ConfigProto | None = None,
    use_gpu: bool = True,
    reset_test: bool = True,
    assert_no_eager_garbage: bool = False,
) -> Callable:
    """Decorator of a test method: it runs in a `test_session`. There is no eager mode for it to run in as well.

        @test_util.run_in_graph_and_eager_modes()
        def testAdd(self):
            self.assertAllEqual([3], self.evaluate(tf.add([1], [2])))

    Args:
      config: the session's ConfigProto.
      use_gpu: whether operations may run on a GPU.
      reset_test, assert_no_eager_garbage: about the second run, in eager mode.

    Raises:
      ValueError: used without parentheses.
    """
    del reset_test, assert_no_eager_garbage
    if __unused__ is not None:
        raise ValueError("run_in_graph_and_eager_modes() is written with parentheses")

    def decorate(method):
        @functools.wraps(method)
        def run(self, *args, **kwargs):
            with self.test_session(use_gpu=use_gpu, config=config):
                method(self, *args, **kwargs)

        return run

    return decorate


@public()
def run_all_in_graph_and_eager_modes(cls: type) -> type:
    """Class decorator: `run_in_graph_and_eager_modes()` for each test method."""
    for name, method in list(vars(cls).items()):
        if callable(method) and name.startswith("test") and name != "test_session":
            setattr(cls, name, run_in_graph_and_eager_modes()(method))
    return cls


@public()
def with_c_api(cls: type) -> type:
    """Class decorator of tests that ran once more on TensorFlow's C graph: the class as it is, there is one graph."""
    return cls


with_c_shapes = public()(with_c_api)


@public()
def enable_c_api(method: Callable) -> Callable:
    """Decorator of a test that ran on one of TensorFlow's two graphs: the test as it is, there is one graph."""
    return method


disable_c_api = enable_c_shapes = enable_c_api
public()(enable_c_shapes)
public()(disable_c_api)


@public()
def skip_if(condition: Any) -> Callable:
    """Decorator of a test method: it does nothing when `condition` (a value, or a function without arguments) holds."""

    def decorate(method):
        @functools.wraps(method)
        def run(self, *args, **kwargs):
            if not (condition() if callable(condition) else condition):
                method(self, *args, **kwargs)

        return run

    return decorate


@public()
def assert_no_new_tensors(method: Callable) -> Callable:
    """Decorator of a test method: it fails (AssertionError) if tensors made in it are alive after it and a reset of its graph."""

    @functools.wraps(method)
    def run(self, *args, **kwargs):
        before = {id(thing) for thing in gc.get_objects() if isinstance(thing, Tensor)}
        with Graph().as_default():
            result = method(self, *args, **kwargs)
        gc.collect()
        left = [thing for thing in gc.get_objects() if isinstance(thing, Tensor) and id(thing) not in before]
        if left:
            raise AssertionError(f"{len(left)} Tensors not deallocated, which the test has made: {left[:5]}")
        return result

    return run


@public()
def assert_no_garbage_created(method: Callable) -> Callable:
    """Decorator of a test method: it fails (AssertionError) if it leaves reference cycles, which only the garbage collector frees."""

    @functools.wraps(method)
    def run(self, *args, **kwargs):
        was_enabled, flags = gc.isenabled(), gc.get_debug()
        gc.disable()
        gc.collect()
        before = len(gc.garbage)
        gc.set_debug(gc.DEBUG_SAVEALL)
        try:
            method(self, *args, **kwargs)
            gc.collect()
            kinds = sorted({type(thing).__name__ for thing in gc.garbage[before:]})
            count = len(gc.garbage) - before
        finally:
            gc.set_debug(flags)
            del gc.garbage[before:]
            if was_enabled:
                gc.enable()
        if count:
            raise AssertionError(f"the test left {count} objects in reference cycles, of the types {kinds}")

    return run


@public()
def assert_no_new_pyobjects_executing_eagerly(method: Callable) -> Callable:
    """Decorator of a test method about eager mode, which there is not: the test is skipped (it raises `unittest.SkipTest`)."""

    @functools.wraps(method)
    def run(self, *args, **kwargs):
        raise unittest.SkipTest(
            "it counts the objects that eager execution leaves, and there is no eager mode"
        )

    return run
