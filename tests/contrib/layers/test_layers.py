"""Layers of tf.contrib.layers: names of variables and operations, collections, default arguments, and values."""

import numpy as np
import pytest

import evergraph as tf

layers = tf.contrib.layers
IMAGES = np.random.RandomState(0).normal(size=(2, 4, 6, 3)).astype(np.float32)


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as graph:
        yield graph


def evaluate(fetches, feed_dict=None):
    with tf.Session() as session:
        session.run([tf.global_variables_initializer(), tf.local_variables_initializer()])
        return session.run(fetches, feed_dict)


def names(key=tf.GraphKeys.GLOBAL_VARIABLES):
    return [each.op.name for each in tf.get_collection(key)]


@pytest.mark.parametrize(
    "make, output, variables",
    [
        (
            lambda x: layers.fully_connected(x, 5),
            "fully_connected/Relu",
            ["fully_connected/weights", "fully_connected/biases"],
        ),
        (
            lambda x: layers.linear(x, 5),
            "fully_connected/BiasAdd",
            ["fully_connected/weights", "fully_connected/biases"],
        ),
        (lambda x: layers.conv2d(x, 5, 3), "Conv/Relu", ["Conv/weights", "Conv/biases"]),
        (
            lambda x: layers.conv2d(x, 5, 3, normalizer_fn=layers.batch_norm),
            "Conv/Relu",
            [
                "Conv/weights",
                "Conv/BatchNorm/beta",
                "Conv/BatchNorm/moving_mean",
                "Conv/BatchNorm/moving_variance",
            ],
        ),
        (
            lambda x: layers.conv2d_transpose(x, 5, 3, 2),
            "Conv2d_transpose/Relu",
            ["Conv2d_transpose/weights", "Conv2d_transpose/biases"],
        ),
        (
            lambda x: layers.separable_conv2d(x, 5, 3, 2),
            "SeparableConv2d/Relu",
            [f"SeparableConv2d/{each}" for each in ("depthwise_weights", "pointwise_weights", "biases")],
        ),
        (
            lambda x: layers.conv2d_in_plane(x, 3),
            "ConvInPlane/Relu",
            ["ConvInPlane/weights", "ConvInPlane/biases"],
        ),
        (lambda x: layers.max_pool2d(x, 2), "MaxPool2D/MaxPool", []),
        (lambda x: layers.avg_pool2d(x, 2), "AvgPool2D/AvgPool", []),
        (lambda x: layers.layer_norm(x), "LayerNorm/batchnorm/add_1", ["LayerNorm/beta", "LayerNorm/gamma"]),
        (
            lambda x: layers.instance_norm(x),
            "InstanceNorm/instancenorm/add",
            ["InstanceNorm/beta", "InstanceNorm/gamma"],
        ),
        (lambda x: layers.group_norm(x, 3), None, ["GroupNorm/beta", "GroupNorm/gamma"]),
        (lambda x: layers.bias_add(x), "BiasAdd/BiasAdd", ["BiasAdd/biases"]),
        (
            lambda x: layers.repeat(x, 2, layers.conv2d, 3, 1, scope="r"),
            None,
            [f"r/r_{index}/{each}" for index in (1, 2) for each in ("weights", "biases")],
        ),
        (
            lambda x: layers.stack(layers.flatten(x), layers.fully_connected, [5, 6], scope="s"),
            None,
            [f"s/s_{index}/{each}" for index in (1, 2) for each in ("weights", "biases")],
        ),
        (lambda x: layers.gdn(x), None, ["gdn/reparam_beta", "gdn/reparam_gamma"]),
    ],
)
def test_names_as_tensorflow_has_them(make, output, variables):
    result = make(tf.constant(IMAGES))
    assert names() == variables
    assert output is None or result.op.name.startswith(output)
    assert tuple(result.shape.as_list()) == evaluate(result).shape
    assert [each for each in names(tf.GraphKeys.MODEL_VARIABLES) if "gdn" not in each] == [
        each for each in variables if "gdn" not in each
    ]


def test_reuse_by_scope():
    inputs = tf.constant(IMAGES)
    for reuse in (None, True):
        layers.conv2d(inputs, 5, 3, scope="c", reuse=reuse)
    with tf.variable_scope("outer"):
        layers.conv2d(inputs, 5, 3, scope="c")
    assert names() == [f"{scope}/{each}" for scope in ("c", "outer/c") for each in ("weights", "biases")]


def test_conv2d_takes_sequences_as_before_1_9():
    inputs = tf.constant(IMAGES[:, 0])
    of_older_programs = layers.conv2d(inputs, 5, 3, stride=2, scope="c")
    now = layers.convolution1d(inputs, 5, 3, stride=2, scope="c", reuse=True)
    assert of_older_programs.shape.ndims == 3
    found = evaluate([of_older_programs, now])
    np.testing.assert_array_equal(*found)


