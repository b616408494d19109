"""get_variable and variable_scope: names, reuse, inheritance, getters, regularizers, partitions, templates."""

import numpy as np
import pytest

from evergraph.framework import dtypes
from evergraph.framework.collections import GraphKeys, get_collection
from evergraph.framework.default_graph import name_scope
from evergraph.framework.graph import Graph
from evergraph.framework.shapes import TensorShape
from evergraph.ops import math as math_ops
from evergraph.ops.constants import constant
from evergraph.ops.variables import collections as variable_collections
from evergraph.ops.variables.initializers import Constant, Ones, Zeros
from evergraph.ops.variables.partitioned import PartitionInfo
from evergraph.ops.variables.partitioners import (
    create_partitioned_variables,
    fixed_size_partitioner,
    min_max_variable_partitioner,
    variable_axis_size_partitioner,
)
from evergraph.ops.variables.reference import Variable
from evergraph.ops.variables.resource import ResourceVariable
from evergraph.ops.variables.scope import (
    AUTO_REUSE,
    VariableScope,
    get_local_variable,
    get_variable,
    get_variable_scope,
    no_regularizer,
    variable_creator_scope,
    variable_op_scope,
    variable_scope,
)
from evergraph.ops.variables.template import make_template
from evergraph.session.session import Session


@pytest.fixture(autouse=True)
def graph():
    with Graph().as_default() as graph:
        yield graph


def value_of(*tensors):
    with Session() as session:
        session.run(variable_collections.global_variables_initializer())
        return session.run(tensors if len(tensors) > 1 else tensors[0])


# -- names --------------------------------------------------------------------------------------------------


def test_names_follow_variable_scopes_and_not_name_scopes():
    with variable_scope("a"):
        with name_scope("ignored"), variable_scope("b") as b:
            assert get_variable("v", []).name == "a/b/v:0"
            assert b.name == "a/b" and b.original_name_scope == "a/ignored/b/"
            assert constant(1.0).name == "a/ignored/b/Const:0"
    with variable_scope("a"):
        assert constant(1.0).name == "a_1/Const:0"
    with variable_scope(b, auxiliary_name_scope=False):
        assert constant(1.0).name == "Const:0" and get_variable("w", []).name == "a/b/w:0"
    with variable_scope(""):
        assert get_variable("top", []).name == "top:0"


def test_default_names_are_made_unique_among_siblings():
    names = []
    with variable_scope("outer"):
        for _ in range(2):
            with variable_scope(None, default_name="layer") as scope:
                names.append(scope.name)
    with variable_scope("outer"), variable_scope(None, "layer") as scope:
        names.append(scope.name)
    assert names == ["outer/layer", "outer/layer_1", "outer/layer"]


def test_reopening_a_scope_is_absolute():
    with variable_scope("a") as a:
        pass
    with variable_scope("elsewhere"), variable_scope(a):
        assert get_variable("v", []).name == "a/v:0"


def test_values_choose_the_graph():
    other = Graph()
    with other.as_default():
        tensor = constant(1.0)
    with variable_op_scope([tensor], "s"):
        assert get_variable("v", []).graph is other


# -- reuse --------------------------------------------------------------------------------------------------


def test_reuse_gives_the_same_variable():
    with variable_scope("s") as scope:
        v = get_variable("v", [2])
    with variable_scope("s", reuse=True):
        assert get_variable("v", [2]) is v and get_variable("v") is v
        with variable_scope("", reuse=False):
            assert get_variable_scope().reuse is True  # inherited: it cannot be switched off
    with variable_scope(scope, reuse=AUTO_REUSE):
        assert get_variable("v", [2]) is v and get_variable("new", []).name == "s/new:0"
    with variable_scope(scope):
        get_variable_scope().reuse_variables()
        assert get_variable("v", [2]) is v
    assert len(variable_collections.global_variables()) == 2


