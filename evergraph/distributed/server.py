"""`Server`: one task of a cluster, whose target sessions connect to.

A server reserves its port, so that two servers cannot have the same one, and speaks no protocol: its sessions
are opened in its own process, and find there the variables of all tasks (`distributed.tasks`).
"""

from __future__ import annotations

import errno
import socket
import threading
from collections.abc import Sequence
from typing import Any

from tensorboard.compat.proto.config_pb2 import ConfigProto

from evergraph.distributed.cluster import ClusterSpec
from evergraph.distributed.tasks import TaskResources, TaskStore
from evergraph.formats.messages import ServerDef
from evergraph.framework import errors, logging
from evergraph.framework.public import public, public_module
from evergraph.session.targets import register_target

public_module("python.training.server_lib")

_store = TaskStore({})


@public("train.Server")
class Server:
    """A task of a cluster, in this process.

    Sessions on its `target` share variables and queues with each other, and with the sessions on other
    servers of its cluster in this process: a variable is the same when its container, its name and the task
    on which its device places it are (without a device that is the server's own task).

    Args:
      server_or_cluster_def: a ServerDef, or a ClusterSpec, ClusterDef or dictionary: the cluster.
      job_name: the job of the task; may be left out when there is one job only.
      task_index: its index; may be left out when the job has one task only.
      protocol: "grpc".
      config: a ConfigProto, recorded in `server_def`; its `operation_timeout_in_ms` bounds the wait of blocking
        operations in sessions whose own config says nothing of it, its `device_count` says how many devices the task has.
      start: whether to start at once.

    Raises:
      TypeError: what describes no server.
      ValueError: the job or task is left out where there are several.
      InvalidArgumentError: a task that is not in the cluster, or an address without a port.
      NotFoundError: an unknown protocol.
      UnknownError: the port is taken.
    """

    def __init__(
        self,
        server_or_cluster_def: Any,
        job_name: str | None = None,
        task_index: int | None = None,
        protocol: str | None = None,
        config: ConfigProto | None = None,
        start: bool = True,
    ) -> None:
        self._server_def = _server_def(server_or_cluster_def, job_name, task_index, protocol, config)
        definition = self._server_def
        if definition.protocol != "grpc":
            raise errors.NotFoundError(
                None, None, f"No server factory registered for protocol {definition.protocol!r}; use 'grpc'"
            )
        cluster = ClusterSpec(definition.cluster)
        self._job, self._task = definition.job_name, definition.task_index
        host, port = _address(cluster, self._job, self._task)
        port = _reserve(port)
        tasks = {
            job: {i: cluster.task_address(job, i) for i in cluster.task_indices(job)} for job in cluster.jobs
        }
        tasks[self._job][self._task] = f"{host}:{port}"
        self._cluster = ClusterSpec(tasks)
        self._target = f"grpc://localhost:{port}"
        self._state = "new"
        if start:
            self.start()

    @staticmethod
    def create_local_server(config: ConfigProto | None = None, start: bool = True) -> Server:
        """A server that is a cluster of its own, on a free port."""
        return Server({"local": ["localhost:0"]}, protocol="grpc", config=config, start=start)

    @property
    def server_def(self) -> ServerDef:
        """The server's definition."""
        return self._server_def

    @property
    def target(self) -> str:
        """What to pass to `tf.Session` to open a session on this server."""
        return self._target

    def start(self) -> None:
        """Starts the server, if it is not running: from now on sessions find its target.

        Raises:
          FailedPreconditionError: `join` was called before it was started.
        """
        if self._state == "stopped":
            raise errors.FailedPreconditionError(
                None, None, "Server has stopped: join() was called before start()"
            )
        if self._state == "started":
            logging.info("Server already started (target: %s)", self._target)
            return
        self._state = "started"
        address = self._cluster.task_address(self._job, self._task)
        _store.device_counts[address] = dict(self._server_def.default_session_config.device_count)
        register_target(self._target, self)
        logging.info("Started server with target: %s", self._target)

    def join(self) -> None:
        """Blocks for ever; a server that was never started can then not be started, and this returns."""
        if self._state == "started":
            threading.Event().wait()
        self._state = "stopped"

    # -- what sessions ask for (`session.targets.SessionHost`) -----------------------------------------

    def open_resources(self, config: ConfigProto | None = None) -> TaskResources:
        """What a new session on this server works on.

        A ConfigProto with a `cluster_def` gives the session another cluster, with the server as one of its tasks,
        and with `isolate_session_state` or a `cluster_def` nothing is shared with other sessions.

        Raises:
          InvalidArgumentError: the server is no task of the `cluster_def`.
        """
        timeout_ms = self._server_def.default_session_config.operation_timeout_in_ms
        if config is None or not (config.isolate_session_state or config.cluster_def.job):
            return TaskResources(_store, self._cluster, self._job, self._task, timeout_ms)
        if not config.cluster_def.job:
            return TaskResources(
                TaskStore(_store.device_counts), self._cluster, self._job, self._task, timeout_ms
            )
        cluster, own = ClusterSpec(config.cluster_def), self._target.removeprefix("grpc://")
        for job in cluster.jobs:
            for task in cluster.task_indices(job):
                if cluster.task_address(job, task) == own:
                    return TaskResources(TaskStore(_store.device_counts), cluster, job, task, timeout_ms)
        raise errors.InvalidArgumentError(
            None,
            None,
            f"the cluster_def of the session's config must have the server's address, {own!r}, "
            f"among its tasks, got {cluster}",
        )

    def reset(self, containers: Sequence[str] | None = None) -> None:
        """Clears variables and other resources of the cluster's tasks, and ends this server's sessions."""
        addresses = {address for job in self._cluster.jobs for address in self._cluster.job_tasks(job)}
        own = self._cluster.task_address(self._job, self._task)
        for session in list(_store.sessions):
            if session.address == own:
                session.end("the server was reset by Session.reset")
        _store.clear(addresses, set(containers or ()))


