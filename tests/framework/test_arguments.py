"""Arguments of functions: their names, and their later names."""

import functools
import inspect

import pytest

import evergraph as tf
from evergraph.framework.arguments import also_called, fn_args


def test_names_of_arguments():
    def function(a, b, *rest, c=1, **more):
        pass

    assert fn_args(function) == ("a", "b", "c")
    assert fn_args(functools.partial(function, 1, c=2)) == ("b",)
    with pytest.raises(TypeError, match="function"):
        fn_args(3)


@also_called(filters="filter", data="value")
def called(value, filter=None, size=1):  # noqa: A002
    """What it was called with."""
    return value, filter, size


def test_either_name_is_taken():
    assert called(1, filters=2) == called(1, filter=2) == called(data=1, filters=2) == (1, 2, 1)
    assert called(None, data=3) == (3, None, 1)
    assert called(1, 2, filters=None, size=5) == (1, 2, 5)
    assert list(inspect.signature(called).parameters) == ["value", "filter", "size", "filters", "data"]
    assert "`filters` for `filter`" in called.__doc__


def test_both_names_are_refused():
    for call in (lambda: called(1, 2, filters=3), lambda: called(1, filter=2, filters=3)):
        with pytest.raises(ValueError, match="both 'filters' and 'filter'"):
            call()
    with pytest.raises(TypeError):
        called(1, other=2)
    with pytest.raises(TypeError, match="no parameters"):
        also_called(new="missing")(called)


IMAGE, KERNEL, STEP = tf.zeros([1, 4, 4, 2]), tf.zeros([3, 3, 2, 2]), [1, 1, 1, 1]

LATER = {
    "conv2d": lambda: tf.nn.conv2d(IMAGE, filters=KERNEL, strides=STEP, padding="SAME"),
    "max_pool": lambda: tf.nn.max_pool(input=IMAGE, ksize=STEP, strides=STEP, padding="SAME"),
    "avg_pool": lambda: tf.nn.avg_pool(input=IMAGE, ksize=STEP, strides=STEP, padding="SAME"),
    "conv2d_transpose": lambda: tf.nn.conv2d_transpose(
        input=IMAGE, filters=KERNEL, output_shape=[1, 4, 4, 2], strides=STEP
    ),
    "convolution": lambda: tf.nn.convolution(IMAGE, filters=KERNEL, padding="SAME", dilations=[2, 2]),
}


@pytest.mark.parametrize("call", LATER.values(), ids=LATER)
def test_later_names_in_convolutions(call):
    assert call().shape.as_list() == [1, 4, 4, 2]


def test_later_names_elsewhere(tmp_path):
    assert tf.convert_to_tensor([1, 2], dtype_hint=tf.float32).dtype == tf.float32
    with pytest.raises(ValueError, match="dtype_hint"):
        tf.convert_to_tensor(1, preferred_dtype=tf.float32, dtype_hint=tf.int64)
    pieces = [
        tf.string_split(["a,b"], sep=","),
        tf.strings.split(input=["a b"], name="split"),
    ]
    sparse = tf.SparseTensor([[0, 1]], [2.0], [2, 3])
    with tf.Session() as session:
        assert [each.values.tolist() for each in session.run(pieces)] == [[b"a", b"b"]] * 2
        assert session.run(tf.sparse_reduce_sum(sparse, 1, keepdims=True)).tolist() == [[2.0], [0.0]]
        assert session.run(tf.count_nonzero(input=[1, 0, 2])) == 2
        assert session.run(tf.string_to_number(input="3.5")) == 3.5
    tf.io.gfile.makedirs(path=str(tmp_path / "made"))
    assert tf.io.gfile.isdir(path=str(tmp_path / "made"))
