"""Laws that hold for reference and resource variables alike, and what distinguishes them."""

import numpy as np
import pytest

from evergraph.framework import dtypes, errors
from evergraph.framework.collections import GraphKeys, get_collection
from evergraph.framework.composite import IndexedSlices
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import control_dependencies, name_scope
from evergraph.framework.graph import Graph
from evergraph.gradients.gradients import gradients
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops.constants import constant, identity, placeholder, placeholder_with_default
from evergraph.ops.control_flow.conditional import cond
from evergraph.ops.control_flow.loop import while_loop
from evergraph.ops.random.distributions import random_uniform
from evergraph.ops.variables import assign as assignment
from evergraph.ops.variables import collections as variable_collections
from evergraph.ops.variables import uninitialized
from evergraph.ops.variables.initializers import Constant
from evergraph.ops.variables.reference import Variable
from evergraph.ops.variables.resource import ResourceVariable, variable_from_proto
from evergraph.ops.variables.scope import AUTO_REUSE, get_variable, variable_scope
from evergraph.session.session import Session

KINDS = [Variable, ResourceVariable]


@pytest.fixture(autouse=True)
def graph():
    with Graph().as_default() as graph:
        yield graph


@pytest.fixture(params=KINDS, ids=["reference", "resource"])
def kind(request):
    return request.param


@pytest.fixture
def session(graph):
    with Session(graph=graph) as session:
        yield session


def initialize(session):
    session.run(variable_collections.global_variables_initializer())


@pytest.mark.parametrize(
    "value, dtype",
    [
        (1.5, dtypes.float32),
        ([1, 2], dtypes.int32),
        (True, dtypes.bool),
        ("text", dtypes.string),
        (np.float64(2), dtypes.float64),
        (np.zeros((2, 0), np.float32), dtypes.float32),
        (np.int64(7), dtypes.int64),
        (1 + 2j, dtypes.complex128),
    ],
)
def test_an_initialized_variable_has_its_initial_value(kind, session, value, dtype):
    v = kind(value)
    initialize(session)
    got = session.run(v)
    expected = np.array(value.encode() if isinstance(value, str) else value)
    assert v.dtype.base_dtype == dtype and v.shape.as_list() == list(expected.shape)
    np.testing.assert_array_equal(got, expected)


def test_dtype_shape_and_initial_value_functions(kind, session):
    v = kind(lambda: [1, 2], dtype=dtypes.float64, name="v")
    assert v.dtype.base_dtype == dtypes.float64
    assert v.initial_value.op.name.startswith("v/Initializer/")
    initialize(session)
    np.testing.assert_array_equal(session.run(v + 1.0), [2.0, 3.0])


def test_reading_before_initialization_names_the_variable(kind, session):
    v = kind([1.0], name="weights")
    for what in (v, v.value(), v.read_value(), v.assign_add([1.0]), v * 2.0):
        with pytest.raises(errors.FailedPreconditionError, match="ninitialized value weights"):
            session.run(what)


def test_whether_variables_are_initialized(kind, session):
    a, _ = kind(1.0, name="a"), kind(2.0, name="b", collections=[GraphKeys.LOCAL_VARIABLES])
    missing, asked = uninitialized.report_uninitialized_variables(), uninitialized.is_variable_initialized(a)
    check = uninitialized.assert_variables_initialized()
    assert session.run(missing).tolist() == [b"a", b"b"] and not session.run(asked)
    session.run(a.initializer)
    assert session.run(missing).tolist() == [b"b"] and session.run(asked)
    with pytest.raises(errors.FailedPreconditionError):
        session.run(check)
    session.run(variable_collections.local_variables_initializer())
    assert session.run(missing).tolist() == []
    session.run(check)
    assert session.run(uninitialized.report_uninitialized_variables([])).size == 0


def test_what_is_trained_may_be_said_by_anything_that_is_true(kind):
    assert kind(1.0, trainable="yes").to_proto().trainable is True


def test_a_reference_variable_without_elements_has_its_value(session):
    v = Variable(constant([], dtypes.string), collections=[])
    grown = assignment.assign(v, array_ops.concat([v, ["a"]], 0), validate_shape=False)
    assert session.run(identity(v)).tolist() == []
    session.run(grown)
    session.run(grown)
    assert session.run(identity(v)).tolist() == [b"a", b"a"]


