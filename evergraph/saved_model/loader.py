"""`tf.saved_model.loader`: a SavedModel into a session."""

from collections.abc import Iterable
from typing import Any

from evergraph.checkpoint.saver import import_meta_graph
from evergraph.formats import paths
from evergraph.formats.messages import MetaGraphDef
from evergraph.framework import logging
from evergraph.framework.public import public, public_module
from evergraph.saved_model import constants, reader
from evergraph.saved_model.assets import asset_feeds

public_module("saved_model.loader", "python.saved_model.loader", "python.saved_model.loader_impl")


@public("contrib.saved_model.maybe_saved_model_directory")
def maybe_saved_model_directory(export_dir: str) -> bool:
    """Whether a directory has the file of a SavedModel."""
    return any(
        paths.exists(paths.join(paths.as_path(export_dir), name))
        for name in (constants.SAVED_MODEL_FILENAME_PBTXT, constants.SAVED_MODEL_FILENAME_PB)
    )


@public()
def load(sess: Any, tags: Iterable[str], export_dir: str, **saver_kwargs: Any) -> MetaGraphDef:
    """Adds a graph of a SavedModel to a session's graph, restores its variables and runs its initialisation.

    Args:
      sess: the session.
      tags: all tags of the graph.
      export_dir: the directory.
      **saver_kwargs: those of `tf.train.import_meta_graph`.

    Returns:
      The MetaGraphDef, whose `signature_def` says what to feed and fetch.

    Raises:
      OSError: no SavedModel is there.
      RuntimeError: it has no graph of these tags.
    """
    directory = paths.as_path(export_dir)
    with sess.graph.as_default():
        saved_model = reader.read_saved_model(directory)
        tags = {tags} if isinstance(tags, str) else set(tags)
        meta_graph = reader.meta_graph_with(saved_model, tags)
        if meta_graph is None:
            raise RuntimeError(
                f"MetaGraphDef associated with tags {sorted(tags)} could not be found in SavedModel. It has graphs of "
                f"the tags {reader.tag_sets(saved_model)}: give all tags of one of them"
            )
        saver = import_meta_graph(meta_graph, **saver_kwargs)
        prefix = paths.join(directory, constants.VARIABLES_DIRECTORY, constants.VARIABLES_FILENAME)
        if saver is None or not paths.exists(f"{prefix}.index"):
            logging.info("The specified SavedModel has no variables; no checkpoints were restored.")
        else:
            saver.restore(sess, prefix)
        scope = saver_kwargs.get("import_scope")
        operation = _operation_to_run(sess.graph, meta_graph, scope)
        if operation is not None:
            sess.run(operation, feed_dict=asset_feeds(directory, meta_graph, scope))
        return meta_graph


def _operation_to_run(graph, meta_graph, scope):
    """What initialises tables and the like after loading; None for nothing."""
    for key in (constants.MAIN_OP_KEY, constants.LEGACY_INIT_OP_KEY):
        if key in meta_graph.collection_def:
            names = meta_graph.collection_def[key].node_list.value
            if len(names) != 1:
                raise RuntimeError(f"Expected exactly one operation in the collection {key}: {list(names)}")
            return graph.as_graph_element(f"{scope}/{names[0]}" if scope else names[0])
    if constants.INIT_OP_SIGNATURE_KEY in meta_graph.signature_def:
        (info,) = meta_graph.signature_def[constants.INIT_OP_SIGNATURE_KEY].outputs.values()
        name = f"{scope}/{info.name}" if scope else info.name
        return graph.as_graph_element(name.partition(":")[0])
    return None
