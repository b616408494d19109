"""Clusters that are given, and several as one."""

import copy

import pytest

import evergraph as tf
from evergraph.distributed.cluster import ClusterSpec

resolvers = tf.contrib.cluster_resolver


def simple(cluster, master=""):
    return resolvers.SimpleClusterResolver(ClusterSpec(cluster), master)


def test_a_cluster_that_is_given():
    resolver = simple({"ps": ["a:1"], "worker": ["b:1", "c:1"]}, "grpc://b:1")
    assert resolver.cluster_spec() == {"ps": {0: "a:1"}, "worker": {0: "b:1", 1: "c:1"}}
    assert resolver.master() == "grpc://b:1"


def test_lists_of_one_job_are_joined_in_order():
    union = resolvers.UnionClusterResolver(
        simple({"worker": ["a:1"], "ps": ["p:1"]}, "grpc://a:1"),
        simple({"worker": ["b:1", "c:1"]}, "grpc://b:1"),
    )
    assert union.cluster_spec().as_dict() == {"worker": ["a:1", "b:1", "c:1"], "ps": ["p:1"]}
    assert union.master() == "grpc://a:1"


def test_indices_stay_where_tasks_are_left_out():
    union = resolvers.UnionClusterResolver(
        simple({"worker": {1: "b:1", 3: "d:1"}}), simple({"worker": ["a:1"]})
    )
    assert union.cluster_spec().as_dict() == {"worker": {0: "a:1", 1: "b:1", 3: "d:1"}}
    clash = resolvers.UnionClusterResolver(
        simple({"worker": {0: "b:1", 2: "d:1"}}), simple({"worker": ["a:1"]})
    )
    with pytest.raises(KeyError, match=r"Duplicate keys detected.*\[0\].*'worker'"):
        clash.cluster_spec()


def test_mistakes():
    with pytest.raises(NotImplementedError):
        resolvers.ClusterResolver().cluster_spec()
    with pytest.raises(NotImplementedError):
        resolvers.ClusterResolver().master()
    with pytest.raises(TypeError, match="cluster_spec must be a ClusterSpec"):
        resolvers.SimpleClusterResolver({"worker": ["a:1"]})
    with pytest.raises(TypeError, match="master must be a string"):
        resolvers.SimpleClusterResolver(ClusterSpec({}), 5)
    with pytest.raises(ValueError, match="At least one"):
        resolvers.UnionClusterResolver()
    with pytest.raises(TypeError, match="must be ClusterResolvers"):
        resolvers.UnionClusterResolver("worker")


class Service:
    """Stands for the client of the Cloud TPU service."""

    def __init__(self, answer):
        self.answer, self.asked = answer, []

    def projects(self):
        return self

    locations = nodes = projects

    def get(self, name):
        self.asked.append(name)
        return self

    def execute(self):
        return self.answer


def test_a_tpu_by_address():
    resolver = resolvers.TPUClusterResolver(
        ["grpc://10.1.2.3:8470"], coordinator_name="chief", coordinator_address="1:2"
    )
    assert resolver.master() == resolver.get_master() == "grpc://10.1.2.3:8470"
    assert resolver.cluster_spec().as_dict() == {"worker": ["10.1.2.3:8470"], "chief": ["1:2"]}
    assert copy.deepcopy(resolver) is resolver
    local = resolvers.TPUClusterResolver("local")
    assert local.master() == "local" and local.cluster_spec() is None


def test_a_tpu_by_name():
    ends = [{"ipAddress": "10.0.0.1", "port": "80"}, {"ipAddress": "10.0.0.2", "port": "81"}]
    service = Service({"health": "HEALTHY", "networkEndpoints": ends})
    resolver = resolvers.TPUClusterResolver("mine", "a-zone", "a-project", service=service)
    assert resolver.master() == "grpc://10.0.0.1:80"
    assert resolver.cluster_spec().as_dict() == {"worker": ["10.0.0.1:80", "10.0.0.2:81"]}
    assert service.asked[0] == "projects/a-project/locations/a-zone/nodes/mine"
    service.answer = {"ipAddress": "10.0.0.3", "port": "82"}
    assert resolver.master() == "grpc://10.0.0.3:82"
    service.answer = {"health": "TIMEOUT"}
    with pytest.raises(RuntimeError, match="unhealthy: 'TIMEOUT'"):
        resolver.cluster_spec()


def test_a_tpu_from_the_environment(monkeypatch):
    monkeypatch.delenv("TPU_NAME", raising=False)
    monkeypatch.delenv("KUBE_GOOGLE_CLOUD_TPU_ENDPOINTS", raising=False)
    with pytest.raises(ValueError, match="no TPU is given"):
        resolvers.TPUClusterResolver()
    monkeypatch.setenv("TPU_NAME", "grpc://a:1")
    assert resolvers.TPUClusterResolver().master() == "grpc://a:1"
    monkeypatch.setenv("KUBE_GOOGLE_CLOUD_TPU_ENDPOINTS", "grpc://b:1,grpc://c:1")
    assert resolvers.TPUClusterResolver().master() == "grpc://b:1"
    for wrong, error in ((["a", "b"], NotImplementedError), ([], ValueError), ("named", ImportError)):
        with pytest.raises(error):
            resolvers.TPUClusterResolver(wrong)
