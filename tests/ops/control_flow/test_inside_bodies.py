"""What programs do inside the bodies of tf.cond, tf.while_loop, tf.map_fn, tf.scan, ...: there, everything of the graph is at
hand as it is outside.

Each row gives what it fetches from three runs, and the names of the variables it has made; it is run under Evergraph with the
answer that TensorFlow gives, and under TensorFlow.
"""

import numpy as np
import pytest

import evergraph


class Program:
    """A variable `w`, its loss, a step counter, and `choose`, true in every other run."""

    def __init__(self, tf):
        self.tf = tf
        self.w = tf.get_variable("w", initializer=[1.0, 2.0])
        self.x = tf.placeholder_with_default([1.0, 1.0], [2], name="x")
        self.y = tf.multiply(self.w, self.x, name="y")
        self.loss = tf.reduce_sum(tf.square(self.y), name="loss")
        self.choose = tf.placeholder_with_default(True, [], name="choose")
        self.step = tf.train.get_or_create_global_step()

    def cond(self, true, false=None):
        return self.tf.cond(self.choose, true, false or self.tf.no_op)

    def sgd(self):
        return self.tf.train.GradientDescentOptimizer(0.125)


def outcome(tf, row):
    with tf.Graph().as_default():
        program = Program(tf)
        fetches = row(program)
        names = sorted(v.op.name for v in tf.global_variables() if v.op.name not in ("w", "global_step"))
        with tf.Session() as session:
            session.run(tf.global_variables_initializer())
            got = [plain(session.run(fetches, {program.choose: i % 2 == 0})) for i in range(3)]
            return [*got, plain(session.run([program.w, program.step])), names]


def plain(value):
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    if isinstance(value, bytes):
        return value.decode()
    return np.round(np.asarray(value, np.float64), 5).tolist() if isinstance(value, np.floating) or (
        isinstance(value, np.ndarray) and value.dtype.kind == "f") else getattr(value, "tolist", lambda: value)()  # fmt: skip


# -- training ----------------------------------------------------------------------------------------------------------


def minimize(p):
    return p.cond(lambda: p.tf.group(p.sgd().minimize(p.loss, global_step=p.step)))


def momentum(p):
    return p.cond(lambda: p.tf.group(p.tf.train.MomentumOptimizer(0.125, 0.5).minimize(p.loss, global_step=p.step)))


def adam_applies_gradients_of_outside(p):
    optimizer = p.tf.train.AdamOptimizer(0.125)
    pairs = optimizer.compute_gradients(p.loss)
    return p.cond(lambda: p.tf.group(optimizer.apply_gradients(pairs)))


def rmsprop_of_the_one_and_adagrad_of_the_other(p):
    def train(optimizer):
        return lambda: p.tf.group(optimizer.minimize(p.loss))

    return p.tf.cond(p.choose, train(p.tf.train.RMSPropOptimizer(0.125)), train(p.tf.train.AdagradOptimizer(0.125)))


def gradient_accumulation(p):
    """As programs of BERT do it: gradients are added up, and applied every second run."""
    tf = p.tf
    optimizer = tf.train.AdamOptimizer(0.125)
    sums = tf.get_variable("sums", shape=[2], initializer=tf.zeros_initializer(), trainable=False)
    (gradient,) = tf.gradients(p.loss, [p.w])
    added = tf.assign_add(sums, gradient)
    with tf.control_dependencies([added]):
        count = tf.assign_add(p.step, 1)

    def apply():
        update = optimizer.apply_gradients([(sums / 2.0, p.w)])
        with tf.control_dependencies([update]):
            return tf.group(sums.assign(tf.zeros_like(sums)))

    with tf.control_dependencies([count]):
        done = tf.cond(tf.equal(count % 2, 0), apply, tf.no_op)
    with tf.control_dependencies([done]):
        return [sums.read_value()]


def train_in_a_loop(p):
    tf = p.tf

    def body(i):
        with tf.control_dependencies([p.sgd().minimize(p.loss)]):
            return i + 1

    return tf.while_loop(lambda i: i < 1, body, [0])


