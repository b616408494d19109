"""Clusters that are given, and several as one."""

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
