"""Training steps on batches of random lengths, from a cold start and once all is compiled, beside TensorFlow.

    python benchmarks/any_length.py [tagger ...] [--steps 500] [--tensorflow] [--exact]

For each program a process for each side, one after the other: Evergraph; Evergraph with a program for each shape (`--exact`);
TensorFlow's `compat.v1` (`--tensorflow`). All see the same batches. Printed are the seconds of all steps from the first on
(building the graph and initialising are not among them) and of the same steps once more, the processor's seconds for these
(of all threads), how many programs were compiled and the seconds that took, and the largest relative difference of a loss to
that of the exact shapes, or of TensorFlow where only it runs beside. The machine's load is printed too: on a busy machine
seconds say little, the processor's less than they seem, and the number of programs all that it says elsewhere.
"""

import argparse
import importlib
import json
import os
import subprocess
import sys
import time

import numpy as np

WORDS, UNITS, TAGS, BATCH = 2_000, 128, 9, 32
THEIR_CELLS = "tensorflow.python.keras.layers.legacy_rnn.rnn_cell_impl"
COMPILED = "backend_compile_duration"  # the event of JAX
SIDES = ("evergraph", "exact", "tensorflow")


def cell(tf):
    cells = tf.nn.rnn_cell if tf.__name__ == "evergraph" else importlib.import_module(THEIR_CELLS)
    return cells.BasicLSTMCell(UNITS)


def dense(tf, name, x, units):
    """A dense layer along the last axis, through two dimensions as programs of the time write it."""
    size = x.shape[-1].value if tf.__name__ == "evergraph" else int(x.shape[-1])
    kernel = tf.get_variable(name, [size, units])
    bias = tf.get_variable(name + "_bias", [units], initializer=tf.zeros_initializer())
    flat = tf.matmul(tf.reshape(x, [-1, size]), kernel) + bias
    return tf.reshape(flat, tf.concat([tf.shape(x)[:-1], [units]], 0))


def words(tf, ids, name="words"):
    return tf.nn.embedding_lookup(tf.get_variable(name, [WORDS, UNITS]), ids)


def clipped_adam(tf, loss):
    variables = tf.trainable_variables()
    gradients, _ = tf.clip_by_global_norm(tf.gradients(loss, variables), 5.0)
    step = tf.train.get_or_create_global_step()
    return tf.train.AdamOptimizer(1e-3).apply_gradients(zip(gradients, variables), step)


def length(random, step, longest=60):
    return random.randint(10, longest + 1)


# -- the programs: (tensors to feed, loss), and the batch of a step ---------------------------------------------


def char_rnn(tf):
    """A character model: the next letter of each, no lengths."""
    x, y = (tf.placeholder(tf.int32, [None, None]) for _ in range(2))
    states, _ = tf.nn.dynamic_rnn(cell(tf), words(tf, x), dtype=tf.float32)
    logits = dense(tf, "out", states, 100)
    losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=logits)
    return (x, y), tf.reduce_mean(losses)


def char_rnn_batch(random, step):
    T = length(random, step)
    return [random.randint(0, 100, (BATCH, T)) for _ in range(2)]


def crf_loss(tf, scores, tags, lengths):
    """The negative log-likelihood of a linear-chain CRF (Lafferty, McCallum and Pereira, 2001), of each sentence."""
    moves = tf.get_variable("moves", [TAGS, TAGS])
    mask = tf.sequence_mask(lengths, tf.shape(tags)[1], tf.float32)
    one = tf.reduce_sum(scores * tf.one_hot(tags, TAGS), 2)
    two = tf.gather(tf.reshape(moves, [-1]), tags[:, :-1] * TAGS + tags[:, 1:])
    chosen = tf.reduce_sum(one * mask, 1) + tf.reduce_sum(two * mask[:, 1:], 1)
    rows, on = tf.transpose(scores, [1, 0, 2]), tf.transpose(mask)

    def step(t, alpha):
        new = tf.reduce_logsumexp(alpha[:, :, None] + moves, 1) + rows[t]
        return t + 1, tf.where(on[t] > 0, new, alpha)

    _, alpha = tf.while_loop(lambda t, _: t < tf.shape(tags)[1], step, (1, rows[0]))
    return tf.reduce_logsumexp(alpha, 1) - chosen


