"""Clusters: their servers, and where variables are placed."""

from evergraph.distributed.cluster import ClusterSpec
from evergraph.distributed.device_setter import replica_device_setter
from evergraph.distributed.server import Server

__all__ = ["ClusterSpec", "Server", "replica_device_setter"]
