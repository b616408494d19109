"""`tf.contrib.gan`: models, losses, training and images."""

import numpy as np
import pytest

import evergraph as tf

tfgan = tf.contrib.gan
REAL = np.array([[0.5], [-1.0], [2.0]], np.float32)
MADE = np.array([[1.5], [0.0], [-2.0]], np.float32)


def _sigmoid(x):
    return 1.0 / (1.0 + np.exp(-x))


def _value(tensor):
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        return sess.run(tensor)


# name: (of outputs for (real, generated), the formula of its paper)
LOSSES = {
    "wasserstein_generator_loss": lambda real, made: -made.mean(),
    "wasserstein_discriminator_loss": lambda real, made: made.mean() - real.mean(),
    "least_squares_generator_loss": lambda real, made: ((made - 1) ** 2).mean() / 2,
    "least_squares_discriminator_loss": lambda real, made: (
        ((real - 1) ** 2).mean() / 2 + (made**2).mean() / 2
    ),
    "modified_generator_loss": lambda real, made: -np.log(_sigmoid(made)).mean(),
    "minimax_generator_loss": lambda real, made: np.log(1 - _sigmoid(made)).mean(),
    "minimax_discriminator_loss": lambda real, made: (
        -(0.875 * np.log(_sigmoid(real)) + 0.125 * np.log(1 - _sigmoid(real))).mean()
        - np.log(1 - _sigmoid(made)).mean()
    ),
}


@pytest.mark.parametrize("name", LOSSES)
def test_losses_are_their_formulas(name):
    model = _model(REAL, MADE)
    of_model = getattr(tfgan.losses, name)(model)
    arguments = [tf.constant(MADE)] if "generator" in name else [tf.constant(REAL), tf.constant(MADE)]
    of_outputs = getattr(tfgan.losses.wargs, name)(*arguments)
    wanted = LOSSES[name](REAL, MADE)
    np.testing.assert_allclose(_value([of_model, of_outputs]), [wanted, wanted], rtol=1e-5)
    assert len(tf.losses.get_losses()) == 2


def _model(real, made):
    return tfgan.gan_model(
        lambda noise: noise, lambda data, _: tf.identity(data), tf.constant(real), tf.constant(made)
    )


def _generator(noise):
    return tf.layers.dense(noise, 2, name="dense")


def _discriminator(data, _):
    hidden = tf.layers.dense(data, 4, tf.nn.tanh, name="hidden")
    return tf.layers.dense(hidden, 1, name="out")


def test_both_parts_are_trained(tmp_path):
    tf.set_random_seed(1)
    model = tfgan.gan_model(
        _generator, _discriminator, tf.random_normal([8, 2], seed=1), tf.random_normal([8, 3], seed=2)
    )
    assert [v.op.name for v in model.generator_variables] == [
        "Generator/dense/kernel",
        "Generator/dense/bias",
    ]
    assert len(model.discriminator_variables) == 4
    loss = tfgan.gan_loss(model, gradient_penalty_weight=1.0)
    ops = tfgan.gan_train_ops(
        model, loss, tf.train.GradientDescentOptimizer(0.1), tf.train.GradientDescentOptimizer(0.1)
    )
    steps = tfgan.gan_train(
        ops,
        str(tmp_path),
        tfgan.get_sequential_train_hooks(tfgan.GANTrainSteps(1, 2)),
        hooks=[tf.train.StopAtStepHook(3)],
    )
    assert steps == 3
    reader = tf.train.load_checkpoint(str(tmp_path))
    assert reader.get_tensor("global_step") == 3
    assert np.abs(reader.get_tensor("Generator/dense/bias")).sum() > 0


def test_parts_trained_by_optimizers_of_several_replicas(tmp_path):
    """Each counts on a step of its own: the model's is counted once for both."""
    model = tfgan.gan_model(_generator, _discriminator, tf.ones([4, 2]), tf.ones([4, 3]))
    optimizers = [
        tf.train.SyncReplicasOptimizer(tf.train.GradientDescentOptimizer(0.1), 1, 1) for _ in range(2)
    ]
    ops = tfgan.gan_train_ops(model, tfgan.gan_loss(model), *optimizers)
    hooks = [tf.train.StopAtStepHook(3), *(each.make_session_run_hook(True) for each in optimizers)]
    assert tfgan.gan_train(ops, str(tmp_path), hooks=hooks) == 3
    reader = tf.train.load_checkpoint(str(tmp_path))
    assert reader.get_tensor("global_step") == 3
    assert reader.has_tensor("dummy_global_step_generator")
    assert reader.has_tensor("dummy_global_step_discriminator")
    assert np.abs(reader.get_tensor("Generator/dense/bias")).sum() > 0


