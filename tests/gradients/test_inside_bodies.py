"""`tf.gradients` and bodies of control flow: called inside, of and to what is outside; through bodies, with
gradients of the program's own.

Each row is run under Evergraph and under TensorFlow.
"""

import numpy as np
import pytest

import evergraph
from tests.ops.control_flow.programs import outcome, reference


def of_a_branch_to_the_read_value(p):
    tf = p.tf
    out = p.cond(lambda: tf.reduce_sum(p.w * p.w), lambda: tf.constant(0.0))
    return tf.gradients(out, p.w.value())


def to_the_read_value(p):
    tf = p.tf
    return p.cond(lambda: tf.gradients(tf.reduce_sum(p.w * p.w), p.w.value())[0], lambda: tf.zeros([2]))


def of_outside_to_inside_is_none(p):
    tf = p.tf

    def b():
        inner = p.w * 2.0
        g = tf.gradients(p.loss, inner)[0]
        return tf.constant(1.0 if g is None else 2.0)

    return p.cond(b, lambda: tf.constant(0.0))


def descent_in_a_loop_differentiated(p):
    tf = p.tf

    def body(i, a):
        loss = tf.reduce_sum(tf.square(a - p.w)) + tf.reduce_sum(p.y * a)
        return i + 1, a - 0.1 * tf.gradients(loss, a)[0]

    fin = tf.while_loop(lambda i, _: i < 3, body, (0, tf.zeros([2])))[1]
    return [fin, tf.gradients(tf.reduce_sum(fin * fin), [p.w, p.x])]


def custom_gradient_of_a_branch(p):
    tf = p.tf

    @tf.custom_gradient
    def f(x):
        def grad(dy):
            return dy * 100.0

        return x * x, grad

    out = p.cond(lambda: tf.reduce_sum(f(p.y)), lambda: tf.constant(0.0))
    return tf.gradients(out, [p.w])


def custom_gradient_of_a_loop(p):
    tf = p.tf

    @tf.custom_gradient
    def f(x):
        def grad(dy):
            return dy * 100.0 * x

        return x * x, grad

    out = tf.map_fn(lambda e: tf.reduce_sum(f(p.y * e)), tf.constant([1.0, 2.0]))
    return tf.gradients(out, [p.w])


def custom_gradient_inside(p):
    tf = p.tf

    @tf.custom_gradient
    def f(x):
        def grad(dy):
            return dy * 100.0

        return x * x, grad

    return p.cond(lambda: tf.gradients(f(p.y), p.w)[0], lambda: tf.zeros([2]))


def scan(p):
    tf = p.tf
    out = tf.scan(
        lambda a, e: (
            a
            + tf.gradients(tf.reduce_sum(p.w * p.w) * e * e * a, [e])[0]
            + tf.gradients(tf.reduce_sum(p.w * p.w * a), [p.w])[0][0]
        ),
        tf.constant([1.0, 2.0]),
        1.0,
    )
    return [out, tf.gradients(out, [p.w])]


def foldl(p):
    tf = p.tf
    return tf.foldl(
        lambda a, e: a + tf.reduce_sum(tf.gradients(tf.reduce_sum(p.y * p.y * e), [p.w])[0]),
        tf.constant([1.0, 2.0]),
        0.0,
    )


def branch_in_a_map(p):
    tf = p.tf
    out = tf.map_fn(
        lambda e: tf.cond(
            e > 1.5, lambda: tf.gradients(tf.reduce_sum(p.y * p.y * e), p.w)[0], lambda: p.w * e
        ),
        tf.constant([1.0, 2.0]),
    )
    return [out, tf.gradients(out, p.w)]


def through_a_branch_outside(p):
    tf = p.tf
    c = p.cond(lambda: p.loss * p.loss, lambda: p.loss)
    return p.cond(lambda: tf.gradients(c, p.w)[0], lambda: tf.gradients(c * 2.0, p.w)[0])


def through_a_loop_outside(p):
    tf = p.tf
    c = tf.while_loop(lambda i, _: i < 3, lambda i, a: (i + 1, a * p.w[0]), (0, p.loss))[1]
    return p.cond(lambda: tf.gradients(c, p.w)[0], lambda: tf.gradients(c * 2.0, p.w)[0])


def stop_inside(p):
    tf = p.tf

    def stopped():
        (gradient,) = tf.gradients(p.y * p.y, p.w, stop_gradients=[p.y])
        return tf.constant([-1.0, -1.0]) if gradient is None else gradient

    return p.cond(lambda: tf.gradients(tf.stop_gradient(p.y) * p.y, p.w)[0], stopped)


