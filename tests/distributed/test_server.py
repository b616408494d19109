"""`Server`: definitions, ports, what sessions on one cluster share, and resets."""

import threading
import time

import pytest
from tensorboard.compat.proto.config_pb2 import ConfigProto

import evergraph as tf
from evergraph.distributed.server import Server
from tests.waiting import joined, until_waiting


@pytest.fixture(scope="module")
def cluster():
    """(workers, parameter servers)"""
    return tf.test.create_local_cluster(num_workers=2, num_ps=2)


@pytest.fixture
def server():
    return tf.train.Server.create_local_server()


def variable(name, device, value):
    with tf.device(device):
        return tf.get_variable(name, initializer=value)


# -- definitions and ports -----------------------------------------------------------------------------------


def server_def(**fields):
    cluster = tf.train.ClusterSpec({"a": ["localhost:0", "h:1"]})
    return tf.train.ServerDef(cluster=cluster.as_cluster_def(), **fields)


@pytest.mark.parametrize(
    "arguments, job, task",
    [
        (({"local": ["localhost:0"]},), "local", 0),
        (({"local": {3: "localhost:0"}},), "local", 3),
        (({"a": ["h:1"], "b": ["h:2", "localhost:0"]}, "b", 1), "b", 1),
        ((server_def(job_name="a", task_index=0, protocol="grpc"),), "a", 0),
        ((server_def(job_name="b", task_index=7), "a", 0), "a", 0),
    ],
)
def test_definition(arguments, job, task):
    config = ConfigProto(operation_timeout_in_ms=5)
    definition = Server(*arguments, config=config, start=False).server_def
    assert (definition.job_name, definition.task_index, definition.protocol) == (job, task, "grpc")
    assert definition.default_session_config == config
    assert definition.cluster.job


@pytest.mark.parametrize(
    "arguments, kind, words",
    [
        ((3,), TypeError, "ServerDef"),
        (({"a": ["localhost:0"], "b": ["h:1"]},), ValueError, "job_name"),
        (({"a": ["localhost:0", "h:1"]},), ValueError, "task_index"),
        (({"a": ["localhost:0"]}, "b"), ValueError, "No such job"),
        (({"a": ["localhost:0"]}, "a", 1), tf.errors.InvalidArgumentError, "No task with index 1"),
        ((server_def(job_name="b"),), tf.errors.InvalidArgumentError, "No such job"),
        (({"a": ["localhost"]},), tf.errors.InvalidArgumentError, "port"),
        (({"a": ["localhost:http"]},), tf.errors.InvalidArgumentError, "port"),
        (({"a": ["localhost:65536"]},), tf.errors.InvalidArgumentError, "port"),
        (({"a": ["localhost:0"]}, "a", 0, "rdma"), tf.errors.NotFoundError, "rdma"),
    ],
)
def test_no_server(arguments, kind, words):
    with pytest.raises(kind, match=words):
        Server(*arguments)


def test_a_port_has_one_server(server):
    address = server.target.removeprefix("grpc://")
    with pytest.raises(tf.errors.UnknownError, match="in use"):
        Server({"other": [address]})


def test_a_session_needs_a_server_that_was_started():
    server = tf.train.Server.create_local_server(start=False)
    with pytest.raises(tf.errors.NotFoundError, match="target"):
        tf.Session(server.target)
    with pytest.raises(tf.errors.DeadlineExceededError):
        tf.Session(server.target, config=ConfigProto(operation_timeout_in_ms=5))
    threading.Timer(0.1, server.start).start()
    three = tf.constant(3)
    with tf.Session(server.target, config=ConfigProto(operation_timeout_in_ms=600_000)) as session:
        assert session.run(three) == 3
    server.start()  # nothing happens
    assert session.sess_str == server.target.encode()


def test_a_servers_timeout_is_that_of_sessions_that_give_none():
    server = tf.train.Server.create_local_server(config=ConfigProto(operation_timeout_in_ms=50))
    taken = tf.FIFOQueue(1, tf.float32).dequeue()
    for config in (None, ConfigProto(), ConfigProto(isolate_session_state=True)):
        with (
            tf.Session(server.target, config=config) as session,
            pytest.raises(tf.errors.DeadlineExceededError),
        ):
            session.run(taken)
    started = time.monotonic()
    with tf.Session(server.target, config=ConfigProto(operation_timeout_in_ms=400)) as session:
        with pytest.raises(tf.errors.DeadlineExceededError):
            session.run(taken)
    assert time.monotonic() - started > 0.35


def test_joining():
    server = tf.train.Server.create_local_server(start=False)
    server.join()
    with pytest.raises(tf.errors.FailedPreconditionError):
        server.start()
    running = tf.train.Server.create_local_server()
    thread = threading.Thread(target=running.join, daemon=True)
    thread.start()
    until_waiting(thread)
    assert thread.is_alive()