ASSIGNMENTS = [
    ("assign", [5.0, 6.0], [5.0, 6.0]),
    ("assign_add", [5.0, 6.0], [6.0, 8.0]),
    ("assign_sub", [5.0, 6.0], [-4.0, -4.0]),
]


@pytest.mark.parametrize("method, operand, expected", ASSIGNMENTS)
@pytest.mark.parametrize("spelling", ["method", "function"])
def test_assignments_return_the_new_value_and_keep_it(kind, session, method, operand, expected, spelling):
    v = kind([1.0, 2.0])
    result = getattr(v, method)(operand) if spelling == "method" else getattr(assignment, method)(v, operand)
    doubled = result * 2.0
    initialize(session)
    assert session.run(result).tolist() == expected
    assert session.run(v).tolist() == expected
    initialize(session)
    assert session.run(doubled).tolist() == [2 * x for x in expected]


def test_assignments_check_dtype_and_shape(kind):
    v = kind([1.0, 2.0])
    with pytest.raises(ValueError):
        v.assign([1.0, 2.0, 3.0])
    with pytest.raises((TypeError, ValueError)):
        v.assign(constant([1, 2]))
    with pytest.raises(TypeError, match="only a variable can be assigned"):
        assignment.assign(constant(1.0), 2.0)


def test_what_waits_for_an_assignment_sees_it(kind, session):
    v = kind(1.0)
    with control_dependencies([v.assign(7.0)]):
        after = v.read_value()
    initialize(session)
    assert session.run(after) == 7.0


def test_count_up_to_stops_with_out_of_range(kind, session):
    v = kind(np.int64(0))
    count = v.count_up_to(2)
    initialize(session)
    assert [session.run(count) for _ in range(2)] == [0, 1]
    with pytest.raises(errors.OutOfRangeError, match="Reached limit of 2"):
        session.run(count)
    assert session.run(v) == 2


def test_count_up_to_in_a_compiled_stage_stops_and_commits_nothing(kind, session):
    v, w = kind(0), kind([1.0, 2.0])
    count = assignment.count_up_to(v, 1)
    update = w.assign(w.read_value() * math_ops.cast(count + 2, dtypes.float32))  # the device needs the count
    initialize(session)
    assert session.run(update).tolist() == [2.0, 4.0]
    with pytest.raises(errors.OutOfRangeError):
        session.run(update)
    assert session.run(w).tolist() == [2.0, 4.0] and session.run(v) == 1


SCATTERS = {
    "update": lambda table, i, u: table.__setitem__(i, u),
    "add": lambda table, i, u: np.add.at(table, i, u),
    "sub": lambda table, i, u: np.subtract.at(table, i, u),
    "mul": lambda table, i, u: np.multiply.at(table, i, u),
    "div": lambda table, i, u: np.divide.at(table, i, u),
    "min": lambda table, i, u: np.minimum.at(table, i, u),
    "max": lambda table, i, u: np.maximum.at(table, i, u),
}


@pytest.mark.parametrize("name", SCATTERS)
@pytest.mark.parametrize("indices", [[0, 2], 1, [[1], [3]]], ids=str)
def test_scatters_agree_with_numpy(kind, session, name, indices):
    table = np.arange(1, 9, dtype=np.float32).reshape(4, 2)
    updates = np.full((*np.shape(indices), 2), 3, np.float32) + np.arange(2, dtype=np.float32)
    v = kind(table)
    result = getattr(assignment, f"scatter_{name}")(v, indices, updates)
    initialize(session)
    expected = table.copy()
    SCATTERS[name](expected, np.array(indices), updates)
    np.testing.assert_allclose(session.run(result), expected, rtol=1e-6)
    np.testing.assert_allclose(session.run(v), expected, rtol=1e-6)


@pytest.mark.parametrize("name", ["add", "sub", "mul"])
def test_scatters_take_repeated_indices_and_scalars(kind, session, name):
    v = kind([1.0, 2.0, 3.0])
    result = getattr(assignment, f"scatter_{name}")(v, [1, 1], 2.0)
    initialize(session)
    expected = np.array([1.0, 2.0, 3.0])
    SCATTERS[name](expected, np.array([1, 1]), 2.0)
    assert session.run(result).tolist() == expected.tolist()


