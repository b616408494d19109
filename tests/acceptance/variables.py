"""Variables: scopes, reuse, getters, initializers, reference and resource behaviour, assign and scatter."""

import numpy as np


def scopes_and_reuse(tf, note):
    with tf.variable_scope("a") as a:
        v = tf.get_variable("v", [2])
        with tf.variable_scope("b"):
            w = tf.get_variable("w", [2], tf.float64)
        note("names", [v.name, w.name, a.name, a.original_name_scope, a.reuse])
    note.attempt("twice", lambda: _get(tf, "a", "v", [2]))
    note.attempt("reused", lambda: _get(tf, "a", "v", [2], reuse=True) is v)
    note.attempt("auto", lambda: _get(tf, "a", "v", [2], reuse=tf.AUTO_REUSE) is v)
    note.attempt("auto, new", lambda: _get(tf, "a", "new", [2], reuse=tf.AUTO_REUSE).name)
    note.attempt("reuse of nothing", lambda: _get(tf, "a", "nothing", [2], reuse=True))
    note.attempt("reuse with another shape", lambda: _get(tf, "a", "v", [3], reuse=True))
    note.attempt("no shape", lambda: _get(tf, "c", "v", None))
    with tf.variable_scope(a, reuse=True):
        note("scope object", tf.get_variable("v").name)
        with tf.variable_scope("b"):
            note("inherits reuse", tf.get_variable("w", dtype=tf.float64) is w)
        note.attempt("no way back to new", lambda: _get(tf, "b", "x", [1], reuse=False))
    with tf.variable_scope(a):
        tf.get_variable_scope().reuse_variables()
        note("reuse_variables", tf.get_variable("v") is v)
    note("put back", tf.get_variable_scope().reuse)
    with tf.variable_scope("x"), tf.variable_scope("y"):
        one = tf.constant(1)
    with tf.variable_scope("x") as again:
        two = tf.constant(1)
        note("name scopes", [one.name, two.name, again.original_name_scope, tf.get_variable("z", [1]).name])
    with tf.variable_scope(None, "default"):
        d = tf.get_variable("v", [1])
    with tf.variable_scope(None, "default"):
        e = tf.get_variable("v", [1])
    note("default names", [d.name, e.name])
    note.attempt("neither name", lambda: tf.variable_scope(None).__enter__())
    with tf.variable_scope(""):
        note("empty", tf.get_variable("top", [1]).name)
    with tf.variable_scope("s", auxiliary_name_scope=False):
        note("no name scope", [tf.constant(1).name, tf.get_variable("q", [1]).name])
    with tf.name_scope("n"):
        note(
            "name scope and variables",
            [tf.get_variable("free", [1]).name, tf.Variable(1.0, name="bound").name],
        )
    note("number", len(tf.global_variables()))
    note("scoped", [v.name for v in tf.global_variables("a/")])
    note("get_variable_scope", [tf.get_variable_scope().name, tf.get_variable_scope().reuse])
    note.attempt("slash at the end", lambda: _get(tf, "sl/", "v", [1]).name)
    note.attempt(
        "initializer that is a tensor with a shape",
        lambda: tf.get_variable("t1", [2], initializer=tf.zeros([2])),
    )
    note.attempt(
        "initializer that is an array",
        lambda: tf.get_variable("t2", initializer=np.float32([1, 2])).shape.as_list(),
    )
    note.attempt(
        "int without initializer", lambda: tf.get_variable("t3", [2], tf.int32).initial_value.op.type != ""
    )
    note.attempt("string without initializer", lambda: tf.get_variable("t4", [2], tf.string).name)
    note.attempt("unknown shape", lambda: tf.get_variable("t5", [None, 2]))
    note.attempt(
        "partly unknown, unchecked",
        lambda: str(
            tf.get_variable(
                "t6", initializer=tf.placeholder_with_default([1.0], [None]), validate_shape=False
            ).shape
        ),
    )
    note.attempt(
        "partly unknown",
        lambda: tf.get_variable("t7", initializer=tf.placeholder_with_default([1.0], [None])),
    )


def _get(tf, scope, name, shape, reuse=None):
    with tf.variable_scope(scope, reuse=reuse):
        return tf.get_variable(name, shape)


