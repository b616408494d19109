"""`Trainer`: what a server whose cluster has several processes gives to its sessions."""

import socket
import weakref
from collections.abc import Callable
from typing import Any

from evergraph.processes.member import Member
from evergraph.processes.rounds import DividedRun
from evergraph.processes.shared import SharedVariables


class Trainer:
    """This process as a task of a cluster.

    Args:
      cluster: the ClusterSpec.
      workers: (job, index) of the tasks that may train, the leader first.
      own: (job, index) of this task.
      listener: the socket that listens on this task's address.

    Attributes:
      member: the Member.
      has_others: whether there are several workers.
    """

    def __init__(self, cluster: Any, workers: list[tuple], own: tuple, listener: socket.socket) -> None:
        self._jobs = {job for job, _ in workers}
        self.has_others = len(workers) > 1
        leader = workers[0]
        names = [_name(*task) for task in workers]
        self.member = Member(
            _name(*own), names, cluster.task_address(*leader), listener if own == leader else None
        )
        self._variables = weakref.WeakKeyDictionary()  # graph -> its SharedVariables
        self._sessions = weakref.WeakSet()

    def bound(self, resources: Any, graph: Any, make: Callable, elements: tuple, fed: tuple) -> DividedRun:
        """What runs flat fetches of a graph in a session; see `Resources.bound`."""
        variables = self._variables.get(graph)
        if variables is None:
            variables = self._variables[graph] = SharedVariables(graph, self._jobs.__contains__)
        if resources not in self._sessions:
            self._sessions.add(resources)
        self.member.opened(variables, resources)
        return DividedRun(self.member, variables, graph, resources, make, elements, fed)

    def closed(self, resources: Any) -> None:
        """A session has been closed: with the last one, this worker leaves the others."""
        if resources in self._sessions:
            self._sessions.discard(resources)
            if not self._sessions:
                self.member.leave()


def _name(job, task):
    return f"/job:{job}/task:{task}"
