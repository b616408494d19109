"""The laws of operations, each written once; the tables of the packages give the rows that they are held over.

1. `static_shapes_hold`    what is claimed while the graph is built is so in the run
2. `dtypes_hold`           a value has the dtype that its tensor declares, and so has what its kernel gives (`kernels_hold`)
3. `gradients_are_differences`
4. `agree`                 values, dtypes and static shapes are TensorFlow's; `covers`: no less is known than there
5. `compiled_is_op_by_op`  one program gives what its operations give one after the other

A row is a name, its inputs (dtype, static shape, value), and a function of a module with TensorFlow's names and of the
placeholders, which gives a tensor or a list of them.
"""

import importlib
from typing import Any, NamedTuple

import numpy as np
import pytest

import evergraph
from evergraph.framework import declared_types, dtypes
from evergraph.framework.composite import IndexedSlices, SparseTensor


def named(rows):
    """The rows as parameters of a test, with their names as ids."""
    return [pytest.param(*row[1:], id=row[0]) for row in rows]


def tensorflow_1():
    """The reference: TensorFlow in its 1.x mode; skips the test where it is not installed."""
    pytest.importorskip("tensorflow")
    return importlib.import_module("tensorflow").compat.v1


class Outcome(NamedTuple):
    """A row that was built and run."""

    tensors: list[Any]
    values: list[Any]

    @property
    def shapes(self):
        return [known(t) for t in self.tensors]

    @property
    def dtypes(self):
        return [t.dtype.base_dtype.name for t in self.tensors]


def known(tensor):
    """A static shape as a list with None, or None."""
    return None if tensor.shape.ndims is None else tensor.shape.as_list()


def tensors_of(result):
    """The tensors (and composites) of a nested result."""
    if isinstance(result, (list, tuple)) and not isinstance(result, (SparseTensor, IndexedSlices)):
        return [tensor for part in result for tensor in tensors_of(part)]
    return [] if result is None else [result]


def placed(tf, inputs, function, names=None):
    """(results, feeds) of a row, built in the default graph; `names` is the module that the function sees."""
    places = [tf.placeholder(dtype, shape) for dtype, shape, _ in inputs]
    return function(names or tf, *places), dict(zip(places, [value for *_, value in inputs]))


def outcome(tf, inputs, function, names=None):
    """A row, run in a graph of its own."""
    with tf.Graph().as_default() as graph:
        result, feeds = placed(tf, inputs, function, names)
        tensors = tensors_of(result)
        with tf.Session(graph=graph) as session:
            return Outcome(tensors, session.run(tensors, feeds))


# -- static shapes and dtypes ----------------------------------------------------------------------------------------


def static_shapes_hold(tensors, values, what=""):
    for tensor, value in zip(tensors, values, strict=True):
        assert tensor.shape.is_compatible_with(np.shape(value)), (
            f"{tensor.op.type} claims {tensor.shape} and gives {np.shape(value)} {what}"
        )


def dtypes_hold(tensors, values):
    for tensor, value in zip(tensors, values, strict=True):
        if tensor.dtype.base_dtype != dtypes.string:
            assert np.asarray(value).dtype == tensor.dtype.as_numpy_dtype, tensor


def kernels_hold(session, feeds):
    """What kernels on NumPy values give, before any conversion, has the declared dtype and the claimed shape."""
    for operation, kernel in _kernels_on_numpy(session.graph):
        definition = operation.definition
        values = session.run(list(operation.inputs), feeds)
        values = [np.asarray(v, t.dtype.as_numpy_dtype) for v, t in zip(values, operation.inputs)]
        found = kernel(*definition.group_inputs(operation, values), **definition.kernel_keywords(operation))
        for tensor, value in zip(operation.outputs, _flat(found), strict=True):
            if tensor.dtype != dtypes.string:
                declared_types.check_result(tensor, value)


