"""Writes the tables of contents from the names that are marked `@public` beside their definitions.

    python scripts/contents.py            write what has changed (`make contents`)
    python scripts/contents.py --check    say what is stale, and leave with status 1 when something is

1. `read_sources`  finds, in the syntax trees of the package, the public names and where each is seen
2. `namespaces`    sorts them by the file that shows them: a file with a line `# -- contents of tf.nn, ...` shows `tf.nn`, one
                   with `# -- contents of this package, ...` the public names of the files beside it
3. `render`        puts `from module import name as name` between that line and the end line; all else in a file is left alone
4. `render_table`  writes `evergraph/compat/contents.py`: the names of each module, and the modules of TensorFlow that show them
5. `render_page`   takes what is there now out of what `docs/coverage.md` says is not

Nothing of Evergraph is imported.
"""

import argparse
import ast
import collections
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
START = re.compile(r"^# -- contents of (tf(?:\.[\w.]+)?|this package), .*--$", re.MULTILINE)
UNUSED = "# ruff: noqa: F401 (names are imported to be seen)"
END = "# -- end of contents --"
INTERNAL = (  # TensorFlow's folders below `tensorflow.` that are filled on first use
    "python",
    "contrib",
    "examples",
    "estimator",
    "saved_model",
    "profiler",
)
ROOMS = ("keras.estimator",)  # modules below a package that may not import what they show
LAZY = ("keras", "distributions")  # packages that load on first use: the top does not import them
TABLE = "evergraph/compat/contents.py"
PAGE = "docs/coverage.md"

# A public name: the module that defines it, its name there, and its paths.
Name = collections.namedtuple("Name", ["module", "name", "paths"])
Sources = collections.namedtuple("Sources", ["names", "module_paths", "shown_by"])


class ContentsError(Exception):
    """A public name that cannot be shown as it is written."""


def module_name(path: Path, root: Path) -> str:
    """`evergraph.ops.nn` for `evergraph/ops/nn/__init__.py`."""
    return ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__")


