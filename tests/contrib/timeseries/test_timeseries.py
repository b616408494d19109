"""`tf.contrib.timeseries`: readers and windows, statistics, autoregressive and sequential models, exported ones."""

import numpy as np
import pytest

import evergraph as tf
from evergraph.contrib.timeseries import head, sequential, state_management
from evergraph.contrib.timeseries.ar_networks import LSTMPredictionModel
from evergraph.contrib.timeseries.arrays import batched_series, times_to_predict
from evergraph.contrib.timeseries.estimators import TimeSeriesRegressor
from evergraph.contrib.timeseries.readers import TFExampleReader
from evergraph.contrib.timeseries.statistics import InputStatisticsFromMiniBatch

timeseries = tf.contrib.timeseries
TIMES = np.arange(120)


def wave(times):
    return np.sin(2 * np.pi * times / 20) * 3 + 10


SERIES = {"times": TIMES, "values": wave(TIMES)}


def fetched(features, runs=1):
    """What an input gives in a monitored session."""
    with tf.train.MonitoredSession() as session:
        return [session.run(features) for _ in range(runs)]


# -- arrays ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("times", "values", "shape"),
    [
        ((), (), (1, 1, 1)),
        ((), (3,), (1, 1, 3)),
        ((5,), (5,), (1, 5, 1)),
        ((5,), (5, 3), (1, 5, 3)),
        ((2, 5), (2, 5, 3), (2, 5, 3)),
    ],
)
def test_arrays_become_batches(times, values, shape):
    found = batched_series({"times": np.zeros(times), "values": np.zeros(values)}, require_single_batch=False)
    assert found["times"].shape == shape[:2] and found["values"].shape == shape


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"times": [1]}, "required"),
        ({"times": [1, 2], "values": [1.0]}, "prefixed"),
        ({"times": [1], "values": np.zeros([1, 2, 3])}, "dimensions"),
        ({"times": np.zeros([1, 1, 1]), "values": np.zeros([1, 1, 1])}, "two dimensions"),
        ({"times": np.zeros([2, 1]), "values": np.zeros([2, 1, 1])}, "batch"),
    ],
)
def test_arrays_that_are_no_series(data, words):
    with pytest.raises(ValueError, match=words):
        timeseries.NumpyReader(data)


def test_times_after_an_output():
    before = {"times": np.array([[1, 2], [5, 6]])}
    assert times_to_predict(None, 2, before).tolist() == [[3, 4], [7, 8]]
    assert times_to_predict([[4], [9]], None, before).tolist() == [[4], [9]]
    for times, steps in ((None, None), ([[4], [9]], 1), ([4], None), ([[2], [9]], None)):
        with pytest.raises(ValueError):
            times_to_predict(times, steps, before)


# -- readers and windows -------------------------------------------------------------------------------------------


def csv(path, rows, header=False):
    path.write_text(("t,v\n" if header else "") + "".join(f"{t},{v},x{t}\n" for t, v in rows))
    return str(path)


def reader_of(kind, tmp_path):
    rows = list(zip(range(7), np.arange(7) / 2))
    if kind == "numpy":
        return timeseries.NumpyReader({"times": np.arange(7), "values": np.arange(7) / 2})
    if kind == "csv":
        files = [csv(tmp_path / "a.csv", rows[:4], True), csv(tmp_path / "b.csv", rows[4:], True)]
        names, kinds = ("times", "values", "text"), (tf.int64, tf.float32, tf.string)
        return timeseries.CSVReader(files, names, kinds, skip_header_lines=1)
    path = str(tmp_path / "records")
    with tf.python_io.TFRecordWriter(path) as writer:
        for time, value in rows:
            example = tf.train.Example()
            example.features.feature["times"].int64_list.value.append(time)
            example.features.feature["values"].float_list.value.append(value)
            writer.write(example.SerializeToString())
    features = {"times": tf.FixedLenFeature([], tf.int64), "values": tf.FixedLenFeature([1], tf.float32)}
    return TFExampleReader(path, features)


@pytest.mark.parametrize("kind", ["numpy", "csv", "records"])
def test_a_whole_series(kind, tmp_path):
    features, labels = timeseries.WholeDatasetInputFn(reader_of(kind, tmp_path))()
    assert labels is None
    for found in fetched(features, runs=1 if kind == "csv" else 2):  # another run begins with another file
        assert found["times"].tolist() == [list(range(7))]
        np.testing.assert_allclose(found["values"], [[[n / 2] for n in range(7)]])
        if kind == "csv":
            assert found["text"].tolist() == [[[b"x%d" % n] for n in range(7)]]