def test_a_row_out_of_range_fails_and_changes_nothing(kind, session):
    v, rows = kind([1.0, 2.0, 3.0]), placeholder(dtypes.int32, [2])
    add = assignment.scatter_add(v, rows, [1.0, 1.0])
    initialize(session)
    for bad in ([0, 3], [-1, 0]):
        with pytest.raises(errors.InvalidArgumentError, match="not in \\[0, 3\\)"):
            session.run(add, {rows: bad})
        assert session.run(v).tolist() == [1.0, 2.0, 3.0]
    with pytest.raises(ValueError, match="updates must have shape"):
        assignment.scatter_add(v, [0, 1], [1.0, 1.0, 1.0])


@pytest.mark.parametrize(
    "name, expected", [("update", [[9, 2], [3, 8]]), ("add", [[10, 2], [3, 12]]), ("sub", [[-8, 2], [3, -4]])]
)
def test_scatter_nd(kind, session, name, expected):
    v, where = kind([[1.0, 2.0], [3.0, 4.0]]), placeholder(dtypes.int32, [2, 2])
    result = getattr(array_ops, f"scatter_nd_{name}")(v, where, [9.0, 8.0])
    initialize(session)
    assert session.run(result, {where: [[0, 0], [1, 1]]}).tolist() == expected
    with pytest.raises(errors.InvalidArgumentError):
        session.run(result, {where: [[0, 0], [1, 2]]})
    assert session.run(v).tolist() == expected


def test_scatter_sub_of_slices(kind, session):
    v = kind([1.0, 2.0])
    result = v.scatter_sub(IndexedSlices(constant([5.0]), constant([1])))
    initialize(session)
    assert session.run(result).tolist() == [1.0, -3.0]
    with pytest.raises(ValueError, match="IndexedSlices"):
        v.scatter_sub([1.0])


def test_assigning_to_a_part(kind, session):
    v = kind([[1.0, 2.0], [3.0, 4.0]])
    part = v[1].assign([8.0, 9.0])
    initialize(session)
    assert session.run(v[:, 0]).tolist() == [1.0, 3.0]
    assert session.run(part).tolist() == [[1.0, 2.0], [8.0, 9.0]]


def test_load_and_eval(kind, graph):
    v, session = kind([1.0, 2.0]), Session(graph=graph)
    v.load([3.0, 4.0], session)
    assert v.eval(session).tolist() == [3.0, 4.0]
    with session.as_default():
        v.load([5.0, 6.0])
        assert v.eval().tolist() == [5.0, 6.0]
    with pytest.raises(ValueError):
        v.eval()


def test_initial_values_may_depend_on_other_variables(kind, session):
    v = kind(lambda: constant([1.0, 2.0]) * 3.0, name="v")
    w = kind(v.initialized_value() * 2.0, name="w")
    x = kind(w.initialized_value() + v.initialized_value(), name="x")
    initialize(session)
    assert session.run([v, w, x])[2].tolist() == [9.0, 18.0]
    session.run(v.assign([0.0, 0.0]))
    session.run(w.initializer)  # `v` is initialized now: its present value counts
    assert session.run(w).tolist() == [0.0, 0.0]


def test_reference_reads_in_initial_values_are_guarded(session):
    v = Variable([1.0, 2.0], name="v")
    w = Variable(v * 2.0, name="w")
    x = Variable(w + v, name="x")
    initialize(session)
    assert session.run(x).tolist() == [3.0, 6.0]
    assert w.initializer.inputs[1].op.name == "w/mul_w_0"


def test_one_variable_alone_can_be_initialized_from_another_that_is_not(kind, session):
    v = kind([1.0, 2.0])
    w = kind(v.initialized_value() * 2.0)
    session.run(w.initializer)
    assert session.run(w).tolist() == [2.0, 4.0]
    assert not session.run(uninitialized.is_variable_initialized(v))


def test_collections(graph, kind):
    plain = kind(1.0, name="scope/plain")
    fixed = kind(1.0, trainable=False, name="fixed")
    other = kind(1.0, collections=[GraphKeys.LOCAL_VARIABLES, "mine"], trainable=False)
    assert variable_collections.global_variables() == [
        plain,
        fixed,
    ] and variable_collections.all_variables() == [plain, fixed]
    assert variable_collections.trainable_variables() == [plain]
    assert variable_collections.local_variables() == [other] and get_collection("mine") == [other]
    assert variable_collections.global_variables("scope/") == [plain]
    assert variable_collections.model_variables() == variable_collections.moving_average_variables() == []