def tagger(tf):
    """Sentences padded to the longest of their batch; an LSTM each way and a CRF."""
    x, y = (tf.placeholder(tf.int32, [None, None]) for _ in range(2))
    lengths = tf.placeholder(tf.int32, [None])
    states, _ = tf.nn.bidirectional_dynamic_rnn(cell(tf), cell(tf), words(tf, x), lengths, dtype=tf.float32)
    scores = dense(tf, "scores", tf.concat(states, 2), TAGS)
    return (x, y, lengths), tf.reduce_mean(crf_loss(tf, scores, y, lengths))


def tagger_batch(random, step):
    B, T = 19 if step % 40 == 39 else BATCH, length(random, step)
    lengths = random.randint(1, T + 1, B)
    lengths[random.randint(B)] = T
    return random.randint(0, WORDS, (B, T)), random.randint(0, TAGS, (B, T)), lengths


def attention(tf):
    """An encoder, and a decoder that attends to it: two lengths."""
    source, target = (tf.placeholder(tf.int32, [None, None]) for _ in range(2))
    of_source, of_target = (tf.placeholder(tf.int32, [None]) for _ in range(2))
    with tf.variable_scope("encoder"):
        keys, state = tf.nn.dynamic_rnn(cell(tf), words(tf, source), of_source, dtype=tf.float32)
    with tf.variable_scope("decoder"):
        states, _ = tf.nn.dynamic_rnn(cell(tf), words(tf, target), of_target, initial_state=state)
    scores = tf.matmul(states, keys, transpose_b=True)
    mask = tf.sequence_mask(of_source, tf.shape(source)[1], tf.float32)
    weights = tf.nn.softmax(scores + (mask[:, None, :] - 1.0) * 1e9)
    context = tf.tanh(dense(tf, "context", tf.concat([states, tf.matmul(weights, keys)], 2), UNITS))
    logits = dense(tf, "out", context, WORDS)
    losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=target, logits=logits)
    mask = tf.sequence_mask(of_target, tf.shape(target)[1], tf.float32)
    return (source, target, of_source, of_target), tf.reduce_sum(losses * mask) / tf.reduce_sum(mask)


def attention_batch(random, step):
    S, T = length(random, step), length(random, step)
    sizes = [random.randint(1, size + 1, BATCH) for size in (S, T)]
    return [*(random.randint(0, WORDS, (BATCH, size)) for size in (S, T)), *sizes]


def boolean_mask(tf):
    """The loss of the words that a mask chooses: as many as the data says."""
    x, y = (tf.placeholder(tf.int32, [None, None]) for _ in range(2))
    mask = tf.placeholder(tf.bool, [None, None])
    hidden = tf.nn.relu(dense(tf, "hidden", words(tf, x), UNITS))
    chosen = tf.boolean_mask(hidden, mask)
    logits = dense(tf, "out", chosen, 500)
    labels = tf.boolean_mask(y, mask)
    return (x, y, mask), tf.reduce_mean(
        tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=logits)
    )


def boolean_mask_batch(random, step):
    T = length(random, step)
    return [random.randint(0, 500, (BATCH, T)) for _ in range(2)] + [random.rand(BATCH, T) < 0.3]


def last_batch(tf):
    """A classifier whose epochs end with a smaller batch."""
    x, y = tf.placeholder(tf.float32, [None, 784]), tf.placeholder(tf.int32, [None])
    logits = dense(tf, "out", tf.nn.relu(dense(tf, "hidden", x, 256)), 10)
    return (x, y), tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=logits))


def last_batch_batch(random, step):
    B = 64 if step % 25 != 24 else 23
    return random.randn(B, 784), random.randint(0, 10, B)


