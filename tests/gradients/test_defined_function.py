"""`Defun`: functions of tensors of given types, and their gradients."""

import pytest

import evergraph as tf
from evergraph.gradients.defined_function import Defun


def run(fetches):
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        return session.run(fetches)


def test_a_function_of_given_types():
    @Defun(tf.float32, tf.float32)
    def both(x, y):
        """Sum and difference."""
        return x + y, x - y

    total, difference = both([1.0, 2.0], 3.0, name="mine")
    assert run([total, difference, *tf.gradients(difference, [total.op.inputs[0]])])[1].tolist() == [-2, -1]
    assert total.op.name.startswith("mine/") and (both.name, both.__doc__) == ("both", "Sum and difference.")
    assert both.declared_input_types == (tf.float32, tf.float32)
    with pytest.raises(ValueError, match="takes 2 arguments"):
        both(1.0)
    with pytest.raises(TypeError):
        both("a", 1.0)


def test_types_are_those_of_the_arguments_where_none_are_given():
    twice = Defun()(lambda x: 2 * x)
    assert run([twice(tf.constant(3)), twice(tf.constant(1.5))]) == [6, 3.0]


def test_variables_are_made_outside():
    @Defun(tf.float32, shape_func=lambda call: [call.inputs[0].shape])
    def scaled(x):
        return x * tf.get_variable("scale", [], initializer=tf.ones_initializer())

    x = tf.placeholder(tf.float32, [None, 3])
    with tf.variable_scope("here", reuse=tf.AUTO_REUSE):
        first, second = scaled(x), scaled(x)
    assert [v.op.name for v in tf.global_variables()] == ["here/scale"]
    assert first.shape.as_list() == second.shape.as_list() == [None, 3]


@pytest.mark.parametrize("kind", ["grad_func", "python_grad_func"])
def test_a_gradient_of_its_own(kind):
    @Defun(tf.float32, tf.float32)
    def gradient(x, flow):
        return 100 * x * flow

    def in_python(call, flow):
        assert (len(call.inputs), len(call.outputs)) == (1, 1)
        return 100 * call.inputs[0] * flow

    given = {"grad_func": gradient} if kind == "grad_func" else {"python_grad_func": in_python}
    square = Defun(tf.float32, func_name="Square", **given)(lambda x: x * x)
    x = tf.constant(3.0)
    y = square(x)
    assert run([y, tf.gradients(5 * y, x)[0]]) == [9, 1500]


def test_a_call_is_an_operation_of_the_name_of_the_function():
    options = [{}, {"python_grad_func": lambda call, *flows: flows[0]}]
    for function in [
        Defun(tf.float32, func_name="Both", **each)(lambda x: (x + 1, x - 1)) for each in options
    ]:
        with tf.Graph().as_default() as graph:
            more, less = function(tf.placeholder_with_default(2.0, []))
            assert (more.op, more.op.type) == (less.op, "Both")
            assert more.op.node_def.op == "IdentityN"  # a GraphDef has no function of that name
            with tf.Graph().as_default():
                again = tf.import_graph_def(graph.as_graph_def(), return_elements=[more.name, less.name])
                assert run(again) == [3, 1]


def test_a_function_that_gives_nothing():
    made = []
    nothing = Defun(tf.float32)(lambda x: made.append(x))
    assert isinstance(nothing(1.0), tf.Operation) and len(made) == 1


@pytest.mark.parametrize(
    "make, words",
    [
        (lambda: Defun(tf.float32)(3), "callable"),
        (lambda: Defun(tf.float32)(lambda x, y: x), "takes 2 arguments"),
        (lambda: Defun(tf.float32, tf.float32)(lambda x: x), "takes 1 arguments"),
        (lambda: Defun()(lambda x=1: x), "defaults"),
        (lambda: Defun()(lambda **x: x), "keyword"),
        (lambda: Defun(grad_func=abs, python_grad_func=abs), "not both"),
    ],
)
def test_mistakes_are_refused(make, words):
    with pytest.raises(ValueError, match=words):
        make()
