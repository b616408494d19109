"""`tf.test.TestCase`: every assertion holds where it should and fails where it should; sessions, threads, streams."""

import os
import random
import sys
import time

import numpy as np
import pytest

from evergraph import test as tf_test
from evergraph.formats.messages import GraphDef, Summary
from evergraph.framework import dtypes, errors
from evergraph.framework.default_graph import get_default_graph
from evergraph.framework.graph import Graph
from evergraph.ops import math as math_ops
from evergraph.ops.constants import constant, placeholder
from evergraph.ops.variables.reference import Variable
from evergraph.session.defaults import get_default_session

NAN, INF = float("nan"), float("inf")
BFLOAT16 = dtypes.bfloat16.as_numpy_dtype


@pytest.fixture
def case(default_graphs):
    """A test case between its setUp and its tearDown."""
    case = tf_test.TestCase()
    case.setUp()
    yield case
    case.tearDown()


def graph_text(name="a"):
    return f'versions {{ producer: 26 min_consumer: 0 }} node {{ name: "{name}" op: "NoOp" }}'


def graph(*names):
    message = GraphDef()
    message.versions.producer, message.versions.min_consumer = 26, 0
    for name in names:
        message.node.add(name=name, op="NoOp")
    return message


HOLDS = [
    ("assertAllClose", [1.0, 2.0], [1.0, 2.0 + 1e-6]),
    ("assertAllClose", {"a": [1.0], "b": (2.0, [3.0])}, {"a": [1.0], "b": (2.0, [3.0])}),
    ("assertAllClose", [NAN, INF, -INF], [NAN, INF, -INF]),
    ("assertAllClose", [[1.0], [2.0, 3.0]], [[1.0], [2.0, 3.0]]),
    ("assertAllClose", np.array([1.0], BFLOAT16), np.array([1.0], BFLOAT16)),
    ("assertAllCloseAccordingToType", np.array([1], np.float16), np.array([1.001], np.float16)),
    ("assertAllCloseAccordingToType", np.array([1], BFLOAT16), np.array([1.008], BFLOAT16)),
    ("assertNotAllClose", [1.0], [1.1]),
    ("assertAllEqual", [1.0, NAN], [1.0, NAN]),
    ("assertAllEqual", [b"a", b"b"], np.array([b"a", b"b"], object)),
    ("assertAllEqual", [[[1]], 2, [3]], [[[1]], 2, [3]]),
    ("assertNear", 1.0, 1.1, 0.2),
    ("assertNear", INF, INF, 0.1),
    ("assertArrayNear", [1.0, 2.0], [1.1, 2.0], 0.2),
    ("assertNDArrayNear", np.ones([2, 2]), np.ones([2, 2]) + 0.01, 0.1),
    ("assertAllGreater", [2, 3], 1),
    ("assertAllGreaterEqual", [2, 3], 2),
    ("assertAllLess", [2, 3], 4),
    ("assertAllLessEqual", [2, 3], 3),
    ("assertAllInRange", [1.0, 2.0], 1.0, 2.0),
    ("assertAllInSet", [1, 2, 2], {1, 2, 3}),
    ("assertDTypeEqual", np.ones(2, np.float16), np.float16),
    ("assertDTypeEqual", [np.ones(2, np.int8), np.ones(1, np.int8)], np.int8),
    ("assertDeviceEqual", "/device:CPU:0", "/cpu:0"),
    ("assertStartsWith", "abc", "ab"),
    ("assertProtoEquals", graph_text(), graph("a")),
    ("assertProtoEquals", graph("a", "b"), graph("a", "b")),
    ("assertProtoEqualsVersion", 'node { name: "a" op: "NoOp" }', graph("a")),
    ("assertItemsEqual", [1, 2], [2, 1]),
]
FAILS = [
    ("assertAllClose", [1.0, 2.0], [1.0, 2.001]),
    ("assertAllClose", [1.0], [1.0, 1.0]),
    ("assertAllClose", {"a": 1.0}, {"b": 1.0}),
    ("assertAllClose", {"a": [1.0, {"b": 2.0}]}, {"a": [1.0, {"b": 3.0}]}),
    ("assertAllClose", [NAN], [1.0]),
    ("assertAllClose", [INF], [-INF]),
    ("assertAllCloseAccordingToType", np.float32(1), np.float32(1.001)),
    ("assertAllCloseAccordingToType", np.array([1], np.float16), np.array([1.2], np.float16)),
    ("assertNotAllClose", [1.0], [1.0]),
    ("assertAllEqual", [1, 2], [1, 3]),
    ("assertAllEqual", [1], [1, 1]),
    ("assertAllEqual", [1.0, NAN], [1.0, 2.0]),
    ("assertAllEqual", [b"a"], [b"b"]),
    ("assertAllEqual", [[[1]], 2], [[[3]], 2]),
    ("assertNear", 1.0, 1.3, 0.2),
    ("assertNear", NAN, 1.0, 0.2),
    ("assertArrayNear", [1.0], [1.0, 1.0], 0.2),
    ("assertArrayNear", [1.0], [2.0], 0.2),
    ("assertNDArrayNear", np.ones(2), np.zeros(2), 0.1),
    ("assertAllGreater", [1, 3], 1),
    ("assertAllGreaterEqual", [1, 3], 2),
    ("assertAllLess", [2, 4], 4),
    ("assertAllLessEqual", [2, 4], 3),
    ("assertAllInRange", [1.0, 2.0], 1.0, 2.0, True),
    ("assertAllInRange", [1.0, 2.0], 1.0, 2.0, False, True),
    ("assertAllInRange", [NAN], 1.0, 2.0),
    ("assertAllInRange", ["a"], 1.0, 2.0),
    ("assertAllInSet", [1, 4], {1, 2}),
    ("assertDTypeEqual", [np.ones(2, np.int8), np.ones(1, np.int16)], np.int8),
    ("assertDeviceEqual", "/device:CPU:0", "/device:CPU:1"),
    ("assertStartsWith", "abc", "b"),
    ("assertProtoEquals", graph_text("b"), graph("a")),
    ("assertProtoEquals", "", graph("a")),
    ("assertProtoEquals", graph("a", "b"), graph("b", "a")),
    ("assertProtoEquals", Summary(), graph("a")),
    ("assertProtoEqualsVersion", "", graph("a")),
]


