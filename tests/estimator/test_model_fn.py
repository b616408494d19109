"""EstimatorSpec takes what a mode needs, and says what is missing or wrong."""

import pytest

import evergraph as tf

spec = tf.estimator.EstimatorSpec
PredictOutput = tf.estimator.export.PredictOutput


def test_what_is_left_out_has_defaults():
    made = spec("train", loss=tf.constant([1.0]), train_op=tf.no_op())
    assert made.loss.shape == ()
    assert made.predictions == {} and made.eval_metric_ops == {} and made.training_hooks == ()
    assert isinstance(made.scaffold, tf.train.Scaffold)
    assert made._replace(predictions=tf.constant(2.0)).predictions.shape == ()
    with pytest.raises(ValueError, match="mode of EstimatorSpec cannot be changed"):
        made._replace(mode="eval")


def test_a_single_output_is_the_default():
    output = PredictOutput({"y": tf.constant(1.0)})
    made = spec("infer", predictions=tf.constant(1.0), export_outputs={"a": output})
    assert made.export_outputs == {"a": output, "serving_default": output}
    with pytest.raises(ValueError, match="none of them is specified as the default"):
        spec("infer", predictions=tf.constant(1.0), export_outputs={"a": output, "b": output})


@pytest.mark.parametrize(
    "mode, given, error, message",
    [
        ("train", {}, ValueError, "Missing train_op"),
        ("eval", {}, ValueError, "Missing loss"),
        ("infer", {}, ValueError, "Missing predictions"),
        ("eval", {"loss": 1.0}, TypeError, "loss must be Tensor"),
        ("eval", {"loss": lambda: tf.constant([1.0, 2.0])}, ValueError, "Loss must be scalar"),
        ("infer", {"predictions": {"a": 1.0}}, TypeError, r"predictions\[a\] must be Tensor"),
        ("eval", {"loss": tf.no_op, "eval_metric_ops": {}}, TypeError, "loss must be Tensor"),
        ("infer", {"eval_metric_ops": []}, TypeError, "eval_metric_ops must be a dict"),
        ("infer", {"eval_metric_ops": {"a": 1}}, TypeError, "tuples, given: 1 for key: a"),
        ("infer", {"export_outputs": {"a": 1}}, TypeError, "must be ExportOutput"),
        ("infer", {"training_hooks": ["a"]}, TypeError, "SessionRunHook instances, given: 'a'"),
        ("infer", {"scaffold": 1}, TypeError, "tf.train.Scaffold. Given: 1"),
    ],
)
def test_what_is_wrong_is_said(mode, given, error, message):
    given = {key: value() if callable(value) else value for key, value in given.items()}
    if mode == "infer" and given:
        given.setdefault("predictions", tf.constant(1.0))
    with pytest.raises(error, match=message):
        spec(mode, **given)


def test_tensors_of_another_graph():
    with tf.Graph().as_default():
        other = tf.constant(1.0)
    with pytest.raises(ValueError, match='loss with "Const:0" must be from the default graph'):
        spec("eval", loss=other)
