"""`replica_device_setter`: where variables and the rest go; held against TensorFlow (marked interop)."""

import pytest

import evergraph as tf

CLUSTER = {"ps": ["ps0:1", "ps1:1"], "worker": ["w0:1", "w1:1"], "other": ["o0:1"]}


def program(tf, arguments):
    """The devices of variables and sums made under a device setter, some inside other devices."""
    arguments = {key: value(tf) if callable(value) else value for key, value in arguments.items()}
    devices = []
    with tf.Graph().as_default(), tf.device(tf.train.replica_device_setter(**arguments)):
        for inner in (None, "/cpu:0", "/job:ps", "/job:other", "/job:ps/task:1", "/job:worker/task:1/gpu:1"):
            with tf.device(inner):
                for use_resource in (False, True):
                    v = tf.get_variable(f"v{len(devices)}", initializer=[1.0, 2.0], use_resource=use_resource)
                    devices += [v.op.device, v.initializer.device, (v * 2.0).device]
    return devices


SETTERS = {
    "cluster": {"cluster": CLUSTER},
    "spec": {"cluster": lambda tf: tf.train.ClusterSpec(CLUSTER)},
    "definition": {"cluster": lambda tf: tf.train.ClusterSpec(CLUSTER).as_cluster_def()},
    "number": {"ps_tasks": 3},
    "no tasks": {"ps_tasks": 0},
    "no such job": {"cluster": CLUSTER, "ps_device": "/job:master"},
    "only without devices": {"ps_tasks": 2, "merge_devices": False},
    "other jobs": {"ps_device": "/job:other/cpu:0", "worker_device": "/job:ps/task:1", "cluster": CLUSTER},
    "no job": {"ps_tasks": 2, "ps_device": "/cpu:0"},
    "no worker": {"ps_tasks": 2, "worker_device": ""},
    "worker's task": {"cluster": CLUSTER, "worker_device": "/job:worker/task:1/gpu:0"},
    "operations": {"ps_tasks": 2, "ps_ops": ["VarHandleOp", "Mul"]},
    "strategy": {"ps_tasks": 5, "ps_strategy": lambda tf: lambda operation: len(operation.type) % 5},
}


@pytest.mark.interop
@pytest.mark.parametrize("name", SETTERS)
def test_agrees_with_tensorflow(name):
    tf1 = pytest.importorskip("tensorflow").compat.v1
    assert program(tf, SETTERS[name]) == program(tf1, SETTERS[name])


def test_variables_take_turns():
    with tf.device(tf.train.replica_device_setter(cluster=CLUSTER, worker_device="/job:worker/task:1")):
        variables = [tf.get_variable(f"v{i}", [], use_resource=bool(i % 2)) for i in range(4)]
        total = tf.add_n(variables)
    assert [v.device for v in variables] == ["/job:ps/task:0", "/job:ps/task:1"] * 2
    assert total.device == "/job:worker/task:1"


def test_wrong_arguments():
    with pytest.raises(TypeError, match="callable"):
        tf.train.replica_device_setter(ps_tasks=1, ps_strategy=3)
    with pytest.raises(TypeError, match="cluster"):
        tf.train.replica_device_setter(cluster=["ps0:1"])


def test_round_robin_strategy():
    strategy = tf.python.training.device_setter._RoundRobinStrategy(2)
    operation = tf.no_op()
    assert [strategy(operation) for _ in range(3)] == [0, 1, 0]
