"""GraphDefs imported again: our own come back as they were, mistakes are named."""

import numpy as np
import pytest
from google.protobuf import text_format

import evergraph as tf
from evergraph.framework.graph_import import import_graph_def
from evergraph.framework.protos import to_attr_value


def _graph_def(text):
    return text_format.Parse(text, tf.GraphDef())


def _described(node):
    attributes = {k: v.SerializeToString() for k, v in node.attr.items() if not v.HasField("tensor")}
    return node.name, node.op, list(node.input), node.device, attributes


def _again(build, feeds=None, **arguments):
    """(values of the original, values of the import) of what `build()` returns."""
    original = tf.Graph()
    with original.as_default():
        tf.set_random_seed(1)
        fetches = build()
        names = [t.name for t in fetches]
        init = tf.global_variables_initializer().name
    feeds = {k: np.asarray(v, np.float32) for k, v in (feeds or {}).items()}
    with tf.Session(graph=original) as sess:
        sess.run(init)
        before = [sess.run(names, feeds) for _ in range(3)]
    message = tf.GraphDef.FromString(original.as_graph_def().SerializeToString())
    with tf.Graph().as_default() as copy:
        import_graph_def(message, name="", **arguments)
    again = copy.as_graph_def()
    assert [_described(n) for n in again.node] == [_described(n) for n in message.node]
    bodies, expected = (
        {f.signature.name: [n.op for n in f.node_def] for f in m.library.function} for m in (again, message)
    )
    assert bodies == expected
    with tf.Session(graph=copy) as sess:
        sess.run(init)
        after = [sess.run(names, feeds) for _ in range(3)]
    for one, two in zip(before, after):
        for a, b in zip(one, two):
            np.testing.assert_array_equal(a, b)


def _training(optimizer):
    x = tf.placeholder(tf.float32, [None, 3], name="x")
    w = tf.get_variable("w", [3, 2], initializer=tf.random_normal_initializer(seed=2))
    b = tf.get_variable("b", initializer=tf.zeros([2]), use_resource=True)
    h = tf.nn.dropout(tf.nn.softplus(tf.matmul(x, w) + b), 0.5, seed=3)
    loss = tf.reduce_sum(tf.square(h - 1.0)) + tf.nn.l2_loss(tf.nn.embedding_lookup(w, [0, 2, 0]))
    step = optimizer.minimize(loss, global_step=tf.train.get_or_create_global_step())
    with tf.control_dependencies([step]):
        return [
            loss,
            tf.identity(w.read_value(), name="w_after"),
            tf.identity(b.read_value(), name="b_after"),
        ]


def _conditionals():
    x = tf.placeholder(tf.float32, [], name="x")
    v = tf.get_variable("v", initializer=1.0)
    inner = tf.cond(x > 1.0, lambda: tf.cond(x > 3.0, lambda: x + v, lambda: x - v), lambda: x * 2.0)
    update = tf.cond(x > 0.0, lambda: tf.assign_add(v, x), lambda: tf.identity(v))
    return [inner, update, tf.gradients(inner, x)[0]]


def _loops():
    x = tf.placeholder(tf.float32, [], name="x")
    total = tf.while_loop(lambda i, a: i < 5, lambda i, a: (i + 1, a * x), [0, 1.0])[1]
    bounded = tf.while_loop(lambda a: a < 100.0, lambda a: a * x, [x], maximum_iterations=3)
    grown = tf.while_loop(
        lambda i, a: i < 3,
        lambda i, a: (i + 1, tf.concat([a, [x]], 0)),
        [0, tf.zeros([1])],
        shape_invariants=[tf.TensorShape([]), tf.TensorShape([None])],
    )[1]
    drawn = tf.map_fn(lambda y: y + tf.random_uniform([], seed=4), tf.stack([x, x]))
    return [total, bounded, grown, drawn, tf.gradients(total + bounded, x)[0]]


def _queue():
    queue = tf.FIFOQueue(10, [tf.float32, tf.string], [[], []])
    with tf.control_dependencies([queue.enqueue([2.0, "word"])]):
        number, word = queue.dequeue()
    return [number, tf.string_join([word, "s"]), queue.size()]


