"""Programs around monitored sessions that write down what happens, for any module that plays TensorFlow.

A scenario is a function `(tf, log)`; `log(word)` adds to the record.  `record(tf, scenario)` runs it in a
graph of its own and returns the words, the last one being how it ended.
"""

import importlib
import pathlib
import threading

RECORD = pathlib.Path(__file__).with_name("recorded.txt")


def record(tf, scenario):
    """The words that a scenario logs; what leaves it is the last of them."""
    words = []
    with tf.Graph().as_default():
        try:
            scenario(tf, lambda *parts: words.append(":".join(str(p) for p in parts)))
        except Exception as error:  # whatever it is belongs to the record
            words.append(f"raised {type(error).__name__}")
    return words


def error_named(tf, name):
    kind = getattr(tf.errors, name, None)
    return (
        kind(None, None, "made by a test")
        if kind
        else {"ValueError": ValueError, "StopIteration": StopIteration, "RuntimeError": RuntimeError}[name](
            "made by a test"
        )
    )


class Program:
    """A graph with a counter and a queue that is filled for ever, and a log of what its session does."""

    def __init__(self, tf, log):
        self.tf, self.log = tf, log
        self.step = tf.train.get_or_create_global_step()
        self.train_op = tf.assign_add(self.step, 1)
        self.queue = tf.FIFOQueue(2, tf.int32, shapes=[[]])
        runner = tf.train.QueueRunner(self.queue, [self.queue.enqueue(tf.constant(7))] * 2)
        tf.train.add_queue_runner(runner)
        self.element = self.queue.dequeue()
        self.earlier_threads = set(threading.enumerate())
        self.sessions = []

    def hook(self, name, raises=None, **behaviour):
        return spy_hook(self, name, raises or {}, **behaviour)

    def threads(self):
        """How many threads of queue runners are alive."""
        return sum(
            t.name.startswith("QueueRunnerThread") for t in set(threading.enumerate()) - self.earlier_threads
        )

    def scaffold(self, **pieces):
        return spy_scaffold(self, **pieces)

    def session(self, kind, hooks, checked=False, **scaffold):
        """A session of the kind; `checked`: with the scaffold's own checks that the model is ready."""
        tf = self.tf
        if not checked:
            scaffold = {"ready_op": tf.no_op(), "ready_for_local_init_op": tf.no_op(), **scaffold}
        if kind == "singular":
            return tf.train.SingularMonitoredSession(
                hooks=hooks, scaffold=self.scaffold(**scaffold), stop_grace_period_secs=20
            )
        return tf.train.MonitoredSession(
            tf.train.ChiefSessionCreator(self.scaffold(**scaffold)), hooks=hooks, stop_grace_period_secs=20
        )

    def after(self):
        """Logs what is left when all is over."""
        self.log("threads", self.threads())
        self.log("finalized", self.tf.get_default_graph().finalized)
        for session in self.sessions:
            try:
                session.run(self.step)
                self.log("session open")
            except RuntimeError:
                self.log("session closed")


def spy_scaffold(program, **pieces):
    tf, log = program.tf, program.log

    def init_fn(scaffold, session):
        log("init_fn", int(session.run(program.step)), program.sessions != [] or program.threads())

    class SpyScaffold(tf.train.Scaffold):
        def finalize(self):
            log("finalize", tf.get_default_graph().finalized)
            result = super().finalize()
            log("finalized", tf.get_default_graph().finalized)
            return result

    return SpyScaffold(**{"init_fn": init_fn, **pieces})


def spy_hook(program, name, raises, request=None, times=1, stop_at=None):
    """A hook that logs every call; `raises` is {method: error name}, raised the first `times` times."""
    tf, log = program.tf, program.log
    left = dict.fromkeys(raises, times)

    def called(method, *details):
        log(f"{method}.{name}", *details)
        if left.get(method):
            left[method] -= 1
            raise error_named(tf, raises[method])

    class SpyHook(tf.train.SessionRunHook):
        runs = 0

        def begin(self):
            called("begin", tf.get_default_graph().finalized)

        def after_create_session(self, session, coord):
            self.coord = coord
            if session not in program.sessions:
                program.sessions.append(session)
            called("created", tf.get_default_graph().finalized, coord.should_stop() or program.threads() > 0)

        def before_run(self, run_context):
            args = run_context.original_args
            assert run_context.session is program.sessions[-1] and args.options is None
            called("before", None if args.feed_dict is None else len(args.feed_dict))
            return request

        def after_run(self, run_context, run_values):
            self.runs += 1
            called("after", run_values.results, type(run_values.run_metadata).__name__)
            if stop_at == self.runs:
                run_context.request_stop()

        def end(self, session):
            assert session is program.sessions[-1]
            called("end", int(session.run(program.step)), self.coord.should_stop() or program.threads() > 0)

    return SpyHook()


