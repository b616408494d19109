"""RunConfig and the place in a cluster that TF_CONFIG says."""

import json

import pytest

import evergraph as tf

RunConfig = tf.estimator.RunConfig
CLUSTER = {"chief": ["c:1"], "ps": ["p:1", "p:2"], "worker": ["w:1", "w:2", "w:3"]}


@pytest.fixture
def environment(monkeypatch):
    def put(**given):
        monkeypatch.setenv("TF_CONFIG", json.dumps(given))

    return put


def test_alone():
    config = RunConfig()
    assert (config.task_type, config.task_id, config.is_chief, config.master) == ("worker", 0, True, "")
    assert (config.num_ps_replicas, config.num_worker_replicas, config.global_id_in_cluster) == (0, 1, 0)
    assert (config.save_checkpoints_secs, config.save_checkpoints_steps) == (600, None)


@pytest.mark.parametrize(
    "task, index, place",
    [("chief", 0, 0), ("worker", 1, 2), ("ps", 1, 5)],
)
def test_in_a_cluster(environment, task, index, place):
    environment(cluster=CLUSTER, task={"type": task, "index": index})
    config = RunConfig()
    assert (config.task_type, config.task_id) == (task, index)
    assert config.is_chief == (task == "chief")
    assert config.master == f"grpc://{CLUSTER[task][index]}"
    assert (config.num_ps_replicas, config.num_worker_replicas) == (2, 4)
    assert config.global_id_in_cluster == place


def test_an_evaluator_does_not_talk_to_the_others(environment):
    environment(cluster=CLUSTER, task={"type": "evaluator", "index": 0})
    config = RunConfig()
    assert not config.cluster_spec and config.master == "" and config.global_id_in_cluster is None


def test_a_master(environment):
    environment(cluster={"master": ["m:1"], "worker": ["w:1"]}, task={"type": "master", "index": 0})
    assert RunConfig().is_chief and RunConfig().num_worker_replicas == 2


@pytest.mark.parametrize(
    "given, message",
    [
        ({"cluster": CLUSTER}, "task type must be set"),
        ({"cluster": CLUSTER, "task": {"type": "worker"}}, "task index must be set"),
        ({"cluster": CLUSTER, "task": {"type": "worker", "index": 3}}, "3 is not a valid task_id"),
        ({"cluster": CLUSTER, "task": {"type": "other", "index": 0}}, "other is not a valid task_type"),
        ({"cluster": {"worker": ["w"]}, "task": {"type": "worker", "index": 0}}, 'must have one "chief"'),
        ({"task": {"type": "ps"}}, "task type must be WORKER"),
        ({"model_dir": ""}, "model_dir in TF_CONFIG should be non-empty"),
    ],
)
def test_an_environment_that_contradicts_itself(environment, given, message):
    environment(**given)
    with pytest.raises(ValueError, match=message):
        RunConfig()


def test_replace_drops_the_other_way_of_saving():
    config = RunConfig(save_checkpoints_secs=5).replace(save_checkpoints_steps=7, model_dir="d")
    assert (config.save_checkpoints_secs, config.save_checkpoints_steps, config.model_dir) == (None, 7, "d")
    with pytest.raises(ValueError, match="Replacing master is not supported"):
        config.replace(master="x")


@pytest.mark.parametrize(
    "given, message",
    [
        ({"save_checkpoints_steps": 1, "save_checkpoints_secs": 1}, "cannot be both set"),
        ({"model_dir": ""}, "should be non-empty"),
        ({"keep_checkpoint_max": -1}, "keep_checkpoint_max should be >= 0"),
        ({"tf_random_seed": 1.5}, "must be integer"),
        ({"session_config": {}}, "instance of ConfigProto"),
        ({"device_fn": lambda a, b: ""}, "exactly one argument"),
    ],
)
def test_values_that_are_not_allowed(given, message):
    with pytest.raises(ValueError, match=message):
        RunConfig(**given)
