"""The place in a job of a scheduler, with the environment that each of them makes."""

import os
import sys

import pytest

from evergraph.distributed.surroundings import cluster_of_job

_SCHEDULERS = ("SLURM_", "OMPI_", "KUBERNETES_", "JOB_COMPLETION_INDEX", "JAX_COORDINATOR_PORT")


@pytest.fixture
def environment(monkeypatch):
    """Function that sets variables, where there are none of any scheduler."""
    for name in list(os.environ):
        if name.startswith(_SCHEDULERS):
            monkeypatch.delenv(name)

    def set_all(variables):
        for name, value in variables.items():
            monkeypatch.setenv(name, value)

    return set_all


def slurm(rank, count=4, nodes="node[007-008],other"):
    return {
        "SLURM_JOB_ID": "4100",
        "SLURM_STEP_NODELIST": nodes,
        "SLURM_NTASKS": str(count),
        "SLURM_PROCID": str(rank),
        "SLURM_LOCALID": "0",
    }


def test_no_scheduler(environment):
    environment({})
    assert cluster_of_job() is None


@pytest.mark.parametrize(
    ("rank", "job", "index"), [(0, "worker", 0), (1, "worker", 1), (2, "worker", 2), (3, "ps", 0)]
)
def test_slurm(environment, rank, job, index):
    """The leader's address is that which `jax.distributed.initialize` would take."""
    environment(slurm(rank))
    place = cluster_of_job(ps=1)
    assert place["task"] == {"type": job, "index": index}
    workers = ["node007:61444", "process-1:0", "process-2:0"]
    assert place["cluster"] == {"worker": workers, "ps": ["process-3:0"]}


def test_the_first_process_is_the_chief(environment):
    environment({**slurm(0, nodes="one,two"), "JAX_COORDINATOR_PORT": "7000"})
    place = cluster_of_job(has_chief=True)
    assert place["task"] == {"type": "chief", "index": 0}
    assert place["cluster"] == {
        "chief": ["one:7000"],
        "worker": ["process-1:0", "process-2:0", "process-3:0"],
    }


def test_open_mpi(environment):
    environment(
        {
            "OMPI_MCA_orte_hnp_uri": "1531576320.0;tcp://10.96.0.1,10.148.0.1:34911",
            "OMPI_COMM_WORLD_SIZE": "2",
            "OMPI_COMM_WORLD_RANK": "1",
            "OMPI_COMM_WORLD_LOCAL_RANK": "0",
        }
    )
    place = cluster_of_job()
    assert place["task"] == {"type": "worker", "index": 1}
    assert place["cluster"]["worker"][0].startswith("10.96.0.1:")


def test_nobody_left_to_train(environment):
    environment(slurm(0, count=2))
    with pytest.raises(ValueError, match="the job has 2 processes, and 2 of them"):
        cluster_of_job(ps=2)


def test_kubernetes_without_its_package(environment, monkeypatch):
    environment({"KUBERNETES_SERVICE_HOST": "10.0.0.1", "JOB_COMPLETION_INDEX": "1"})
    monkeypatch.setitem(sys.modules, "kubernetes", None)
    with pytest.raises(RuntimeError, match="`kubernetes` package"):
        cluster_of_job()


class _Namespace:
    """Attributes, as what Kubernetes answers has them."""

    def __init__(self, **attributes):
        vars(self).update(attributes)


@pytest.mark.parametrize(
    ("labels", "subdomain"), [({}, "pods"), ({"jobset.sigs.k8s.io/jobset-name": "set"}, "set")]
)
def test_kubernetes(environment, monkeypatch, labels, subdomain):
    """An indexed Job, and one of a JobSet, of three pods; what its service says stands for it."""
    from jax._src.clusters import K8sCluster

    owner = _Namespace(kind="Job", controller=True)
    pod = _Namespace(
        metadata=_Namespace(name="train-1", labels={"job-name": "train"}, owner_references=[owner]),
        spec=_Namespace(subdomain="pods"),
    )
    job = _Namespace(metadata=_Namespace(name="train", labels=labels), spec=_Namespace(parallelism=3))
    environment({"KUBERNETES_SERVICE_HOST": "10.0.0.1", "JOB_COMPLETION_INDEX": "1"})
    monkeypatch.setattr(K8sCluster, "is_env_present", classmethod(lambda cls: True))
    for name, value in {"_pod": pod, "_job": job, "_controller": owner}.items():
        monkeypatch.setattr(K8sCluster, name, classmethod(lambda cls, value=value: value))
    monkeypatch.setattr("socket.gethostbyname", lambda host: "10.1.0.1")
    monkeypatch.setattr("time.sleep", lambda secs: None)
    place = cluster_of_job(ps=1)
    assert place["task"] == {"type": "worker", "index": 1}
    assert place["cluster"]["worker"] == [f"train-0.{subdomain}:55527", "process-1:0"]