def test_collections_and_end_points():
    net = layers.conv2d(
        tf.constant(IMAGES),
        5,
        3,
        variables_collections={"weights": ["w"], "biases": ["b"]},
        outputs_collections="out",
        scope="c",
    )
    layers.max_pool2d(net, 2, outputs_collections="out", scope="p")
    assert names("w") == ["c/weights"] and names("b") == ["c/biases"]
    found = tf.contrib.slim.utils.convert_collection_to_dict("out", clear_collection=True)
    assert list(found) == ["c", "p"] and found["c"] is net and tf.get_collection("out") == []


def test_default_arguments_by_scope():
    slim = tf.contrib.slim
    with slim.arg_scope(
        [slim.conv2d, slim.fully_connected],
        weights_regularizer=slim.l2_regularizer(0.5),
        activation_fn=None,
        biases_initializer=None,
    ):
        net = slim.conv2d(tf.constant(IMAGES), 5, 3)
        slim.fully_connected(slim.flatten(net), 2)
    assert names() == ["Conv/weights", "fully_connected/weights"]
    assert names(tf.GraphKeys.REGULARIZATION_LOSSES) == [
        f"{each}/kernel/Regularizer/l2_regularizer" for each in ("Conv", "fully_connected")
    ]


@pytest.mark.parametrize("rank", [2, 4])
@pytest.mark.parametrize("collections", [tf.GraphKeys.UPDATE_OPS, None, "mine"])
@pytest.mark.parametrize("fused", [False, True])
def test_batch_norm_trains(rank, collections, fused):
    values = IMAGES if rank == 4 else IMAGES.reshape(16, 9)
    training = tf.placeholder(tf.bool, [])
    outputs = layers.batch_norm(
        tf.constant(values),
        decay=0.5,
        is_training=training,
        updates_collections=collections,
        fused=fused,
        scope="bn",
    )
    updates = tf.get_collection(collections) if collections else []
    assert len(updates) == (2 if collections else 0)
    axes = tuple(range(rank - 1))
    mean, variance = values.mean(axes), values.var(axes)
    count = values.size // values.shape[-1]
    kept = variance * (count / (count - 1) if fused else 1)
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        result = session.run([outputs, *updates], {training: True})[0]
        np.testing.assert_allclose(result, (values - mean) / np.sqrt(variance + 1e-3), rtol=1e-3, atol=1e-4)
        moving = session.run(
            [tf.contrib.framework.get_unique_variable(f"bn/moving_{each}") for each in ("mean", "variance")]
        )
        np.testing.assert_allclose(moving[0], 0.5 * mean, rtol=1e-3, atol=1e-5)
        np.testing.assert_allclose(moving[1], 0.5 + 0.5 * kept, rtol=1e-3)
        result = session.run([outputs, *updates], {training: False})[0]
        np.testing.assert_allclose(
            result, (values - moving[0]) / np.sqrt(moving[1] + 1e-3), rtol=1e-3, atol=1e-4
        )


def test_normalisation_of_each_example():
    def normal(array, axes):
        return (array - array.mean(axes, keepdims=True)) / np.sqrt(array.var(axes, keepdims=True) + 1e-6)

    inputs = tf.constant(IMAGES)
    made = layers.layer_norm(inputs), layers.instance_norm(inputs), layers.group_norm(inputs, 3)
    grouped = normal(IMAGES.reshape(2, 4, 6, 3, 1), (1, 2, 4)).reshape(IMAGES.shape)
    for found, wanted in zip(evaluate(made), (normal(IMAGES, (1, 2, 3)), normal(IMAGES, (1, 2)), grouped)):
        np.testing.assert_allclose(found, wanted, rtol=1e-3, atol=1e-4)


def test_layers_without_variables():
    inputs = tf.constant(IMAGES)
    found = evaluate(
        [
            layers.flatten(inputs),
            layers.softmax(inputs),
            layers.one_hot_encoding(tf.constant([1, 0]), 3),
            layers.unit_norm(inputs, 3),
            layers.maxout(inputs, 1),
            layers.sequence_to_images(layers.images_to_sequence(inputs), 4),
            layers.dropout(inputs, is_training=False),
        ]
    )
    assert found[0].shape == (2, 72)
    np.testing.assert_allclose(found[1].sum(-1), np.ones((2, 4, 6)), rtol=1e-5)
    np.testing.assert_array_equal(found[2], [[0, 1, 0], [1, 0, 0]])
    np.testing.assert_allclose(np.linalg.norm(found[3], axis=3), np.ones((2, 4, 6)), rtol=1e-4)
    np.testing.assert_array_equal(found[4][..., 0], IMAGES.max(-1))
    np.testing.assert_array_equal(found[5], IMAGES)
    np.testing.assert_array_equal(found[6], IMAGES)


def test_scaled_gradient():
    x = tf.constant([1.0, 2.0])
    assert evaluate(tf.gradients(layers.scale_gradient(x, 0.5), x)[0]).tolist() == [0.5, 0.5]


