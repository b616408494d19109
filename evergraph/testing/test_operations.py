"""The operations without a meaning that TensorFlow's own tests build graphs of: `tensorflow.python.framework.test_ops`.

They have inputs and outputs of each kind (numbers, lists, references, resources), and no kernel but the few that tests run.
"""

from collections.abc import Sequence
from typing import NoReturn

import numpy as np

from evergraph.framework import dtypes, errors
from evergraph.framework.graph import GRAPH_DEF_VERSION
from evergraph.framework.shapes import as_shape, unknown_shape
from evergraph.ops.registry import host_op


def _no_kernel(run) -> NoReturn:
    raise errors.UnimplementedError(
        None, None, f"{run.operation.type} is an operation for tests that build graphs: it has no kernel"
    )


def _unknown(operation):
    return [unknown_shape() for _ in operation.outputs]


def _scalar(operation):
    return as_shape([])


def _source(type, outputs):  # noqa: A002 (TensorFlow's word)
    """An operation without inputs."""
    return host_op(type, f"-> {outputs}", stateful=True, shape=_unknown)(lambda run: _no_kernel(run))


def _of_one(type, signature, **options):  # noqa: A002 (TensorFlow's word)
    return host_op(type, signature, stateful=True, shape=_unknown, **options)(lambda run, a: _no_kernel(run))


def _of_two(type, signature):  # noqa: A002 (TensorFlow's word)
    return host_op(type, signature, stateful=True, shape=_unknown)(lambda run, a, b: _no_kernel(run))


none_op = host_op("None", "->", stateful=True)(lambda run: _no_kernel(run))
int_output_op = _source("IntOutput", "a: int32")
float_output_op = _source("FloatOutput", "a: float32")
two_int_outputs_op = _source("TwoIntOutputs", "a: int32, b: int32")
two_float_outputs_op = _source("TwoFloatOutputs", "a: float32, b: float32")
five_float_outputs_op = _source(
    "FiveFloatOutputs", "a: float32, b: float32, c: float32, d: float32, e: float32"
)
int_output_float_output_op = _source("IntOutputFloatOutput", "a: int32, b: float32")
float_output_string_output_op = _source("FloatOutputStringOutput", "a: float32, b: string")
ref_output_op = _source("RefOutput", "a: Ref(int32)")
ref_output_float_output_op = _source("RefOutputFloatOutput", "a: Ref(float32), b: float32")

int_input_op = _of_one("IntInput", "a: int32 ->")
float_input_op = _of_one("FloatInput", "a: float32 ->")
int_input_int_output_op = _of_one("IntInputIntOutput", "a: int32 -> b: int32")
list_input_op = _of_one("ListInput", "a: N*T ->")
two_int_inputs_op = _of_two("TwoIntInputs", "a: int32, b: int32 ->")
two_float_inputs_op = _of_two("TwoFloatInputs", "a: float32, b: float32 ->")
int_input_float_input_op = _of_two("IntInputFloatInput", "a: int32, b: float32 ->")
ref_input_int_input_op = _of_two("RefInputIntInput", "a: Ref(int32), b: int32 ->")
ref_input_float_input_op = _of_two("RefInputFloatInput", "a: Ref(float32), b: float32 ->")
two_refs_in_op = _of_two("TwoRefsIn", "a: Ref(T), b: Ref(T) ->")
two_float_inputs_float_output_op = _of_two(
    "TwoFloatInputsFloatOutput", "a: float32, b: float32 -> c: float32"
)
two_float_inputs_int_output_op = _of_two("TwoFloatInputsIntOutput", "a: float32, b: float32 -> c: int32")


@host_op("ListOutput", "-> a: [T]", stateful=True, shape=_unknown)
def list_output_op(run, *, T: list):  # noqa: N803 (TensorFlow's name)
    _no_kernel(run)


@host_op("OpWithDefaultAttr", "-> a: int32", stateful=True, shape=_unknown)
def op_with_default_attr_op(run, *, default_float=123.0):
    _no_kernel(run)


@host_op("OpWithFutureDefaultAttr", "->", stateful=True)
def op_with_future_default_attr_op(run):
    _no_kernel(run)


@host_op("IntAttr", "-> out: int64", stateful=True, shape=_scalar)
def int_attr_op(run, *, foo=1):
    _no_kernel(run)


@host_op("DefaultAttrs", "->", stateful=True)
def default_attrs_op(
    run,
    *,
    string_val="abc",
    string_list_val: Sequence = ("abc", ""),
    int_val=123,
    int_list_val: Sequence = (1, 2, 3),
    float_val=10.0,
    float_list_val: Sequence = (10.0,),
    bool_val=True,
    bool_list_val: Sequence = (True, False),
    type_val=dtypes.int32,
    type_list_val: Sequence = (dtypes.int32, dtypes.float32),
):
    _no_kernel(run)


@host_op(
    "TestStringOutput", "input: float32 -> output1: float32, output2: string", stateful=True, shape=_unknown
)
def test_string_output_op(run, input):  # noqa: A002 (TensorFlow's name)
    _no_kernel(run)


def _only_in_older_graphs(operation):
    if operation.graph.graph_def_versions.producer >= GRAPH_DEF_VERSION:
        raise ValueError(
            f"Wrong graph version: {operation.type} is for graphs of a producer before {GRAPH_DEF_VERSION}, got "
            f"{operation.graph.graph_def_versions.producer}"
        )
    return as_shape([])


@host_op("RequiresOlderGraphVersion", "-> version: int32", stateful=True, shape=_only_in_older_graphs)
def requires_older_graph_version_op(run):
    return np.int32(run.operation.graph.graph_def_versions.producer)


@host_op("GraphDefVersion", "-> version: int32", stateful=True, shape=_scalar)
def graph_def_version_op(run):
    """The version of TensorFlow's graph format that the graph was made for."""
    return np.int32(run.operation.graph.graph_def_versions.producer)


@host_op("KernelLabel", "-> result: string", stateful=True, shape=_scalar)
def kernel_label_op(run):
    """The label that `Graph._kernel_label_map` gave the operation, which chooses among kernels: here there is one."""
    label = run.operation.attrs.get("_kernel", "default")
    return b"My label is: " + (label if isinstance(label, bytes) else label.encode())


@host_op("CopyOp", "a: T -> b: T", shape=lambda op: op.input_tensors[0].shape)
def copy_op(a):
    """Its operand."""
    return np.array(a)
