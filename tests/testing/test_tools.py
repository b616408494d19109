"""What stands beside `TestCase` in `tf.test`: gradients, graphs, stubs, benchmarks, decorators, `main`."""

import gc
import os
import subprocess
import sys

import numpy as np
import pytest

from evergraph import test as tf_test
from evergraph.framework import dtypes
from evergraph.framework.default_graph import get_default_graph
from evergraph.framework.graph import Graph
from evergraph.gradients.custom_gradient import custom_gradient
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops.constants import constant, placeholder
from evergraph.ops.variables.reference import Variable
from evergraph.session.session import Session
from evergraph.testing import graphs, layouts, modes
from evergraph.testing.benchmark import run_benchmarks

# -- gradients -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "function, dtype, tolerance",
    [
        (lambda x: x * x, dtypes.float64, 1e-6),
        (lambda x: math_ops.reduce_sum(math_ops.exp(x), 1), dtypes.float32, 2e-2),
        (lambda x: array_ops.gather(x, [2, 0, 2]), dtypes.float64, 1e-6),
        (lambda x: x * math_ops.conj(x), dtypes.complex128, 1e-6),
    ],
)
def test_gradients_agree_with_differences(function, dtype, tolerance):
    with Session():
        x = placeholder(dtype, [3, 2])
        y = function(x)
        shape = y.shape.as_list()
        analytic, numeric = tf_test.compute_gradient(x, [3, 2], y, shape)
        parts = 2 if dtype.is_complex else 1
        assert analytic.shape == numeric.shape == (6 * parts, int(np.prod(shape)) * parts)
        assert np.abs(numeric).max() > 0.1
        assert tf_test.compute_gradient_error(x, [3, 2], y, shape) < tolerance


def test_wrong_gradient_is_found():
    @custom_gradient
    def doubled(x):
        return x * 2.0, lambda dy: dy * 3.0

    with Session():
        x = constant([1.0, 2.0])
        assert tf_test.compute_gradient_error(x, [2], doubled(x), [2]) == pytest.approx(1.0, abs=1e-2)


def test_gradients_of_several_and_of_variables():
    with Session():
        a, b = Variable([1.0, 2.0], dtype=dtypes.float64), constant([[3.0, 4.0]], dtypes.float64)
        y = math_ops.reduce_sum(a * b)
        given = [np.array([0.5, 0.25]), np.array([[2.0, 1.0]])]
        pairs = tf_test.compute_gradient(
            [a, b], [[2], [1, 2]], y, [], x_init_value=given, init_targets=[a.initializer]
        )
        assert np.allclose(pairs[0][0], [[3.0], [4.0]]) and np.allclose(pairs[1][0], [[1.0], [2.0]])
        assert all(np.allclose(ours, theirs) for ours, theirs in pairs)
        with pytest.raises(TypeError, match="int32"):
            tf_test.compute_gradient(constant([1]), [1], y, [])
        with pytest.raises(ValueError, match="no gradient"):
            tf_test.compute_gradient(constant([1.0]), [1], y, [])
        with pytest.raises(ValueError, match="x_shape"):
            tf_test.compute_gradient(b, [2], y, [], x_init_value=given[1])


# -- graphs --------------------------------------------------------------------------------------------------------


def small_graph(order="abc", value=1.0):
    with Graph().as_default() as graph:
        for name in order:
            constant(value, name=name)
        with graph.control_dependencies([graph.get_operation_by_name(name) for name in order]):
            array_ops.reshape(graph.get_tensor_by_name("a:0"), [1], name="last")
    return graph


def test_graphs_are_equal_whatever_the_order():
    tf_test.assert_equal_graph_def(small_graph("abc").as_graph_def(), small_graph("cba").as_graph_def())
    with pytest.raises(AssertionError, match="node 'c' is missing"):
        tf_test.assert_equal_graph_def(small_graph("ab").as_graph_def(), small_graph("abc").as_graph_def())
    with pytest.raises(AssertionError, match="node 'c' was not expected"):
        tf_test.assert_equal_graph_def(small_graph("abc").as_graph_def(), small_graph("ab").as_graph_def())
    with pytest.raises(AssertionError, match="node 'a': attr"):
        tf_test.assert_equal_graph_def(small_graph(value=2.0).as_graph_def(), small_graph().as_graph_def())
    with pytest.raises(TypeError, match="actual"):
        tf_test.assert_equal_graph_def(small_graph(), small_graph().as_graph_def())


