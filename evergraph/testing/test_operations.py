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


def _named(type, signature):  # noqa: A002 (TensorFlow's word)
    """An operation of several inputs and outputs."""
    return host_op(type, signature, stateful=True, shape=_unknown)(lambda run, *inputs: _no_kernel(run))


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
ref_input_float_input_int_output_op = _of_two(
    "RefInputFloatInputIntOutput", "a: Ref(float32), b: float32 -> c: int32"
)
foo1_op = _named("Foo1", "a: float32, b: int32, c: int32 -> d: float32, e: int32")
foo2_op = _named("Foo2", "a: float32, b: string, c: string -> d: float32, e: int32")
foo3_op = _named("Foo3", "a: float32, b: string, c: float32 -> d: float32, e: int32")
copy_op = host_op("CopyOp", "a: T -> b: T", stateful=True, shape=lambda op: op.input_tensors[0].shape)(
    lambda run, a: a
)
int64_output_op = _source("Int64Output", "out: int64")
a_op = _source("A", "out: float32")
b_op = _source("B", "out: float32")
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
    """Which of the kernels was chosen: by the label that `Graph._kernel_label_map` gave the operation."""
    return np.array(b"My label is: " + run.operation.attrs.get("_kernel", "default").encode(), object)


def _scalar_of_vector(operation):
    operation.input_tensors[0].shape.assert_has_rank(1)
    return as_shape([])


@host_op("KernelLabelRequired", "input: int32 -> result: string", stateful=True, shape=_scalar_of_vector)
def kernel_label_required_op(run, input):  # noqa: A002 (TensorFlow's name)
    """As KernelLabel, for an operation that has no kernel without a label."""
    label = run.operation.attrs.get("_kernel")
    if label is None:
        raise errors.InvalidArgumentError(
            None, None, "No OpKernel was registered: the operation has no label"
        )
    return np.array(b"My label is: " + label.encode(), object)


def _only_before_version_8(operation):
    version = operation.graph.graph_def_versions.producer
    if version >= 8:
        raise NotImplementedError(
            f"Op Old is not available in GraphDef version {version}. It has been removed in version 8. For reasons."
        )
    return []


@host_op("Old", "->", stateful=True, shape=_only_before_version_8)
def old_op(run):
    """An operation of graphs that are older than version 8."""


class _StubResource:
    """A resource that has nothing but that it was made."""

    is_made = False


@host_op("StubResourceHandleOp", "-> resource: resource", stateful=True, shape=_scalar)
def stub_resource_handle_op(run, *, container="", shared_name=""):
    return run.resource(_StubResource)


@host_op("ResourceCreateOp", "resource: resource ->", stateful=True)
def resource_create_op(run, resource):
    resource.is_made = True


@host_op("ResourceInitializedOp", "resource: resource -> initialized: bool", stateful=True, shape=_scalar)
def resource_initialized_op(run, resource):
    return np.bool_(resource.is_made)


@host_op("ResourceUsingOp", "resource: resource ->", stateful=True)
def resource_using_op(run, resource):
    if not resource.is_made:
        raise errors.FailedPreconditionError(None, None, "the resource was not made")