def _server_def(server_or_cluster, job_name, task_index, protocol, config):
    if isinstance(server_or_cluster, ServerDef):
        definition = ServerDef()
        definition.CopyFrom(server_or_cluster)
        if job_name is not None:
            definition.job_name = job_name
        if task_index is not None:
            definition.task_index = task_index
        definition.protocol = protocol or definition.protocol or "grpc"
    else:
        try:
            cluster = ClusterSpec(server_or_cluster)
        except TypeError as error:
            raise TypeError(
                f"Could not convert `server_or_cluster_def` to a ServerDef or ClusterSpec: {error}"
            ) from error
        if job_name is None:
            job_name = _only(cluster.jobs, "job_name", "the cluster has the jobs")
        if task_index is None:
            task_index = _only(cluster.task_indices(job_name), "task_index", f"{job_name!r} has the tasks")
        definition = ServerDef(cluster=cluster.as_cluster_def(), job_name=job_name, task_index=task_index)
        definition.protocol = protocol or "grpc"
    if config is not None:
        definition.default_session_config.MergeFrom(config)
    return definition


def _only(found, argument, what):
    if len(found) != 1:
        raise ValueError(f"Must specify an explicit `{argument}`: {what} {found}")
    return found[0]


def _address(cluster, job, task):
    """(host, port) of a task of the cluster."""
    try:
        address = cluster.task_address(job, task)
    except ValueError as error:
        raise errors.InvalidArgumentError(None, None, f"the server is not in its cluster: {error}") from error
    host, _, port = address.rpartition(":")
    if not (port.isdecimal() and int(port) < 65536):
        raise errors.InvalidArgumentError(
            None,
            None,
            f"Could not parse port for local server from {address!r}: an address is 'host:port', "
            "port 0 picks a free one",
        )
    return host, int(port)


def _reserve(port):
    """Takes a port (0: any free one) on all interfaces, until the process ends; returns it.

    Nothing listens on it.  A server runs as long as its process: programs keep its target only.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as bound:
        try:
            bound.bind(("", port))
        except OSError as error:
            reason = "it is in use" if error.errno == errno.EADDRINUSE else error.strerror
            raise errors.UnknownError(
                None, None, f"Could not start gRPC server: cannot bind port {port}, {reason}; choose another"
            ) from error
        port = bound.getsockname()[1]
        bound.detach()
    return port
