"""State space models against the matrices that they stand for, and what the normal distribution of a whole series says."""

import numpy as np
import pytest

import evergraph as tf
from evergraph.contrib.timeseries.estimators import StateSpaceRegressor
from evergraph.contrib.timeseries.feature_keys import TrainEvalFeatures
from evergraph.contrib.timeseries.model import TimeSeriesModel
from evergraph.contrib.timeseries.state_space_models import matrices, structural_ensemble
from evergraph.contrib.timeseries.state_space_models.ensembles import (
    StateSpaceCorrelatedFeaturesEnsemble,
    StateSpaceIndependentEnsemble,
)
from evergraph.contrib.timeseries.state_space_models.filtering_postprocessor import (
    StateInterpolatingAnomalyDetector,
)
from evergraph.contrib.timeseries.state_space_models.kalman_filter import KalmanFilter
from evergraph.contrib.timeseries.state_space_models.level_trend import AdderStateSpaceModel
from evergraph.contrib.timeseries.state_space_models.periodic import (
    CycleStateSpaceModel,
    ResolutionCycleModel,
)
from evergraph.contrib.timeseries.state_space_models.state_space_model import StateSpaceModelConfiguration
from evergraph.contrib.timeseries.state_space_models.varma import VARMA

timeseries = tf.contrib.timeseries
RANDOM = np.random.RandomState(0)
CONFIGURATION = StateSpaceModelConfiguration(dtype=tf.float64)


def run(tensors, feed=None):
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        return session.run(tensors, feed)


# -- matrices ------------------------------------------------------------------------------------------------------


def test_powers_and_sums():
    step, noise = RANDOM.randn(3, 3) / 2, RANDOM.randn(3, 3)
    counts = np.array([[0, 1, 2], [5, 12, 3]])
    found = run(matrices.powers_and_sums(tf.constant(step), tf.constant(noise), tf.constant(counts)))
    power = np.linalg.matrix_power
    for place, count in np.ndenumerate(counts):
        np.testing.assert_allclose(found[0][place], power(step, count), atol=1e-12)
        total = sum((power(step, i) @ noise @ power(step, i).T for i in range(count)), np.zeros([3, 3]))
        np.testing.assert_allclose(found[1][place], total, atol=1e-12)


def test_powers_have_gradients():
    step = tf.constant([[0.5]], tf.float64)
    power, total = matrices.powers_and_sums(step, tf.constant([[2.0]], tf.float64), tf.constant([3]))
    found = run([tf.gradients(power, step)[0], tf.gradients(total, step)[0]])
    np.testing.assert_allclose(np.ravel(found), [3 * 0.25, 2 * (2 * 0.5 + 4 * 0.125)])


def test_blocks():
    first, second = RANDOM.randn(2, 2, 3), RANDOM.randn(2, 1, 2)
    found = run(matrices.block_diagonal([first, second], dtype=tf.float64))
    np.testing.assert_array_equal(found[:, :2, :3], first)
    np.testing.assert_array_equal(found[:, 2:, 3:], second)
    assert found.shape == (2, 3, 5) and not found[:, 2:, :3].any() and not found[:, :2, 3:].any()


def test_covariances():
    raw = RANDOM.randn(4, 3, 3)
    found = run(matrices.sign_magnitude_positive_definite(tf.constant(raw), -1.0, np.arange(4.0)))
    assert (np.linalg.eigvalsh(found) > 0).all()
    np.testing.assert_allclose(found[1, 0, 0], np.exp(raw[1, 0, 0] + 1))
    clipped = run(matrices.clip_covariance(tf.constant([[1e6, 2.0], [2.0, 1e-9]]), 1e8, 1e-3))
    np.testing.assert_allclose(clipped, [[1e6, 2.0], [2.0, 1e-2]])
    prior = run(matrices.log_noninformative_covariance_prior(tf.constant(2.0 * np.eye(3))))
    np.testing.assert_allclose(prior, -2 * np.log(8), rtol=1e-6)


def test_a_variable_covariance_begins_with_its_diagonal():
    made = matrices.variable_covariance_matrix(2, "c", tf.float64, tf.constant([4.0, 9.0], tf.float64))
    assert sorted(v.op.name for v in tf.global_variables()) == [
        "c_off_diagonal_scale",
        "c_overall_scale",
        "c_pre_transform",
    ]
    np.testing.assert_allclose(run(made), np.diag([4.0, 9.0]))


