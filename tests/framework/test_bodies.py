"""Bodies are parts of one graph: what belongs to which, what crosses their edges and what does not."""

import pytest

import evergraph as tf
from evergraph.framework.bodies import BodyGraph, is_around
from evergraph.ops.state import variable_v2


@pytest.fixture
def sess():
    with tf.Session() as session:
        yield session


def kept_from_branch(make, **options):
    kept = []

    def branch():
        kept.append(make())
        return tf.constant(1.0)

    out = tf.cond(tf.constant(True), branch, lambda: tf.constant(0.0))
    return kept[0], out


def test_an_operation_knows_its_body(default_graph):
    x = tf.constant(2.0)
    bodies = []

    def inner():
        bodies.append(default_graph.body)
        return x * 3.0

    def outer():
        bodies.append(default_graph.body)
        return tf.cond(tf.constant(True), inner, lambda: x)

    out = tf.cond(tf.constant(True), outer, lambda: x)
    around, within = bodies
    assert isinstance(around, BodyGraph) and around.parent is None and within.parent is around
    assert out.op.body is None and default_graph.body is None
    assert around.owner is out.op and within.owner.body is around
    assert [op.body for op in within.get_operations()] == [within] * len(within.operations)
    assert is_around(None, around) and is_around(around, within) and is_around(around, around)
    assert not is_around(within, around) and not is_around(around, None)
    assert {op.name for op in within.operations} < {op.name for op in default_graph.get_operations()}
    assert set(default_graph.operations_outside_bodies()).isdisjoint(within.operations)


def test_one_parameter_for_each_tensor_outside():
    x = tf.constant(2.0)
    bodies = []

    def branch():
        bodies.append(tf.get_default_graph().body)
        return x * x + x

    tf.cond(tf.constant(True), branch, lambda: x)
    (body,) = bodies
    assert list(body.captures) == [x] and len(body.inputs) == 1
    assert body.source_of(body.inputs[0]) is x and body.source_of(x) is None
    assert body.capture(x) is body.inputs[0] and body.capture(body.inputs[0]) is body.inputs[0]


@pytest.mark.parametrize(
    "use",
    [
        lambda t: t + 1.0,
        tf.identity,
        lambda t: tf.gradients(t, t),
        lambda t: tf.group(tf.Variable(lambda: t).initializer),
        lambda t: tf.cond(tf.constant(True), lambda: t, lambda: 0.0),
    ],
)
def test_a_tensor_of_a_branch_has_no_value_outside(use):
    inner, _ = kept_from_branch(lambda: tf.constant(3.0) * 2.0)
    with pytest.raises(ValueError, match="has no value in .*: return it from that body"):
        use(inner)


def test_a_tensor_of_a_branch_cannot_be_fetched_or_fed(sess):
    inner, out = kept_from_branch(lambda: tf.constant(3.0, name="inner") * 2.0)
    for fetch in (inner, inner.name, inner.op):
        with pytest.raises(ValueError, match="not fetchable"):
            sess.run(fetch)
    with pytest.raises(ValueError, match="may not be fed"):
        sess.run(out, {inner: 1.0})


def test_gradients_to_what_is_inside_are_none_outside():
    inner, out = kept_from_branch(lambda: tf.constant(3.0) * 2.0)
    assert tf.gradients(out, inner) == [None]


def test_a_tensor_of_one_branch_is_none_of_the_others():
    kept = []

    def branch():
        kept.append(tf.constant(3.0))
        return kept[0]

    with pytest.raises(ValueError, match="has no value in this body"):
        tf.cond(tf.constant(True), branch, lambda: kept[0] + 1.0)


def test_an_initial_value_is_from_outside():
    with pytest.raises(ValueError, match="inside a control-flow construct"):
        kept_from_branch(lambda: tf.Variable(tf.constant(1.0) * 2.0))
    variable, _ = kept_from_branch(lambda: tf.Variable(lambda: tf.constant(1.0) * 2.0))
    assert variable.op.body is None and variable.initializer.body is None


