"""Skip-gram with 64 sampled negatives, two tables of 50,000 x 128, batches of 128: only the touched rows are updated.

python benchmarks/word2vec_shared.py --tensorflow
"""

import jax
import jax.numpy as jnp
import numpy as np
from rounds import Step, main, session_sides
from word2vec import WORDS, initial_weights, tables_of

BATCH, NEGATIVES, RATE = 128, 64, 0.1


def batch() -> list[np.ndarray]:
    random = np.random.RandomState(1)
    return [random.randint(WORDS, size=n).astype(np.int32) for n in (BATCH, BATCH, NEGATIVES)]


def bare() -> Step:
    def loss_of(center, target, negative):
        true = jnp.sum(center * target, 1)
        false = center @ negative.T
        return jnp.mean(jax.nn.softplus(-true)) + jnp.mean(jax.nn.softplus(false))

    def update(tables, inputs, labels, negatives):
        words, contexts = tables
        rows = words[inputs], contexts[labels], contexts[negatives]
        loss, (center, target, negative) = jax.value_and_grad(loss_of, (0, 1, 2))(*rows)
        words = words.at[inputs].add(-RATE * center)
        contexts = contexts.at[labels].add(-RATE * target).at[negatives].add(-RATE * negative)
        return (words, contexts), loss

    update = jax.jit(update, donate_argnums=0)
    tables = tuple(jnp.asarray(w) for w in initial_weights())
    ids = batch()

    def step():
        nonlocal tables
        tables, loss = update(tables, *ids)
        return float(loss)

    return step


def session_step(tf) -> Step:
    tf.logging.set_verbosity(tf.logging.ERROR)
    words, contexts = tables_of(tf)
    ids = [tf.placeholder(tf.int32, [n]) for n in (BATCH, BATCH, NEGATIVES)]
    center = tf.nn.embedding_lookup(words, ids[0])
    target, negative = tf.nn.embedding_lookup(contexts, ids[1]), tf.nn.embedding_lookup(contexts, ids[2])
    true, false = tf.reduce_sum(center * target, 1), tf.matmul(center, negative, transpose_b=True)
    loss = tf.reduce_mean(tf.nn.softplus(-true)) + tf.reduce_mean(tf.nn.softplus(false))
    train_op = tf.train.GradientDescentOptimizer(RATE).minimize(
        loss, global_step=tf.train.get_or_create_global_step()
    )
    session = tf.train.SingularMonitoredSession()
    values = batch()
    return lambda: session.run([loss, train_op], dict(zip(ids, values, strict=True)))[0]


if __name__ == "__main__":
    main(__doc__, session_sides(session_step, bare), reference="bare", steps=100)
