"""A language model whose batch is a slice at a dequeued position, as in TensorFlow's PTB tutorial: an LSTM of 64 units,
batches of 20 x 10 words.

    python benchmarks/ptb.py --tensorflow
"""

import numpy as np
from rounds import Step, main, session_sides

WORDS, UNITS, BATCH, LENGTH = 1_000, 64, 20, 10


def producer(tf, raw):
    """The next batch of words, and the words that follow them."""
    raw = tf.convert_to_tensor(raw, dtype=tf.int32)
    per_row = tf.size(raw) // BATCH
    data = tf.reshape(raw[: BATCH * per_row], [BATCH, per_row])
    steps = (per_row - 1) // LENGTH
    i = tf.train.range_input_producer(steps, shuffle=False).dequeue()
    x = tf.strided_slice(data, [0, i * LENGTH], [BATCH, (i + 1) * LENGTH])
    y = tf.strided_slice(data, [0, i * LENGTH + 1], [BATCH, (i + 1) * LENGTH + 1])
    x.set_shape([BATCH, LENGTH])
    y.set_shape([BATCH, LENGTH])
    return x, y


def session_step(tf) -> Step:
    tf.logging.set_verbosity(tf.logging.ERROR)
    random = np.random.RandomState(0)

    def variable(name, *shape):
        value = random.uniform(-0.05, 0.05, shape).astype(np.float32)
        return tf.get_variable(name, initializer=value)

    x, y = producer(tf, random.randint(0, WORDS, BATCH * 2_000))
    embedding = variable("embedding", WORDS, UNITS)
    kernel, bias = variable("kernel", 2 * UNITS, 4 * UNITS), variable("bias", 4 * UNITS)
    softmax, softmax_bias = variable("softmax", UNITS, WORDS), variable("softmax_bias", WORDS)
    inputs = tf.transpose(tf.nn.embedding_lookup(embedding, x), [1, 0, 2])

    def body(t, c, h, outputs):
        gates = tf.matmul(tf.concat([inputs[t], h], 1), kernel) + bias
        i, j, f, o = tf.split(gates, 4, 1)
        c = c * tf.sigmoid(f + 1.0) + tf.sigmoid(i) * tf.tanh(j)
        h = tf.tanh(c) * tf.sigmoid(o)
        return t + 1, c, h, outputs.write(t, h)

    zeros = tf.zeros([BATCH, UNITS])
    outputs = tf.TensorArray(tf.float32, LENGTH)
    *_, outputs = tf.while_loop(lambda t, *_: t < LENGTH, body, [0, zeros, zeros, outputs])
    logits = tf.matmul(tf.reshape(outputs.stack(), [-1, UNITS]), softmax) + softmax_bias
    labels = tf.reshape(tf.transpose(y), [-1])
    loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=logits))
    variables = tf.trainable_variables()
    gradients, _ = tf.clip_by_global_norm(tf.gradients(loss, variables), 5.0)
    optimizer = tf.train.GradientDescentOptimizer(1.0)
    train = optimizer.apply_gradients(zip(gradients, variables), tf.train.get_or_create_global_step())
    session = tf.train.SingularMonitoredSession()
    return lambda: session.run([train, loss])[1]


if __name__ == "__main__":
    main(__doc__, session_sides(session_step), reference="evergraph", steps=20)