def test_initializers_are_grouped_in_one_operation(graph, kind):
    v, w = kind(1.0), kind(2.0)
    init = variable_collections.global_variables_initializer()
    assert (init.name, init.type) == ("init", "NoOp")
    assert set(init.control_inputs) == {v.initializer, w.initializer}
    with name_scope("a"):
        assert variable_collections.variables_initializer([], name="none").name == "a/none"


@pytest.mark.parametrize(
    "arguments, message",
    [
        ({}, "initial_value must be specified"),
        ({"initial_value": 1.0, "collections": "variables"}, "collections"),
        ({"initial_value": 1.0, "constraint": 3}, "constraint"),
    ],
)
def test_bad_arguments(kind, arguments, message):
    with pytest.raises(ValueError, match=message):
        kind(**arguments)


def test_python_protocols(kind):
    v = kind([1.0, 2.0], constraint=abs)
    assert v.constraint is abs and v.trainable and hash(v) == hash(v) and v in {v} and v != kind([1.0, 2.0])
    with pytest.raises(TypeError, match="not iterable"):
        iter(v)
    assert "shape=(2,)" in repr(v)
    assert (np.ones(2, np.float32) + v).shape.as_list() == [2]
    with pytest.raises(ValueError, match="Incompatible type conversion"):
        convert_to_tensor(v, dtypes.int32)


def test_made_inside_control_flow_lives_outside(kind, graph, session):
    made = []

    def branch():
        made.append(kind(lambda: constant(3.0), name="inner"))
        return made[0] * 2.0

    result = cond(placeholder(dtypes.bool, [], name="which"), branch, lambda: constant(0.0))
    assert made[0].graph is graph
    initialize(session)
    assert session.run(result, {"which:0": True}) == 6.0
    with pytest.raises(ValueError, match="use a lambda"):
        cond(constant(True), lambda: kind(constant(1.0) + 1.0).value(), lambda: constant(0.0))


def test_assigned_inside_control_flow(kind, session):
    v, which = kind(1.0), placeholder(dtypes.bool, [])
    result = cond(which, lambda: identity(v.assign_add(5.0)), lambda: identity(v))
    initialize(session)
    assert session.run(result, {which: True}) == 6.0 and session.run(v) == 6.0
    assert session.run(result, {which: False}) == 6.0 and session.run(v) == 6.0


def test_shared_by_name_inside_a_loop(kind, session):
    def body(i, x):
        with variable_scope("s", reuse=AUTO_REUSE, use_resource=kind is ResourceVariable):
            return i + 1, x + get_variable("v", [2], initializer=Constant(2.0))

    _, total = while_loop(lambda i, x: i < 3, body, [constant(0), constant([0.0, 1.0])])
    (v,) = variable_collections.global_variables()
    assert type(v) is kind and v.name == "s/v:0"
    initialize(session)
    assert session.run(total).tolist() == [6.0, 7.0]


def test_a_cached_value_is_read_before_an_update(kind, session):
    v = kind([1.0, 2.0], caching_device="/cpu:0")
    update, doubled = v.assign_add([1.0, 1.0]), v * 2.0
    initialize(session)
    assert session.run(doubled).tolist() == [2.0, 4.0]
    assert session.run(update).tolist() == [2.0, 3.0]


def test_rows_have_sparse_gradients(kind, session):
    v = kind(np.ones((4, 2), np.float32))
    rows = array_ops.gather(v, [1, 1, 3])
    (sparse,) = gradients(math_ops.reduce_sum(rows * 3.0), [v])
    (dense,) = gradients(math_ops.reduce_sum(rows * 3.0) + math_ops.reduce_sum(v * v), [v])
    initialize(session)
    got, whole = session.run([sparse, dense])
    assert isinstance(sparse, IndexedSlices) and got.indices.tolist() == [1, 1, 3]
    assert got.values.tolist() == [[3.0, 3.0]] * 3 and got.dense_shape.tolist() == [4, 2]
    assert whole.tolist() == [[2.0, 2.0], [8.0, 8.0], [2.0, 2.0], [5.0, 5.0]]


