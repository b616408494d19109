"""`TPUClusterResolver`: the workers of a Cloud TPU, by address or as the Cloud TPU service names them."""

from __future__ import annotations

import os
import urllib.request
from typing import Any

from evergraph.contrib.cluster_resolver.cluster_resolver import ClusterResolver
from evergraph.distributed.cluster import ClusterSpec
from evergraph.framework.public import public, public_module

public_module("contrib.cluster_resolver.python.training.tpu_cluster_resolver")

_CLUSTER_OF_GKE = "KUBE_GOOGLE_CLOUD_TPU_ENDPOINTS"
_NAME = "TPU_NAME"
_METADATA = "http://metadata/computeMetadata/v1/"


@public("contrib.cluster_resolver.TPUClusterResolver")
class TPUClusterResolver(ClusterResolver):
    """Finds a TPU's workers.

    `tpu` that is "", "local", or begins with "grpc://" or "/bns" is itself the target of sessions and nobody is asked.
    Any other one is a name, which the Cloud TPU service resolves, at each call.

    Args:
      tpu: a string, or a list of one; from the environment when None: the first of
        `KUBE_GOOGLE_CLOUD_TPU_ENDPOINTS`, else `TPU_NAME`.
      zone, project: where the TPU is; those of this machine, as the metadata service has them, when None.
      job_name: the job of the workers.
      coordinator_name, coordinator_address: a job of one task that joins them; none when both are None.
      credentials: not used: `service` brings its own.
      service: the client of the Cloud TPU service, as `googleapiclient.discovery.build("tpu", "v1alpha1")` makes it.
      discovery_url: not used, like `credentials`.

    Raises:
      ValueError: no TPU; a coordinator's name without its address.
      NotImplementedError: several TPUs.
      ImportError: a name that must be resolved, and no `service`.
    """

    def __init__(
        self,
        tpu: str | bytes | list | None = None,
        zone: str | None = None,
        project: str | None = None,
        job_name: str = "worker",
        coordinator_name: str | None = None,
        coordinator_address: str | None = None,
        credentials: Any = "default",
        service: Any = None,
        discovery_url: str | None = None,
    ) -> None:
        self._tpu = _one(tpu)
        self._job_name = job_name
        if self._is_name:
            if service is None:
                raise ImportError(
                    f"the TPU {self._tpu!r} is a name that the Cloud TPU service resolves: give service="
                    'googleapiclient.discovery.build("tpu", "v1alpha1"), or the address of the TPU ("grpc://...")'
                )
            project = project or self._metadata("project/project-id")
            zone = zone or self._metadata("instance/zone").rpartition("/")[2]
        if coordinator_name and not coordinator_address and (self._is_name or _CLUSTER_OF_GKE in os.environ):
            raise ValueError(
                f"coordinator_name is {coordinator_name!r}: give coordinator_address too, the address of a "
                "tf.train.Server of this program"
            )
        self._project, self._zone, self._service = project, zone, service
        self._coordinator_name, self._coordinator_address = coordinator_name, coordinator_address

    @property
    def _is_name(self):
        return self._tpu not in ("", "local") and not self._tpu.startswith(("grpc://", "/bns"))

    def _metadata(self, path):
        request = urllib.request.Request(_METADATA + path, headers={"Metadata-Flavor": "Google"})
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.read().decode()

    def master(self) -> str:
        """The target of sessions: that of the first worker, or what was given.

        Raises:
          ValueError: the service knows no workers.
        """
        if not self._is_name:
            return self._tpu
        cluster = self.cluster_spec()
        tasks = cluster.job_tasks(self._job_name) if cluster is not None else []
        if not tasks:
            raise ValueError(f"the TPU {self._tpu!r} has no workers")
        return f"grpc://{tasks[0]}"

    def get_master(self) -> str:
        """The same as `master`."""
        return self.master()

    def cluster_spec(self) -> ClusterSpec | Any:
        """The workers, and the coordinator when there is one; None for a target that is no address.

        Raises:
          RuntimeError: the service says that the TPU is not healthy.
        """
        if self._is_name:
            workers = self._resolved()
        elif self._tpu.startswith("grpc://"):
            workers = [self._tpu.removeprefix("grpc://")]
        else:
            return None
        jobs = {self._job_name: workers}
        if self._coordinator_address:
            jobs[self._coordinator_name or "coordinator"] = [self._coordinator_address]
        return ClusterSpec(jobs)

    def _resolved(self):
        name = f"projects/{self._project}/locations/{self._zone}/nodes/{self._tpu}"
        found = self._service.projects().locations().nodes().get(name=name).execute()
        if found.get("health", "HEALTHY") != "HEALTHY":
            raise RuntimeError(f"the TPU {self._tpu!r} is unhealthy: {found['health']!r}")
        ends = found.get("networkEndpoints") or [found]
        return [f"{end['ipAddress']}:{end['port']}" for end in ends]

    def __deepcopy__(self, memo):
        return self


def _one(tpu):
    if isinstance(tpu, (list, tuple)):
        if not tpu:
            raise ValueError("At least one TPU must be specified.")
        if len(tpu) > 1:
            raise NotImplementedError(f"one TPU at a time can be used in a session, got {list(tpu)}")
        tpu = next(iter(tpu))
    if tpu is None:
        tpu = os.environ.get(_CLUSTER_OF_GKE, "").split(",")[0] or os.environ.get(_NAME)
    if tpu is None:
        raise ValueError(f"no TPU is given, nor named by {_CLUSTER_OF_GKE} or {_NAME} in the environment")
    return tpu.decode() if isinstance(tpu, bytes) else str(tpu)
