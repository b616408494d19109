"""GraphDefs with Switch, Merge and frames, written by hand: what they become, and what is refused.

`test_functionalize_interop.py` has those that TensorFlow writes, with their gradients.
"""

import numpy as np
import pytest
from tensorboard.compat.proto.graph_pb2 import GraphDef

import evergraph as tf
from evergraph.framework import protos
from evergraph.framework.functionalize import functionalized, is_functional


class _Writer:
    """Writes nodes; `attributes` are Python values."""

    def __init__(self):
        self.message = GraphDef()

    def __call__(self, name, op, *inputs, **attributes):
        node = self.message.node.add(name=name, op=op, input=inputs)
        for key, value in attributes.items():
            node.attr[key].CopyFrom(protos.to_attr_value(value))
        return name

    def constant(self, name, value, dtype=np.float32, after=()):
        array = np.asarray(value, dtype)
        message = tf.make_tensor_proto(array)
        node = self.message.node.add(name=name, op="Const", input=[f"^{n}" for n in after])
        node.attr["dtype"].type = message.dtype
        node.attr["value"].tensor.CopyFrom(message)
        return name


def _conditional(write, name, data, predicate, then, other):
    """Merge(data + other, data * then), as TensorFlow writes a `cond`."""
    write(f"{name}/switch", "Switch", data, predicate, T=tf.float32)
    write(f"{name}/pivot", "Switch", predicate, predicate, T=tf.bool)
    write(f"{name}/t", "Identity", f"{name}/pivot:1", T=tf.bool)
    write(f"{name}/f", "Identity", f"{name}/pivot", T=tf.bool)
    write.constant(f"{name}/then", then, after=[f"{name}/t"])
    write.constant(f"{name}/other", other, after=[f"{name}/f"])
    write(f"{name}/mul", "Mul", f"{name}/switch:1", f"{name}/then", T=tf.float32)
    write(f"{name}/add", "Add", f"{name}/switch", f"{name}/other", T=tf.float32)
    return write(f"{name}/Merge", "Merge", f"{name}/add", f"{name}/mul", N=2, T=tf.float32)


def _loop(write, name, start, limit, step):
    """A `while_loop` that adds `step` as long as the value is below `limit`."""
    frame = {"frame_name": f"{name}/frame", "T": tf.float32}
    write(f"{name}/Enter", "Enter", start, is_constant=False, **frame)
    write(f"{name}/limit", "Enter", limit, is_constant=True, **frame)
    write(f"{name}/Merge", "Merge", f"{name}/Enter", f"{name}/Next", N=2, T=tf.float32)
    write(f"{name}/less", "Less", f"{name}/Merge", f"{name}/limit", T=tf.float32)
    write(f"{name}/LoopCond", "LoopCond", f"{name}/less")
    write(f"{name}/Switch", "Switch", f"{name}/Merge", f"{name}/LoopCond", T=tf.float32)
    write(f"{name}/Identity", "Identity", f"{name}/Switch:1", T=tf.float32)
    write.constant(f"{name}/step", step, after=[f"{name}/Identity"])
    write(f"{name}/add", "Add", f"{name}/Identity", f"{name}/step", T=tf.float32)
    write(f"{name}/Next", "NextIteration", f"{name}/add", T=tf.float32)
    return write(f"{name}/Exit", "Exit", f"{name}/Switch", T=tf.float32)


def _placeholders(write):
    write("x", "Placeholder", dtype=tf.float32, shape=tf.TensorShape([]))
    write("p", "Placeholder", dtype=tf.bool, shape=tf.TensorShape([]))


def _run(write, fetch, **feeds):
    with tf.Graph().as_default():
        tf.import_graph_def(write.message, name="")
        with tf.Session() as sess:
            return sess.run(f"{fetch}:0", {f"{name}:0": value for name, value in feeds.items()})


def _types(write):
    return {node.name: node.op for node in functionalized(write.message).node}


def test_a_conditional():
    write = _Writer()
    _placeholders(write)
    merge = _conditional(write, "c", "x", "p", 3.0, 10.0)
    assert not is_functional(write.message)
    assert _types(write) == {"x": "Placeholder", "p": "Placeholder", "c/If": "If", "c/Merge": "Identity"}
    assert _run(write, merge, x=2.0, p=True) == 6.0
    assert _run(write, merge, x=2.0, p=False) == 12.0


def test_conditionals_in_a_row_and_nested():
    write = _Writer()
    _placeholders(write)
    first = _conditional(write, "a", "x", "p", 2.0, 1.0)
    second = _conditional(write, "b", first, "p", 5.0, 7.0)
    assert list(_types(write).values()).count("If") == 2  # the second needs the first
    assert _run(write, second, x=1.0, p=True) == 10.0
    assert _run(write, second, x=1.0, p=False) == 9.0


def test_results_of_one_predicate_share_an_operation():
    write = _Writer()
    _placeholders(write)
    results = [_conditional(write, name, "x", "p", 2.0, 1.0) for name in "ab"]
    write("sum", "AddN", *results, N=2, T=tf.float32)
    assert list(_types(write).values()).count("If") == 1
    assert _run(write, "sum", x=3.0, p=True) == 12.0


