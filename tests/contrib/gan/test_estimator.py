"""`GANEstimator`, and how good generated images are."""

import numpy as np
import pytest
from scipy import linalg

import evergraph as tf
from evergraph.contrib.gan.estimator import gan_head

tfgan = tf.contrib.gan
RANDOM = np.random.RandomState(4)


def generator(inputs, mode):
    assert mode in ("train", "eval", "infer")
    return tf.layers.dense(inputs["noise"], 2, name="out")


def discriminator(data, inputs):
    return tf.layers.dense(data, 1, name="out")


def inputs(with_data=True):
    noise = tf.data.Dataset.from_tensors({"noise": np.ones((4, 3), np.float32)})
    data = tf.data.Dataset.from_tensors(np.full((4, 2), 2.0, np.float32))
    return tf.data.Dataset.zip((noise, data)).repeat() if with_data else noise


@pytest.mark.slow
def test_it_trains_evaluates_and_generates(tmp_path):
    estimator = tfgan.estimator.GANEstimator(
        str(tmp_path),
        generator_fn=generator,
        discriminator_fn=discriminator,
        generator_loss_fn=tfgan.losses.wasserstein_generator_loss,
        discriminator_loss_fn=tfgan.losses.wasserstein_discriminator_loss,
        generator_optimizer=lambda: tf.train.GradientDescentOptimizer(0.1),
        discriminator_optimizer=tf.train.GradientDescentOptimizer(0.1),
        get_eval_metric_ops_fn=lambda model: {"seen": tf.metrics.mean(model.real_data)},
        add_summaries=tfgan.estimator.SummaryType.VARIABLES,
    )
    estimator.train(inputs, steps=3)
    found = estimator.evaluate(inputs, steps=1)
    assert found["global_step"] == 3 and found["seen"] == 2.0
    assert {"generator_loss", "discriminator_loss", "loss"} <= set(found)
    made = list(estimator.predict(lambda: inputs(False)))
    assert len(made) == 4 and made[0].shape == (2,)


def test_a_head_takes_nothing_but_a_model():
    losses = tfgan.losses.wasserstein_generator_loss, tfgan.losses.wasserstein_discriminator_loss
    head = gan_head(*losses, None, None, use_loss_summaries=None, name="a")
    assert head.name == "a" and head.logits_dimension is None
    with pytest.raises(ValueError, match="GANModel"):
        head.create_estimator_spec(None, "eval", tf.constant(1.0))
    model = tfgan.GANModel(*[None] * 11)
    with pytest.raises(ValueError, match="features"):
        head.create_estimator_spec({}, "eval", model)
    with pytest.raises(ValueError, match="Mode"):
        head.create_estimator_spec(None, "other", model)
    with pytest.raises(ValueError, match="labels"):
        head.create_loss(None, "eval", model, 1)
    with pytest.raises(TypeError, match="discriminator_loss_fn has to be a function"):
        gan_head(losses[0], None, None, None)


def run(tensors):
    with tf.Session() as session:
        return session.run(tensors)


def test_distances_of_activations():
    real, made = RANDOM.randn(60, 3), RANDOM.randn(60, 3) * 1.5 + [1, 0, 2]
    first, second = np.cov(real.T), np.cov(made.T)
    apart = ((real.mean(0) - made.mean(0)) ** 2).sum()
    both = np.trace(first + second - 2 * linalg.sqrtm(first @ second).real)
    names = ["", "mean_only_", "diagonal_only_"]
    found = run(
        [
            getattr(tfgan.eval, f"{name}frechet_classifier_distance_from_activations")(real, made)
            for name in names
        ]
    )
    deviations = (real.std(0) - made.std(0)) ** 2
    np.testing.assert_allclose(found, [apart + both, apart, apart + deviations.sum()], rtol=1e-5)
    images = real.astype(np.float32)
    same = tfgan.eval.frechet_classifier_distance(images, images, lambda batch: batch * 2.0, num_batches=3)
    assert abs(run(same)) < 1e-4


def test_a_score_of_sure_and_even_classes():
    sure = np.eye(4, dtype=np.float32)[[0, 1, 2, 3]] * 50
    scores = run(
        [
            tfgan.eval.classifier_score_from_logits(sure),
            tfgan.eval.classifier_score_from_logits(sure[:1].repeat(4, 0)),
            tfgan.eval.classifier_score(sure, lambda batch: batch, num_batches=2),
        ]
    )
    np.testing.assert_allclose(scores, [4.0, 1.0, 4.0], rtol=1e-5)


def test_a_frozen_classifier(tmp_path):
    with tf.Graph().as_default() as graph:
        x = tf.placeholder(tf.float32, [None, 4, 4, 3], name="Mul")
        tf.reduce_mean(x, [1, 2], name="logits")
        tf.identity(x, name="pool_3")
    path = tmp_path / "graph.pb"
    path.write_bytes(graph.as_graph_def().SerializeToString())
    definition = tfgan.eval.get_graph_def_from_disk(str(path))
    images = tfgan.eval.preprocess_image(np.full((2, 8, 8, 3), 192, np.uint8), 4, 4)
    logits, pool = (
        tfgan.eval.run_inception(images, definition, image_size=4, output_tensor=name)
        for name in ("logits:0", "pool_3:0")
    )
    assert [each.tolist() for each in run([logits])] == [[[0.5] * 3] * 2]
    assert run(pool).shape == (2, 48)
    assert tfgan.eval.preprocess_image(tf.zeros([8, 8, 3])).shape.as_list() == [299, 299, 3]
    with pytest.raises(ValueError):
        tfgan.eval.run_inception(images, definition)


@pytest.mark.slow
@pytest.mark.parametrize("use_svd", [False, True])
def test_patches_of_like_images_are_near(use_svd):
    real = RANDOM.uniform(0, 1, (4, 32, 32, 3)).astype(np.float32)
    flat = np.tile(np.linspace(0, 1, 32, dtype=np.float32)[None, :, None, None], (4, 1, 32, 3))
    near = tfgan.eval.sliced_wasserstein_distance(real, real, patches_per_image=8, use_svd=use_svd)
    far = tfgan.eval.sliced_wasserstein_distance(real, flat, patches_per_image=8, use_svd=use_svd)
    assert len(near) == 2
    near, far = run([near, far])
    assert 0 <= near[0][1] < far[0][1]
    with pytest.raises(ValueError, match="16 rows"):
        tfgan.eval.sliced_wasserstein_distance(real[:, :8], real[:, :8])
