"""Parts of graphs: found, copied, rerouted; what is computed then."""

import numpy as np
import pytest

import evergraph as tf

ge = tf.contrib.graph_editor


@pytest.fixture
def net():
    """a, b -> c = a + b -> d = c * 2 -> e = d - 1, f = e + d."""
    with tf.name_scope("foo"):
        a, b = tf.constant(1.0, name="a"), tf.constant(2.0, name="b")
        c = tf.add(a, b, name="c")
        with tf.name_scope("bar"):
            d = tf.multiply(c, 2.0, name="d")
            e = tf.subtract(d, 1.0, name="e")
        f = tf.add(e, d, name="f")
    return dict(a=a, b=b, c=c, d=d, e=e, f=f)


def run(*tensors):
    with tf.Session() as session:
        return session.run(list(tensors))


def names(things):
    return sorted(each.name for each in things)


def test_operations_are_found(net):
    graph = tf.get_default_graph()
    assert names(ge.select_ops("foo/bar/[de]$", graph=graph)) == ["foo/bar/d", "foo/bar/e"]
    assert names(ge.select_ts(net["a"], "(?#ts)d:0$", graph=graph)) == ["foo/a:0", "foo/bar/d:0"]
    assert names(ge.get_name_scope_ops(graph, "foo/bar")) == [
        "foo/bar/d", "foo/bar/d/y", "foo/bar/e", "foo/bar/e/y",
    ]  # fmt: skip
    back = ge.get_backward_walk_ops(net["d"])
    assert names(back) == ["foo/a", "foo/b", "foo/bar/d", "foo/bar/d/y", "foo/c"]
    assert names(ge.get_backward_walk_ops(net["d"].op, inclusive=False, stop_at_ts=[net["c"]])) == [
        "foo/bar/d/y"
    ]
    forward = ge.get_forward_walk_ops([net["c"]], within_ops=ge.get_backward_walk_ops(net["e"]))
    assert names(forward) == ["foo/bar/d", "foo/bar/e"]
    assert names(ge.get_walks_intersection_ops(net["c"], net["f"])) == ["foo/bar/d", "foo/bar/e", "foo/f"]
    assert names(ge.filter_ts_from_regex(forward, "/[cd]:")) == ["foo/bar/d:0", "foo/c:0"]
    inputs, outputs, inside = ge.compute_boundary_ts([net["d"].op, net["e"].op])
    assert net["c"] in inputs and outputs == [net["d"], net["e"]] and inside == [net["d"]]
    assert names(ge.get_within_boundary_ops(graph, net["f"].op, [net["d"].op], inclusive=False)) == [
        "foo/bar/e", "foo/bar/e/y", "foo/f",
    ]  # fmt: skip
    for wrong in (lambda: ge.select_ops("a"), lambda: ge.select_ops(net["a"].op, other=1)):
        with pytest.raises(ValueError):
            wrong()
    with pytest.raises(TypeError):
        ge.make_list_of_op([3])


def test_the_end_of_a_tensor_goes_elsewhere(net):
    assert run(net["f"]) == [11.0]
    assert ge.reroute_ts(net["c"], net["d"], can_modify=net["e"].op) == 1
    assert run(net["e"], net["f"]) == [2.0, 8.0]
    assert ge.swap_ts([net["a"]], [net["b"]]) == 2
    assert [tensor.name for tensor in net["c"].op.inputs] == ["foo/b:0", "foo/a:0"]
    with pytest.raises(ValueError, match="Dtypes"):
        ge.reroute_ts(tf.constant(1), net["a"])
    with pytest.raises(ValueError, match="Shapes"):
        ge.reroute_ts(tf.constant([1.0, 2.0]), net["a"])


def test_a_session_sees_what_was_rerouted(net):
    with tf.Session() as session:
        assert session.run(net["f"]) == 11.0
        ge.reroute_ts(tf.constant(10.0), net["c"])
        assert session.run(net["f"]) == 39.0