@pytest.mark.parametrize("kind", ["numpy", "csv"])
@pytest.mark.parametrize("discard", [True, False])
def test_windows(kind, discard, tmp_path):
    made = timeseries.RandomWindowInputFn(
        reader_of(kind, tmp_path), window_size=3, batch_size=2, discard_out_of_order=discard, num_threads=1
    )
    features, _ = made()
    assert features["times"].shape.as_list() == [2, 3] and features["values"].shape.as_list() == [2, 3, 1]
    for found in fetched(features, runs=5):
        steps = np.diff(found["times"])
        assert (steps >= 0).all() and (not discard or (steps == 1).all())
        np.testing.assert_allclose(found["values"][..., 0], found["times"] / 2)


def test_a_series_that_is_shorter_than_a_window(tmp_path):
    with pytest.raises(ValueError, match="only 7 records"):
        timeseries.RandomWindowInputFn(reader_of("numpy", tmp_path), window_size=8, batch_size=2)


@pytest.mark.parametrize("names", [("values",), ("times",), ("times", "times", "values")])
def test_columns_that_are_required(names):
    with pytest.raises(ValueError, match="required"):
        timeseries.CSVReader("a.csv", names)


# -- statistics --------------------------------------------------------------------------------------------------


def test_statistics_follow_the_windows():
    times, values = tf.placeholder(tf.int64, [None, None]), tf.placeholder(tf.float32, [None, None, 1])
    made = InputStatisticsFromMiniBatch(1, tf.float32, starting_variance_window_size=4)
    statistics = made.initialize_graph({"times": times, "values": values})
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        for start in (40, 0, 20, 60, 80, 100):
            window = np.arange(start, start + 20)[None]
            found = session.run(statistics, {times: window, values: wave(window)[..., None]})
    seen = wave(TIMES)
    np.testing.assert_allclose(found.overall_feature_moments.mean, seen.mean(), rtol=1e-4)
    np.testing.assert_allclose(found.overall_feature_moments.variance, seen.var(ddof=1), rtol=1e-3)
    np.testing.assert_allclose(found.series_start_moments.variance, wave(TIMES[:4]).var(), rtol=1e-3)
    assert found.start_time == 0 and found.total_observation_count == 120


# -- autoregressive models -----------------------------------------------------------------------------------------

MODELS = {
    "linear": {},
    "hidden": {"loss": timeseries.ARModel.SQUARED_LOSS, "hidden_layer_sizes": [8]},
    "times only": {"input_window_size": 0},
    "anomalies": {"anomaly_prior_probability": 0.1},
    "wide anomalies": {"anomaly_prior_probability": 0.1, "anomaly_distribution": "cauchy"},
    "short": {"input_window_size": 2, "output_window_size": 5},
}


@pytest.mark.slow
@pytest.mark.parametrize("name", MODELS)
def test_an_autoregressive_model(name, tmp_path):
    options = {"input_window_size": 10, "output_window_size": 5, **MODELS[name]}
    config = tf.estimator.RunConfig(tf_random_seed=1)
    model = timeseries.ARRegressor(
        20, num_features=1, model_dir=str(tmp_path / "m"), config=config, **options
    )
    reader = timeseries.NumpyReader(SERIES)
    size = options["input_window_size"] + options["output_window_size"]
    model.train(timeseries.RandomWindowInputFn(reader, size, batch_size=16), steps=150)
    evaluation = model.evaluate(timeseries.WholeDatasetInputFn(reader), steps=1)
    covered = (
        (120 - options["input_window_size"]) // options["output_window_size"] * options["output_window_size"]
    )
    assert evaluation["mean"].shape == evaluation["covariance"].shape == (1, covered, 1)
    np.testing.assert_allclose(evaluation["observed"][0, :, 0], wave(TIMES)[-covered:], rtol=1e-5)
    (predicted,) = model.predict(timeseries.predict_continuation_input_fn(evaluation, steps=23))
    times = np.arange(120, 143)
    assert predicted["times"].tolist() == times.tolist() and predicted["covariance"].shape == (23, 1)
    assert np.abs(predicted["mean"][:, 0] - wave(times)).max() < 2.5
    # an exported model gives the same, from the evaluation and from values
    path = model.export_savedmodel(str(tmp_path / "e"), model.build_raw_serving_input_receiver_fn())
    with tf.Graph().as_default(), tf.Session() as session:
        loaded = tf.saved_model.loader.load(session, [tf.saved_model.tag_constants.SERVING], path)
        utils = timeseries.saved_model_utils
        parts = [{key: value[half] for key, value in SERIES.items()} for half in (slice(70), slice(70, 120))]
        state = utils.cold_start_filter(loaded, session, parts[0])
        state = utils.filter_continuation(state, loaded, session, parts[1])
        for start in (evaluation, state):
            found = utils.predict_continuation(start, loaded, session, steps=23)
            np.testing.assert_allclose(found["mean"][0], predicted["mean"], rtol=1e-4)


