"""The same programs about variables, under TensorFlow and here: names, collections, values, errors."""

import numpy as np
import pytest

import evergraph
from evergraph.ops.variables.resource import ResourceVariable

pytestmark = pytest.mark.interop

ours = evergraph


@pytest.fixture(scope="module")
def tf1():
    tf1 = pytest.importorskip("tensorflow").compat.v1
    tf1.disable_resource_variables()
    return tf1


def reference(tf, value, **options):
    return tf.Variable(value, **options)


def resource(tf, value, **options):
    if tf is ours:
        return ResourceVariable(value, **options)
    return tf.Variable(value, use_resource=True, **options)


# Each program returns what the two must agree on; tensors and variables are run.


def names_in_scopes(tf, make):
    with tf.name_scope("n"):
        a = make(tf, [1.0], name="a")
        b = make(tf, lambda: tf.constant(2.0), name="a")
    with tf.variable_scope("s"), tf.name_scope("n"):
        c = tf.get_variable("c", [2], initializer=tf.zeros_initializer())
        d = make(tf, 1.0)
    e = make(tf, True, trainable=False)
    names = [v.name for v in (a, b, c, d, e)]
    inits = [v.initializer.name for v in (a, b, c, d, e)]
    return (
        names + inits + [v.name for v in tf.trainable_variables()] + [v.initial_value.op.name for v in (b, c)]
    )


def assigned(tf, make):
    v = make(tf, np.arange(4, dtype=np.float32))
    first = tf.assign(v, [1.0, 2.0, 3.0, 4.0])
    with tf.control_dependencies([first]):
        second = tf.assign_add(v, [1.0, 1.0, 1.0, 1.0])
        with tf.control_dependencies([second]):
            third = tf.scatter_sub(v, [0, 0, 2], [1.0, 1.0, 5.0])
    return [third]


def dependent(tf, make):
    v = make(tf, [1.0, 2.0], name="v")
    w = make(tf, v.initialized_value() * 3.0, name="w")
    return [v, w]


def templates(tf, make):
    t = tf.make_template("t", lambda x: x * tf.get_variable("w", [], initializer=tf.ones_initializer()))
    return [t(1.0), t(tf.constant(2.0))] + [v.name for v in tf.global_variables()]


def scopes(tf, make):
    found = []
    with tf.variable_scope("a") as a:
        with tf.variable_scope(None, default_name="b") as b:
            found += [b.name, b.original_name_scope, tf.get_variable("v", []).name]
        with tf.variable_scope(None, default_name="b") as b:
            found += [b.name, b.original_name_scope, tf.constant(1).name]
    with tf.variable_scope("c"), tf.variable_scope(a, reuse=tf.AUTO_REUSE) as again:
        found += [again.name, again.original_name_scope, tf.get_variable("b/v", []).name, tf.constant(1).name]
    with tf.variable_scope("a"):
        found += [tf.constant(1).name, tf.get_variable("new", []).name]
    with tf.variable_scope("a", auxiliary_name_scope=False, reuse=True) as again:
        found += [
            tf.constant(1).name,
            again.original_name_scope,
            tf.get_variable("new", []).name,
            again.reuse,
        ]
    return found


def partitions(tf, make):
    v = tf.get_variable(
        "v", [5, 2], initializer=tf.ones_initializer(), partitioner=tf.fixed_size_partitioner(3)
    )
    parts = list(v)
    return [
        *parts,
        tf.reduce_sum(v),
        v.name,
        *[p.name for p in parts],
        *[p._get_save_slice_info().spec for p in parts],
        *[p.shape.as_list() for p in parts],
    ]


def regularized(tf, make):
    with tf.variable_scope("s", regularizer=lambda v: 2.0 * tf.reduce_sum(v)):
        tf.get_variable("v", [2], initializer=tf.ones_initializer())
    losses = tf.get_collection(tf.GraphKeys.REGULARIZATION_LOSSES)
    return [*losses, *[loss.name for loss in losses]]


def global_steps(tf, make):
    step = tf.train.get_or_create_global_step()
    return [tf.assign_add(step, 3), step.name, step.dtype.base_dtype.name, step.op.type]


def uninitialized(tf, make):
    make(tf, 1.0, name="a")
    return [tf.report_uninitialized_variables(), tf.is_variable_initialized(make(tf, 2.0))]


def without_elements(tf, make):
    for value in ([], np.zeros((3, 0), np.int32), tf.constant([], tf.string)):
        made = make(tf, value, collections=[])
        yield tf.is_variable_initialized(made)
        yield tf.report_uninitialized_variables([made])


PROGRAMS = [
    names_in_scopes,
    assigned,
    templates,
    scopes,
    partitions,
    regularized,
    global_steps,
    uninitialized,
    without_elements,
]
CASES = [(program, make) for program in PROGRAMS for make in (reference, resource)] + [(dependent, reference)]


def outcome(tf, program, make):
    with tf.Graph().as_default():
        found = list(program(tf, make))
        with tf.Session() as session:
            for (
                variable
            ) in tf.global_variables():  # TensorFlow races when dependent ones are initialized together
                session.run(variable.initializer)
            return [session.run(item) if hasattr(item, "graph") else item for item in found]


@pytest.mark.parametrize("program, make", CASES)
def test_agrees_with_tensorflow(tf1, program, make):
    expected, got = outcome(tf1, program, make), outcome(ours, program, make)
    assert len(got) == len(expected)
    for ours_, theirs in zip(got, expected):
        if isinstance(theirs, np.ndarray):
            np.testing.assert_array_equal(ours_, theirs)
            assert ours_.dtype == theirs.dtype
        else:
            assert ours_ == theirs


def no_initial_value(tf, make):
    make(tf, None)


def wrong_shape(tf, make):
    make(tf, [1.0]).assign([1.0, 2.0])


def exists(tf, make):
    tf.get_variable("v", [])
    tf.get_variable("v", [])


def missing(tf, make):
    with tf.variable_scope("s", reuse=True):
        tf.get_variable("v", [])


def other_shape(tf, make):
    with tf.variable_scope("s", reuse=tf.AUTO_REUSE):
        tf.get_variable("v", [])
        tf.get_variable("v", [1])


def no_scope_name(tf, make):
    with tf.variable_scope(None):
        pass


def iterated(tf, make):
    list(make(tf, 1.0))


def unread(tf, make):
    with tf.Session() as session:
        session.run(make(tf, 1.0))


def counted_out(tf, make):
    v = make(tf, 3)
    count = v.count_up_to(3)
    with tf.Session() as session:
        session.run(v.initializer)
        session.run(count)


def bad_row(tf, make):
    v = make(tf, [1.0])
    update = tf.scatter_update(v, [1], [2.0])
    with tf.Session() as session:
        session.run(v.initializer)
        session.run(update)


@pytest.mark.parametrize("make", [reference, resource])
@pytest.mark.parametrize(
    "program",
    [
        no_initial_value,
        wrong_shape,
        exists,
        missing,
        other_shape,
        no_scope_name,
        iterated,
        unread,
        counted_out,
        bad_row,
    ],
)
def test_fails_as_tensorflow_does(tf1, program, make):
    kinds = []
    for tf in (tf1, ours):
        with tf.Graph().as_default(), pytest.raises(Exception) as caught:
            program(tf, make)
        kinds.append(caught.type)
    assert kinds[1].__name__ in [kind.__name__ for kind in kinds[0].__mro__[:2]]  # TensorFlow 2 refines some
