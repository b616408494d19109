"""MetaGraphDef: what is in it, and what can be left out."""

import pytest
from google.protobuf import text_format
from tensorboard.compat.proto import graph_pb2

from evergraph.checkpoint.meta_graph import (
    read_meta_graph_file,
    register_proto_function,
    stripped_op_list_for_graph,
)
from evergraph.checkpoint.saver import Saver, export_meta_graph
from evergraph.checkpoint.scoped_graphs import export_scoped_meta_graph, import_scoped_meta_graph
from evergraph.formats.messages import MetaGraphDef, VariableDef
from evergraph.framework.collections import GraphKeys, add_to_collection
from evergraph.framework.default_graph import colocate_with, device, get_default_graph, name_scope
from evergraph.framework.graph import Graph
from evergraph.ops.constants import constant, identity
from evergraph.ops.control_flow.conditional import cond
from evergraph.ops.control_flow.loop import while_loop
from evergraph.ops.variables.collections import global_variables_initializer
from evergraph.ops.variables.reference import Variable
from evergraph.ops.variables.resource import ResourceVariable
from evergraph.session.session import Session


def _model():
    with name_scope("a"), device("/cpu:0"):
        v = Variable([1.0, 2.0], name="v")
        with colocate_with(v.op):
            out = identity(v, name="out")
    r = ResourceVariable(3.0, name="r", trainable=False)
    add_to_collection("outputs", out)
    add_to_collection("sizes", 7)
    add_to_collection("words", "hello")
    add_to_collection("rates", 0.5)
    return v, r, out


def test_what_is_in_it(tmp_path):
    v, r, out = _model()
    saver = Saver()
    session = Session()
    session.run(global_variables_initializer())
    path = saver.save(session, str(tmp_path / "m"))
    message = read_meta_graph_file(path + ".meta")
    nodes = {node.name: node for node in message.graph_def.node}
    assert list(nodes) == [op.name for op in get_default_graph().get_operations()]
    assert nodes["a/v"].attr["shape"].shape.dim[0].size == 2 and nodes["a/v"].op == "VariableV2"
    assert nodes["a/v"].attr["_output_shapes"].list.shape[0].dim[0].size == 2
    assert (
        list(nodes["a/out"].input) == ["a/v/read"] and nodes["a/out"].attr["_class"].list.s[0] == b"loc:@a/v"
    )
    assert "^save/SaveV2" in nodes["save/control_dependency"].input
    assert not [
        k
        for node in nodes.values()
        for k in node.attr
        if k.startswith("_") and k not in ("_class", "_output_shapes")
    ]
    assert message.saver_def == saver.saver_def
    assert message.meta_info_def.tensorflow_version
    ops = {op.name: op for op in message.meta_info_def.stripped_op_list.op}
    assert set(ops) == {node.op for node in nodes.values()}
    assert [a.name for a in ops["SaveV2"].input_arg] == [
        "prefix",
        "tensor_names",
        "shape_and_slices",
        "tensors",
    ]
    collections = message.collection_def
    variables = [VariableDef.FromString(b) for b in collections["variables"].bytes_list.value]
    assert [d.variable_name for d in variables] == [v.name, r.name] and variables[1].is_resource
    assert list(collections["outputs"].node_list.value) == [out.name]
    assert list(collections["sizes"].int64_list.value) == [7]
    assert list(collections["words"].bytes_list.value) == [b"hello"]
    assert list(collections["rates"].float_list.value) == [0.5]


def test_what_a_program_keeps_in_collections_is_left_out_when_it_cannot_be_written(caplog):
    constant(1)
    add_to_collection("mine", object())
    message = export_meta_graph()
    assert "mine" not in message.collection_def and "'mine' is not written" in caplog.text


def test_text_and_lists(tmp_path):
    _model()
    path = str(tmp_path / "graph")
    message = export_meta_graph(path, as_text=True, collection_list=["words"])
    assert list(message.collection_def) == ["words"]
    assert read_meta_graph_file(path) == message
    with open(path) as file:
        assert text_format.Parse(file.read(), MetaGraphDef()) == message