KINDS = ("singular", "monitored")
METHODS = ("begin", "created", "before", "after", "end")
ERRORS = ("ValueError", "OutOfRangeError", "StopIteration", "AbortedError", "UnavailableError")


def hook_raises(kind, method, error):
    """Three runs in a session with three hooks, the middle one of which raises once."""

    def scenario(tf, log):
        program = Program(tf, log)
        hooks = [program.hook("a"), program.hook("b", {method: error}), program.hook("c")]
        try:
            with program.session(kind, hooks) as session:
                for _ in range(3):
                    if not session.should_stop():
                        log("result", session.run(program.train_op))
            log("left")
            log("should_stop", session.should_stop())
        except Exception as raised:
            log("out", type(raised).__name__)
            if method in ("before", "after", "end"):
                log("should_stop", session.should_stop())
        if (
            method != "created"
        ):  # what TensorFlow leaves behind when a session fails to start, Evergraph clears away
            program.after()

    return scenario


# -- others ------------------------------------------------------------------------------------------------

SCENARIOS = {}


def for_both(function):
    for kind in KINDS:

        def scenario(tf, log, kind=kind):
            function(Program(tf, log), kind)

        SCENARIOS[f"{function.__name__}-{kind}"] = scenario
    return function


@for_both
def plain_loop(program, kind):
    request = program.tf.train.SessionRunArgs({"x": [program.tf.constant(5)]})
    hooks = [program.hook("a", request=request), program.hook("b")]
    with program.session(
        kind, [*hooks, program.tf.train.StopAtStepHook(last_step=3)], checked=True
    ) as session:
        program.log("graph", session.graph is program.tf.get_default_graph())
        while not session.should_stop():
            value, element = session.run([program.train_op, program.element])
            program.log("result", value, element)
    program.log("graph", session.graph)
    program.after()


@for_both
def hook_requests_stop(program, kind):
    hook = program.hook("a", stop_at=2)
    with program.session(kind, [hook]) as session:
        while not session.should_stop():
            program.log("result", session.run(program.train_op))
        session.run(program.train_op)


@for_both
def close_by_hand(program, kind):
    session = program.session(kind, [program.hook("a")])
    program.log("result", session.run(program.train_op))
    session.close()
    program.log("should_stop", session.should_stop())
    program.after()


@for_both
def close_inside_with(program, kind):
    with program.session(kind, []) as session:
        session.close()


@for_both
def user_error_in_block(program, kind):
    with program.session(kind, [program.hook("a")]):
        raise KeyError("the user's own")


@for_both
def subclass_of_end_of_input_is_an_error(program, kind):
    class Special(program.tf.errors.OutOfRangeError):
        pass

    with program.session(kind, [program.hook("a")]):
        raise Special(None, None, "not the end")


@for_both
def end_of_input(program, kind):
    tf = program.tf
    queue = tf.FIFOQueue(5, tf.int32, shapes=[[]])
    count = tf.get_variable(
        "count", initializer=0, collections=[tf.GraphKeys.LOCAL_VARIABLES], use_resource=False
    )
    tf.train.add_queue_runner(tf.train.QueueRunner(queue, [queue.enqueue(tf.count_up_to(count, 3))]))
    element = queue.dequeue()
    with program.session(kind, [program.hook("a")]) as session:
        while not session.should_stop():
            program.log("element", session.run(element))
    program.after()


@for_both
def queue_thread_fails(program, kind):
    tf = program.tf
    queue = tf.FIFOQueue(5, tf.int32, shapes=[[]])
    tf.train.add_queue_runner(tf.train.QueueRunner(queue, [queue.enqueue(tf.placeholder(tf.int32, []))]))
    element = queue.dequeue()
    try:
        with program.session(kind, [program.hook("a")]) as session:
            program.log("element", session.run(element))
    finally:
        program.after()


