"""Imports point one way, and none hide inside functions.

A package imports only from packages before it in ORDER; modules directly under evergraph/ may import from
any. Read with `ast`, so that what stands under `if TYPE_CHECKING:` counts too: readers follow it as well.
"""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ORDER = [
    "bounded",
    "framework",
    "formats",
    "platform",
    "ops",
    "engine",
    "gradients",
    "optimizers",
    "session",
    "eager",
    "checkpoint",
    "summary",
    "data",
    "layers",
    "training",
    "feature_column",
    "distributed",
    "processes",
    "testing",
    "saved_model",
    "profiler",
    "debug",
    "distributions",
    "keras",
    "estimator",
    "contrib",
    "examples",
    "compat",
]
BREADTH = [
    "processes",
    "saved_model",
    "profiler",
    "debug",
    "distributions",
    "keras",
    "estimator",
    "contrib",
    "examples",
]  # loads on first use; nothing of the core imports it
NEVER = {"engine": {"ops"}}  # a kernel reaches the engine on its operation
JAX_PACKAGES = {"bounded", "ops", "engine", "gradients", "optimizers", "distributed", "processes"}
JAX_MODULES = {"jax", "jaxlib", "equinox"}
IMPORTING_CALLS = {"__import__", "import_module", "importlib.import_module"}
# Module -> functions that may import. Each needs its reason here.
MAY_IMPORT_INSIDE: dict[str, set[str]] = {
    "evergraph.compat.modules": {
        "_load"
    },  # its table gives modules by name, and a program asks for few of them
    "evergraph.compat.keras_package": {"_load"},  # the same, for the package `keras`
    "evergraph.compat.proto_modules": {"_description"},  # what a program's `.proto` file imports
    # Packages that need not be there, for files of another format and drawings.
    "evergraph.keras.basics.hdf5_matrix": {"_open_file"},
    "evergraph.keras.engine.drawing": {"_pydot"},
    "evergraph.keras.engine.hdf5": {"_h5py"},
    "evergraph.keras.engine.saving": {"_yaml"},
    "evergraph.keras.preprocessing.transforms": {"_ndimage"},
    "evergraph.compat.check": {"_resolve", "_below"},  # it asks for modules by the names that a program uses
    "evergraph.distributed.server": {"_trainer"},  # for clusters of several processes only
    "evergraph.compat.startup.sitecustomize": {
        "find_spec"
    },  # it runs in processes that may have no use for Evergraph
    "evergraph.compat.launch": {"_surroundings"},  # imports JAX, for jobs of a scheduler only
    # What few programs need, and takes long to import.
    "evergraph.formats.paths": {"_remote"},
    "evergraph.ops.control_flow.loop": {"_checkpointed_loop"},
    "evergraph.ops.matrix_logarithm": {"_scipy_logm"},
    "evergraph.ops.image.codecs": {"_pillow", "_simplejpeg"},
    "evergraph.ops.summaries": {"_encode_png"},
    "evergraph.training.progress_hooks": {"after_create_session"},
}

MODULES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for path in sorted((ROOT / "evergraph").rglob("*.py"))
}


