"""What is known of values and shapes while the graph is built follows from constants and static shapes."""

import jax.numpy as jnp
import numpy as np
import pytest

import evergraph as tf
from evergraph.framework import registry
from evergraph.ops.inference import constant_value, constant_value_as_shape, partial_value
from evergraph.ops.registry import device_op


def rows(dims=(None, 4)):
    x = tf.placeholder(tf.float32, dims)
    return x, tf.shape(x)


GUESSED = {
    "ones([min(n, 100)])": lambda x, n: tf.ones([tf.minimum(n, 100)]),
    "fill([-n % 8, 4])": lambda x, n: tf.fill([tf.floormod(-n, 8), 4], 0.0),
    "top_k(min(n, 100))": lambda x, n: tf.nn.top_k(x[:, 0], tf.minimum(n, 100))[0],
    "range(min(n, 100))": lambda x, n: tf.range(tf.minimum(n, 100)),
    "random_uniform([min(n // 3, 7)])": lambda x, n: tf.random_uniform([tf.minimum(n // 3, 7)]),
    "slice": lambda x, n: tf.slice(x, [0, 0], tf.stack([tf.minimum(n, 100), 4])),
    "x[:min(n, 100)]": lambda x, n: x[: tf.minimum(n, 100)],
    "reshape": lambda x, n: tf.reshape(x, tf.stack([n % 2 + 1, -1])),
    "one_hot": lambda x, n: tf.one_hot([1], tf.minimum(n, 100)),
    "tile": lambda x, n: tf.tile([1.0], [tf.minimum(n, 100)]),
    "pad": lambda x, n: tf.pad(tf.ones([3]), [[0, tf.floormod(-n, 8)]]),
}


@pytest.mark.parametrize("case", GUESSED)
@pytest.mark.parametrize("count", [1, 3, 40, 101])
def test_what_a_size_sets_is_no_guess(case, count):
    x, sizes = rows()
    tensor = GUESSED[case](x, sizes[0])
    assert None in tensor.shape.as_list()
    with tf.Session() as session:
        value = session.run(tensor, {x: np.ones((count, 4))})
    assert tensor.shape.is_compatible_with(value.shape)


def test_the_mean_over_a_size_that_is_known_or_not():
    x, sizes = rows()
    best = tf.nn.top_k(x[:, 0], tf.minimum(sizes[0], 100))[0]
    size = best.shape[0].value or tf.shape(best)[0]
    mean = tf.reduce_sum(best) / tf.cast(size, tf.float32)
    with tf.Session() as session:
        assert [session.run(mean, {x: np.ones((n, 4))}) for n in (3, 200)] == [1.0, 1.0]


FOLLOWING = {
    "[n, 4]": (lambda s: tf.stack([s[0], 4]), [None, 4]),
    "two parts": (lambda s: tf.concat([s[:1], [7]], 0), [None, 7]),
    "products": (lambda s: tf.stack([s[0] * s[1], s[1] * s[2]]), [None, 12]),
    "gathered": (lambda s: tf.gather(s, [2, 0, 1]), [4, None, 3]),
    "reversed": (lambda s: tf.reverse(s, [0]), [4, 3, None]),
    "backwards": (lambda s: s[::-1], [4, 3, None]),
    "sliced": (lambda s: tf.slice(s, [1], [2]), [3, 4]),
    "split": (lambda s: tf.split(s, [2, 1])[0], [None, 3]),
    "unstacked": (lambda s: tf.stack(tf.unstack(s)[1:]), [3, 4]),
    "tiled": (lambda s: tf.tile(s, [2]), [None, 3, 4, None, 3, 4]),
    "padded": (lambda s: tf.pad(s, [[1, 0]], constant_values=5), [5, None, 3, 4]),
    "in another type": (lambda s: tf.cast(tf.cast(s, tf.int64), tf.int32), [None, 3, 4]),
    "chosen": (lambda s: tf.where([True, False, True], s, s + 1), [None, 4, 4]),
    "reduced": (lambda s: tf.stack([tf.reduce_prod(s[1:]), tf.reduce_sum(s)]), [12, None]),
    "added and taken away": (lambda s: tf.stack([s[0] + 5 - s[0], s[0] - s[0]]), [5, 0]),
    "scaled": (lambda s: s * [0, 2, 1], [0, 6, 4]),
    "divided evenly": (lambda s: tf.stack([s[0] * 12 // 4 - s[0] * 3, (4 * s[0] + 3) % 4]), [0, 3]),
    "at least 0": (lambda s: tf.stack([tf.maximum(s[1], 2), tf.maximum(s[0] - s[0], 2)]), [3, 2]),
    "broadcast": (lambda s: tf.broadcast_dynamic_shape(s, tf.constant([2, 1, 1, 4])), [2, None, 3, 4]),
    "the rest": (lambda s: tf.stack([s[0], -1, s[2]]), [None, None, 4]),
    "through identity": (lambda s: tf.stop_gradient(tf.identity(tf.reshape(s, [-1]))), [None, 3, 4]),
    "squeezed": (lambda s: tf.squeeze(tf.expand_dims(s, 0), 0), [None, 3, 4]),
    "a part of unknown length": (lambda s: tf.concat([s, tf.placeholder(tf.int32, [None])], 0), None),
    "of unknown values": (
        lambda s: tf.concat([s, tf.placeholder(tf.int32, [2])], 0),
        [None, 3, 4, None, None],
    ),
}


@pytest.mark.parametrize("case", FOLLOWING)
def test_a_shape_that_is_partly_known(case):
    make, expected = FOLLOWING[case]
    _, sizes = rows([None, 3, 4])
    shape = constant_value_as_shape(make(sizes))
    assert (None if shape.ndims is None else shape.as_list()) == expected


OPEN = {
    "minimum": lambda n: tf.minimum(n, 100),
    "mod": lambda n: n % 8,
    "floordiv": lambda n: n // 6000,
    "truncatediv": lambda n: tf.truncatediv(n, 6000),
    "compared": lambda n: tf.cast(n > 100, tf.int32),
    "equal": lambda n: tf.cast(tf.equal(n, 7), tf.int32),
    "where": lambda n: tf.where(n > 100, 1, 2),
    "narrow": lambda n: tf.cast(tf.cast(n, tf.uint8), tf.int32),
    "float": lambda n: tf.cast(tf.minimum(tf.cast(n, tf.float32), 9.0), tf.int32),
    "sign": lambda n: tf.sign(n),
    "bits": lambda n: tf.bitwise.bitwise_and(n, 16),
    "size of a range": lambda n: tf.size(tf.range(tf.minimum(n, 3))),
    "cond": lambda n: tf.cond(n > 3, lambda: 1, lambda: 1 + tf.constant(1)),
    "overflow": lambda n: (n * 65536) * 65536 // 65536,
}


@pytest.mark.parametrize("case", OPEN)
def test_what_does_not_follow_is_unknown(case):
    _, sizes = rows()
    value = OPEN[case](sizes[0])
    assert constant_value(value) is None
    assert partial_value(tf.stack([value, 5])).tolist() == [None, 5]


def test_a_remainder_of_an_unknown_shape():
    x, sizes = rows([None, 3, 4])
    assert tf.reshape(x, tf.stack([sizes[0], -1])).shape.as_list() == [None, 12]
    assert tf.reshape(x, tf.stack([sizes[0] * 3, -1])).shape.as_list() == [None, 4]
    assert tf.reshape(x, tf.stack([-1, sizes[0]])).shape.as_list() == [12, None]
    assert tf.reshape(x, tf.stack([tf.minimum(sizes[0], 1), -1])).shape.as_list() == [None, None]
    assert tf.reshape(x, [tf.placeholder(tf.int32, []), -1]).shape.as_list() == [None, None]


def test_a_long_chain_of_arithmetic_is_left_alone():
    _, sizes = rows()
    value = sizes[0]
    for _ in range(3000):
        value = value + 1
    assert constant_value(value) is None


# -- operations without a rule: their kernel is evaluated on shapes ----------------------------------------------------


@device_op("TestCut", "x: float32 -> y: float32", numpy=None)
def cut(x, *, size):
    return jnp.zeros((min(x.shape[0], size), 2 * x.shape[1], 4))


@device_op("TestBranch", "x: float32 -> y: float32")
def branch(x):
    return jnp.zeros((3 if x.shape[0] == 0 else 5, 3 if x.shape[0] == 1 else 5, 7))


@device_op("TestPadding", "x: float32 -> y: float32")
def padding(x):
    return jnp.zeros((-x.shape[0] % 8, *x.shape))


@device_op("TestPython", "x: float32 -> y: float32")
def python(x):
    return jnp.zeros((int(x.shape[0]) * 0 + 2,))


def test_kernels_are_evaluated_for_symbols():
    x = tf.placeholder(tf.float32, [None, 4])
    assert branch(x).shape.as_list() == [None, None, 7]
    assert padding(x).shape.as_list() == [None, None, 4]
    assert cut(x, size=9).shape.ndims is None  # undecided in Python: nothing is claimed
    assert python(x).shape.ndims is None
    known = tf.ones([20, 4])
    assert cut(known, size=9).shape.as_list() == [9, 8, 4]
    assert padding(tf.placeholder(tf.float32)).shape.ndims is None


def test_a_refusal_of_known_shapes_is_an_error():
    @device_op("TestRefusal", "x: float32 -> y: float32")
    def refusal(x):
        raise ValueError(f"no {x.shape}")

    assert refusal(tf.placeholder(tf.float32, [None])).shape.ndims is None
    with pytest.raises(ValueError, match=r"TestRefusal.*no \(2,\)"):
        refusal(tf.ones([2]))


def test_every_operation_on_the_device_has_a_rule():
    """Evaluation of kernels is for operations that programs or tests add: those of the house say their shapes."""
    without = [
        definition.type
        for definition in registry.registered_definitions().values()
        if definition.kind == "device"
        and definition.shape_rule is None
        and definition.signature.outputs
        and definition.kernel.__module__.startswith("evergraph.")
    ]
    assert without == []