@pytest.mark.parametrize("simplified", [False, True])
def test_a_filtered_state_is_the_conditional_one(simplified):
    mean, covariance = np.array([[1.0, 2.0]]), np.array([[[2.0, 0.5], [0.5, 1.0]]])
    model, noise, seen = np.array([[[1.0, 3.0]]]), np.array([[0.7]]), np.array([[4.0]])
    kalman = KalmanFilter(tf.float64, simplified)
    expected = kalman.observed_from_state(*map(tf.constant, (mean, covariance, model, noise)))
    state, after, density = kalman.do_filter(
        *map(tf.constant, (mean, covariance)), *expected, *map(tf.constant, (seen, model, noise))
    )
    spread = model[0] @ covariance[0] @ model[0].T + noise
    gain = covariance[0] @ model[0].T @ np.linalg.inv(spread)
    rest = seen[0] - model[0] @ mean[0]
    state, after, density = run([state, after, density])
    np.testing.assert_allclose(state[0], mean[0] + gain @ rest)
    np.testing.assert_allclose(after[0], covariance[0] - gain @ model[0] @ covariance[0], atol=1e-12)
    wanted = -0.5 * (rest @ np.linalg.inv(spread) @ rest + np.log(2 * np.pi * np.linalg.det(spread)))
    np.testing.assert_allclose(density[0], wanted)


# -- kinds ---------------------------------------------------------------------------------------------------------


def test_cycles_come_again():
    for size in (2, 3, 7):
        step = np.asarray(CycleStateSpaceModel(size, CONFIGURATION).get_state_transition())
        np.testing.assert_allclose(np.linalg.matrix_power(step, size), np.eye(size - 1), atol=1e-12)
        assert np.abs(np.linalg.matrix_power(step, 1) - np.eye(size - 1)).max() > 0.5


@pytest.mark.parametrize(("values", "period"), [(5, 100), (3, 12), (7, 7), (5, 2.5), (11, 30.25)])
def test_fewer_values_are_interpolated(values, period):
    step = np.asarray(
        ResolutionCycleModel(values, period, configuration=CONFIGURATION).get_state_transition()
    )
    places = 2 * np.pi * np.arange(values) / values
    wave = 2 * np.cos(places + 0.3) + (np.sin(2 * places) if values > 3 else 0)
    moved = [(np.linalg.matrix_power(step, n) @ wave[:-1])[0] for n in range(8)]
    turns = -2 * np.pi * np.arange(8) / period
    wanted = 2 * np.cos(turns + 0.3) + (np.sin(2 * turns) if values > 3 else 0)
    np.testing.assert_allclose(moved, wanted, atol=1e-9)


def test_an_even_number_of_values_is_refused():
    with pytest.raises(ValueError, match="odd"):
        ResolutionCycleModel(4, 10)
    with pytest.raises(ValueError, match="periods"):
        timeseries.StructuralEnsembleRegressor([10, 20], 1, cycle_num_latent_values=[3, 3, 3])


def observed(model, series, times=None):
    """(mean loss, predicted means) of a series under a model as it is initialised, in float64."""
    times = np.arange(len(series)) if times is None else np.asarray(times)
    features = {TrainEvalFeatures.TIMES: times[None], TrainEvalFeatures.VALUES: np.asarray(series)[None]}
    model.initialize_graph()
    outputs = model.define_loss({key: tf.constant(value) for key, value in features.items()}, "eval")
    parts = [
        model.get_state_transition(),
        model.get_noise_transform(),
        model.state_transition_noise_covariance,
        model.get_broadcasted_observation_model(tf.constant([0]))[0],
        model._observation_noise_covariance,
        model.prior_state_mean,
        model.prior_state_var,
    ]
    parts = [tf.convert_to_tensor(part, tf.float64) for part in parts]
    loss, means, parts = run([outputs.loss, outputs.predictions["mean"], parts])
    return loss, means[0], parts, times


def density(parts, times, series):
    """The logarithm of the density of a whole series, from the joint covariance of all its values."""
    step, transform, spread, model, noise, mean, covariance = parts
    added, power = transform @ spread @ transform.T, np.linalg.matrix_power
    latest = int(times[-1]) + 1
    state = [covariance]
    for _ in range(latest + 1):
        state.append(step @ state[-1] @ step.T + added)
    count = len(model)
    joint = np.zeros([len(times) * count] * 2)
    for i, first in enumerate(times):
        for j, second in enumerate(times):
            early, late = sorted((int(first), int(second)))
            between = power(step, late - early) @ state[early + 1]
            if second > first:
                between = between.T
            block = model @ between @ model.T + (noise if i == j else 0)
            joint[i * count : (i + 1) * count, j * count : (j + 1) * count] = block
    means = np.concatenate([model @ power(step, int(t) + 1) @ mean for t in times])
    rest = np.ravel(series) - means
    return -0.5 * (rest @ np.linalg.solve(joint, rest) + np.linalg.slogdet(2 * np.pi * joint)[1])