def _paths_of(node: ast.expr, function: str) -> list[str] | None:
    """The literal arguments of a call of `function`, None for anything else."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == function:
        return [ast.literal_eval(argument) for argument in node.args]
    return None


def public_names(tree: ast.Module) -> list[tuple[str, list[str]]]:
    """(name, paths) of each public name of a file, in the order of the file."""
    found = []
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            paths = [_paths_of(decorator, "public") for decorator in node.decorator_list]
            found += [(node.name, given) for given in paths if given is not None]
            continue
        value = (
            getattr(node, "value", None) if isinstance(node, ast.Assign | ast.AnnAssign | ast.Expr) else None
        )
        given = _paths_of(value.func, "public") if isinstance(value, ast.Call) else None
        if given is None:
            continue
        if isinstance(node, ast.Assign):
            name = node.targets[0]
        elif isinstance(node, ast.AnnAssign):
            name = node.target
        else:
            name = value.args[0]
        if not isinstance(name, ast.Name):
            raise ContentsError(
                f"line {node.lineno}: public(...) stands for one name, not {ast.unparse(name)}"
            )
        found.append((name.id, given))
    return found


def read_sources(root: Path) -> Sources:
    """What the files of the package say about public names."""
    names, module_paths, shown_by = [], {}, {}
    for path in sorted((root / "evergraph").rglob("*.py")):
        text, module = path.read_text(encoding="utf-8"), module_name(path, root)
        for match in START.finditer(text):
            shown = match[1].removeprefix("tf").removeprefix(".")
            shown_by[f"package {module}" if shown == "this package" else shown] = path
        if "public" not in text:
            continue
        tree = ast.parse(text)
        names += [Name(module, name, paths) for name, paths in public_names(tree)]
        for node in tree.body:
            given = _paths_of(node.value, "public_module") if isinstance(node, ast.Expr) else None
            module_paths.setdefault(module, []).extend(given or ())
    return Sources(names, {module: paths for module, paths in module_paths.items() if paths}, shown_by)


def _is_internal(path: str, sources: Sources) -> bool:
    home = path.rpartition(".")[0]
    return home in ROOMS or path.split(".")[0] in INTERNAL and home not in sources.shown_by


def namespaces(sources: Sources, root: Path) -> dict[Path, list[tuple[str, str, str]]]:
    """{file: [(shown name, module, name there)]} of all tables of contents.

    Raises:
      ContentsError: a namespace that no file shows; a path that is given twice.
    """
    shown = {path: [] for path in sources.shown_by.values()}
    rows = [(path, name.module, name.name) for name in sources.names for path in name.paths]
    for module, paths in sources.module_paths.items():
        home, _, last = module.rpartition(".")
        rows += [(path, home, last) for path in paths if path.split(".")[0] not in INTERNAL]
    for namespace, path in sources.shown_by.items():
        if namespace and namespace not in LAZY and not namespace.startswith("package "):
            home, _, last = module_name(path, root).rpartition(".")
            rows.append((namespace, home, last))
    seen = {}
    for path, module, name in rows:
        if path in seen:
            raise ContentsError(
                f"tf.{path} is both {seen[path]} and {module}.{name}: a path stands for one thing"
            )
        seen[path] = f"{module}.{name}"
        if _is_internal(path, sources):
            continue
        namespace, _, last = path.rpartition(".")
        if namespace not in sources.shown_by:
            raise ContentsError(
                f"{module}.{name} is public as tf.{path}, but no file shows tf.{namespace}: write "
                f"evergraph/{namespace.replace('.', '/')}.py, a docstring and the lines\n"
                f"# -- contents of tf.{namespace}, written by `make contents` --\n{END}"
            )
        shown[sources.shown_by[namespace]].append((last, module, name))
    for key, path in sources.shown_by.items():
        if key.startswith("package "):
            package = key.removeprefix("package ")
            shown[path] += [
                (name.name, name.module, name.name)
                for name in sources.names
                if name.module.rpartition(".")[0] == package and not name.name.startswith("_")
            ]
    return shown


def _order(row):
    """As ruff sorts imports: by module, constants before classes before the rest."""
    _, module, name = row
    kind = 0 if name.isupper() and len(name) > 1 else 1 if name[:1].isupper() else 2
    return _natural(module), kind, _natural(name), row


def _natural(text: str):
    return [
        (int(part), "") if part.isdigit() else (float("inf"), part)
        for part in re.split(r"(\d+)", text.lower())
        if part
    ], text


def render(text: str, rows: list[tuple[str, str, str]], defined_here: str = "") -> str:
    """The text of a file with its contents between the lines that mark them; what the file itself defines is not imported."""
    match = START.search(text)
    end = text.index(END, match.end())
    own = [row for row in rows if row[1] != defined_here]
    lines = [_import(module, f"{name} as {shown}") for shown, module, name in sorted(own, key=_order)]
    return text[: match.end()] + "\n" + "\n".join([UNUSED, *lines, "", ""]) + text[end:]


def _import(module: str, word: str) -> str:
    line = f"from {module} import {word}"
    return line if len(line) <= 110 else f"from {module} import (\n    {word},\n)"


def render_table(sources: Sources, shown: dict[Path, list[tuple[str, str, str]]], root: Path) -> str:
    """The text of `compat/contents.py`."""
    public = {}
    for name in sources.names:
        public.setdefault(name.module, []).append(name.name)
    for path, rows in shown.items():
        public[module_name(path, root)] = [name for name, _, _ in rows]
    modules = {}
    for module, paths in sources.module_paths.items():
        for path in paths:
            if path.split(".")[0] in INTERNAL:
                modules.setdefault(path, []).append(module.removeprefix("evergraph."))
    for name in sources.names:
        for path in name.paths:
            if _is_internal(path, sources):
                home, _, last = path.rpartition(".")
                own = "" if last == name.name else name.name
                modules.setdefault(home, []).append(f"{last}={name.module.removeprefix('evergraph.')}:{own}")
    return "\n".join(
        [
            '"""Which names are public in which module, and the modules of TensorFlow that show them.',
            "",
            "Written by `make contents` from what is marked `@public`: not to be edited. `compat/table.py` says what the words mean.",
            '"""',
            "",
            "PUBLIC = {",
            *_entries({module: sorted(set(names)) for module, names in public.items()}),
            "}",
            "",
            "SHOWN = {",
            *_entries({f"tensorflow.{path}": words for path, words in modules.items()}),
            "}",
            "",
        ]
    )


