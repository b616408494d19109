"""Training: optimizers, schedules, averages, queues, readers, coordinators, and what comes out of them."""

import os
import threading

import numpy as np


def optimizers(tf, note):
    rows = {
        "gradient descent": lambda: tf.train.GradientDescentOptimizer(0.1),
        "momentum": lambda: tf.train.MomentumOptimizer(0.1, 0.9),
        "nesterov": lambda: tf.train.MomentumOptimizer(0.1, 0.9, use_nesterov=True),
        "adagrad": lambda: tf.train.AdagradOptimizer(0.1),
        "rmsprop": lambda: tf.train.RMSPropOptimizer(0.1, momentum=0.5),
        "rmsprop centered": lambda: tf.train.RMSPropOptimizer(0.1, centered=True),
        "adam": lambda: tf.train.AdamOptimizer(0.1),
        "adadelta": lambda: tf.train.AdadeltaOptimizer(1.0),
        "ftrl": lambda: tf.train.FtrlOptimizer(0.1, l1_regularization_strength=0.01),
        "proximal": lambda: tf.train.ProximalGradientDescentOptimizer(0.1, l2_regularization_strength=0.1),
        "proximal adagrad": lambda: tf.train.ProximalAdagradOptimizer(0.1),
        "adagrad da": lambda: tf.train.AdagradDAOptimizer(0.1, tf.train.get_or_create_global_step()),
    }
    for name, make in rows.items():
        for use_resource in (False, True):
            with tf.Graph().as_default(), tf.Session() as sess:
                step = tf.train.get_or_create_global_step()
                dense = tf.get_variable("dense", initializer=[1.0, -2.0, 3.0], use_resource=use_resource)
                table = tf.get_variable(
                    "table", initializer=np.float32([[1, 2], [3, 4], [5, 6]]), use_resource=use_resource
                )
                loss = tf.reduce_sum(tf.square(dense)) + tf.reduce_sum(
                    tf.square(tf.nn.embedding_lookup(table, [0, 2, 0]))
                )
                optimizer = make()
                train = optimizer.minimize(loss, step)
                sess.run(tf.global_variables_initializer())
                # One after the other: TensorFlow's reference variables change beneath a loss in the same run.
                losses = [(sess.run(loss), sess.run(train))[0] for _ in range(4)]
                note(f"{name} {use_resource}", [losses, sess.run([dense, table, step])])
                note(
                    f"{name} {use_resource} names",
                    [
                        train.name,
                        sorted(v.name for v in tf.global_variables()),
                        optimizer.get_slot_names(),
                        optimizer.get_name(),
                    ],
                )


def what_minimize_takes(tf, note):
    v, w = tf.Variable(1.0, name="v"), tf.Variable(2.0, name="w", trainable=False)
    unused = tf.Variable(3.0, name="unused")
    optimizer = tf.train.GradientDescentOptimizer(0.5)
    note("compute", [(g is None, x.name) for g, x in optimizer.compute_gradients(v * w)])
    note.attempt("no gradients", lambda: optimizer.minimize(tf.constant(1.0)))
    note.attempt("no variables", lambda: optimizer.minimize(v * w, var_list=[]))
    note.attempt("loss is no tensor", lambda: optimizer.minimize(3))
    note.attempt("loss of ints", lambda: optimizer.minimize(tf.constant(1)))
    note.attempt("apply nothing", lambda: optimizer.apply_gradients([]))
    note.attempt("apply Nones", lambda: optimizer.apply_gradients([(None, v)]))
    note.attempt(
        "variable of an integer", lambda: optimizer.minimize(v * 1.0, var_list=[tf.Variable(1, name="i")])
    )
    note.attempt("not a variable", lambda: optimizer.minimize(v * 1.0, var_list=[tf.constant(1.0)]))
    note.attempt("only unused", lambda: optimizer.minimize(v * 1.0, var_list=[unused]))
    note.attempt(
        "grad_loss",
        lambda: optimizer.compute_gradients(v * 2.0, grad_loss=tf.constant(10.0))[0][0].shape.as_list(),
    )
    note("var_list", optimizer.minimize(v * w, var_list=[w], name="mine").name)
    note.attempt("gate", lambda: optimizer.compute_gradients(v * 1.0, gate_gradients=7))
    scaled = optimizer.apply_gradients([(g * 2.0, x) for g, x in optimizer.compute_gradients(v * v, [v])])
    feed = tf.placeholder(tf.float32, [])
    fed = tf.train.MomentumOptimizer(feed, 0.0).minimize(v * v, var_list=[v])
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        sess.run(scaled)
        note("scaled", sess.run(v))
        sess.run(fed, {feed: 0.25})
        note("fed", sess.run(v))
    note.attempt(
        "global step of floats", lambda: optimizer.minimize(v * v, tf.Variable(1.0, name="f")) and None
    )
    note("slots", [tf.train.AdamOptimizer().get_slot(v, "m") is None, tf.train.AdamOptimizer().variables()])


