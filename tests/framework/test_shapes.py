import copy
import itertools
import operator
import pickle

import numpy as np
import pytest
from tensorboard.compat.proto.tensor_shape_pb2 import TensorShapeProto

from evergraph.framework import dtypes
from evergraph.framework.shapes import Dimension, TensorShape, as_shape, broadcast_shapes, unknown_shape

SHAPES = [None, [], [None], [1], [3], [0], [None, None], [2, 3], [None, 3], [2, 1], [1, None, 3], [4, 2, 3]]
SIZES = [None, 0, 1, 4]
SIZE_PAIRS = list(itertools.product(SIZES, SIZES))
ARITHMETIC = [operator.add, operator.sub, operator.mul, operator.floordiv, operator.mod]
COMPARISONS = [operator.eq, operator.ne, operator.lt, operator.le, operator.gt, operator.ge]


def dims_of(shape):
    return None if shape.ndims is None else shape.as_list()


def outcome(function, *args):
    """What a call gives, or the type of what it raises."""
    try:
        return function(*args)
    except (ValueError, TypeError, ZeroDivisionError, IndexError) as error:
        return next(kind for kind in type(error).__mro__ if kind.__module__ == "builtins")


@pytest.mark.parametrize("compute", ARITHMETIC)
def test_dimension_arithmetic_is_that_of_ints_or_unknown(compute):
    for left, right in SIZE_PAIRS:
        unknown = left is None or right is None
        expected = None if unknown else outcome(compute, left, right)
        if not unknown and type(expected) is int and expected < 0:
            expected = ValueError
        for a, b in ((Dimension(left), Dimension(right)), (Dimension(left), right), (left, Dimension(right))):
            result = outcome(compute, a, b)
            assert (result.value if isinstance(result, Dimension) else result) == expected, (a, b)


@pytest.mark.parametrize("compare", COMPARISONS)
def test_dimension_comparison_is_none_when_unknown(compare):
    for left, right in SIZE_PAIRS:
        expected = None if left is None or right is None else compare(left, right)
        assert compare(Dimension(left), Dimension(right)) is expected, (left, right)
        assert compare(Dimension(left), right) is expected, (left, right)


def test_dimension_values():
    assert Dimension("12") == 12 == Dimension(24.0 / 2) and Dimension(12) == "12"
    assert list(range(Dimension(3))) == [0, 1, 2] and np.zeros(Dimension(3)).shape == (3,)
    assert hash(Dimension(3)) == hash(3)
    assert (Dimension(12) == "_") is False and (Dimension(None) == 12.99) is False
    for bad, error in ((-1, ValueError), (1.5, ValueError), (dtypes.float32, TypeError), ([], TypeError)):
        with pytest.raises(error):
            Dimension(bad)
    with pytest.raises(TypeError):
        int(Dimension(None))
    with pytest.raises(TypeError, match="unsupported operand type"):
        Dimension(4) / 2


@pytest.mark.parametrize("dims", SHAPES)
def test_every_form_gives_the_same_shape(dims):
    shape = TensorShape(dims)
    forms = [shape, shape.as_proto(), shape.dims, None if dims is None else tuple(dims)]
    forms += [] if dims is None or None in dims else [np.array(dims, int)]
    for form in forms:
        assert TensorShape(form) == shape and hash(TensorShape(form)) == hash(shape)
        assert TensorShape(form).dims_or_none == (None if dims is None else tuple(dims))
    assert pickle.loads(pickle.dumps(shape)) == shape == copy.deepcopy(shape)
    assert as_shape(shape) is shape
    assert bool(shape) is (dims is not None)
    assert shape.is_fully_defined() is (dims is not None and None not in dims)
    assert shape.num_elements() == (int(np.prod(dims)) if shape.is_fully_defined() else None)
    assert eval(repr(shape)) == shape


@pytest.mark.parametrize("first", SHAPES)
def test_laws_of_pairs(first):
    for second in SHAPES:
        check_pair(TensorShape(first), TensorShape(second))