# -- what sessions share -------------------------------------------------------------------------------------


def test_sessions_on_a_server_share_variables_but_no_random_counts(server):
    v = tf.get_variable("v", initializer=1.0)
    r = tf.random_uniform([], seed=7)
    first, second = tf.Session(server.target), tf.Session(server.target)
    first.run(v.initializer)
    second.run(v.assign_add(2.0))
    assert first.run(v) == 3.0
    assert first.run(r) == second.run(r)
    first.close()
    assert second.run(v) == 3.0
    with tf.Session() as alone, pytest.raises(tf.errors.FailedPreconditionError):
        alone.run(v)
    with tf.Session(server.target, config=ConfigProto(isolate_session_state=True)) as isolated:
        with pytest.raises(tf.errors.FailedPreconditionError):
            isolated.run(v)
        isolated.run(v.initializer)
    assert second.run(v) == 3.0


def test_a_variable_is_where_its_device_says(cluster):
    """Each worker's program has variables of the same names on several tasks."""
    workers, servers = cluster
    for index in range(2):
        with tf.Graph().as_default(), tf.Session(workers[index].target) as session:
            shared = variable("shared", "/job:ps/task:1", 10.0)
            own = variable("own", None, float(index))
            session.run(own.initializer)
            if index == 0:
                session.run(shared.initializer)
            session.run([shared.assign_add(1.0), own.assign_add(0.5)])
    read = {}
    for name, target, device in (
        ("shared", workers[0], "/job:ps/task:1"),
        ("shared", servers[1], None),
        ("shared", servers[0], "/job:ps/task:1"),
        ("own", workers[0], None),
        ("own", workers[1], "/job:worker"),
        ("own", workers[0], "/job:worker/task:1"),
        ("own", servers[0], "/job:worker"),
        ("own", servers[1], "/job:worker/task:1/cpu:0"),
    ):
        with tf.Graph().as_default(), tf.Session(target.target) as session:
            read.setdefault(name, []).append(session.run(variable(name, device, 0.0)))
    assert read == {"shared": [12.0] * 3, "own": [0.5, 1.5, 1.5, 0.5, 1.5]}
    with tf.Graph().as_default(), tf.Session(servers[0].target) as session:
        with pytest.raises(tf.errors.FailedPreconditionError):
            session.run(variable("shared", None, 0.0))


@pytest.mark.parametrize("device", ["/job:moon", "/job:ps/task:2", "/job:worker/replica:1"])
def test_a_device_outside_the_cluster(cluster, device):
    with tf.device(device):
        product = tf.constant(1.0) * tf.placeholder(tf.float32, [], name="x")
    with tf.Session(cluster[0][0].target) as session:
        with pytest.raises(tf.errors.InvalidArgumentError, match="Cannot assign a device"):
            session.run(product, {"x:0": 1.0})


def test_a_session_with_a_cluster_of_its_own():
    """The configuration names the servers' tasks anew; nothing is shared with others."""
    servers = [tf.train.Server.create_local_server() for _ in range(2)]
    sun = tf.train.ClusterSpec({"sun": [s.target.removeprefix("grpc://") for s in servers]})
    config = ConfigProto(cluster_def=sun.as_cluster_def())
    v = variable("v", "/job:sun/task:1", 7.0)
    with tf.Session(servers[0].target, config=config) as session:
        session.run(v.initializer)
        assert session.run(v) == 7.0
        assert session.list_devices()[0].name.startswith("/job:sun/replica:0/task:0/")
    with tf.Session(servers[0].target, config=config) as session:
        with pytest.raises(tf.errors.FailedPreconditionError):
            session.run(v)
    with tf.Session(servers[0].target) as session:
        with pytest.raises(tf.errors.InvalidArgumentError, match="Cannot assign"):
            session.run(v)
    with pytest.raises(tf.errors.InvalidArgumentError, match="cluster_def"):
        tf.Session(tf.train.Server.create_local_server().target, config=config)


def test_devices_are_those_of_all_tasks_the_servers_own_first(cluster):
    with tf.Session(cluster[0][1].target) as session:
        names = [d.name for d in session.list_devices() if d.name.endswith(":0")]
    assert names == [
        f"/job:{task}/device:CPU:0"
        for task in (
            "worker/replica:0/task:1",
            "ps/replica:0/task:0",
            "ps/replica:0/task:1",
            "worker/replica:0/task:0",
        )
    ]