def two_features():
    return CONFIGURATION._replace(num_features=2)


def _named(kind):
    alone = CONFIGURATION._replace(use_observation_noise=False)
    if kind == "level":
        return AdderStateSpaceModel(configuration=CONFIGURATION)
    if kind == "trend":
        return AdderStateSpaceModel(use_level_noise=False, configuration=CONFIGURATION)
    if kind == "averages":
        return VARMA(2, 3, two_features())
    if kind == "regression":
        return VARMA(3, 0, CONFIGURATION)
    if kind == "cycle":
        return CycleStateSpaceModel(4, CONFIGURATION)
    if kind == "sum":
        with tf.variable_scope("a"):
            first = AdderStateSpaceModel(configuration=alone)
        with tf.variable_scope("b"):
            return StateSpaceIndependentEnsemble(
                [first, ResolutionCycleModel(3, 5, configuration=alone)], CONFIGURATION
            )
    return structural_ensemble.StructuralEnsemble([3, 4], 2, 1, configuration=two_features())


@pytest.mark.parametrize("kind", ["level", "trend", "averages", "regression", "cycle", "sum", "all"])
def test_the_loss_is_that_of_the_joint_distribution(kind):
    model = _named(kind)
    series = RANDOM.randn(5, model.num_features)
    loss, means, parts, times = observed(model, series, [0, 1, 4, 5, 9])
    np.testing.assert_allclose(-loss * 5, density(parts, times, series), rtol=1e-6)
    assert means.shape == series.shape


def test_members_have_to_fit():
    with pytest.raises(ValueError, match="a member"):
        StateSpaceCorrelatedFeaturesEnsemble([VARMA(1, 0, two_features())], two_features())
    with pytest.raises(ValueError, match="StateSpaceModel"):
        StateSpaceRegressor(TimeSeriesModel(1))


def test_an_anomaly_counts_little():
    series = np.array([[0.1], [0.2], [50.0], [0.1]])
    found = {}
    for name, after in (("plain", None), ("robust", StateInterpolatingAnomalyDetector())):
        with tf.Graph().as_default():
            model = AdderStateSpaceModel(
                configuration=CONFIGURATION._replace(
                    filtering_postprocessor=after, transition_covariance_initial_log_scale_bias=0.0
                )
            )
            tf.set_random_seed(1)
            found[name] = observed(model, series)[1][3, 0]
    assert abs(found["robust"]) < 2 < abs(found["plain"])


@pytest.mark.slow
def test_a_structural_ensemble(tmp_path):
    times = np.arange(120)
    series = {"times": times, "values": 0.05 * times + np.sin(2 * np.pi * times / 12)}
    reader = timeseries.NumpyReader({**series, "other": (times % 30 == 0).astype(np.float32)[:, None]})
    model = timeseries.StructuralEnsembleRegressor(
        12,
        1,
        cycle_num_latent_values=3,
        moving_average_order=1,
        exogenous_feature_columns=[tf.feature_column.numeric_column("other")],
        exogenous_update_condition=lambda times, features: features["other"][:, 0] > 0,
        model_dir=str(tmp_path / "m"),
        config=tf.estimator.RunConfig(tf_random_seed=1),
    )
    model.train(timeseries.RandomWindowInputFn(reader, window_size=24, batch_size=4), steps=40)
    evaluation = model.evaluate(timeseries.WholeDatasetInputFn(reader), steps=1)
    other = {"other": np.zeros([1, 12, 1], np.float32)}
    (predicted,) = model.predict(
        timeseries.predict_continuation_input_fn(evaluation, steps=12, exogenous_features=other)
    )
    later = np.arange(120, 132)
    assert np.abs(predicted["mean"][:, 0] - (0.05 * later + np.sin(2 * np.pi * later / 12))).max() < 1
    path = model.export_savedmodel(str(tmp_path / "e"), model.build_raw_serving_input_receiver_fn())
    with tf.Graph().as_default(), tf.Session() as session:
        loaded = tf.saved_model.loader.load(session, [tf.saved_model.tag_constants.SERVING], path)
        found = timeseries.saved_model_utils.predict_continuation(
            evaluation, loaded, session, steps=12, exogenous_features=other
        )
    np.testing.assert_allclose(found["mean"][0], predicted["mean"], rtol=1e-6)