def test_a_gradient_penalty_is_that_of_a_linear_discriminator():
    model = tfgan.gan_model(
        lambda noise: noise,
        lambda data, _: tf.reduce_sum(data * [3.0, 4.0], 1),
        tf.zeros([2, 2]),
        tf.ones([2, 2]),
    )
    assert _value(tfgan.losses.wasserstein_gradient_penalty(model)) == pytest.approx(16.0)  # (5 - 1) squared
    assert _value(tfgan.losses.wasserstein_gradient_penalty(model, target=5.0)) == pytest.approx(
        0.0, abs=1e-6
    )


def test_an_infogan_predicts_its_structured_inputs():
    def discriminator(data, _):
        return tf.reduce_sum(data, 1), [tf.distributions.Normal(tf.zeros([3]), tf.ones([3]))]

    model = tfgan.infogan_model(
        lambda inputs: tf.stack(inputs, 1), discriminator, tf.zeros([3, 2]), [tf.zeros([3])], [tf.ones([3])]
    )
    penalty = tfgan.losses.mutual_information_penalty(model)
    assert _value(penalty) == pytest.approx(0.5 + 0.5 * np.log(2 * np.pi), rel=1e-5)
    loss = tfgan.gan_loss(model, mutual_information_penalty_weight=2.0)
    plain = tfgan.gan_loss(model)
    got = _value([loss.generator_loss, plain.generator_loss, penalty])
    assert got[0] == pytest.approx(got[1] + 2 * got[2])


def test_acgan_and_cyclegan():
    labels = tf.one_hot([0, 1], 2)
    model = tfgan.acgan_model(
        lambda noise: noise,
        lambda data, _: (tf.reduce_sum(data, 1), data),
        tf.zeros([2, 2]),
        tf.ones([2, 2]),
        labels,
    )
    loss = tfgan.gan_loss(model, aux_cond_generator_weight=1.0, aux_cond_discriminator_weight=1.0)
    assert _value(loss.generator_loss) == pytest.approx(-2.0 + np.log(2), rel=1e-5)
    cycle = tfgan.cyclegan_model(_same, _discriminator, tf.zeros([2, 2]), tf.ones([2, 2]))
    assert _value(tfgan.losses.cycle_consistency_loss(cycle)) == pytest.approx(1.0)  # the shift twice
    assert len(tfgan.cyclegan_loss(cycle)) == 2


def _same(data):
    return data + tf.get_variable("shift", initializer=0.5)


def test_conditions_and_pools():
    x = tf.zeros([2, 3])
    conditioned = tfgan.features.condition_tensor_from_onehot(x, tf.one_hot([0, 1], 4), embedding_size=5)
    assert conditioned.shape.as_list() == [2, 3]
    count = tf.placeholder(tf.float32, [1])
    pooled = tfgan.features.tensor_pool(count, pool_size=2, pooling_probability=1.0)
    with tf.Session() as sess:
        got = [sess.run(pooled, {count: [i]})[0] for i in range(5)]
    assert got[:2] == [0.0, 1.0] and all(g < i for i, g in enumerate(got[2:], 2))


def test_images_side_by_side():
    images = np.arange(4 * 2 * 2, dtype=np.float32).reshape(4, 2, 2, 1)
    grid = _value(tfgan.eval.image_grid(tf.constant(images), (2, 2), (2, 2), 1))
    np.testing.assert_array_equal(grid[0, :2, 2:], images[1])
    tiled = _value(tfgan.eval.image_reshaper(tf.constant(images), num_cols=3))
    assert tiled.shape == (1, 4, 6, 1)
    np.testing.assert_array_equal(tiled[0, 2:, :2], images[3])
    assert not tiled[0, 2:, 2:].any()
    model = _model(np.zeros((16, 2, 2, 1), np.float32), np.ones((16, 2, 2, 1), np.float32))
    tfgan.eval.add_gan_model_image_summaries(model)
    tfgan.eval.add_image_comparison_summaries(model)
    assert len(tf.get_collection(tf.GraphKeys.SUMMARIES)) == 3


@pytest.mark.parametrize(
    "make, error, message",
    [
        (
            lambda: _model(np.zeros((2, 2), np.float32), np.zeros((2, 3), np.float32)),
            ValueError,
            "same shape",
        ),
        (
            lambda: tfgan.gan_loss(_model(REAL, MADE), gradient_penalty_weight=-1.0),
            ValueError,
            "greater than",
        ),
        (
            lambda: tfgan.gan_loss(_model(REAL, MADE), mutual_information_penalty_weight=1.0),
            ValueError,
            "InfoGANModel",
        ),
        (lambda: tfgan.cyclegan_loss(_model(REAL, MADE)), ValueError, "CycleGANModel"),
        (lambda: tfgan.eval.image_grid(tf.zeros([3, 2, 2, 1]), (2, 2), (2, 2), 1), ValueError, "Grid shape"),
        (lambda: tfgan.features.tensor_pool(tf.zeros([1]), -1), ValueError, "negative"),
        (
            lambda: tfgan.losses.combine_adversarial_loss(
                tfgan.GANLoss(tf.constant(1.0), tf.constant(1.0)), _model(REAL, MADE), tf.constant(1.0)
            ),
            ValueError,
            "exactly one",
        ),
    ],
)
def test_mistakes(make, error, message):
    with pytest.raises(error, match=message):
        make()


