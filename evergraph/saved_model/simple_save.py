"""`tf.saved_model.simple_save`: a SavedModel of one graph and one signature."""

from collections.abc import Mapping
from typing import Any

from evergraph.framework.collections import GraphKeys, get_collection
from evergraph.framework.operation import Operation
from evergraph.framework.public import public, public_module
from evergraph.saved_model import signature_constants, tag_constants
from evergraph.saved_model.builder import SavedModelBuilder
from evergraph.saved_model.signature_def_utils import predict_signature_def

public_module("python.saved_model.simple_save")


@public("saved_model.simple_save")
def simple_save(
    session: Any,
    export_dir: str,
    inputs: Mapping[str, Any],
    outputs: Mapping[str, Any],
    legacy_init_op: Operation | None = None,
) -> None:
    """Writes the session's graph and variables for serving.

    Args:
      session: the session whose variables are saved; its graph is the default one.
      export_dir: a directory that does not exist yet.
      inputs: {key: Tensor or SparseTensor} of what is fed.
      outputs: {key: Tensor or SparseTensor} of what is fetched.
      legacy_init_op: run after loading.

    Raises:
      AssertionError: the directory exists.
    """
    builder = SavedModelBuilder(export_dir)
    builder.add_meta_graph_and_variables(
        session,
        tags=[tag_constants.SERVING],
        signature_def_map={
            signature_constants.DEFAULT_SERVING_SIGNATURE_DEF_KEY: predict_signature_def(inputs, outputs)
        },
        assets_collection=get_collection(GraphKeys.ASSET_FILEPATHS),
        legacy_init_op=legacy_init_op,
        clear_devices=True,
    )
    builder.save()