def test_an_effect_that_is_only_waited_for():
    write = _Writer()
    _placeholders(write)
    write("v", "VariableV2", dtype=tf.float32, shape=tf.TensorShape([]))
    write("init", "Assign", "v", write.constant("zero", 0.0), T=tf.float32)
    write("switch", "RefSwitch", "v", "p", T=tf.float32)
    write("pivot", "Switch", "p", "p", T=tf.bool)
    write("t", "Identity", "pivot:1", T=tf.bool)
    write("bump", "AssignAdd", "switch:1", write.constant("one", 1.0, after=["t"]), T=tf.float32)
    write("trigger", "ControlTrigger", "^bump")
    write("read", "Identity", "x", "^trigger", T=tf.float32)
    with tf.Graph().as_default():
        tf.import_graph_def(write.message, name="")
        with tf.Session() as sess:
            sess.run("init")
            for p in (True, False, True):
                sess.run("read:0", {"x:0": 1.0, "p:0": p})
            assert sess.run("v:0") == 2.0


def test_random_numbers_that_a_branch_and_its_gradient_share():
    write = _Writer()
    _placeholders(write)
    write("shape", "Const", dtype=tf.int32)
    write.message.node[-1].attr["value"].tensor.CopyFrom(tf.make_tensor_proto(np.zeros(0, np.int32)))
    write("switch", "Switch", "x", "p", T=tf.float32)
    write("pivot", "Switch", "p", "p", T=tf.bool)
    write("t", "Identity", "pivot:1", T=tf.bool)
    write("noise", "RandomUniform", "shape", "^t", T=tf.int32, dtype=tf.float32, seed=1, seed2=2)
    write("noisy", "Mul", "switch:1", "noise", T=tf.float32)
    write("forward", "Merge", "switch", "noisy", N=2, T=tf.float32)
    write("switch_2", "Switch", "forward", "p", T=tf.float32)  # a gradient that uses the noise again
    write("again", "Mul", "switch_2:1", "noise", T=tf.float32)
    write("backward", "Merge", "switch_2", "again", N=2, T=tf.float32)
    with tf.Graph().as_default():
        tf.import_graph_def(write.message, name="")
        with tf.Session() as sess:
            one, two = sess.run(["forward:0", "backward:0"], {"x:0": 1.0, "p:0": True})
            assert 0 < one < 1
            np.testing.assert_allclose(two, one * one, rtol=1e-6)
            assert sess.run("backward:0", {"x:0": 4.0, "p:0": False}) == 4.0


def test_a_loop():
    write = _Writer()
    _placeholders(write)
    end = _loop(write, "w", "x", write.constant("limit", 10.0), 3.0)
    types = _types(write)
    assert types["w/While"] == "While" and types[end] == "Identity" and "w/add" not in types
    assert _run(write, end, x=1.0) == 10.0
    assert _run(write, end, x=12.0) == 12.0


def test_a_conditional_around_a_loop():
    write = _Writer()
    _placeholders(write)
    write.constant("limit", 5.0)
    write("s", "Switch", "x", "p", T=tf.float32)
    write("s2", "Switch", "limit", "p", T=tf.float32)
    end = _loop(write, "w", "s:1", "s2:1", 2.0)
    write("m", "Merge", "s", end, N=2, T=tf.float32)
    assert _run(write, "m", x=0.0, p=True) == 6.0
    assert _run(write, "m", x=0.0, p=False) == 0.0


def test_a_gradient_flows_through_what_was_imported():
    write = _Writer()
    _placeholders(write)
    merge = _conditional(write, "c", "x", "p", 3.0, 10.0)
    with tf.Graph().as_default():
        tf.import_graph_def(write.message, name="")
        graph = tf.get_default_graph()
        x = graph.get_tensor_by_name("x:0")
        (gradient,) = tf.gradients(graph.get_tensor_by_name(f"{merge}:0"), x)
        with tf.Session() as sess:
            assert [sess.run(gradient, {x: 1.0, "p:0": p}) for p in (True, False)] == [3.0, 1.0]


def _two_predicates(write):
    write("q", "Placeholder", dtype=tf.bool)
    write("s", "Switch", "x", "p", T=tf.float32)
    write("t", "Switch", "x", "q", T=tf.float32)
    write("m", "Merge", "s:1", "t:1", N=2, T=tf.float32)


def _effect_in_both(write):
    write("v", "VariableV2", dtype=tf.float32, shape=tf.TensorShape([]))
    write("switch", "RefSwitch", "v", "p", T=tf.float32)
    write.constant("one", 1.0)
    write("bump", "AssignAdd", "switch:1", "one", T=tf.float32)
    write("side", "Switch", "x", "p", T=tf.float32)
    write("forward", "Merge", "side", "bump", N=2, T=tf.float32)
    write("back", "Switch", "forward", "p", T=tf.float32)
    write("mul", "Mul", "back:1", "bump", T=tf.float32)
    write("backward", "Merge", "back", "mul", N=2, T=tf.float32)