def grad_ys_inside(p):
    tf = p.tf
    return p.cond(lambda: tf.gradients(p.y, p.w, grad_ys=[p.y * 3.0])[0], lambda: tf.zeros([2]))


def rows(p):
    tf = p.tf

    def b():
        g = tf.gradients(tf.gather(p.w, [1, 1]), p.w)[0]
        return tf.convert_to_tensor(g)

    return p.cond(b, lambda: tf.zeros([2]))


def hessian(p):
    tf = p.tf
    return p.cond(lambda: tf.hessians(tf.reduce_sum(p.w * p.w * p.w), p.w)[0], lambda: tf.zeros([2, 2]))


def custom_gradient_twice(p):
    tf = p.tf

    @tf.custom_gradient
    def f(x):
        e = tf.exp(x)

        def grad(dy):
            return dy * (1 - 1 / (1 + e))

        return tf.log(1 + e), grad

    out = p.cond(lambda: tf.reduce_sum(f(p.y)), lambda: tf.constant(0.0))
    g = tf.gradients(out, [p.w])[0]
    return [g, tf.gradients(g, [p.w])]


def operations_without_a_gradient(p):
    tf = p.tf
    out = p.cond(
        lambda: tf.reduce_sum(tf.floordiv(p.y * 5.0, 2.0) * p.y) + tf.reduce_sum(tf.ones_like(p.y) * p.y),
        lambda: p.loss,
    )
    return [out, tf.gradients(out, [p.w])]


def no_back_prop(p):
    tf = p.tf

    def b():
        return (
            tf.while_loop(lambda i, _: i < 3, lambda i, a: (i + 1, a * p.w[0]), (0, p.loss), back_prop=False)[
                1
            ]
            * p.w[1]
        )

    out = p.cond(b, lambda: p.loss)
    return [out, tf.gradients(out, [p.w])]


def custom_gradient_of_a_scan(p):
    tf = p.tf

    @tf.custom_gradient
    def clip(x):
        return tf.identity(x), lambda dy: tf.clip_by_norm(dy, 0.5)

    out = tf.scan(lambda a, e: clip(a * p.w) * e, tf.constant([1.0, 2.0, 3.0]), tf.ones([2]))
    return [out, tf.gradients(out, [p.w])]


def custom_gradient_of_a_branch_in_a_branch(p):
    tf = p.tf

    @tf.custom_gradient
    def f(x):
        def grad(dy):
            return dy * 100.0 * p.y

        return x * x, grad

    def inner():
        return tf.reduce_sum(f(p.y))

    out = p.cond(
        lambda: tf.cond(tf.constant(True), inner, lambda: tf.constant(1.0)) * 2.0, lambda: tf.constant(0.0)
    )
    return tf.gradients(out, [p.w])


def maml(p, second_order=True):
    """Meta-learning: in a map over tasks, descent with fast weights; the gradient of the loss after it goes through that."""
    tf = p.tf
    inputs = tf.constant(np.arange(12.0).reshape(2, 3, 2) / 8, tf.float32)
    labels = tf.constant(np.ones([2, 3]), tf.float32)

    def loss_of(weights, x, y):
        return tf.reduce_mean(tf.square(tf.reduce_sum(x * weights, 1) - y))

    def task(both):
        x, y = both
        fast, before = p.w, loss_of(p.w, x, y)
        for _ in range(2):
            (gradient,) = tf.gradients(loss_of(fast, x, y), fast)
            fast = fast - 0.125 * (gradient if second_order else tf.stop_gradient(gradient))
        return before, loss_of(fast, x, y)

    before, after = tf.map_fn(task, (inputs, labels), dtype=(tf.float32, tf.float32))
    (gradient,) = tf.gradients(tf.reduce_sum(after), p.w)
    return [before, after, gradient]


def maml_of_first_order(p):
    return maml(p, second_order=False)


