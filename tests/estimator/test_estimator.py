"""Training, evaluating, asking and exporting a model of one's own; what is wrong is said."""

import logging
import os

import numpy as np
import pytest

import evergraph as tf
from evergraph.estimator.export import receivers
from evergraph.saved_model import reader

estimator = tf.estimator
X = np.arange(12, dtype=np.float32).reshape(6, 2) / 10
Y = X.sum(1, keepdims=True)


def tensors():
    return {"x": tf.constant(X)}, tf.constant(Y)


def model_fn(features, labels, mode, params):
    w = tf.get_variable("w", [2, 1], initializer=tf.zeros_initializer())
    y = tf.matmul(features["x"], w)
    outputs = {"y": estimator.export.PredictOutput(y)}
    if mode == estimator.ModeKeys.PREDICT:
        return estimator.EstimatorSpec(mode, predictions={"y": y}, export_outputs=outputs)
    loss = tf.reduce_mean(tf.square(y - labels))
    train_op = tf.train.GradientDescentOptimizer(params["rate"]).minimize(
        loss, global_step=tf.train.get_global_step()
    )
    return estimator.EstimatorSpec(
        mode,
        predictions={"y": y},
        loss=loss,
        train_op=train_op,
        eval_metric_ops={"mae": tf.metrics.mean_absolute_error(labels, y)},
    )


@pytest.fixture
def model(tmp_path):
    return estimator.Estimator(model_fn, str(tmp_path), params={"rate": 0.5})


def gradient_descent(steps, rate=0.5):
    w = np.zeros((2, 1))
    for _ in range(steps):
        w -= rate * 2 * X.T @ (X @ w - Y) / len(X)
    return w


def test_training_goes_on_where_it_stood(model, tmp_path):
    model.train(tensors, steps=3)
    np.testing.assert_allclose(model.get_variable_value("w"), gradient_descent(3), rtol=1e-5)
    model.train(tensors, steps=2)
    np.testing.assert_allclose(model.get_variable_value("w"), gradient_descent(5), rtol=1e-5)
    assert model.latest_checkpoint() == str(tmp_path / "model.ckpt-5")
    model.train(tensors, max_steps=5)
    assert model.get_variable_value("global_step") == 5
    assert model.get_variable_names() == ["global_step", "w"]


def test_evaluation_gives_metrics_and_writes_events(model):
    model.train(tensors, steps=2)
    found = model.evaluate(tensors, steps=2, name="train")
    errors = X @ gradient_descent(2) - Y
    assert sorted(found) == ["global_step", "loss", "mae"]
    np.testing.assert_allclose(found["loss"], np.mean(errors**2), rtol=1e-5)
    np.testing.assert_allclose(found["mae"], np.mean(np.abs(errors)), rtol=1e-5)
    (events,) = tf.gfile.Glob(os.path.join(model.eval_dir("train"), "*tfevents*"))
    written = {v.tag: v for e in tf.train.summary_iterator(events) for v in e.summary.value}
    np.testing.assert_allclose(written["mae"].simple_value, found["mae"])
    assert written["checkpoint_path"].tensor.string_val == [os.fsencode(model.latest_checkpoint())]


def test_an_untrained_model_is_evaluated_as_it_is_initialised(model):
    found = model.evaluate(tensors, steps=1)
    assert found["global_step"] == 0
    np.testing.assert_allclose(found["loss"], np.mean(Y**2), rtol=1e-5)


def test_predictions_come_one_by_one_and_the_default_graph_stays(model):
    model.train(tensors, steps=1)
    input_fn = estimator.inputs.numpy_input_fn({"x": X}, batch_size=4, shuffle=False)
    outside = tf.get_default_graph()
    found = []
    for prediction in model.predict(input_fn):
        assert tf.get_default_graph() is outside
        found.append(prediction["y"])
    np.testing.assert_allclose(found, X @ gradient_descent(1), rtol=1e-5)
    batches = list(model.predict(input_fn, predict_keys="y", yield_single_examples=False))
    assert [batch["y"].shape for batch in batches] == [(4, 1), (2, 1)]
    with pytest.raises(ValueError, match="Expected to run at least one output"):
        next(model.predict(input_fn, predict_keys=["z"]))


def test_lines_of_the_log_that_people_look_for(model, caplog):
    tf.logging.set_verbosity(tf.logging.INFO)
    try:
        with caplog.at_level(logging.INFO, logger="tensorflow"):
            logging.getLogger("tensorflow").propagate = True
            model.train(tensors, steps=1)
            model.evaluate(tensors, steps=1)
    finally:
        logging.getLogger("tensorflow").propagate = False
        tf.logging.set_verbosity(tf.logging.WARN)
    first = np.float32(np.mean(Y**2))
    assert f"loss = {first!s}, step = 1" in caplog.text
    assert f"Loss for final step: {first!s}." in caplog.text
    assert "Saving dict for global step 1: global_step = 1, loss = " in caplog.text


