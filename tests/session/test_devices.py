"""Which devices a session has, what runs on them, and what they are called."""

from types import SimpleNamespace

import pytest

import evergraph as tf
from evergraph.engine.resources import Resources
from evergraph.engine.runtime import Runtime
from evergraph.session.devices import SessionDevices, find_devices
from evergraph.session.local_devices import list_local_devices

LOCAL = "/job:localhost/replica:0/task:0/device:"
FULL = tf.RunOptions(trace_level=tf.RunOptions.FULL_TRACE, output_partition_graphs=True)


def _machine(**counts):
    """A Runtime with so many devices of each platform, the first kind being the default."""
    runtime = Runtime()
    runtime._devices = [
        SimpleNamespace(
            platform=platform, id=i, device_kind=f"{platform} model", memory_stats=lambda: {"bytes_limit": 7}
        )
        for platform, count in counts.items()
        for i in range(count)
    ]
    return runtime


def _operation(name):
    with tf.device(name):
        return tf.no_op()


@pytest.mark.parametrize(
    "machine, device_count, found",
    [
        ({"cpu": 1}, {}, ["CPU:0"]),
        ({"cpu": 1}, {"CPU": 3}, ["CPU:0", "CPU:1", "CPU:2"]),
        ({"cpu": 2}, {"CPU": 1}, ["CPU:0"]),
        ({"cpu": 1}, {"CPU": 0, "GPU": 4}, ["CPU:0"]),
        ({"cuda": 2, "cpu": 1}, {}, ["GPU:0", "GPU:1", "CPU:0"]),
        ({"cuda": 2, "cpu": 1}, {"GPU": 1, "CPU": 2}, ["GPU:0", "CPU:0", "CPU:1"]),
        ({"cuda": 2, "cpu": 1}, {"GPU": 0}, ["CPU:0"]),
        ({"tpu": 1, "cpu": 1}, {}, ["TPU:0", "CPU:0"]),
    ],
)
def test_there_are_as_many_as_device_count_says(machine, device_count, found):
    runtime = _machine(**machine)
    assert [f"{kind}:{i}" for kind, i in find_devices(runtime, device_count)] == found
    listed = SessionDevices(runtime, Resources(), device_count).list()
    assert [d.name for d in listed] == [LOCAL + name for name in found]
    assert {d.memory_limit_bytes for d in listed} == {7}


@pytest.mark.parametrize(
    "device_count, device, key",
    [
        ({}, None, ""),
        ({}, "/gpu:0", ""),
        ({}, "/gpu:1", "/device:CUDA:1"),
        ({}, "/cpu:0", "/device:CPU:0"),
        ({}, "/gpu:4", ""),  # GPUs that are not there have stand-ins, in turn
        ({}, "/gpu:5", "/device:CUDA:1"),
        ({}, "/cpu:3", "/device:CPU:0"),  # where the session allows it at all
        ({}, "/device:TPU:1", ""),
        ({"CPU": 2}, "/cpu:1", "/device:CPU:0"),
        ({"GPU": 0}, None, "/device:CPU:0"),  # what a program that wants no GPU asks for
        ({"GPU": 0}, "/gpu:0", "/device:CPU:0"),
    ],
)
def test_where_an_operation_goes(device_count, device, key):
    runtime = _machine(cuda=2, cpu=1)
    devices = SessionDevices(runtime, Resources(), device_count)
    assert devices.key(_operation(device)) == key
    assert key == "" or runtime.key_of(runtime.device_named(key)) == key


def test_on_a_split_host_gpus_are_its_parts_in_turn():
    runtime = _machine(cpu=4)
    devices = SessionDevices(runtime, Resources(), {})
    keys = [devices.key(_operation(f"/gpu:{i}")) for i in range(5)]
    assert keys == ["", "/device:CPU:1", "/device:CPU:2", "/device:CPU:3", ""]


def test_a_gpu_that_there_is_not_is_said_once(caplog):
    devices = SessionDevices(_machine(cuda=1, cpu=1), Resources(), {})
    with caplog.at_level("WARNING", "tensorflow"):
        for _ in range(2):
            devices.check([_operation("/gpu:0"), _operation("/gpu:77"), _operation("/gpu:77")])
    (record,) = caplog.records
    assert "GPU:77" in record.getMessage() and LOCAL + "GPU:0" in record.getMessage()


def test_a_device_that_there_is_not_is_an_error():
    devices = SessionDevices(_machine(cuda=1, cpu=1), Resources(), {"CPU": 2})
    devices.check([_operation(name) for name in (None, "/cpu:1", "/gpu:0", "/job:localhost/task:0")])
    for name in ("/cpu:2", "/device:TPU:0"):
        with pytest.raises(tf.errors.InvalidArgumentError, match="explicitly assigned to .*CPU:1"):
            devices.check([_operation(name)])