def schedules_and_averages(tf, note):
    step = tf.placeholder_with_default(np.int64(7), [])
    t = tf.train
    rates = {
        "exponential": t.exponential_decay(0.1, step, 5, 0.5),
        "staircase": t.exponential_decay(0.1, step, 5, 0.5, staircase=True),
        "natural": t.natural_exp_decay(0.1, step, 5, 0.5),
        "inverse": t.inverse_time_decay(0.1, step, 5, 0.5),
        "polynomial": t.polynomial_decay(0.1, step, 10, 0.01, 2.0),
        "cycle": t.polynomial_decay(0.1, step, 10, 0.01, cycle=True),
        "piecewise": t.piecewise_constant(step, [np.int64(5), np.int64(10)], [0.1, 0.2, 0.3]),
        "cosine": t.cosine_decay(0.1, step, 10),
        "restarts": t.cosine_decay_restarts(0.1, step, 4),
        "linear cosine": t.linear_cosine_decay(0.1, step, 10),
    }
    with tf.Session() as sess:
        for at in (0, 5, 7, 23):
            note(f"at {at}", sess.run(rates, {step: at}))
        note.attempt("no step", lambda: t.exponential_decay(0.1, None, 5, 0.5))
        v, w = tf.Variable(1.0, name="v"), tf.Variable([2.0], name="w", trainable=False)
        ema = t.ExponentialMovingAverage(0.9)
        maintain = ema.apply([v, w])
        adjusting = t.ExponentialMovingAverage(0.9, num_updates=step, name="Other")
        maintain_adjusting = adjusting.apply([v])
        unbiased = t.ExponentialMovingAverage(0.9, zero_debias=True, name="Unbiased")
        of_tensor = unbiased.apply([v * 2.0])
        change = tf.assign_add(v, 1.0)
        sess.run(tf.global_variables_initializer())
        for _ in range(3):
            sess.run(change)
            sess.run([maintain, maintain_adjusting, of_tensor])
        note("averages", sess.run([ema.average(v), ema.average(w), adjusting.average(v)]))
        note(
            "names",
            [
                ema.average_name(v),
                ema.average(v).name,
                ema.average_name(w),
                ema.average(tf.constant(1.0)) is None,
            ],
        )
        note("to restore", sorted(ema.variables_to_restore([v, w]))[-3:])
        note.attempt("of ints", lambda: ema.apply([tf.Variable(1, name="i")]))
        note("collections", [x.name for x in tf.moving_average_variables()])
        steps = tf.train.create_global_step()
        sess.run(steps.initializer)
        note(
            "global step",
            [
                steps.name,
                steps.dtype.base_dtype.name,
                t.global_step(sess, steps),
                t.get_global_step() is steps,
            ],
        )
        note.attempt("twice", t.create_global_step)
        note.attempt("assert", lambda: t.assert_global_step(tf.constant(1.0)))


