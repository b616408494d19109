"""Input layers and linear models: order, variables and where they go, sharing, checkpoints, training."""

import copy

import numpy as np
import pytest

import evergraph as tf
from evergraph.feature_column.inputs import InputLayer
from evergraph.feature_column.linear import _LinearModel

fc = tf.feature_column
A, B = fc.numeric_column("a"), fc.numeric_column("b", shape=2)
FEATURES = {
    "a": [[1.0], [4.0]],
    "b": [[2.0, 3.0], [5.0, 6.0]],
    "w": [["omar"], ["marlo"]],
    "v": [["marlo"], [""]],
}


def words(key="w"):
    return fc.categorical_column_with_vocabulary_list(key, ["omar", "stringer", "marlo"])


def names(variables):
    return [variable.op.name for variable in variables]


def run(tensor, feed=None):
    with tf.Session() as session:
        session.run([tf.global_variables_initializer(), tf.tables_initializer()])
        return session.run(tensor, feed)


@pytest.mark.parametrize("columns", [[A, B], [B, A], iter([B, A]), {A, B}])
def test_columns_stand_in_the_order_of_their_names(columns):
    assert run(fc.input_layer(FEATURES, columns)).tolist() == [[1, 2, 3], [4, 5, 6]]


def test_a_linear_model_begins_at_its_bias():
    logits = fc.linear_model(FEATURES, [B, words()], units=3)
    assert names(tf.trainable_variables()) == [
        "linear_model/b/weights",
        "linear_model/w/weights",
        "linear_model/bias_weights",
    ]
    with tf.Session() as session:
        session.run([tf.global_variables_initializer(), tf.tables_initializer()])
        tf.global_variables()[2].load([1.0, 2.0, 3.0], session)
        assert session.run(logits).tolist() == [[1, 2, 3]] * 2


LAYERS = {
    "input_layer": (fc.input_layer, lambda: [fc.embedding_column(words(), 4), A]),
    "linear_model": (fc.linear_model, lambda: [words(), A]),
}


@pytest.fixture(params=LAYERS)
def layer(request):
    function, make_columns = LAYERS[request.param]
    return function, make_columns()


def test_variables_join_the_collections(layer):
    build, columns = layer
    build(FEATURES, columns, weight_collections=["mine"])
    variables = tf.global_variables()
    assert (
        variables
        and tf.get_collection("mine") == variables == tf.model_variables() == tf.trainable_variables()
    )


def test_variables_that_are_not_trained(layer):
    build, columns = layer
    columns = [
        c
        if c is A
        else words()
        if build is fc.linear_model
        else fc.embedding_column(words(), 4, trainable=False)
        for c in columns
    ]
    build(FEATURES, columns, trainable=False)
    assert tf.global_variables() and not tf.trainable_variables()


def test_the_variables_of_each_column(layer):
    build, columns = layer
    found = {}
    build(FEATURES, columns, cols_to_vars=found)
    linear = build is fc.linear_model
    assert {getattr(key, "name", key): names(variables) for key, variables in found.items()} == (
        {
            "a": ["linear_model/a/weights"],
            "w": ["linear_model/w/weights"],
            "bias": ["linear_model/bias_weights"],
        }
        if linear
        else {"a": [], "w_embedding": ["input_layer/w_embedding/embedding_weights"]}
    )


def test_partitioned_variables(layer):
    build, columns = layer
    found = {}
    with tf.variable_scope("outer", partitioner=tf.fixed_size_partitioner(2, axis=0)):
        net = build(FEATURES, columns, weight_collections=["mine"], cols_to_vars=found)
    key = next(column for column in found if column is columns[0])
    assert [v.shape.as_list()[0] for v in found[key]] == [2, 1]
    assert set(tf.get_collection("mine")) == set(tf.global_variables())
    assert run(net).shape[0] == 2


def test_a_scope_that_reuses(layer):
    build, columns = layer
    with tf.variable_scope("net"):
        first = build(FEATURES, columns)
    before = tf.global_variables()
    with tf.variable_scope("net", reuse=True):
        second = build(FEATURES, columns)
    assert tf.global_variables() == before
    x, y = run([first, second])
    assert x.tolist() == y.tolist()


def test_batches_of_different_sizes_are_refused(layer):
    build, _ = layer
    with pytest.raises(ValueError, match="must be same.*2 for column a and 1 for column b"):
        build({"a": [[1.0], [2.0]], "b": [[3.0, 4.0]]}, [A, B])
    x = tf.placeholder(tf.float32, [None, 1])
    net = build({"a": x, "b": [[3.0, 4.0]]}, [A, B])
    with pytest.raises(tf.errors.InvalidArgumentError):
        run(net, {x: [[1.0], [2.0]]})


