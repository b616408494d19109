"""`tf.contrib.tpu`: a model of a TPUEstimator is trained, evaluated, asked and exported like any other."""

import numpy as np
import pytest

import evergraph as tf

tpu = tf.contrib.tpu
POINTS = np.linspace(-1, 1, 32, dtype=np.float32)[:, None]


def input_fn(params, mode):
    data = tf.data.Dataset.from_tensor_slices((POINTS, 3 * POINTS + 1))
    if mode == tf.estimator.ModeKeys.TRAIN:
        data = data.repeat()
    return data.batch(params["batch_size"])


def model_fn(features, labels, mode, params):
    outputs = tf.layers.dense(features, 1)
    if mode == tf.estimator.ModeKeys.PREDICT:
        return tpu.TPUEstimatorSpec(mode, predictions={"y": outputs})
    loss = tf.losses.mean_squared_error(labels, outputs)
    if mode == tf.estimator.ModeKeys.EVAL:

        def metrics(labels, outputs):
            return {"error": tf.metrics.mean_absolute_error(labels, outputs)}

        return tpu.TPUEstimatorSpec(
            mode, loss=loss, eval_metrics=(metrics, {"labels": labels, "outputs": outputs})
        )
    optimizer = tpu.CrossShardOptimizer(tf.train.GradientDescentOptimizer(params["rate"]))
    step = tf.train.get_global_step()

    def host_call(step, loss):
        writer = tf.contrib.summary.create_file_writer(params["events"])
        with writer.as_default(), tf.contrib.summary.always_record_summaries():
            tf.contrib.summary.scalar("loss", loss, step=step)
            return tf.contrib.summary.all_summary_ops()

    return tpu.TPUEstimatorSpec(
        mode, loss=loss, train_op=optimizer.minimize(loss, step), host_call=(host_call, [step, loss])
    )


def made(directory, **options):
    return tpu.TPUEstimator(
        model_fn,
        config=tpu.RunConfig(
            model_dir=str(directory / "model"), tpu_config=tpu.TPUConfig(iterations_per_loop=5)
        ),
        params={"rate": 0.3, "events": str(directory / "events")},
        train_batch_size=8,
        eval_batch_size=16,
        predict_batch_size=4,
        **options,
    )


@pytest.mark.parametrize("use_tpu", [False, True])
def test_a_life(tmp_path, use_tpu):
    estimator = made(tmp_path, use_tpu=use_tpu)
    estimator.train(input_fn, max_steps=60)
    found = estimator.evaluate(input_fn, steps=2)
    assert found["error"] < 0.05 and found["global_step"] == 60
    answers = [
        each["y"]
        for each in estimator.predict(lambda params, mode: input_fn(params, mode).map(lambda x, y: x))
    ]
    np.testing.assert_allclose(answers, 3 * POINTS + 1, atol=0.2)
    (path,) = (tmp_path / "events").glob("*.v2")
    events = list(tf.train.summary_iterator(str(path)))[1:]
    assert len(events) == 60 and events[-1].summary.value[0].simple_value < 0.01


def test_configurations():
    config = tpu.RunConfig(master="", tpu_config=tpu.TPUConfig(per_host_input_for_training=False))
    assert config.tpu_config.per_host_input_for_training == tpu.InputPipelineConfig.PER_SHARD_V1
    other = config.replace(tpu_config=tpu.TPUConfig(7), save_checkpoints_steps=3)
    assert (other.tpu_config.iterations_per_loop, other.save_checkpoints_steps) == (7, 3)
    assert config.replace(save_checkpoints_steps=3).tpu_config == config.tpu_config and config.cluster is None


@pytest.mark.parametrize(
    "make, words",
    [
        (lambda d: tpu.TPUConfig(0), "positive"),
        (lambda d: tpu.TPUConfig(computation_shape=[1, 3, 1]), "computation_shape"),
        (lambda d: tpu.RunConfig(master="a", cluster=object()), "Both master"),
        (lambda d: tpu.TPUEstimator(model_fn, config=tf.estimator.RunConfig()), "tpu_config.RunConfig"),
        (lambda d: tpu.TPUEstimator(model_fn, config=tpu.RunConfig(), params={"batch_size": 3}), "reserved"),
        (lambda d: tpu.TPUEstimator(model_fn, config=tpu.RunConfig()), "train_batch_size"),
        (lambda d: tpu.TPUEstimator(model_fn, config=tpu.RunConfig(), train_batch_size=0), "positive"),
        (lambda d: made(d).train(lambda: None, steps=1), "params argument"),
        (lambda d: tpu.TPUEstimatorSpec("train", eval_metrics=3), "function, tensors"),
        (lambda d: tpu.TPUEstimatorSpec("train", host_call=(abs, 3)), "tuple or list"),
        (lambda d: tpu.CrossShardOptimizer(None, reduction="none"), "Unsupported reduction"),
    ],
)
def test_mistakes_are_refused(make, words, tmp_path):
    with pytest.raises(ValueError, match=words):
        make(tmp_path)


def test_one_copy_sums_over_itself():
    function, operations = tf.contrib.tpu.python.tpu.tpu_function, tf.contrib.tpu.python.ops.tpu_ops
    assert function.get_tpu_context().number_of_shards is None
    with function.tpu_shard_context(2):
        assert function.get_tpu_context().number_of_shards == 2
        with pytest.raises(NotImplementedError, match="nested"), function.tpu_shard_context(3):
            pass
        x = tf.constant([1.0, 2.0])
        total = operations.cross_replica_sum(x / 2)
        (slope,) = tf.gradients(total, x)
    assert total.op.type == "CrossReplicaSum" and function.get_tpu_context().number_of_shards is None
    with tf.Session() as session:
        assert [each.tolist() for each in session.run([total, slope])] == [[0.5, 1.0], [0.5, 0.5]]