def test_a_queue_between_workers(cluster):
    """One worker waits for what another, with a graph of its own, puts into the queue on a ps task."""
    received = []

    def queue():
        with tf.device("/job:ps/task:0"):
            return tf.FIFOQueue(3, tf.float32, shapes=[], shared_name="between")

    def receive():
        with tf.Graph().as_default(), tf.Session(cluster[0][1].target) as session:
            received.extend(session.run(queue().dequeue_many(2)))

    receiver = threading.Thread(target=receive, daemon=True)
    receiver.start()
    with tf.Graph().as_default(), tf.Session(cluster[0][0].target) as session:
        put = queue().enqueue(5.0)
        session.run(put)
        until_waiting(receiver)
        assert receiver.is_alive()
        session.run(put)
    joined(receiver)
    assert received == [5.0, 5.0]


def test_a_graph_that_declares_a_variable_otherwise(server):
    with tf.Graph().as_default(), tf.Session(server.target) as session:
        session.run(tf.get_variable("v", initializer=[1, 2]).initializer)
    for other in ([1, 2, 3], [1.0, 2.0]):
        with tf.Graph().as_default(), tf.Session(server.target) as session:
            v = tf.get_variable("v", initializer=other)
            with pytest.raises(tf.errors.InvalidArgumentError, match="another graph"):
                session.run(v.initializer)
    with tf.Graph().as_default(), tf.Session(server.target) as session:
        assert session.run(tf.get_variable("v", initializer=[0, 0])).tolist() == [1, 2]


# -- resets and losses ---------------------------------------------------------------------------------------


def containers():
    with tf.container("box"):
        boxed = tf.get_variable("boxed", initializer=1)
    return boxed, tf.get_variable("loose", initializer=2)


@pytest.mark.parametrize(
    "cleared, left",
    [
        (["none"], {"boxed", "loose"}),
        (["box"], {"loose"}),
        (["worker"], {"boxed"}),
        (None, set()),
        (["box", "worker"], set()),
    ],
)
def test_reset_clears_containers(cluster, cleared, left):
    workers, servers = cluster
    both = containers()
    beside = tf.Session(workers[1].target)
    with tf.Session(workers[0].target) as session:
        session.run([v.initializer for v in both])
    with tf.device("/job:worker/task:0"):
        moved = tf.get_variable("moved", initializer=3)
    beside.run(moved.initializer)
    tf.Session.reset(workers[0].target, cleared)
    found = set()
    with tf.Session(workers[0].target) as session:
        for v in both:
            if session.run(tf.is_variable_initialized(v)):
                found.add(v.op.name)
    assert found == left
    # Sessions on other servers go on, and see what was cleared.
    assert beside.run(tf.is_variable_initialized(moved)) == ("loose" in left)
    beside.close()


def test_reset_ends_the_servers_sessions(server):
    v = tf.get_variable("v", initializer=1.0)
    queue = tf.FIFOQueue(1, tf.float32)
    dequeue, read = queue.dequeue(), v + 1.0
    session, outcomes = tf.Session(server.target), []
    session.run(v.initializer)

    def wait():
        try:
            session.run(dequeue)
        except tf.errors.CancelledError as error:
            outcomes.append(error)

    waiting = threading.Thread(target=wait, daemon=True)
    waiting.start()
    until_waiting(waiting)
    tf.Session.reset(server.target, ["none"])
    joined(waiting)
    assert len(outcomes) == 1
    with pytest.raises(tf.errors.AbortedError, match="reset"):
        session.run(read)
    with tf.Session(server.target) as another:
        assert another.run(read) == 2.0


@pytest.mark.parametrize(
    "target, timeout, kind",
    [
        ("", 0, tf.errors.InvalidArgumentError),
        ("nowhere", 0, tf.errors.NotFoundError),
        ("nowhere", 5, tf.errors.NotFoundError),
        ("grpc://localhost:0", 5, tf.errors.DeadlineExceededError),
    ],
)
def test_nothing_to_reset(target, timeout, kind):
    with pytest.raises(kind):
        tf.Session.reset(target, ["box"], ConfigProto(operation_timeout_in_ms=timeout))


def test_lost_variables_end_the_sessions_but_not_the_server(server):
    """What a program does that fails after it was given the buffers of variables."""
    lost, kept = tf.get_variable("lost", initializer=[1.0]), tf.get_variable("kept", initializer=[2.0])
    first, second = tf.Session(server.target), tf.Session(server.target)
    first.run(tf.global_variables_initializer())
    first.resources.cell(lost.op.outputs[0]).value.delete()
    first.resources.lose("out of memory")
    for session in (first, second):
        with pytest.raises(tf.errors.AbortedError, match="out of memory"):
            session.run(kept)
    with tf.Session(server.target) as session:
        assert session.run(kept).tolist() == [2.0]
        with pytest.raises(tf.errors.FailedPreconditionError, match="lost"):
            session.run(lost)