@pytest.mark.parametrize(
    "reuse, arguments, message",
    [
        (None, {"name": "v", "shape": [2]}, "Variable s/v already exists"),
        (True, {"name": "other", "shape": [2]}, "Variable s/other does not exist"),
        (True, {"name": "v", "shape": [3]}, r"specified shape \(3,\) and found shape \(2,\)"),
        (True, {"name": "v", "dtype": dtypes.int32}, "specified dtype int32 and found dtype float32_ref"),
        (None, {"name": "w"}, r"Shape of a new variable \(s/w\) must be fully defined"),
        (None, {"name": "w", "shape": [None]}, "must be fully defined"),
        (None, {"name": "w", "shape": [2], "initializer": [1.0, 2.0]}, "do not specify shape"),
        (None, {"name": "w", "dtype": dtypes.int32, "initializer": 1.0}, "don't match"),
        (None, {"name": "w", "shape": [], "custom_getter": 3}, "custom_getter must be callable"),
        (None, {"name": "w", "shape": [2], "partitioner": 3}, "partitioner must be callable"),
        (None, {"name": "w", "shape": [], "dtype": dtypes.complex64}, "initializer .* is required"),
    ],
)
def test_errors(reuse, arguments, message):
    with variable_scope("s"):
        get_variable("v", [2])
    with variable_scope("s", reuse=reuse), pytest.raises(ValueError, match=message):
        get_variable(**arguments)


@pytest.mark.parametrize(
    "arguments, error",
    [
        ({"name_or_scope": None}, TypeError),
        ({"name_or_scope": 3}, TypeError),
        ({"name_or_scope": "a", "reuse": "yes"}, ValueError),
        ({"name_or_scope": None, "default_name": "a", "reuse": True}, ValueError),
        ({"name_or_scope": "a", "auxiliary_name_scope": 1}, TypeError),
    ],
)
def test_bad_scopes(arguments, error):
    before = get_variable_scope()
    with pytest.raises(error):
        with variable_scope(**arguments):
            pass
    assert get_variable_scope() is before and constant(1.0).name == "Const:0"


def test_a_scope_is_left_after_an_error():
    with pytest.raises(RuntimeError), variable_scope("s"):
        raise RuntimeError
    assert get_variable_scope().name == ""


# -- what is inherited --------------------------------------------------------------------------------------


def test_defaults_are_inherited_and_overridden():
    with variable_scope("a", initializer=Constant(3.0), dtype=dtypes.float64, use_resource=True):
        v = get_variable("v", [2])
        with variable_scope("b", initializer=Ones(), use_resource=False):
            w = get_variable("w", [])
            x = get_variable("x", [], dtype=dtypes.int32, initializer=Zeros)
    assert isinstance(v, ResourceVariable) and not isinstance(w, ResourceVariable)
    assert v.dtype == w.dtype.base_dtype == dtypes.float64 and x.dtype == dtypes.int32_ref
    got = value_of(v, w, x)
    assert got[0].tolist() == [3.0, 3.0] and got[1] == 1.0 and got[2] == 0


def test_default_initializers():
    v, i, b = (
        get_variable("v", [200, 100]),
        get_variable("i", [2], dtypes.int32),
        get_variable("b", [], dtypes.bool),
    )
    floats, integers, truth = value_of(v, i, b)
    limit = np.sqrt(6.0 / 300)
    assert np.abs(floats).max() <= limit and np.abs(floats).max() > 0.9 * limit
    assert integers.tolist() == [0, 0] and not truth


def test_initializers_from_values_and_functions():
    a = get_variable("a", initializer=[1.0, 2.0])
    b = get_variable("b", initializer=constant([3]))
    c = get_variable("c", [2, 1], initializer=lambda shape, dtype: np.full(shape, 4.0, dtype.as_numpy_dtype))
    assert [v.shape.as_list() for v in (a, b, c)] == [[2], [1], [2, 1]]
    assert b.dtype.base_dtype == dtypes.int32
    assert [x.tolist() for x in value_of(a, b, c)] == [[1.0, 2.0], [3], [[4.0], [4.0]]]


def test_regularizers():
    def loss(v):
        return math_ops.reduce_sum(v) * 2.0

    with variable_scope("s", regularizer=loss):
        get_variable("v", [2], initializer=Ones())
        get_variable("free", [2], regularizer=no_regularizer)
    with variable_scope("s", reuse=True):
        get_variable("v", [2])
    (only,) = get_collection(GraphKeys.REGULARIZATION_LOSSES)
    assert only.op.name.startswith("s/v/Regularizer/") and value_of(only) == 4.0


