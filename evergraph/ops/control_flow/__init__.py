"""Control flow: grouping, conditionals, loops."""

from evergraph.ops.control_flow.grouping import group, tuple, with_dependencies  # noqa: A004

__all__ = ["group", "tuple", "with_dependencies"]