def test_input_layer_objects_keep_their_variables():
    net = InputLayer([fc.embedding_column(words(), 4)])
    first, second = net(FEATURES), net({"w": [["marlo"]]})
    assert names(net.variables) == ["feature_column_input_layer/w_embedding/embedding_weights"]
    assert net.variables == tf.global_variables()
    assert (
        net.trainable_variables == net.trainable_weights == net.variables and not net.non_trainable_variables
    )
    x, y = run([first, second])
    assert x[1].tolist() == y[0].tolist()


def test_linear_model_objects():
    model = _LinearModel([words(), A], units=2, name="wide")
    assert model.cols_to_vars() == {}
    model(FEATURES)
    assert names(model.variables) == ["wide/a/weights", "wide/w/weights", "wide/bias_weights"]
    assert model.trainable_variables == model.variables
    assert names(model.cols_to_vars()["bias"]) == ["wide/bias_weights"]


# -- embeddings ----------------------------------------------------------------------------------------------------


def shared():
    table = tf.constant_initializer([[1, 2], [3, 4], [5, 6]])
    return fc.shared_embedding_columns([words("w"), words("v")], 2, initializer=table)


def test_shared_embeddings_are_one_variable():
    net = fc.input_layer(FEATURES, shared())
    assert names(tf.global_variables()) == ["input_layer/v_w_shared_embedding/embedding_weights"]
    assert run(net).tolist() == [[5, 6, 1, 2], [0, 0, 5, 6]]


def test_shared_embeddings_come_in_the_order_given():
    assert [c.categorical_column.key for c in shared()] == ["w", "v"]
    assert [c.categorical_column.key for c in copy.deepcopy(shared())] == ["w", "v"]


def test_columns_serve_in_several_graphs():
    columns = [*shared(), fc.embedding_column(words(), 2, initializer=tf.ones_initializer())]
    found = []
    for _ in range(2):
        with tf.Graph().as_default():
            net = fc.input_layer(FEATURES, columns)
            assert len(tf.global_variables()) == 2
            found.append(run(net).tolist())
    assert found[0] == found[1]


def test_shared_embeddings_are_shared_by_the_layers_of_a_graph():
    columns = shared()
    fc.input_layer(FEATURES, columns)
    fc.input_layer(FEATURES, columns[:1])
    assert len(tf.global_variables()) == 1


@pytest.mark.parametrize(
    "make",
    [
        lambda **options: [fc.embedding_column(words(), 2, **options)],
        lambda **options: fc.shared_embedding_columns([words("v"), words("w")], 2, **options),
    ],
)
@pytest.mark.parametrize("parts", [1, 2])
def test_embeddings_begin_as_a_checkpoint_has_them(tmp_path, make, parts):
    table = np.arange(6, dtype=np.float32).reshape(3, 2)
    with tf.Graph().as_default(), tf.Session() as session:
        variable = tf.get_variable("table", initializer=table)
        session.run(variable.initializer)
        path = tf.train.Saver().save(session, str(tmp_path / "model"))
    columns = make(ckpt_to_load_from=path, tensor_name_in_ckpt="table")
    with tf.variable_scope("", partitioner=tf.fixed_size_partitioner(parts)):
        net = fc.input_layer(FEATURES, columns)
    assert run(net)[:, -2:].tolist() == [[0, 1], [4, 5]]


def test_the_step_on_an_embedding_touches_its_rows_only():
    net = fc.input_layer(FEATURES, [fc.embedding_column(words(), 2)])
    (gradient,) = tf.gradients(tf.reduce_sum(net), tf.trainable_variables())
    assert isinstance(gradient, tf.IndexedSlices)
    assert sorted(run(gradient.indices).tolist()) == [0, 2]


# -- training ------------------------------------------------------------------------------------------------------


def test_a_wide_and_deep_model_learns():
    rng = np.random.default_rng(0)
    kinds, sizes = rng.integers(0, 3, 64), rng.normal(size=64)
    labels = ((kinds == 1) ^ (sizes > 0)).astype(np.float32)[
        :, None
    ]  # neither feature says anything by itself
    features = {
        "kind": tf.constant(np.array(["x", "y", "z"])[kinds][:, None]),
        "size": tf.constant(sizes[:, None], tf.float32),
    }
    kind = fc.categorical_column_with_vocabulary_list("kind", ["x", "y", "z"])
    size = fc.numeric_column("size")
    buckets = fc.bucketized_column(size, [0.0])
    wide = fc.linear_model(features, [fc.crossed_column([kind, buckets], 50)])
    deep = tf.layers.dense(fc.input_layer(features, [fc.embedding_column(kind, 2), size]), 4, tf.nn.relu)
    loss = tf.losses.sigmoid_cross_entropy(labels, wide + tf.layers.dense(deep, 1))
    train = tf.train.AdagradOptimizer(0.5).minimize(loss, global_step=tf.train.get_or_create_global_step())
    with tf.train.MonitoredSession() as session:
        first = session.run(loss)
        for _ in range(40):
            session.run(train)
        assert session.run(loss) < 0.2 < 0.5 < first
