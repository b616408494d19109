"""An LSTM language model's training step on batches of random sizes, from a cold start: exact shapes against bounds.

    python benchmarks/bounded.py [--steps 200] [--lengths 10 60]

Prints, for `jax.jit` (a program for each shape) and for `evergraph.bounded` (a program for each choice of bounds), the seconds of
all steps from a cold start, of as many once all is compiled, the number of programs, and the largest difference of a loss.
Both see the same batches; conclusions need a quiet machine.
"""

import argparse
import time

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from evergraph.bounded import bounded

WORDS, UNITS, RATE = 1000, 128, 0.1


def weights():
    random = np.random.RandomState(0)
    shapes = {
        "words": (WORDS, UNITS),
        "kernel": (2 * UNITS, 4 * UNITS),
        "bias": (4 * UNITS,),
        "out": (UNITS, WORDS),
    }
    return {name: (random.randn(*shape) * 0.08).astype(np.float32) for name, shape in shapes.items()}


def batches(steps, lengths):
    random = np.random.RandomState(1)
    for _ in range(steps):
        B, T = random.choice([32, 32, 32, 20]), random.randint(lengths[0], lengths[1] + 1)
        yield random.randint(0, WORDS, (B, T)).astype(np.int32), random.randint(1, T + 1, B).astype(np.int32)


def states(weights, words, lengths):
    rows = jnp.swapaxes(jnp.take(weights["words"], words, axis=0), 0, 1)
    zeros = jnp.zeros((words.shape[0], UNITS))

    def step(state, row):
        (c, h), (x, t) = state, row
        i, j, f, o = jnp.split(jnp.concatenate([x, h], 1) @ weights["kernel"] + weights["bias"], 4, 1)
        new_c = jax.nn.sigmoid(f + 1) * c + jax.nn.sigmoid(i) * jnp.tanh(j)
        new_h = jax.nn.sigmoid(o) * jnp.tanh(new_c)
        on = (t < lengths)[:, None]
        return (jnp.where(on, new_c, c), jnp.where(on, new_h, h)), jnp.where(on, new_h, 0)

    return jnp.swapaxes(lax.scan(step, (zeros, zeros), (rows, jnp.arange(words.shape[1])))[1], 0, 1)


def loss(weights, words, lengths):
    logits = states(weights, words, lengths).reshape(-1, UNITS) @ weights["out"]
    taken = jnp.take_along_axis(jax.nn.log_softmax(logits), words.reshape(-1, 1), 1).reshape(words.shape)
    mask = (jnp.arange(words.shape[1]) < lengths[:, None]).astype(jnp.float32)
    return -jnp.sum(taken * mask) / jnp.sum(mask)


def step(weights, words, lengths):
    value, gradient = jax.value_and_grad(loss)(weights, words, lengths)
    return jax.tree.map(lambda w, g: w - RATE * g, weights, gradient), value


def run(step, steps, lengths):
    """The seconds of all steps, and the losses."""
    state, losses, start = weights(), [], time.perf_counter()
    for batch in batches(steps, lengths):
        state, value = step(state, *batch)
        losses.append(float(value))
    return time.perf_counter() - start, np.array(losses)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--steps", type=int, default=200)
    parser.add_argument("--lengths", type=int, nargs=2, default=(10, 60))
    options = parser.parse_args()
    sides = {"exact": jax.jit(step), "bounded": bounded(step, {"words": ("B", "T"), "lengths": ("B",)})}
    found = {}
    for name, side in sides.items():
        cold, found[name] = run(side, options.steps, options.lengths)
        warm, _ = run(side, options.steps, options.lengths)
        programs = side._cache_size() if name == "exact" else len(side.programs)
        print(f"{name:8s} cold {cold:7.1f} s, warm {warm:6.1f} s, {programs} programs")
    print(f"largest difference of a loss: {np.max(np.abs(found['exact'] - found['bounded'])):.1e}")


if __name__ == "__main__":
    main()
