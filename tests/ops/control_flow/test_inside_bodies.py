"""What programs do inside the bodies of tf.cond, tf.while_loop, tf.map_fn, tf.scan, ...: there, everything
of the graph is at hand as it is outside.

Each row is run under Evergraph and under TensorFlow.
"""

import pytest

import evergraph
from tests.ops.control_flow.programs import outcome, reference

# -- training ------------------------------------------------------------------------------------------


def minimize(p):
    return p.cond(lambda: p.tf.group(p.sgd().minimize(p.loss, global_step=p.step)))


def momentum(p):
    return p.cond(
        lambda: p.tf.group(p.tf.train.MomentumOptimizer(0.125, 0.5).minimize(p.loss, global_step=p.step))
    )


def adam_applies_gradients_of_outside(p):
    optimizer = p.tf.train.AdamOptimizer(0.125)
    pairs = optimizer.compute_gradients(p.loss)
    return p.cond(lambda: p.tf.group(optimizer.apply_gradients(pairs)))


def rmsprop_of_the_one_and_adagrad_of_the_other(p):
    def train(optimizer):
        return lambda: p.tf.group(optimizer.minimize(p.loss))

    return p.tf.cond(
        p.choose, train(p.tf.train.RMSPropOptimizer(0.125)), train(p.tf.train.AdagradOptimizer(0.125))
    )


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


# -- reading and writing ------------------------------------------------------------------------------


def reads_before_writes_in_a_loop(p):
    tf = p.tf

    def body(i, a):
        s = tf.reduce_sum(p.w)
        with tf.control_dependencies([s]):
            with tf.control_dependencies([tf.assign_add(p.w, [1.0, 1.0])]):
                return i + 1, a + s

    return tf.while_loop(lambda i, _: i < 3, body, (0, 0.0), parallel_iterations=1)


def condition_reads_what_the_body_writes(p):
    tf = p.tf

    def body(i):
        with tf.control_dependencies([tf.assign_add(p.w, [1.0, 1.0])]):
            return i + 1

    return tf.while_loop(lambda i: tf.reduce_sum(p.w) < 10.0, body, [0], parallel_iterations=1)


def reads_after_a_write(p):
    tf = p.tf

    def b():
        with tf.control_dependencies([tf.assign_add(p.w, [1.0, 1.0])]):
            return tf.reduce_sum(p.w)

    return p.cond(b, lambda: tf.constant(0.0))


def resource_variable_in_a_loop(p):
    tf = p.tf
    r = tf.get_variable("r", initializer=[1.0, 3.0], use_resource=True)

    def body(i, _):
        loss = tf.reduce_sum(tf.square(r * p.x))
        with tf.control_dependencies([p.sgd().minimize(loss, var_list=[r])]):
            return i + 1, tf.identity(loss)

    out = tf.while_loop(lambda i, _: i < 3, body, (0, 0.0))
    with tf.control_dependencies([out[1]]):
        return [out, r.read_value()]


def train_after_a_python_function(p):
    tf = p.tf

    def b():
        f = tf.py_func(lambda v: v * 2, [p.w], tf.float32)
        f.set_shape([2])
        with tf.control_dependencies([p.sgd().minimize(tf.reduce_sum(tf.square(p.w - f)))]):
            return tf.identity(f)

    return p.cond(b, lambda: tf.zeros([2]))


# -- looking things up --------------------------------------------------------------------------------


def by_name(p):
    graph = p.tf.get_default_graph

    def both():
        return graph().get_tensor_by_name("y:0") * 3.0 + graph().get_operation_by_name("y").outputs[0]

    return p.cond(both, lambda: p.tf.zeros([2]))


def by_element(p):
    tf = p.tf
    element = tf.get_default_graph().as_graph_element
    return tf.map_fn(
        lambda e: e * element(p.loss) + element("loss:0") + tf.reduce_sum(element(p.w)),
        tf.constant([1.0, 2.0]),
    )


def same_graph(p):
    tf = p.tf

    def ask(tensor):
        graph = tf.get_default_graph()
        made = tf.constant(1.0)
        return tf.constant(
            [graph is tensor.graph, graph == p.w.graph, made.graph is graph, p.x.op.graph is made.op.graph]
        )

    inside_a_loop = tf.while_loop(
        lambda i, _: i < 1, lambda i, _: (i + 1, ask(i)), (0, tf.constant([False] * 4))
    )[1]
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
    return p.cond(
        lambda: tf.get_variable("inside", initializer=3.0) * 2.0, lambda: tf.Variable(5.0, name="other") + 0.0
    )


def variable_of_a_loop(p):
    tf = p.tf
    return tf.map_fn(lambda e: e * tf.get_variable("inside", initializer=3.0), tf.constant([1.0, 2.0]))


def layer_with_a_regularizer(p):
    tf = p.tf
    x = tf.ones([1, 2])

    def layer():
        kernel = tf.get_variable(
            "kernel", [2, 1], initializer=tf.ones_initializer(), regularizer=tf.nn.l2_loss
        )
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


# -- collections of updates ---------------------------------------------------------------------------


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

    value = tf.cond(
        always, lambda: tf.cond(always, inner, lambda: tf.constant(1.0)), lambda: tf.constant(0.0)
    )
    return tf.group(*tf.get_collection(tf.GraphKeys.UPDATE_OPS), value)