@pytest.mark.parametrize(
    "make, words",
    [
        (lambda x: layers.conv2d(x, 5, 3, data_format="CHWN"), "data_format"),
        (lambda x: layers.conv3d(x, 5, 3), "rank"),
        (lambda x: layers.fully_connected(x, 5.0), "num_outputs"),
        (lambda x: layers.group_norm(x, 2), "commensurate"),
        (lambda x: layers.layer_norm(x, begin_norm_axis=4), "begin_norm_axis"),
        (lambda x: layers.unit_norm(x, 4), "dim"),
        (lambda x: layers.stack(x, layers.fully_connected, 5), "stack_args"),
        (lambda x: layers.l2_regularizer(1), "integer"),
        (lambda x: layers.l1_regularizer(-1.0), "less than 0"),
        (
            lambda x: layers.optimize_loss(tf.constant(1.0), tf.train.create_global_step(), 0.1, "None"),
            "Optimizer name",
        ),
    ],
)
def test_what_is_refused(make, words):
    with pytest.raises(ValueError, match=words):
        make(tf.constant(IMAGES))


def test_regularizers():
    weights = tf.constant([3.0, -4.0])
    losses = [
        layers.l1_regularizer(0.5)(weights),
        layers.l2_regularizer(0.5)(weights),
        layers.l1_l2_regularizer(0.5, 0.5)(weights),
        layers.apply_regularization(layers.l1_regularizer(2.0), [weights, weights]),
    ]
    assert evaluate(losses) == [3.5, 6.25, 9.75, 28.0]
    assert layers.l2_regularizer(0.0)(weights) is None and layers.sum_regularizer([None]) is None


def test_initializers_have_their_spread():
    shape = (3, 3, 20, 30)
    uniform = evaluate(layers.xavier_initializer(seed=1)(shape))
    assert abs(uniform).max() <= np.sqrt(3.0 / (9 * 25)) and uniform.std() == pytest.approx(
        np.sqrt(1 / (9 * 25)), rel=0.05
    )
    normal = evaluate(layers.variance_scaling_initializer(seed=1)(shape))
    assert normal.std() == pytest.approx(np.sqrt(2 / 180), rel=0.05)


def test_encoders_and_embeddings():
    ids = tf.constant([[1, 2, 0], [3, 0, 0]])
    table = tf.constant_initializer(np.arange(10).reshape(5, 2))
    bag = layers.bow_encoder(ids, 5, 2, initializer=table)
    sequence = layers.embed_sequence(ids, 5, 2, initializer=table, unique=True)
    scattered = layers.scattered_embedding_lookup(
        tf.constant(np.arange(7.0)), tf.constant(["a", "b", "a"]), 3
    )
    bag, sequence, scattered = evaluate([bag, sequence, scattered])
    np.testing.assert_allclose(bag, [[3, 4], [6, 7]])
    np.testing.assert_allclose(sequence[0], [[2, 3], [4, 5], [0, 1]])
    assert (
        scattered.shape == (3, 3)
        and (scattered[0] == scattered[2]).all()
        and (scattered[0] != scattered[1]).any()
    )
    assert names() == ["bow_encoder/embeddings", "EmbedSequence/embeddings"]


def test_sparse_features():
    from evergraph.contrib.layers.python.ops import sparse_ops  # noqa: PLC0415

    ids = sparse_ops.indicators_to_sparse_ids(tf.constant([[0, 1, 1], [1, 0, 0]]))
    sparse = sparse_ops.dense_to_sparse_tensor(tf.constant([["a", ""], ["", "b"]]))
    lengths = sparse_ops.sparse_row_envelope(sparse)
    ids, sparse, lengths = evaluate([ids, sparse, lengths])
    assert ids.values.tolist() == [1, 2, 0] and ids.dense_shape.tolist() == [2, 2]
    assert sparse.values.tolist() == [b"a", b"b"] and lengths.tolist() == [1, 2]


@pytest.mark.parametrize(
    "optimizer", ["SGD", tf.train.GradientDescentOptimizer, lambda rate: tf.train.AdamOptimizer(rate)]
)
def test_optimize_loss(optimizer):
    step = tf.train.create_global_step()
    x = tf.get_variable("x", initializer=4.0)
    train = layers.optimize_loss(
        tf.square(x),
        step,
        0.1,
        optimizer,
        clip_gradients=1.0,
        gradient_multipliers={"x:0": 0.5},
        summaries=["loss", "gradient_norm"],
    )
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        losses = [session.run(train) for _ in range(3)]
        assert losses[0] == 16.0 and losses == sorted(losses, reverse=True) and session.run(step) == 3
    assert "OptimizeLoss/learning_rate" in names()
    assert len(tf.get_collection(tf.GraphKeys.SUMMARIES)) == 4


def test_adaptive_clipping_lets_usual_gradients_through():
    x = tf.get_variable("x", initializer=4.0)
    clip = layers.adaptive_clipping_fn()
    gradient, _ = clip([(tf.constant(3.0), x)])[0]
    assert evaluate(gradient) <= 3.0


def test_summaries():
    x = tf.nn.relu(tf.constant([-1.0, 1.0]), name="x")
    layers.summarize_activation(x)
    layers.summarize_tensors([tf.constant(1.0, name="s"), tf.constant(["text"])])
    tags = [each.op.name for each in tf.get_collection(tf.GraphKeys.SUMMARIES)]
    assert tags == ["x/zeros", "x/activation", "s_summary"]
