"""The operations a Saver adds to the graph, under TensorFlow's own names.

    save/Const                the path, which `save` and `restore` feed
    save/SaveV2               writes everything; save/control_dependency gives the path when it is done
    save/RestoreV2            reads everything; save/Assign, save/Assign_1, ... take it over; save/restore_all
                              groups them

Sharded, there is a SaveV2 for each device, then `save/MergeV2Checkpoints`, and a `save/restore_shard` for each.
Where V1 is asked for, SaveSlices takes the place of SaveV2, and `save/ShardedFilespec` that of merging.
"""

import uuid
from collections.abc import Sequence
from typing import Any

from evergraph.checkpoint import saveable as saveables_of
from evergraph.checkpoint.saveable import (
    ResourceVariableSaveable,
    SaveableObject,
    SaveSpec,
    VariableSaveable,
)
from evergraph.formats.messages import SaverDef
from evergraph.framework.default_graph import control_dependencies, device, name_scope
from evergraph.framework.device import DeviceSpec
from evergraph.framework.operation import Operation
from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import unknown_shape
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops.array.shapes import shape as shape_of
from evergraph.ops.constants import constant, identity
from evergraph.ops.control_flow.grouping import group, with_dependencies
from evergraph.ops.files import saving, saving_v1
from evergraph.ops.strings.joining import string_join
from evergraph.ops.variables.collections import global_variables

public_module("python.training.saver")


def _on_cpu(name):
    """The CPU of the same task as a device."""
    spec = DeviceSpec.from_string(name)
    spec.device_type, spec.device_index = "CPU", 0
    return spec.to_string()


