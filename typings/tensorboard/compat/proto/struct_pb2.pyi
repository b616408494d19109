"""Written by scripts/message_types.py; do not edit."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from google.protobuf.internal.containers import MessageMap, RepeatedCompositeFieldContainer, RepeatedScalarFieldContainer, ScalarMap
from google.protobuf.internal.enum_type_wrapper import EnumTypeWrapper
from google.protobuf.message import Message
from tensorboard.compat.proto import tensor_pb2
from tensorboard.compat.proto import tensor_shape_pb2
from tensorboard.compat.proto import types_pb2


class StructuredValue(Message):
    none_value: Final[NoneValue]
    float64_value: float
    int64_value: int
    string_value: str
    bool_value: bool
    tensor_shape_value: Final[tensor_shape_pb2.TensorShapeProto]
    tensor_dtype_value: int
    tensor_spec_value: Final[TensorSpecProto]
    type_spec_value: Final[TypeSpecProto]
    bounded_tensor_spec_value: Final[BoundedTensorSpecProto]
    list_value: Final[ListValue]
    tuple_value: Final[TupleValue]
    dict_value: Final[DictValue]
    named_tuple_value: Final[NamedTupleValue]
    tensor_value: Final[tensor_pb2.TensorProto]
    numpy_value: Final[tensor_pb2.TensorProto]
    def __init__(self, *, none_value: NoneValue | Mapping[str, Any] | None = ..., float64_value: float | None = ..., int64_value: int | None = ..., string_value: str | None = ..., bool_value: bool | None = ..., tensor_shape_value: tensor_shape_pb2.TensorShapeProto | Mapping[str, Any] | None = ..., tensor_dtype_value: int | str | None = ..., tensor_spec_value: TensorSpecProto | Mapping[str, Any] | None = ..., type_spec_value: TypeSpecProto | Mapping[str, Any] | None = ..., bounded_tensor_spec_value: BoundedTensorSpecProto | Mapping[str, Any] | None = ..., list_value: ListValue | Mapping[str, Any] | None = ..., tuple_value: TupleValue | Mapping[str, Any] | None = ..., dict_value: DictValue | Mapping[str, Any] | None = ..., named_tuple_value: NamedTupleValue | Mapping[str, Any] | None = ..., tensor_value: tensor_pb2.TensorProto | Mapping[str, Any] | None = ..., numpy_value: tensor_pb2.TensorProto | Mapping[str, Any] | None = ...) -> None: ...

class NoneValue(Message):
    def __init__(self) -> None: ...

class ListValue(Message):
    values: Final[RepeatedCompositeFieldContainer[StructuredValue]]
    def __init__(self, *, values: Iterable[StructuredValue] | None = ...) -> None: ...

class TupleValue(Message):
    values: Final[RepeatedCompositeFieldContainer[StructuredValue]]
    def __init__(self, *, values: Iterable[StructuredValue] | None = ...) -> None: ...

class DictValue(Message):
    fields: Final[MessageMap[str, StructuredValue]]
    def __init__(self, *, fields: Mapping[str, StructuredValue] | None = ...) -> None: ...

class PairValue(Message):
    key: str
    value: Final[StructuredValue]
    def __init__(self, *, key: str | None = ..., value: StructuredValue | Mapping[str, Any] | None = ...) -> None: ...

class NamedTupleValue(Message):
    name: str
    values: Final[RepeatedCompositeFieldContainer[PairValue]]
    def __init__(self, *, name: str | None = ..., values: Iterable[PairValue] | None = ...) -> None: ...

class TensorSpecProto(Message):
    name: str
    shape: Final[tensor_shape_pb2.TensorShapeProto]
    dtype: int
    def __init__(self, *, name: str | None = ..., shape: tensor_shape_pb2.TensorShapeProto | Mapping[str, Any] | None = ..., dtype: int | str | None = ...) -> None: ...

class BoundedTensorSpecProto(Message):
    name: str
    shape: Final[tensor_shape_pb2.TensorShapeProto]
    dtype: int
    minimum: Final[tensor_pb2.TensorProto]
    maximum: Final[tensor_pb2.TensorProto]
    def __init__(self, *, name: str | None = ..., shape: tensor_shape_pb2.TensorShapeProto | Mapping[str, Any] | None = ..., dtype: int | str | None = ..., minimum: tensor_pb2.TensorProto | Mapping[str, Any] | None = ..., maximum: tensor_pb2.TensorProto | Mapping[str, Any] | None = ...) -> None: ...

class TypeSpecProto(Message):
    TypeSpecClass: EnumTypeWrapper
    UNKNOWN: int
    SPARSE_TENSOR_SPEC: int
    INDEXED_SLICES_SPEC: int
    RAGGED_TENSOR_SPEC: int
    TENSOR_ARRAY_SPEC: int
    DATA_DATASET_SPEC: int
    DATA_ITERATOR_SPEC: int
    OPTIONAL_SPEC: int
    PER_REPLICA_SPEC: int
    VARIABLE_SPEC: int
    ROW_PARTITION_SPEC: int
    REGISTERED_TYPE_SPEC: int
    EXTENSION_TYPE_SPEC: int
    type_spec_class: int
    type_state: Final[StructuredValue]
    type_spec_class_name: str
    num_flat_components: int
    def __init__(self, *, type_spec_class: int | str | None = ..., type_state: StructuredValue | Mapping[str, Any] | None = ..., type_spec_class_name: str | None = ..., num_flat_components: int | None = ...) -> None: ...