def check_pair(a, b):
    assert a.is_compatible_with(b) is b.is_compatible_with(a)
    common = a.most_specific_compatible_shape(b)
    assert common.is_compatible_with(a) and common.is_compatible_with(b)
    if a.is_compatible_with(b):
        merged = a.merge_with(b)
        assert merged == b.merge_with(a) == merged.merge_with(a) == merged.merge_with(b)
    else:
        for check in (a.merge_with, a.assert_is_compatible_with):
            with pytest.raises(ValueError, match="compatible"):
                check(b)
    assert outcome(broadcast_shapes, a, b) == outcome(broadcast_shapes, b, a)
    if a.is_fully_defined() and b.is_fully_defined():
        expected = outcome(np.broadcast_shapes, tuple(a.as_list()), tuple(b.as_list()))
        result = outcome(broadcast_shapes, a, b)
        assert (result if result is ValueError else result.dims_or_none) == expected


def test_slices_of_unknown_rank():
    unknown = TensorShape(None)
    assert unknown[2].value is None and unknown[1:4] == unknown_shape(3) and unknown[1:] == unknown
    assert unknown[:-1] == unknown
    with pytest.raises(ValueError, match="step"):
        unknown[::2]
    for forbidden in (len, list, TensorShape.as_list):
        with pytest.raises(ValueError):
            forbidden(unknown)


def test_text_and_bad_sizes():
    assert str(TensorShape([32, None])) == "(32, ?)" and str(TensorShape([7])) == "(7,)"
    assert (str(TensorShape([])), str(TensorShape(None))) == ("()", "<unknown>")
    for bad, error in (("347", TypeError), ([-2], ValueError), ((-2,), ValueError), (dtypes.int8, TypeError)):
        with pytest.raises(error):
            TensorShape(bad)
    assert TensorShape([3, 4, 7]) != "347" and TensorShape([3]) == ["3"] and TensorShape(3) == [3]
    assert TensorShape(TensorShapeProto(unknown_rank=True)).ndims is None


def test_ranks():
    assert TensorShape(None)._dims is None and len(TensorShape([2, None])._dims) == 2
    shape = TensorShape([2, None])
    assert shape.with_rank(2) is shape and TensorShape(None).with_rank(2) == unknown_shape(2)
    for check, rank in (("with_rank", 3), ("with_rank_at_least", 3), ("with_rank_at_most", 1)):
        with pytest.raises(ValueError, match=r"\(2, \?\) must have rank.*" + str(rank)):
            getattr(shape, check)(rank)
    assert shape.with_rank_at_least(2) is shape is shape.with_rank_at_most(2)


@pytest.mark.interop
@pytest.mark.parametrize("a", SHAPES)
def test_agrees_with_tensorflow(a):
    tf1 = pytest.importorskip("tensorflow").compat.v1
    assert TensorShape(a).as_proto().SerializeToString() == tf1.TensorShape(a).as_proto().SerializeToString()
    for b in SHAPES:
        compare_pair(tf1, a, b)


def compare_pair(tf1, a, b):
    for name in ("merge_with", "concatenate", "most_specific_compatible_shape", "is_compatible_with"):
        ours = outcome(getattr(TensorShape(a), name), TensorShape(b))
        theirs = outcome(getattr(tf1.TensorShape(a), name), tf1.TensorShape(b))
        if isinstance(ours, TensorShape):
            assert dims_of(ours) == dims_of(theirs), name
        else:
            assert ours == theirs, name
    ours = outcome(broadcast_shapes, a, b)
    theirs = outcome(tf1.broadcast_static_shape, tf1.TensorShape(a), tf1.TensorShape(b))
    assert (ours if ours is ValueError else dims_of(ours)) == (
        theirs if theirs is ValueError else dims_of(theirs)
    )
    assert (TensorShape(a) == TensorShape(b)) == (tf1.TensorShape(a) == tf1.TensorShape(b))
