"""A small program for the tests of what is done inside bodies of control flow, and what comes of it."""

import numpy as np
import pytest

__all__ = ["Program", "outcome", "reference"]


class Program:
    """A variable `w`, its loss, a step counter, and `choose`, true in every other run."""

    def __init__(self, tf):
        self.tf = tf
        self.w = tf.get_variable("w", initializer=[1.0, 2.0])
        self.x = tf.placeholder_with_default([1.0, 1.0], [2], name="x")
        self.y = tf.multiply(self.w, self.x, name="y")
        self.loss = tf.reduce_sum(tf.square(self.y), name="loss")
        self.choose = tf.placeholder_with_default(True, [], name="choose")
        self.step = tf.train.get_or_create_global_step()

    def cond(self, true, false=None):
        return self.tf.cond(self.choose, true, false or self.tf.no_op)

    def sgd(self):
        return self.tf.train.GradientDescentOptimizer(0.125)


def outcome(tf, row):
    """What `row(program)` fetches in three runs, the variable and the step after them, the names of other variables."""
    with tf.Graph().as_default():
        program = Program(tf)
        fetches = row(program)
        names = sorted(v.op.name for v in tf.global_variables() if v.op.name not in ("w", "global_step"))
        with tf.Session() as session:
            session.run(tf.global_variables_initializer())
            got = [plain(session.run(fetches, {program.choose: i % 2 == 0})) for i in range(3)]
            return [*got, plain(session.run([program.w, program.step])), names]


def plain(value):
    """Numbers as Python has them, rounded."""
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    if not isinstance(value, (np.ndarray, np.generic)):
        return value
    return np.round(value.astype(np.float64), 5).tolist() if value.dtype.kind == "f" else value.tolist()


def reference():
    """TensorFlow, with the control flow and the variables of TensorFlow 1; skips the test where there is none."""
    tf = pytest.importorskip("tensorflow").compat.v1
    tf.disable_control_flow_v2()
    tf.disable_resource_variables()
    return tf
