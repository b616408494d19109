"""What goes wrong, and which exception says so."""

import os
import threading

import numpy as np


def feeds_and_fetches(tf, note):
    x = tf.placeholder(tf.float32, [None, 2], name="x")
    i = tf.placeholder(tf.int32, [2], name="i")
    s = tf.placeholder(tf.string, name="s")
    b = tf.placeholder(tf.bool, [], name="b")
    v = tf.get_variable("v", [2])
    r = tf.get_variable("r", [2], use_resource=True)
    c = tf.constant(1.0)
    double = x * 2
    fixed = tf.constant(2.0)
    tf.get_default_graph().prevent_feeding(fixed)
    hidden = tf.constant(3.0)
    tf.get_default_graph().prevent_fetching(hidden.op)
    other = tf.Graph()
    with other.as_default():
        foreign = tf.constant(1.0)
    good = np.ones([1, 2], np.float32)
    sess = tf.Session()
    run = sess.run
    rows = {
        "feed": lambda: run(double, {x: good}),
        "list": lambda: run(double, {x: [[1, 2]]}),
        "by name": lambda: run(double, {"x:0": good}),
        "ints for floats": lambda: run(double, {x: np.ones([1, 2], np.int64)}),
        "float64": lambda: run(double, {x: np.ones([1, 2])}),
        "missing": lambda: run(double),
        "wrong rank": lambda: run(double, {x: [1.0, 2.0]}),
        "wrong shape": lambda: run(double, {x: np.ones([1, 3])}),
        "strings for floats": lambda: run(double, {x: [["a", "b"]]}),
        "None": lambda: run(double, {x: None}),
        "ragged": lambda: run(double, {x: [[1.0, 2.0], [3.0]]}),
        "floats for ints": lambda: run(i + 1, {i: [1.5, 2.5]}),
        "whole floats for ints": lambda: run(i + 1, {i: [1.0, 2.0]}),
        "float array for ints": lambda: run(i + 1, {i: np.array([1.0, 2.0])}),
        "int64 for int32": lambda: run(i + 1, {i: np.array([1, 2])}),
        "string": lambda: run(tf.identity(s), {s: "text"}),
        "int for bool": lambda: run(tf.logical_not(b), {b: 1}),
        "int for string": lambda: run(s, {s: 5}),
        "a tensor as the value": lambda: run(double, {x: c}),
        "a foreign tensor fed": lambda: run(double, {x: good, foreign: 1.0}),
        "an operation fed": lambda: run(double, {x.op: good}),
        "unknown name": lambda: run(double, {"nope:0": good}),
        "no name": lambda: run(double, {"x": good}),
        "not feedable": lambda: run(fixed, {fixed: 1.0}),
        "a number fed": lambda: run(double, {3: good}),
        "feed_dict is a list": lambda: run(double, [good]),
        "constant fed": lambda: run(c + 1, {c: 5.0}),
        "variable fed": lambda: run(v * 1.0, {v: [1.0, 2.0]}),
        "intermediate fed": lambda: run(double + 1, {double: [[1.0, 1.0]]}),
        "fetched and fed": lambda: run([x, double], {x: good}),
        "fetch None": lambda: run(None),
        "fetch a list with None": lambda: run([c, None]),
        "fetch nothing": lambda: run([]),
        "fetch an empty dict": lambda: run({}),
        "fetch a number": lambda: run(3),
        "fetch foreign": lambda: run(foreign),
        "fetch an unknown name": lambda: run("nope"),
        "fetch by tensor name": lambda: run("Const:0"),
        "fetch by operation name": lambda: run("Const"),
        "fetch a malformed name": lambda: run("a:b:c"),
        "fetch output 7": lambda: run("Const:7"),
        "not fetchable": lambda: run(hidden),
        "fetch an array": lambda: run(good),
        "fetch a string list": lambda: run(["Const:0"]),
        "fetch bytes": lambda: run(b"Const:0"),
        "fetch a set": lambda: run({c}),
        "fetch a generator": lambda: run(x for x in [c]),
        "uninitialized": lambda: run(v),
        "uninitialized resource": lambda: run(r),
        "uninitialized use": lambda: run(v + 1),
        "options": lambda: run(c, options=tf.RunOptions(timeout_in_ms=10000)),
        "eval": lambda: c.eval(session=sess),
        "eval without session": lambda: c.eval(),
        "run without session": lambda: tf.no_op().run(),
        "callable": lambda: sess.make_callable(double, [x])(good),
        "callable, wrong count": lambda: sess.make_callable(double, [x])(),
        "callable of foreign": lambda: sess.make_callable(foreign),
        "partial_run": lambda: sess.partial_run(sess.partial_run_setup([double], [x]), double, {x: good}),
    }
    for name, row in rows.items():
        note.attempt(name, row)
    sess.close()
    note.attempt("closed", lambda: run(c))
    note.attempt("closed twice", sess.close)
    note.attempt("empty graph", lambda: tf.Session(graph=tf.Graph()).run("x"))
    note.attempt("graph of a wrong type", lambda: tf.Session(graph=3))
    note.attempt("config of a wrong type", lambda: tf.Session(config=3))
    note.attempt("target of a wrong type", lambda: tf.Session(target=3))
    note.attempt("unknown target", lambda: tf.Session("nonsense://x").run(c))


