"""Session targets: the servers of this process, and what their sessions work on."""

import time
from typing import Protocol

from evergraph.engine.resources import Resources
from evergraph.framework import errors
from evergraph.framework.condition import Condition

_hosts = {}
_registered = Condition()


class SessionHost(Protocol):
    """What serves a target."""

    @property
    def trains_with_others(self) -> bool:
        """Whether workers of its cluster are in other processes."""
        ...

    def open_resources(self, config) -> Resources:
        """What a new session with this ConfigProto works on; the variables in it are shared."""
        ...

    def reset(self, containers):
        """Clears variables and other resources, and ends the sessions."""
        ...


def register_target(target: str, host: SessionHost):
    """Makes a server reachable under its target."""
    with _registered:
        _hosts[target] = host
        _registered.notify_all()


def unregister_target(target: str):
    """Forgets a target."""
    with _registered:
        _hosts.pop(target, None)


def train_with_others() -> bool:
    """Whether a server of this process is in a cluster whose workers are several processes."""
    with _registered:
        hosts = list(_hosts.values())
    return any(host.trains_with_others for host in hosts)


def open_resources(target: str, config=None) -> Resources:
    """What a new session on a target works on; its ConfigProto, or None, may say that nothing is shared.

    Raises:
      NotFoundError: no server of this process has the target.
      DeadlineExceededError: none had it within the `operation_timeout_in_ms` of the ConfigProto.
    """
    return _host(target, config).open_resources(config)


def reset(target: str, containers=None, config=None):
    """Clears what is behind a target, and ends its sessions; raises as `open_resources`."""
    _host(target, config).reset(containers)


def _host(target, config):
    timeout_ms = config.operation_timeout_in_ms if config is not None else 0
    # Only a server's target can come to exist while one waits for it.
    deadline = time.monotonic() + timeout_ms / 1000 if target.startswith("grpc://") else 0
    with _registered:
        while target not in _hosts and time.monotonic() < deadline:
            _registered.wait(deadline - time.monotonic())
        found, known = _hosts.get(target), sorted(_hosts)
    if found is not None:
        return found
    if timeout_ms and deadline:
        raise errors.DeadlineExceededError(
            None,
            None,
            f"Deadline Exceeded: no server with the target {target!r} started in this process "
            f"within {timeout_ms} ms; known: {known}",
        )
    raise errors.NotFoundError(
        None,
        None,
        f"No session factory registered for the given session options: no server with the target {target!r} "
        f"runs in this process; known: {known}. "
        "Leave the target empty for a session of its own",
    )
