"""How the runs of workers are divided, and what of a graph the workers share."""

import numpy as np
import pytest

import evergraph as tf
from evergraph.engine.block import build_block
from evergraph.ops.collective import mean_of_workers
from evergraph.processes.division import Analysis, Round, operation_of, tensor_at
from evergraph.processes.packing import pack, unpack
from evergraph.processes.parts import Kept, Part, flat_of, layout_of
from evergraph.processes.shared import SharedVariables


def shared_of(graph):
    return SharedVariables(graph, {"worker"}.__contains__)


def divided(fetches, fed=()):
    """(the Analysis of a run of the default graph, its Rounds)"""
    graph = tf.get_default_graph()
    analysis = Analysis(build_block(tuple(fetches), tuple(fed)), shared_of(graph))
    return analysis, [Round(analysis, i, graph) for i in range(analysis.count)] if analysis.is_round else []


def names(nodes):
    return sorted(node.operation.name for node in nodes)


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as graph:
        yield graph


def test_which_variables_are_shared(graph):
    with tf.device("/job:ps/task:0"):
        tf.get_variable("on_server", [])
        tf.get_local_variable("local_on_server", [])
    with tf.device("/job:worker/task:1"):
        tf.get_variable("on_worker", [])
    with tf.device("/cpu:0"):
        tf.get_variable("anywhere", [], use_resource=True)
    assert [tensor.op.name for tensor in shared_of(graph).variables] == ["on_server", "anywhere"]


def test_operands_that_differ_between_workers_are_gathered():
    x = tf.placeholder(tf.float32, [])
    w = tf.get_variable("w", initializer=2.0)
    step = tf.train.get_or_create_global_step()
    rate = tf.train.exponential_decay(0.1, step, 10, 0.5)  # each worker can make it: of what is shared
    train = tf.train.AdamOptimizer(rate).minimize(tf.square(w * x), global_step=step)
    analysis, (only,) = divided([train], [x])
    assert len(only.gathered) == 1 and only.gathered[0].name.startswith("gradients/")
    assert "Adam/update_w/ApplyAdam" in only.description["each"]
    assert len(only.description["each"]) == 4  # the variable, the powers of both betas, the step
    assert only.description["once"] == [] and not analysis.once


def test_updates_made_of_averages_are_made_once():
    x = tf.placeholder(tf.float32, [])
    w, average = tf.get_variable("w", initializer=2.0), tf.get_variable("average", initializer=0.0)
    moved = tf.assign_sub(average, (average - x) * 0.1)
    with tf.control_dependencies([moved]):  # as the updates of batch normalization are waited for
        gradient = mean_of_workers(w * x)
        train = tf.train.GradientDescentOptimizer(0.1).apply_gradients([(gradient, w)])
    analysis, (only,) = divided([train], [x])
    assert only.description["each"] == ["AssignSub"]
    assert only.description["once"] == ["GradientDescent/update_w/ApplyGradientDescent"]
    assert names(only.averaged) == ["CollectiveReduce"]


def test_what_follows_an_update_comes_after_its_round():
    w = tf.get_variable("w", initializer=2.0)
    own = tf.get_local_variable("own", initializer=0.0)
    grow = tf.assign_add(w, 1.0)
    with tf.control_dependencies([grow]):
        keep = tf.assign(own, w)
        again = tf.assign_add(w, own * tf.random_uniform([]))
    analysis, rounds = divided([again, keep])
    assert [round.description["each"] for round in rounds] == [["AssignAdd"], ["AssignAdd_1"]]
    needs = {node.operation.name: need for node, need in analysis.needs.items()}
    assert needs["Assign"] == 1


def test_assignments_alone_are_no_round():
    w = tf.get_variable("w", initializer=2.0)
    analysis, rounds = divided([tf.global_variables_initializer(), tf.assign(w, 1.0)])
    assert not analysis.is_round and rounds == []
    assert {source.op.name for node in analysis.updates for source, _ in node.writes} == {"w"}


def test_the_same_step_beside_other_fetches_has_the_same_key():
    x = tf.placeholder(tf.float32, [])
    w = tf.get_variable("w", initializer=2.0)
    loss = tf.square(w * x)
    train = tf.train.GradientDescentOptimizer(0.1).minimize(loss)
    summary = tf.summary.scalar("loss", loss)
    keys = {divided(fetches, [x])[1][0].key for fetches in ([train], [train, loss, summary], [w, train])}
    assert len(keys) == 1


def test_values_go_from_one_graph_to_another():
    tf.get_variable("a", initializer=[1.0, 2.0])
    tf.get_variable("b", initializer=np.int64(7))
    tf.get_variable("c", shape=[3])
    with tf.Session() as session:
        session.run(tf.variables_initializer(tf.global_variables()[:2]))
        data = shared_of(session.graph).values(session.resources)
    with tf.Graph().as_default() as other, tf.Session() as session:
        a, c = tf.get_variable("a", [2]), tf.get_variable("c", shape=[3])
        shared_of(other).assign(session.resources, data)
        np.testing.assert_array_equal(session.run(a), [1.0, 2.0])
        assert session.run(tf.is_variable_initialized(c)) == np.False_
        shared_of(other).forget(session.resources)
        assert session.run(tf.is_variable_initialized(a)) == np.False_


