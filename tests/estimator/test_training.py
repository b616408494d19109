"""train_and_evaluate and exporters."""

import os

import numpy as np
import pytest

import evergraph as tf
from evergraph.estimator import exporter as estimator_exporter
from evergraph.estimator import training as estimator_training

estimator = tf.estimator
X = np.linspace(0, 1, 8, dtype=np.float32)


def model_fn(features, labels, mode):
    w = tf.get_variable("w", [], initializer=tf.zeros_initializer())
    y = features["x"] * w
    if mode == "infer":
        outputs = {"y": estimator.export.PredictOutput(y)}
        return estimator.EstimatorSpec(mode, predictions=y, export_outputs=outputs)
    loss = tf.reduce_mean(tf.square(y - labels))
    step = tf.train.GradientDescentOptimizer(0.1).minimize(loss, tf.train.get_global_step())
    return estimator.EstimatorSpec(mode, loss=loss, train_op=step)


def tensors():
    return {"x": tf.constant(X)}, tf.constant(2 * X)


def receiver_fn():
    x = tf.placeholder(tf.float32, [None])
    return estimator.export.ServingInputReceiver({"x": x}, {"x": x})


@pytest.fixture
def model(tmp_path):
    return estimator.Estimator(model_fn, str(tmp_path), estimator.RunConfig(save_checkpoints_steps=5))


def exported(model, name):
    directory = os.path.join(model.model_dir, "export", name)
    return sorted(os.listdir(directory)) if os.path.isdir(directory) else []


def test_by_turns_until_the_last_step(model):
    exporters = [
        estimator.FinalExporter("final", receiver_fn),
        estimator.LatestExporter("latest", receiver_fn),
        estimator.BestExporter("best", receiver_fn),
    ]
    results, made = estimator.train_and_evaluate(
        model,
        estimator.TrainSpec(tensors, max_steps=10),
        estimator.EvalSpec(tensors, steps=1, exporters=exporters, throttle_secs=60),
    )
    assert results["global_step"] == 10
    assert all(isinstance(path, bytes) for path in made)
    assert [len(exported(model, name)) for name in ("final", "latest", "best")] == [1, 1, 1]
    assert estimator.train_and_evaluate is tf.estimator.train_and_evaluate


def test_a_stop_for_an_evaluation_after_some_seconds(model):
    steps = []

    class Look(tf.train.SessionRunHook):
        def end(self, session):
            steps.append(int(session.run(tf.train.get_global_step())))

    class StopAfterTwo(estimator_training._ContinuousEvalListener):
        def after_eval(self, eval_result):
            return len(steps) < 2

    estimator_training._TrainingExecutor(
        model,
        estimator.TrainSpec(tensors, hooks=[Look()]),
        estimator.EvalSpec(tensors, steps=1, throttle_secs=0.05),
        continuous_eval_listener=StopAfterTwo(),
    ).run()
    assert len(steps) == 2 and 0 < steps[0] < steps[1]


def test_the_best_is_exported_when_it_is_better(model):
    exporter = estimator.BestExporter("best", receiver_fn, event_file_pattern=None, exports_to_keep=None)
    model.train(tensors, steps=1)
    path = model.latest_checkpoint()
    made = [
        exporter.export(model, os.path.join(model.model_dir, "e"), path, {"loss": loss}, False) is not None
        for loss in (3.0, 4.0, 2.0)
    ]
    assert made == [True, False, True]


def test_the_best_of_earlier_programs_counts(model):
    model.train(tensors, steps=5)
    found = model.evaluate(tensors, steps=1)
    for loss, is_better in ((found["loss"] + 1, False), (found["loss"] / 2, True)):
        exporter = estimator.BestExporter("best", receiver_fn)
        made = exporter.export(
            model,
            os.path.join(model.model_dir, "e"),
            model.latest_checkpoint(),
            {"loss": loss, "global_step": 6},
            False,
        )
        assert (made is not None) == is_better


def test_old_exports_go(tmp_path):
    for name in ("1000000001", "1000000002", "1000000003", "other"):
        (tmp_path / name).mkdir()
    estimator_exporter.remove_old(str(tmp_path), 2)
    assert sorted(os.listdir(tmp_path)) == ["1000000002", "1000000003", "other"]


@pytest.mark.parametrize(
    "make, error, message",
    [
        (lambda: estimator.TrainSpec(1), TypeError, "must be callable"),
        (lambda: estimator.TrainSpec(tensors, max_steps=0), ValueError, "max_steps > 0"),
        (lambda: estimator.EvalSpec(tensors, steps=0), ValueError, "steps > 0"),
        (lambda: estimator.EvalSpec(tensors, name=1), TypeError, "`name` must be string"),
        (lambda: estimator.EvalSpec(tensors, throttle_secs=-1), ValueError, "throttle_secs >= 0"),
        (lambda: estimator.EvalSpec(tensors, hooks=[1]), TypeError, "SessionRunHook"),
        (lambda: estimator.EvalSpec(tensors, exporters=[1]), TypeError, "must be an Exporter"),
        (
            lambda: estimator.EvalSpec(
                tensors, exporters=[estimator.FinalExporter("a", receiver_fn) for _ in range(2)]
            ),
            ValueError,
            "unique names",
        ),
        (lambda: estimator.BestExporter(compare_fn=lambda a, b: True), ValueError, "must take the arguments"),
        (lambda: estimator.LatestExporter("a", receiver_fn, exports_to_keep=0), ValueError, "positive"),
    ],
)
def test_what_is_wrong_is_said(make, error, message):
    with pytest.raises(error, match=message):
        make()


def test_a_directory_that_appears_whole(model, monkeypatch):
    model.train(tensors, steps=1)
    monkeypatch.setattr("time.time", lambda: 1234567890.5)
    path = model.export_savedmodel(os.path.join(model.model_dir, "e"), receiver_fn)
    assert os.path.basename(path) == b"1234567890"
    assert os.listdir(os.path.join(model.model_dir, "e")) == ["1234567890"]
