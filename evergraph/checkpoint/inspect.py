"""Looking into checkpoints, and initializing variables from them."""

from collections.abc import Mapping, Sequence
from typing import Any

from evergraph.checkpoint import management
from evergraph.checkpoint.reader import CheckpointReader
from evergraph.formats import paths
from evergraph.framework import logging
from evergraph.framework.collections import GraphKeys, get_collection
from evergraph.framework.default_graph import device
from evergraph.framework.public import public, public_module
from evergraph.ops.files import saving
from evergraph.ops.variables import assign as assignment
from evergraph.ops.variables.reference import Variable
from evergraph.ops.variables.resource import ResourceVariable

public_module("python.training.checkpoint_utils")


def checkpoint_path(ckpt_dir_or_file) -> str:
    """The path of a checkpoint, or that of the newest in a directory.  ValueError when there is none."""
    path = paths.as_path(ckpt_dir_or_file)
    if not paths.isdir(path):
        return path
    newest = management.latest_checkpoint(path)
    if newest is None:
        raise ValueError(f"Couldn't find 'checkpoint' file or checkpoints in given directory {path}")
    return newest


@public("train.load_checkpoint")
def load_checkpoint(ckpt_dir_or_file: Any) -> CheckpointReader:
    """A reader of a checkpoint, or of the newest one in a directory.

    Raises:
      ValueError: the directory has no checkpoint.
      NotFoundError: there is no checkpoint of that path.
    """
    return CheckpointReader(checkpoint_path(ckpt_dir_or_file))


@public("train.load_variable")
def load_variable(ckpt_dir_or_file: Any, name: str) -> Any:
    """The value of a variable in a checkpoint, as a new array.  Errors as `load_checkpoint`; NotFoundError."""
    return load_checkpoint(ckpt_dir_or_file).get_tensor(name.removesuffix(":0"))


@public("train.list_variables")
def list_variables(ckpt_dir_or_file: Any) -> list[tuple[str, list[int]]]:
    """[(name, shape)] of the variables in a checkpoint, sorted by name.  Errors as `load_checkpoint`."""
    return sorted(load_checkpoint(ckpt_dir_or_file).get_variable_to_shape_map().items())


@public("train.init_from_checkpoint")
def init_from_checkpoint(ckpt_dir_or_file: Any, assignment_map: Mapping | Sequence[tuple]) -> None:
    """Makes the initializers of variables read their values from a checkpoint.

    Args:
      ckpt_dir_or_file: a checkpoint, or a directory whose newest checkpoint is meant.
      assignment_map: a dict from names in the checkpoint to variables of the default graph:
        "name": a variable, a list of the slices of one, or the name of one;
        "scope/": "other_scope/" for all variables of `other_scope`; "/" is the root on either side.

    Raises:
      ValueError: a variable or tensor that is not there, another shape, slices of different variables.
      tf.errors.OpError: the checkpoint cannot be read.
    """
    path = checkpoint_path(ckpt_dir_or_file)
    stored = CheckpointReader(path).get_variable_to_shape_map()
    in_graph = _variables_by_name()
    for tensor_name, target in sorted(dict(assignment_map).items(), key=lambda entry: entry[0]):
        variable = _named(target, in_graph) if isinstance(target, str) else _parts(target)
        if variable is not None:
            _initialize(variable, path, tensor_name, stored)
        else:
            for one, name in _scope_pairs(tensor_name, target, in_graph):
                _initialize(one, path, name, stored)


def _variables_by_name():
    """{name: [variable], or the slices of a partitioned one in order}."""
    found = {}
    for collection in (GraphKeys.GLOBAL_VARIABLES, GraphKeys.LOCAL_VARIABLES, GraphKeys.TRAINABLE_VARIABLES):
        for variable in get_collection(collection):
            info = variable._save_slice_info
            parts = found.setdefault(info.full_name if info else variable.op.name, [])
            if variable not in parts:
                parts.append(variable)
    return found


def _named(name, in_graph):
    return in_graph.get(name)


def _parts(target):
    parts = getattr(target, "_get_variable_list", None)
    if parts is not None:
        return list(parts())
    if isinstance(target, Variable):
        return [target]
    if isinstance(target, (list, tuple)) and target and all(isinstance(v, Variable) for v in target):
        return list(target)
    raise ValueError(
        f"the values of assignment_map must be variables, lists of their slices, or names; got {target!r}"
    )


def _scope_pairs(tensor_scope, target_scope, in_graph):
    """[(variable, name in the checkpoint)] for "tensor_scope/": "target_scope/"."""
    scope = target_scope.rpartition("/")[0]
    if not tensor_scope.endswith("/"):
        raise ValueError(
            f"Assignment map with scope only name {scope or target_scope} should map to scope only {tensor_scope}. "
            f"Should be 'scope/': 'other_scope/'. (There is no variable {target_scope!r} in the graph.)"
        )
    inside = [name for name in sorted(in_graph) if not scope or name.startswith(scope + "/")]
    if not inside:
        raise ValueError(
            f"there is no variable in the scope {target_scope!r}; the graph has {sorted(in_graph)[:20]}"
        )
    for name in inside:
        relative = name[len(scope) + 1 :] if scope else name
        yield in_graph[name], relative if tensor_scope == "/" else tensor_scope + relative


def _initialize(parts, path, tensor_name, stored):
    if tensor_name not in stored:
        raise ValueError(
            f"Tensor {tensor_name} (for {parts[0].name}) is not found in {path} checkpoint, which holds "
            f"{sorted(stored)[:20]}"
        )
    slices = [part._save_slice_info for part in parts]
    if len({info.full_name if info else part.name for info, part in zip(slices, parts)}) > 1:
        raise ValueError(f"Slices must all be from the same tensor: {[part.name for part in parts]}")
    for part, info in zip(parts, slices):
        if info is None and not part.shape.is_compatible_with(stored[tensor_name]):
            raise ValueError(
                f"Shape of variable {part.name} ({part.shape}) doesn't match with shape of tensor {tensor_name} "
                f"({stored[tensor_name]}) from checkpoint reader."
            )
        _replace_initializer(part, path, tensor_name, info.spec if info else "")
    logging.info(
        "Initialize variable %s from checkpoint %s with %s",
        ",".join(part.name for part in parts),
        path,
        tensor_name,
    )


def _replace_initializer(variable, path, tensor_name, slice_spec):
    with device(variable.device), device("/cpu:0"):
        value = saving.restore_v2(
            path,
            [tensor_name],
            [slice_spec],
            [variable.dtype.base_dtype],
            name="checkpoint_initializer",
            expected_shapes=[variable.shape],
        )[0]
        set_initializer(variable, value)


def set_initializer(variable, value):
    """Makes the variable's initializer assign `value`, a tensor of its shape."""
    if isinstance(variable, ResourceVariable):
        variable._initializer_op = variable.assign(value, read_value=False)
    else:
        variable._initializer_op = assignment.assign(variable, value)
    variable._initial_value = value
