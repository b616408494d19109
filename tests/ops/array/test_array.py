"""The laws over every row of the table, and what is refused."""

import numpy as np
import pytest

import evergraph
from evergraph.framework import errors
from evergraph.framework.graph import Graph
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops  # noqa: F401 (defines what composed functions use)
from evergraph.ops.constants import constant, placeholder
from evergraph.session.session import Session
from tests.laws import compiled_is_op_by_op, dtypes_hold, named, outcome, placed, static_shapes_hold
from tests.ops.array import cases


@pytest.mark.parametrize("inputs, function", named(cases.ROWS))
def test_value_has_its_static_type(inputs, function):
    ours = outcome(evergraph, inputs, function, array_ops)
    static_shapes_hold(ours.tensors, ours.values)
    dtypes_hold(ours.tensors, ours.values)


@pytest.mark.slow
@pytest.mark.parametrize("inputs, function", named(cases.ROWS))
def test_one_program_gives_what_its_operations_give(inputs, function):
    compiled_is_op_by_op(inputs, function, array_ops)


@pytest.mark.parametrize("inputs, function", named(cases.REFUSED))
def test_refused_while_the_graph_is_built(inputs, function):
    with Graph().as_default(), pytest.raises((ValueError, TypeError)):
        placed(evergraph, inputs, function, array_ops)


@pytest.mark.parametrize("inputs, function", named(cases.FAILING))
def test_refused_when_it_runs(inputs, function):
    with Graph().as_default() as graph:
        tensors, feeds = placed(evergraph, inputs, function, array_ops)
        with pytest.raises(errors.InvalidArgumentError):
            Session(graph=graph).run(tensors, feeds)


def test_known_shapes_are_constants():
    with Graph().as_default():
        x = placeholder("float32", [2, 3])
        for tensor in (array_ops.shape(x), array_ops.size(x), array_ops.rank(x), array_ops.zeros_like(x)):
            assert tensor.op.type == "Const"
        y = placeholder("float32", [None, 3])
        assert [array_ops.shape(y).op.type, array_ops.zeros_like(y).op.type] == ["Shape", "ZerosLike"]


def test_names_agree_with_tensorflow():
    with Graph().as_default() as graph:
        x = placeholder("float32", [None, 3], name="x")
        array_ops.gather(x, [0])
        array_ops.expand_dims(x, 0)
        array_ops.concat([x, x], 0)
        array_ops.transpose(x, [1, 0])
        x[0]
        names = [op.name for op in graph.get_operations()]
    expected = "x GatherV2/indices GatherV2/axis GatherV2 ExpandDims/dim ExpandDims concat/axis concat transpose/perm transpose"
    assert names[: len(expected.split())] == expected.split()
    assert names[-4:] == [
        "strided_slice/stack",
        "strided_slice/stack_1",
        "strided_slice/stack_2",
        "strided_slice",
    ]


def test_lists_that_hold_tensors_are_packed():
    with Graph().as_default() as graph:
        x = placeholder("int64", [])
        packed = array_ops.stack([[x, 1], [2, x + 1]])
        assert packed.dtype.name == "int64" and packed.shape.as_list() == [2, 2]
        reshaped = array_ops.reshape(constant(np.arange(6)), [x, -1])
        assert Session(graph=graph).run([packed, array_ops.shape(reshaped)], {x: 3})[1].tolist() == [3, 2]
        with pytest.raises(TypeError):
            array_ops.stack([x, constant(1.0)])


def test_shape_arithmetic_is_followed():
    with Graph().as_default():
        x = placeholder("float32", [None, 3, 4])
        sizes = array_ops.shape(x)
        assert array_ops.reshape(x, [array_ops.gather(sizes, 0), sizes[1] * sizes[2]]).shape.as_list() == [
            None,
            12,
        ]
        assert array_ops.zeros(array_ops.concat([sizes[:1], [7]], 0)).shape.as_list() == [None, 7]


def test_an_element_picked_at_run_time_compiles_once():
    with Graph().as_default() as graph:
        x, i = constant(np.arange(5.0)), placeholder("int32", [])
        picked = x[i]
        assert picked.op.definition.static_positions(picked.op) == (3,)
        session = Session(graph=graph)
        assert [float(session.run(picked, {i: n})) for n in (0, 3, -1)] == [0, 3, 4]


@pytest.mark.parametrize("function, text", named(cases.REFUSED_RANKS))
def test_a_refused_rank_reads_as_tensorflows(function, text):
    with evergraph.Graph().as_default(), pytest.raises(ValueError, match=text + r" for '.*' \(op: '.*'\)"):
        function(evergraph)


def test_no_index_is_the_whole_tensor():
    whole = np.arange(6.0).reshape(2, 3)
    with Session() as session:
        np.testing.assert_array_equal(
            session.run(array_ops.gather_nd(whole, np.zeros((2, 0), np.int32))), [whole, whole]
        )
