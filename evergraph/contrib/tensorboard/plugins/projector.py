"""The embedding projector: which embeddings are shown, and with what."""

import os
from typing import Any

from google.protobuf import text_format
from tensorboard.plugins.projector import projector_config_pb2
from tensorboard.plugins.projector.projector_config_pb2 import EmbeddingInfo, ProjectorConfig, SpriteMetadata

from evergraph.framework.public import public, public_module
from evergraph.platform import file_io

public_module("contrib.tensorboard.plugins.projector")

public()(projector_config_pb2)
public()(ProjectorConfig)
public()(EmbeddingInfo)
public()(SpriteMetadata)


@public()
def visualize_embeddings(summary_writer: Any, config: ProjectorConfig) -> None:
    """Writes what the projector is to show beside the events.

    Args:
      summary_writer: a FileWriter.
      config: a ProjectorConfig.

    Raises:
      ValueError: the writer has no directory.
    """
    directory = summary_writer.get_logdir()
    if directory is None:
        raise ValueError("Summary writer must have a logdir")
    file_io.write_string_to_file(
        os.path.join(directory, "projector_config.pbtxt"), text_format.MessageToString(config)
    )
