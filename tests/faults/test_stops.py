"""SIGTERM, Ctrl-C and exceptions: the work is saved, the program ends with the usual code, and says what it did."""

import os
import signal
import subprocess
import sys
import time

import pytest

import evergraph as tf
from evergraph.framework import errors
from tests.faults import training_program
from tests.faults.processes import Program, count, wait_until

CODES = {signal.SIGTERM: (143, -signal.SIGTERM), signal.SIGINT: (130, -signal.SIGINT)}


def _steps(path):
    text = path.read_text() if path.exists() else ""
    return int(text) if text else 0


def _started(tmp_path, at_least, *arguments):
    program = Program(
        training_program.train,
        str(tmp_path / "run"),
        str(tmp_path / "ready"),
        *arguments,
        log=tmp_path / "log",
    )
    wait_until(lambda: _steps(tmp_path / "ready") >= at_least, program=program)
    return program


@pytest.mark.parametrize("number", CODES, ids=lambda n: n.name)
@pytest.mark.parametrize("what", ["train", "sleep"])
def test_a_signal_saves_and_ends_with_the_usual_code(number, what, tmp_path):
    program = _started(tmp_path, 5, what)
    program.send(number)
    code = program.join()
    output = program.output()
    assert code in CODES[number], output
    step = training_program.saved_step(tmp_path / "run")
    assert step >= _steps(tmp_path / "ready") >= 5
    assert output.count(f"is saved in {tmp_path}/run/model.ckpt-{step}.") == 1 and "went on" not in output
    count("signals sent")


@pytest.mark.parametrize("number", CODES, ids=lambda n: n.name)
@pytest.mark.parametrize("way", ["nothing", "finally", "supervisor"])
def test_a_session_that_no_block_closes_saves_too(number, way, tmp_path):
    run, ready = str(tmp_path / "run"), tmp_path / "ready"
    program = Program(training_program.train_without_a_block, run, str(ready), way, log=tmp_path / "log")
    wait_until(lambda: _steps(ready) >= 5, program=program)
    program.send(number)
    assert program.join() in CODES[number], program.output()
    assert training_program.saved_step(run) >= 5
    assert "is saved in" in program.output()
    count("signals sent")


def test_a_session_that_an_error_has_left_saves_at_the_end_of_the_program(tmp_path):
    run = str(tmp_path / "run")
    code = f"""
from tests.faults.training_program import train_without_a_block
train_without_a_block({run!r}, {str(tmp_path / "ready")!r}, "error")
"""
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert ended.returncode == 1 and "ValueError: in the loop" in ended.stderr
    assert training_program.saved_step(run) == 7
    assert "the session was not closed: the work up to step 7 is saved" in ended.stderr


def test_a_stop_iteration_that_ends_a_session_is_shown(tmp_path, caplog):
    train_op, _, _ = training_program.model()
    validation = iter([1])
    with training_program.session(tmp_path) as sess:
        while True:
            sess.run(train_op)
            next(validation)
    assert f"StopIteration, raised at {__file__}:" in caplog.text
    assert training_program.saved_step(tmp_path) == 2


def test_a_run_that_does_not_end_is_not_waited_for(tmp_path):
    program = _started(tmp_path, 5, "hang")
    time.sleep(0.5)
    program.send(signal.SIGTERM)
    assert program.join() in CODES[signal.SIGTERM], program.output()
    assert training_program.saved_step(tmp_path / "run") == 5
    assert "SIGTERM while a run does not end" in program.output()
    count("signals sent")


def test_a_second_interrupt_stops_at_once(tmp_path):
    program = _started(tmp_path, 5, "hang")
    time.sleep(0.5)
    program.send(signal.SIGINT)
    time.sleep(0.5)
    program.send(signal.SIGINT)
    assert program.join() in (*CODES[signal.SIGINT], 1), program.output()
    assert training_program.saved_step(tmp_path / "run") == 0
    count("signals sent", 2)


@pytest.mark.parametrize("number", CODES, ids=lambda n: n.name)
def test_it_can_be_turned_off(number, tmp_path, monkeypatch):
    program = _started(tmp_path, 5, "off")
    program.send(number)
    assert program.join() in CODES[number]
    assert training_program.saved_step(tmp_path / "run") >= 5
    os.environ["EVERGRAPH_SAVE_ON_STOP"] = "0"
    try:
        assert not tf.train.CheckpointSaverHook(str(tmp_path), save_steps=1, saver=None).save_on_stop
    finally:
        del os.environ["EVERGRAPH_SAVE_ON_STOP"]
    assert not tf.train.CheckpointSaverHook(str(tmp_path), save_steps=1, save_on_stop=False).save_on_stop
    count("signals sent")


@pytest.mark.parametrize(
    "error", [ValueError, KeyboardInterrupt, SystemExit, errors.InternalError, MemoryError]
)
def test_an_exception_in_the_loop_saves_first(error, tmp_path, caplog):
    with pytest.raises(error):
        train_op, _, _ = training_program.model()
        with training_program.session(tmp_path) as sess:
            for _ in range(7):
                sess.run(train_op)
            raise error(None, None, "why") if issubclass(error, errors.OpError) else error("why")
    assert training_program.saved_step(tmp_path) == 7
    assert "the work up to step 7 is saved in" in caplog.text
    assert sess.stop_reason.startswith(error.__name__)
    count("exceptions raised")