def test_local_variables_and_collections():
    mine = ["mine"]
    v = get_local_variable("v", [], collections=mine)
    assert variable_collections.local_variables() == [v] == get_collection("mine") and mine == ["mine"]
    assert variable_collections.global_variables() == variable_collections.trainable_variables() == []
    with variable_scope("s") as scope:
        w, x = get_variable("w", []), get_variable("x", [], trainable=False)
        local = get_local_variable("l", [])
    assert scope.global_variables() == [w, x] and scope.trainable_variables() == [w]
    assert scope.local_variables() == [local]


def test_custom_getters_nest_inside_out():
    calls = []

    def note(label):
        def getter(getter, name, *args, **kwargs):
            calls.append((label, name))
            return getter(name, *args, **kwargs)

        return getter

    with variable_scope("s", custom_getter=note("outer")), variable_scope("t", custom_getter=note("inner")):
        v = get_variable("v", [])
    assert calls == [("inner", "s/t/v"), ("outer", "s/t/v")] and v.name == "s/t/v:0"


def test_a_custom_getter_may_return_something_else():
    def doubled(getter, *args, **kwargs):
        return getter(*args, **kwargs) * 2.0

    assert value_of(get_variable("v", [], initializer=Ones(), custom_getter=doubled)) == 2.0


def test_variable_creators():
    made = []

    def creator(next_creator, **kwargs):
        made.append(kwargs["name"])
        return next_creator(**{**kwargs, "trainable": False})

    with variable_creator_scope(creator):
        v = get_variable("v", [])
    get_variable("w", [])
    assert made == ["v"] and not v.trainable and len(variable_collections.trainable_variables()) == 1


def test_set_defaults():
    scope = VariableScope(None)
    for name, value in (
        ("initializer", Ones()),
        ("regularizer", no_regularizer),
        ("caching_device", "/cpu:0"),
        ("partitioner", fixed_size_partitioner(2)),
        ("custom_getter", max),
        ("dtype", dtypes.int32),
        ("use_resource", True),
    ):
        getattr(scope, f"set_{name}")(value)
        assert getattr(scope, name) is value


# -- partitions ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "partitioner, shape, dtype, expected",
    [
        (fixed_size_partitioner(3), [7, 2], dtypes.float32, [3, 1]),
        (fixed_size_partitioner(9, axis=1), [7, 2], dtypes.float32, [1, 2]),
        (variable_axis_size_partitioner(16), [8, 2], dtypes.float32, [4, 1]),
        (variable_axis_size_partitioner(16, max_shards=2), [8, 2], dtypes.float32, [2, 1]),
        (variable_axis_size_partitioner(1), [3, 9], dtypes.float64, [3, 1]),
        (variable_axis_size_partitioner(64, bytes_per_string_element=8), [16, 2], dtypes.string, [4, 1]),
        (min_max_variable_partitioner(4, min_slice_size=8), [8, 2], dtypes.float32, [4, 1]),
        (min_max_variable_partitioner(100, min_slice_size=16), [8, 2], dtypes.float32, [4, 1]),
        (min_max_variable_partitioner(), [8, 2], dtypes.float32, [1, 1]),
    ],
)
def test_partitioners(partitioner, shape, dtype, expected):
    assert partitioner(shape=TensorShape(shape), dtype=dtype) == expected


@pytest.mark.parametrize(
    "initializer",
    [Ones(), np.arange(10, dtype=np.float32).reshape(5, 2), None],
    ids=["function", "value", "default"],
)
def test_partitioned_variables(initializer):
    shape = None if isinstance(initializer, np.ndarray) else [5, 2]
    arguments = {"shape": [5, 2] if shape is None else shape, "initializer": initializer}
    with variable_scope("s", partitioner=fixed_size_partitioner(2)):
        v = get_variable("v", **arguments)
        scalar = get_variable("scalar", [])
    assert isinstance(scalar, Variable)
    assert [part.name for part in v] == ["s/v/part_0:0", "s/v/part_1:0"] and len(v) == 2
    assert [part.shape.as_list() for part in v] == [[3, 2], [2, 2]]
    assert [part._get_save_slice_info().spec for part in v] == ["5 2 0,3:0,2", "5 2 3,2:0,2"]
    assert v.as_tensor().op.name == "s/v" and v.dtype == dtypes.float32
    whole, first = value_of(v.as_tensor(), list(v)[0])
    assert whole.shape == (5, 2) and (whole[:3] == first).all()
    if initializer is not None and shape is None:
        np.testing.assert_array_equal(whole, initializer)
    with variable_scope("s", reuse=True):
        assert get_variable("v") is v
        with pytest.raises(ValueError, match="specified partitions"):
            get_variable("v", [5, 2], partitioner=fixed_size_partitioner(5))
    with variable_scope("s"), pytest.raises(ValueError, match="already exists"):
        get_variable("v", [5, 2], partitioner=fixed_size_partitioner(2))
    with variable_scope("s"), pytest.raises(ValueError, match="No partitioner was provided"):
        get_variable("v", [5, 2])