def test_bodies_of_control_flow_are_functions():
    x = constant(2.0, name="x")
    for _ in range(2):
        cond(x > 1.0, lambda: cond(x > 3.0, lambda: x + 1.0, lambda: x), lambda: x * 2.0)
    while_loop(lambda i: i < 3, lambda i: i + 1, [constant(0)])
    graph_def = export_meta_graph().graph_def
    functions = {f.signature.name: f for f in graph_def.library.function}
    used = [a.func.name for n in graph_def.node for a in n.attr.values() if a.func.name]
    assert len(used) == len(set(used)) == 6 and len(functions) == 10 and set(used) < set(functions)
    for function in functions.values():
        known = {a.name for a in function.signature.input_arg}
        for node in function.node_def:
            assert {i.removeprefix("^").partition(":")[0] for i in node.input} <= known
            known.add(node.name)
        assert [a.name for a in function.signature.output_arg] == list(function.ret)


def test_a_scope_without_devices():
    _model()
    Saver()
    message = export_meta_graph(export_scope="a", clear_devices=True)
    nodes = {node.name: node for node in message.graph_def.node}
    assert "v" in nodes and "out" in nodes and not any(name.startswith("save") for name in nodes)
    assert not any(node.device for node in nodes.values())
    assert nodes["out"].attr["_class"].list.s[0] == b"loc:@v"
    variables = message.collection_def[GraphKeys.GLOBAL_VARIABLES].bytes_list.value
    assert [VariableDef.FromString(b).variable_name for b in variables] == ["v:0"]


def test_defaults_and_other_savers_are_stripped():
    _model()
    first, second = Saver(), Saver(sharded=True)
    add_to_collection(GraphKeys.SAVERS, first)
    whole = export_meta_graph(saver_def=second.saver_def)
    part = second.export_meta_graph(clear_extraneous_savers=True, strip_default_attrs=True)
    names = {node.name for node in part.graph_def.node}
    left_out = {node.name for node in whole.graph_def.node} - names
    assert left_out == {op.name for op in get_default_graph().get_operations() if op.name.startswith("save/")}
    assert GraphKeys.SAVERS not in part.collection_def and GraphKeys.SAVERS in whole.collection_def
    attributes = {n.name: set(n.attr) for n in part.graph_def.node}
    assert "container" not in attributes["a/v"] and "shape" in attributes["a/v"]
    assert part.meta_info_def.stripped_default_attrs


def test_mistakes(tmp_path):
    constant(1)
    with pytest.raises(OSError, match="does not exist"):
        read_meta_graph_file(str(tmp_path / "none"))
    (tmp_path / "bad").write_bytes(b"\xff\xff nonsense")
    with pytest.raises(OSError, match="Cannot parse"):
        read_meta_graph_file(str(tmp_path / "bad"))


def test_a_collection_of_the_programs_own_messages():
    class Item:
        def __init__(self, name):
            self.name = name

    register_proto_function(
        "own_items",
        VariableDef,
        to_proto=lambda item, export_scope=None: VariableDef(variable_name=item.name),
        from_proto=lambda message, import_scope=None: Item(f"read {message.variable_name}"),
    )
    with Graph().as_default():
        add_to_collection("own_items", Item("one"))
        message, _ = export_scoped_meta_graph()
    with Graph().as_default() as graph:
        import_scoped_meta_graph(message)
        assert [item.name for item in graph.get_collection("own_items")] == ["read one"]
    with pytest.raises(TypeError, match="to_proto must be callable"):
        register_proto_function("own_items", VariableDef, to_proto=3)


def test_signatures_of_what_a_graph_and_the_functions_it_calls_use():
    message = graph_pb2.GraphDef()
    for name, node_types in (("called", ["Add"]), ("inner", ["Mul"]), ("unused", ["Sub"])):
        function = message.library.function.add()
        function.signature.name = name
        for type_ in node_types:
            function.node_def.add(name=type_, op=type_)
    message.library.function[0].node_def.add(name="deeper", op="inner")
    message.node.add(name="a", op="called")
    message.node.add(name="b", op="Const")
    found = [op.name for op in stripped_op_list_for_graph(message).op]
    assert found == ["Add", "Const", "Mul"]