@pytest.mark.parametrize(
    "build, feeds",
    [
        (lambda: _training(tf.train.AdamOptimizer(0.1)), {"x:0": np.ones([4, 3])}),
        (lambda: _training(tf.train.MomentumOptimizer(0.1, 0.9)), {"x:0": np.ones([4, 3])}),
        (_conditionals, {"x:0": 2.0}),
        pytest.param(_loops, {"x:0": 1.5}, marks=pytest.mark.slow),
        (_queue, {}),
    ],
    ids=["adam", "momentum", "cond", "while", "queue"],
)
def test_a_graph_of_ours_comes_back(build, feeds):
    _again(build, feeds)


def test_attributes_devices_groups_and_control_inputs():
    with tf.Graph().as_default() as g:
        with tf.device("/cpu:0"):
            a = tf.constant(1.0, name="a")
        with tf.colocate_with(a), tf.control_dependencies([a]):
            tf.constant(2.0, name="b")
    with tf.Graph().as_default(), tf.device("/gpu:1"):
        b, a = import_graph_def(g.as_graph_def(), return_elements=["b", "a:0"], name="in")
        assert a.name == "in/a:0" and "CPU:0" in a.op.device.upper()
        assert b.colocation_groups() == [b"loc:@in/a"] and b.device == a.op.device
        assert b.control_inputs == [a.op]


def test_static_shapes_that_were_set_survive():
    with tf.Graph().as_default() as g:
        tf.py_func(lambda: np.float32(1), [], tf.float32, name="f").set_shape([3, 4])
        message = g.as_graph_def(add_shapes=True)
    (f,) = import_graph_def(message, return_elements=["f:0"])
    assert f.shape.as_list() == [3, 4]


def test_defaults_fill_in_and_unknown_attributes_stay():
    message = _graph_def(
        "node { name: 'a' op: 'Placeholder' attr { key: 'dtype' value { type: DT_FLOAT } } }"
        "node { name: 'b' op: 'Sum' input: 'a' input: 'c' attr { key: '_mine' value { i: 3 } } }"
        "node { name: 'c' op: 'Const' attr { key: 'dtype' value { type: DT_INT32 } }"
        " attr { key: 'value' value { tensor { dtype: DT_INT32 int_val: 0 tensor_shape {} } } } }"
    )
    (b,) = import_graph_def(message, return_elements=["b"])
    assert b.get_attr("keep_dims") is False and b.get_attr("_mine") == 3 and b.get_attr("T") == tf.float32
    with tf.Session() as sess:
        assert sess.run(b.outputs[0], {"import/a:0": [1.0, 2.0]}) == 3.0


def test_input_map():
    with tf.Graph().as_default() as g:
        x = tf.placeholder(tf.float32, [], name="x")
        with tf.control_dependencies([tf.no_op(name="wait")]):
            tf.add(x, tf.negative(x, name="less") * -2.0, name="y")
    outer = tf.constant(5.0)
    wait = tf.no_op(name="other")
    y, same, less = import_graph_def(
        g.as_graph_def(), {"x": outer, "^wait": wait}, ["y:0", "x:0", "less"], name="part"
    )
    assert same is outer and y.op.inputs[0] is outer and less.control_inputs == [wait]
    with tf.Session() as sess:
        assert sess.run(y) == 15.0
        v = tf.Variable(1.0)
        sess.run(v.initializer)
        assert sess.run(import_graph_def(g.as_graph_def(), {"x:0": v}, ["y:0"])[0]) == 3.0
    with pytest.raises(ValueError, match="non-empty `name`"):
        import_graph_def(g.as_graph_def(), {"x:0": v}, name="")


_A = "node { name: 'A' op: 'Placeholder' attr { key: 'dtype' value { type: DT_INT32 } } } "
_SQRT = "node { name: 'B' op: 'Sqrt' input: '%s' attr { key: 'T' value { type: DT_FLOAT } } }"


