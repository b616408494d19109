"""Written by scripts/message_types.py; do not edit."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from google.protobuf.internal.containers import MessageMap, RepeatedCompositeFieldContainer, RepeatedScalarFieldContainer, ScalarMap
from google.protobuf.internal.enum_type_wrapper import EnumTypeWrapper
from google.protobuf.message import Message
from tensorboard.compat.proto import histogram_pb2
from tensorboard.compat.proto import tensor_pb2

DataClass: EnumTypeWrapper
DATA_CLASS_UNKNOWN: int
DATA_CLASS_SCALAR: int
DATA_CLASS_TENSOR: int
DATA_CLASS_BLOB_SEQUENCE: int

class SummaryDescription(Message):
    type_hint: str
    def __init__(self, *, type_hint: str | None = ...) -> None: ...

class SummaryMetadata(Message):
    class PluginData(Message):
        plugin_name: str
        content: bytes
        def __init__(self, *, plugin_name: str | None = ..., content: bytes | None = ...) -> None: ...
    plugin_data: Final[SummaryMetadata.PluginData]
    display_name: str
    summary_description: str
    data_class: int
    def __init__(self, *, plugin_data: SummaryMetadata.PluginData | Mapping[str, Any] | None = ..., display_name: str | None = ..., summary_description: str | None = ..., data_class: int | str | None = ...) -> None: ...

class Summary(Message):
    class Image(Message):
        height: int
        width: int
        colorspace: int
        encoded_image_string: bytes
        def __init__(self, *, height: int | None = ..., width: int | None = ..., colorspace: int | None = ..., encoded_image_string: bytes | None = ...) -> None: ...
    class Audio(Message):
        sample_rate: float
        num_channels: int
        length_frames: int
        encoded_audio_string: bytes
        content_type: str
        def __init__(self, *, sample_rate: float | None = ..., num_channels: int | None = ..., length_frames: int | None = ..., encoded_audio_string: bytes | None = ..., content_type: str | None = ...) -> None: ...
    class Value(Message):
        node_name: str
        tag: str
        metadata: Final[SummaryMetadata]
        simple_value: float
        obsolete_old_style_histogram: bytes
        image: Final[Summary.Image]
        histo: Final[histogram_pb2.HistogramProto]
        audio: Final[Summary.Audio]
        tensor: Final[tensor_pb2.TensorProto]
        def __init__(self, *, node_name: str | None = ..., tag: str | None = ..., metadata: SummaryMetadata | Mapping[str, Any] | None = ..., simple_value: float | None = ..., obsolete_old_style_histogram: bytes | None = ..., image: Summary.Image | Mapping[str, Any] | None = ..., histo: histogram_pb2.HistogramProto | Mapping[str, Any] | None = ..., audio: Summary.Audio | Mapping[str, Any] | None = ..., tensor: tensor_pb2.TensorProto | Mapping[str, Any] | None = ...) -> None: ...
    value: Final[RepeatedCompositeFieldContainer[Summary.Value]]
    def __init__(self, *, value: Iterable[Summary.Value] | None = ...) -> None: ...
