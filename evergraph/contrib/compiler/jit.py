"""Marks on operations that say what is to be compiled; here every device operation is, whatever they say."""

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

from evergraph.framework.collections import get_collection_ref
from evergraph.framework.default_graph import get_default_graph
from evergraph.framework.public import public, public_module

public_module("contrib.compiler.jit")

_KEY = ("__xla_scope",)


class _Scopes:
    """How many outermost scopes a graph has had, and how deep in one recording is."""

    def __init__(self):
        self.count = self.depth = 0


@public("contrib.compiler.experimental_jit_scope")
@contextlib.contextmanager
def experimental_jit_scope(
    compile_ops: bool | Callable = True, separate_compiled_gradients: bool = False
) -> Iterator[None]:
    """Marks the operations recorded inside as ones that XLA compiles, or does not.

    The marks are the attributes `_XlaCompile`, `_XlaScope` and `_XlaSeparateCompiledGradients`, which are in the
    exported graph.  Evergraph compiles all operations that run on a device, with and without them.

    Args:
      compile_ops: whether to compile; or a function of the NodeDef of each operation, which says so.
      separate_compiled_gradients: whether gradients are to be programs of their own.
    """
    graph = get_default_graph()
    collected = get_collection_ref(_KEY)
    if not collected:
        collected.append(_Scopes())
    scopes = collected[0]
    marks: dict[str, Any] = {
        "_XlaCompile": _mark(compile_ops) if callable(compile_ops) else bool(compile_ops),
        "_XlaSeparateCompiledGradients": bool(separate_compiled_gradients),
    }
    if scopes.depth == 0:
        marks["_XlaScope"] = f"jit_scope_{scopes.count}".encode()
        scopes.count += 1
    scopes.depth += 1
    try:
        with graph._attr_scope(marks):
            yield
    finally:
        scopes.depth -= 1


def _mark(compile_ops):
    return lambda node_def: bool(compile_ops(node_def))
