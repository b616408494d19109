"""The eager mode: values are there, state changes at once, and nothing piles up."""

import gc
import subprocess
import sys
import weakref

import numpy as np
import pytest

import evergraph as tf
from evergraph.contrib.eager import execution
from evergraph.ops.control_flow import grouping
from evergraph.ops.variables.resource import ResourceVariable


def test_operations_are_computed_as_they_are_called():
    assert tf.executing_eagerly()
    a = tf.constant([[2.0, 1.0], [1.0, 0.0]])
    b = np.array([[3, 0], [5, 1]], np.float32)
    assert tf.matmul(a, b).numpy().tolist() == [[11, 1], [3, 0]]
    assert (a + b).numpy().tolist() == (b + a).numpy().tolist() == [[5, 1], [6, 1]]
    assert float(a[0][1]) == 1.0 and [int(i) for i in tf.range(3)] == [0, 1, 2]
    assert tf.reshape(tf.range(6), [2, -1]).shape.as_list() == [2, 3]
    assert tf.string_split(["a b"]).values.numpy().tolist() == [b"a", b"b"]
    parts = tf.split(tf.range(4), 2)
    assert [part.numpy().tolist() for part in parts] == [[0, 1], [2, 3]]


def test_tensors_are_python_and_numpy_values():
    two = tf.constant(2)
    assert "%i %.1f" % (two, tf.constant(1.5)) == "2 1.5"  # noqa: UP031 (what it tests)
    assert f"{tf.constant(0.25):.3f}" == "0.250"
    assert bool(two) and not bool(tf.constant(False)) and [10, 20, 30][two] == 30
    assert np.mean(tf.constant([1.0, 3.0])) == 2.0 and np.asarray(tf.constant([1, 2])).tolist() == [1, 2]
    assert len(tf.zeros([3, 2])) == 3 and tf.constant("x").numpy() == b"x"
    assert str(tf.constant(5)) == "tf.Tensor(5, shape=(), dtype=int32)"
    assert str(tf.constant([[1], [2]])) == "tf.Tensor(\n[[1]\n [2]], shape=(2, 1), dtype=int32)"
    assert "numpy=array([1, 2], dtype=int32)" in repr(tf.constant([1, 2]))
    for wrong in (len, iter):
        with pytest.raises(TypeError, match="scalar"):
            wrong(two)
    with pytest.raises(ValueError, match="not compatible"):
        tf.zeros([2]).set_shape([3])


def test_an_array_is_the_callers_own():
    tensor = tf.constant([1.0, 2.0])
    tensor.numpy()[0] = 5.0
    assert tensor.numpy().tolist() == [1.0, 2.0]


def test_variables_of_one_name_are_several():
    one, other = ResourceVariable(1.0, name="w"), ResourceVariable([2.0, 3.0], name="w")
    one.assign_add(4.0)
    assert one.assign_sub(1.0) is one
    assert (one.numpy(), other.numpy().tolist()) == (4.0, [2.0, 3.0])
    assert one.name == "w:0" and other.name != one.name
    with pytest.raises(ValueError):
        one.assign([1.0, 2.0])


def test_a_variable_is_a_resource_variable():
    variable = tf.Variable([1.0, 2.0])
    variable.assign_add([1.0, 1.0])
    assert variable.numpy().tolist() == [2.0, 3.0]


def test_what_needs_a_session_is_refused():
    with pytest.raises(RuntimeError, match="placeholder"):
        tf.placeholder(tf.float32)
    with pytest.raises(RuntimeError, match="GradientTape"):
        tf.gradients(tf.constant(1.0), tf.constant(1.0))
    with tf.Graph().as_default():
        symbol = tf.constant(1.0)
    with pytest.raises(ValueError, match="no value"):
        tf.get_default_graph().create_op("Identity", [symbol], [tf.float32])


def test_errors_are_raised_where_the_operation_is_called():
    with pytest.raises(tf.errors.InvalidArgumentError):
        tf.gather(tf.constant([1.0]), [3])
    with pytest.raises(tf.errors.InvalidArgumentError):
        tf.matmul(tf.zeros([2, 3]), tf.zeros([2, 3]))


def test_random_numbers_differ_from_call_to_call_and_repeat_with_the_seed():
    def draw():
        return [tf.random_normal([2]).numpy().tolist() for _ in range(3)]

    first = draw()
    assert len({tuple(each) for each in first}) == 3
    tf.set_random_seed(7)
    assert draw() != first


def test_control_flow_calls_its_functions():
    seen = []
    assert int(tf.cond(tf.constant(3) > 2, lambda: tf.constant(1), lambda: seen.append("other"))) == 1
    assert not seen
    assert int(tf.while_loop(lambda i: i < 5, lambda i: i + 2, [tf.constant(0)])) == 6
    assert int(tf.while_loop(lambda i: True, lambda i: i + 1, [tf.constant(0)], maximum_iterations=3)) == 3
    assert tf.map_fn(lambda x: 2 * x, tf.constant([1, 2, 3])).numpy().tolist() == [2, 4, 6]


def test_a_graph_takes_values_as_constants():
    value = tf.constant([1.0, 2.0])
    with tf.Graph().as_default():
        assert not tf.executing_eagerly()
        total = tf.reduce_sum(value * 2.0)
        with tf.Session() as session:
            assert session.run(total) == 6.0
    assert tf.executing_eagerly()