# function: what three runs give, the variable and the step after them, the other variables
ROWS = {
    minimize: [True, False, True, [[0.5625, 1.125], 2], []],
    momentum: [True, False, True, [[0.4375, 0.875], 2], ["w/Momentum"]],
    adam_applies_gradients_of_outside: [
        True,
        False,
        True,
        [[0.75071, 1.75028], 0],
        ["cond/beta1_power", "cond/beta2_power", "w/Adam", "w/Adam_1"],
    ],
    rmsprop_of_the_one_and_adagrad_of_the_other: [
        True,
        False,
        True,
        [[0.51624, 1.34216], 0],
        ["w/Adagrad", "w/RMSProp", "w/RMSProp_1"],
    ],
    gradient_accumulation: [
        [[2.0, 4.0]],
        [[0.0, 0.0]],
        [[1.75, 3.75]],
        [[0.875, 1.875], 3],
        ["cond/beta1_power", "cond/beta2_power", "sums", "w/Adam", "w/Adam_1"],
    ],
    train_in_a_loop: [1, 1, 1, [[0.42188, 0.84375], 0], []],
    nested_conds: [True, False, True, [[0.5625, 1.125], 0], []],
    sparse_updates: [True, False, True, [[1.0, 1.6875], 0], ["w/Momentum"]],
    moving_average: [[1.5, 2.5], [0.0, 0.0], [2.25, 3.25], [[3.0, 4.0], 0], ["w/ExponentialMovingAverage"]],
    clipped: [True, False, True, [[0.8882, 1.77639], 0], []],
    case: [True, False, True, [[0.5625, 1.125], 0], []],
    resource_variable: [[0.75, 2.25], [0.75, 2.25], [0.4375, 1.3125], [[1.0, 2.0], 0], ["r", "r/Momentum"]],
    reads_before_writes_in_a_loop: [[3, 15.0], [3, 33.0], [3, 51.0], [[10.0, 11.0], 0], []],
    condition_reads_what_the_body_writes: [4, 0, 0, [[5.0, 6.0], 0], []],
    reads_after_a_write: [5.0, 0.0, 7.0, [[3.0, 4.0], 0], []],
    resource_variable_in_a_loop: [
        [[3, 3.16406], [0.42188, 1.26562]],
        [[3, 0.56314], [0.17798, 0.53394]],
        [[3, 0.10023], [0.07508, 0.22525]],
        [[1.0, 2.0], 0],
        ["r"],
    ],
    train_after_a_python_function: [[2.0, 4.0], [0.0, 0.0], [2.5, 5.0], [[1.5625, 3.125], 0], []],
    by_name: [[4.0, 8.0], [0.0, 0.0], [4.0, 8.0], [[1.0, 2.0], 0], []],
    by_element: [[13.0, 18.0], [13.0, 18.0], [13.0, 18.0], [[1.0, 2.0], 0], []],
    same_graph: [
        [[True, True, True, True], [True, True, True, True]],
        [[True, True, True, True], [True, True, True, True]],
        [[True, True, True, True], [True, True, True, True]],
        [[1.0, 2.0], 0],
        [],
    ],
    name_of_what_a_branch_made: [15.0, 0.0, 15.0, [[1.0, 2.0], 0], []],
    names_inside: [
        [b"cond/deep/value:0", b"cond/deep", b"cond/deep/outside:0"],
        [b"", b"", b""],
        [b"cond/deep/value:0", b"cond/deep", b"cond/deep/outside:0"],
        [[1.0, 2.0], 0],
        [],
    ],
    beside: [[2.0, [2.0, 2.0]], [0.0, [2.0, 2.0]], [2.0, [2.0, 2.0]], [[1.0, 2.0], 0], []],
    on_a_device: [10.0, 0.0, 10.0, [[1.0, 2.0], 0], []],
    collection: [15.0, 0.0, 15.0, [[1.0, 2.0], 0], []],
    variable_inside: [6.0, 5.0, 6.0, [[1.0, 2.0], 0], ["cond/other", "inside"]],
    variable_of_a_loop: [[3.0, 6.0], [3.0, 6.0], [3.0, 6.0], [[1.0, 2.0], 0], ["inside"]],
    layer_with_a_regularizer: [
        [[[2.0]], True],
        [[[0.0]], True],
        [[[2.0]], True],
        [[1.0, 2.0], 0],
        ["kernel"],
    ],
    leave_by_control_dependencies_none: [[5.0, 5.0], [0.0, 5.0], [5.0, 5.0], [[1.0, 2.0], 20], []],
    updates_of_a_branch: [5.0, 5.0, 5.0, [[4.0, 5.0], 3], []],
    updates_that_nobody_waits_for: [5.0, 5.0, 5.0, [[1.0, 2.0], 0], []],
    updates_of_a_branch_in_a_branch: [None, None, None, [[1.0, 2.0], 3], []],
}


@pytest.mark.parametrize("row", ROWS)
def test_inside(row):
    assert outcome(evergraph, row) == ROWS[row]


@pytest.mark.interop
@pytest.mark.parametrize("row", ROWS)
def test_inside_agrees(row):
    assert outcome(reference(), row) == ROWS[row]
