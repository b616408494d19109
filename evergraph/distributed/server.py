"""`Server`: one task of a cluster, whose target sessions connect to.

A server reserves its port, so that two servers cannot have the same one.  Its sessions are opened in its own process, and
find there the variables of all tasks (`distributed.tasks`); where the workers of its cluster are several processes, these
train together (`processes`), and the leader answers on its port.
"""

from __future__ import annotations

import atexit
import errno
import importlib
import socket
import threading
from collections.abc import Sequence
from typing import Any

from tensorboard.compat.proto.config_pb2 import ConfigProto

from evergraph.distributed.cluster import ClusterSpec
from evergraph.distributed.tasks import TaskResources, TaskStore
from evergraph.formats.messages import ServerDef
from evergraph.framework import errors, logging
from evergraph.framework.condition import Event
from evergraph.framework.public import public, public_module
from evergraph.session.targets import register_target

public_module("python.training.server_lib")

_store = TaskStore({})
_reserved = []
_addresses = set()  # of the servers of this process
_NO_TRAINERS = ("ps", "evaluator")  # jobs whose tasks never train


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
        self._listener, port = _reserve(port)
        tasks = {
            job: {i: cluster.task_address(job, i) for i in cluster.task_indices(job)} for job in cluster.jobs
        }
        tasks[self._job][self._task] = f"{host}:{port}"
        self._cluster = ClusterSpec(tasks)
        self._target = f"grpc://localhost:{port}"
        self._state = "new"
        self._trainer: Any = None
        self._trainer_lock = threading.Lock()
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
        _addresses.add(address)
        register_target(self._target, self)
        register_target(f"grpc://{address}", self)
        logging.info("Started server with target: %s", self._target)

    def join(self) -> None:
        """Blocks until all workers of the cluster have ended; for ever, where these are threads of this process.

        A server that was never started can then not be started, and this returns.
        """
        if self._state == "started":
            if not self._spans_processes():
                Event().wait()
            self._trainer_of_cluster().member.join()
        self._state = "stopped"

    # -- other processes ---------------------------------------------------------------------------------------

    def _workers(self):
        """(job, index) of the tasks that may train, the leader first: the chief, else the first worker."""
        cluster = self._cluster
        jobs = [job for job in cluster.jobs if job not in _NO_TRAINERS]
        jobs.sort(key=lambda job: (job not in ("chief", "master"), job != "worker", job))
        return [(job, i) for job in jobs for i in cluster.task_indices(job)]

    def _spans_processes(self):
        """Whether there are workers in other processes, or tasks of other kinds that wait for those here."""
        cluster = self._cluster
        tasks = [(job, i) for job in cluster.jobs if job != "evaluator" for i in cluster.task_indices(job)]
        return self._job != "evaluator" and any(
            cluster.task_address(*task) not in _addresses for task in tasks
        )

    @property
    def trains_with_others(self) -> bool:
        """Whether workers of the cluster are in other processes."""
        return self._spans_processes() and len(self._workers()) > 1

    def _trainer_of_cluster(self):
        with self._trainer_lock:
            if self._trainer is None:
                self._trainer = _trainer(
                    self._cluster, self._workers(), (self._job, self._task), self._listener
                )
            return self._trainer

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
            trainer = self._trainer_of_cluster() if self._spans_processes() else None
            if trainer is not None and not trainer.has_others:
                trainer = None  # who has joined waits for this process; there is nothing to agree on
            return TaskResources(_store, self._cluster, self._job, self._task, timeout_ms, trainer)
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


def _trainer(cluster, workers, own, listener):
    """What trains with the other processes; few programs need it."""
    trainer = importlib.import_module("evergraph.processes.trainer")
    return trainer.Trainer(cluster, workers, own, listener)


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
    """(socket, port): takes a port (0: any free one) on all interfaces, until the process ends.

    It listens, so that nobody else gets the port, not even one who may share those of processes that have ended; only the
    leader of a cluster of several processes answers.  A server runs as long as its process: programs keep its target only.
    """
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(("", port))
        bound.listen(128)
    except OSError as error:
        bound.close()
        reason = "it is in use" if error.errno == errno.EADDRINUSE else error.strerror
        raise errors.UnknownError(
            None, None, f"Could not start gRPC server: cannot bind port {port}, {reason}; choose another"
        ) from error
    _reserved.append(bound)
    atexit.register(bound.close)
    return bound, bound.getsockname()[1]