PROGRAMS = {
    f.__name__: (f, make)
    for f, make in [
        (char_rnn, char_rnn_batch),
        (tagger, tagger_batch),
        (attention, attention_batch),
        (boolean_mask, boolean_mask_batch),
        (last_batch, last_batch_batch),
    ]
}


# -- running them -------------------------------------------------------------------------------------------------


def serve(name, side, steps):
    """Trains in this process; prints {"cold", "warm": seconds of each kind, "losses"} as JSON."""
    compiled = []
    if side == "tensorflow":
        tf = importlib.import_module("tensorflow.compat.v1")
        tf.disable_v2_behavior()
    else:
        tf = importlib.import_module("evergraph")
        monitoring = importlib.import_module("jax").monitoring
        monitoring.register_event_duration_secs_listener(
            lambda event, seconds, **_: compiled.append(seconds) if event.endswith(COMPILED) else None
        )
    tf.logging.set_verbosity(tf.logging.ERROR)
    make, batch = PROGRAMS[name]
    tf.set_random_seed(1)
    with tf.variable_scope("model", initializer=Seeded(tf)):
        feeds, loss = make(tf)
        train = clipped_adam(tf, loss)
    found = {"losses": [], "load": os.getloadavg()[0]}
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        for turn in ("cold", "warm"):
            random, seconds, processor = np.random.RandomState(0), 0.0, 0.0
            compiled.clear()
            for step in range(steps):
                values = dict(zip(feeds, batch(random, step)))
                start, began = time.perf_counter(), time.process_time()
                found["losses"].append(float(session.run([loss, train], values)[0]))
                seconds += time.perf_counter() - start
                processor += time.process_time() - began
            found[turn] = {
                "seconds": seconds,
                "processor": processor,
                "programs": len(compiled),
                "compiling": sum(compiled),
            }
    print(json.dumps(found))


class Seeded:
    """An initializer that gives the same numbers under both systems: small, one draw after the other."""

    def __init__(self, tf):
        self.tf, self.random = tf, np.random.RandomState(0)

    def __call__(self, shape, dtype=None, partition_info=None):
        value = self.random.uniform(-0.08, 0.08, [int(d) for d in shape])
        return self.tf.constant(value.astype(np.float32))


def run(name, side, steps):
    environment = {**os.environ, "EVERGRAPH_CACHE": "", "TF_CPP_MIN_LOG_LEVEL": "3"}
    environment["EVERGRAPH_ANY_LENGTH"] = "0" if side == "exact" else "1"
    command = [sys.executable, __file__, name, "--steps", str(steps), "--serve", side]
    done = subprocess.run(command, env=environment, check=True, text=True, stdout=subprocess.PIPE)
    return json.loads(done.stdout.splitlines()[-1])


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("programs", nargs="*", help=f"of {', '.join(PROGRAMS)} (default: all)")
    parser.add_argument("--steps", type=int, default=500)
    parser.add_argument("--tensorflow", action="store_true")
    parser.add_argument("--exact", action="store_true", help="a program for each shape, too")
    parser.add_argument("--serve", choices=SIDES, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        return serve(options.programs[0], options.serve, options.steps)
    sides = ["evergraph"] + ["exact"] * options.exact + ["tensorflow"] * options.tensorflow
    for name in options.programs or PROGRAMS:
        found = {side: run(name, side, options.steps) for side in sides}
        wanted = np.array(found[sides[1 if options.exact else -1]]["losses"])
        for side in sides:
            losses = np.array(found[side]["losses"])
            difference = np.max(np.abs(losses - wanted) / np.abs(wanted))
            turns = ", ".join(
                f"{turn} {t['seconds']:.1f} s (processor {t['processor']:.1f}, {t['programs']} programs in "
                f"{t['compiling']:.1f})"
                for turn, t in ((turn, found[side][turn]) for turn in ("cold", "warm"))
            )
            print(
                f"{name:14s} {side:10s} {turns}, difference {difference:.1e}, load {found[side]['load']:.1f}",
                flush=True,
            )


if __name__ == "__main__":
    main()