def getters_and_regularizers(tf, note):
    calls = []

    def recorded(getter, name, *args, **kwargs):
        calls.append(
            [name, sorted(k for k in kwargs if k in ("shape", "dtype", "initializer", "trainable", "reuse"))]
        )
        return getter(name, *args, **kwargs)

    def doubled(getter, name, *args, **kwargs):
        return getter(name, *args, **kwargs) * 2

    with tf.variable_scope(
        "a",
        custom_getter=recorded,
        initializer=tf.constant_initializer(3.0),
        dtype=tf.float64,
        regularizer=lambda v: tf.reduce_sum(v) * 0.1,
    ):
        v = tf.get_variable("v", [2])
        with tf.variable_scope("b", custom_getter=doubled):
            w = tf.get_variable("w", [2], trainable=False)
        u = tf.get_variable(
            "u", [1], regularizer=lambda v: tf.reduce_sum(v), initializer=tf.ones_initializer()
        )
        n = tf.get_variable("n", [1], regularizer=tf.no_regularizer)
    note("calls", calls)
    note("dtypes", [v.dtype.base_dtype.name, w.dtype.base_dtype.name])
    note("regularization", [t.name for t in tf.get_collection(tf.GraphKeys.REGULARIZATION_LOSSES)])
    note("trainable", [t.name for t in tf.trainable_variables()])
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        note("values", sess.run([v, w, u, n]))
        note("losses", sess.run(tf.losses.get_regularization_losses()))
        note("total", sess.run(tf.losses.get_regularization_loss()))
    with tf.variable_scope("p", partitioner=tf.fixed_size_partitioner(2)):
        p = tf.get_variable("p", [5, 2], initializer=tf.ones_initializer())
    note("parts", [[q.name for q in p], [q.shape.as_list() for q in p], type(p).__name__])
    with tf.variable_scope("c", constraint=lambda v: tf.clip_by_value(v, -1.0, 1.0)):
        c = tf.get_variable("c", [1], initializer=tf.constant_initializer(5.0))
    train = tf.train.GradientDescentOptimizer(1.0).minimize(tf.reduce_sum(-c))
    local = tf.get_local_variable("local", [1], initializer=tf.zeros_initializer())
    note("local", [local.name, [x.name for x in tf.local_variables()], local in tf.global_variables()])
    collected = tf.get_variable("collected", [1], collections=["mine", tf.GraphKeys.GLOBAL_VARIABLES])
    note("collected", [collected in tf.get_collection("mine"), collected in tf.trainable_variables()])
    with tf.Session() as sess:
        sess.run([tf.global_variables_initializer(), tf.local_variables_initializer()])
        sess.run(train)
        note("constrained", sess.run(c))
    template = tf.make_template(
        "t", lambda x: x * tf.get_variable("scale", [], initializer=tf.ones_initializer())
    )
    one, two = template(1.0), template(2.0)
    note(
        "template", [len(template.variables), template.variables[0].name, one.name.startswith("t/"), two.name]
    )


def initializers(tf, note):
    shape = [200, 300]
    rows = {
        "zeros": tf.zeros_initializer(),
        "ones": tf.ones_initializer(),
        "constant": tf.constant_initializer(2.5),
        "constant list": tf.constant_initializer(np.arange(60000.0)),
        "identity": tf.initializers.identity(2.0),
        "random_uniform": tf.random_uniform_initializer(-1, 3, seed=1),
        "random_normal": tf.random_normal_initializer(1.0, 0.5, seed=1),
        "truncated_normal": tf.truncated_normal_initializer(0.0, 2.0, seed=1),
        "uniform_unit_scaling": tf.uniform_unit_scaling_initializer(2.0, seed=1),
        "variance_scaling": tf.variance_scaling_initializer(seed=1),
        "variance_scaling fan_avg uniform": tf.variance_scaling_initializer(
            2.0, "fan_avg", "uniform", seed=1
        ),
        "variance_scaling fan_out": tf.initializers.variance_scaling(1.0, "fan_out", seed=1),
        "glorot_uniform": tf.glorot_uniform_initializer(1),
        "glorot_normal": tf.glorot_normal_initializer(1),
        "orthogonal": tf.orthogonal_initializer(2.0, seed=1),
    }
    made = {key: tf.get_variable(key.replace(" ", "_"), shape, initializer=i) for key, i in rows.items()}
    conv = tf.get_variable("conv", [3, 3, 20, 40], initializer=tf.variance_scaling_initializer(seed=1))
    default = tf.get_variable("default", shape)
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        values = sess.run({**made, "conv": conv, "default": default})
    for key, value in values.items():
        note(
            key,
            [
                round(float(np.mean(value)) * 20) / 20 if np.std(value) < 100 else "wide",
                f"{float(np.std(value)):.2g}" if np.std(value) > 1 else round(float(np.std(value)), 2),
                str(value.dtype),
            ],
        )
    q = values["orthogonal"]
    note("orthogonal rows", bool(np.allclose(q @ q.T, 4 * np.eye(200), atol=1e-3)))
    note(
        "limits",
        [
            bool((np.abs(values[k]) <= b).all())
            for k, b in (("truncated_normal", 4.0), ("glorot_uniform", np.sqrt(6 / 500)))
        ],
    )
    note.attempt(
        "constant of another size",
        lambda: tf.get_variable("c", [3], initializer=tf.constant_initializer([1.0, 2.0])) and None,
    )
    note.attempt(
        "verified",
        lambda: tf.get_variable("d", [3], initializer=tf.constant_initializer([1.0, 2.0], verify_shape=True)),
    )
    note.attempt("scale", lambda: tf.variance_scaling_initializer(-1.0))
    note.attempt("mode", lambda: tf.variance_scaling_initializer(1.0, "fan"))
    note.attempt(
        "orthogonal vector", lambda: tf.get_variable("o", [3], initializer=tf.orthogonal_initializer())
    )
    note.attempt("ints", lambda: tf.get_variable("i", [2], tf.int32, tf.random_normal_initializer()))
    note("config", sorted(tf.random_normal_initializer(1.0, 0.5, seed=1).get_config().items(), key=str)[0][0])


