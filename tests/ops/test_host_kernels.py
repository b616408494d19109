"""Operations whose operands set sizes can run on the host, and so can their gradients: with the device's results."""

import numpy as np
import pytest

import evergraph as tf
from evergraph.ops.array import broadcast_to

DATA = np.random.RandomState(0).randn(6, 4, 6).astype(np.float32)

ROWS = {
    "Slice": lambda x, n: tf.slice(x, [n, 0, 0], [-1, n, 2]),
    "StridedSlice": lambda x, n: x[:n, ..., :-n:2],
    "StridedSlice new axis": lambda x, n: x[n:, ::-1, None, n],
    "Tile": lambda x, n: tf.tile(x, [n, 1, 2]),
    "Fill": lambda x, n: tf.fill([n, 3], x[0, 0, 0]),
    "Reshape": lambda x, n: tf.reshape(x, [n, -1]),
    "BroadcastTo": lambda x, n: broadcast_to(x[:, :1], tf.stack([n, 6, 4, 6])),
    "Pad": lambda x, n: tf.pad(x, [[n, 0], [1, n], [0, 0]]),
    "PadV2": lambda x, n: tf.pad(x, [[n, 0], [1, n], [0, 0]], constant_values=x[0, 1, 2]),
    "MirrorPad": lambda x, n: tf.pad(x, [[n, 0], [1, n], [0, 0]], mode="REFLECT"),
    "MirrorPad symmetric": lambda x, n: tf.pad(x, [[n, 0], [1, n], [0, 0]], mode="SYMMETRIC"),
    "SplitV": lambda x, n: tf.concat(tf.split(x, tf.stack([n, 1, 5 - n]), 0)[::2], 0),
    "TopKV2": lambda x, n: tf.nn.top_k(x, n)[0],
    "OneHot": lambda x, n: tf.one_hot([1, 2], n),
    "Range": lambda x, n: tf.range(n),
    "LinSpace": lambda x, n: tf.lin_space(x[0, 0, 0], 2.0, n),
    "ResizeBilinear": lambda x, n: tf.image.resize_bilinear(x[None], tf.stack([n, 2 * n])),
    "ResizeNearestNeighbor": lambda x, n: tf.image.resize_nearest_neighbor(x[None], tf.stack([n, 2 * n])),
    "SpaceToBatchND": lambda x, n: tf.space_to_batch_nd(x, [2, 3], [[n, 2 + n], [0, 0]]),
    "BatchToSpaceND": lambda x, n: tf.batch_to_space_nd(x, [2, 3], [[n, 2], [0, n]]),
}
WITHOUT_GRADIENT = ("OneHot", "Range", "LinSpace", "ResizeBilinear", "ResizeNearestNeighbor")


def on_host(operation, values):
    """The results of an operation's host kernel."""
    definition = operation.definition
    assert definition.can_run_on_host(operation)
    arguments = definition.group_inputs(operation, values)
    run = (None,) if operation.type == "Pullback" else ()
    results = definition.host_kernel(operation)(*run, *arguments, **definition.kernel_keywords(operation))
    return list(results) if isinstance(results, (list, tuple)) else [results]


@pytest.mark.parametrize("name", ROWS)
def test_the_host_computes_what_the_device_does(name):
    x, n = tf.placeholder(tf.float32, DATA.shape), tf.placeholder(tf.int32, [])
    y = ROWS[name](x * 1.0, n)
    operations = [op for op in tf.get_default_graph().get_operations() if op.type == name.split()[0]][-1:]
    if name not in WITHOUT_GRADIENT:
        tf.gradients(tf.reduce_sum(y * y), x)
    for op in tf.get_default_graph().get_operations():
        if op.type == "Pullback" and op.get_attr("_forward") is operations[0]:
            operations.append(op)
    assert len(operations) == 1 + (name not in WITHOUT_GRADIENT)
    with tf.Session() as sess:
        for size in (1, 2, 3):
            for operation in operations:
                inputs, expected = sess.run(
                    [list(operation.inputs), list(operation.outputs)], {x: DATA, n: size}
                )
                results = on_host(operation, [np.asarray(value) for value in inputs])
                assert len(results) == len(expected)
                for result, value in zip(results, expected):
                    np.testing.assert_allclose(result, value, rtol=1e-5, atol=1e-5)
                    assert np.shape(result) == np.shape(value) and np.asarray(result).dtype == value.dtype
