"""Two programs that save in one directory: the second is refused, and the lock of a dead one is in nobody's way."""

import os

import pytest

import evergraph as tf
from tests.faults import training_program
from tests.faults.processes import Program, count, wait_until

pytestmark = pytest.mark.slow


def _train(directory, steps):
    with tf.Graph().as_default():
        train_op, _, _ = training_program.model()
        with training_program.session(directory, save_steps=1) as sess:
            for _ in range(steps):
                sess.run(train_op)


def _supervise(directory):
    with tf.Graph().as_default():
        tf.train.get_or_create_global_step()
        with tf.train.Supervisor(logdir=directory).managed_session():
            pass


def test_the_second_writer_is_refused_and_the_first_goes_on(tmp_path):
    run = str(tmp_path / "run")
    first = Program(_train, run, 10**9, log=tmp_path / "first")
    wait_until(lambda: os.path.exists(f"{run}/checkpoint"), program=first)
    for program, arguments in ((_train, (run, 3)), (_supervise, (run,))):
        second = Program(program, *arguments, log=tmp_path / program.__name__)
        assert second.join() == 1
        assert "FailedPreconditionError" in second.output()
        assert f"Process {first.pid} " in second.output() and "is writing checkpoints in" in second.output()
        count("second writers refused")
    assert first.is_alive
    first.kill()
    assert Program(_train, run, 3, log=tmp_path / "third").join() == 0
    count("restarts survived")


def test_the_lock_is_let_go_of_at_the_end_and_after_an_error(tmp_path):
    run = str(tmp_path / "run")
    _train(run, 1)
    assert Program(_train, run, 1, log=tmp_path / "other").join() == 0
    try:
        with tf.Graph().as_default():
            training_program.model()
            with training_program.session(run):
                raise ValueError("in the loop")
    except ValueError:
        pass
    program = Program(_train, run, 1, log=tmp_path / "another")
    assert program.join() == 0, program.output()
