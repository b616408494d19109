"""Gradients: first and second, stopped, custom, overridden, clipped, sparse."""

import numpy as np


def first_and_second(tf, note):
    ONCE = ("while", "scan", "map_fn", "foldl", "gather")  # of which TensorFlow has no second derivative
    rows = {
        "square": lambda x, y: tf.square(x),
        "matmul": lambda x, y: tf.matmul(x, y),
        "sin": lambda x, y: tf.sin(x) * y,
        "softmax": lambda x, y: tf.nn.softmax(x) * y,
        "log_softmax": lambda x, y: tf.nn.log_softmax(x) * y,
        "pow": lambda x, y: tf.pow(tf.abs(x), y),
        "div": lambda x, y: x / y,
        "max": lambda x, y: tf.maximum(x, y),
        "relu": lambda x, y: tf.nn.relu(x),
        "reduce_max": lambda x, y: tf.reduce_max(x, 1),
        "norm": lambda x, y: tf.norm(x),
        "prod": lambda x, y: tf.reduce_prod(x, 0),
        "concat": lambda x, y: tf.concat([x, y * x], 0) ** 3,
        "gather": lambda x, y: tf.gather(x, [0, 0]) ** 2,
        "where": lambda x, y: tf.where(x > 0, x, x * y) ** 2,
        "logsumexp": lambda x, y: tf.reduce_logsumexp(x),
        "cond": lambda x, y: tf.cond(x[0, 0] > 0, lambda: x**3, lambda: x),
        "while": lambda x, y: tf.while_loop(
            lambda i, a: i < 3, lambda i, a: (i + 1, a * x), [0, tf.ones_like(x)]
        )[1],
        "entropy": lambda x, y: tf.nn.softmax_cross_entropy_with_logits_v2(labels=tf.nn.softmax(y), logits=x),
        "sigmoid entropy": lambda x, y: tf.nn.sigmoid_cross_entropy_with_logits(
            labels=tf.sigmoid(y), logits=x
        ),
        "abs": lambda x, y: tf.abs(x) * x,
        "batch norm": lambda x, y: (
            tf.nn.batch_normalization(x, tf.reduce_mean(x, 0), tf.nn.moments(x, [0])[1], None, None, 0.1) ** 3
        ),
        "slice": lambda x, y: x[:, 0] ** 3,
        "strided": lambda x, y: x[::-1, ::2] ** 2,
        "tile": lambda x, y: tf.tile(x, [2, 1]) ** 2,
        "pad": lambda x, y: tf.pad(x, [[1, 0], [0, 1]]) ** 2,
        "stack": lambda x, y: tf.stack([x, y * x]) ** 2,
        "clip": lambda x, y: tf.clip_by_value(x, -1.0, 1.0) ** 2,
        "cumsum": lambda x, y: tf.cumsum(x) ** 2,
        "segment": lambda x, y: tf.unsorted_segment_sum(x, [0, 0], 1) ** 2,
        "top_k": lambda x, y: tf.nn.top_k(x, 1)[0] ** 2,
        "inverse": lambda x, y: tf.matrix_inverse(x),
        "determinant": lambda x, y: tf.matrix_determinant(x),
        "einsum": lambda x, y: tf.einsum("ij,jk->ik", x, x),
        "scan": lambda x, y: tf.scan(lambda a, b: a * b, x),
        "map_fn": lambda x, y: tf.map_fn(lambda a: a**3, x),
        "foldl": lambda x, y: tf.foldl(lambda a, b: a * b, x),
    }
    for name, row in rows.items():

        def derivatives(name=name, row=row):
            with tf.Graph().as_default(), tf.Session() as sess:
                x = tf.placeholder_with_default(np.float32([[0.5, -1.0], [2.0, 1.5]]), [2, 2])
                y = tf.constant([[1.0, 2.0], [3.0, 4.0]])
                (first,) = tf.gradients(row(x, y), x)
                first = tf.convert_to_tensor(first)
                if name in ONCE:
                    return sess.run(first)
                (second,) = tf.gradients(first, x)
                return sess.run([first, tf.zeros_like(x) if second is None else tf.convert_to_tensor(second)])

        note.attempt(name, derivatives)