def checkpoints(tf, note):
    directory = note.directory()
    v = tf.get_variable("v", initializer=np.arange(1000, dtype=np.float32))
    tf.get_variable("w", initializer=np.arange(6, dtype=np.int64).reshape(2, 3))
    saver = tf.train.Saver()
    sess = tf.Session()
    note.attempt("save uninitialized", lambda: saver.save(sess, os.path.join(directory, "model")))
    sess.run(tf.global_variables_initializer())
    path = saver.save(sess, os.path.join(directory, "model"), global_step=3)
    note("path", [os.path.basename(path), sorted(os.listdir(directory))])
    note("latest", os.path.basename(tf.train.latest_checkpoint(directory)))
    note.attempt(
        "missing directory", lambda: saver.save(sess, os.path.join(directory, "no", "such", "model"))
    )
    note.attempt("restore None", lambda: saver.restore(sess, None))
    note.attempt("restore what is not there", lambda: saver.restore(sess, os.path.join(directory, "nope")))
    note.attempt("latest of nowhere", lambda: tf.train.latest_checkpoint(os.path.join(directory, "nowhere")))
    note.attempt("reader of nothing", lambda: tf.train.NewCheckpointReader(os.path.join(directory, "nope")))
    note.attempt(
        "checkpoint_exists",
        lambda: [tf.train.checkpoint_exists(path), tf.train.checkpoint_exists(path + "x")],
    )
    note.attempt("list_variables", lambda: tf.train.list_variables(directory))
    note.attempt("load_variable", lambda: tf.train.load_variable(path, "w"))
    note.attempt("load_variable of nothing", lambda: tf.train.load_variable(path, "nope"))
    reader = tf.train.NewCheckpointReader(path)
    note(
        "reader",
        [
            reader.get_variable_to_shape_map(),
            reader.has_tensor("w"),
            reader.has_tensor("x"),
            reader.get_tensor("w"),
        ],
    )
    note.attempt("reader, unknown", lambda: reader.get_tensor("x"))
    data, index = path + ".data-00000-of-00001", path + ".index"

    def damaged(file, change):
        with open(file, "rb") as f:
            content = f.read()
        with open(file, "wb") as f:
            f.write(change(content))
        try:
            saver.restore(sess, path)
            return "restored"
        finally:
            with open(file, "wb") as f:
                f.write(content)

    note.attempt("undamaged", lambda: damaged(data, lambda c: c))
    note.attempt("data truncated", lambda: damaged(data, lambda c: c[:100]))
    note.attempt("data empty", lambda: damaged(data, lambda c: b""))
    note.attempt("data corrupted", lambda: damaged(data, lambda c: c[:50] + bytes([c[50] ^ 255]) + c[51:]))
    note.attempt("index truncated", lambda: damaged(index, lambda c: c[: len(c) // 2]))
    note.attempt("index empty", lambda: damaged(index, lambda c: b""))
    note.attempt("index corrupted", lambda: damaged(index, lambda c: c[:20] + bytes([c[20] ^ 255]) + c[21:]))
    note.attempt("index is text", lambda: damaged(index, lambda c: b"this is no checkpoint at all" * 20))
    os.rename(data, data + ".away")
    note.attempt("data missing", lambda: saver.restore(sess, path))
    os.rename(data + ".away", data)
    os.rename(index, index + ".away")
    note.attempt("index missing", lambda: saver.restore(sess, path))
    os.rename(index + ".away", index)
    with tf.Graph().as_default(), tf.Session() as other:
        tf.get_variable("v", [1000])
        tf.get_variable("absent", [2])
        note.attempt("variable missing", lambda: tf.train.Saver().restore(other, path))
    with tf.Graph().as_default(), tf.Session() as other:
        tf.get_variable("v", [10, 100])
        note.attempt("another shape", lambda: tf.train.Saver().restore(other, path))
        note.attempt("reshape", lambda: tf.train.Saver(reshape=True).restore(other, path))
    with tf.Graph().as_default(), tf.Session() as other:
        tf.get_variable("w", [2, 3], tf.float32)
        note.attempt("another dtype", lambda: tf.train.Saver().restore(other, path))
    with tf.Graph().as_default():
        note.attempt("no variables", lambda: tf.train.Saver())
        note.attempt(
            "no variables, allowed", lambda: tf.train.Saver(allow_empty=True).saver_def.save_tensor_name
        )
        note.attempt(
            "import",
            lambda: tf.train.import_meta_graph(path + ".meta") and [x.name for x in tf.global_variables()],
        )
        note.attempt("import nothing", lambda: tf.train.import_meta_graph(path + "nope.meta"))
    note.attempt("same name twice", lambda: tf.train.Saver([v, v]))
    note.attempt("not a variable", lambda: tf.train.Saver([tf.constant(1)]))
    note.attempt(
        "another graph's session", lambda: tf.train.Saver([v]).save(tf.Session(graph=tf.Graph()), path + "x")
    )
    note.attempt("not a session", lambda: saver.save(3, path + "x"))
    with open(os.path.join(directory, "checkpoint"), "w") as f:
        f.write("not a state at all {{{")
    note.attempt("state garbled", lambda: tf.train.latest_checkpoint(directory))
    note.attempt("get_checkpoint_state", lambda: tf.train.get_checkpoint_state(directory) is None)


def hooks_that_raise(tf, note):
    for method in ("begin", "after_create_session", "before_run", "after_run", "end"):
        for kind in ("SingularMonitoredSession", "MonitoredSession", "MonitoredTrainingSession"):
            for error in (ValueError, tf.errors.OutOfRangeError, tf.errors.AbortedError, KeyboardInterrupt):
                if error is tf.errors.AbortedError and kind != "SingularMonitoredSession":
                    continue  # is met with a new session, again and again
                with tf.Graph().as_default():
                    calls = []
                    program = _Raising(tf, method, error, calls)
                    try:
                        program(kind)
                        outcome = "ended"
                    except BaseException as raised:
                        outcome = type(raised).__name__
                    note(f"{method} {kind} {error.__name__}", [outcome, calls])


class _Raising:
    def __init__(self, tf, method, error, calls):
        self.tf, self.method, self.error, self.calls = tf, method, error, calls

    def hook(self, name, raising):
        tf, calls, outer = self.tf, self.calls, self

        class Hook(tf.train.SessionRunHook):
            def __getattribute__(self, attribute):
                if attribute not in ("begin", "after_create_session", "before_run", "after_run", "end"):
                    return super().__getattribute__(attribute)

                def call(*arguments):
                    calls.append(f"{name}.{attribute}")
                    if raising and attribute == outer.method:
                        if issubclass(outer.error, tf.errors.OpError):
                            raise outer.error(None, None, "by a hook")
                        raise outer.error("by a hook")

                return call

        return Hook()

    def __call__(self, kind):
        tf = self.tf
        step = tf.train.get_or_create_global_step()
        train = tf.assign_add(step, 1)
        hooks = [self.hook("a", False), self.hook("b", True), self.hook("c", False)]
        with getattr(tf.train, kind)(hooks=hooks) as session:
            self.calls.append("in")
            session.run(train)
            self.calls.append("ran")


def queue_threads_that_raise(tf, note):
    for kind in ("error in Python", "error of an operation", "end of data"):
        with tf.Graph().as_default():
            queue = tf.FIFOQueue(10, tf.float32, shapes=[[]])
            count = iter(range(3))

            def produce(kind=kind, count=count):
                value = next(count, None)
                if value is None:
                    if kind == "error in Python":
                        raise ValueError("the file is broken")
                    if kind == "end of data":
                        raise StopIteration
                    return np.float32(-1)
                return np.float32(value + 1)

            value = tf.py_func(produce, [], tf.float32)
            if kind == "error of an operation":
                with tf.control_dependencies([tf.Assert(value > 0, [value])]):
                    value = tf.identity(value)
            value = tf.reshape(value, [])
            tf.train.add_queue_runner(tf.train.QueueRunner(queue, [queue.enqueue(value)]))
            item = queue.dequeue()
            seen = []

            def program(item=item, seen=seen):
                with tf.train.SingularMonitoredSession(stop_grace_period_secs=10) as session:
                    for _ in range(100):
                        if session.should_stop():
                            break
                        seen.append(session.run(item))
                return "ended"

            note.attempt(kind, program)
            note(f"{kind}: seen in order", bool(np.array_equal(seen, np.arange(1, len(seen) + 1))))

            def by_hand(item=item):
                coordinator = tf.train.Coordinator()
                with tf.Session() as session:
                    threads = tf.train.start_queue_runners(session, coordinator)
                    try:
                        while not coordinator.should_stop():
                            session.run(item)
                    except Exception as error:
                        coordinator.request_stop(error)
                    coordinator.join(threads, stop_grace_period_secs=10)
                return "ended"

            note.attempt(f"{kind} by hand", by_hand)


def closing_wakes(tf, note):
    queue = tf.FIFOQueue(2, tf.int32)
    begun = threading.Event()
    with tf.control_dependencies([tf.py_func(lambda: begun.set() or np.int32(0), [], tf.int32)]):
        blocked = queue.dequeue()
    dequeue = queue.dequeue()
    sess = tf.Session()
    caught = []

    def wait():
        try:
            sess.run(blocked)
        except Exception as error:
            caught.append(type(error).__name__)

    thread = threading.Thread(target=wait)
    thread.start()
    begun.wait(600)  # it was in the session when that is closed
    sess.close()
    thread.join(600)
    note("woken", [thread.is_alive(), caught])
    with tf.Session() as sess:
        note.attempt("timeout", lambda: sess.run(dequeue, options=tf.RunOptions(timeout_in_ms=50)))
    with tf.Session(config=tf.ConfigProto(operation_timeout_in_ms=50)) as sess:
        note.attempt("timeout of the session", lambda: sess.run(dequeue))
    with tf.Session() as sess:
        sess.run(queue.enqueue(1))
        sess.run(queue.close())
        note("left", sess.run(dequeue))
        note.attempt("closed and empty", lambda: sess.run(dequeue))
        note.attempt("enqueue to a closed one", lambda: sess.run(queue.enqueue(1)))
        note("is_closed", sess.run(queue.is_closed()))
