"""`restore_matching`: takes from a checkpoint what fits, under other names where told so, and reports the rest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from evergraph.checkpoint.inspect import checkpoint_path
from evergraph.checkpoint.reader import CheckpointReader
from evergraph.framework import logging
from evergraph.framework.public import public
from evergraph.ops.variables.collections import global_variables
from evergraph.session.session import Session


@public("train.RestoreReport")
class RestoreReport(NamedTuple):
    """What `restore_matching` did; names are sorted.

    Attributes:
      restored: names of variables that have the values of the checkpoint.
      missing: names of variables that the checkpoint lacks.
      unused: names in the checkpoint that no variable asked for.
      mismatched: {name of a variable: why its value in the checkpoint does not fit}.
    """

    restored: list[str]
    missing: list[str]
    unused: list[str]
    mismatched: dict[str, str]

    def __str__(self) -> str:
        parts = [f"{len(self.restored)} variables restored"]
        for what, names in (("not in the checkpoint", self.missing), ("not used", self.unused)):
            if names:
                more = f" and {len(names) - 10} more" if names[10:] else ""
                parts.append(f"{len(names)} {what}: {', '.join(names[:10])}{more}")
        if self.mismatched:
            parts.append(
                "of another kind: " + ", ".join(f"{n} ({why})" for n, why in self.mismatched.items())
            )
        return "; ".join(parts)


@public("train.restore_matching")
def restore_matching(
    session: Session, ckpt_dir_or_file: Any, variables: Any = None, renames: Mapping[str, str] | None = None
) -> RestoreReport:
    """Gives variables the values that a checkpoint has for them; the others keep theirs.

    The graph may be finalized: `tf.train.Scaffold(init_fn=lambda scaffold, session: restore_matching(session, path))`.

    Args:
      session: a tf.Session.
      ckpt_dir_or_file: a checkpoint, or a directory whose newest one is meant.
      variables: the variables; all global ones of the session's graph when None.
      renames: {name of a variable: its name in the checkpoint}; a key and value that end in "/" rename a scope.

    Returns:
      A RestoreReport, which is logged as well.

    Raises:
      ValueError: the directory has no checkpoint.
      NotFoundError: there is no such checkpoint.
      DataLossError: it is damaged.
    """
    reader = CheckpointReader(checkpoint_path(ckpt_dir_or_file))
    shapes, dtypes = reader.get_variable_to_shape_map(), reader.get_variable_to_dtype_map()
    with session.graph.as_default():
        wanted = {v.op.name: v for v in (global_variables() if variables is None else variables)}
    report, used = RestoreReport([], [], [], {}), set()
    for name, variable in sorted(wanted.items()):
        stored = _renamed(name, renames or {})
        if stored not in shapes:
            report.missing.append(name)
            continue
        used.add(stored)
        if (
            not variable.shape.is_compatible_with(shapes[stored])
            or dtypes[stored] != variable.dtype.base_dtype
        ):
            kind = f"{dtypes[stored].name} {shapes[stored]}, not {variable.dtype.base_dtype.name} {variable.shape}"
            report.mismatched[name] = kind
            continue
        variable.load(reader.get_tensor(stored), session)
        report.restored.append(name)
    report.unused.extend(sorted(shapes.keys() - used))
    logging.info("From %s: %s", ckpt_dir_or_file, report)
    return report


def _renamed(name, renames):
    if name in renames:
        return renames[name]
    for scope in sorted((key for key in renames if key.endswith("/")), key=len, reverse=True):
        if name.startswith(scope):
            return renames[scope] + name[len(scope) :]
    return name
