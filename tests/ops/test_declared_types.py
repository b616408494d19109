"""The law of results: a kernel gives the dtype that its operation declares, itself, before any conversion.

`strict` holds it for every program that a test compiles (`tests/conftest.py`); here it is held for the rows of the
tables of operations, for their NumPy kernels and host kernels besides.
"""

import importlib.util
import pathlib

import numpy as np
import pytest

import evergraph as tf
from evergraph.framework import declared_types, dtypes
from evergraph.framework.composite import IndexedSlices, SparseTensor
from evergraph.ops import array as array_ops
from evergraph.ops.registry import device_op

HERE = pathlib.Path(__file__).parent


def table(*path):
    spec = importlib.util.spec_from_file_location("_".join(path).removesuffix(".py"), HERE.joinpath(*path))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


arrays = table("array", "cases.py")
sizes = table("size_cases.py")
networks = table("nn", "test_against_tensorflow.py")
functions = table("math", "test_against_tensorflow.py")
static = table("test_static_shapes.py")


def rows():
    """name -> a function that gives (results, feeds)."""
    for name, inputs, function in arrays.ROWS:
        yield (
            f"array: {name}",
            lambda i=inputs, f=function: placed(
                [(dtype, np.shape(value), value) for dtype, _, value in i],
                lambda *places: f(array_ops, *places),
            ),
        )
    for name, inputs, function in sizes.ROWS:
        drawn = dict(n=3, m=4, k=2, t=5, h=4, w=5)
        yield (
            f"sizes: {name}",
            lambda i=inputs, f=function, d=drawn: placed(
                [
                    (
                        dtype.partition("<")[0],
                        [static.size_of(n, d) for n in dims],
                        static.value_of(dtype, dims, d),
                    )
                    for dtype, dims in i
                ],
                lambda *places: f(tf, *places),
            ),
        )
    for name, (function, inputs, _) in networks.ROWS.items():
        yield (
            f"networks: {name}",
            lambda i=inputs, f=function: placed(
                [(np.asarray(v).dtype, np.shape(v), v) for v in i], lambda *places: f(networks.EG, *places)
            ),
        )
    for make in ("scalar_rows", "pair_rows", "reduction_rows", "product_rows"):
        for name, function in getattr(functions, make)():
            yield f"{make}: {name}", lambda f=function: (f(tf), {})


def placed(inputs, function):
    places = [tf.placeholder(dtype, shape) for dtype, shape, _ in inputs]
    return function(*places), dict(zip(places, [value for *_, value in inputs]))


def tensors_of(result):
    if isinstance(result, (list, tuple)) and not isinstance(result, (SparseTensor, IndexedSlices)):
        for part in result:
            yield from tensors_of(part)
    elif result is not None:
        yield result


def kernels_on_numpy(graph):
    """(operation, kernel on NumPy values) for what needs no session."""
    for operation in graph.operations_outside_bodies():
        definition = operation.definition
        kernel = definition.kernel if definition.kind == "host" else definition.numpy
        if (
            kernel is None
            or definition.stateful
            or definition.kind == "host"
            and definition.leading is not None
        ):
            continue
        if any(t.dtype._is_ref_dtype for t in operation.input_tensors):
            continue
        if not {dtypes.resource, dtypes.variant} & {
            t.dtype for t in (*operation.input_tensors, *operation.outputs)
        }:
            yield operation, kernel


def flat(result):
    return [part for r in result for part in flat(r)] if isinstance(result, (list, tuple)) else [result]


@pytest.mark.slow
@pytest.mark.parametrize("make", [pytest.param(make, id=name) for name, make in rows()])
def test_kernels_give_what_is_declared(make):
    with tf.Graph().as_default() as graph, tf.Session() as session:
        result, feeds = make()
        session.run(list(tensors_of(result)), feeds)
        for operation, kernel in kernels_on_numpy(graph):
            definition = operation.definition
            values = session.run(list(operation.inputs), feeds)
            values = [np.asarray(v, t.dtype.as_numpy_dtype) for v, t in zip(values, operation.inputs)]
            found = flat(
                kernel(*definition.group_inputs(operation, values), **definition.kernel_keywords(operation))
            )
            for tensor, value in zip(operation.outputs, found, strict=True):
                if tensor.dtype != dtypes.string:
                    declared_types.check_result(tensor, value)


@device_op("TestWide", "x: float32 -> y: float32")
def wide(x):
    return x.astype(np.float64)


@device_op("TestClaim", "x: float32 -> y: float32", shape=lambda op: [[3]])
def claim(x):
    return x


def test_a_kernel_of_another_type_fails():
    with pytest.raises(tf.errors.InternalError, match="gave float64 for.*TestWide.*float32"):
        tf.Session().run(wide(tf.placeholder_with_default([1.0], [1])))


def test_a_claim_that_does_not_hold_fails():
    with pytest.raises(tf.errors.InternalError, match=r"\(1,\)"):
        tf.Session().run(claim(tf.placeholder_with_default([1.0], [1])))