def nested_conds(p):
    tf = p.tf
    inner = tf.constant(True)
    return p.cond(lambda: tf.group(tf.cond(inner, lambda: tf.group(p.sgd().minimize(p.loss)), tf.no_op)))


def sparse_updates(p):
    tf = p.tf
    optimizer = tf.train.MomentumOptimizer(0.125, 0.5)
    return p.cond(lambda: tf.group(optimizer.minimize(tf.reduce_sum(tf.gather(p.w, [1])), var_list=[p.w])))


def moving_average(p):
    tf = p.tf

    def average():
        averages = tf.train.ExponentialMovingAverage(0.5)
        with tf.control_dependencies([tf.assign_add(p.w, [1.0, 1.0])]):
            updated = averages.apply([p.w])
        with tf.control_dependencies([updated]):
            return averages.average(p.w).read_value()

    return p.cond(average, lambda: tf.zeros([2]))


def clipped(p):
    tf = p.tf

    def train():
        gradients, _ = tf.clip_by_global_norm(tf.gradients(p.loss, [p.w]), 1.0)
        return tf.group(p.sgd().apply_gradients(zip(gradients, [p.w])))

    return p.cond(train)


def case(p):
    tf = p.tf
    return tf.case([(p.choose, lambda: tf.group(p.sgd().minimize(p.loss)))], default=tf.no_op)


def resource_variable(p):
    tf = p.tf
    r = tf.get_variable("r", initializer=[1.0, 3.0], use_resource=True)
    loss = tf.reduce_sum(r * r)
    train = p.cond(lambda: tf.group(tf.train.MomentumOptimizer(0.125, 0.5).minimize(loss, var_list=[r])))
    with tf.control_dependencies([train]):
        return r.read_value()


# -- looking things up -------------------------------------------------------------------------------------------------


def by_name(p):
    graph = p.tf.get_default_graph

    def both():
        return graph().get_tensor_by_name("y:0") * 3.0 + graph().get_operation_by_name("y").outputs[0]

    return p.cond(both, lambda: p.tf.zeros([2]))


def by_element(p):
    tf = p.tf
    element = tf.get_default_graph().as_graph_element
    return tf.map_fn(lambda e: e * element(p.loss) + element("loss:0") + tf.reduce_sum(element(p.w)), tf.constant([1.0, 2.0]))


def same_graph(p):
    tf = p.tf

    def ask(tensor):
        graph = tf.get_default_graph()
        made = tf.constant(1.0)
        return tf.constant([graph is tensor.graph, graph == p.w.graph, made.graph is graph, p.x.op.graph is made.op.graph])

    inside_a_loop = tf.while_loop(lambda i, _: i < 1, lambda i, _: (i + 1, ask(i)), (0, tf.constant([False] * 4)))[1]
    return [p.cond(lambda: ask(p.w), lambda: ask(p.loss)), inside_a_loop]


def name_of_what_a_branch_made(p):
    tf = p.tf
    out = p.cond(lambda: tf.multiply(p.loss, 3.0, name="of_branch"), lambda: tf.constant(0.0))
    assert tf.get_default_graph().get_operation_by_name("cond/of_branch").type == "Mul"
    assert any(op.name == "cond/of_branch" for op in tf.get_default_graph().get_operations())
    return out


def names_inside(p):
    tf, names = p.tf, []

    def branch():
        with tf.name_scope("deep"):
            names.append(tf.identity(p.loss, name="value").name)
            names.append(tf.get_default_graph().get_name_scope())
            with tf.control_dependencies(None):
                names.append(tf.constant(1.0, name="outside").name)
        return tf.constant(names)

    return p.cond(branch, lambda: tf.constant(["", "", ""]))


def beside(p):
    tf = p.tf

    def place():
        with tf.colocate_with(p.w):
            made = tf.constant(2.0)
        assert made.op.colocation_groups() == [b"loc:@w"]
        return made

    return [p.cond(place, lambda: tf.constant(0.0)), tf.map_fn(lambda e: e + place(), tf.zeros([2]))]


