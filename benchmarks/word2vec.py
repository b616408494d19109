"""Skip-gram with 5 sampled negatives for each pair, two tables of 50,000 x 128, batches of 1,024: touched rows only.

python benchmarks/word2vec.py --tensorflow
"""

import jax
import jax.numpy as jnp
import numpy as np
from rounds import Step, main, session_sides

WORDS, SIZE, BATCH, NEGATIVES, RATE = 50_000, 128, 1024, 5, 1.0


def initial_weights() -> list[np.ndarray]:
    random = np.random.RandomState(0)
    return [(random.rand(WORDS, SIZE) - 0.5).astype(np.float32) for _ in range(2)]


def batch() -> list[np.ndarray]:
    """The words in the middle, int32 [1024]; the words beside and those that are not, int32 [1024, 6]."""
    random = np.random.RandomState(1)
    return [random.randint(WORDS, size=shape).astype(np.int32) for shape in (BATCH, (BATCH, 1 + NEGATIVES))]


def bare() -> Step:
    def loss_of(center, context):
        logits = jnp.sum(center[:, None] * context, 2)
        return jnp.mean(jax.nn.softplus(-logits[:, 0])) + jnp.mean(jnp.sum(jax.nn.softplus(logits[:, 1:]), 1))

    def update(tables, middle, beside):
        words, contexts = tables
        loss, (center, context) = jax.value_and_grad(loss_of, (0, 1))(words[middle], contexts[beside])
        return (words.at[middle].add(-RATE * center), contexts.at[beside].add(-RATE * context)), loss

    update = jax.jit(update, donate_argnums=0)
    tables = tuple(jnp.asarray(w) for w in initial_weights())
    ids = batch()

    def step():
        nonlocal tables
        tables, loss = update(tables, *ids)
        return float(loss)

    return step


def tables_of(tf) -> list:
    """The two tables as variables."""
    return [
        tf.get_variable(f"table{i}", w.shape, initializer=tf.constant_initializer(w))
        for i, w in enumerate(initial_weights())
    ]


def session_step(tf) -> Step:
    tf.logging.set_verbosity(tf.logging.ERROR)
    words, contexts = tables_of(tf)
    values = batch()
    middle, beside = [tf.placeholder(tf.int32, ids.shape) for ids in values]
    center, context = tf.nn.embedding_lookup(words, middle), tf.nn.embedding_lookup(contexts, beside)
    logits = tf.reduce_sum(tf.expand_dims(center, 1) * context, 2)
    true, false = tf.nn.softplus(-logits[:, 0]), tf.nn.softplus(logits[:, 1:])
    loss = tf.reduce_mean(true) + tf.reduce_mean(tf.reduce_sum(false, 1))
    train_op = tf.train.GradientDescentOptimizer(RATE).minimize(
        loss, global_step=tf.train.get_or_create_global_step()
    )
    session = tf.train.SingularMonitoredSession()
    return lambda: session.run([loss, train_op], {middle: values[0], beside: values[1]})[0]


if __name__ == "__main__":
    main(__doc__, session_sides(session_step, bare), reference="bare", steps=50)
