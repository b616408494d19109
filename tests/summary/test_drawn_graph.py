"""The graph in an event file has the bodies of control flow in their boxes, and no functions beside."""

import re

import evergraph as tf
from evergraph.framework.graph_import import import_graph_def
from evergraph.summary.drawn_graph import drawn_graph


def drawing():
    """A graph with a cond, and a loop that has another one in its body; the GraphDef as drawn."""
    x = tf.placeholder(tf.float32, [4], name="x")
    v = tf.get_variable("v", [4])
    y = tf.cond(tf.reduce_sum(x) > 0, lambda: tf.exp(v * x), lambda: tf.sin(v))
    tf.while_loop(
        lambda i, a: i < 5,
        lambda i, a: (i + 1, tf.cond(i > 2, lambda: a * 2.0, lambda: a + v)),
        [tf.constant(0), y],
        name="loop",
    )
    return drawn_graph(tf.get_default_graph().as_graph_def(add_shapes=True))


def test_bodies_are_in_their_boxes():
    drawn = drawing()
    nodes = {node.name: node for node in drawn.node}
    assert len(nodes) == len(drawn.node) and not drawn.library.function
    assert {name.split("/")[0] for name in nodes} == {
        "Const",
        "Const_1",
        "Greater",
        "Sum",
        "cond",
        "loop",
        "v",
        "x",
    }
    read, other = nodes["cond/mul"].input
    assert list(nodes[read].input) == ["v"] and read.startswith("cond/") and other == "x"
    assert list(nodes["cond/Exp"].input) == ["cond/mul"]
    assert list(nodes["cond/Merge"].input) == ["Greater", "v", "x", "cond/Sin", "cond/Exp"]
    inner = nodes["loop/cond/Merge"]
    assert (
        inner.op == "If"
        and inner.input[0] == "loop/Greater"
        and {"loop/cond/mul", "loop/cond/add"} < set(inner.input)
    )
    assert {"loop/add", "loop/cond/Merge", "loop/Less"} < set(nodes["loop/Exit"].input)
    assert not any(value.HasField("func") for node in drawn.node for value in node.attr.values())


def test_every_line_leads_somewhere():
    drawn = drawing()
    names = {node.name for node in drawn.node}
    ends = {re.sub(r"^\^|:\d+$", "", source) for node in drawn.node for source in node.input}
    assert ends <= names


def test_many_of_a_kind_are_in_one_box():
    x = tf.placeholder(tf.float32, [], name="x")
    with tf.name_scope("a"):
        for _ in range(4):
            tf.add(tf.cond(x > 0, lambda: tf.exp(x), lambda: tf.sin(x)), 1.0, name="after")
    tf.cond(x > 0, lambda: tf.exp(x), lambda: tf.sin(x))
    drawn = drawn_graph(tf.get_default_graph().as_graph_def())
    nodes = {node.name: node for node in drawn.node}
    assert {name.split("/")[1] for name in nodes if name.startswith("a/cond")} == {"cond"}
    assert list(nodes["a/after_2"].input) == ["a/cond/cond_2/Merge", "a/after_2/y"]
    assert {"a/cond/cond/Exp", "a/cond/cond_3/Sin", "cond/Merge"} < set(nodes)
    ends = {re.sub(r"^\^|:\d+$", "", source) for node in drawn.node for source in node.input}
    assert ends <= set(nodes)


def test_a_graph_without_bodies_is_as_it_is():
    tf.add(1.0, 2.0)
    graph_def = tf.get_default_graph().as_graph_def()
    assert drawn_graph(graph_def) is graph_def


def test_names_that_are_taken(tmp_path):
    x = tf.placeholder(tf.float32, [], name="x")
    tf.cond(x > 0, lambda: tf.exp(x), lambda: tf.sin(x))
    graph_def = tf.get_default_graph().as_graph_def()
    graph_def.node.add(name="cond/Exp", op="NoOp")
    names = [node.name for node in drawn_graph(graph_def).node]
    assert len(set(names)) == len(names) and "cond/Merge/then_branch/cond/Exp" in names


def test_the_writer_draws_and_the_meta_graph_can_be_imported(tmp_path):
    drawn = drawing()
    with tf.summary.FileWriter(str(tmp_path), tf.get_default_graph()):
        pass
    (file,) = tmp_path.iterdir()
    events = list(tf.train.summary_iterator(str(file)))
    assert tf.GraphDef.FromString(next(e.graph_def for e in events if e.graph_def)) == drawn
    meta = tf.MetaGraphDef.FromString(next(e.meta_graph_def for e in events if e.meta_graph_def))
    with tf.Graph().as_default() as graph:
        import_graph_def(meta.graph_def, name="")
        assert graph.get_operation_by_name("loop/Exit").type == "While"