def imported_names(node: ast.Import | ast.ImportFrom, module: str, is_package: bool) -> list[str]:
    """Returns the dotted names one import statement may load; for `from a import b` that is a.b."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    base = node.module or ""
    if node.level:
        parts = module.split(".")
        parts = parts[: len(parts) - node.level + is_package]
        base = ".".join([*parts, base] if base else parts)
    return [f"{base}.{alias.name}" for alias in node.names]


def package_of(name: str) -> str | None:
    """Returns the package of evergraph that a dotted name is in, '' for evergraph itself, None for others."""
    parts = name.split(".")
    if parts[0] != "evergraph":
        return None
    return parts[1] if len(parts) > 1 and parts[1] in ORDER else ""


def hidden_imports(tree: ast.Module) -> list[tuple[str, int]]:
    """Returns (function, line) of each import, or call that imports, inside a function."""
    found = []
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        for node in ast.walk(function):
            is_call = isinstance(node, ast.Call) and ast.unparse(node.func) in IMPORTING_CALLS
            if is_call or isinstance(node, ast.Import | ast.ImportFrom):
                found.append((getattr(function, "name", "lambda"), node.lineno))
    return found


def faults(module: str, source: str, is_package: bool = False) -> list[str]:
    """Returns what is wrong with the imports of one module."""
    tree = ast.parse(source)
    home = package_of(module)
    found = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.Import | ast.ImportFrom):
            continue
        for name in imported_names(node, module, is_package):
            line, top = f"line {node.lineno} imports {name}", name.split(".")[0]
            if top in JAX_MODULES and home not in JAX_PACKAGES:
                found.append(f"{line}: only {sorted(JAX_PACKAGES)} may use {top}")
            if top == "tensorflow":
                found.append(f"{line}: Evergraph takes its place and never loads it")
            other = package_of(name)
            if not home or other is None or other == home:
                continue
            if other == "":
                found.append(f"{line}: a package does not import from the top of evergraph")
            elif ORDER.index(other) > ORDER.index(home) or other in NEVER.get(home, ()):
                found.append(f"{line}: {home} may not import from {other}")
    for function, line in hidden_imports(tree):
        if function not in MAY_IMPORT_INSIDE.get(module, ()):
            found.append(f"line {line} imports inside {function}(): imports stand at the top of the file")
    return found


def test_every_package_has_its_place():
    packages = {
        path.relative_to(ROOT / "evergraph").parts[0]
        for path in MODULES.values()
        if path.parent != ROOT / "evergraph"
    }
    assert packages <= set(ORDER), "name the new package in design order, here and in docs/architecture.md"


@pytest.mark.parametrize("module", MODULES)
def test_imports_point_one_way(module):
    path = MODULES[module]
    assert faults(module, path.read_text(encoding="utf-8"), path.name == "__init__.py") == []


def test_the_core_loads_no_breadth():
    script = (
        "import sys, evergraph; print([name for name, module in sys.modules.items()"
        f" if name.split('.')[1:2] and name.split('.')[0] == 'evergraph' and name.split('.')[1] in {BREADTH}"
        " and getattr(module, '__file__', None)])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_exceptions_still_exist():
    for module, functions in MAY_IMPORT_INSIDE.items():
        named = {name for name, _ in hidden_imports(ast.parse(MODULES[module].read_text(encoding="utf-8")))}
        assert functions <= named, f"{module}: an exception that nothing needs"


@pytest.mark.parametrize(
    "module, source, complaint",
    [
        ("evergraph.framework.graph", "import evergraph.ops.math", "framework may not import from ops"),
        ("evergraph.framework.graph", "from evergraph import ops", "framework may not import from ops"),
        ("evergraph.framework.graph", "from ..ops import math", "framework may not import from ops"),
        ("evergraph.engine.plan", "from evergraph.ops.math import add", "engine may not import from ops"),
        (
            "evergraph.session.session",
            "if TYPE_CHECKING:\n  from evergraph.training import x",
            "may not import",
        ),
        ("evergraph.session.session", "import evergraph as tf", "top of evergraph"),
        ("evergraph.session.session", "from evergraph.api import tables", "top of evergraph"),
        ("evergraph.session.session", "import jax.numpy as jnp", "may use jax"),
        ("evergraph.training.hooks", "from equinox import internal", "may use equinox"),
        ("evergraph.api", "import jax", "may use jax"),
        ("evergraph.ops.math", "import tensorflow", "never loads it"),
        ("evergraph.ops.math", "def f():\n  import numpy", "imports inside f()"),
        ("evergraph.ops.math", "f = lambda: __import__('numpy')", "imports inside lambda()"),
        (
            "evergraph.ops.math",
            "class A:\n  def f(s):\n    importlib.import_module('x')",
            "imports inside f()",
        ),
    ],
)
def test_fault_is_found(module, source, complaint):
    assert complaint in "\n".join(faults(module, source))


@pytest.mark.parametrize(
    "module, source",
    [
        ("evergraph.ops.math", "import jax\nfrom evergraph.framework import graph\nfrom . import arrays"),
        (
            "evergraph.engine.plan",
            "from evergraph.framework.graph import Graph\nfrom ..framework import shapes",
        ),
        ("evergraph.training.hooks", "from evergraph.session import session\nimport tensorboard"),
        ("evergraph.api", "from evergraph.training import hooks\nfrom evergraph import compat"),
    ],
)
def test_what_is_allowed_is_not_a_fault(module, source):
    assert faults(module, source) == []


def test_relative_import_in_a_package_starts_there():
    assert faults("evergraph.framework", "from .graph import Graph", is_package=True) == []
    assert faults("evergraph.framework", "from ..ops import math", is_package=True) != []