def _kernels_on_numpy(graph):
    """(operation, kernel on NumPy values) for what needs no session."""
    for operation in graph.operations_outside_bodies():
        definition = operation.definition
        on_host = definition.kind == "host"
        kernel = definition.kernel if on_host else definition.numpy
        if kernel is None or definition.stateful or on_host and definition.leading is not None:
            continue
        if any(t.dtype._is_ref_dtype for t in operation.input_tensors):
            continue
        if not {dtypes.resource, dtypes.variant} & {
            t.dtype for t in (*operation.input_tensors, *operation.outputs)
        }:
            yield operation, kernel


def _flat(result):
    return [part for r in result for part in _flat(r)] if isinstance(result, (list, tuple)) else [result]


# -- beside TensorFlow -----------------------------------------------------------------------------------------------


def covers(here, there):
    """Whether all that is known of a shape there is known here; shapes are lists with None, or None."""
    if there is None:
        return True
    return (
        here is not None and len(here) == len(there) and all(b is None or a == b for a, b in zip(here, there))
    )


def agree(ours, theirs, rtol=0.0, atol=0.0):
    """Asserts that an Outcome is TensorFlow's: dtypes, no less of shapes, values within the tolerances."""
    assert ours.dtypes == theirs.dtypes
    for here, there in zip(ours.shapes, theirs.shapes, strict=True):
        assert covers(here, there), f"{here} here, {there} in TensorFlow"
    values_agree(ours.values, theirs.values, rtol, atol)


def values_agree(ours, theirs, rtol=0.0, atol=0.0):
    """Asserts that values are the same, floating ones within the tolerances."""
    for mine, reference in zip(ours, theirs, strict=True):
        assert np.shape(mine) == np.shape(reference)
        if (rtol or atol) and np.asarray(mine).dtype.kind not in "OSUbiu":
            np.testing.assert_allclose(mine, reference, rtol=rtol, atol=atol)
        else:
            np.testing.assert_array_equal(mine, reference)


def weights_like(tf, y):
    """1, 2, 3, ... in the shape of `y`: a weight for each element, so that no gradient hides behind a sum."""
    return tf.cast(tf.reshape(tf.range(1.0, tf.cast(tf.size(y), tf.float32) + 1.0), tf.shape(y)), y.dtype)


def weighted_gradient(tf, value, function):
    """The gradient, for a constant `value`, of the result of a function, its elements weighted unevenly."""
    x = tf.constant(value)
    y = function(tf, x)
    return tf.gradients(y, [x], grad_ys=[weights_like(tf, y)])[0]


# -- gradients ---------------------------------------------------------------------------------------------------------


def gradients_are_differences(value, function, rtol=1e-5, step=1e-5):
    """In float64, along a random direction: the slope of the weighted result, by gradients and by differences."""
    tf, value = evergraph, np.asarray(value, np.float64)
    direction = np.random.RandomState(3).standard_normal(value.shape)
    with tf.Graph().as_default() as graph:
        x = tf.placeholder(tf.float64, value.shape)
        y = function(tf, x)
        total = tf.reduce_sum(y * weights_like(tf, y))
        gradient = tf.convert_to_tensor(tf.gradients(total, x)[0])
        with tf.Session(graph=graph) as session:
            slope = np.sum(session.run(gradient, {x: value}) * direction)
            high, low = (session.run(total, {x: value + s * direction}) for s in (step, -step))
    scale = max(1.0, abs(float(high)))
    np.testing.assert_allclose(slope, (high - low) / (2 * step), rtol=rtol, atol=rtol * scale)


# -- compilation -------------------------------------------------------------------------------------------------------


def compiled_is_op_by_op(inputs, function, names=None, rtol=1e-5, atol=1e-6):
    """Each operation alone, fed with what those before it gave, leads to what all of them give in one run."""
    tf = evergraph
    with tf.Graph().as_default() as graph:
        result, feeds = placed(tf, inputs, function, names)
        tensors = tensors_of(result)
        with tf.Session(graph=graph) as session:
            whole = session.run(tensors, feeds)
            values = dict(feeds)
            for operation in graph.operations_outside_bodies():  # those before it were made before it
                outputs = [t for t in operation.outputs if t not in values]
                if outputs:
                    given = {t: values[t] for t in operation.inputs}
                    values.update(zip(outputs, session.run(outputs, given)))
    values_agree([values[t] for t in tensors], whole, rtol, atol)