def test_nodes_are_found():
    graph = small_graph()
    assert graphs.get_node_def_from_graph("b", graph.as_graph_def()).op == "Const"
    assert graphs.get_node_def_from_graph("x", graph.as_graph_def()) is None
    assert set(graphs.assert_ops_in_graph({"a": "Const", "last": "Reshape"}, graph)) == {"a", "last"}
    with pytest.raises(ValueError, match="'x'"):
        graphs.assert_ops_in_graph({"x": "Const"}, graph)
    with pytest.raises(ValueError, match="'Add'"):
        graphs.assert_ops_in_graph({"a": "Add"}, graph)


# -- stubs ---------------------------------------------------------------------------------------------------------


class Base:
    def method(self):
        return "old"

    @staticmethod
    def static():
        return "old"


class Derived(Base):
    pass


def test_stubs_are_put_back():
    with tf_test.StubOutForTesting() as stubs:
        stubs.Set(os.path, "exists", lambda path: "new")
        stubs.Set(os.path, "exists", lambda path: "newer")
        stubs.SmartSet(Derived, "method", lambda self: "new")
        stubs.SmartSet(Derived(), "static", staticmethod(lambda: "new"))
        assert os.path.exists("none") == "newer" and Base().method() == "new" and Base.static() == "new"
        with pytest.raises(AttributeError, match="none"):
            stubs.SmartSet(Derived, "none", 1)
    assert os.path.exists("none") is False and Base().method() == "old" and Derived().static() == "old"


# -- benchmarks ----------------------------------------------------------------------------------------------------


class Timed(tf_test.Benchmark):
    results = []

    def benchmarkAdd(self):
        with Session() as session:
            total = math_ops.add(constant(1.0), 2.0)
            self.results.append(self.run_op_benchmark(session, total, min_iters=3, extras={"more": 7}, mbs=1))


def test_benchmarks_run_and_report(capsys):
    run_benchmarks("Timed.benchmarkAdd")
    (result,) = Timed.results
    printed = capsys.readouterr().out
    assert "'Timed.benchmarkAdd'" in printed and "iters: 3" in printed and "more: 7" in printed
    assert result["wall_time"] > 0 and result["throughput"] == pytest.approx(1 / result["wall_time"])
    run_benchmarks("nothing of that name")
    assert len(Timed.results) == 1


# -- decorators ----------------------------------------------------------------------------------------------------


class Decorated(tf_test.TestCase):
    ran = []

    @modes.run_in_graph_and_eager_modes()
    def testGraph(self):
        self.assertEqual(3, self.evaluate(math_ops.add(1, 2)))
        self.ran.append(get_default_graph())

    @modes.skip_if(lambda: True)
    def testSkipped(self):
        self.ran.append("skipped")

    @modes.skip_if(False)
    def testFails(self):
        self.fail("as it should")

    @modes.assert_no_new_tensors
    def testLeavesTensor(self):
        self.ran.append(constant(1))

    @modes.assert_no_garbage_created
    def testLeavesCycle(self):
        cycle = []
        cycle.append(cycle)
        self.ran.append(1)

    @modes.assert_no_garbage_created
    @modes.enable_c_shapes
    def testLeavesNothing(self):
        self.ran.append([1])

    @modes.assert_no_new_pyobjects_executing_eagerly
    def testEager(self):
        self.ran.append("eagerly")


Decorated.__test__ = False  # run below, not by pytest