def what_gradients_returns(tf, note):
    x, y, z = tf.constant([1.0, 2.0]), tf.constant([3.0, 4.0]), tf.constant([5, 6])
    with tf.Session() as sess:
        note("several", sess.run(tf.gradients([x * y, x], [x, y])))
        note("grad_ys", sess.run(tf.gradients(x * y, x, grad_ys=[[10.0, 100.0]])))
        note("None", [g is None for g in tf.gradients(x * 2.0, [x, y])])
        note("stop_gradient", [g is None for g in tf.gradients(tf.stop_gradient(x) * y, [x, y])])
        note("stop_gradients", sess.run(tf.gradients(x * x * x, [x], stop_gradients=[x])))
        a = x * 2.0
        note("stopped in the middle", [g is None for g in tf.gradients(a + x, [a, x], stop_gradients=[a])])
        note("of an integer", [g is None for g in tf.gradients(tf.cast(z, tf.float32) * x, [x, z])])
        note.attempt("of an integer y", lambda: tf.gradients(z * 2, [z]))
        note("through argmax", tf.gradients(tf.cast(tf.argmax(x), tf.float32), [x])[0] is None)
        note("of itself", sess.run(tf.gradients(x, x)))
        note(
            "names",
            [
                tf.gradients(x * y, x, name="g")[0].name.split("/")[0],
                tf.gradients(tf.square(x), x)[0].op.name.split("/")[0],
            ],
        )
        note("hessians", sess.run(tf.hessians(tf.reduce_sum(x**3), [x])))
        note.attempt(
            "wrong shape of grad_ys", lambda: tf.gradients(x * y, x, grad_ys=[[1.0, 2.0, 3.0]]) and None
        )
        note.attempt("number of grad_ys", lambda: tf.gradients([x, y], x, grad_ys=[x]))
        note(
            "aggregated",
            sess.run(tf.gradients(x * x + x * y, x, aggregation_method=tf.AggregationMethod.ADD_N)),
        )
        note("py_func", tf.gradients(tf.py_func(lambda v: v, [x], tf.float32), [x])[0] is None)
        note("gate", sess.run(tf.gradients(x * y, [x, y], gate_gradients=True)))


def custom_and_overridden(tf, note):
    @tf.custom_gradient
    def clipped(x):
        return tf.identity(x), lambda dy: tf.clip_by_value(dy, -0.1, 0.1)

    @tf.custom_gradient
    def log1pexp(x):
        e = tf.exp(x)
        return tf.log(1.0 + e), lambda dy: dy * (1.0 - 1.0 / (1.0 + e))

    if "AcceptanceReverse" not in REGISTERED.setdefault(tf.__name__, set()):

        @tf.RegisterGradient("AcceptanceReverse")
        def reverse(op, grad):
            return -grad

        @tf.RegisterGradient("AcceptanceSquare")
        def square(op, grad):
            return grad * 1000.0 + op.inputs[0]

        REGISTERED[tf.__name__].add("AcceptanceReverse")
    graph = tf.get_default_graph()
    x = tf.constant([1.0, 100.0])
    with graph.gradient_override_map({"Identity": "AcceptanceReverse", "Square": "AcceptanceSquare"}):
        flipped = tf.identity(x)
        squared = tf.square(x)
    with tf.Session() as sess:
        note("custom", sess.run(tf.gradients(clipped(x) * 5.0, x)))
        note("stable", sess.run(tf.gradients(log1pexp(x), x)))
        note("overridden", sess.run(tf.gradients(flipped * 2.0, x)))
        note("overridden square", sess.run(tf.gradients(squared, x)))
        note("outside", sess.run(tf.gradients(tf.square(x), x)))
        v = tf.get_variable("v", initializer=2.0, use_resource=True)

        @tf.custom_gradient
        def with_variable(a):
            scale = tf.get_variable("scale", initializer=3.0, use_resource=True)
            return a * scale, lambda dy, variables=None: (dy * 7.0, [tf.reduce_sum(dy * a)])

        y = with_variable(x)
        sess.run(tf.global_variables_initializer())
        scale = [w for w in tf.global_variables() if w.name == "scale:0"][0]
        note.attempt("with a variable", lambda: sess.run(tf.gradients(y, [x, scale])))
        note("unused", tf.gradients(y, v)[0] is None)
    note.attempt("registered twice", lambda: tf.RegisterGradient("AcceptanceReverse")(lambda op, g: g))
    note.attempt("no such gradient", lambda: _no_such_gradient(tf, graph, x))