@pytest.mark.parametrize(
    "text, arguments, message",
    [
        ("node { name: 'A' op: 'Frobnicate' }", {}, "No op named Frobnicate"),
        (_SQRT % "A:0", {}, "Node 'B': Unknown input node 'A:0'"),
        (_A + _SQRT % "A:1", {}, "Connecting to invalid output 1 of source node A which has 1 outputs"),
        (_A + _SQRT % "A:B", {}, "Unknown input node 'A:B'"),
        (_A + _SQRT % "A", {}, "Input 0 of node import/B was passed int32 from import/A:0 incompatible with"),
        (_A + _SQRT % "A' input: 'A", {}, "do not match 2 inputs specified"),
        (_A + "node { name: 'B' op: 'Sqrt' }", {}, "do not match 0 inputs specified"),
        (_A + "node { name: 'B' op: 'NoOp' input: '^C' }", {}, r"Unknown input node '\^C'"),
        (_A + _A, {}, "Node 'A' is not unique"),
        (_A, {"return_elements": ["B"]}, "Requested return node 'B' not found"),
        (_A, {"return_elements": ["B:0"]}, "Requested return tensor 'B:0' not found"),
        (_A, {"return_elements": ["A:1"]}, r"Invalid return output 1 of node 'A', which has 1 output\(s\)"),
        (_A, {"return_elements": ["A:B:0"]}, "Cannot convert 'A:B:0' to a tensor name"),
        (_A, {"input_map": {"B:0": 1}}, r"not found in graph_def: \[B:0\]"),
        (_A, {"input_map": {"A:2": 1}}, r"not found in graph_def: \[A:2\]"),
        (
            _A + "node { name: 'B' op: 'NoOp' attr { key: '_class' value { list { s: 'loc:@C' } } } }",
            {},
            "Node 'B' expects to be colocated with unknown node 'C'",
        ),
        ("versions { min_consumer: 1000 }", {}, "min consumer version 1000"),
        ("node { name: 'A' op: 'VariableV2' }", {}, "VariableV2"),
        (
            "node { name: 'A' op: 'Const' attr { key: 'value' value { s: 'x' } } "
            "attr { key: 'dtype' value { type: DT_FLOAT } } }",
            {},
            "Node 'A' of type Const has an attribute of another kind than it takes .*'value': 's'",
        ),
    ],
)
def test_graphs_that_cannot_be_imported(text, arguments, message):
    with pytest.raises(ValueError, match=message):
        import_graph_def(_graph_def(text), **arguments)


def test_arguments_of_the_wrong_kind():
    with pytest.raises(TypeError, match="^graph_def must be a GraphDef proto.$"):
        import_graph_def("")
    with pytest.raises(TypeError, match="input_map must be a dictionary"):
        import_graph_def(tf.GraphDef(), input_map=[1])
    with pytest.raises(TypeError, match="return_elements must be a list of strings."):
        import_graph_def(tf.GraphDef(), return_elements=[7])


def test_names(default_graph):
    message = _graph_def(_A)
    assert import_graph_def(message) is None
    assert [
        import_graph_def(message, return_elements=["A"], name=n)[0].name for n in (None, "x", "x", "")
    ] == [
        "import_1/A",
        "x/A",
        "x_1/A",
        "A",
    ]
    assert import_graph_def(message, return_elements=["A"], name="")[0].name == "A_1"
    before = default_graph.version
    assert import_graph_def(tf.GraphDef()) is None and default_graph.version == before


def test_create_op_takes_attribute_messages(default_graph):
    x = tf.placeholder(tf.float32, [1, 4, 4, 1])
    k = tf.ones([2, 2, 1, 1])
    attrs = {
        "padding": to_attr_value("SAME"),
        "strides": to_attr_value([1, 2, 2, 1]),
        "T": to_attr_value(tf.float32),
    }
    made = default_graph.create_op("Conv2D", [x, k], [tf.float32], attrs=attrs)
    assert made.outputs[0].shape.as_list() == [1, 2, 2, 1]