def test_cpus_by_name():
    with tf.device("/cpu:0"):
        a = tf.Variable(1.0, name="a")
    with tf.device("/cpu:4"):
        b = tf.constant(2.0, name="b")
        total = tf.add(a, b, name="total")
    metadata = tf.RunMetadata()
    with tf.Session() as session:
        session.run(a.initializer)
        with pytest.raises(tf.errors.InvalidArgumentError, match="device_count"):
            session.run(total)
    with tf.Session(config=tf.ConfigProto(allow_soft_placement=True)) as session:
        session.run(a.initializer)
        assert session.run(total) == 3
    with tf.Session(config=tf.ConfigProto(device_count={"CPU": 5})) as session:
        assert [d.name for d in session.list_devices()] == [f"{LOCAL}CPU:{i}" for i in range(5)]
        session.run(a.initializer)
        assert session.run(total, options=FULL, run_metadata=metadata) == 3
    ran = {
        node.node_name: stats.device for stats in metadata.step_stats.dev_stats for node in stats.node_stats
    }
    assert ran["a"] == ran["Session.run"] == LOCAL + "CPU:0" and ran["total"] == ran["b"] == LOCAL + "CPU:4"
    parts = [[node.name for node in part.node] for part in metadata.partition_graphs]
    assert ["b", "total"] in parts


def test_sessions_with_other_devices_do_not_share_plans():
    x = tf.constant([1.0]) * 2.0
    with tf.Session() as one, tf.Session(config=tf.ConfigProto(device_count={"CPU": 1})) as other:
        with tf.device("/cpu:1"):
            y = x + 1.0
        assert one.run(y) == [3.0]  # tests have two CPUs
        with pytest.raises(tf.errors.InvalidArgumentError, match="/device:CPU:1|/cpu:1"):
            other.run(y)


def test_devices_of_this_machine():
    devices = list_local_devices()
    assert [(d.name, d.device_type) for d in devices] == [("/device:CPU:0", "CPU"), ("/device:CPU:1", "CPU")]
    assert devices == list_local_devices() and len({d.incarnation for d in devices}) == 2
    assert [d.name for d in list_local_devices(tf.ConfigProto(device_count={"CPU": 1}))] == ["/device:CPU:0"]
    assert not devices[0].physical_device_desc and devices[0].HasField("locality")


def test_accelerators_have_a_description(monkeypatch):
    machine = _machine(cuda=1, cpu=1)
    monkeypatch.setattr("evergraph.session.local_devices.current_runtime", lambda: machine)
    cpu, gpu = list_local_devices()
    assert cpu.name == "/device:CPU:0" and gpu.name == "/device:GPU:0" and gpu.memory_limit == 7
    assert gpu.physical_device_desc == "device: 0, name: cuda model"


def test_each_task_of_a_cluster_has_the_devices_of_its_server():
    servers = [
        tf.train.Server({"solo": ["localhost:0"]}, config=tf.ConfigProto(device_count={"CPU": n}))
        for n in (3, 1)
    ]
    addresses = [server.target.removeprefix("grpc://") for server in servers]
    cluster = tf.train.ClusterSpec({"pair": addresses})
    with tf.device("/job:pair/task:1"):
        near = tf.constant(2.0, name="near")
    with tf.device("/job:pair/task:0/cpu:2"):
        far = tf.multiply(near, 2.0, name="far")
    with tf.device("/job:pair/task:1/cpu:2"):
        nowhere = far + 1.0
    metadata = tf.RunMetadata()
    config = tf.ConfigProto(cluster_def=cluster.as_cluster_def())
    with tf.Session(servers[1].target, config=config) as session:
        names = [d.name.replace("/replica:0", "") for d in session.list_devices()]
        assert names == [
            "/job:pair/task:1/device:CPU:0",
            *(f"/job:pair/task:0/device:CPU:{i}" for i in range(3)),
        ]
        assert session.run(far, options=FULL, run_metadata=metadata) == 4
        with pytest.raises(tf.errors.InvalidArgumentError, match="Cannot assign a device"):
            session.run(nowhere)
    ran = {
        node.node_name: stats.device for stats in metadata.step_stats.dev_stats for node in stats.node_stats
    }
    assert ran["near"] == "/job:pair/replica:0/task:1/device:CPU:0"
    assert ran["far"] == "/job:pair/replica:0/task:0/device:CPU:2"