REGISTERED = {}


def _no_such_gradient(tf, graph, x):
    with graph.gradient_override_map({"Identity": "Nonexistent"}):
        y = tf.identity(x)
    return tf.gradients(y, x)


def clipping_and_slices(tf, note):
    a, b = tf.constant([3.0, 4.0]), tf.constant([[6.0, 8.0]])
    table = tf.Variable(np.arange(8, dtype=np.float32).reshape(4, 2), name="table")
    lookup = tf.nn.embedding_lookup(table, [1, 3, 1])
    (sparse,) = tf.gradients(lookup * 2.0, table)
    note("slices", [isinstance(sparse, tf.IndexedSlices), str(sparse.values.shape)])
    both = tf.gradients(tf.reduce_sum(lookup) + tf.reduce_sum(table), table)[0]
    note("mixed", isinstance(both, tf.Tensor))
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        note("by_value", sess.run(tf.clip_by_value(a, 3.5, 10.0)))
        note(
            "by_norm",
            sess.run([tf.clip_by_norm(a, 1.0), tf.clip_by_norm(a, 100.0), tf.clip_by_norm(b, 5.0, axes=[1])]),
        )
        note("by_average_norm", sess.run(tf.clip_by_average_norm(a, 1.0)))
        clipped, norm = tf.clip_by_global_norm([a, None, b, sparse], 5.0)
        note(
            "by_global_norm",
            [
                sess.run([clipped[0], clipped[2], norm]),
                clipped[1] is None,
                isinstance(clipped[3], tf.IndexedSlices),
            ],
        )
        note("use_norm", sess.run(tf.clip_by_global_norm([a], 1.0, use_norm=tf.constant(10.0))[0]))
        note("global_norm", sess.run(tf.global_norm([a, None, b])))
        note.attempt("not a list", lambda: tf.clip_by_global_norm(a, 1.0))
        note.attempt("nan", lambda: sess.run(tf.clip_by_global_norm([a / 0.0 * 0.0], 1.0)[0]))
        note("fetched", sess.run(sparse))
        note(
            "dense",
            sess.run(
                [
                    tf.convert_to_tensor(sparse),
                    both if not isinstance(both, tf.IndexedSlices) else tf.convert_to_tensor(both),
                ]
            ),
        )
        note("negated", sess.run(-sparse) if hasattr(type(sparse), "__neg__") else None)
        made = tf.IndexedSlices(a, tf.constant([0, 5]), tf.constant([9]))
        note("made", [made.name, str(made.dtype), made.dense_shape.name, made.indices.name, made.op.name])
        note("summed", sess.run(tf.add_n([tf.convert_to_tensor(sparse), table])))
        optimizer = tf.train.GradientDescentOptimizer(1.0)
        grads = optimizer.compute_gradients(tf.reduce_sum(lookup), [table])
        sess.run(optimizer.apply_gradients([(g, v) for g, v in grads]))
        note("applied", sess.run(table))
        note("verified", sess.run(tf.verify_tensor_all_finite(a, "bad")))
        note.attempt("not finite", lambda: sess.run(tf.verify_tensor_all_finite(a / 0.0, "bad")))
        note.attempt("check numerics of all", lambda: tf.add_check_numerics_ops().type)