@pytest.mark.parametrize(
    "build, message",
    [
        (_two_predicates, "'m'.*two sides"),
        (lambda w: w("e", "Enter", "x", frame_name="f"), "'e' of type Enter.*no LoopCond"),
        (_effect_in_both, "'bump'.*would both run it"),
    ],
    ids=["a merge of two predicates", "a frame without condition", "an effect in a branch and its gradient"],
)
def test_what_has_no_functional_form_is_refused(build, message):
    write = _Writer()
    _placeholders(write)
    build(write)
    with pytest.raises(tf.errors.UnimplementedError, match=message):
        tf.import_graph_def(write.message, name="")


@pytest.mark.parametrize(
    "nodes, message",
    [
        ([("e", "Enter", ["x"], {})], "'e' of type Enter .*frame_name"),
        ([("s", "Switch", ["x"], {})], "'s' of type Switch has 1 inputs"),
        ([("m", "Merge", ["gone", "x"], {})], "Unknown input node 'gone'"),
        ([("m", "Merge", ["a", "x"], {}), ("a", "Identity", ["m"], {})], "cycle through"),
    ],
)
def test_control_flow_that_is_malformed(nodes, message):
    write = _Writer()
    _placeholders(write)
    for name, op, inputs, attributes in nodes:
        write(name, op, *inputs, **attributes)
    with pytest.raises(ValueError, match=message):
        tf.import_graph_def(write.message, name="")


def _pushing_and_popping(write, version):
    """A loop that pushes x, x + 1, ... below 4, and one that pops as many and adds them up, each times 10 what came before."""
    write.constant("limit", 4.0)
    stack = {"elem_type": tf.float32, "stack_name": ""}
    if version:
        write("stack", "StackV2", write.constant("bound", -1, np.int32), **stack)
    else:
        write("stack", "Stack", **stack)
    end = _loop(write, "w", "x", "limit", 1.0)
    frame = {"is_constant": True, "T": tf.resource if version else tf.string}
    write("w/stack", "Enter" if version else "RefEnter", "stack", frame_name="w/frame", **frame)
    write("w/push", f"StackPush{version}", "w/stack", "w/Identity", T=tf.float32)
    next(n for n in write.message.node if n.name == "w/Next").input.append("^w/push")
    write("times", "Sub", end, "x", T=tf.float32)
    write.constant("zero", 0.0)
    counted = {"frame_name": "g/frame", "T": tf.float32, "is_constant": False}
    for name, start in (("left", "times"), ("sum", "zero")):
        write(f"g/{name}/Enter", "Enter", start, **counted)
        write(f"g/{name}/Merge", "Merge", f"g/{name}/Enter", f"g/{name}/Next", N=2, T=tf.float32)
        write(f"g/{name}/Switch", "Switch", f"g/{name}/Merge", "g/LoopCond", T=tf.float32)
    write("g/stack", "Enter" if version else "RefEnter", "stack", frame_name="g/frame", **frame)
    write("g/zero", "Enter", "zero", frame_name="g/frame", is_constant=True, T=tf.float32)
    write("g/greater", "Greater", "g/left/Merge", "g/zero", T=tf.float32)
    write("g/LoopCond", "LoopCond", "g/greater")
    write("g/pop", f"StackPop{version}", "g/stack", "^g/left/Switch", elem_type=tf.float32)
    write.constant("g/one", 1.0, after=["g/left/Switch"])
    write.constant("g/ten", 10.0, after=["g/left/Switch"])
    write("g/fewer", "Sub", "g/left/Switch:1", "g/one", T=tf.float32)
    write("g/shifted", "Mul", "g/sum/Switch:1", "g/ten", T=tf.float32)
    write("g/added", "Add", "g/shifted", "g/pop", T=tf.float32)
    write("g/left/Next", "NextIteration", "g/fewer", T=tf.float32)
    write("g/sum/Next", "NextIteration", "g/added", T=tf.float32)
    return write("g/Exit", "Exit", "g/sum/Switch", T=tf.float32)


@pytest.mark.parametrize("version", ["V2", ""], ids=["since TensorFlow 1.3", "until TensorFlow 1.2"])
def test_a_stack_gives_back_what_came_last(version):
    write = _Writer()
    _placeholders(write)
    total = _pushing_and_popping(write, version)
    assert _run(write, total, x=1.0) == 321.0


def test_control_flow_in_a_function_is_refused_by_name():
    write = _Writer()
    _placeholders(write)
    function = write.message.library.function.add()
    function.signature.name = "f"
    function.signature.input_arg.add(name="a", type=tf.float32.as_datatype_enum)
    function.node_def.add(name="inner", op="Switch", input=["a", "a"])
    function.signature.output_arg.add(name="r", type=tf.float32.as_datatype_enum)
    function.ret["r"] = "inner:output_true:0"
    node = write.message.node.add(name="call", op="If", input=["p", "x"])
    for key in ("then_branch", "else_branch"):
        node.attr[key].func.name = "f"
    with pytest.raises(tf.errors.UnimplementedError, match="'inner' of type Switch .* inside of a function"):
        tf.import_graph_def(write.message, name="")