def test_views_have_inputs_and_outputs(net):
    view = ge.sgv(net["d"].op, net["e"].op)
    assert view.inputs[0] is net["c"] and view.outputs == [net["d"], net["e"]] and view
    assert view.remap_outputs([1]).outputs == [net["e"]] and view.remap_inputs([net["c"]]).inputs == [
        net["c"]
    ]
    assert [op.name for op in view.consumers()] == ["foo/f"]
    assert ge.sgv_scope("foo/bar", tf.get_default_graph()).find_op_by_name("foo/bar/e") is net["e"].op
    with pytest.raises(ValueError, match="range"):
        view.remap_inputs([7])
    with pytest.raises(ValueError, match="not found"):
        view.find_op_by_name("other")
    assert not ge.SubGraphView()


def test_parts_are_joined_and_taken_out(net):
    double = ge.sgv(net["d"].op).remap_inputs([0])
    other = tf.multiply(tf.constant(5.0), 3.0)
    ge.connect(ge.sgv(other.op), double)
    assert run(net["d"]) == [30.0]
    _, placeholders = ge.detach_outputs(ge.sgv(net["e"].op))
    with tf.Session() as session:
        assert session.run(net["f"], {placeholders[0]: 1.0}) == 31.0
    view, taken = ge.bypass(ge.sgv(net["d"].op).remap_inputs([0]))
    assert run(net["f"].op.inputs[1]) == [15.0] and len(taken) == 1
    x = tf.constant(1.0)
    with tf.control_dependencies([x.op]):
        y = tf.constant(2.0)
    ge.remove_control_inputs(y.op, x.op)
    assert y.op.control_inputs == [] and ge.ControlOutputs(tf.get_default_graph()).get(x.op) == []
    ge.add_control_inputs(y.op, x.op)
    assert ge.ControlOutputs(tf.get_default_graph()).get(x.op) == [y.op]
    for change in (lambda: ge.add_control_inputs(y.op, x.op), lambda: ge.remove_control_inputs(x.op, y.op)):
        with pytest.raises(ValueError, match="control_input"):
            change()


def test_copies_compute_the_same(net):
    view, info = ge.copy(ge.sgv(net["c"].op, net["d"].op, net["e"].op), dst_scope="copied", src_scope="foo")
    copied = info.transformed(net["e"])
    assert copied.name == "copied/bar/e:0" and info.original(copied) is net["e"]
    assert run(copied) == run(net["e"]) and view.outputs[-1] is copied
    replaced, info = ge.copy_with_input_replacements(
        ge.sgv(net["c"].op, net["d"].op), {net["a"]: tf.constant(10.0)}
    )
    assert run(info._transformed_ts[net["d"]]) == [24.0]
    assert info._transformed_ops[net["d"].op].name == "foo/bar/d_1"
    other = tf.Graph()
    _, info = ge.copy(ge.sgv_scope("foo", tf.get_default_graph()), other)
    with tf.Session(graph=other) as session:
        assert session.run("foo/f:0") == 11.0


def test_targets_are_computed_from_other_tensors(net):
    eight = tf.constant(8.0)
    new_f, same = ge.graph_replace((net["f"], net["a"]), {net["d"]: eight})
    assert run(new_f, net["f"], same) == [15.0, 11.0, 1.0]
    with pytest.raises(ValueError, match="not connected"):
        ge.graph_replace(net["a"], {net["f"]: eight})


def test_a_branch_and_a_loop_are_copied():
    x = tf.constant(3.0)
    y = tf.cond(x > 1.0, lambda: x * 2.0, lambda: x - 1.0)
    z = tf.while_loop(lambda i, v: i < 3, lambda i, v: (i + 1, v + y), (0, 0.0))[1]
    new = ge.graph_replace(z, {x: tf.constant(0.5)})
    assert run(z, new) == [18.0, -1.5]


def test_the_gradient_of_a_copy(net):
    x = tf.constant([1.0, 2.0])
    y = tf.reduce_sum(tf.square(x))
    new = tf.constant([3.0, 4.0])
    copied = ge.graph_replace(y, {x: new})
    np.testing.assert_array_equal(run(tf.gradients(copied, new)[0])[0], [6.0, 8.0])
