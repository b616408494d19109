"""Which names of TensorFlow a program uses, read from its source.

A name is followed from the import that brings it through plain assignments (`slim = tf.contrib.slim`) to the longest chain of
attributes that begins with it (`slim.nets.vgg.vgg_16`). Parameters and other values hide names of the scopes around them.
"""

from __future__ import annotations

import ast
import dataclasses
from collections.abc import Iterator

_ROOTS = ("tensorflow", "evergraph")
_IMPORT_ERRORS = {"ImportError", "ModuleNotFoundError", "AttributeError", "Exception", "NameError"}


@dataclasses.dataclass(frozen=True)
class Use:
    """One use of a name of TensorFlow.

    Attributes:
      name: its full name below `tensorflow`, such as "nn.conv2d" or "contrib.slim"; "" for the whole module.
      line: the line of the file, from 1.
      guarded: whether the program goes on where the name is missing: it stands in a `try` that catches that, or behind `hasattr`.
      keywords: the keyword arguments it is called with there; None when it is not called.
    """

    name: str
    line: int
    guarded: bool
    keywords: tuple[str, ...] | None = None


def uses(source: str, file: str = "<program>") -> list[Use]:
    """The uses of TensorFlow's names in a program, in the order of its lines, each once for a line.

    Args:
      source: the program's text.
      file: its name, for the error.

    Raises:
      SyntaxError: the text is no Python 3.
    """
    reader = _Reader()
    reader.read(ast.parse(source, file))
    return sorted(set(reader.found), key=lambda use: (use.line, use.name))


class _Reader(ast.NodeVisitor):
    """Follows names through scopes; a function's body is read when the scope around it has been read to its end."""

    def __init__(self):
        self.found: list[Use] = []
        self._scopes: list[dict[str, str | None]] = [{}]
        self._guards = 0
        self._later: list[tuple[list[dict[str, str | None]], int, ast.AST]] = []

    def read(self, tree: ast.Module) -> None:
        for statement in tree.body:
            self.visit(statement)
        while self._later:
            self._scopes, self._guards, function = self._later.pop(0)
            for child in _body_of(function):
                self.visit(child)

    def visit_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            root, _, rest = alias.name.partition(".")
            if root not in _ROOTS:
                self._bind(alias.asname or root, None)
                continue
            self._note(rest, node)
            self._bind(alias.asname or root, rest if alias.asname else "")

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        root, _, rest = (node.module or "").partition(".")
        for alias in node.names:
            if node.level or root not in _ROOTS:
                self._bind(alias.asname or alias.name, None)
            elif alias.name == "*":
                self._note(rest, node)
            else:
                name = f"{rest}.{alias.name}" if rest else alias.name
                self._note(name, node)
                self._bind(alias.asname or alias.name, name)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        name = self._name_of(node)
        if name is None:
            self.visit(node.value)
        elif isinstance(node.ctx, ast.Load):
            self._note(name, node)

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Load) and (name := self._look_up(node.id)):
            self._note(name, node)

    def visit_Call(self, node: ast.Call) -> None:
        name = self._name_of(node.func)
        if name:
            keywords = tuple(sorted(k.arg for k in node.keywords if k.arg))
            self._note(name, node.func, keywords)
        else:
            self.visit(node.func)
        for child in [*node.args, *node.keywords]:
            self.visit(child)

    def visit_Assign(self, node: ast.Assign) -> None:
        self.visit(node.value)
        name = self._name_of(node.value)
        for target in node.targets:
            if isinstance(target, ast.Name):
                self._bind(target.id, name)
            else:
                self._hide(target)
                self.visit(target)

    def visit_For(self, node: ast.For) -> None:
        self._hide(node.target)
        self.generic_visit(node)

    def visit_With(self, node: ast.With) -> None:
        for item in node.items:
            if item.optional_vars is not None:
                self._hide(item.optional_vars)
        self.generic_visit(node)

    def visit_Try(self, node: ast.Try) -> None:
        guards = any(_catches_missing(handler) for handler in node.handlers)
        self._guards += guards
        for statement in node.body:
            self.visit(statement)
        self._guards -= guards
        for part in [*node.handlers, *node.orelse, *node.finalbody]:
            self.visit(part)

    def visit_If(self, node: ast.If) -> None:
        self._if(node)

    def visit_IfExp(self, node: ast.IfExp) -> None:
        self._if(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self._function(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> None:
        self._function(node)

    def visit_Lambda(self, node: ast.Lambda) -> None:
        self._function(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self._bind(node.name, None)
        for child in [*node.decorator_list, *node.bases, *node.keywords]:
            self.visit(child)
        # Names of a class are not seen in its methods.
        around = self._scopes
        own: dict[str, str | None] = {}
        for statement in node.body:
            self._scopes = around if isinstance(statement, ast.FunctionDef) else [*around, own]
            self.visit(statement)
        self._scopes = around

    def _if(self, node):
        guards = any(
            isinstance(child, ast.Call) and getattr(child.func, "id", "") == "hasattr"
            for child in ast.walk(node.test)
        )
        self._guards += guards
        self.generic_visit(node)
        self._guards -= guards

    def _function(self, node):
        if not isinstance(node, ast.Lambda):
            self._bind(node.name, None)
            for child in [*node.decorator_list, *filter(None, [node.returns])]:
                self.visit(child)
        arguments = node.args
        for default in [*arguments.defaults, *filter(None, arguments.kw_defaults)]:
            self.visit(default)
        names = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
        names += filter(None, [arguments.vararg, arguments.kwarg])
        hidden: dict[str, str | None] = {argument.arg: None for argument in names}
        self._later.append(([*self._scopes, hidden], self._guards, node))

    def _bind(self, name, value):
        self._scopes[-1][name] = value

    def _hide(self, target):
        for node in ast.walk(target):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                self._bind(node.id, None)

    def _look_up(self, name):
        for scope in reversed(self._scopes):
            if name in scope:
                return scope[name]
        return None

    def _name_of(self, node):
        """The full name of a chain of attributes that begins with an imported name; None for anything else."""
        names: list[str] = []
        while isinstance(node, ast.Attribute):
            names.append(node.attr)
            node = node.value
        root = self._look_up(node.id) if isinstance(node, ast.Name) else None
        return None if root is None else ".".join(filter(None, [root, *reversed(names)]))

    def _note(self, name, node, keywords=None):
        self.found.append(Use(name, node.lineno, self._guards > 0, keywords))


def _catches_missing(handler: ast.ExceptHandler) -> bool:
    if handler.type is None:
        return True
    return any(isinstance(node, ast.Name) and node.id in _IMPORT_ERRORS for node in ast.walk(handler.type))


def _body_of(function: ast.AST) -> Iterator[ast.AST]:
    body = getattr(function, "body", [])
    yield from body if isinstance(body, list) else [body]
