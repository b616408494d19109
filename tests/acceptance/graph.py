"""Graphs: names, collections, scopes, devices, seeds, shapes, dtypes, operators and slicing."""

import numpy as np


def _inside(context, function):
    with context:
        return function()


def names_of_a_typical_model(tf, note):
    images = tf.placeholder(tf.float32, [None, 4], name="images")
    labels = tf.placeholder(tf.int64, [None], name="labels")
    with tf.name_scope("hidden"):
        weights = tf.Variable(tf.zeros([4, 3]), name="weights")
        bias = tf.Variable(tf.zeros([3]), name="bias")
        hidden = tf.nn.relu(tf.matmul(images, weights) + bias)
    with tf.variable_scope("output"):
        kernel = tf.get_variable("kernel", [3, 2], initializer=tf.ones_initializer())
        logits = tf.matmul(hidden, kernel)
    loss = tf.losses.sparse_softmax_cross_entropy(labels, logits)
    step = tf.train.get_or_create_global_step()
    rate = tf.train.exponential_decay(0.1, step, 10, 0.9)
    averages = tf.train.ExponentialMovingAverage(0.9)
    train_op = tf.train.AdamOptimizer(rate).minimize(loss, global_step=step)
    with tf.control_dependencies([train_op]):
        averaged = averages.apply()
    note("averaged", averaged.name)
    tf.summary.scalar("loss", loss)
    tf.summary.histogram("hidden/activations", hidden)
    tf.summary.image("pictures", tf.zeros([2, 4, 4, 1]))
    merged = tf.summary.merge_all()
    saver = tf.train.Saver()
    init = tf.global_variables_initializer()
    graph = tf.get_default_graph()
    note("tensors", [t.name for t in (images, weights, hidden, kernel, logits, loss, rate, merged, step)])
    note(
        "operations",
        [train_op.name, init.name, saver.saver_def.save_tensor_name, saver.saver_def.restore_op_name],
    )
    note("variables", [v.op.name for v in tf.global_variables()])
    note(
        "variable operations",
        [op.name for op in graph.get_operations() if op.type in ("VariableV2", "Assign", "Variable")],
    )
    note("summaries", [t.name for t in tf.get_collection(tf.GraphKeys.SUMMARIES)])
    note("summary types", sorted(op.type for op in graph.get_operations() if "Summary" in op.type))
    note("applied", [op.name for op in graph.get_operations() if op.type.startswith("Apply")])
    note(
        "saving",
        [
            op.name
            for op in graph.get_operations()
            if op.name.startswith("save/") and op.type in ("SaveV2", "RestoreV2", "Assign", "Identity")
        ],
    )
    note(
        "collections",
        {
            k: len(graph.get_collection(k))
            for k in graph.get_all_collection_keys()
            if not k.startswith(("cond", "while", "("))
        },
    )
    note("averages", [v.op.name for v in tf.moving_average_variables()])