@pytest.mark.parametrize(
    "name, wrong",
    [
        ("testGraph", 0),
        ("testSkipped", 0),
        ("testFails", 1),
        ("testLeavesTensor", 1),
        ("testLeavesCycle", 1),
        ("testLeavesNothing", 0),
        ("testEager", 0),
    ],
)
def test_decorated_tests(name, wrong):
    Decorated.ran.clear()
    result = Decorated(name).run()
    assert len(result.failures) + len(result.errors) == wrong
    assert len(Decorated.ran) == (
        name in ("testGraph", "testLeavesTensor", "testLeavesCycle", "testLeavesNothing")
    )
    assert len(result.skipped) == (name == "testEager")
    assert gc.isenabled() and not gc.get_debug() and not gc.garbage


def test_class_decorators_keep_the_tests():
    assert modes.with_c_api(Decorated) is Decorated

    @modes.run_all_in_graph_and_eager_modes
    class All(tf_test.TestCase):
        def testSum(self):
            assert self._cached_session is not None
            self.assertEqual(3, self.evaluate(math_ops.add(1, 2)))

    All.__test__ = False
    assert All("testSum").run().wasSuccessful()
    with pytest.raises(ValueError, match="parentheses"):
        modes.run_in_graph_and_eager_modes(lambda self: None)


def test_a_graph_of_an_older_program():
    graphs.set_producer_version(get_default_graph(), 8)
    assert get_default_graph().graph_def_versions.producer == 8


@pytest.mark.parametrize(
    "there, back, sizes, swapped",
    [
        (layouts.NHWCToNCHW, layouts.NCHWToNHWC, [2, 3, 4, 5], [2, 5, 3, 4]),
        (layouts.NHWCToNCHW, layouts.NCHWToNHWC, [2, 3, 4, 5, 6], [2, 6, 3, 4, 5]),
        (layouts.NHWCToNCHW_VECT_C, layouts.NCHW_VECT_CToNHWC, [2, 3, 5, 8], [2, 2, 3, 5, 4]),
    ],
)
def test_layouts(there, back, sizes, swapped):
    assert there(sizes) == swapped and back(swapped) == sizes
    image = np.arange(np.prod(sizes)).reshape(sizes)
    moved = there(constant(image))
    assert moved.shape.as_list() == swapped
    with Session() as session:
        np.testing.assert_array_equal(session.run(back(moved)), image)
        first_channels = session.run(moved).reshape(sizes[0], -1)[:, 0]
        np.testing.assert_array_equal(first_channels, image.reshape(sizes[0], -1)[:, 0])
    with pytest.raises(ValueError, match="dimension"):
        there([1, 2, 3])


def test_channels_that_make_no_vectors():
    with pytest.raises(ValueError, match="6, must be divisible by 4"):
        layouts.NHWCToNCHW_VECT_C([1, 2, 3, 6])
    with pytest.raises(ValueError, match="must be 4, got 3"):
        layouts.NCHW_VECT_CToNHWC([1, 2, 3, 6, 3])


# -- main ----------------------------------------------------------------------------------------------------------

PROGRAM = """
import tensorflow as tf
tf.app.flags.DEFINE_string("word", "none", "")

class WordTest(tf.test.TestCase):
    def testWord(self):
        self.assertEqual("good", tf.app.flags.FLAGS.word)

class Words(tf.test.Benchmark):
    def benchmarkWord(self):
        print("timed", tf.app.flags.FLAGS.word, tf.app.flags.FLAGS.test_srcdir)

if __name__ == "__main__":
    tf.test.main()
"""


@pytest.mark.parametrize(
    "arguments, code, printed",
    [
        (["--word=good"], 0, "OK (skipped=1)"),
        (["--word=bad", "WordTest.testWord"], 1, "'good' != 'bad'"),
        (["--word=x", "--benchmarks=Word"], 0, "timed x"),
        (["--word=x", "--test_srcdir=there", "--benchmarks=Word"], 0, "timed x there"),
    ],
)
def test_main(tmp_path, arguments, code, printed):
    (tmp_path / "word_test.py").write_text(PROGRAM)
    environment = {
        **os.environ,
        "JAX_PLATFORMS": "cpu",
        "PYTHONPATH": os.pathsep.join(p for p in sys.path if p),
    }
    result = subprocess.run(
        [sys.executable, "-m", "evergraph", "run", "word_test.py", *arguments],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert result.returncode == code and printed in result.stdout + result.stderr
