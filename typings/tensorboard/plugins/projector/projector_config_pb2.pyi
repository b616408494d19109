"""Written by scripts/message_types.py; do not edit."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from google.protobuf.internal.containers import MessageMap, RepeatedCompositeFieldContainer, RepeatedScalarFieldContainer, ScalarMap
from google.protobuf.internal.enum_type_wrapper import EnumTypeWrapper
from google.protobuf.message import Message


class SpriteMetadata(Message):
    image_path: str
    single_image_dim: Final[RepeatedScalarFieldContainer[int]]
    def __init__(self, *, image_path: str | None = ..., single_image_dim: Iterable[int] | None = ...) -> None: ...

class EmbeddingInfo(Message):
    tensor_name: str
    metadata_path: str
    bookmarks_path: str
    tensor_shape: Final[RepeatedScalarFieldContainer[int]]
    sprite: Final[SpriteMetadata]
    tensor_path: str
    def __init__(self, *, tensor_name: str | None = ..., metadata_path: str | None = ..., bookmarks_path: str | None = ..., tensor_shape: Iterable[int] | None = ..., sprite: SpriteMetadata | Mapping[str, Any] | None = ..., tensor_path: str | None = ...) -> None: ...

class ProjectorConfig(Message):
    model_checkpoint_path: str
    embeddings: Final[RepeatedCompositeFieldContainer[EmbeddingInfo]]
    model_checkpoint_dir: str
    def __init__(self, *, model_checkpoint_path: str | None = ..., embeddings: Iterable[EmbeddingInfo] | None = ..., model_checkpoint_dir: str | None = ...) -> None: ...
