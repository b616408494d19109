"""Resolvers of clusters: given ones, and several as one."""

from evergraph.distributed.cluster import ClusterSpec
from evergraph.framework.public import public, public_module

public_module("contrib.cluster_resolver.python.training.cluster_resolver")


@public("contrib.cluster_resolver.ClusterResolver")
class ClusterResolver:
    """Says which tasks a cluster has at present; a subclass asks whoever knows."""

    def cluster_spec(self) -> ClusterSpec:
        """The cluster as it is now.

        Raises:
          NotImplementedError: the subclass does not say.
        """
        raise NotImplementedError(f"cluster_spec is not implemented for {self!r}.")

    def master(self) -> str:
        """The target of sessions on the cluster.

        Raises:
          NotImplementedError: the subclass does not say.
        """
        raise NotImplementedError(f"master is not implemented for {self!r}.")


@public("contrib.cluster_resolver.SimpleClusterResolver")
class SimpleClusterResolver(ClusterResolver):
    """A cluster that is given.

    Args:
      cluster_spec: the ClusterSpec.
      master: the target of sessions.

    Raises:
      TypeError: an argument of another type.
    """

    def __init__(self, cluster_spec: ClusterSpec, master: str = "") -> None:
        if not isinstance(cluster_spec, ClusterSpec):
            raise TypeError(f"cluster_spec must be a ClusterSpec, got {cluster_spec!r}")
        if not isinstance(master, str):
            raise TypeError(f"master must be a string, got {master!r}")
        self._cluster_spec, self._master = cluster_spec, master

    def cluster_spec(self) -> ClusterSpec:
        """The ClusterSpec that was given."""
        return self._cluster_spec

    def master(self) -> str:
        """The target that was given."""
        return self._master


@public("contrib.cluster_resolver.UnionClusterResolver")
class UnionClusterResolver(ClusterResolver):
    """Several clusters as one.

    Args:
      *args: ClusterResolvers.

    Raises:
      ValueError: there are none.
      TypeError: one of them is something else.
    """

    def __init__(self, *args: ClusterResolver) -> None:
        if not args:
            raise ValueError("At least one ClusterResolver is required")
        for resolver in args:
            if not isinstance(resolver, ClusterResolver):
                raise TypeError(f"all arguments must be ClusterResolvers, got {resolver!r}")
        self._resolvers = args

    def cluster_spec(self) -> ClusterSpec:
        """The tasks of all of them.

        The lists of a job are joined in order.  Where one leaves out tasks, each task has the index that it has there.

        Raises:
          KeyError: an index is given twice where one of the clusters leaves out tasks.
        """
        parts = [resolver.cluster_spec().as_dict() for resolver in self._resolvers]
        jobs = dict.fromkeys(job for part in parts for job in part)
        return ClusterSpec({job: _joined(job, [part[job] for part in parts if job in part]) for job in jobs})

    def master(self) -> str:
        """The target that the first of them names."""
        return self._resolvers[0].master()


def _joined(job, found):
    if all(isinstance(tasks, list) for tasks in found):
        return [address for tasks in found for address in tasks]
    joined = {}
    for tasks in found:
        indexed = dict(enumerate(tasks)) if isinstance(tasks, list) else tasks
        twice = sorted(joined.keys() & indexed.keys())
        if twice:
            raise KeyError(
                f"Duplicate keys detected: the tasks {twice} of job {job!r} are in more than one cluster"
            )
        joined.update(indexed)
    return joined