def test_what_an_autoregressive_model_computes():
    model = timeseries.ARModel(None, 2, 1, num_features=1, loss=timeseries.ARModel.SQUARED_LOSS)
    model.initialize_graph()
    features = {
        "times": tf.constant([[0, 1, 2, 3, 4]]),
        "values": tf.constant([[[1.0], [2.0], [3.0], [4.0], [6.0]]]),
    }
    outputs = model.define_loss(features, "eval")
    following = model.predict({"times": tf.constant([[5, 6]]), "start_tuple": outputs.end_state})
    kernel, bias = (v for v in tf.global_variables() if "predicted_mean" in v.op.name)
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        session.run([kernel.assign([[1.0], [2.0]]), bias.assign([0.5])])
        loss, mean, predicted = session.run([outputs.loss, outputs.predictions["mean"], following["mean"]])
    assert mean.ravel().tolist() == [5.5, 8.5, 11.5] and predicted.ravel().tolist() == [16.5, 39.5]
    np.testing.assert_allclose(loss, np.mean(np.square([5.5 - 3, 8.5 - 4, 11.5 - 6])))
    assert {v.op.name.split("/")[0] for v in tf.global_variables()} == {"model"}


@pytest.mark.parametrize(
    "options",
    [
        {"input_window_size": 0, "periodicities": None},
        {"output_window_size": 0},
        {"periodicities": [3, -1]},
        {"num_time_buckets": 0},
        {"loss": "other"},
        {"anomaly_distribution": "gaussian"},
        {"anomaly_prior_probability": 0.1, "loss": timeseries.ARModel.SQUARED_LOSS},
        {"anomaly_prior_probability": 1.5},
    ],
)
def test_autoregressive_models_that_there_are_not(options):
    given = {
        "periodicities": 5,
        "input_window_size": 3,
        "output_window_size": 2,
        "num_features": 1,
        **options,
    }
    with pytest.raises(ValueError):
        timeseries.ARRegressor(**given)


@pytest.mark.slow
def test_a_recurrent_network_and_features_that_are_not_predicted(tmp_path):
    column = tf.feature_column.numeric_column("other")
    model = TimeSeriesRegressor(
        timeseries.ARModel(
            20, 8, 4, 1, prediction_model_factory=_small_network, exogenous_feature_columns=[column]
        ),
        model_dir=str(tmp_path),
        head_type=head.OneShotPredictionHead,
    )
    reader = timeseries.NumpyReader({**SERIES, "other": TIMES % 2.0})
    model.train(timeseries.RandomWindowInputFn(reader, 12, batch_size=4), steps=5)
    path = model.export_savedmodel(str(tmp_path / "e"), model.build_raw_serving_input_receiver_fn())
    predictor = tf.contrib.predictor.from_saved_model(path)
    found = predictor(
        {"times": [np.arange(30)], "values": wave(TIMES[:20])[None, :, None], "other": np.zeros([1, 30, 1])}
    )
    assert found["mean"].shape == (1, 10, 1) and np.isfinite(found["mean"]).all()


def _small_network(**sizes):
    return LSTMPredictionModel(num_units=4, **sizes)


# -- sequential models -------------------------------------------------------------------------------------------


class _Follower(sequential.SequentialTimeSeriesModel):
    """Predicts the last value, and a number of its own where the input said so since."""

    def __init__(self, **options):
        super().__init__(["mean"], ["mean"], num_features=1, **options)

    def get_start_state(self):
        return tf.zeros([], tf.int64), tf.get_variable("start", [1], initializer=tf.zeros_initializer())

    def _imputation_step(self, current_times, state):
        return state

    def _exogenous_input_step(self, current_times, current_exogenous_regressors, state):
        return state[0], current_exogenous_regressors

    def _prediction_step(self, current_times, state):
        return (current_times, state[1]), {"mean": state[1]}

    def _filtering_step(self, current_times, current_values, state, predictions):
        loss = tf.reduce_sum(tf.square(predictions["mean"] - current_values), axis=1)
        return (current_times, current_values), {"loss": loss, "mean": predictions["mean"]}


