"""Old rules of NumPy in a program's own source: an array of one element is a number, and arrays have the methods that they had.

Programs of TensorFlow's time write `int(labels[i])` and `table[i, j] = value` where today's NumPy refuses an array that is not a
scalar, `image.tostring()`, which arrays have no more, and change the list that `np.meshgrid` gave. These are no names that could be
added, and libraries beside the program want today's rules. So `evergraph run` compiles the program, and the modules beside it, with
such places going through functions that do what Python does, and where NumPy refuses, what it did.
"""

import ast
import builtins
import functools
import importlib.machinery
import os
import sys
import sysconfig
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

_NUMBERS = ("int", "float", "complex")
_OWN = str(Path(__file__).resolve().parent.parent)


def number(convert: Callable, value: Any) -> Any:
    """`convert(value)`, of the one element where the value is an array with dimensions that has one."""
    if isinstance(value, np.ndarray) and value.ndim and value.size == 1 and convert in (int, float, complex):
        value = value.item()
    return convert(value)


def store(value: Any, container: Any, index: Any) -> None:
    """`container[index] = value`; for an element of an array, the one element of a value with dimensions."""
    try:
        container[index] = value
    except ValueError:
        if (
            not isinstance(container, np.ndarray)
            or not isinstance(value, (np.ndarray, list))
            or np.size(value) != 1
        ):
            raise
        container[index] = np.reshape(value, ())


def _itemset(array, *args):
    *index, value = args
    place = index[0] if len(index) == 1 else tuple(index)
    if isinstance(place, tuple) and len(place) == array.ndim:
        array[place] = value
    else:  # counted along all elements
        array.flat[place or 0] = value


# Methods of arrays that NumPy has dropped, as functions of the array.
_METHODS: dict[str, Callable] = {
    "tostring": lambda array, order="C": array.tobytes(order),
    "ptp": np.ptp,
    "itemset": _itemset,
    "newbyteorder": lambda array, new_order="S": array.view(array.dtype.newbyteorder(new_order)),
}


def _giving_list(name):
    """A function of NumPy that gives several arrays as a tuple now, and gave a list, which programs go on to change."""
    function = getattr(np, name)

    @functools.wraps(function)
    def call(*args, **kwargs):
        found = function(*args, **kwargs)
        return list(found) if isinstance(found, tuple) else found

    return call


def _fromstring(string, dtype=float, count=-1, sep="", **kwargs):
    """`np.fromstring`, also of bytes without a separator: an array of its own of what they hold."""
    if sep or not string:
        return np.fromstring(string, dtype, count, sep=sep, **kwargs)
    return np.frombuffer(string.encode("latin-1") if isinstance(string, str) else string, dtype, count).copy()


# Functions of NumPy that do something else by now.
_FUNCTIONS: dict[str, Callable] = {
    "fromstring": _fromstring,
    **{name: _giving_list(name) for name in ("meshgrid", "broadcast_arrays", "gradient")},
}


def method(value: Any, name: str) -> Any:
    """`value.name`; where it is an array's method or a function of NumPy that has changed, what it was."""
    if value is np and name in _FUNCTIONS:
        return _FUNCTIONS[name]
    if isinstance(value, (np.ndarray, np.generic)) and not hasattr(value, name):
        return functools.partial(_METHODS[name], value)
    return getattr(value, name)


def copied(module: Any, copy: Any) -> Any:
    """The `copy` that `module.array` takes: NumPy's False was "only where it must be", which is None now."""
    return None if module is np and copy is not None and not copy else copy


_HELPERS = {
    "__evergraph_copy__": copied,
    "__evergraph_number__": number,
    "__evergraph_store__": store,
    "__evergraph_slice__": slice,
    "__evergraph_method__": method,
    "__evergraph_numpy__": np,
}


def compile_program(source: bytes | str, path: str) -> types.CodeType:
    """The code of a program or one of its modules.

    Args:
      source: its text.
      path: its file, for tracebacks.

    Raises:
      SyntaxError: it is no Python.
    """
    try:
        tree = ast.parse(source, path)
    except SyntaxError as error:
        raise error.with_traceback(None) from None  # the parser's own frames say nothing
    return compile(ast.fix_missing_locations(_Rewriter().visit(tree)), path, "exec", dont_inherit=True)


