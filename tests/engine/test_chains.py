"""Long chains of cheap operations are cut, and give what they give uncut."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import evergraph as tf
from evergraph.engine import chains, lower
from evergraph.engine.block import build_block


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as made:
        yield made


def unrolled(steps, cell=None):
    """(the input, the loss of an unrolled network, its gradients)"""
    x = tf.placeholder(tf.float32, [4, steps, 16])
    cell = cell or tf.nn.rnn_cell.BasicLSTMCell(32)
    state = cell.zero_state(4, tf.float32)
    outputs = []
    with tf.variable_scope("cell", initializer=tf.random_uniform_initializer(-0.5, 0.5, seed=1)):
        for step in range(steps):
            output, state = cell(x[:, step], state)
            outputs.append(output)
    loss = tf.reduce_sum(tf.square(tf.stack(outputs)))
    return x, loss, tf.gradients(loss, tf.trainable_variables())


def kept_in(fetches, fed):
    """The types of the operations whose results are kept in memory."""
    nodes = build_block(tuple(fetches), tuple(fed)).nodes
    found = chains.Chains(nodes)
    array = np.zeros([4, 32], np.float32)
    return [n.operation.type for n in nodes for value in n.made if found.is_to_be_kept(n, value, array)]


def test_every_piece_of_a_long_chain_is_kept():
    x, loss, gradients = unrolled(24)
    kept = kept_in([loss, *gradients], [x])
    assert kept.count("Add") >= 6  # the state of the cell, each second step
    assert len(kept) >= 24


def test_short_chains_are_left():
    x, loss, gradients = unrolled(3)
    assert kept_in([loss, *gradients], [x]) == []


def test_what_is_used_once_or_small_or_no_float_is_left():
    x = tf.placeholder(tf.float32, [100])
    y, z = x, tf.cast(x, tf.int32)
    for _ in range(60):
        y, z = y * 2.0, z + z
    nodes = build_block((y, z), (x,)).nodes
    found = chains.Chains(nodes)
    array = np.zeros(100, np.float32)
    assert not any(found.is_to_be_kept(n, value, array) for n in nodes for value in n.made)
    w = x
    for _ in range(30):
        w = w * (w + 1.0)
    nodes = build_block((w,), (x,)).nodes
    for size, count in ((100, 14), (3, 0)):
        found = chains.Chains(nodes)
        array = np.zeros(size, np.float32)
        assert sum(found.is_to_be_kept(n, value, array) for n in nodes for value in n.made) == count


@pytest.mark.parametrize("cell", [tf.nn.rnn_cell.BasicLSTMCell, tf.nn.rnn_cell.GRUCell])
def test_the_results_are_those_of_the_whole_chain(cell, monkeypatch):
    x, loss, gradients = unrolled(24, cell(32))
    values = np.random.RandomState(0).uniform(-1, 1, [4, 24, 16]).astype(np.float32)
    found = []
    for cut in (True, False):
        monkeypatch.setattr(lower, "are_cut", lambda cut=cut: cut)
        with tf.Session() as session:
            session.run(tf.global_variables_initializer())
            found.append(session.run([loss, *gradients], {x: values}))
    for one, other in zip(*found):
        np.testing.assert_allclose(one, other, rtol=2e-5, atol=1e-5)


def test_xla_keeps_what_is_to_be_kept():
    def chain(x):
        for _ in range(3):
            x = chains.kept(x * x)
        return x

    text = jax.jit(chain).lower(jnp.ones(100)).compile().as_text()
    assert text.count(" call(") == 3


@pytest.mark.parametrize("axis, shapes", [(1, [(3, 2), (3, 5)]), (-1, [(2, 3, 4), (2, 3, 1), (2, 3, 2)])])
def test_arrays_are_joined_and_cut_with_their_gradients(axis, shapes):
    arrays = [jnp.asarray(np.random.RandomState(i).rand(*s), jnp.float32) for i, s in enumerate(shapes)]
    whole = jnp.concatenate(arrays, axis)
    weights = jnp.arange(whole.size, dtype=jnp.float32).reshape(whole.shape)

    def loss(join, *arrays):
        return jnp.sum(join(arrays) * weights)

    np.testing.assert_array_equal(chains.joined(arrays, axis), whole)
    np.testing.assert_array_equal(chains.joined([jnp.arange(2), jnp.arange(3)], 0), [0, 1, 0, 1, 2])
    wanted = jax.grad(lambda *a: loss(lambda a: jnp.concatenate(a, axis), *a), range(len(arrays)))(*arrays)
    found = jax.grad(lambda *a: loss(lambda a: chains.joined(a, axis), *a), range(len(arrays)))(*arrays)
    for one, other in zip(found, wanted):
        np.testing.assert_array_equal(one, other)
    parts = chains.cut_apart(1, weights[..., :6] if axis == -1 else weights[:, :6], num_split=3)
    assert len(parts) == 3
    gradient = jax.grad(lambda x: sum(jnp.sum(p * p) for p in chains.cut_apart(0, x, num_split=2)))
    np.testing.assert_array_equal(gradient(jnp.arange(4.0)), 2 * jnp.arange(4.0))


def test_arrays_of_known_sizes_are_joined_in_long_chains_alone():
    x, loss, gradients = unrolled(24)
    nodes = build_block((loss, *gradients), (x,)).nodes
    found = chains.Chains(nodes)
    kernels = [found.kernel(n) for n in nodes]
    assert kernels.count(chains.joined) == kernels.count(chains.cut_apart) == 24
    assert not any(map(chains.Chains(nodes[:20]).kernel, nodes[:20]))
