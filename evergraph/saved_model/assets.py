"""The files that a graph reads, such as vocabularies: copied beside the model, and named to it when it is loaded."""

import filecmp
import os
from collections.abc import Iterable
from typing import Any

from google.protobuf.any_pb2 import Any as AnyMessage

from evergraph.formats import paths
from evergraph.formats.messages import AssetFileDef, MetaGraphDef
from evergraph.framework import dtypes, logging
from evergraph.framework.collections import add_to_collection
from evergraph.framework.tensor import Tensor
from evergraph.ops.inference import constant_value
from evergraph.saved_model import constants

_TYPE_URL = "type.googleapis.com/tensorflow.AssetFileDef"


def save_assets(export_dir: str, tensors: Iterable[Any] | None) -> None:
    """Copies the files that constant string tensors name into the model, and notes them in the graph's collection.

    Raises:
      TypeError: a tensor that is no constant scalar string.
    """
    names = _collect(tensors)
    if not names:
        logging.info("No assets to write.")
        return
    directory = paths.join(export_dir, constants.ASSETS_DIRECTORY)
    paths.makedirs(directory)
    for name, source in names.items():
        target = paths.join(directory, name)
        if not paths.exists(target):
            paths.copy(source, target)
    logging.info("Assets written to: %s", directory)


def _collect(tensors):
    """{name in the model: path of the file} of the tensors, which are noted in the collection of assets."""
    names = {}
    if tensors is None:
        logging.info("No assets to save.")
        return names
    for tensor in tensors:
        source = _path_of(tensor)
        name = _name_for(source, names)
        asset = AssetFileDef(filename=name)
        asset.tensor_info.name = tensor.name
        # Packed by hand: the message has the name of another package here.
        add_to_collection(
            constants.ASSETS_KEY, AnyMessage(type_url=_TYPE_URL, value=asset.SerializeToString())
        )
        names[name] = source
    logging.info("Assets added to graph.")
    return names


def _path_of(tensor):
    if not isinstance(tensor, Tensor):
        raise TypeError(f"Asset path tensor must be a Tensor, not {tensor!r}.")
    if tensor.op.type != "Const" or tensor.dtype != dtypes.string:
        raise TypeError(f"Asset path tensor must be of type constant and dtype string: {tensor!r}.")
    value = constant_value(tensor)
    if value is None or value.ndim != 0:
        raise TypeError(f"Asset path tensor must be a scalar: {tensor!r}.")
    path = os.fsdecode(value.item())
    if not path:
        raise ValueError(f"Invalid asset filepath tensor {tensor!r}: the path is empty")
    return path


def _name_for(source, names):
    """A name for a file, another one than those of other files that differ from it."""
    name = base = os.path.basename(source)
    number = 0
    while name in names and names[name] != source and not _is_same(source, names[name]):
        number += 1
        name = f"{base}_{number}"
    return name


def _is_same(first, second):
    if paths.is_local(first) and paths.is_local(second):
        return filecmp.cmp(first, second, shallow=False)
    return paths.read_bytes(first) == paths.read_bytes(second)


def asset_feeds(export_dir: str, meta_graph_def: MetaGraphDef, import_scope: str | None = None) -> dict:
    """{name of the tensor: path of the file in the model} of a graph's assets."""
    feeds = {}
    if constants.ASSETS_KEY in meta_graph_def.collection_def:
        for note in meta_graph_def.collection_def[constants.ASSETS_KEY].any_list.value:
            asset = AssetFileDef.FromString(note.value)
            name = asset.tensor_info.name
            path = paths.join(paths.as_path(export_dir), constants.ASSETS_DIRECTORY, asset.filename)
            feeds[f"{import_scope}/{name}" if import_scope else name] = path
    return feeds