def on_a_device(p):
    tf = p.tf

    def place():
        with tf.device("/cpu:0"):
            made = p.loss * 2.0
        assert made.device.lower() == "/device:cpu:0"
        return made

    return p.cond(place, lambda: tf.constant(0.0))


def collection(p):
    tf = p.tf

    def kept():
        tf.add_to_collection("kept", p.loss)
        tf.add_to_collection("kept", p.loss * 2.0)
        return tf.add_n(tf.get_collection("kept"))

    return p.cond(kept, lambda: tf.constant(0.0))


def variable_inside(p):
    tf = p.tf
    return p.cond(lambda: tf.get_variable("inside", initializer=3.0) * 2.0, lambda: tf.Variable(5.0, name="other") + 0.0)


def variable_of_a_loop(p):
    tf = p.tf
    return tf.map_fn(lambda e: e * tf.get_variable("inside", initializer=3.0), tf.constant([1.0, 2.0]))


def layer_with_a_regularizer(p):
    tf = p.tf
    x = tf.ones([1, 2])

    def layer():
        kernel = tf.get_variable("kernel", [2, 1], initializer=tf.ones_initializer(), regularizer=tf.nn.l2_loss)
        return tf.matmul(x, kernel)

    out = p.cond(layer, lambda: tf.zeros([1, 1]))
    return [out, len(tf.get_collection(tf.GraphKeys.REGULARIZATION_LOSSES)) and tf.constant(True)]


def leave_by_control_dependencies_none(p):
    tf = p.tf

    def branch():
        with tf.control_dependencies([tf.assign_add(p.step, 10)]):
            with tf.control_dependencies(None):
                outside.append(tf.identity(p.loss, name="free"))
            return tf.identity(p.loss)

    outside = []
    return [p.cond(branch, lambda: tf.constant(0.0)), outside[0]]


# -- collections of updates ---------------------------------------------------------------------------------------------


def updates_of_a_branch(p):
    """Batch normalization in a branch: what waits for UPDATE_OPS waits for the branch."""
    tf = p.tf

    def branch():
        tf.add_to_collection(tf.GraphKeys.UPDATE_OPS, tf.assign_add(p.w, [1.0, 1.0]))
        tf.add_to_collection(tf.GraphKeys.UPDATE_OPS, tf.assign_add(p.step, 1).op)
        return tf.constant(5.0)

    value = tf.cond(tf.constant(True), branch, lambda: tf.constant(0.0))
    with tf.control_dependencies(tf.get_collection(tf.GraphKeys.UPDATE_OPS)):
        return tf.identity(value)


def updates_that_nobody_waits_for(p):
    tf = p.tf

    def branch():
        tf.add_to_collection(tf.GraphKeys.UPDATE_OPS, tf.assign_add(p.w, [1.0, 1.0]))
        return tf.constant(5.0)

    return tf.cond(tf.constant(True), branch, lambda: tf.constant(0.0))


def updates_of_a_branch_in_a_branch(p):
    tf = p.tf
    always = tf.constant(True)

    def inner():
        tf.add_to_collection(tf.GraphKeys.UPDATE_OPS, tf.assign_add(p.step, 1))
        return tf.constant(5.0)

    value = tf.cond(always, lambda: tf.cond(always, inner, lambda: tf.constant(1.0)), lambda: tf.constant(0.0))
    return tf.group(*tf.get_collection(tf.GraphKeys.UPDATE_OPS), value)


ROWS = [
    minimize, momentum, adam_applies_gradients_of_outside, rmsprop_of_the_one_and_adagrad_of_the_other,
    gradient_accumulation, train_in_a_loop, nested_conds, sparse_updates, moving_average, clipped, case, resource_variable,
    by_name, by_element, same_graph, name_of_what_a_branch_made, names_inside, beside, on_a_device, collection,
    variable_inside, variable_of_a_loop, layer_with_a_regularizer, leave_by_control_dependencies_none, updates_of_a_branch,
    updates_that_nobody_waits_for, updates_of_a_branch_in_a_branch,
]  # fmt: skip