@pytest.mark.parametrize("partitions", [[2, 2], [6, 1], [1], [0, 1], 3])
def test_bad_partitions(partitions):
    with pytest.raises(ValueError):
        get_variable("v", [5, 2], partitioner=lambda shape, dtype: partitions)


def test_initializers_are_told_their_part():
    seen = []

    def initializer(shape, dtype, partition_info):
        seen.append((shape, partition_info.full_shape, partition_info.var_offset))
        return np.zeros(shape, np.float32)

    get_variable("v", [3], initializer=initializer, partitioner=fixed_size_partitioner(2))
    assert seen == [([2], [3], [0]), ([1], [3], [2])]


def test_partition_info():
    info = PartitionInfo([4, 6], [0, 3])
    assert info.single_slice_dim([4, 3]) == 1 and info.single_offset([4, 3]) == 3
    assert PartitionInfo([4], [0]).single_offset([4]) == 0
    for shape in ([4], [2, 2], [5, 3]):
        with pytest.raises(ValueError):
            info.single_slice_dim(shape)
    for arguments, error in ((([4], [4]), ValueError), (([4], [0, 0]), ValueError), ((4, [0]), TypeError)):
        with pytest.raises(error):
            PartitionInfo(*arguments)


def test_create_partitioned_variables():
    parts = create_partitioned_variables([4, 2], [2, 1], Ones(), name="p")
    assert [part.name for part in parts] == ["p/part_0:0", "p/part_1:0"]
    again = create_partitioned_variables([4, 2], [2, 1], Ones(), name="p", reuse=True)
    assert again == parts
    with pytest.raises(ValueError):
        create_partitioned_variables([4, 2], [2], Ones())


# -- templates ----------------------------------------------------------------------------------------------


def test_templates_share_their_variables():
    template = make_template(
        "t", lambda x, scale: x * get_variable("w", [], initializer=Constant(scale)), scale=3.0
    )
    first, second = template(1.0), template(2.0)
    other = make_template("t", lambda: get_variable("w", []))
    assert [v.name for v in template.variables] == ["t/w:0"] and other().name == "t_1/w:0"
    assert template.variable_scope_name == "t/" and template.trainable_variables == template.weights
    assert value_of(first, second) == (3.0, 6.0)


def test_templates_take_their_name_now_or_on_the_first_call():
    later = make_template("t", lambda: get_variable("w", []))
    now = make_template("t", lambda: get_variable("w", []), create_scope_now_=True)
    assert later.variable_scope is None and later.variables == []
    assert now().name == "t/w:0" and later().name == "t_1/w:0"
    unique = make_template("t", lambda: get_variable("w", []), unique_name_="only")
    assert unique().name == "only/w:0"


def test_an_error_in_a_template_says_which_one():
    def fails(error):
        raise error

    template = make_template("outer_scale", fails)
    with pytest.raises(ValueError, match=r"(?s)^too small.*in the template 'outer_scale', defined at"):
        template(ValueError("too small"))
    with pytest.raises(OSError) as raised:
        template(OSError(2, "no file"))
    assert raised.value.errno == 2 and "outer_scale" in raised.value.__notes__[0]


def test_templates_refuse_trainable_variables_that_are_not_shared():
    template = make_template("t", lambda: Variable(1.0))
    template()
    with pytest.raises(ValueError, match="not\\s+shared"):
        template()
    with pytest.raises(ValueError):
        make_template(None, len)
