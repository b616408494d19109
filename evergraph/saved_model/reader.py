"""Reading the file of a SavedModel."""

from google.protobuf import text_format
from google.protobuf.message import DecodeError

from evergraph.formats import paths
from evergraph.formats.messages import MetaGraphDef, SavedModel
from evergraph.framework.public import public, public_module
from evergraph.saved_model import constants

public_module(
    "contrib.saved_model.reader",
    "contrib.saved_model.python.saved_model.reader",
    "python.saved_model.reader",
)


@public("python.saved_model.loader_impl._parse_saved_model")
def read_saved_model(saved_model_dir: str) -> SavedModel:
    """The message in a directory, from its binary file or its text file.

    Raises:
      OSError: there is none, or it cannot be read.
    """
    directory = paths.as_path(saved_model_dir)
    binary = paths.join(directory, constants.SAVED_MODEL_FILENAME_PB)
    text = paths.join(directory, constants.SAVED_MODEL_FILENAME_PBTXT)
    if paths.exists(binary):
        try:
            return SavedModel.FromString(paths.read_bytes(binary))
        except DecodeError as error:
            raise OSError(f"Cannot parse file {binary}: {error}.") from error
    if paths.exists(text):
        try:
            return text_format.Parse(paths.read_bytes(text).decode("utf-8"), SavedModel())
        except (text_format.ParseError, UnicodeDecodeError) as error:
            raise OSError(f"Cannot parse file {text}: {error}.") from error
    raise OSError(
        f"SavedModel file does not exist at: {directory}/"
        f"{{{constants.SAVED_MODEL_FILENAME_PBTXT}|{constants.SAVED_MODEL_FILENAME_PB}}}"
    )


def tag_sets(saved_model: SavedModel) -> list[list[str]]:
    """The tags of each graph, sorted."""
    return sorted(sorted(set(graph.meta_info_def.tags)) for graph in saved_model.meta_graphs)


@public()
def get_saved_model_tag_sets(saved_model_dir: str) -> list[list[str]]:
    """The tags of each graph in a directory, sorted.  OSError as `read_saved_model`."""
    return tag_sets(read_saved_model(saved_model_dir))


def meta_graph_with(saved_model: SavedModel, tags: set[str]) -> MetaGraphDef | None:
    """The graph whose tags are these and no others; None when there is none."""
    for meta_graph in saved_model.meta_graphs:
        if set(meta_graph.meta_info_def.tags) == tags:
            return meta_graph
    return None
