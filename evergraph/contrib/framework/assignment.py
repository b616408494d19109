"""Giving variables values: arrays, or what a checkpoint has."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from evergraph.checkpoint.reader import CheckpointReader
from evergraph.checkpoint.saver import Saver
from evergraph.contrib.framework.variables import get_variable_full_name
from evergraph.framework import logging
from evergraph.framework.collections import GraphKeys, get_collection
from evergraph.framework.operation import Operation
from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import TensorShape
from evergraph.ops.constants import placeholder
from evergraph.ops.control_flow.grouping import group
from evergraph.ops.variables.reference import Variable

public_module("contrib.framework.python.ops.variables")


def _assigned(variable):
    """(the assignment of a placeholder to a variable, the placeholder)."""
    fed = placeholder(variable.dtype.base_dtype, variable.get_shape(), f"placeholder/{variable.op.name}")
    return variable.assign(fed), fed


@public("contrib.framework.assign_from_values")
def assign_from_values(var_names_to_values: Mapping[str, np.ndarray]) -> tuple[Operation, dict]:
    """An operation that gives variables values, and the feed_dict that it takes.

    Args:
      var_names_to_values: {name of a global variable: array of its size}.

    Raises:
      ValueError: there is no such variable.
    """
    feed_dict, assignments = {}, []
    for name, value in var_names_to_values.items():
        found = get_collection(GraphKeys.GLOBAL_VARIABLES, name)
        exact = [each for each in found if each.op.name == name] if len(found) > 1 else found
        if not exact:
            complaint = "doesn't uniquely identify a variable" if found else "wasn't found"
            raise ValueError(f"Variable {name} {complaint}")
        assignment, fed = _assigned(exact[0])
        assignments.append(assignment)
        feed_dict[fed] = np.asarray(value).reshape(exact[0].get_shape().as_list())
    return group(*assignments), feed_dict


@public("contrib.framework.assign_from_values_fn")
def assign_from_values_fn(var_names_to_values: Mapping[str, np.ndarray]) -> Callable:
    """A function of a session that gives variables values; arguments and errors as `assign_from_values`."""
    operation, feed_dict = assign_from_values(var_names_to_values)
    return lambda session: session.run(operation, feed_dict)


@public("contrib.framework.assign_from_checkpoint")
def assign_from_checkpoint(
    model_path: str, var_list: Sequence[Variable] | Mapping[str, Any], ignore_missing_vars: bool = False
) -> tuple[Operation, dict]:
    """An operation that gives variables the values of a checkpoint, and the feed_dict that it takes.

    Args:
      model_path: the checkpoint.
      var_list: variables, or {name in the checkpoint: a variable, or a list of the slices of one}.
      ignore_missing_vars: whether what the checkpoint lacks is left alone, with a warning.

    Raises:
      ValueError: the checkpoint lacks a variable, or has it in another shape.
    """
    if not isinstance(var_list, Mapping):
        wanted = {}
        for variable in var_list:
            wanted.setdefault(get_variable_full_name(variable), []).append(variable)
    else:
        wanted = {
            name: each if isinstance(each, (tuple, list)) else [each] for name, each in var_list.items()
        }
    reader = CheckpointReader(model_path)
    feed_dict, assignments = {}, []
    for name, parts in wanted.items():
        if not reader.has_tensor(name):
            if not ignore_missing_vars:
                raise ValueError(f"Checkpoint is missing variable [{name}]: {model_path}")
            logging.warning("Checkpoint is missing variable [%s]", name)
            continue
        stored = reader.get_tensor(name)
        for variable in parts:
            assignment, fed = _assigned(variable)
            assignments.append(assignment)
            feed_dict[fed] = _part_of(stored, variable, name)
    return group(*assignments), feed_dict


def _part_of(stored, variable, name):
    """What of the stored array belongs to a variable that may be a slice."""
    info = variable._save_slice_info
    if info:
        return stored[
            tuple(slice(start, start + size) for start, size in zip(info.var_offset, info.var_shape))
        ]
    if variable.get_shape() != TensorShape(stored.shape):
        raise ValueError(
            f"Total size of new array must be unchanged for {name} lh_shape: [{stored.shape}], rh_shape: "
            f"[{variable.get_shape()}]"
        )
    return stored


@public("contrib.framework.assign_from_checkpoint_fn")
def assign_from_checkpoint_fn(
    model_path: str,
    var_list: Sequence[Variable] | Mapping[str, Any],
    ignore_missing_vars: bool = False,
    reshape_variables: bool = False,
) -> Callable | None:
    """A function of a session that restores variables from a checkpoint: an `init_fn`.

    Args:
      model_path, var_list, ignore_missing_vars: as for `assign_from_checkpoint`.
      reshape_variables: whether a value of another shape and the same size is taken.

    Returns:
      The function; None when the checkpoint has none of the variables.

    Raises:
      ValueError: there are no variables.
    """
    if not var_list:
        raise ValueError("var_list cannot be empty")
    if ignore_missing_vars:
        reader = CheckpointReader(model_path)
        wanted = (
            dict(var_list) if isinstance(var_list, Mapping) else {each.op.name: each for each in var_list}
        )
        for name in [name for name in wanted if not reader.has_tensor(name)]:
            logging.warning("Variable %s missing in checkpoint %s", name, model_path)
            del wanted[name]
        var_list = wanted
    if not var_list:
        logging.warning("No Variables to restore")
        return None
    saver = Saver(var_list, reshape=reshape_variables)
    return lambda session: saver.restore(session, model_path)
