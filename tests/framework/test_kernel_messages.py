"""What kernels say when inputs do not fit is said in TensorFlow's words."""

import pytest

import evergraph as tf


def unknown():
    return tf.placeholder(tf.float32)


@pytest.mark.parametrize(
    "build, message",
    [
        (
            lambda a: a + tf.ones([3, 4]),
            "Incompatible shapes: [5, 2] vs. [3, 4]; input shapes: [5, 2], [3, 4]",
        ),
        (
            lambda a: tf.matmul(a, tf.ones([3, 4])),
            "Matrix size-incompatible: In[0]: [5, 2], In[1]: [3, 4]; input shapes: [5, 2], [3, 4]",
        ),
        (
            lambda a: tf.reshape(a, [7]),
            "Input to reshape is a tensor with 10 values, but the requested shape has 7",
        ),
    ],
)
def test_words_at_run_time(build, message):
    a = unknown()
    result = build(a)
    with tf.Session() as sess, pytest.raises(tf.errors.InvalidArgumentError) as raised:
        sess.run(result, {a: [[1.0, 2.0]] * 5})
    assert raised.value.message.startswith(message)
    assert not getattr(raised.value, "__notes__", None)


def test_what_has_no_words_of_its_own_is_said_to_be_xlas():
    a = unknown()
    kernel = tf.placeholder(tf.float32)
    result = tf.nn.conv2d(a, kernel, [1, 1, 1, 1], "SAME")
    with tf.Session() as sess, pytest.raises(tf.errors.InvalidArgumentError) as raised:
        sess.run(result, {a: [[[[1.0]]]], kernel: [[[[1.0], [1.0]]]]})
    said = raised.value.message
    assert "_" not in said.partition("XLA's words: ")[0] and raised.value.op is result.op


def test_a_kernels_own_error_names_the_operation():
    a = unknown()
    result = tf.concat([a, tf.ones([3, 4])], 0)
    with tf.Session() as sess, pytest.raises(tf.errors.InvalidArgumentError, match="In operation 'concat'"):
        sess.run(result, {a: [[1.0, 2.0]]})


def test_while_the_graph_is_built():
    with pytest.raises(ValueError, match="Incompatible shapes|must be equal") as raised:
        tf.ones([2, 2]) + tf.ones([3, 4])  # noqa: B018
    assert "dot_general" not in str(raised.value)
