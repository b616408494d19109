"""Tensors as serialized TensorProtos: `parse_tensor`, `serialize_tensor`."""

import numpy as np

from evergraph.formats.messages import TensorProto
from evergraph.framework import errors
from evergraph.framework.dtypes import DType, as_dtype, string, variant
from evergraph.framework.protos import make_ndarray
from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import TensorShape, as_shape
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import DTypeLike, TensorLike
from evergraph.ops.registry import host_op

public_module("python.ops.parsing_ops")


@host_op("ParseTensor", "serialized: string -> output: out_type")
def parse_tensor_op(serialized, *, out_type: DType):
    if serialized.ndim:
        raise errors.InvalidArgumentError(
            None, None, f"Expected `serialized` to be a scalar, got shape: {list(serialized.shape)}"
        )
    try:
        proto = TensorProto.FromString(serialized.item())
    except Exception as error:  # noqa: BLE001 the message library's own exception type is no part of its interface
        raise errors.InvalidArgumentError(
            None,
            None,
            f"Could not parse `serialized` as TensorProto: {str(serialized.item()[:60]).removeprefix('b')}",
        ) from error
    if as_dtype(proto.dtype) != out_type:
        raise errors.InvalidArgumentError(
            None,
            None,
            f"Type mismatch between parsed tensor ({as_dtype(proto.dtype).name}) and dtype ({out_type.name})",
        )
    if out_type == variant:
        proto.dtype = string.as_datatype_enum
    return make_ndarray(proto)


@host_op("SerializeTensor", "tensor: T -> serialized: string", shape=lambda op: as_shape([]))
def serialize_tensor_op(run, tensor):
    is_variant = run.operation.input_tensors[0].dtype == variant  # whose value is a string here
    proto = TensorProto(
        dtype=(variant if is_variant else as_dtype(tensor.dtype)).as_datatype_enum,
        tensor_shape=TensorShape(tensor.shape).as_proto(),
    )
    if tensor.dtype.kind == "O":
        proto.string_val.extend(tensor.reshape(-1).tolist())
    else:
        proto.tensor_content = np.ascontiguousarray(tensor).tobytes()
    return proto.SerializeToString(deterministic=True)


@public("parse_tensor")
def parse_tensor(serialized: TensorLike, out_type: DTypeLike, name: str | None = None) -> Tensor:
    """The tensor in a TensorProto message.

    Args:
      serialized: string scalar.
      out_type: its DType.
      name: the operation's name.

    Running it raises InvalidArgumentError for what is no TensorProto, or one of another dtype.
    """
    return parse_tensor_op(serialized, out_type=out_type, name=name)


@public("serialize_tensor")
def serialize_tensor(tensor: TensorLike, name: str | None = None) -> Tensor:
    """A tensor as a TensorProto message: a string scalar."""
    return serialize_tensor_op(tensor, name=name)