def name_scopes(tf, note):
    with tf.name_scope("a") as scope:
        note("scope", scope)
        one = tf.constant(1, name="c")
        again = tf.constant(1, name="c")
        with tf.name_scope("b"):
            inner = tf.add(one, again, name="sum")
        with tf.name_scope("b") as second:
            note("second", second)
        with tf.name_scope(None) as root:
            note("root", [root, tf.constant(2, name="c").name])
        with tf.name_scope("a/b/"):
            note("entered again", tf.constant(2, name="sum").name)
    note("names", [one.name, again.name, inner.name])
    with tf.name_scope("a") as scope:
        note("unique", scope)
    with tf.name_scope(None, "default", [one]) as scope:
        note("default", scope)
    with tf.name_scope("given", "default", [one]) as scope:
        note("given", scope)
    graph = tf.get_default_graph()
    note(
        "unique names",
        [
            graph.unique_name("a"),
            graph.unique_name("a"),
            graph.unique_name("z"),
            graph.unique_name("z", mark_as_used=False),
            graph.unique_name("z"),
        ],
    )
    note.attempt("bad name", lambda: tf.constant(1, name="a b"))
    note.attempt("bad scope", lambda: _inside(tf.name_scope("!x"), lambda: None))
    note.attempt("leading underscore", lambda: tf.constant(1, name="_x"))
    note("case", [tf.constant(1, name="Q").name, tf.constant(1, name="q").name])
    note(
        "operators",
        [
            (one + 1).name,
            (one + 1).name,
            (one * 2).name,
            (-one).name,
            (one > 0).name,
            (one - 1).name,
            (1 - one).name,
            (tf.to_float(one) / 2.0).name,
            (one // 2).name,
            (one % 2).name,
            tf.to_float(one).name,
            tf.reduce_sum(one).name,
            tf.identity(one).name,
            one[None].name,
            tf.ones([2])[0].name,
            tf.cast(one, tf.int64).name,
            tf.zeros([2]).name,
            tf.ones([]).name,
            tf.zeros_like(one).name,
            tf.random_normal([2]).name,
            tf.stack([one, one]).name,
            tf.concat([[one], [one]], 0).name,
            tf.expand_dims(one, 0).name,
            tf.squeeze([one]).name,
            tf.equal(one, 1).name,
            tf.nn.softmax([1.0, 2.0]).name,
            tf.shape([1]).name,
            tf.argmax([1.0, 2.0]).name,
            tf.reduce_mean([1.0]).name,
            tf.gather([1, 2], [0]).name,
            tf.one_hot([1], 2).name,
            tf.where([True]).name,
            tf.split(tf.zeros([4]), 2)[1].name,
            tf.unstack(tf.zeros([2]))[1].name,
            tf.group(one.op).name,
            tf.no_op().name,
            tf.tuple([one])[0].name,
            tf.train.get_or_create_global_step().name,
        ],
    )


def collections_of_a_graph(tf, note):
    graph = tf.get_default_graph()
    tf.add_to_collection("mine", 1)
    tf.add_to_collection("mine", 1)
    graph.add_to_collections(["mine", "yours", "yours"], 2)
    note("mine", tf.get_collection("mine"))
    note("yours", tf.get_collection("yours"))
    note("none", tf.get_collection("none"))
    note("keys", sorted(graph.get_all_collection_keys()))
    ref = tf.get_collection_ref("mine")
    ref.append(3)
    note("by reference", tf.get_collection("mine"))
    tf.get_collection("mine").append(4)
    note("copy", tf.get_collection("mine"))
    graph.clear_collection("mine")
    note("cleared", tf.get_collection("mine"))
    with tf.name_scope("s"):
        tf.add_to_collection("named", tf.constant(1, name="x"))
    tf.add_to_collection("named", tf.constant(1, name="y"))
    note("scoped", [t.name for t in tf.get_collection("named", scope="s")])
    note(
        "keys of graphs",
        [
            tf.GraphKeys.GLOBAL_VARIABLES,
            tf.GraphKeys.TRAINABLE_VARIABLES,
            tf.GraphKeys.LOCAL_VARIABLES,
            tf.GraphKeys.UPDATE_OPS,
            tf.GraphKeys.SUMMARIES,
            tf.GraphKeys.QUEUE_RUNNERS,
            tf.GraphKeys.REGULARIZATION_LOSSES,
        ],
    )


def devices_and_colocation(tf, note):
    one = tf.constant(1)
    with tf.device("/cpu:0"):
        two = tf.constant(2)
        with tf.device("/job:ps/task:1"):
            three = tf.constant(3)
        with tf.device(None):
            four = tf.constant(4)
        with tf.device(lambda op: "/device:GPU:1" if op.type == "Const" else ""):
            five = tf.constant(5)
    note("devices", [t.device for t in (one, two, three, four, five)])
    with tf.colocate_with(three):
        six = tf.constant(6)
    note("colocated", [six.device, six.op.colocation_groups(), one.op.colocation_groups()])
    with tf.control_dependencies([one, two.op]):
        seven = tf.constant(7) + 1
        with tf.control_dependencies(None):
            eight = tf.constant(8)
        with tf.control_dependencies([three]):
            nine = tf.no_op()
    note("controls", [[op.name for op in t.control_inputs] for t in (seven.op, eight.op, nine)])
    note.attempt("bad device", lambda: _inside(tf.device("/nonsense:7"), lambda: tf.no_op()))
    v = tf.Variable(1.0, name="v")
    note(
        "variable",
        [v.device, v.initializer.device, v.op.colocation_groups(), v.initializer.colocation_groups()],
    )


def graph_and_operations(tf, note):
    graph = tf.get_default_graph()
    a = tf.constant([1.0, 2.0], name="a")
    b = tf.split(a, 2, name="b")
    op = graph.get_operation_by_name("b")
    note(
        "operation",
        [
            op.name,
            op.type,
            [i.name for i in op.inputs],
            [o.name for o in op.outputs],
            op.get_attr("num_split"),
            str(op.get_attr("T")),
        ],
    )
    note.attempt("no such attribute", lambda: op.get_attr("nothing"))
    note(
        "tensor",
        [
            graph.get_tensor_by_name("b:1") is b[1],
            b[1].value_index,
            b[1].op is op,
            [c.name for c in a.consumers()],
        ],
    )
    for name in ("b", "b:2", "nope:0", "nope", "b:x", "^b"):
        note.attempt(f"tensor {name}", lambda name=name: graph.get_tensor_by_name(name).name)
        note.attempt(f"operation {name}", lambda name=name: graph.get_operation_by_name(name).name)
        note.attempt(f"element {name}", lambda name=name: graph.as_graph_element(name).name)
    note.attempt("element int", lambda: graph.as_graph_element(3))
    note.attempt("by name, a number", lambda: graph.get_tensor_by_name(3))
    note.attempt("another graph's", lambda: tf.Graph().as_graph_element(a))
    note("fetchable", [graph.is_fetchable(a), graph.is_feedable(a)])
    graph.prevent_feeding(a)
    graph.prevent_fetching(op)
    note("prevented", [graph.is_fetchable(op), graph.is_feedable(a)])
    note("hash", len({a, b[0], a}))
    note.attempt("truth of a tensor", lambda: bool(a))
    note.attempt("loop over a tensor", lambda: list(tf.placeholder(tf.float32)))
    note.attempt("len of a tensor", lambda: len(a))
    note("equality", [a == a, a == b[0], a != b[0]])
    note("text", [str(a), repr(a), repr(op), str(b[0].shape), repr(a.shape), str(tf.placeholder(tf.int32))])
    graph.finalize()
    note("finalized", graph.finalized)
    note.attempt("adding to a finalized graph", lambda: tf.constant(3))
    with tf.Session() as sess:
        note("runs", sess.run(a))
        note.attempt("an operator", lambda: sess.run(a + 1))
    other = tf.Graph()
    with other.as_default():
        c = tf.constant(1.0)
        note("default", tf.get_default_graph() is other)
    note.attempt("mixing graphs", lambda: tf.add(c, a))
    note("back", tf.get_default_graph() is graph)
    note.attempt("reset in a nested graph", tf.reset_default_graph)
    note("version", graph.version > 0)
    note("seed", [tf.Graph().seed, str(graph.building_function)])


def shapes(tf, note):
    shape = tf.TensorShape([None, 3, tf.Dimension(None), 4])
    note(
        "shape",
        [
            str(shape),
            repr(shape),
            shape.ndims,
            len(shape),
            shape.as_list(),
            shape.is_fully_defined(),
            shape.num_elements(),
            shape[1].value,
            str(shape[1:]),
            repr(shape[0]),
            str(shape[0]),
        ],
    )
    unknown = tf.TensorShape(None)
    note(
        "unknown",
        [
            str(unknown),
            unknown.ndims,
            bool(unknown),
            unknown.is_fully_defined(),
            str(unknown.with_rank(2)),
            str(unknown[2]),
            str(unknown[1:3]),
        ],
    )
    note.attempt("unknown as list", unknown.as_list)
    note.attempt("unknown length", lambda: len(unknown))
    note("merged", str(shape.merge_with([2, None, None, 4])))
    note.attempt("not to be merged", lambda: shape.merge_with([2, 5, None, 4]))
    note("concatenated", str(shape.concatenate([7])))
    note.attempt("wrong rank", lambda: shape.with_rank(3))
    note.attempt("at least", lambda: shape.with_rank_at_least(5))
    note.attempt("at most", lambda: str(shape.with_rank_at_most(4)))
    note("compatible", [shape.is_compatible_with([1, 3, 2, 4]), shape.is_compatible_with([1, 2, 2, 4])])
    note("equal", [tf.TensorShape([1]) == [1], tf.TensorShape([1]) == tf.TensorShape([2])])
    note.attempt("equal, unknown", lambda: tf.TensorShape([None]) == tf.TensorShape([None]))
    d = tf.Dimension(6)
    note(
        "dimension",
        [
            str(d + 1),
            str(d * 2),
            str(d // 4),
            str(d % 4),
            str(d - 1),
            d == 6,
            d == None,  # noqa: E711
            d > 3,
            str(d + None),
            int(d),
            repr(tf.Dimension(None)),
            d.value,
            str(d.merge_with(None)),
        ],
    )
    note.attempt("dimensions not to be merged", lambda: d.merge_with(5))
    note.attempt("negative", lambda: tf.Dimension(-1))
    x = tf.placeholder(tf.float32, [None, 3])
    note(
        "inferred",
        {
            "matmul": str(tf.matmul(x, tf.zeros([3, 5])).shape),
            "concat": str(tf.concat([x, x], 1).shape),
            "concat0": str(tf.concat([x, [[1.0, 2, 3]]], 0).shape),
            "reshape": str(tf.reshape(x, [-1, 1, 3]).shape),
            "flat": str(tf.reshape(x, [-1]).shape),
            "transposed": str(tf.transpose(x).shape),
            "sum": str(tf.reduce_sum(x, 1, keepdims=True).shape),
            "slice": str(x[:, 1:].shape),
            "row": str(x[0].shape),
            "stack": str(tf.stack([x, x]).shape),
            "broadcast": str((x + tf.zeros([7, 1, 3])).shape),
            "dynamic": str(tf.reshape(x, tf.shape(x)).shape),
            "stack of shape": str(tf.reshape(x, tf.stack([tf.shape(x)[0], 3])).shape),
            "tile": str(tf.tile(x, [1, 2]).shape),
            "one_hot": str(tf.one_hot(tf.argmax(x, 1), 4).shape),
            "pad": str(tf.pad(x, [[0, 0], [1, 1]]).shape),
            "split": str(tf.split(x, 3, 1)[0].shape),
            "where": str(tf.where(x > 0).shape),
            "mask": str(tf.boolean_mask(x, x[:, 0] > 0).shape),
            "unknown": str((tf.placeholder(tf.float32) + 1).shape),
            "conv": str(
                tf.nn.conv2d(
                    tf.placeholder(tf.float32, [None, 8, 8, 1]), tf.zeros([3, 3, 1, 5]), [1, 2, 2, 1], "SAME"
                ).shape
            ),
            "pool": str(
                tf.nn.max_pool(
                    tf.placeholder(tf.float32, [None, None, 8, 1]), [1, 2, 2, 1], [1, 2, 2, 1], "VALID"
                ).shape
            ),
            "top_k": str(tf.nn.top_k(x, 2)[1].shape),
            "unique": str(tf.unique(tf.reshape(x, [-1]))[0].shape),
            "embedding": str(
                tf.nn.embedding_lookup(tf.zeros([9, 4]), tf.placeholder(tf.int32, [None, 2])).shape
            ),
        },
    )
    x.set_shape([5, None])
    note("set", str(x.shape))
    note.attempt("set otherwise", lambda: x.set_shape([6, 3]))
    note.attempt("matmul that does not fit", lambda: tf.matmul(tf.zeros([2, 3]), tf.zeros([2, 3])))
    note.attempt("add that does not fit", lambda: tf.zeros([2, 3]) + tf.zeros([4, 3]))
    note.attempt("concat that does not fit", lambda: tf.concat([tf.zeros([2, 3]), tf.zeros([2])], 0))
    note.attempt("reshape that does not fit", lambda: tf.reshape(tf.zeros([2, 3]), [4]))
    note.attempt(
        "convolution that does not fit",
        lambda: tf.nn.conv2d(tf.zeros([1, 8, 8, 2]), tf.zeros([3, 3, 1, 5]), [1, 1, 1, 1], "SAME"),
    )
    note("same rank", str(x.get_shape().with_rank(2)))


def dtypes(tf, note):
    for name in (
        "float16",
        "float32",
        "float64",
        "bfloat16",
        "int8",
        "int16",
        "int32",
        "int64",
        "uint8",
        "uint16",
        "uint32",
        "uint64",
        "bool",
        "string",
        "complex64",
        "complex128",
        "qint8",
        "resource",
    ):
        d = getattr(tf, name)
        note(
            name,
            [
                d.name,
                str(d),
                repr(d),
                d.as_datatype_enum,
                d.is_floating,
                d.is_integer,
                d.is_bool,
                d.is_complex,
                d.is_quantized,
                d.is_unsigned,
                d.is_numpy_compatible,
            ],
        )
        if name not in ("string", "resource"):
            note.attempt(f"{name} size", lambda d=d: d.size)
        note.attempt(f"{name} limits", lambda d=d: [float(d.min), float(d.max)])
    note(
        "as_dtype",
        [tf.as_dtype(t).name for t in ("int64", np.float64, float, bool, np.dtype("uint8"), 1, tf.float32)],
    )
    note.attempt("unknown dtype", lambda: tf.as_dtype("nonsense"))
    note(
        "reference",
        [
            tf.float32._as_ref.name if hasattr(tf.float32, "_as_ref") else "float32_ref",
            tf.Variable(1.0, name="v")._ref().dtype.name if hasattr(tf.Variable, "_ref") else "float32_ref",
        ],
    )
    note(
        "equal",
        [
            tf.float32 == "float32",
            tf.float32 == np.float32,
            tf.float32 != tf.float64,
            tf.float32.base_dtype == tf.float32,
            tf.float32.is_compatible_with(tf.int32),
        ],
    )
    note(
        "of values",
        [
            tf.constant(v).dtype.name
            for v in (
                1,
                1.0,
                True,
                "x",
                b"x",
                [1, 2],
                [1.0, 2],
                np.float64(1),
                np.zeros(2, np.uint8),
                np.int64(1),
                1j,
                np.array(["a", "b"]),
                np.array([b"a"]),
                [[True]],
                2**31 - 1,
            )
        ],
    )
    note.attempt("too large", lambda: tf.constant(2**31).dtype.name)
    note.attempt("mixed", lambda: tf.constant([1, "a"]))
    note.attempt("mixed numbers", lambda: tf.constant([1, 2.5]).dtype.name)
    note.attempt("float for int", lambda: tf.constant(1.5, tf.int32))
    note.attempt("string for float", lambda: tf.constant("a", tf.float32))
    note.attempt("None", lambda: tf.constant(None))
    note.attempt("None in a list", lambda: tf.constant([1, None]))
    note.attempt("ragged", lambda: tf.constant([[1, 2], [3]]))
    note.attempt("convert None", lambda: tf.convert_to_tensor(None))
    note.attempt("int with float", lambda: tf.constant(1) + tf.constant(1.0))
    note.attempt("int64 with int32", lambda: tf.constant(1, tf.int64) * tf.constant(1))
    note.attempt("float with int constant", lambda: (tf.constant(1.0) + 1).dtype.name)
    note.attempt("int with float constant", lambda: (tf.constant(1) + 1.5).dtype.name)
    note.attempt("convert with dtype", lambda: tf.convert_to_tensor([1, 2], dtype=tf.float32).dtype.name)
    note.attempt(
        "convert a tensor to another dtype", lambda: tf.convert_to_tensor(tf.constant(1), dtype=tf.float32)
    )
    note.attempt("preferred", lambda: tf.convert_to_tensor([1, 2], preferred_dtype=tf.int64).dtype.name)
    note.attempt(
        "preferred, not possible", lambda: tf.convert_to_tensor([1.5], preferred_dtype=tf.int64).dtype.name
    )
    note.attempt("list of tensors", lambda: str(tf.convert_to_tensor([tf.constant(1), 2]).shape))
    note.attempt("shape", lambda: tf.convert_to_tensor(tf.TensorShape([1, 2])).dtype.name)
    note.attempt("unknown shape", lambda: tf.convert_to_tensor(tf.TensorShape([1, None])))
    with tf.Session() as sess:
        for dtype, value in (
            (tf.bool, [True, False]),
            (tf.int64, [2**40, -1]),
            (tf.float64, [1e-300, 2]),
            (tf.bfloat16, [1.5, -2]),
            (tf.string, ["a", "\u00e4"]),
            (tf.uint8, [255, 0]),
            (tf.float16, [1.5, 2]),
            (tf.complex64, [1 + 2j, 3]),
            (tf.int8, [-128, 1]),
        ):
            x = tf.constant(value, dtype)
            result = sess.run(x)
            note(dtype.name, [str(result.dtype), result])
            note(f"{dtype.name} scalar", type(sess.run(x[0])).__name__)
            note(f"{dtype.name} fed", sess.run(tf.identity(x), {x: result}))
        note(
            "scalar types",
            [
                type(sess.run(t)).__name__
                for t in (
                    tf.constant(1),
                    tf.constant(1.0),
                    tf.constant("x"),
                    tf.constant(True),
                    tf.constant(np.int64(1)),
                )
            ],
        )
        for source in (
            tf.float32,
            tf.int32,
            tf.bool,
            tf.int64,
            tf.float64,
            tf.uint8,
            tf.bfloat16,
            tf.float16,
        ):
            for target in (tf.float32, tf.int32, tf.bool, tf.int64, tf.float64, tf.uint8, tf.bfloat16):
                if source.is_bool:
                    x = tf.constant([True, False])
                else:
                    x = tf.cast(tf.constant([0.0, 1.75, 3.0]), source)
                note(f"{source.name} to {target.name}", sess.run(tf.cast(x, target)))


def operators(tf, note):
    a = tf.constant([[7, -7, 5], [1, 0, 3]])
    b = tf.constant([[2, 2, -3], [4, 5, 6]])
    f, g = tf.to_float(a), tf.to_float(b)
    p, q = a > 1, b > 3
    with tf.Session() as sess:
        rows = {
            "int": [
                a + b,
                a - b,
                a * b,
                a / b,
                a // b,
                a % b,
                a**2,
                -a,
                abs(a),
                a > b,
                a < b,
                a >= b,
                a <= b,
            ],
            "float": [
                f + g,
                f - g,
                f * g,
                f / g,
                f // g,
                f % g,
                f**2,
                -f,
                abs(f),
                f > g,
                f < g,
                f >= g,
                f <= g,
            ],
            "reversed": [
                1 + a,
                1 - a,
                2 * a,
                1 / f,
                9 // b,
                9 % b,
                2**f,
                np.float32(2) * f,
                [1, 2, 3] + a,
                np.ones([2, 3], np.int32) - a,
            ],
            "bool": [p & q, p | q, p ^ q, ~p, True & p],
            "matmul": [f @ tf.transpose(g)],
            "division": [
                tf.div(a, b),
                tf.div(f, g),
                tf.truediv(a, b),
                tf.floordiv(a, b),
                tf.floormod(a, b),
                tf.truncatediv(a, b),
                tf.truncatemod(a, b),
                tf.mod(a, b),
                tf.realdiv(f, g),
                tf.floor_div(a, b),
                tf.div_no_nan(f, g) if hasattr(tf, "div_no_nan") else f * 0,
            ],
        }
        for key, values in rows.items():
            if key == "division":
                values = values[:-1]
            for i, value in enumerate(values):
                note.attempt(f"{key} {i}", lambda value=value: sess.run(value))
    note.attempt("truth", lambda: bool(p))
    note.attempt("if", lambda: 1 if p else 0)
    note.attempt("string plus number", lambda: tf.constant("a") + 1)
    note.attempt("numpy plus tensor", lambda: str((np.ones([2, 3], np.float32) + f).shape))


def slicing(tf, note):
    x = tf.reshape(tf.range(24), [2, 3, 4])
    i = tf.placeholder_with_default(1, [])
    with tf.Session() as sess:
        cases = {
            "int": lambda: x[1],
            "negative": lambda: x[-1, -2],
            "range": lambda: x[:, 1:3],
            "step": lambda: x[..., ::2],
            "backward": lambda: x[:, ::-1],
            "newaxis": lambda: x[:, tf.newaxis, 0],
            "ellipsis": lambda: x[..., 0],
            "both": lambda: x[0, ..., tf.newaxis],
            "tensor": lambda: x[i],
            "tensor range": lambda: x[:, i : i + 1],
            "empty": lambda: x[:, 2:1],
            "beyond": lambda: x[:, 1:99],
            "negative range": lambda: x[:, -2:],
            "none": lambda: x[None],
            "strided": lambda: x[0, 2:0:-1, 1::2],
            "numpy index": lambda: x[np.int64(1)],
            "constant index": lambda: x[tf.constant(1), 0],
        }
        for key, case in cases.items():
            note.attempt(key, lambda case=case: [str(case().shape), sess.run(case())])
        note.attempt("too far", lambda: x[5])
        note.attempt("too many", lambda: x[0, 0, 0, 0])
        note.attempt("float", lambda: x[1.0])
        note.attempt("string", lambda: x["a"])
        note.attempt("tensor too far", lambda: sess.run(x[i], {i: 7}))
        note.attempt("assignment", lambda: exec("x[0] = 1", {"x": x}))
        v = tf.Variable([[1.0, 2.0], [3.0, 4.0]])
        sess.run(v.initializer)
        note("variable", sess.run([v[0], v[:, 1]]))
        note("assigned slice", sess.run(v[0, 1].assign(9.0)))
        note("after", sess.run(v))
        note.attempt("two ellipses", lambda: x[..., 0, ...])


def seeds(tf, note):
    def draws(graph_seed, op_seeds):
        with tf.Graph().as_default():
            if graph_seed is not None:
                tf.set_random_seed(graph_seed)
            ops = [tf.random_uniform([3], seed=s) for s in op_seeds]
            results = []
            for _ in range(2):
                with tf.Session() as sess:
                    results.append([sess.run(ops) for _ in range(2)])
            return np.array(results)

    both = draws(1, [2, 2, 3])
    note("sessions repeat", bool((both[0] == both[1]).all()))
    note("runs differ", bool((both[0, 0] != both[0, 1]).all()))
    note("same seed, same numbers", bool((both[:, :, 0] == both[:, :, 1]).all()))
    note("other seed, other numbers", bool((both[:, :, 0] != both[:, :, 2]).all()))
    again = draws(1, [2, 2, 3])
    note("graphs repeat", bool((both == again).all()))
    graph_only = draws(5, [None, None])
    note("graph seed repeats", bool((graph_only[0] == graph_only[1]).all()))
    note("operations differ", bool((graph_only[:, :, 0] != graph_only[:, :, 1]).all()))
    op_only = draws(None, [4])
    note("operation's seed repeats", bool((op_only[0] == op_only[1]).all()))
    none = draws(None, [None])
    note("no seed: sessions differ", bool((none[0] != none[1]).all()))
    tf.set_random_seed(9)
    note("get_seed", [tf.get_seed(None), tf.get_seed(3), tf.get_default_graph().seed])
    tf.set_random_seed(0)
    note("zero", [tf.get_seed(0)])


def finalize_and_run_everything(tf, note):
    x = tf.placeholder_with_default(np.arange(6, dtype=np.float32).reshape(2, 3), [None, 3])
    v = tf.get_variable("v", [3, 2], initializer=tf.ones_initializer())
    loss = tf.reduce_mean(tf.square(tf.matmul(x, v)))
    step = tf.train.get_or_create_global_step()
    train = tf.train.MomentumOptimizer(0.01, 0.9).minimize(loss, step)
    tf.summary.scalar("loss", loss)
    merged = tf.summary.merge_all()
    queue = tf.FIFOQueue(10, tf.int32, shapes=[[]])
    enqueue = queue.enqueue_many([[1, 2, 3]])
    loop = tf.while_loop(lambda i: i < 5, lambda i: i + 1, [0])
    init = tf.global_variables_initializer()
    graph = tf.get_default_graph()
    graph.finalize()
    with tf.Session() as sess:
        sess.run(init)
        sess.run(enqueue)
        before = graph.version
        tensors = [
            t
            for op in graph.get_operations()
            for t in op.outputs
            if not t.dtype._is_ref_dtype and "Dequeue" not in op.type and "queue" not in op.name
        ]
        failed = []
        for tensor in tensors:
            if (
                tensor.op.type
                in ("Switch", "Merge", "Enter", "Exit", "NextIteration", "LoopCond", "Less", "Add")
                and "while" in tensor.op.name
            ):
                continue
            if "while/" in tensor.op.name:
                continue
            try:
                sess.run(tensor)
            except Exception as error:
                failed.append(f"{tensor.name} {type(error).__name__}")
        note("failed", failed)
        note("loop", sess.run(loop))
        note("trained", sess.run([train, loss, step])[1:])
        note("unchanged", graph.version == before)
        note("summary", len(sess.run(merged)) > 10)