def reported_by_a_thread(program, coord, error):
    """A thread of the session reports an error to the coordinator and ends."""

    def report():
        try:
            raise error_named(program.tf, error)
        except Exception as caught:
            coord.request_stop(caught)

    thread = threading.Thread(target=report)
    coord.register_thread(thread)
    thread.start()
    thread.join()


def thread_reports(error):
    def scenario(program, kind):
        hook = program.hook("a")
        try:
            with program.session(kind, [hook]) as session:
                program.log("result", session.run(program.train_op))
                reported_by_a_thread(program, hook.coord, error)
                program.log("result", session.run(program.train_op))
                try:
                    program.log("should_stop", session.should_stop())
                except Exception as raised:
                    program.log("should_stop raised", type(raised).__name__)
                program.log("result", session.run(program.train_op))
        finally:
            program.after()

    scenario.__name__ = f"thread_reports_{error}"
    return scenario


for _error in ("ValueError", "OutOfRangeError", "AbortedError"):
    for_both(thread_reports(_error))


def thread_reports_then_run_fails(reported, run_error):
    def scenario(program, kind):
        hook = program.hook("a")
        late = program.hook("b", {"before": run_error})
        try:
            with program.session(kind, [hook, late]) as session:
                reported_by_a_thread(program, hook.coord, reported)
                program.log("result", session.run(program.train_op))
        finally:
            program.after()

    scenario.__name__ = f"{reported}_reported_then_{run_error}"
    return scenario


for _reported in ("ValueError", "AbortedError"):
    for _error in ("CancelledError", "OutOfRangeError", "UnavailableError"):
        for_both(thread_reports_then_run_fails(_reported, _error))


@for_both
def lost_again_and_again(program, kind):
    hooks = [
        program.hook("a", {"after": "AbortedError"}, times=3),
        program.hook("b", {"created": "UnavailableError"}),
    ]
    with program.session(kind, hooks) as session:
        program.log("result", session.run(program.train_op))
    program.log("left")


@for_both
def init_fn_is_aborted(program, kind):
    tries = []

    def init_fn(scaffold, session):
        tries.append(session)
        program.log("init_fn", len(tries))
        if len(tries) < 3:
            raise error_named(program.tf, "AbortedError")

    with program.session(kind, [program.hook("a")], init_fn=init_fn) as session:
        program.log("result", session.run(program.train_op))


@for_both
def not_ready(program, kind):
    tf = program.tf
    program.session(kind, [], checked=True, init_op=tf.no_op(), init_fn=None)


@for_both
def not_ready_for_local_init(program, kind):
    tf = program.tf
    program.session(kind, [], checked=True, ready_for_local_init_op=tf.constant(["something"]))


@for_both
def scaffold_pieces(program, kind):
    tf = program.tf
    local = tf.Variable(5, trainable=False, collections=[tf.GraphKeys.LOCAL_VARIABLES])
    start = tf.placeholder(tf.int32, [])
    other = tf.Variable(start, dtype=tf.int32, trainable=False)
    with program.session(kind, [], checked=True, init_feed_dict={start: 11}) as session:
        program.log("values", session.run([local, other]))


@for_both
def two_candidates(program, kind):
    tf = program.tf
    for _ in range(2):
        tf.add_to_collection(tf.GraphKeys.INIT_OP, tf.no_op())
    program.session(kind, [], checked=True)


@for_both
def feeds_of_hooks_and_user(program, kind):
    tf = program.tf
    x, y, z = (tf.placeholder(tf.float32, [], name=n) for n in "xyz")
    total = x + y + z
    args = tf.train.SessionRunArgs
    hooks = [
        program.hook("a", request=args(None, {x: 1.0})),
        program.hook("b", request=args(total, {y: 10.0})),
    ]
    with program.session(kind, hooks) as session:
        feeds = {z: 100.0}
        program.log("result", session.run(total, feeds), len(feeds))
        for conflict in (x, y):
            try:
                session.run(total, {conflict: 5.0, z: 1.0})
            except RuntimeError as error:
                program.log(str(error).split(".")[0])


@for_both
def feeds_of_two_hooks(program, kind):
    tf = program.tf
    x = tf.placeholder(tf.float32, [])
    hooks = [program.hook(n, request=tf.train.SessionRunArgs(None, {x: 1.0})) for n in "ab"]
    with program.session(kind, hooks) as session:
        session.run(x)