def render_page(text: str, sources: Sources) -> str:
    """The page of what is there, without public names in the last column of its tables.

    A part of that column, between commas, goes with its last name: "Fourier transforms (`tf.fft`)".
    """
    there = {f"tf.{path}" for name in sources.names for path in name.paths}
    there |= {f"tf.{path}" for path in (*sources.shown_by, *sum(sources.module_paths.values(), []))}
    lines = text.split("\n")
    for at, line in enumerate(lines):
        cells = line.split("|")
        if line.startswith("| ") and len(cells) == 5 and there.intersection(_NAME.findall(cells[3])):
            parts = re.split(r", (?![^(]*\))", cells[3].strip())
            left = ", ".join(part for part in (_without(part, there) for part in parts) if part)
            lines[at] = "|".join([*cells[:3], f" {left} " if left else " ", ""])
    return "\n".join(lines)


_NAME = re.compile(r"`(tf\.[\w.]+)`")


def _without(part, there):
    """A part of a cell without the names that are there; nothing is left where it had no others."""
    gone = [name for name in _NAME.findall(part) if name in there]
    if not gone:
        return part
    if len(gone) == len(_NAME.findall(part)):
        return ""
    for name in gone:
        part = re.sub(rf"`{re.escape(name)}`, |, `{re.escape(name)}`", "", part)
    return part


def _entries(table: dict[str, list[str]]) -> list[str]:
    """The rows of a dict of words, filled to 110 columns."""
    lines = []
    for key in sorted(table):
        whole = f'    "{key}": "{" ".join(table[key])}",'
        if len(whole) <= 110:
            lines.append(whole)
            continue
        lines.append(f'    "{key}": (')
        row = ""
        fits = len(" ".join(table[key])) + 10 <= 110
        for word in table[key]:
            if row and not fits and len(row) + len(word) + 12 > 110:
                lines.append(f'        "{row} "')
                row = ""
            row = f"{row} {word}" if row else word
        lines += [f'        "{row}"', "    ),"]
    return lines


def contents(root: Path) -> dict[Path, str]:
    """{file: its text as it should be} of all that is written here."""
    sources = read_sources(root)
    shown = namespaces(sources, root)
    texts = {
        path: render(
            path.read_text(encoding="utf-8"), rows, "" if path.stem == "__init__" else module_name(path, root)
        )
        for path, rows in shown.items()
    }
    texts[root / TABLE] = render_table(sources, shown, root)
    page = root / PAGE
    if page.exists():
        texts[page] = render_page(page.read_text(encoding="utf-8"), sources)
    return texts


def main(arguments=None, root: Path = ROOT) -> int:
    parser = argparse.ArgumentParser(description="Write the tables of contents from what is marked @public.")
    parser.add_argument("--check", action="store_true", help="write nothing; say what is stale")
    check = parser.parse_args(arguments).check
    stale = [
        (path, text)
        for path, text in contents(root).items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    ]
    for path, text in stale:
        print(f"{path.relative_to(root)} {'is stale: run `make contents`' if check else 'written'}")
        if not check:
            path.write_text(text, encoding="utf-8")
    return int(check and bool(stale))


if __name__ == "__main__":
    sys.exit(main())