class _Rewriter(ast.NodeTransformer):
    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        plain = len(node.args) == 1 and not node.keywords and not isinstance(node.args[0], ast.Starred)
        if plain and isinstance(node.func, ast.Name) and node.func.id in _NUMBERS:
            return _call("__evergraph_number__", [node.func, node.args[0]], node)
        if isinstance(node.func, ast.Attribute) and node.func.attr == "array":
            for keyword in node.keywords:
                if keyword.arg == "copy" and isinstance(node.func.value, ast.Name):
                    keyword.value = _call("__evergraph_copy__", [node.func.value, keyword.value], node)
        return node

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        self.generic_visit(node)
        if node.attr in {*_METHODS, *_FUNCTIONS} and isinstance(node.ctx, ast.Load):
            return _call("__evergraph_method__", [node.value, ast.Constant(node.attr)], node)
        return node

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.AST | list[ast.AST]:
        """The functions that `from numpy import` names are bound again, to what they were."""
        bound: list[ast.AST] = [node]
        if node.module == "numpy" and not node.level:
            for alias in node.names:
                if alias.name in _FUNCTIONS:
                    name = ast.copy_location(ast.Name(alias.asname or alias.name, ast.Store()), node)
                    module = ast.copy_location(ast.Name("__evergraph_numpy__", ast.Load()), node)
                    value = _call("__evergraph_method__", [module, ast.Constant(alias.name)], node)
                    bound.append(ast.copy_location(ast.Assign([name], value), node))
        return bound

    def visit_Assign(self, node: ast.Assign) -> ast.AST:
        self.generic_visit(node)
        if len(node.targets) != 1 or not isinstance(node.targets[0], ast.Subscript):
            return node
        target = node.targets[0]
        arguments = [node.value, target.value, _index(target.slice)]
        return ast.copy_location(ast.Expr(_call("__evergraph_store__", arguments, node)), node)


def _index(node):
    """An index as an expression."""
    if isinstance(node, ast.Slice):
        parts = [part or ast.Constant(None) for part in (node.lower, node.upper, node.step)]
        return _call("__evergraph_slice__", parts, node)
    if isinstance(node, ast.Tuple):
        return ast.copy_location(ast.Tuple([_index(each) for each in node.elts], ast.Load()), node)
    return node


def _call(name, arguments, place):
    function = ast.copy_location(ast.Name(name, ast.Load()), place)
    return ast.copy_location(ast.Call(function, arguments, []), place)


class ProgramLoader(importlib.machinery.SourceFileLoader):
    """Loads a module of the program; there is no file of compiled code for it."""

    def get_code(self, fullname: str) -> types.CodeType:
        """The module's code."""
        path = self.get_filename(fullname)
        return compile_program(self.get_data(path), path)


def _is_installed(folder):
    """Whether a folder holds what an installer has put there, rather than a program."""
    return (
        any(name.endswith((".dist-info", ".egg-info")) for name in os.listdir(folder))
        if os.path.isdir(folder)
        else True
    )


def install_program_source() -> None:
    """From now on modules outside of what is installed are compiled by `compile_program`."""
    names: dict = builtins.__dict__
    if "__evergraph_store__" in names:
        return
    names.update(_HELPERS)
    places = {sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    places.update(os.path.abspath(entry) for entry in sys.path if entry and _is_installed(entry))
    others = (*(place + os.sep for place in places), _OWN + os.sep)
    finder = importlib.machinery.FileFinder.path_hook((ProgramLoader, importlib.machinery.SOURCE_SUFFIXES))

    def hook(path):
        whole = os.path.abspath(path) + os.sep
        if whole.startswith(others) or whole == os.path.dirname(_OWN) + os.sep or not _holds_source(path):
            raise ImportError(f"{path!r} holds no modules of a program", path=path)
        return finder(path)

    sys.path_hooks.insert(0, hook)
    sys.path_importer_cache.clear()


def _holds_source(path):
    """Whether all modules of a folder are Python source, so that nothing else has to be looked for there."""
    endings = (*importlib.machinery.EXTENSION_SUFFIXES, ".pyc")
    return os.path.isdir(path) and not any(name.endswith(endings) for name in os.listdir(path))