# function: what three runs give, the variable and the step after them, the other variables
ROWS = {
    of_a_branch_to_the_read_value: [[[2.0, 4.0]], [[0.0, 0.0]], [[2.0, 4.0]], [[1.0, 2.0], 0], []],
    to_the_read_value: [[2.0, 4.0], [0.0, 0.0], [2.0, 4.0], [[1.0, 2.0], 0], []],
    of_outside_to_inside_is_none: [1.0, 0.0, 1.0, [[1.0, 2.0], 0], []],
    descent_in_a_loop_differentiated: [
        [[0.244, 0.488], [[0.11907, 0.23814], [-0.11907, -0.47629]]],
        [[0.244, 0.488], [[0.11907, 0.23814], [-0.11907, -0.47629]]],
        [[0.244, 0.488], [[0.11907, 0.23814], [-0.11907, -0.47629]]],
        [[1.0, 2.0], 0],
        [],
    ],
    custom_gradient_of_a_branch: [[[100.0, 100.0]], [[0.0, 0.0]], [[100.0, 100.0]], [[1.0, 2.0], 0], []],
    custom_gradient_of_a_loop: [[[500.0, 1000.0]], [[500.0, 1000.0]], [[500.0, 1000.0]], [[1.0, 2.0], 0], []],
    custom_gradient_inside: [[100.0, 100.0], [0.0, 0.0], [100.0, 100.0], [[1.0, 2.0], 0], []],
    scan: [
        [[13.0, 299.0], [[274.0, 400.0]]],
        [[13.0, 299.0], [[274.0, 400.0]]],
        [[13.0, 299.0], [[274.0, 400.0]]],
        [[1.0, 2.0], 0],
        [],
    ],
    foldl: [18.0, 18.0, 18.0, [[1.0, 2.0], 0], []],
    branch_in_a_map: [
        [[[1.0, 2.0], [4.0, 8.0]], [[5.0, 5.0]]],
        [[[1.0, 2.0], [4.0, 8.0]], [[5.0, 5.0]]],
        [[[1.0, 2.0], [4.0, 8.0]], [[5.0, 5.0]]],
        [[1.0, 2.0], 0],
        [],
    ],
    through_a_branch_outside: [[20.0, 40.0], [4.0, 8.0], [20.0, 40.0], [[1.0, 2.0], 0], []],
    through_a_loop_outside: [[17.0, 4.0], [34.0, 8.0], [17.0, 4.0], [[1.0, 2.0], 0], []],
    stop_inside: [[1.0, 2.0], [-1.0, -1.0], [1.0, 2.0], [[1.0, 2.0], 0], []],
    grad_ys_inside: [[3.0, 6.0], [0.0, 0.0], [3.0, 6.0], [[1.0, 2.0], 0], []],
    rows: [[0.0, 2.0], [0.0, 0.0], [0.0, 2.0], [[1.0, 2.0], 0], []],
    hessian: [
        [[6.0, 0.0], [0.0, 12.0]],
        [[0.0, 0.0], [0.0, 0.0]],
        [[6.0, 0.0], [0.0, 12.0]],
        [[1.0, 2.0], 0],
        [],
    ],
    custom_gradient_twice: [
        [[0.73106, 0.8808], [[0.19661, 0.10499]]],
        [[0.0, 0.0], [[0.0, 0.0]]],
        [[0.73106, 0.8808], [[0.19661, 0.10499]]],
        [[1.0, 2.0], 0],
        [],
    ],
    operations_without_a_gradient: [
        [15.0, [[3.0, 6.0]]],
        [5.0, [[2.0, 4.0]]],
        [15.0, [[3.0, 6.0]]],
        [[1.0, 2.0], 0],
        [],
    ],
    no_back_prop: [[10.0, [[0.0, 5.0]]], [5.0, [[2.0, 4.0]]], [10.0, [[0.0, 5.0]]], [[1.0, 2.0], 0], []],
    custom_gradient_of_a_scan: [
        [[[1.0, 2.0], [2.0, 8.0], [6.0, 48.0]], [[1.31383, 4.01492]]],
        [[[1.0, 2.0], [2.0, 8.0], [6.0, 48.0]], [[1.31383, 4.01492]]],
        [[[1.0, 2.0], [2.0, 8.0], [6.0, 48.0]], [[1.31383, 4.01492]]],
        [[1.0, 2.0], 0],
        [],
    ],
    custom_gradient_of_a_branch_in_a_branch: [
        [[200.0, 400.0]],
        [[0.0, 0.0]],
        [[200.0, 400.0]],
        [[1.0, 2.0], 0],
        [],
    ],
    maml_of_first_order: [
        [[0.375, 5.4375], [0.34686, 0.1888], [1.03432, 1.11382]],
        [[0.375, 5.4375], [0.34686, 0.1888], [1.03432, 1.11382]],
        [[0.375, 5.4375], [0.34686, 0.1888], [1.03432, 1.11382]],
        [[1.0, 2.0], 0],
        [],
    ],
}


@pytest.mark.parametrize("row", ROWS)
def test_inside(row):
    assert outcome(evergraph, row) == ROWS[row]


@pytest.mark.interop
@pytest.mark.parametrize("row", ROWS)
def test_inside_agrees(row):
    assert outcome(reference(), row) == ROWS[row]
