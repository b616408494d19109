"""Names moved between name scopes, when a graph is exported from one scope and imported into another."""

from evergraph.framework.public import public, public_module

public_module("python.framework.ops")


@public("contrib.framework.strip_name_scope")
def strip_name_scope(name: str, export_scope: str | None) -> str:
    """`name` without the leading `export_scope/` (a control input's `^` and a colocation's `loc:@` stay)."""
    if not export_scope:
        return name
    marker, bare = _split_marker(name)
    inside = bare.removeprefix(export_scope.rstrip("/") + "/")
    return marker + (bare if inside == bare else inside.lstrip("/"))


@public("contrib.framework.prepend_name_scope")
def prepend_name_scope(name: str, import_scope: str | None) -> str:
    """`name` under `import_scope/`."""
    if not import_scope:
        return name
    marker, bare = _split_marker(name)
    return f"{marker}{import_scope.rstrip('/')}/{bare}"


def _split_marker(name):
    for marker in ("^", "loc:@"):
        if name.startswith(marker):
            return marker, name[len(marker) :]
    return "", name