def test_an_exception_with_a_state_that_is_not_finite_saves_nothing(tmp_path, caplog):
    with pytest.raises(ValueError):
        train_op, _, weights = training_program.model()
        spoil = tf.assign(weights, weights * float("nan"))
        with training_program.session(tmp_path) as sess:
            for _ in range(7):
                sess.run(train_op)
            sess.run(spoil)
            raise ValueError
    assert training_program.saved_step(tmp_path) == 0
    assert "weights is not finite" in caplog.text and "step 7 is not saved" in caplog.text


@pytest.mark.parametrize("save_steps", [1, 1000])
def test_nan_never_becomes_the_newest_checkpoint(save_steps, tmp_path, caplog):
    train_op, step, weights = training_program.model()
    loss = tf.reduce_sum(weights)
    spoil = tf.cond(tf.equal(step, 5), lambda: tf.assign(weights, weights * float("nan")).op, tf.no_op)
    with tf.control_dependencies([train_op]):
        spoil = tf.cond(
            step >= 5, lambda: tf.assign(weights, weights / 0.0 * 0.0), lambda: tf.identity(weights)
        )
    hook = tf.train.NanTensorHook(loss)
    with pytest.raises(tf.train.NanLossDuringTrainingError):
        with training_program.session(tmp_path, save_steps, [hook]) as sess:
            for _ in range(20):
                sess.run(spoil)
    assert training_program.saved_step(tmp_path) == (4 if save_steps == 1 else 0)
    with tf.Graph().as_default():
        train_op, step, _ = training_program.model()
        with training_program.session(tmp_path) as sess:
            assert sess.run(step) == (4 if save_steps == 1 else 0)
            sess.run(train_op)


def test_what_is_not_finite_from_the_beginning_may_stay_so(tmp_path):
    train_op, _, _ = training_program.model()
    tf.get_variable("best", initializer=float("inf"), trainable=False)
    with training_program.session(tmp_path) as sess:
        sess.run(train_op)
    assert training_program.saved_step(tmp_path) == 1


def test_stopping_is_asked_for_and_explained(tmp_path):
    train_op, _, _ = training_program.model()
    with training_program.session(tmp_path) as sess:
        assert sess.stop_reason is None and isinstance(sess.raw_session(), tf.Session)
        while not sess.should_stop():
            sess.run(train_op)
            sess.request_stop()
    assert sess.stop_reason == "request_stop() was called" and training_program.saved_step(tmp_path) == 1
    with tf.Graph().as_default():
        train_op, _, _ = training_program.model()
        with training_program.session(tmp_path, hooks=[tf.train.StopAtStepHook(num_steps=2)]) as sess:
            while not sess.should_stop():
                sess.run(train_op)
    assert sess.stop_reason == "a hook has requested a stop"


def _queue(name, count):
    queue = tf.FIFOQueue(count, tf.float32, [[]], name=name)
    return queue.dequeue(), [queue.enqueue_many([[1.0] * count]), queue.close()]


@pytest.mark.parametrize("through", ["monitored", "raw"])
def test_a_validation_set_that_ends_is_not_the_end_of_training(through, tmp_path):
    train_op, _, _ = training_program.model()
    batch, fill = _queue("training", 100)
    with tf.control_dependencies([batch]):
        train_op = tf.group(train_op)
    validation, fill_validation = _queue("validation", 3)
    with pytest.raises(errors.OutOfRangeError):
        with training_program.session(tmp_path) as sess:
            for op in (*fill, *fill_validation):
                sess.run(op)
            for _ in range(100):
                sess.run(train_op)
                (sess if through == "monitored" else sess.raw_session()).run(validation)
    assert training_program.saved_step(tmp_path) == 4
    assert sess.stop_reason.startswith("OutOfRangeError")


def test_a_training_set_that_ends_is_the_end_of_training(tmp_path):
    train_op, _, _ = training_program.model()
    batch, fill = _queue("training", 3)
    with tf.control_dependencies([batch]):
        train_op = training_program.tf.group(tf.assign_add(tf.train.get_global_step(), 1))
    with training_program.session(tmp_path) as sess:
        for op in fill:
            sess.run(op)
        while not sess.should_stop():
            sess.run(train_op)
    assert sess.stop_reason.startswith("the input has ended")
    assert tf.train.latest_checkpoint(str(tmp_path)).endswith("model.ckpt-3")


def test_every_hook_ends_and_all_errors_are_shown(tmp_path, caplog):
    ended = []

    class Hook(tf.train.SessionRunHook):
        def __init__(self, name):
            self.name = name

        def end(self, session):
            ended.append(self.name)
            raise ValueError(f"end of {self.name}")

    train_op, _, _ = training_program.model()
    with pytest.raises(ValueError, match="end of a") as raised:
        with training_program.session(tmp_path, hooks=[Hook("a"), Hook("b"), Hook("c")]) as sess:
            sess.run(train_op)
    assert ended == ["a", "b", "c"]
    assert ["end of b" in note for note in raised.value.__notes__] == [True, False]
    assert "end of c" in caplog.text and training_program.saved_step(tmp_path) == 1


def test_hooks_hear_of_errors_in_order_of_priority(tmp_path):
    heard = []

    class Hook(tf.train.SessionRunHook):
        def __init__(self, name, priority):
            self.name, self.priority = name, priority

        def on_error(self, session, error):
            heard.append((self.name, str(error)))
            raise TypeError("in on_error")  # said, and in nobody's way

    tf.train.get_or_create_global_step()
    with pytest.raises(ValueError, match="why"):
        with training_program.session(tmp_path, hooks=[Hook("low", -1), Hook("middle", 0), Hook("high", 1)]):
            raise ValueError("why")
    assert heard == [("high", "why"), ("middle", "why"), ("low", "why")]