@pytest.mark.parametrize("dtype", ["float32", "float16", "bfloat16", "int64", "bool", "complex64"])
def test_arrays_come_out_of_bytes_as_they_went_in(dtype):
    dtype = tf.as_dtype(dtype).as_numpy_dtype
    arrays = [np.ones((2, 3), dtype), np.zeros((), dtype), np.zeros((0, 4), dtype), np.ones(5, dtype)]
    for found, given in zip(unpack(pack(arrays)), arrays, strict=True):
        assert found.dtype == given.dtype
        np.testing.assert_array_equal(found, given)


def test_strings_are_refused_and_nothing_is_nothing():
    assert unpack(pack([])) == []
    with pytest.raises(tf.errors.UnimplementedError, match="strings"):
        pack([np.array([b"word"], object)])


def test_gradients_that_wait_for_others():
    """The newest one counts, or is left out; rows stay apart until a step takes them."""
    kept = Kept(1)
    one, two = {"float32": np.float32([1.0, 2.0])}, {"float32": np.float32([10.0, 20.0])}
    assert kept.with_sums(one, True) is one
    assert kept.with_sums(one, False)["float32"].tolist() == [0.0, 0.0]
    assert kept.with_rows([np.float32([[1.0]])])[0].tolist() == [[1.0]]
    assert kept.and_also(one, [np.float32([[1.0]])]).count == 1
    assert kept.with_sums(two, True)["float32"].tolist() == [11.0, 22.0]
    assert kept.with_sums(two, False)["float32"].tolist() == [1.0, 2.0]
    assert kept.with_rows([np.float32([[2.0], [3.0]])])[0].tolist() == [[1.0], [2.0], [3.0]]


def test_arrays_that_are_summed_together_by_type():
    arrays = [np.ones([2, 2], np.float32), np.ones([3], np.float16), np.ones([], np.float64)]
    layout = layout_of([(array.dtype, array.shape) for array in arrays])
    flat = flat_of(arrays, layout)
    assert {kind: array.size for kind, array in flat.items()} == {"float32": 7, "float64": 1}
    assert [(kind, begin, end) for kind, begin, end, *_ in layout] == [
        ("float32", 0, 4),
        ("float32", 4, 7),
        ("float64", 0, 1),
    ]


def worker_of(task, first=()):
    """A worker's graph whose gradients are in a scope of its own: its Round, and the graph."""
    with tf.Graph().as_default() as graph:
        with tf.variable_scope("global"):
            w = tf.get_variable("w", initializer=2.0)
        for _ in first:
            tf.constant(1.0)
        with tf.name_scope(f"worker_{task}"):
            x = tf.placeholder(tf.float32, [])
            gradient = tf.clip_by_norm(tf.gradients(tf.square(w * x), w)[0], 5.0)
        train = tf.train.RMSPropOptimizer(0.1, name="push").apply_gradients([(gradient, w)])
        _, (only,) = divided([train], [x])
    return only, graph


def test_what_workers_name_otherwise_is_found_from_what_they_name_alike():
    (one, _), (other, graph) = worker_of(0), worker_of(1, first=[1])
    part = Part(graph, one.description)
    assert part.description["each"] == other.description["each"]
    found = [tensor_at(graph, place) for place in one.description["each_fed"]]
    assert found == list(other.each_fed)
    assert found[0].name.startswith("worker_1/") and list(one.each_fed)[0].name.startswith("worker_0/")
    assert part.each_places == list(range(len(found)))


def worker_all_of_its_own(task, synchronous):
    """A worker's graph in which everything but the variables is in a scope of its own: its Round, and the graph."""
    with tf.Graph().as_default() as graph:
        w = tf.get_variable("w", initializer=2.0)
        step = tf.train.get_or_create_global_step()
        with tf.name_scope(f"worker_{task}"):
            for _ in range(task):
                tf.assign_add(w, 1.0, name="another")
            x = tf.placeholder(tf.float32, [])
            gradient = tf.gradients(tf.square(w * x), w)[0]
            gradient = mean_of_workers(gradient) if synchronous else gradient
            train = tf.train.GradientDescentOptimizer(0.1).apply_gradients([(gradient, w)], global_step=step)
        _, (only,) = divided([train], [x])
    return only, graph


@pytest.mark.parametrize("synchronous", [False, True])
def test_updates_that_workers_name_otherwise_are_found_by_their_kind_and_variable(synchronous):
    (one, _), (other, graph) = worker_all_of_its_own(0, synchronous), worker_all_of_its_own(1, synchronous)
    part = Part(graph, one.description)
    assert part.averaged == [node.operation.outputs[0] for node in other.averaged]
    found = [
        operation_of(graph, name, part.description["kinds"])
        for kind in ("each", "once")
        for name in part.description[kind]
    ]
    assert {op.name for op in found} == {*other.description["each"], *other.description["once"]}
    assert all(name.startswith("worker_0/") for name in one.description["kinds"])
    kinds = {"no/such": ["ApplyGradientDescent", "w:0", 1]}
    with pytest.raises(
        KeyError, match="number 2 of the operations ApplyGradientDescent of w:0, of which this .* has 1"
    ):
        operation_of(graph, "no/such", kinds)
