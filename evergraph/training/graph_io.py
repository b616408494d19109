"""`tf.train.write_graph`: a graph as a file."""

from google.protobuf import text_format
from tensorboard.compat.proto.graph_pb2 import GraphDef

from evergraph.formats import paths
from evergraph.framework.graph import Graph
from evergraph.framework.public import public, public_module

public_module("python.framework.graph_io")


@public("train.write_graph")
def write_graph(graph_or_graph_def: Graph | GraphDef, logdir: str, name: str, as_text: bool = True) -> str:
    """Writes a graph to a file, whole or not at all.

    Args:
      graph_or_graph_def: a Graph or a GraphDef.
      logdir: the directory; made where missing.
      name: the file's name.
      as_text: whether to write it as text.

    Returns:
      The path of the file.
    """
    graph_def = (
        graph_or_graph_def.as_graph_def() if isinstance(graph_or_graph_def, Graph) else graph_or_graph_def
    )
    directory = paths.as_path(logdir)
    paths.makedirs(directory)
    path = paths.join(directory, name)
    data = text_format.MessageToString(graph_def) if as_text else graph_def.SerializeToString()
    paths.atomic_write(path, data)
    return path
