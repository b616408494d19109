"""`tf.saved_model.builder.SavedModelBuilder`: writes graphs, variables and assets into a directory."""

from collections.abc import Iterable, Mapping
from typing import Any

from evergraph.checkpoint.saver import Saver
from evergraph.formats import paths
from evergraph.formats.messages import SavedModel, SaverDef, SignatureDef, TensorInfo
from evergraph.framework import logging
from evergraph.framework.collections import add_to_collection, get_collection
from evergraph.framework.default_graph import get_default_graph
from evergraph.framework.operation import Operation
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.ops.variables.collections import all_saveable_objects
from evergraph.saved_model import constants
from evergraph.saved_model.assets import save_assets

public_module("saved_model.builder", "python.saved_model.builder", "python.saved_model.builder_impl")


@public()
class SavedModelBuilder:
    """Writes a SavedModel: one or more graphs of a model, for training, serving, ..., and its variables, once.

        builder = SavedModelBuilder(export_dir)
        builder.add_meta_graph_and_variables(sess, ["train"])      # the default graph
        ...
        builder.add_meta_graph(["serve"])                          # another default graph, the same variables
        builder.save()

    Args:
      export_dir: a directory that does not exist yet; it is made.

    Raises:
      AssertionError: it exists.
    """

    def __init__(self, export_dir: str | bytes) -> None:
        self._saved_model = SavedModel(saved_model_schema_version=constants.SAVED_MODEL_SCHEMA_VERSION)
        self._export_dir = paths.as_path(export_dir)
        if paths.exists(self._export_dir):
            raise AssertionError(
                f"Export directory already exists. Please specify a different export directory: {self._export_dir}"
            )
        paths.makedirs(self._export_dir)
        self._has_saved_variables = False

    def add_meta_graph_and_variables(
        self,
        sess: Any,
        tags: Iterable[str],
        signature_def_map: Mapping[str, SignatureDef] | None = None,
        assets_collection: Iterable[Tensor] | None = None,
        legacy_init_op: Operation | None = None,
        clear_devices: bool = False,
        main_op: Operation | None = None,
        strip_default_attrs: bool = False,
    ) -> None:
        """Adds the default graph, and writes the values that its variables have in a session.

        Args:
          sess: the session.
          tags: what the graph is for, such as `tag_constants.SERVING`: it is loaded by these.
          signature_def_map: {key: SignatureDef}.
          assets_collection: constant string tensors that name files to copy.
          legacy_init_op: run after loading, where `main_op` is None.
          clear_devices: whether to leave out devices.
          main_op: run after loading.
          strip_default_attrs: whether attributes with default values are left out, for programs of other versions.

        Raises:
          AssertionError: variables were written before; a TensorInfo without a name or dtype; the graph has an operation to
            run after loading already.
          TypeError: an operation or asset that is none.
        """
        if self._has_saved_variables:
            raise AssertionError(
                "Graph state including variables and assets has already been saved. Please invoke "
                "`add_meta_graph()` instead."
            )
        self._add(
            sess,
            tags,
            signature_def_map,
            assets_collection,
            legacy_init_op,
            clear_devices,
            main_op,
            strip_default_attrs,
        )
        self._has_saved_variables = True

    def add_meta_graph(
        self,
        tags: Iterable[str],
        signature_def_map: Mapping[str, SignatureDef] | None = None,
        assets_collection: Iterable[Tensor] | None = None,
        legacy_init_op: Operation | None = None,
        clear_devices: bool = False,
        main_op: Operation | None = None,
        strip_default_attrs: bool = False,
    ) -> None:
        """Adds the default graph, whose variables were written with another; see `add_meta_graph_and_variables`.

        Raises:
          AssertionError: no variables have been written yet; and as there.
        """
        if not self._has_saved_variables:
            raise AssertionError(
                "Graph state including variables and assets has not been saved yet. Please invoke "
                "`add_meta_graph_and_variables()` first."
            )
        self._add(
            None,
            tags,
            signature_def_map,
            assets_collection,
            legacy_init_op,
            clear_devices,
            main_op,
            strip_default_attrs,
        )

    def _add(
        self,
        sess,
        tags,
        signature_def_map,
        assets_collection,
        legacy_init_op,
        clear_devices,
        main_op,
        strip_default_attrs,
    ):
        _check_signatures(signature_def_map)
        save_assets(self._export_dir, assets_collection)
        if main_op is None:
            _collect_init_op(legacy_init_op)
        else:
            _collect_operation(constants.MAIN_OP_KEY, main_op, "main_op")
        with get_default_graph().unlocked():  # what a monitored session trains can be exported
            saver = Saver(all_saveable_objects(), sharded=True, write_version=SaverDef.V2, allow_empty=True)
        if sess is not None:
            directory = paths.join(self._export_dir, constants.VARIABLES_DIRECTORY)
            paths.makedirs(directory)
            prefix = paths.join(directory, constants.VARIABLES_FILENAME)
            saver.save(sess, prefix, write_meta_graph=False, write_state=False)
        meta_graph = saver.export_meta_graph(
            clear_devices=clear_devices, strip_default_attrs=strip_default_attrs
        )
        meta_graph.meta_info_def.tags.extend(tags)
        for key, signature in (signature_def_map or {}).items():
            meta_graph.signature_def[key].CopyFrom(signature)
        self._saved_model.meta_graphs.add().CopyFrom(meta_graph)

    def _add_train_op(self, train_op):
        if train_op is not None:
            if not isinstance(train_op, Tensor | Operation):
                raise TypeError(f"train_op needs to be a Tensor or Op: {train_op!r}")
            add_to_collection(constants.TRAIN_OP_KEY, train_op)

    def save(self, as_text: bool = False) -> bytes:
        """Writes the graphs, as bytes or as text; returns the path of the file."""
        name, content = constants.SAVED_MODEL_FILENAME_PB, self._saved_model.SerializeToString()
        if as_text:
            name, content = constants.SAVED_MODEL_FILENAME_PBTXT, str(self._saved_model).encode()
        paths.makedirs(self._export_dir)
        path = paths.join(self._export_dir, name)
        paths.atomic_write(path, content)
        logging.info("SavedModel written to: %s", path)
        return path.encode()


def _check_signatures(signature_def_map):
    for key, signature in (signature_def_map or {}).items():
        for side in (signature.inputs, signature.outputs):
            for name, info in side.items():
                _check_tensor_info(info, f"{key}: {name}")


def _check_tensor_info(info: TensorInfo, where):
    if info.WhichOneof("encoding") is None:
        raise AssertionError(
            "All TensorInfo protos used in the SignatureDefs must have one of the 'encoding' fields (e.g., name or "
            f"coo_sparse) set; that of {where} has none: {info}"
        )
    if not info.dtype:
        raise AssertionError(
            f"All TensorInfo protos used in the SignatureDefs must have the dtype field set; that of {where} has not: "
            f"{info}"
        )


def _collect_operation(key, operation, what):
    if operation is not None:
        if not isinstance(operation, Operation):
            raise TypeError(f"{what} needs to be an Operation: {operation!r}")
        add_to_collection(key, operation)


def _collect_init_op(operation):
    if operation is not None and get_collection(constants.LEGACY_INIT_OP_KEY):
        raise AssertionError(
            "graph already contains one or more legacy init ops under the collection "
            f"{constants.LEGACY_INIT_OP_KEY}."
        )
    _collect_operation(constants.LEGACY_INIT_OP_KEY, operation, "legacy_init_op")
