"""Statistics by type: those that a program registers, and the profiler's own."""

import pytest

import evergraph as tf
from evergraph.profiler.statistics import OpStats, RegisterStatistics, get_stats_for_node_def


def test_registered_and_counted(default_graph):
    @RegisterStatistics("Tanh", "weight")
    def weight(graph, node):
        return OpStats("weight", graph.get_operation_by_name(node.name).outputs[0].shape.num_elements())

    x = tf.placeholder(tf.float32, [25, 16])
    product, tanh = tf.matmul(x, tf.ones([16, 9])), tf.tanh(x)
    assert get_stats_for_node_def(default_graph, product.op.node_def, "flops").value == 2 * 25 * 16 * 9
    assert get_stats_for_node_def(default_graph, tanh.op.node_def, "weight").value == 25 * 16
    assert get_stats_for_node_def(default_graph, x.op.node_def, "flops").value is None
    assert get_stats_for_node_def(default_graph, x.op.node_def, "weight").value is None
    with pytest.raises(KeyError, match="Tanh,weight"):
        RegisterStatistics("Tanh", "weight")(weight)
    with pytest.raises(TypeError, match="comma"):
        RegisterStatistics("Tanh,Relu", "weight")


def test_sums():
    total = OpStats("flops")
    total += OpStats("flops", 3)
    total += OpStats("flops")
    total += OpStats("flops", 4)
    assert total.value == 7
    with pytest.raises(ValueError, match="weight"):
        total += OpStats("weight", 1)
