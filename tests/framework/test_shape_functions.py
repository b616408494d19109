"""Shape functions of programs, and Evergraph's own rules called as one."""

import evergraph as tf
from evergraph.framework.shape_functions import call_cpp_shape_fn


def test_the_rule_of_a_type():
    y = tf.matmul(tf.placeholder(tf.float32, [None, 3]), tf.zeros([3, 2]))
    assert [shape.as_list() for shape in call_cpp_shape_fn(y.op)["shapes"]] == [[None, 2]]
