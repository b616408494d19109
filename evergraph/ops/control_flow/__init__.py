"""Control flow: grouping, conditionals, loops."""

from evergraph.ops.control_flow.case import case
from evergraph.ops.control_flow.conditional import cond
from evergraph.ops.control_flow.grouping import group, tuple, with_dependencies  # noqa: A004
from evergraph.ops.control_flow.loop import while_loop

__all__ = ["case", "cond", "group", "tuple", "while_loop", "with_dependencies"]
