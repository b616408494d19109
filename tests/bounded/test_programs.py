"""Whole training steps with sizes that vary from step to step, against the same steps at their exact shapes."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax

from evergraph.bounded import bounded

WORDS, INPUTS, UNITS, TAGS = 20, 6, 8, 4


def normal(random, *shape):
    return (random.randn(*shape) * 0.3).astype(np.float32)


def descent(loss):
    """A training step of a loss: (new weights, the loss)."""

    def step(weights, *batch):
        value, gradient = jax.value_and_grad(loss)(weights, *batch)
        return jax.tree.map(lambda w, g: w - 0.1 * g, weights, gradient), value

    return step


def lstm_states(weights, words, lengths):
    """[B, T] words -> [B, T, UNITS], zero past each length."""
    rows = jnp.swapaxes(jnp.take(weights["words"], words, axis=0), 0, 1)
    zeros = jnp.zeros((words.shape[0], UNITS))

    def step(state, row):
        (c, h), (x, t) = state, row
        i, j, f, o = jnp.split(jnp.concatenate([x, h], 1) @ weights["kernel"] + weights["bias"], 4, 1)
        new_c = jax.nn.sigmoid(f + 1) * c + jax.nn.sigmoid(i) * jnp.tanh(j)
        new_h = jax.nn.sigmoid(o) * jnp.tanh(new_c)
        on = (t < lengths)[:, None]
        return (jnp.where(on, new_c, c), jnp.where(on, new_h, h)), jnp.where(on, new_h, 0)

    _, states = lax.scan(step, (zeros, zeros), (rows, jnp.arange(words.shape[1])))
    return jnp.swapaxes(states, 0, 1)


def masked_mean(values, lengths):
    mask = (jnp.arange(values.shape[1]) < lengths[:, None]).astype(jnp.float32)
    return jnp.sum(values * mask) / jnp.sum(mask)


def language_model(weights, words, lengths):
    states = lstm_states(weights, words, lengths).reshape(-1, UNITS)
    scores = jax.nn.log_softmax(states @ weights["out"])
    taken = jnp.take_along_axis(scores, words.reshape(-1, 1), 1)
    return masked_mean(-taken.reshape(words.shape), lengths)


def tagger(weights, words, lengths):
    """The negative log-likelihood of a linear-chain CRF; the tags are the words modulo TAGS."""
    scores, tags = lstm_states(weights, words, lengths) @ weights["out"][:, :TAGS], words % TAGS
    mask = (jnp.arange(words.shape[1]) < lengths[:, None]).astype(jnp.float32)
    one = jnp.take_along_axis(scores, tags[..., None], 2)[..., 0]
    two = weights["moves"].reshape(-1)[tags[:, :-1] * TAGS + tags[:, 1:]]
    chosen = jnp.sum(one * mask, 1) + jnp.sum(two * mask[:, 1:], 1)

    def forward(alpha, row):
        score, on = row
        new = score + jax.nn.logsumexp(alpha[:, :, None] + weights["moves"], 1)
        return jnp.where(on[:, None] > 0, new, alpha), None

    rows = jnp.swapaxes(scores[:, 1:], 0, 1), jnp.swapaxes(mask[:, 1:], 0, 1)
    alpha, _ = lax.scan(forward, scores[:, 0], rows)
    return jnp.mean(jax.nn.logsumexp(alpha, 1) - chosen)


def attention(weights, source, words, lengths):
    """A decoder that attends to another sentence, of another length."""
    keys = jnp.take(weights["words"], source, axis=0) @ weights["kernel"][:INPUTS, :UNITS]
    states = lstm_states(weights, words, lengths)
    scores = jnp.einsum("bth,bsh->bts", states, keys)
    context = jnp.einsum("bts,bsh->bth", jax.nn.softmax(scores, -1), keys)
    logits = jnp.tanh(states + context) @ weights["out"]
    return masked_mean(-jax.nn.log_softmax(logits)[..., 0], lengths)


def batch(random, name, B, T, S):
    words = random.randint(0, WORDS, (B, T)).astype(np.int32)
    lengths = random.randint(1, T + 1, B).astype(np.int32)
    source = random.randint(0, WORDS, (B, S)).astype(np.int32)
    return (source, words, lengths) if name == "attention" else (words, lengths)


def weights(random):
    return {
        "words": normal(random, WORDS, INPUTS),
        "kernel": normal(random, INPUTS + UNITS, 4 * UNITS),
        "bias": normal(random, 4 * UNITS),
        "out": normal(random, UNITS, WORDS),
        "moves": normal(random, TAGS, TAGS),
    }


SPECS = {"source": "B, S", "words": "B, T", "lengths": "B,"}
LOSSES = {"language_model": language_model, "tagger": tagger, "attention": attention}


def bounded_step(name):
    step = descent(LOSSES[name])
    if name == "attention":
        return bounded(lambda weights, source, words, lengths: step(weights, source, words, lengths), SPECS)
    specs = {name: SPECS[name] for name in ("words", "lengths")}
    return bounded(
        lambda weights, words, lengths: step(weights, words, lengths), specs, constraints=["T >= 1"]
    )


def largest_difference(found, wanted):
    """Relative to the largest number of each array."""
    return max(
        float(np.max(np.abs(np.asarray(a) - np.asarray(b))) / max(1e-30, np.max(np.abs(b))))
        for a, b in zip(jax.tree.leaves(found), jax.tree.leaves(wanted))
    )


@pytest.mark.parametrize("name", LOSSES)
def test_steps_of_random_sizes_agree(name):
    random = np.random.RandomState(3)
    state, step, exact = weights(random), bounded_step(name), jax.jit(descent(LOSSES[name]))
    for B, T, S in [(3, 7, 5), (16, 16, 16), (1, 2, 1), (5, 13, 9)]:
        arguments = batch(random, name, B, T, S)
        found, wanted = step(state, *arguments), exact(state, *arguments)
        assert largest_difference(found, wanted) <= 1e-6, (B, T, S)
        state = found[0]
    assert len(step.programs) == 1


@pytest.mark.slow
def test_two_hundred_steps_agree():
    random = np.random.RandomState(4)
    state, step, exact = weights(random), bounded_step("language_model"), jax.jit(descent(language_model))
    lengths, worst = (
        random.choice(range(10, 61), 12, replace=False),
        0.0,
    )  # each is compiled for its exact shape
    for _ in range(200):
        arguments = batch(random, "language_model", random.choice([9, 6]), random.choice(lengths), 1)
        found, wanted = step(state, *arguments), exact(state, *arguments)
        worst = max(worst, largest_difference(found, wanted))
        state = found[0]
    assert worst <= 1e-6
    assert len(step.programs) <= 4