@public()
class BaseSaverBuilder:
    """Builds the operations of a Saver; subclasses may override `save_op`, `restore_op` and `bulk_restore`.

    Raises:
      RuntimeError: `write_version` is neither SaverDef.V1 nor SaverDef.V2.
    """

    SaveSpec = SaveSpec
    SaveableObject = SaveableObject
    VariableSaveable = VariableSaveable
    ResourceVariableSaveable = ResourceVariableSaveable

    def __init__(self, write_version: int = SaverDef.V2) -> None:
        if write_version not in (SaverDef.V1, SaverDef.V2):
            raise RuntimeError(
                f"Unexpected write_version: {write_version}; it must be tf.train.SaverDef.V2 ({SaverDef.V2}), or "
                f"tf.train.SaverDef.V1 ({SaverDef.V1}) for the format of 2015"
            )
        self._write_version = write_version
        self._random_state = False
        self._reshape = False

    OpListToDict = staticmethod(saveables_of.name_saveables)
    SaveableObjectsForOp = staticmethod(saveables_of.saveables_for)

    # -- what may be overridden ------------------------------------------------------------------------------

    def save_op(self, filename_tensor: TensorLike, saveables: Sequence[SaveableObject]) -> Operation:
        """The operation that saves `saveables` under the prefix (V1: as the file) `filename_tensor`."""
        specs = [spec for saveable in saveables for spec in saveable.specs]
        save = saving_v1.save_slices if self._write_version == SaverDef.V1 else saving.save_v2
        return save(
            filename_tensor,
            [spec.name for spec in specs],
            [spec.slice_spec for spec in specs],
            [spec.tensor for spec in specs],
            random_state=self._random_state,
        )

    def restore_op(
        self, filename_tensor: TensorLike, saveable: SaveableObject, preferred_shard: int
    ) -> list[Tensor]:
        """The tensors of one saveable, read from `filename_tensor`."""
        return [
            self._restore(filename_tensor, [spec], [shape])[0]
            for spec, shape in zip(saveable.specs, self._expected_shapes(saveable))
        ]

    def bulk_restore(
        self,
        filename_tensor: TensorLike,
        saveables: Sequence[SaveableObject],
        preferred_shard: int,
        restore_sequentially: bool,
    ) -> list[Tensor]:
        """The tensors of all saveables, in order; here by one operation for each."""
        tensors, before = [], []
        for saveable in saveables:
            with device(_on_cpu(saveable.device) if saveable.device else None), control_dependencies(before):
                read = self.restore_op(filename_tensor, saveable, preferred_shard)
            tensors.extend(read)
            before = [read[-1].op] if restore_sequentially else []
        return tensors

    def sharded_filename(
        self, filename_tensor: TensorLike, shard: TensorLike, num_shards: TensorLike
    ) -> Tensor:
        """The prefix of one shard."""
        return saving.sharded_filename(filename_tensor, shard, num_shards)

    def _expected_shapes(self, saveable):
        """The shapes that what is stored must have: those of variables, unless they are reshaped or may change."""
        if self._reshape or not isinstance(saveable, (VariableSaveable, ResourceVariableSaveable)):
            return [unknown_shape()] * len(saveable.specs)
        shape = saveable.op.shape
        return [shape if shape.is_fully_defined() else unknown_shape()]

    def _restore(self, filename_tensor, specs, expected_shapes):
        # The random state is read once, whatever the number of operations that restore.
        first, self._random_state = self._random_state, False
        return saving.restore_v2(
            filename_tensor,
            [spec.name for spec in specs],
            [spec.slice_spec for spec in specs],
            [spec.dtype.base_dtype for spec in specs],
            expected_shapes=expected_shapes,
            random_state=first,
        )

    # -- building --------------------------------------------------------------------------------------------

    def build(
        self,
        names_to_saveables: Any,
        reshape: bool = False,
        sharded: bool = False,
        max_to_keep: int | None = 5,
        keep_checkpoint_every_n_hours: float = 10000.0,
        name: str | None = None,
        restore_sequentially: bool = False,
        filename: str | None = "model",
    ) -> SaverDef:
        """Adds the operations for a dict {name: variable} or a list to the default graph.

        Args are those of `Saver`.

        Returns:
          A SaverDef naming the operations.

        Raises:
          TypeError, ValueError: something that cannot be saved, or saved twice.
        """
        saveables = saveables_of.collect_saveables(names_to_saveables)
        whole = _covers_all_variables(saveables)
        self._reshape = reshape
        with name_scope(name, "save"):
            filename_tensor = constant(filename or "model")
            self._random_state = whole
            if sharded:
                shards = saveables_of.group_by_device(saveables)
                save = self._save_v1_shards if self._write_version == SaverDef.V1 else self._save_shards
                saved = save(filename_tensor, shards)
                self._random_state = whole
                restored = self._restore_shards(filename_tensor, shards, restore_sequentially, reshape)
            else:
                saved = self._save(filename_tensor, saveables)
                restored = self._restore_all(filename_tensor, saveables, restore_sequentially, reshape)
        return SaverDef(
            filename_tensor_name=filename_tensor.name,
            save_tensor_name=saved.name,
            restore_op_name=restored.name,
            max_to_keep=max_to_keep or 0,
            sharded=sharded,
            keep_checkpoint_every_n_hours=keep_checkpoint_every_n_hours,
            version=self._write_version,
        )

    def _save(self, filename_tensor, saveables):
        return with_dependencies([self.save_op(filename_tensor, saveables)], filename_tensor)

    def _save_shards(self, prefix, shards):
        """Each device writes a part into a directory beside the checkpoint; merging moves them to their place."""
        aside = string_join([prefix, f"_temp_{uuid.uuid4().hex}/part"])
        count = constant(len(shards), name="num_shards")
        saved, prefixes = [], []
        for shard, (on_device, saveables) in enumerate(shards):
            with device(_on_cpu(on_device)):
                prefixes.append(self.sharded_filename(aside, shard, count))
                saved.append(self._save(prefixes[-1], saveables))
            self._random_state = False  # the first shard has it
        with control_dependencies([tensor.op for tensor in saved]), device(_on_cpu(shards[-1][0])):
            merged = saving.merge_v2_checkpoints(prefixes, prefix, delete_old_dirs=True)
            with control_dependencies([merged]):
                return identity(prefix)

    def _save_v1_shards(self, filename_tensor, shards):
        """Each device writes a file in its place; the path that is returned is the pattern that matches all of them."""
        count = constant(len(shards), name="num_shards")
        saved = []
        for shard, (on_device, saveables) in enumerate(shards):
            with device(on_device):
                saved.append(self._save(self.sharded_filename(filename_tensor, shard, count), saveables))
            self._random_state = False  # the first shard has it
        with control_dependencies([tensor.op for tensor in saved]):
            return saving.sharded_filespec(filename_tensor, count)

    def _restore_all(
        self, filename_tensor, saveables, restore_sequentially, reshape, shard=-1, name="restore_all"
    ):
        tensors = self.bulk_restore(filename_tensor, saveables, shard, restore_sequentially)
        assigned, position = [], 0
        for saveable in saveables:
            shapes = [_shape_of(spec.tensor) for spec in saveable.specs] if reshape else None
            count = len(saveable.specs)
            assigned.append(saveable.restore(tensors[position : position + count], shapes))
            position += count
        return group(*assigned, name=name)

    def _restore_shards(self, filename_tensor, shards, restore_sequentially, reshape):
        restored = []
        for shard, (on_device, saveables) in enumerate(shards):
            with device(on_device):
                restored.append(
                    self._restore_all(
                        filename_tensor, saveables, restore_sequentially, reshape, shard, "restore_shard"
                    )
                )
        return group(*restored, name="restore_all")


@public()
class BulkSaverBuilder(BaseSaverBuilder):
    """Reads everything by one operation."""

    def bulk_restore(
        self,
        filename_tensor: TensorLike,
        saveables: Sequence[SaveableObject],
        preferred_shard: int,
        restore_sequentially: bool,
    ) -> list[Tensor]:
        """The tensors of all saveables, in order; one operation reads them one after another."""
        specs = [spec for saveable in saveables for spec in saveable.specs]
        expected = [shape for saveable in saveables for shape in self._expected_shapes(saveable)]
        with device("cpu:0"):
            return self._restore(filename_tensor, specs, expected)


def _shape_of(tensor):
    return tensor.shape if tensor.shape.is_fully_defined() else shape_of(tensor)


def _operations_of(saveable):
    """The operations of the variables behind a saveable."""
    for part in (saveable.op, getattr(saveable, "handle_op", None)):
        operation = getattr(part, "op", part)
        if operation is not None:
            yield operation


def _covers_all_variables(saveables) -> bool:
    """Whether a checkpoint of `saveables` holds the state of the whole program, and not a part of a model that
    other programs take over: only then does it carry the random state."""
    saved = {operation for saveable in saveables for operation in _operations_of(saveable)}
    return all(
        part.op in saved
        for variable in global_variables()
        for part in (saveables_of.slices_of(variable) or [variable])
    )
