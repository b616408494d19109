"""Every test starts with an empty default graph, on two host devices."""

import os

# Before JAX is imported: tests of placement need a second device.
os.environ.setdefault("JAX_PLATFORMS", "cpu")
if "xla_force_host_platform_device_count" not in os.environ.get("XLA_FLAGS", ""):
    os.environ["XLA_FLAGS"] = os.environ.get("XLA_FLAGS", "") + " --xla_force_host_platform_device_count=2"

os.environ.setdefault("EVERGRAPH_CACHE", "")  # tests compile what they test

import collections  # noqa: E402

import hypothesis  # noqa: E402
import pytest  # noqa: E402

from evergraph.framework import declared_types  # noqa: E402
from evergraph.framework.graph import Graph  # noqa: E402

hypothesis.settings.register_profile("evergraph", deadline=None)
hypothesis.settings.load_profile("evergraph")


@pytest.fixture(autouse=True)
def default_graph():
    """A graph of the test's own."""
    graph = Graph()
    with graph.as_default():
        yield graph


@pytest.fixture(autouse=True)
def declared_results():
    """A kernel that gives another type than its operation declares fails whatever test it runs in."""
    with declared_types.strict():
        yield


@pytest.hookimpl(trylast=True)  # after those that are not asked for are gone
def pytest_collection_modifyitems(items):
    """The files that take long come first, so that at the end no process of tests is left with one of them alone.

    The order among them follows from the marks of their tests; within a file it stays.
    """
    weights = collections.Counter()
    for item in items:
        marks = {mark.name for mark in item.iter_markers()}
        weights[item.path] += (
            20 * ({"slow", "multiprocess"} <= marks) + 5 * ("slow" in marks) + ("multiprocess" in marks)
        )
    items.sort(key=lambda item: -weights[item.path])


@pytest.hookimpl(optionalhook=True)  # without xdist there is one process, and nothing to share out
def pytest_xdist_make_scheduler(config, log):
    """Files stay together, and a process of tests that dies costs one test."""
    if config.getvalue("dist") != "loadfile":
        return None
    from tests import scheduling

    return scheduling.FileScheduling(config, log)
