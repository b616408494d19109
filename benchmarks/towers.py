"""Four towers on four devices of this host: 784-512-512-10, 64 images a tower, Adam, the mean loss fetched.

python benchmarks/towers.py --rounds 7 --steps 20

The host's devices share its processors, so four towers have four times the arithmetic of one. `in_turn` is what that costs
here at least: one tower on one device, stepping through the four quarters of the batch one after the other, with as many
updates as four devices make. `bare` is the four towers written for JAX (`shard_map`), `one_device` the same towers all on
`/cpu:0`. `in_turn` updates after each quarter: its loss is another one, and losses are not compared.
"""

import os

os.environ["XLA_FLAGS"] = "--xla_force_host_platform_device_count=4"  # before JAX is imported

import itertools  # noqa: E402

import jax  # noqa: E402
import jax.numpy as jnp  # noqa: E402
import numpy as np  # noqa: E402
from adam import BATCH, BETA1, BETA2, CLASSES, EPSILON, PIXELS, RATE  # noqa: E402
from jax.sharding import Mesh, PartitionSpec  # noqa: E402
from rounds import Step, main  # noqa: E402

import evergraph as tf  # noqa: E402

TOWERS = 4
SIZES = (PIXELS, 512, 512, CLASSES)


def initial_weights() -> list[tuple[np.ndarray, np.ndarray]]:
    """A (kernel, bias) for each layer."""
    random = np.random.RandomState(0)
    return [
        ((random.randn(m, n) * np.sqrt(2 / m)).astype(np.float32), np.zeros(n, np.float32))
        for m, n in zip(SIZES, SIZES[1:])
    ]


def batches():
    """An endless iterator of 8 batches for all towers: float32 [256, 784], int32 [256]."""
    random, count = np.random.RandomState(1), TOWERS * BATCH
    made = [
        (random.rand(count, PIXELS).astype(np.float32), random.randint(CLASSES, size=count).astype(np.int32))
        for _ in range(8)
    ]
    return itertools.cycle(made)


def bare() -> Step:
    mesh = Mesh(np.array(jax.devices()), ("tower",))
    whole, divided = PartitionSpec(), PartitionSpec("tower")

    def loss_of(weights, hidden, labels):
        for w, b in weights[:-1]:
            hidden = jax.nn.relu(hidden @ w + b)
        w, b = weights[-1]
        logits = hidden @ w + b
        return -jnp.mean(jnp.take_along_axis(jax.nn.log_softmax(logits), labels[:, None], axis=1))

    def update(state, images, labels):
        weights, mean, square, count = state
        found = jax.value_and_grad(loss_of)(weights, images, labels)
        loss, gradient = jax.lax.pmean(found, "tower")
        count += 1
        mean = jax.tree.map(lambda m, g: BETA1 * m + (1 - BETA1) * g, mean, gradient)
        square = jax.tree.map(lambda v, g: BETA2 * v + (1 - BETA2) * g * g, square, gradient)
        rate = RATE * jnp.sqrt(1 - BETA2**count) / (1 - BETA1**count)
        weights = jax.tree.map(lambda w, m, v: w - rate * m / (jnp.sqrt(v) + EPSILON), weights, mean, square)
        return (weights, mean, square, count), loss

    over_towers = jax.shard_map(
        update, mesh=mesh, in_specs=(whole, divided, divided), out_specs=whole, check_vma=False
    )
    step_of = jax.jit(over_towers, donate_argnums=0)
    weights = jax.tree.map(jnp.asarray, initial_weights())
    zeros = jax.tree.map(jnp.zeros_like, weights)
    state = (weights, zeros, jax.tree.map(jnp.copy, zeros), jnp.zeros(()))
    data = batches()

    def step():
        nonlocal state
        state, loss = step_of(state, *next(data))
        return float(loss)

    return step


def session_of_towers(devices):
    """(train operation, mean loss, images, labels) of the loop over the devices."""
    tf.logging.set_verbosity(tf.logging.ERROR)
    images, labels = tf.placeholder(tf.float32, [None, PIXELS]), tf.placeholder(tf.int32, [None])
    optimizer = tf.train.AdamOptimizer(RATE, BETA1, BETA2, EPSILON)
    losses, gradients = [], []
    parts = zip(tf.split(images, len(devices)), tf.split(labels, len(devices)))
    for tower, (device, (hidden, wanted)) in enumerate(zip(devices, parts)):
        with (
            tf.device(device),
            tf.name_scope(f"tower_{tower}"),
            tf.variable_scope("net", reuse=tower > 0),
        ):
            for layer, (w, b) in enumerate(initial_weights()):
                kernel = tf.get_variable(f"w{layer}", w.shape, initializer=tf.constant_initializer(w))
                bias = tf.get_variable(f"b{layer}", b.shape, initializer=tf.constant_initializer(b))
                hidden = tf.matmul(hidden, kernel) + bias
                hidden = tf.nn.relu(hidden) if layer < len(SIZES) - 2 else hidden
            each = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=wanted, logits=hidden)
            losses.append(tf.reduce_mean(each))
            gradients.append(optimizer.compute_gradients(losses[-1]))
    means = [
        (tf.reduce_mean(tf.concat([tf.expand_dims(g, 0) for g, _ in alike], 0), 0), alike[0][1])
        for alike in zip(*gradients)
    ]
    train = optimizer.apply_gradients(means, global_step=tf.train.get_or_create_global_step())
    return train, tf.add_n(losses) / len(losses), images, labels


def session_step(devices) -> Step:
    train, loss, images, labels = session_of_towers(devices)
    session = tf.train.SingularMonitoredSession()
    data = batches()

    def step():
        image_values, label_values = next(data)
        return session.run([loss, train], {images: image_values, labels: label_values})[0]

    return step


def evergraph() -> Step:
    return session_step([f"/gpu:{tower}" for tower in range(TOWERS)])


def one_device() -> Step:
    return session_step(["/cpu:0"] * TOWERS)


def in_turn() -> Step:
    train, loss, images, labels = session_of_towers(["/cpu:0"])
    session = tf.train.SingularMonitoredSession()
    data = batches()

    def step():
        found = [
            session.run([loss, train], {images: image_values, labels: label_values})[0]
            for image_values, label_values in zip(*(np.split(values, TOWERS) for values in next(data)))
        ]
        return sum(found) / TOWERS

    return step


if __name__ == "__main__":
    main(
        __doc__,
        {"bare": bare, "evergraph": evergraph, "one_device": one_device, "in_turn": in_turn},
        reference="in_turn",
        steps=20,
        same_losses=False,
    )