def using_variables(tf, note):
    v = tf.Variable([1.0, 2.0], name="v")
    w = tf.Variable(v.initialized_value() * 2, name="w")
    local = tf.Variable(5, name="local", collections=[tf.GraphKeys.LOCAL_VARIABLES], trainable=False)
    r = tf.get_variable("r", initializer=[3.0, 4.0], use_resource=True)
    s = tf.Variable("text", name="s")
    b = tf.Variable([True, False], name="b")
    note(
        "properties",
        [
            [
                x.name,
                x.op.name,
                x.dtype.name,
                str(x.shape),
                x.op.type,
                x.initializer.name,
                x.initial_value.name,
                x.value().name,
            ]
            for x in (v, w)
        ],
    )
    note("resource", [r.name, r.dtype.name, r.op.type, r.initializer.name, str(r.shape), r.value().name])
    note("text", [str(v), repr(v)])
    report = tf.report_uninitialized_variables()
    with tf.Session() as sess:
        note("uninitialized", sess.run(report))
        note(
            "is_variable_initialized",
            sess.run([tf.is_variable_initialized(v), tf.is_variable_initialized(r)]),
        )
        for key, fetch in {
            "reference": v,
            "read": v.read_value() if hasattr(v, "read_value") else v.value(),
            "resource": r,
            "sum": v + 1,
            "assign_add": v.assign_add([1.0, 1.0]),
            "string": s,
        }.items():
            note.attempt(f"uninitialized {key}", lambda fetch=fetch: sess.run(fetch))
        sess.run(v.initializer)
        sess.run(tf.global_variables_initializer())
        note("still", sess.run(report))
        sess.run(tf.local_variables_initializer())
        note("none left", sess.run(report))
        note("values", sess.run([v, w, local, r, s, b]))
        note(
            "assign",
            [
                sess.run(v.assign([5.0, 6.0])),
                sess.run(v.assign_add([1.0, 1.0])),
                sess.run(v.assign_sub([2.0, 0.0])),
            ],
        )
        note(
            "functions",
            [
                sess.run(tf.assign(v, [1.0, 1.0])),
                sess.run(tf.assign_add(v, [1.0, 2.0])),
                sess.run(tf.assign_sub(v, [1.0, 1.0])),
            ],
        )
        note(
            "resource assign",
            [
                sess.run(r.assign([5.0, 6.0])),
                sess.run(r.assign_add([1.0, 1.0])),
                sess.run(tf.assign(r, [0.0, 1.0])),
            ],
        )
        note("state of the string", sess.run(tf.assign(s, "other")))
        note("bool", sess.run(tf.assign(b, [False, False])))
        note.attempt("wrong shape", lambda: v.assign([1.0]))
        note.attempt("wrong dtype", lambda: v.assign([1, 2]) and None)
        note.attempt("really wrong dtype", lambda: v.assign(tf.constant([1, 2])))
        u = tf.Variable([1.0, 2.0], name="u", validate_shape=False)
        note("shape not validated", sess.run(tf.assign(u, [[1.0], [2.0], [3.0]], validate_shape=False)))
        note("as it is", sess.run(tf.shape(u.read_value())))
        v.load([7.0, 8.0], sess)
        note("load", [v.eval(), sess.run(v)])
        note("fed", sess.run(v + 1, {v.value(): [1.0, 2.0]}))
        note("operators", sess.run([v * 2, 2 / v, v[0], -v, v > 7, abs(v)]))
        note("count_up_to", [sess.run(local.count_up_to(7)), sess.run(local.count_up_to(7))])
        note.attempt("counted to the end", lambda: sess.run(local.count_up_to(7)))
        matrix = tf.Variable(tf.zeros([4, 2]), name="matrix")
        table = tf.get_variable("table", initializer=tf.zeros([4, 2]), use_resource=True)
        sess.run([matrix.initializer, table.initializer])
        rows = np.ones([2, 2], np.float32)
        for key, x in (("reference", matrix), ("resource", table)):
            for name in (
                "scatter_update",
                "scatter_add",
                "scatter_sub",
                "scatter_mul",
                "scatter_div",
                "scatter_min",
                "scatter_max",
            ):
                note.attempt(
                    f"{key} {name}", lambda name=name, x=x: sess.run(getattr(tf, name)(x, [1, 3], rows * 2))
                )
            note.attempt(f"{key} twice the same row", lambda x=x: sess.run(tf.scatter_add(x, [0, 0], rows)))
            note.attempt(f"{key} beyond", lambda x=x: sess.run(tf.scatter_add(x, [9, 0], rows)))
            note.attempt(f"{key} nd", lambda x=x: sess.run(tf.scatter_nd_update(x, [[0, 1]], [9.0])))
            note(f"{key} after", sess.run(x))
        note.attempt(
            "scatter_sub of slices",
            lambda: sess.run(matrix.scatter_sub(tf.IndexedSlices(tf.constant(rows), tf.constant([0, 2])))),
        )
        note.attempt(
            "batch of reads",
            lambda: sess.run(
                [matrix[1], table[1], tf.gather(table, [1]), tf.nn.embedding_lookup(matrix, [[1]])]
            ),
        )
        note(
            "initializers",
            [
                tf.variables_initializer([v, w]).name,
                tf.variables_initializer([]).name,
                tf.global_variables_initializer().name,
            ],
        )
        note.attempt("assert initialized", lambda: sess.run(tf.assert_variables_initialized([v])))
    note.attempt(
        "initial value function", lambda: tf.Variable(lambda: tf.zeros([2]), name="f").initial_value.name
    )
    note.attempt("no initial value", lambda: tf.Variable())
    note.attempt("function without dtype", lambda: tf.Variable(lambda: 1.0, name="g").dtype.name)
    note.attempt("iteration", lambda: list(v))
    note.attempt("unknown shape", lambda: tf.Variable(tf.placeholder(tf.float32, [None])))
    note("proto", [v.to_proto().variable_name, v.to_proto().snapshot_name, v.to_proto().initializer_name])
    note("from proto", tf.Variable.from_proto(v.to_proto()).name)
    note.attempt("another graph's", lambda: _elsewhere(tf, v))
    note(
        "convert",
        [
            tf.convert_to_tensor(v).name,
            tf.identity(r).name.startswith("Identity"),
            tf.is_numeric_tensor(v.value()),
        ],
    )