def queues(tf, note):
    with tf.Session() as sess:
        fifo = tf.FIFOQueue(5, [tf.int32, tf.string], [[], [2]], names=None, name="fifo")
        sess.run(fifo.enqueue([1, ["a", "b"]]))
        sess.run(fifo.enqueue_many([[2, 3], [["c", "d"], ["e", "f"]]]))
        note("size", sess.run(fifo.size()))
        note("dequeue", sess.run(fifo.dequeue()))
        note("many", sess.run(fifo.dequeue_many(2)))
        note(
            "properties",
            [
                fifo.name,
                [d.name for d in fifo.dtypes],
                [str(s) for s in fifo.shapes],
                fifo.queue_ref.dtype.name,
            ],
        )
        named = tf.FIFOQueue(5, [tf.int32, tf.float32], names=["i", "f"], shapes=[[], []])
        sess.run(named.enqueue({"i": 1, "f": 2.0}))
        note("named", sess.run(named.dequeue()))
        note.attempt("named, wrong key", lambda: named.enqueue({"x": 1}))
        note.attempt("wrong dtype", lambda: fifo.enqueue([1.5, ["a", "b"]]))
        note.attempt("wrong shape", lambda: fifo.enqueue([1, ["a"]]))
        unshaped = tf.FIFOQueue(5, tf.float32)
        note.attempt("many of unknown shape", lambda: unshaped.dequeue_many(2))
        sess.run(unshaped.enqueue([[1.0, 2.0]]))
        note("unshaped", [str(unshaped.dequeue().shape), sess.run(unshaped.dequeue())])
        up_to = tf.FIFOQueue(5, tf.int32, [[]])
        sess.run(up_to.enqueue_many([[1, 2, 3]]))
        sess.run(up_to.close())
        note("up to", [sess.run(up_to.dequeue_up_to(2)), sess.run(up_to.dequeue_up_to(2))])
        note.attempt("exhausted", lambda: sess.run(up_to.dequeue_up_to(2)))
        padding = tf.PaddingFIFOQueue(5, tf.int32, [[None]])
        sess.run([padding.enqueue([[1]])])
        sess.run([padding.enqueue([[1, 2, 3]])])
        note("padded", sess.run(padding.dequeue_many(2)))
        priority = tf.PriorityQueue(5, tf.string, [[]])
        sess.run(priority.enqueue_many([np.int64([3, 1, 2]), ["c", "a", "b"]]))
        note("priority", [sess.run(priority.dequeue()) for _ in range(3)])
        shuffle = tf.RandomShuffleQueue(100, 2, tf.int32, [[]], seed=3)
        sess.run(shuffle.enqueue_many([np.arange(50)]))
        taken = sess.run(shuffle.dequeue_many(48))
        note(
            "shuffled",
            [len(set(taken.tolist())), bool((taken != np.sort(taken)).any()), sess.run(shuffle.size())],
        )
        sess.run(shuffle.close())
        note("rest", sess.run(shuffle.dequeue_many(2)).shape)
        both = tf.QueueBase.from_list(
            tf.placeholder_with_default(1, []),
            [tf.FIFOQueue(5, tf.int32, [[]]), tf.FIFOQueue(5, tf.int32, [[]])],
        )
        sess.run(both.enqueue(7))
        note("selected", sess.run(both.dequeue()))
        shared = [tf.FIFOQueue(5, tf.int32, [[]], shared_name="shared") for _ in range(2)]
        sess.run(shared[0].enqueue(4))
        note("shared", sess.run(shared[1].dequeue()))
        blocked, seen = tf.FIFOQueue(1, tf.int32, [[]]), []
        item, one = blocked.dequeue(), blocked.enqueue(1)
        thread = threading.Thread(target=lambda: sess.run(one))
        thread.start()
        seen.append(sess.run(item))
        thread.join(10)
        note("another thread", seen)
        barrier = tf.FIFOQueue(4, tf.int32, [[]])
        pending = barrier.dequeue_many(3)
        sess.run(barrier.enqueue_many([[1, 2]]))
        closing = barrier.close(cancel_pending_enqueues=True)
        sess.run(closing)
        note.attempt("too few", lambda: sess.run(pending))