def test_layers_take_arrays_and_keep_their_variables():
    dense = tf.layers.Dense(2, kernel_initializer=tf.ones_initializer())
    x = np.ones([3, 4], np.float32)
    assert dense(x).numpy().tolist() == [[4.0, 4.0]] * 3
    dense(x)
    assert len(dense.variables) == 2
    cell = tf.nn.rnn_cell.BasicLSTMCell(3)
    outputs, state = tf.nn.dynamic_rnn(cell, tf.ones([2, 5, 4]), dtype=tf.float32)
    assert outputs.shape.as_list() == [2, 5, 3]
    np.testing.assert_allclose(outputs.numpy()[:, -1], state.h.numpy(), rtol=1e-6)


def test_moving_averages_of_a_model_move():
    class Model(tf.keras.Model):
        def __init__(self):
            super().__init__()
            self.normalize = tf.keras.layers.BatchNormalization()

        def call(self, inputs, training=False):
            return self.normalize(inputs, training=training)

    model = Model()
    x = tf.constant([[1.0], [3.0]])
    assert model(x, training=False).numpy().shape == (2, 1)
    assert model.normalize.moving_mean.numpy() == [0.0]
    model(x, training=True)
    assert model.normalize.moving_mean.numpy() == pytest.approx([0.02], rel=1e-3)


@pytest.mark.parametrize("go_through", [iter, lambda dataset: dataset.make_one_shot_iterator()])
def test_datasets_are_gone_through(go_through):
    factor = tf.constant(3, tf.int64)
    dataset = tf.data.Dataset.range(5).map(lambda x: x * factor).filter(lambda x: x > 0).batch(3)
    assert [batch.numpy().tolist() for batch in go_through(dataset)] == [[3, 6, 9], [12]]
    with pytest.raises(RuntimeError, match="for"):
        dataset.make_initializable_iterator()


def test_results_are_not_kept():
    tensor = tf.zeros([1000]) + 1.0
    gone = weakref.ref(tensor)
    total = tensor * 2.0
    del tensor
    gc.collect()
    assert gone() is None and total.numpy().sum() == 2000.0


def test_programs_are_kept_by_kind(eager):
    for i in range(5):
        tf.constant(float(i)) * 2.0
    count = eager._programs.graph.version
    tf.constant(7.0) * 3.0
    assert eager._programs.graph.version == count


def test_a_program_begins_in_the_eager_mode():
    program = """
import evergraph as tf
tf.enable_eager_execution()
tf.enable_eager_execution()
assert tf.executing_eagerly() and int(tf.constant(2) + 3) == 5
tf.test.TestCase().setUp()
assert tf.executing_eagerly() and int(tf.constant(2) + 3) == 5
"""
    late = "import evergraph as tf; tf.constant(1); tf.enable_eager_execution()"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
    failed = subprocess.run([sys.executable, "-c", late], capture_output=True, text=True, check=False)
    assert "must be called at program startup" in failed.stderr


@pytest.mark.parametrize(
    "arguments, error, message",
    [
        ({"config": 2}, TypeError, "config must be a tf.ConfigProto"),
        ({"device_policy": "any"}, ValueError, "device_policy must be one of"),
        ({"execution_mode": "fast"}, ValueError, "execution_mode must be one of"),
    ],
)
def test_arguments_that_do_not_enable(arguments, error, message):
    with pytest.raises(error, match=message):
        tf.enable_eager_execution(**arguments)


def test_a_constant_fits_its_shape_or_is_one_element(eager):
    assert tf.constant(3, shape=[2]).numpy().tolist() == [3, 3]
    assert tf.constant([1, 2], shape=[2, 1]).numpy().tolist() == [[1], [2]]
    for values in ([1, 2], [1, 2, 3, 4]):
        with pytest.raises(TypeError, match="does not fit"):
            tf.constant(values, shape=[3])
    with tf.Graph().as_default():
        assert tf.constant([1, 2], shape=[3]).shape == [3]


def test_the_context_says_where(eager):
    context = execution.context()
    with context.device("/cpu:0"):
        assert context.executing_eagerly() and any("CPU" in name for name in context.devices())
    assert context.num_gpus() == execution.num_gpus()


def test_a_custom_gradient_is_given_the_variables_that_were_read(eager):
    weight = ResourceVariable([[1.0, 2.0]])

    @tf.custom_gradient
    def times_weight(x):
        def gradient(flow, variables=None):
            assert [v is weight for v in variables] == [True]
            return 5 * flow, [7 * flow]

        return x * weight, gradient

    x = tf.constant([[3.0, 4.0]])
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = times_weight(x)
    by_x, by_weight = tape.gradient(y, [x, weight])
    assert (by_x.numpy().tolist(), by_weight.numpy().tolist()) == ([[5, 5]], [[7, 7]])


def test_shapes_that_do_not_fit_are_an_operations_error(eager):
    for call in (
        lambda: tf.fill([[1]], 2.0),
        lambda: tf.ones([2]) + tf.ones([3]),
        lambda: tf.matmul([[1.0]], [[1.0], [2.0]]),
    ):
        with pytest.raises(tf.errors.InvalidArgumentError, match="rank|equal"):
            call()


def test_what_has_no_output_gives_nothing():
    one, two = tf.constant([1, 2]), tf.constant([2, 2])
    assert tf.assert_less_equal(one, two) is None and tf.no_op() is None
    assert tf.group(one, tf.assert_equal(one, one)) is None
    with pytest.raises(tf.errors.InvalidArgumentError):
        tf.assert_less(one, two)
    variable = ResourceVariable(3.0)
    optimizer = tf.train.GradientDescentOptimizer(0.5)
    assert optimizer.apply_gradients([(tf.constant(2.0), variable)]) is None
    assert variable.numpy() == 2.0
    with tf.Graph().as_default():
        assert isinstance(tf.group(tf.constant(1)), tf.Operation)


def test_what_is_waited_for_has_run():
    assert grouping.with_dependencies(tf.constant(1), tf.constant(2)).numpy() == 2