# -- scores ---------------------------------------------------------------------------------------------------------


def _frozen(tmp_path):
    """A file with the graph of a classifier: logits are twice the images."""
    with tf.Graph().as_default() as graph:
        tf.multiply(tf.placeholder(tf.float32, [None, 3], name="inputs"), 2.0, name="logits")
    tf.train.write_graph(graph, str(tmp_path), "classifier.pb", as_text=False)
    return str(tmp_path / "classifier.pb")


def test_scores_of_a_frozen_classifier(tmp_path):
    graph_def = tfgan.eval.get_graph_def_from_disk(_frozen(tmp_path))
    images = np.random.RandomState(0).randn(6, 3).astype(np.float32)

    def classifier(x):
        return tfgan.eval.run_image_classifier(x, graph_def, "inputs:0", "logits:0")

    scores = [tfgan.eval.classifier_score(tf.constant(images), classifier, n) for n in (1, 3)]
    p = np.exp(2.0 * images) / np.exp(2.0 * images).sum(1, keepdims=True)
    wanted = np.exp((p * (np.log(p) - np.log(p.mean(0)))).sum(1).mean())
    np.testing.assert_allclose(_value(scores), [wanted, wanted], rtol=1e-5)


def test_frechet_distance_is_that_of_normal_distributions():
    random = np.random.RandomState(1)
    real, made = (
        random.randn(50, 4).astype(np.float32),
        (2 * random.randn(60, 4) @ random.randn(4, 4) + 1).astype(np.float32),
    )
    distance = tfgan.eval.frechet_classifier_distance(
        tf.constant(real), tf.constant(made), lambda x: x, num_batches=1
    )
    same = tfgan.eval.frechet_classifier_distance(tf.constant(real), tf.constant(real), lambda x: x, 2)
    c, d = np.cov(real.T), np.cov(made.T)
    mixed = np.sqrt(np.maximum(np.linalg.eigvals(c @ d).real, 0)).sum()
    wanted = ((real.mean(0) - made.mean(0)) ** 2).sum() + np.trace(c) + np.trace(d) - 2 * mixed
    found = _value([distance, same])
    np.testing.assert_allclose(found[0], wanted, rtol=1e-4)
    np.testing.assert_allclose(found[1], 0, atol=1e-5)


def test_images_for_inception():
    images = tf.constant(np.full((5, 4, 3), 255, np.uint8))
    found = _value(tfgan.eval.preprocess_image(images, 8, 6))
    assert found.shape == (8, 6, 3) and np.all(found == np.float32(127 / 128))


# -- the estimator ----------------------------------------------------------------------------------------------------


def test_an_estimator_trains_evaluates_and_makes_data(tmp_path):
    modes = set()

    def generator(noise, mode):
        modes.add(mode)
        return tf.layers.dense(noise, 2, name="dense")

    def discriminator(data, noise):
        return tf.layers.dense(data, 1, name="dense")

    def data():
        noise = tf.random_normal([8, 3], seed=1)
        return noise, tf.random_normal([8, 2], 2.0, seed=2)

    estimator = tfgan.estimator.GANEstimator(
        str(tmp_path),
        generator,
        discriminator,
        tfgan.losses.wasserstein_generator_loss,
        tfgan.losses.wasserstein_discriminator_loss,
        generator_optimizer=tf.train.GradientDescentOptimizer(0.1),
        discriminator_optimizer=lambda: tf.train.AdamOptimizer(0.1),
        add_summaries=tfgan.estimator.SummaryType.VARIABLES,
    )
    estimator.train(data, max_steps=3)
    found = estimator.evaluate(data, steps=2)
    assert {"loss", "generator_loss", "discriminator_loss", "global_step"} <= set(found)
    assert found["global_step"] == 3
    np.testing.assert_allclose(
        found["loss"], found["generator_loss"] + found["discriminator_loss"], rtol=1e-5
    )
    made = estimator.predict(lambda: tf.ones([4, 3]))
    assert [next(made).shape for _ in range(2)] == [(2,), (2,)]
    assert modes == {"train", "eval", "infer"}