@pytest.mark.parametrize("assertion, arguments", [(name, rest) for name, *rest in HOLDS])
def test_holds(case, assertion, arguments):
    getattr(case, assertion)(*arguments)


@pytest.mark.parametrize("assertion, arguments", [(name, rest) for name, *rest in FAILS])
def test_fails(case, assertion, arguments):
    with pytest.raises(AssertionError):
        getattr(case, assertion)(*arguments)


def test_lists_of_tensors_of_a_graph_are_equal_where_they_hold_the_same_ones(case):
    with Graph().as_default():
        one, other = constant([1.0]), constant([1.0])
        case.assertAllEqual([one, other], (one, other))
        case.assertAllEqual([[one], [other]], [[one], [other]])
        with pytest.raises(AssertionError):
            case.assertAllEqual([one, other], [one, one])


def test_structures_of_other_kinds_are_mistakes(case):
    with pytest.raises(ValueError, match="dict to non-dict"):
        case.assertAllClose({"a": 1.0}, [1.0])
    with pytest.raises(ValueError, match=r"Mismatched length: a\[0\] has 2"):
        case.assertAllClose([[{"b": 1.0}, 2.0], 1.0], [[{"b": 1.0}], 1.0])
    with pytest.raises(TypeError, match="np_array"):
        case.assertShapeEqual([1], constant([1]))
    with pytest.raises(TypeError, match="tf_tensor"):
        case.assertShapeEqual(np.ones(1), np.ones(1))


def test_a_failure_says_where(case):
    with pytest.raises(AssertionError, match=r"a\[b\] is different from b\[b\] in 1 of 3") as failure:
        case.assertAllClose({"b": [1.0, 2.0, 3.0]}, {"b": [1.0, 2.0, 4.0]}, msg="mine")
    assert (
        "[2]: 3.0" in str(failure.value) and "[2]: 4.0" in str(failure.value) and "mine" in str(failure.value)
    )
    one, other = graph("a"), graph("a")
    one.node[0].attr["x"].i = 3
    other.node[0].attr["y"].i = 3
    with pytest.raises(AssertionError, match=r"node\[0\].attr\['y'\]: none, but there is i: 3"):
        case.assertProtoEquals(one, other)


def test_tensors_are_evaluated(case):
    case.assertAllEqual(constant([1, 2]), [1, 2])
    case.assertAllClose({"a": constant(1.0)}, {"a": 1.0})
    case.assertShapeEqual(np.ones([2, 3]), constant(np.ones([2, 3])))
    with pytest.raises(AssertionError):
        case.assertShapeEqual(np.ones([2, 3]), constant(np.ones([3, 2])))