@for_both
def options_are_merged(program, kind):
    tf, seen = program.tf, []

    class Options(tf.train.SessionRunHook):
        def __init__(self, options):
            self.options = options

        def before_run(self, run_context):
            return tf.train.SessionRunArgs(None, None, self.options)

        def after_run(self, run_context, run_values):
            o = run_values.options
            seen.append((o.trace_level, o.timeout_in_ms, o.output_partition_graphs))

    hooks = [
        Options(tf.RunOptions(trace_level=1, timeout_in_ms=60000)),
        Options(None),
        Options(tf.RunOptions(timeout_in_ms=30000, output_partition_graphs=True)),
    ]
    with program.session(kind, hooks) as session:
        session.run(program.train_op)
        session.run(program.train_op, options=tf.RunOptions(timeout_in_ms=90000))
    program.log(seen)


@for_both
def step_functions(program, kind):
    log, hook = program.log, program.hook("a")

    def step(step_context):
        log("raw", step_context.session.run(program.step), step_context.session is program.sessions[-1])
        return step_context.run_with_hooks(program.train_op), step_context.run_with_hooks(
            fetches=program.train_op
        )

    def other(wrong_name):
        return None

    class Steps:
        def step(self, step_context):
            return "method"

    def stop(step_context):
        step_context.request_stop()

    with program.session(kind, [hook]) as session:
        log("result", session.run_step_fn(step))
        log("result", session.run_step_fn(Steps().step))
        try:
            session.run_step_fn(other)
        except ValueError:
            log("refused")
        session.run_step_fn(stop)
        log("not reached")
    log("should_stop", session.should_stop())


@for_both
def step_function_stops_without_with(program, kind):
    session = program.session(kind, [])
    try:
        session.run_step_fn(lambda step_context: step_context.request_stop())
    except StopIteration:
        program.log("stopped", session.should_stop())
    session.close()


def step_function_raises(where, error):
    def scenario(program, kind):
        log, tries = program.log, []

        def step(step_context):
            tries.append(step_context)
            if where == "in front" and len(tries) == 1:
                raise error_named(program.tf, error)
            value = step_context.run_with_hooks(program.train_op)
            if where == "behind" and len(tries) == 1:
                raise error_named(program.tf, error)
            return value

        hooks = [program.hook("a", {"before": error} if where == "in a hook" else None)]
        try:
            with program.session(kind, hooks) as session:
                log("result", session.run_step_fn(step), len(tries))
        finally:
            program.after()

    scenario.__name__ = f"step_function_raises_{error}_{where}"
    return scenario


for _where in ("in front", "in a hook", "behind"):
    for _error in ("AbortedError", "ValueError"):
        for_both(step_function_raises(_where, _error))


@for_both
def finalized_graph_stays_so(program, kind):
    tf = program.tf
    pieces = dict(
        init_op=tf.global_variables_initializer(),
        ready_op=tf.report_uninitialized_variables(),
        ready_for_local_init_op=tf.report_uninitialized_variables(),
        local_init_op=tf.no_op(),
        summary_op=tf.constant("s"),
        saver=tf.train.Saver(),
    )
    tf.get_default_graph().finalize()
    with program.session(kind, [], checked=True, **pieces) as session:
        program.log("result", session.run(program.train_op))
    program.log("finalized", tf.get_default_graph().finalized)


for _kind in KINDS:
    for _method in METHODS:
        for _error in ERRORS:
            SCENARIOS[f"{_method}_raises_{_error}-{_kind}"] = hook_raises(_kind, _method, _error)


def recorded():
    """{scenario: words} as TensorFlow's own runs have written them down."""
    found, name = {}, None
    for line in RECORD.read_text(encoding="utf-8").splitlines():
        if line.startswith("    "):
            found[name].append(line[4:])
        elif not line.startswith("#"):
            name = line
            found[name] = []
    return found


def write_record(tf):
    """Runs every scenario and writes down what happens."""
    version = f"# What TensorFlow {tf.__version__} does in each scenario of scenarios.py "
    lines = [version + "(written by `python -m tests.training.scenarios`)."]
    for name, scenario in SCENARIOS.items():
        lines += [name, *(f"    {word}" for word in record(tf, scenario))]
    RECORD.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write_record(importlib.import_module("tensorflow").compat.v1)