def input_pipelines(tf, note):
    directory = note.directory()
    lines = os.path.join(directory, "lines.csv")
    with open(lines, "w") as f:
        f.write("header\n1,a,0.5\n2,b,1.5\n3,c,2.5\n4,d,\n")
    fixed = os.path.join(directory, "fixed.bin")
    with open(fixed, "wb") as f:
        f.write(b"HH" + bytes(range(12)) + b"F")
    records = os.path.join(directory, "records.tfrecord")
    with tf.python_io.TFRecordWriter(records) as writer:
        for i in range(5):
            writer.write(
                tf.train.Example(
                    features=tf.train.Features(
                        feature={
                            "i": tf.train.Feature(int64_list=tf.train.Int64List(value=[i])),
                            "f": tf.train.Feature(float_list=tf.train.FloatList(value=[i * 0.5, 1.0])),
                            "s": tf.train.Feature(bytes_list=tf.train.BytesList(value=[b"x" * i])),
                            "v": tf.train.Feature(int64_list=tf.train.Int64List(value=list(range(i)))),
                        }
                    )
                ).SerializeToString()
            )
    note("records", len(list(tf.python_io.tf_record_iterator(records))))

    def drain(name, make, limit=1000):
        with tf.Graph().as_default(), tf.Session() as sess:
            tensors = make()
            sess.run([tf.global_variables_initializer(), tf.local_variables_initializer()])
            coordinator = tf.train.Coordinator()
            threads = tf.train.start_queue_runners(sess, coordinator)
            found = []
            try:
                while not coordinator.should_stop() and len(found) < limit:
                    found.append(sess.run(tensors))
            except tf.errors.OutOfRangeError:
                found.append("end")
            finally:
                coordinator.request_stop()
            coordinator.join(threads)
            note(name, found)

    def files(*names, **options):
        return tf.train.string_input_producer(list(names), **{"num_epochs": 1, "shuffle": False, **options})

    def csv():
        key, value = tf.TextLineReader(skip_header_lines=1).read(files(lines))
        number, text, real = tf.decode_csv(value, [[0], [""], [-1.0]])
        return [number, text, real, tf.size(key)]

    def example():
        _, value = tf.TFRecordReader().read(files(records))
        parsed = tf.parse_single_example(
            value,
            {
                "i": tf.FixedLenFeature([], tf.int64),
                "f": tf.FixedLenFeature([2], tf.float32),
                "s": tf.FixedLenFeature([], tf.string),
                "absent": tf.FixedLenFeature([], tf.int64, 9),
                "v": tf.VarLenFeature(tf.int64),
            },
        )
        return {
            **{k: parsed[k] for k in ("i", "f", "s", "absent")},
            "v": tf.sparse_tensor_to_dense(parsed["v"]),
        }

    drain("text lines", csv)
    drain("two epochs", lambda: files("a", "b", num_epochs=2).dequeue())
    drain("whole file", lambda: tf.size(tf.decode_raw(tf.WholeFileReader().read(files(fixed))[1], tf.uint8)))
    drain(
        "fixed length",
        lambda: tf.decode_raw(tf.FixedLengthRecordReader(4, 2, 1).read(files(fixed))[1], tf.uint8),
    )
    drain("identity", lambda: tf.IdentityReader().read(files("x", "y"))[1])
    drain("examples", example)
    drain("read_up_to", lambda: tf.size(tf.TFRecordReader().read_up_to(files(records), 3)[1]))
    drain("batch", lambda: tf.train.batch([example()["i"]], 2))
    drain("batch, smaller last", lambda: tf.train.batch([example()["i"]], 2, allow_smaller_final_batch=True))
    drain("batch of a dict", lambda: tf.train.batch({"i": example()["i"]}, 5))
    drain("batch, padded", lambda: tf.train.batch([example()["v"]], 5, dynamic_pad=True))
    drain("batch of many", lambda: tf.train.batch([tf.constant([1, 2, 3])], 2, enqueue_many=True), 3)
    drain(
        "slices",
        lambda: tf.train.slice_input_producer([[1, 2, 3], ["a", "b", "c"]], num_epochs=1, shuffle=False),
    )
    drain("range", lambda: tf.train.range_input_producer(3, num_epochs=2, shuffle=False).dequeue())
    drain("limit_epochs", lambda: tf.train.limit_epochs(tf.constant(1), 2))
    drain(
        "maybe_batch",
        lambda: tf.train.maybe_batch([tf.constant([1, 2])], tf.constant([True, False]), 2, enqueue_many=True),
        2,
    )

    def shuffled():
        with tf.Graph().as_default(), tf.Session() as sess:
            tensors = tf.train.shuffle_batch([files(*"abcdefgh", num_epochs=4).dequeue()], 4, 16, 8, seed=1)
            sess.run(tf.local_variables_initializer())
            coordinator = tf.train.Coordinator()
            threads = tf.train.start_queue_runners(sess, coordinator)
            found = []
            try:
                while True:
                    found.extend(sess.run(tensors).tolist())
            except tf.errors.OutOfRangeError:
                pass
            coordinator.request_stop()
            coordinator.join(threads)
            return [len(found), sorted(found), found != sorted(found)]

    note.attempt("shuffled", shuffled)

    def failing(make):
        with tf.Graph().as_default():
            tensors = make()
            with tf.train.SingularMonitoredSession() as sess:
                for _ in range(20):
                    sess.run(tensors)

    note.attempt("missing file", lambda: failing(lambda: tf.TextLineReader().read(files(lines + "x"))[1]))
    note.attempt("not a record file", lambda: failing(lambda: tf.TFRecordReader().read(files(lines))[1]))
    note.attempt(
        "an example without a feature",
        lambda: failing(
            lambda: tf.parse_single_example(
                tf.TFRecordReader().read(files(records))[1], {"absent": tf.FixedLenFeature([], tf.int64)}
            )
        ),
    )
    note.attempt(
        "an example of another dtype",
        lambda: failing(
            lambda: tf.parse_single_example(
                tf.TFRecordReader().read(files(records))[1], {"i": tf.FixedLenFeature([], tf.float32)}
            )
        ),
    )
    note.attempt("no files", lambda: failing(lambda: tf.train.string_input_producer([]).dequeue()))
    note.attempt("epochs not initialized", lambda: _uninitialized(tf, files))
    note.attempt("batch of unknown shape", lambda: tf.train.batch([tf.placeholder(tf.float32)], 2))
    matching = tf.train.match_filenames_once(os.path.join(directory, "*.csv"))
    with tf.Session() as sess:
        sess.run(tf.local_variables_initializer())
        note("match_filenames_once", [os.path.basename(n) for n in sess.run(matching)])
    with tf.Session() as sess:
        note("read_file", sess.run(tf.read_file(lines)))
        note("matching_files", len(sess.run(tf.matching_files(os.path.join(directory, "*")))))
        sess.run(tf.write_file(os.path.join(directory, "new", "w.txt"), "text"))
        note("write_file", open(os.path.join(directory, "new", "w.txt")).read())
        note.attempt("read_file of nothing", lambda: sess.run(tf.read_file(lines + "x")))