def test_hooks_listeners_and_config(tmp_path):
    config = estimator.RunConfig(save_checkpoints_steps=2, keep_checkpoint_max=2, tf_random_seed=1)
    model = estimator.Estimator(model_fn, str(tmp_path), config, {"rate": 0.1})
    saved = []

    class Listener(tf.train.CheckpointSaverListener):
        def after_save(self, session, global_step_value):
            saved.append(int(global_step_value))

    model.train(tensors, hooks=[tf.train.StopAtStepHook(last_step=5)], saving_listeners=[Listener()])
    assert saved == [0, 2, 4, 5]
    names = {name.split(".")[1] for name in os.listdir(tmp_path) if name.endswith(".index")}
    assert names == {"ckpt-4", "ckpt-5"}


def test_warm_start(model, tmp_path):
    model.train(tensors, steps=4)
    warm = estimator.Estimator(model_fn, params={"rate": 0.5}, warm_start_from=model.model_dir)
    warm.train(tensors, steps=1)
    np.testing.assert_allclose(warm.get_variable_value("w"), gradient_descent(5), rtol=1e-5)
    assert warm.get_variable_value("global_step") == 1


def test_export_and_load(model, tmp_path):
    model.train(tensors, steps=2)
    (tmp_path / "words").write_text("a")

    def receiver_fn():
        x = tf.placeholder(tf.float32, [None, 2])
        return estimator.export.ServingInputReceiver({"x": x}, {"x": x})

    path = model.export_savedmodel(
        str(tmp_path / "export"), receiver_fn, assets_extra={"sub/words": str(tmp_path / "words")}
    )
    assert isinstance(path, bytes) and os.listdir(os.path.join(path, b"assets.extra/sub")) == [b"words"]
    served = tf.contrib.predictor.from_saved_model(path)
    np.testing.assert_allclose(served({"x": X})["output"], X @ gradient_descent(2), rtol=1e-5)
    from_checkpoint = tf.contrib.predictor.from_estimator(model, receiver_fn)
    np.testing.assert_allclose(from_checkpoint({"x": X})["output"], X @ gradient_descent(2), rtol=1e-5)


def test_all_modes_in_one_export(model, tmp_path):
    model.train(tensors, steps=1)
    supervised = receivers.build_supervised_input_receiver_fn_from_input_fn(tensors)
    path = tf.contrib.estimator.export_all_saved_models(
        model, str(tmp_path / "export"), {mode: supervised for mode in ("train", "eval")}
    )
    assert reader.get_saved_model_tag_sets(path) == [["eval"], ["train"]]
    graphs = {g.meta_info_def.tags[0]: g for g in reader.read_saved_model(path).meta_graphs}
    assert sorted(graphs["eval"].signature_def["eval"].outputs) == [
        "loss",
        "metrics/mae/update_op",
        "metrics/mae/value",
        "predictions/y",
    ]
    assert "saved_model_train_op" in graphs["train"].collection_def


@pytest.mark.parametrize(
    "arguments, message",
    [
        ({"steps": 1, "max_steps": 1}, "both steps and max_steps"),
        ({"steps": 0}, "steps > 0"),
        ({"max_steps": -1}, "max_steps > 0"),
    ],
)
def test_wrong_numbers_of_steps(model, arguments, message):
    with pytest.raises(ValueError, match=message):
        model.train(tensors, **arguments)


def test_what_a_model_fn_may_take():
    with pytest.raises(ValueError, match="must include features"):
        estimator.Estimator(lambda labels: None)
    with pytest.raises(ValueError, match="not expected args: \\['other'\\]"):
        estimator.Estimator(lambda features, labels, other: None)
    with pytest.raises(ValueError, match="does not include params"):
        estimator.Estimator(lambda features: None, params={"a": 1})

    class Overriding(estimator.Estimator):
        def train(self):
            return None

    with pytest.raises(ValueError, match="cannot override.*train"):
        Overriding(model_fn)


def test_what_is_missing_is_said(model):
    with pytest.raises(ValueError, match="Could not find trained model"):
        model.get_variable_value("w")
    with pytest.raises(ValueError, match="Couldn't find trained model"):
        model.export_savedmodel("somewhere", tensors)
    with pytest.raises(ValueError, match="len 2 tuple"):
        model.train(lambda: (1, 2, 3), steps=1)
    with pytest.raises(TypeError, match="SessionRunHook"):
        model.train(tensors, hooks=["hook"])


def test_input_fn_gets_what_it_asks_for(model):
    seen = {}

    def input_fn(mode, params, config):
        seen.update(mode=mode, params=params, config=config.model_dir)
        return tensors()

    model.evaluate(input_fn, steps=1)
    assert seen == {"mode": "eval", "params": {"rate": 0.5}, "config": model.model_dir}


def test_an_estimator_loads_on_first_use():
    assert estimator.Estimator is tf.estimator.Estimator
    assert tf.estimator.inputs.numpy_input_fn.__name__ == "numpy_input_fn"