def _elsewhere(tf, v):
    with tf.Graph().as_default():
        return tf.constant([1.0, 2.0]) + v


def order_of_reads_and_writes(tf, note):
    """What a run sees of a variable that it changes, where it is ordered."""
    for use_resource in (False, True):
        kind = "resource" if use_resource else "reference"
        with tf.variable_scope(kind, use_resource=use_resource):
            v = tf.get_variable("v", initializer=1.0)
        add = tf.assign_add(v, 1.0)
        with tf.control_dependencies([add]):
            after = v.read_value() if hasattr(v, "read_value") else tf.identity(v)
            after_sum = tf.identity(v) + 10.0
        before = v.read_value() * 1.0 if use_resource else None
        if before is not None:
            with tf.control_dependencies([before]):
                later = tf.assign_add(v, 5.0)
        with tf.Session() as sess:
            sess.run(tf.global_variables_initializer())
            note(f"{kind} after", sess.run(after))
            note(f"{kind} fetched add", sess.run(add))
            note(f"{kind} sum", sess.run(after_sum))
            if before is not None:
                note(f"{kind} before", sess.run([before, later]))
            note(f"{kind} v", sess.run(v))
        with tf.Session() as sess:
            note.attempt(f"{kind} of another session", lambda v=v, sess=sess: sess.run(v))
