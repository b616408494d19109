"""`eg`: Evergraph under the names that training programs use; `tf1`: TensorFlow under the same ones."""

from types import SimpleNamespace

import pytest

from evergraph import optimizers
from evergraph.framework import collections, composite, dtypes, graph
from evergraph.gradients.gradients import gradients
from evergraph.ops import array as array_ops
from evergraph.ops import control_flow, variables
from evergraph.ops import math as math_ops
from evergraph.ops.assign import assign_add, assign_sub, scatter_sub
from evergraph.ops.constants import constant, identity, placeholder
from evergraph.ops.resource_variables import ResourceVariable
from evergraph.ops.variable_scope import get_variable, variable_scope
from evergraph.session.session import Session


@pytest.fixture(scope="session")
def eg():
    names = SimpleNamespace()
    for module in (array_ops, math_ops, control_flow, variables):
        for name in module.__all__:
            setattr(names, name, getattr(module, name))
    for thing in (Session, assign_add, assign_sub, constant, get_variable, gradients, identity, placeholder,
                  scatter_sub, variable_scope):  # fmt: skip
        setattr(names, thing.__name__, thing)
    for name in ("Graph", "control_dependencies", "get_default_graph"):
        setattr(names, name, getattr(graph, name))
    for name in ("float16", "float32", "float64", "int32", "int64"):
        setattr(names, name, getattr(dtypes, name))
    names.GraphKeys = collections.GraphKeys
    names.get_collection = collections.get_collection
    names.IndexedSlices = composite.IndexedSlices
    names.ResourceVariable = ResourceVariable
    names.train = SimpleNamespace(**{name: getattr(optimizers, name) for name in optimizers.__all__})
    return names


@pytest.fixture(scope="session")
def tf1():
    return pytest.importorskip("tensorflow").compat.v1
