"""Sessions: the first page's program, threads, several sessions, and going on after a stop."""

import collections
import glob
import os
import threading

import numpy as np


def first_page(tf, note):
    directory = note.directory()
    loss = tf.reduce_sum(tf.square(tf.get_variable("w", initializer=[1.0, 2.0])))
    train_op = tf.train.GradientDescentOptimizer(0.1).minimize(loss, tf.train.get_or_create_global_step())
    tf.summary.scalar("loss", loss)
    saver_hook = tf.train.CheckpointSaverHook(directory, save_steps=2)
    summary_hook = tf.train.SummarySaverHook(
        save_steps=2, output_dir=directory, summary_op=tf.summary.merge_all()
    )
    stop = tf.train.StopAtStepHook(last_step=5)
    steps = 0
    with tf.train.SingularMonitoredSession(
        hooks=[saver_hook, summary_hook, stop], checkpoint_dir=directory
    ) as sess:
        while not sess.should_stop():
            sess.run(train_op)
            steps += 1
        note(
            "raw",
            [type(sess.raw_session()).__name__ in ("Session", "_WrappedSession"), sess.graph is loss.graph],
        )
    note("steps", steps)
    note("files", sorted(n for n in os.listdir(directory) if not n.startswith("events")))
    with tf.train.SingularMonitoredSession(
        hooks=[tf.train.StopAtStepHook(num_steps=2)], checkpoint_dir=directory
    ) as sess:
        steps = []
        while not sess.should_stop():
            steps.append(sess.run([train_op, tf.train.get_global_step()])[1])
        note("goes on", steps)
        note("w", sess.raw_session().run(tf.trainable_variables()[0]))
    sess = tf.train.SingularMonitoredSession(checkpoint_dir=directory)
    note("restored", sess.run(tf.train.get_global_step()))
    note(
        "step_fn", sess.run_step_fn(lambda step_context: step_context.session.run(tf.train.get_global_step()))
    )
    note.attempt("step_fn without context", lambda: sess.run_step_fn(lambda: 1))
    note("should_stop", sess.should_stop())
    sess.close()
    note("stopped", sess.should_stop())
    events = []
    for file in sorted(glob.glob(os.path.join(directory, "events*"))):
        for event in tf.train.summary_iterator(file):
            events.extend([v.tag, int(event.step), v.simple_value] for v in event.summary.value)
    note("events", events)


def two_threads_and_two_sessions(tf, note):
    v = tf.Variable(np.int64(0), name="v")
    w = tf.Variable(0.0, name="w")
    add, fetch = tf.assign_add(v, 1, use_locking=True), tf.assign_add(w, 1.0, use_locking=True)
    init = tf.global_variables_initializer()
    tf.get_default_graph().finalize()
    with tf.Session() as one, tf.Session() as two:
        one.run(init)
        two.run(init)
        threads = [
            threading.Thread(target=lambda s=s: [s.run([add, fetch]) for _ in range(50)])
            for s in (one, one, two)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        note("counts", [one.run([v, w]), two.run([v, w])])


def nested_fetches(tf, note):
    Pair = collections.namedtuple("Pair", "a b")
    a, b = tf.constant(1.0), tf.constant([2, 3])
    v = tf.Variable([5.0], name="v")
    sparse = tf.SparseTensor([[0, 1]], [7], [2, 2])
    slices = tf.IndexedSlices(a[None], tf.constant([0]))
    with tf.Session() as sess:
        sess.run(v.initializer)
        rows = [
            a,
            [a],
            (a, b),
            {"x": a, "y": [b, {"z": a}]},
            Pair(a, [b]),
            [],
            [[]],
            {},
            (),
            [a, a],
            v,
            [v, v.op.name + ":0"],
            sparse,
            [sparse],
            slices,
            a.op,
            [a.op, a],
            "Const:0",
            {"s": sparse},
            collections.OrderedDict(z=a, a=b),
        ]
        for i, row in enumerate(rows):
            value = sess.run(row)
            note(f"row {i}", [type(value).__name__, value])
        fed = tf.sparse_placeholder(tf.int32)
        note(
            "sparse fed",
            sess.run(tf.sparse_tensor_to_dense(fed), {fed: tf.SparseTensorValue([[0, 1]], [4], [1, 3])}),
        )
        note("sparse fed with a tuple", sess.run(fed, {fed: ([[0, 0]], [1], [1, 1])}))
        result = sess.run(b)
        result[0] = 99
        note("own copies", sess.run(b))
        metadata = tf.RunMetadata()
        sess.run(v + 1.0, options=tf.RunOptions(trace_level=tf.RunOptions.FULL_TRACE), run_metadata=metadata)
        note("traced", len(metadata.step_stats.dev_stats) > 0)
    interactive = tf.InteractiveSession()
    note("interactive", [a.eval(), tf.get_default_session() is interactive])
    interactive.close()


def random_numbers_go_on(tf, note):
    """Within one session and between equal sessions; Evergraph alone also over a restore (tests/engine)."""
    tf.set_random_seed(5)
    noise = tf.random_normal([2])
    with tf.Session() as one:
        first = [one.run(noise) for _ in range(3)]
    with tf.Session() as two:
        second = [two.run(noise) for _ in range(3)]
    note("equal", bool(np.array_equal(first, second)))
    note("new each time", bool((first[0] != first[1]).all()))
