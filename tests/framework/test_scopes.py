"""Scopes are one value: each block changes its part and puts that back, and a body begins with a copy."""

import threading

import pytest

import evergraph as tf
from evergraph.framework.protos import to_attr_value
from evergraph.framework.scopes import Scopes


def test_a_graph_begins_without_scopes():
    assert tf.Graph()._scopes == Scopes()


def test_blocks_put_back_what_they_changed(default_graph):
    graph = default_graph
    one = tf.constant(1.0, name="one")
    blocks = [
        lambda: graph.name_scope("deep"),
        lambda: graph.device("/cpu:0"),
        lambda: graph.colocate_with(one),
        lambda: graph.control_dependencies([one]),
        lambda: graph.control_dependencies(None),
        lambda: graph.container("box"),
        lambda: graph.gradient_override_map({"Sin": "Mine"}),
        lambda: graph._attr_scope({"_mine": 1}),
        lambda: graph._original_op(one.op),
        lambda: graph.inside(None),
    ]
    for block in blocks:
        before = graph._scopes
        with pytest.raises(KeyError), block():
            raise KeyError
        assert graph._scopes == before


def test_a_block_puts_back_its_own_part_alone(default_graph):
    graph = default_graph
    name, device = graph.name_scope("deep"), graph.device("/cpu:0")
    name.__enter__()
    device.__enter__()
    name.__exit__(None, None, None)  # left before what was entered after it
    made = tf.constant(1.0, name="made")
    assert made.op.name == "made" and made.device == "/device:CPU:0"
    device.__exit__(None, None, None)
    assert graph._scopes == Scopes()


def test_a_body_begins_with_the_scopes_around_it(default_graph):
    graph = default_graph
    one, choose, before = tf.constant(1.0, name="one"), tf.constant(True), tf.no_op()
    seen = {}

    def branch():
        seen["scopes"] = graph._scopes
        inner = tf.identity(one, name="inner")
        seen["op"] = inner.op
        return inner

    with (
        tf.device("/cpu:0"),
        tf.container("box"),
        graph._attr_scope({"_mine": 1}),
        tf.control_dependencies([before]),
    ):
        around = graph._scopes
        out = tf.cond(choose, branch, lambda: one)
    scopes = seen["scopes"]
    assert scopes.body is not None and scopes.control == ()
    assert (scopes.devices, scopes.container, scopes.attributes) == (around.devices, "box", {"_mine": 1})
    assert seen["op"].device == "/device:CPU:0" and seen["op"].get_attr("_mine") == 1
    assert seen["op"].control_inputs == [] and before in out.op.control_inputs
    assert graph._scopes == Scopes()


def test_scopes_do_not_change():
    with pytest.raises(AttributeError):
        Scopes().name = "other"


def test_threads_have_scopes_of_their_own_when_asked_for():
    graph = tf.Graph()
    with graph.as_default():
        one = tf.constant(1.0, name="one")
    with graph.name_scope("around"):
        graph.switch_to_thread_local()
    seen = []

    def look():
        seen.append(graph.get_name_scope())
        with graph.as_default(), graph.control_dependencies([one]):
            seen.append(tf.no_op(name="waits").name)

    with graph.name_scope("mine"), graph.device("/gpu:0"):
        thread = threading.Thread(target=look)
        thread.start()
        thread.join()
        made = graph.create_op("NoOp", [], [], name="made")
    assert seen == ["around", "around/waits"] and graph.get_operation_by_name("around/waits").device == ""
    assert made.control_inputs == [] and made.device == "/device:GPU:0"


def test_attributes_may_be_messages(default_graph):
    with default_graph._attr_scope({"_mine": to_attr_value(b"text")}):
        assert tf.no_op().get_attr("_mine") == b"text"


@pytest.mark.parametrize("given, scope", [("/", "/"), ("//", "//"), ("a//", "a//"), ("", ""), (None, "")])
def test_a_slash_at_the_end_is_taken_as_it_stands(default_graph, given, scope):
    with tf.name_scope("around/"), tf.name_scope(given, default_name=None) as found:
        assert found == scope


def test_initial_values_belong_to_the_group_of_their_variable():
    with tf.Graph().as_default():
        for variable in (
            tf.get_variable("a", [2], use_resource=True),
            tf.get_variable("b", [2], use_resource=False),
        ):
            groups = variable.op.colocation_groups()
            assert (
                variable.initial_value.op.colocation_groups()
                == groups
                == [f"loc:@{variable.op.name}".encode()]
            )
            assert variable.initial_value.op.get_attr("_class") == groups


def test_a_device_inside_of_a_colocation_is_that_of_the_operation():
    with tf.Graph().as_default():
        with tf.device("/device:GPU:0"):
            a = tf.constant(1.0)
        with tf.device("/device:CPU:1"), tf.colocate_with(a):
            beside = tf.constant(2.0)
            with tf.device("/device:CPU:0"):
                elsewhere = tf.constant(3.0)
        assert (beside.device, elsewhere.device) == ("/device:GPU:0", "/device:CPU:0")
        assert elsewhere.op.colocation_groups() == a.op.colocation_groups()
