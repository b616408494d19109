"""`create_local_cluster`: the servers of a cluster, all in this process."""

import contextlib
import socket

from tensorboard.compat.proto.config_pb2 import ConfigProto

from evergraph.distributed.cluster import ClusterSpec
from evergraph.distributed.server import Server
from evergraph.framework.public import public


@public("test.create_local_cluster")
def create_local_cluster(
    num_workers: int,
    num_ps: int,
    protocol: str = "grpc",
    worker_config: ConfigProto | None = None,
    ps_config: ConfigProto | None = None,
) -> tuple[list, list]:
    """Starts the servers of a cluster on free ports of this machine.

    Args:
      num_workers: how many tasks the job "worker" has.
      num_ps: how many tasks the job "ps" has.
      protocol: "grpc".
      worker_config: ConfigProto of the workers.
      ps_config: ConfigProto of the parameter servers.

    Returns:
      (list of the workers' Servers, list of the parameter servers' Servers)
    """
    ports = _free_ports(num_workers + num_ps)
    cluster = ClusterSpec(
        {
            "worker": [f"localhost:{port}" for port in ports[:num_workers]],
            "ps": [f"localhost:{port}" for port in ports[num_workers:]],
        }
    )

    def start(job, count, config):
        return [Server(cluster, job, index, protocol, config) for index in range(count)]

    return start("worker", num_workers, worker_config), start("ps", num_ps, ps_config)


def _free_ports(count):
    with contextlib.ExitStack() as stack:  # all are held until the last is known, so that they differ
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for bound in sockets:
            bound.bind(("", 0))
        return [bound.getsockname()[1] for bound in sockets]
