"""A hook of mkdocs: a page for each public module, made from docstrings, and the link to the repository.

1. `on_config`  adds the pages to the navigation, and the repository that this clone comes from
2. `on_files`   writes the pages: a heading, and the directive that mkdocstrings replaces by the module's names
3. `on_page_markdown`  puts the numbers into `docs/coverage.md`

Nothing is written into `docs/`. The public modules are those that answer for missing names (`evergraph/compat/advice.py`).
"""

import inspect
import os
import re
import subprocess

from mkdocs.structure.files import File

from evergraph.compat.advice import PUBLIC, tensorflow_names

_NOT_OURS = {"tf.app.flags", "tf.flags"}  # absl's
_SECTION = "API"


def pages() -> dict[str, tuple[str, str]]:
    """{address of the page: (its title, its text)}."""
    found = {}
    lines = [
        "# API",
        "",
        "The public modules, as `import evergraph as tf` shows them.",
        "",
        "| module | names |",
        "| --- | --- |",
    ]
    for path, module in sorted(PUBLIC.items()):
        if path in _NOT_OURS:
            continue
        members = [name for name in module.__all__ if not inspect.ismodule(getattr(module, name))]
        directive = [
            f"::: {module.__name__}",
            "    options:",
            "      members:",
            *(f"        - {name}" for name in members),
        ]
        found[f"api/{path}.md"] = path, "\n".join([f"# {path}", "", *directive, ""])
        lines.append(f"| [{path}]({path}.md) | {len(members)} |")
    return {"api/index.md": ("Modules", "\n".join(lines) + "\n"), **found}


def repository() -> str | None:
    """The address of the repository: EVERGRAPH_REPOSITORY, else that which this clone comes from, if it has one on the web."""
    asked = os.environ.get("EVERGRAPH_REPOSITORY")
    if asked:
        return asked
    git = subprocess.run(["git", "remote", "get-url", "origin"], capture_output=True, text=True)
    address = re.sub(r"^(?:ssh://)?git@([^:/]+)[:/]", r"https://\1/", git.stdout.strip()).removesuffix(".git")
    return address if git.returncode == 0 and address.startswith("https://") else None


def on_config(config):
    """Adds the API pages to the navigation, and the link to the repository."""
    config.nav.append({_SECTION: [{title: address} for address, (title, _) in pages().items()]})
    config.repo_url = config.repo_url or repository()
    return config


def on_files(files, config):
    """Adds the API pages."""
    for address, (_, text) in pages().items():
        files.append(File.generated(config, address, content=text))
    return files


def coverage() -> str:
    """A table: each module of TensorFlow 1.9, how many names it has, and which of them are not here."""
    lines = ["| module | names | there | not there |", "| --- | --- | --- | --- |"]
    for path, names in sorted(tensorflow_names().items()):
        here = vars(PUBLIC[path]) if path in PUBLIC else {}
        missing = sorted(names - here.keys(), key=str.lower)
        page = f"[{path}](api/{path}.md)" if f"api/{path}.md" in pages() else path
        listed = ", ".join(f"`{name}`" for name in missing) if here else "the whole module"
        lines.append(f"| {page} | {len(names)} | {len(names) - len(missing)} | {listed if missing else ''} |")
    return "\n".join(lines)


def on_page_markdown(markdown, page, config, files):
    """Puts the numbers of `coverage` into the page that asks for them."""
    return markdown.replace("<!-- names -->", coverage()) if page.file.src_uri == "coverage.md" else markdown