def test_protos_recreate_variables(kind, graph, session):
    v = kind([1.0, 2.0], name="v", trainable=False)
    v._set_save_slice_info(Variable.SaveSliceInfo("whole", [4], [2], [2]))
    message = v.to_proto()
    again = kind.from_proto(message)
    assert (again.name, again.op, again.initializer, again.trainable) == (v.name, v.op, v.initializer, False)
    assert again._get_save_slice_info().spec == "4 2,2" and again.shape == v.shape and again.dtype == v.dtype
    initialize(session)
    assert session.run(again).tolist() == [1.0, 2.0]
    assert v.to_proto(export_scope="elsewhere") is None
    other = ResourceVariable if kind is Variable else Variable
    with pytest.raises(ValueError, match="variable"):
        other.from_proto(message)
    with name_scope("s"):
        w = kind(1.0, name="w")
    assert w.to_proto(export_scope="s").variable_name == "w:0"
    assert kind.from_proto(w.to_proto(export_scope="s"), import_scope="s").op is w.op
    assert type(variable_from_proto(message)) is kind


# -- reference variables ------------------------------------------------------------------------------------


def test_reference_names_and_types(graph):
    v = Variable([1.0], name="v")
    assert [op.name for op in graph.get_operations()] == ["v/initial_value", "v", "v/Assign", "v/read"]
    assert [op.type for op in graph.get_operations()] == ["Const", "VariableV2", "Assign", "Identity"]
    assert v.dtype == dtypes.float32_ref and v._ref().dtype == dtypes.float32_ref
    assert v.value().dtype == dtypes.float32 and v.name == "v:0"
    assert Variable(1.0).name == "Variable:0" and Variable(1.0).name == "Variable_1:0"


def test_any_shape_without_validation(session):
    v = Variable(placeholder(dtypes.float32), validate_shape=False)
    assert v.shape.ndims is None
    session.run(assignment.assign(v, [1.0, 2.0], validate_shape=False))
    assert session.run(v).tolist() == [1.0, 2.0]
    with pytest.raises(ValueError, match="must have a shape"):
        Variable(placeholder(dtypes.float32))


# -- resource variables -------------------------------------------------------------------------------------


def test_resource_names_and_types(graph):
    v = ResourceVariable([1.0], name="v")
    assert {op.name: op.type for op in graph.get_operations()} == {
        "v/Initializer/initial_value": "Const",
        "v": "VarHandleOp",
        "v/Assign": "AssignVariableOp",
        "v/IsInitialized/VarIsInitializedOp": "VarIsInitializedOp",
        "v/Read/ReadVariableOp": "ReadVariableOp",
    }
    assert v.dtype == dtypes.float32 and v.handle.dtype == dtypes.resource and v.op is v.handle.op
    for forbidden in (v._ref, lambda: v.set_shape([1])):
        with pytest.raises(NotImplementedError):
            forbidden()
    with pytest.raises(RuntimeError, match="assign_add"):
        v += 1.0


def test_resource_rows(session):
    v = ResourceVariable([[1.0, 2.0], [3.0, 4.0]])
    rows = v.sparse_read([1, 1, 0])
    assert rows.shape.as_list() == [3, 2]
    initialize(session)
    assert session.run(rows).tolist() == [[3.0, 4.0], [3.0, 4.0], [1.0, 2.0]]
    with pytest.raises(errors.InvalidArgumentError):
        session.run(v.sparse_read([2]))


def test_resource_assignments_without_reading(session):
    v = ResourceVariable(1.0)
    operation = v.assign(3.0, read_value=False)
    assert operation.type == "AssignVariableOp"
    initialize(session)
    assert session.run(operation) is None and session.run(v) == 3.0


def test_initialized_value_of_a_shape_known_only_when_it_runs():
    first = Variable(random_uniform(placeholder_with_default([2], [None])), validate_shape=False)
    second = Variable(array_ops.zeros(array_ops.shape(first.initialized_value())), validate_shape=False)
    with Session() as sess:
        assert sess.run(first.initialized_value()).shape == (2,)
        sess.run(variable_collections.global_variables_initializer())
        a, b, c = sess.run([first, first.initialized_value(), second])
        assert (a == b).all() and c.shape == (2,)


@pytest.mark.parametrize("use_resource", [False, True])
def test_tf_assign_to_a_part(use_resource):
    variable = get_variable("v", initializer=constant([1.0, 2.0, 3.0]), use_resource=use_resource)
    with Session() as session:
        session.run(variable.initializer)
        assert session.run(assignment.assign(variable[1:], [5.0, 6.0])).tolist() == [1, 5, 6]


def test_an_empty_part_takes_whatever_is_empty():
    variable = ResourceVariable([[1.0, 2.0]])
    with Session() as session:
        session.run(variable.initializer)
        found = session.run(variable[8:10, 8:10].assign(np.zeros((1, 0))))
        np.testing.assert_array_equal(found, [[1, 2]])
