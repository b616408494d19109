"""Written by scripts/message_types.py; do not edit."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from google.protobuf.internal.containers import MessageMap, RepeatedCompositeFieldContainer, RepeatedScalarFieldContainer, ScalarMap
from google.protobuf.internal.enum_type_wrapper import EnumTypeWrapper
from google.protobuf.message import Message
from google.protobuf import any_pb2
from tensorboard.compat.proto import graph_pb2
from tensorboard.compat.proto import op_def_pb2
from tensorboard.compat.proto import saved_object_graph_pb2
from tensorboard.compat.proto import saver_pb2
from tensorboard.compat.proto import struct_pb2
from tensorboard.compat.proto import tensor_pb2
from tensorboard.compat.proto import tensor_shape_pb2
from tensorboard.compat.proto import types_pb2


class MetaGraphDef(Message):
    class MetaInfoDef(Message):
        meta_graph_version: str
        stripped_op_list: Final[op_def_pb2.OpList]
        any_info: Final[any_pb2.Any]
        tags: Final[RepeatedScalarFieldContainer[str]]
        tensorflow_version: str
        tensorflow_git_version: str
        stripped_default_attrs: bool
        function_aliases: Final[ScalarMap[str, str]]
        def __init__(self, *, meta_graph_version: str | None = ..., stripped_op_list: op_def_pb2.OpList | Mapping[str, Any] | None = ..., any_info: any_pb2.Any | Mapping[str, Any] | None = ..., tags: Iterable[str] | None = ..., tensorflow_version: str | None = ..., tensorflow_git_version: str | None = ..., stripped_default_attrs: bool | None = ..., function_aliases: Mapping[str, str] | None = ...) -> None: ...
    meta_info_def: Final[MetaGraphDef.MetaInfoDef]
    graph_def: Final[graph_pb2.GraphDef]
    saver_def: Final[saver_pb2.SaverDef]
    collection_def: Final[MessageMap[str, CollectionDef]]
    signature_def: Final[MessageMap[str, SignatureDef]]
    asset_file_def: Final[RepeatedCompositeFieldContainer[AssetFileDef]]
    object_graph_def: Final[saved_object_graph_pb2.SavedObjectGraph]
    def __init__(self, *, meta_info_def: MetaGraphDef.MetaInfoDef | Mapping[str, Any] | None = ..., graph_def: graph_pb2.GraphDef | Mapping[str, Any] | None = ..., saver_def: saver_pb2.SaverDef | Mapping[str, Any] | None = ..., collection_def: Mapping[str, CollectionDef] | None = ..., signature_def: Mapping[str, SignatureDef] | None = ..., asset_file_def: Iterable[AssetFileDef] | None = ..., object_graph_def: saved_object_graph_pb2.SavedObjectGraph | Mapping[str, Any] | None = ...) -> None: ...

class CollectionDef(Message):
    class NodeList(Message):
        value: Final[RepeatedScalarFieldContainer[str]]
        def __init__(self, *, value: Iterable[str] | None = ...) -> None: ...
    class BytesList(Message):
        value: Final[RepeatedScalarFieldContainer[bytes]]
        def __init__(self, *, value: Iterable[bytes] | None = ...) -> None: ...
    class Int64List(Message):
        value: Final[RepeatedScalarFieldContainer[int]]
        def __init__(self, *, value: Iterable[int] | None = ...) -> None: ...
    class FloatList(Message):
        value: Final[RepeatedScalarFieldContainer[float]]
        def __init__(self, *, value: Iterable[float] | None = ...) -> None: ...
    class AnyList(Message):
        value: Final[RepeatedCompositeFieldContainer[any_pb2.Any]]
        def __init__(self, *, value: Iterable[any_pb2.Any] | None = ...) -> None: ...
    node_list: Final[CollectionDef.NodeList]
    bytes_list: Final[CollectionDef.BytesList]
    int64_list: Final[CollectionDef.Int64List]
    float_list: Final[CollectionDef.FloatList]
    any_list: Final[CollectionDef.AnyList]
    def __init__(self, *, node_list: CollectionDef.NodeList | Mapping[str, Any] | None = ..., bytes_list: CollectionDef.BytesList | Mapping[str, Any] | None = ..., int64_list: CollectionDef.Int64List | Mapping[str, Any] | None = ..., float_list: CollectionDef.FloatList | Mapping[str, Any] | None = ..., any_list: CollectionDef.AnyList | Mapping[str, Any] | None = ...) -> None: ...

class TensorInfo(Message):
    class CooSparse(Message):
        values_tensor_name: str
        indices_tensor_name: str
        dense_shape_tensor_name: str
        def __init__(self, *, values_tensor_name: str | None = ..., indices_tensor_name: str | None = ..., dense_shape_tensor_name: str | None = ...) -> None: ...
    class CompositeTensor(Message):
        type_spec: Final[struct_pb2.TypeSpecProto]
        components: Final[RepeatedCompositeFieldContainer[TensorInfo]]
        def __init__(self, *, type_spec: struct_pb2.TypeSpecProto | Mapping[str, Any] | None = ..., components: Iterable[TensorInfo] | None = ...) -> None: ...
    name: str
    coo_sparse: Final[TensorInfo.CooSparse]
    composite_tensor: Final[TensorInfo.CompositeTensor]
    dtype: int
    tensor_shape: Final[tensor_shape_pb2.TensorShapeProto]
    def __init__(self, *, name: str | None = ..., coo_sparse: TensorInfo.CooSparse | Mapping[str, Any] | None = ..., composite_tensor: TensorInfo.CompositeTensor | Mapping[str, Any] | None = ..., dtype: int | str | None = ..., tensor_shape: tensor_shape_pb2.TensorShapeProto | Mapping[str, Any] | None = ...) -> None: ...

class SignatureDef(Message):
    inputs: Final[MessageMap[str, TensorInfo]]
    outputs: Final[MessageMap[str, TensorInfo]]
    method_name: str
    defaults: Final[MessageMap[str, tensor_pb2.TensorProto]]
    def __init__(self, *, inputs: Mapping[str, TensorInfo] | None = ..., outputs: Mapping[str, TensorInfo] | None = ..., method_name: str | None = ..., defaults: Mapping[str, tensor_pb2.TensorProto] | None = ...) -> None: ...

class AssetFileDef(Message):
    tensor_info: Final[TensorInfo]
    filename: str
    def __init__(self, *, tensor_info: TensorInfo | Mapping[str, Any] | None = ..., filename: str | None = ...) -> None: ...
