"""The laws over every row of the table, and what is refused."""

import numpy as np
import pytest

import evergraph
from evergraph.framework import errors
from evergraph.framework.graph import Graph
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops  # noqa: F401 (defines what composed functions use)
from evergraph.ops.array.scattering import scatter_nd_non_aliasing_add
from evergraph.ops.constants import constant, placeholder
from evergraph.ops.inference import constant_value
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


def placeholder_of(value):
    """A tensor of unknown shape that has a value."""
    return evergraph.placeholder_with_default(value, None)


@pytest.mark.parametrize(
    "call, text",
    [
        (
            lambda a: array_ops.gather([[0, 1, 2], [3, 4, 5]], a, axis=1),
            r"indices\[1,0\] = 9 is not in \[0, 3\)",
        ),
        (
            lambda a: array_ops.gather(placeholder_of([3.0]), a, axis=-2),
            r"axis in the range \[-1, 1\), but got -2",
        ),
        (lambda a: array_ops.roll([[1, 2], [3, 4]], a, 0), "shift must be a scalar or a 1-D vector"),
        (lambda a: array_ops.roll([[1, 2], [3, 4]], array_ops.shape(a), [0, -3]), "axis -3 is out of range"),
        (lambda a: array_ops.scatter_nd(a, placeholder_of([1.0, 2.0]), [0]), "specified for empty output"),
    ],
)
def test_what_is_wrong_is_named(call, text):
    with Graph().as_default() as graph:
        a = placeholder("int32", None)
        found = call(a)
        with pytest.raises(errors.InvalidArgumentError, match=text):
            Session(graph=graph).run(found, {a: [[1], [9]]})


@pytest.mark.parametrize(
    "indices, updates, text",
    [
        ([3, 2, 2], [2, 2, 2], r"The outer 2 dimensions of indices\.shape="),
        ([2, 2, 1], [2, 2], r"The inner 2 dimensions of (input|output)\.shape="),
    ],
)
def test_updates_that_do_not_fit(indices, updates, text):
    with Graph().as_default():
        indices, updates = array_ops.zeros(indices, "int32"), array_ops.zeros(updates)
        for add in (
            lambda: array_ops.scatter_nd(indices, updates, [2, 2, 2]),
            lambda: scatter_nd_non_aliasing_add(array_ops.zeros([2, 2, 2]), indices, updates),
        ):
            with pytest.raises(ValueError, match=text):
                add()


def test_scattering_onto_a_tensor_and_of_strings():
    with Graph().as_default() as graph:
        whole, updates = constant([[1.0, 2.0], [3.0, 4.0]]), constant([10.0, 20.0])
        total = scatter_nd_non_aliasing_add(whole, [[0, 1], [0, 1]], updates)
        gradients = evergraph.gradients(total * total, [whole, updates])
        strings = array_ops.scatter_nd([[2], [0], [2]], [b"a", b"b", b"c"], [3])
        found, (d_whole, d_updates), text = Session(graph=graph).run([total, gradients, strings])
    assert found.tolist() == [[1.0, 32.0], [3.0, 4.0]] and text.tolist() == [b"b", b"", b"ac"]
    assert d_whole.tolist() == [[2.0, 64.0], [6.0, 8.0]] and d_updates.tolist() == [64.0, 64.0]


def test_blocks_of_which_not_all_is_known():
    with Graph().as_default():
        images, amounts = placeholder("float32", [18, None, 2, 2]), placeholder("int32")
        assert array_ops.batch_to_space_nd(images, [2, 3], amounts).shape.as_list() == [3, None, None, 2]
        assert array_ops.batch_to_space_nd(images, [2, 3], [[1, 1], [0, 1]]).shape.as_list() == [
            3,
            None,
            5,
            2,
        ]
        block = placeholder("int32", [2])
        assert array_ops.batch_to_space_nd(images, block, amounts).shape.as_list() == [None, None, None, 2]
        for block, paddings in (([0, 1], [[0, 0]] * 2), ([2, 2], [[0, 0]]), ([2, 2], [[0, -1], [0, 0]])):
            with pytest.raises(ValueError, match="block|paddings"):
                array_ops.space_to_batch_nd(images, block, paddings)
        empty = array_ops.depth_to_space(array_ops.zeros([0, 2, 3, 12]), 2)
        assert Session().run(empty).shape == (0, 4, 6, 3)


def test_known_in_part():
    with Graph().as_default():
        vector = array_ops.stack([constant(2), placeholder("int32", [])])
        assert constant_value(vector) is None
        assert constant_value(vector, partial=True).tolist() == [2, None]


def test_scalars_cannot_be_joined():
    with Graph().as_default(), pytest.raises(ValueError, match="Can't concatenate scalars"):
        array_ops.concat([constant(1), constant(2)], placeholder("int32"))
    with Graph().as_default(), pytest.raises(ValueError, match="shorter than minimum length 1"):
        array_ops.concat([], 0)


def test_no_index_is_the_whole_tensor():
    whole = np.arange(6.0).reshape(2, 3)
    with Session() as session:
        np.testing.assert_array_equal(
            session.run(array_ops.gather_nd(whole, np.zeros((2, 0), np.int32))), [whole, whole]
        )


def test_axes_of_a_transposition_count_from_the_end_too():
    with Graph().as_default(), Session() as session:
        x = np.arange(24).reshape(2, 3, 4)
        turned = array_ops.transpose(constant(x), [-2, 0, -1])
        assert turned.shape == (3, 2, 4)
        np.testing.assert_array_equal(session.run(turned), x.transpose(1, 0, 2))


@pytest.mark.parametrize("dims", [[-1], [2, -1]])
def test_sizes_to_fill_are_not_negative(dims):
    with pytest.raises(ValueError, match="dims must be >= 0"):
        array_ops.fill(dims, 7)
    assert array_ops.fill([2, 0], 7).shape.as_list() == [2, 0]