# -- what is raised ------------------------------------------------------------------------------------------------


def test_raised_errors_are_matched(case):
    with case.test_session():
        x = placeholder(dtypes.float32, name="unfed")
        with case.assertRaisesOpError("unfed"):
            x.eval()
        with case.assertRaisesWithPredicateMatch(errors.InvalidArgumentError, lambda e: e.op is x.op):
            x.eval()
        with pytest.raises(AssertionError, match="Exception of type"):
            with case.assertRaisesOpError("no such text"):
                x.eval()
    with pytest.raises(AssertionError, match="not raised"):
        with case.assertRaisesOpError("x"):
            pass
    with pytest.raises(AssertionError, match="Exception of type"):
        with case.assertRaisesWithPredicateMatch(KeyError, "x"):
            raise ValueError("x")


# -- sessions ------------------------------------------------------------------------------------------------------


def test_sessions_without_a_graph_are_one(case):
    with case.test_session() as first:
        variable = Variable(1.0)
        variable.initializer.run()
        assert get_default_session() is first and first.graph is get_default_graph()
    with case.test_session() as second:
        assert second is first and variable.eval() == 1.0
    own = Graph()
    with case.session(graph=own) as third:
        assert third is not first and get_default_graph() is own
    with pytest.raises(RuntimeError, match="closed"):
        third.run("x")
    case.tearDown()
    with pytest.raises(RuntimeError, match="closed"):
        first.run(variable)


@pytest.mark.parametrize(
    "options, device",
    [
        ({}, "/device:CPU:0"),
        ({"use_gpu": True}, ""),
        ({"force_gpu": True}, "/device:GPU:0"),
    ],
)
def test_placement(case, options, device):
    with case.test_session(**options):
        assert constant(1).device == device


def test_each_test_starts_afresh(case):
    numbers = random.random(), np.random.random(), get_default_graph().seed
    get_default_graph().as_default().__enter__()  # as a failing test leaves it
    constant(1)
    case.setUp()
    assert not get_default_graph().get_operations()
    assert (random.random(), np.random.random(), get_default_graph().seed) == numbers


def test_evaluate(case):
    x = constant(2)
    assert case.evaluate([x, {"a": x + 1}]) == [2, {"a": 3}]
    with case.test_session(graph=Graph()) as session:
        assert case.evaluate(math_ops.add(1, 2)) == 3
        assert get_default_session() is session


# -- threads, streams, folders -------------------------------------------------------------------------------------


def test_threads_are_checked(case):
    seen = []
    thread = case.checkedThread(lambda a, b: seen.append((a, b)), args=(1,), kwargs={"b": 2})
    thread.start()
    thread.join()
    assert seen == [(1, 2)] and not thread.is_alive()
    bad = case.checkedThread(lambda: 1 / 0)
    bad.start()
    with pytest.raises(AssertionError, match="Error in checkedThread: division by zero"):
        bad.join()


def test_a_thread_that_was_not_joined_fails_the_test():
    case = tf_test.TestCase()
    case.setUp()
    thread = case.checkedThread(time.sleep, args=(0,))
    thread.start()
    with pytest.raises(AssertionError, match="was not joined"):
        case.tearDown()
    case.tearDown()


def test_writes_are_captured(case):
    with open(os.path.join(case.get_temp_dir(), "stream"), "w") as stream:
        with case.captureWritesToStream(stream) as captured:
            stream.write("one ")
            assert captured.contents() == b"one "
            os.write(stream.fileno(), b"two")
            assert captured.contents() == b"one two"
        stream.write("after")
    with open(stream.name) as written:
        assert written.read() == "after"


def test_folders(case):
    assert case.get_temp_dir() == case.get_temp_dir() != tf_test.TestCase().get_temp_dir()
    assert os.path.dirname(case.get_temp_dir()) == tf_test.get_temp_dir() and os.path.isdir(
        case.get_temp_dir()
    )


def test_source_folder(monkeypatch):
    monkeypatch.setenv("TEST_SRCDIR", "/runfiles")
    assert tf_test.test_src_dir_path("python/a") == "/runfiles/org_tensorflow/tensorflow/python/a"
    assert sys.modules["evergraph.test"] is tf_test


def test_values_that_are_apart_are_told_with_the_tolerance(case):
    words = (
        r"Mismatched value: a\[a\] is different from b\[a\].* Not equal to tolerance rtol=1e-06, atol=1e-06"
    )
    with pytest.raises(AssertionError, match=words):
        case.assertAllClose({"a": 7}, {"a": 7.1})
