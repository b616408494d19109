"""`ClusterSpec`: what it is made of and what it gives; held against TensorFlow (marked interop)."""

import pytest

import evergraph as tf

DENSE = {"ps": ["ps0:1", "ps1:1"], "worker": ("w0:2", "w1:2", "w2:2")}
SPARSE = {"worker": {3: "w3:2", 0: "w0:2"}, "ps": [b"ps0:1"]}
CLUSTERS = {"dense": DENSE, "sparse": SPARSE, "one": {"job": {0: "host:1"}}, "none": {}}


def described(train, cluster):
    """Everything that a ClusterSpec says of a cluster."""
    spec = train.ClusterSpec(cluster)
    jobs = sorted(spec.jobs)
    return {
        "truth": bool(spec),
        "text": str(spec).replace("b'", "'"),  # TensorFlow keeps bytes as they were given
        "definition": spec.as_cluster_def().SerializeToString(deterministic=True),
        "counts": [(job, spec.num_tasks(job), spec.task_indices(job)) for job in jobs],
        "addresses": [
            str(spec.task_address(job, task)).removeprefix("b").strip("'")
            for job in jobs
            for task in spec.task_indices(job)
        ],
        "lengths": [len(spec.job_tasks(job)) for job in jobs],
        "kinds": [type(spec.as_dict()[job]).__name__ for job in jobs],
    }


@pytest.mark.interop
@pytest.mark.parametrize("name", CLUSTERS)
def test_agrees_with_tensorflow(name):
    tf1 = pytest.importorskip("tensorflow").compat.v1
    assert described(tf.train, CLUSTERS[name]) == described(tf1.train, CLUSTERS[name])


@pytest.mark.parametrize("cluster", CLUSTERS.values(), ids=CLUSTERS)
def test_every_form_says_the_same(cluster):
    spec = tf.train.ClusterSpec(cluster)
    for form in (spec, spec.as_dict(), spec.as_cluster_def()):
        again = tf.train.ClusterSpec(form)
        assert again == spec and not again != spec
        assert again.as_cluster_def() == spec.as_cluster_def()
        assert again.as_dict() == spec.as_dict()


def test_what_is_left_out():
    spec = tf.train.ClusterSpec(SPARSE)
    assert spec.as_dict() == {"ps": ["ps0:1"], "worker": {0: "w0:2", 3: "w3:2"}}
    assert spec.job_tasks("worker") == ["w0:2", None, None, "w3:2"]
    assert tf.train.ClusterSpec({"idle": []}).as_dict() == {"idle": []}


@pytest.mark.parametrize(
    "other",
    [
        {},
        {"job": ["host:2"]},
        {"work": ["host:1"]},
        {"job": {1: "host:1"}},
        {"job": ["host:1", "host:2"]},
    ],
)
def test_clusters_differ(other):
    assert tf.train.ClusterSpec({"job": ["host:1"]}) != tf.train.ClusterSpec(other)


@pytest.mark.parametrize(
    "ask",
    [
        lambda spec: spec.num_tasks("chief"),
        lambda spec: spec.task_indices("chief"),
        lambda spec: spec.job_tasks("chief"),
        lambda spec: spec.task_address("chief", 0),
        lambda spec: spec.task_address("worker", 1),
    ],
)
def test_no_such_task(ask):
    with pytest.raises(ValueError, match="No such job in cluster: 'chief'|No task with index 1"):
        ask(tf.train.ClusterSpec(SPARSE))


@pytest.mark.parametrize("cluster", [None, "h:1", ["h:1"], {"job": "h:1"}, {"job": [1]}, {1: ["h:1"]}])
def test_no_cluster(cluster):
    with pytest.raises(TypeError):
        tf.train.ClusterSpec(cluster)
