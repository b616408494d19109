"""The plans of a graph: made once for each (fetches, fed tensors), shared by its sessions.

Plans of the graph as it was before its edges changed go; what was compiled for them stays, within a bound, since most of
their stages come again.
"""

import threading

from evergraph.engine.plan import build_plan
from evergraph.engine.sharing import share_programs, widen
from evergraph.engine.size_history import GraphSizes

_MOST_PLANS = 1024
_MOST_TABLES = 512  # of the programs of one stage


class Plans:
    """The plans of one graph under one runtime.

    Args:
      graph: the Graph.

    Attributes:
      sizes: what its stages have met of sizes that vary.
    """

    def __init__(self, graph):
        self._graph = graph
        self._edges = graph._version_of_edges
        self._plans = {}
        self._seen = {}  # (owner, fed tensors) -> {small values that left the device in plans of these feeds}
        self.sizes = GraphSizes()
        self._tables = {}  # signature of a stage -> its ProgramTable
        self._lock = threading.RLock()

    def __len__(self):
        return len(self._plans)

    def plan(self, owner, elements, fed, device_of, done=frozenset()):
        """The plan for flat fetches and feeds; see `engine.plan.build_plan`.

        Args:
          owner: sessions of which kind share it.
        """
        with self._lock:
            if self._edges != self._graph._version_of_edges or len(self._plans) > _MOST_PLANS:
                self._edges = self._graph._version_of_edges
                self._plans.clear()
                self._seen.clear()
            key = (owner, elements, fed, done)
            plan = self._plans.get(key)
            if plan is None:
                plan = self._plans[key] = self._make(owner, elements, fed, device_of, done)
            return plan

    def _make(self, owner, elements, fed, device_of, done):
        plan = build_plan(elements, fed, device_of, done)
        self.share(plan)
        if not done:
            seen = self._seen.setdefault((owner, fed), {})
            plan, added = widen(plan, elements, fed, seen, device_of)
            if added:
                self.share(plan)
        return plan

    def share(self, plan):
        """Has a plan use the programs of others whose stages do the same."""
        with self._lock:
            share_programs(plan, self._tables, self.sizes)
            while len(self._tables) > _MOST_TABLES:
                del self._tables[next(iter(self._tables))]


def plans_of(graph, runtime) -> Plans:
    """The plans of a graph; what was compiled under another runtime is forgotten."""
    kept = graph.plans_of(runtime)
    with _lock:
        if "plans" not in kept:
            kept["plans"] = Plans(graph)
        return kept["plans"]


_lock = threading.RLock()