def _uninitialized(tf, files):
    with tf.Graph().as_default(), tf.Session() as sess:
        item = files("a").dequeue()
        coordinator = tf.train.Coordinator()
        threads = tf.train.start_queue_runners(sess, coordinator)
        try:
            sess.run(item)
        except tf.errors.OutOfRangeError:
            pass
        coordinator.join(threads)


def coordinators(tf, note):
    coordinator = tf.train.Coordinator()
    calls = []

    def work(n):
        while not coordinator.should_stop():
            calls.append(n)
            coordinator.request_stop()

    threads = [threading.Thread(target=work, args=(n,)) for n in range(2)]
    for thread in threads:
        thread.start()
    coordinator.join(threads)
    note("stopped", [coordinator.should_stop(), coordinator.joined, bool(calls)])
    note("wait", coordinator.wait_for_stop(0.01))
    coordinator.clear_stop()
    note("cleared", coordinator.should_stop())
    with coordinator.stop_on_exception():
        raise ValueError("here")
    note.attempt("raised again", lambda: coordinator.join([]))
    again = tf.train.Coordinator()
    with again.stop_on_exception():
        raise tf.errors.OutOfRangeError(None, None, "end")
    note.attempt("the end is no error", lambda: again.join([]))
    late = tf.train.Coordinator()
    late.request_stop()
    note.attempt("joined again", lambda: late.join([]))
    stuck = tf.train.Coordinator()
    release = threading.Event()
    thread = threading.Thread(target=release.wait, daemon=True)
    thread.start()
    stuck.request_stop()
    note.attempt("a thread that does not stop", lambda: stuck.join([thread], stop_grace_period_secs=0.2))
    note.attempt(
        "ignored", lambda: stuck.join([thread], stop_grace_period_secs=0.2, ignore_live_threads=True)
    )
    release.set()
    looped = []
    loop = tf.train.LooperThread.loop(tf.train.Coordinator(), None, lambda: 1 / 0)
    loop.join()
    note("looper", [loop.is_alive(), looped])