def test_what_waits_for_an_operation_of_a_branch_waits_for_the_branch(sess):
    v = tf.Variable(0.0)
    choose = tf.placeholder(tf.bool, [])
    kept = []

    def branch():
        kept.append(v.assign_add(1.0))
        return tf.constant(5.0)

    out = tf.cond(choose, branch, lambda: tf.constant(0.0))
    sess.run(v.initializer)
    assert sess.run([out, v], {choose: True}) == [5.0, 0.0]  # nothing waits for it yet
    with tf.control_dependencies([kept[0]]):
        after = tf.constant(7.0)
    assert out.op in after.op.control_inputs
    assert sess.run(after, {choose: True}) == 7.0 and sess.run(v) == 1.0
    assert sess.run(after, {choose: False}) == 7.0 and sess.run(v) == 1.0
    with tf.control_dependencies([kept[0].op]):  # a second time changes nothing
        again = tf.constant(8.0)
    assert sess.run(again, {choose: True}) == 8.0 and sess.run(v) == 2.0


def test_nothing_outside_waits_for_one_iteration():
    kept = []

    def body(i):
        kept.append(tf.identity(i, name="inside"))
        return i + 1

    tf.while_loop(lambda i: i < 3, body, [0])
    with pytest.raises(ValueError, match="'while/inside'.*runs any number of times"):
        tf.group(kept[0])


def test_nothing_waits_for_a_branch_under_way():
    kept = []

    def branch():
        kept.append(tf.constant(3.0))
        return kept[0]

    with pytest.raises(ValueError, match="is not finished"):
        tf.cond(tf.constant(True), branch, lambda: tf.group(kept[0]))


def test_reads_of_a_variable_are_its_reference_inside(sess):
    v = tf.Variable(1.0)

    def body(i, total):
        with tf.control_dependencies([v.assign_add(1.0)]):
            return i + 1, total + v

    _, total = tf.while_loop(lambda i, _: i < 3, body, (0, 0.0))
    sess.run(v.initializer)
    assert sess.run(total) == 2.0 + 3.0 + 4.0


def test_a_graph_with_bodies_is_exported_and_imported_whole(default_graph):
    v = tf.get_variable("v", initializer=2.0)
    choose = tf.placeholder(tf.bool, [], name="choose")

    @tf.custom_gradient
    def square(x):
        return x * x, lambda flow: flow * 100.0 * x

    def branch():
        (inner,) = tf.gradients(square(v), v)
        return inner * square(v)

    out = tf.cond(choose, branch, lambda: v, name="chosen")
    train = tf.cond(
        choose, lambda: tf.group(tf.train.MomentumOptimizer(0.5, 0.5).minimize(out, var_list=[v])), tf.no_op
    )
    tf.identity(tf.gradients(out, v)[0], name="slope")
    tf.add_to_collection("kept", train.op)
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        wanted = session.run("slope:0", {choose: True})
    message = tf.train.export_meta_graph()
    assert [node.name for node in message.graph_def.node] == [
        op.name for op in default_graph.operations_outside_bodies()
    ]
    with tf.Graph().as_default() as graph:
        tf.train.import_meta_graph(message)
        with tf.Session() as session:
            session.run(tf.global_variables_initializer())
            assert session.run("slope:0", {"choose:0": True}) == wanted
            session.run(graph.get_collection("kept"), {"choose:0": True})
            assert session.run("v:0") == 2.0 - 0.5 * wanted


def test_a_variable_recorded_in_a_body_is_of_no_body(sess):
    made = []

    def step(i, total):
        made.append(variable_v2(dtype=tf.float32, shape=tf.TensorShape([])))
        return i + 1, total + made[0]

    _, total = tf.while_loop(lambda i, total: i < 3, step, [0, 0.0])
    assert made[0].op.body is None
    sess.run(tf.assign(made[0], 2.0))
    assert sess.run(total) == 6.0