VALUES = np.array([[1.0, 2.0, 4.0, 8.0]], np.float32)[..., None]


@pytest.mark.parametrize("threshold", [None, 4])
def test_a_model_that_goes_time_by_time(threshold):
    model = _Follower(static_unrolling_window_size_threshold=threshold)
    model.initialize_graph()
    outputs = model.define_loss({"times": tf.constant([[0, 1, 2, 3]]), "values": tf.constant(VALUES)}, "eval")
    following = model.predict({"times": tf.constant([[4, 5]], tf.int64), "start_tuple": outputs.end_state})
    gradient = tf.gradients(outputs.loss, tf.trainable_variables())[0]
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        found = session.run([outputs, following, gradient])
    assert found[0].predictions["mean"].ravel().tolist() == [0.0, 1.0, 2.0, 4.0]
    assert found[0].loss == (1 + 1 + 4 + 16) / 4 and found[0].end_state[1].ravel().tolist() == [8.0]
    assert found[1]["mean"].ravel().tolist() == [8.0, 8.0] and found[2].tolist() == [-0.5]


def test_features_count_where_the_condition_holds():
    model = _Follower(
        exogenous_feature_columns=[tf.feature_column.numeric_column("other")],
        exogenous_update_condition=lambda times, features: features["other"] > 0,
    )
    model.initialize_graph()
    features = {"times": tf.constant([[0, 1, 2, 3]]), "values": tf.constant(VALUES)}
    outputs = model.define_loss({**features, "other": tf.constant([[0.0, 7.0, 0.0, 9.0]])}, "eval")
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        assert session.run(outputs.predictions["mean"]).ravel().tolist() == [0.0, 7.0, 2.0, 9.0]


def test_states_go_on_from_window_to_window():
    model, manager = _Follower(), state_management.ChainingStateManager(state_saving_interval=1)
    model.initialize_graph()
    manager.initialize_graph(model)
    times, values = tf.placeholder(tf.int64, [None, 2]), tf.placeholder(tf.float32, [None, 2, 1])
    outputs = manager.define_loss(model, {"times": times, "values": values}, "train")
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        feed = {times: [[0, 1], [2, 3]], values: VALUES.reshape(2, 2, 1)}
        session.run(outputs.loss, feed)
        mean, state = session.run([outputs.predictions["mean"], outputs.end_state], feed)
    assert mean.ravel().tolist() == [0.0, 1.0, 2.0, 4.0] and state[1].tolist() == [[8.0]]


def test_states_that_are_given():
    given = {"start_tuple": (tf.zeros([1], tf.int64), tf.constant([[5.0]]))}
    features = {"times": tf.constant([[0, 1, 2, 3]]), "values": tf.constant(VALUES)}
    model = _Follower()
    model.initialize_graph()
    filtering = state_management.FilteringOnlyStateManager()
    outputs = filtering.define_loss(model, {**features, **given}, "eval")
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        assert session.run(outputs.predictions["mean"]).ravel().tolist() == [5.0, 1.0, 2.0, 4.0]
    for manager in (filtering, state_management.PassthroughStateManager()):
        with pytest.raises(ValueError, match="verriding"):
            manager.define_loss(model, {**features, **given}, "train")


@pytest.mark.parametrize(
    ("features", "words"),
    [
        ({"values": VALUES}, "times"),
        ({"times": np.zeros([1, 4])}, "values"),
        ({"times": np.zeros([1, 4]), "values": np.zeros([1, 4, 2])}, "num_features"),
        ({"times": np.zeros([1, 4]), "values": np.zeros([1, 3, 1])}, "match"),
        ({"times": np.zeros([1, 4]), "values": VALUES, "more": np.zeros([1])}, "Features must"),
    ],
)
def test_features_that_do_not_fit(features, words):
    made = head.TimeSeriesRegressionHead(_Follower(), state_management.PassthroughStateManager(), None)
    with pytest.raises(ValueError, match=words):
        made.create_estimator_spec({key: tf.constant(value) for key, value in features.items()}, "train")
