"""Writes what a type checker knows of the protocol messages, from their descriptors: they are made when their modules load.

    python scripts/message_types.py            write what has changed (`make message-types`)
    python scripts/message_types.py --check    say what is stale, and leave with status 1 when something is

1. `borrowed_files`  finds the files of the `tensorboard` package that the sources import, and those that these need
2. `render_file`     writes one as `typings/tensorboard/..._pb2.pyi`, where pyright looks first
3. `render_own`      writes `evergraph/formats/messages.pyi`: what `messages.py` shows of those, and the messages of its own
"""

import argparse
import importlib
import re
import sys
from collections.abc import Iterable
from pathlib import Path

from google.protobuf.descriptor import Descriptor, EnumDescriptor, FieldDescriptor, FileDescriptor
from google.protobuf.internal.enum_type_wrapper import EnumTypeWrapper

ROOT = Path(__file__).resolve().parent.parent
OWN = "evergraph.formats.messages"
HEAD = '''"""Written by scripts/message_types.py; do not edit."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

'''
CONTAINERS = "MessageMap, RepeatedCompositeFieldContainer, RepeatedScalarFieldContainer, ScalarMap"
GOOGLE = {
    "google.protobuf.internal.containers": CONTAINERS,
    "google.protobuf.internal.enum_type_wrapper": "EnumTypeWrapper",
    "google.protobuf.message": "Message",
}
PYTHON_TYPES = {
    FieldDescriptor.CPPTYPE_BOOL: "bool",
    FieldDescriptor.CPPTYPE_DOUBLE: "float",
    FieldDescriptor.CPPTYPE_ENUM: "int",
    FieldDescriptor.CPPTYPE_FLOAT: "float",
    FieldDescriptor.CPPTYPE_INT32: "int",
    FieldDescriptor.CPPTYPE_INT64: "int",
    FieldDescriptor.CPPTYPE_UINT32: "int",
    FieldDescriptor.CPPTYPE_UINT64: "int",
}


# -- where a message lives ------------------------------------------------------------


def module_of(file: FileDescriptor) -> str:
    """`tensorboard.compat.proto.graph_pb2` for `tensorboard/compat/proto/graph.proto`."""
    return file.name.removesuffix(".proto").replace("/", ".") + "_pb2"


def name_in_file(descriptor: Descriptor) -> str:
    """`TensorSliceProto.Extent` for `evergraph.TensorSliceProto.Extent`."""
    return descriptor.full_name.removeprefix(f"{descriptor.file.package}.")


def name_in(module: str, descriptor: Descriptor) -> str:
    """A message's name as written in a module: that of another file with its module's, `graph_pb2.GraphDef`."""
    is_here = descriptor.file.package == "evergraph" or module_of(descriptor.file) == module
    prefix = "" if is_here else module_of(descriptor.file).rpartition(".")[2] + "."
    return prefix + name_in_file(descriptor)


# -- one message ------------------------------------------------------------------------


def element_type(module: str, field: FieldDescriptor) -> str:
    """The Python type of one value of a field."""
    if field.message_type is not None:
        return name_in(module, field.message_type)
    if field.cpp_type == FieldDescriptor.CPPTYPE_STRING:
        return "bytes" if field.type == FieldDescriptor.TYPE_BYTES else "str"
    return PYTHON_TYPES[field.cpp_type]


def field_types(module: str, field: FieldDescriptor) -> tuple[str, str]:
    """What a field holds, and what the constructor takes for it. Only a single scalar can be assigned."""
    message = field.message_type
    if message is not None and message.GetOptions().map_entry:
        key, value = (element_type(module, message.fields_by_name[part]) for part in ("key", "value"))
        container = "ScalarMap" if message.fields_by_name["value"].message_type is None else "MessageMap"
        return f"Final[{container}[{key}, {value}]]", f"Mapping[{key}, {value}] | None"
    element = element_type(module, field)
    if field.is_repeated:
        container = "RepeatedScalarFieldContainer" if message is None else "RepeatedCompositeFieldContainer"
        return f"Final[{container}[{element}]]", f"Iterable[{element}] | None"
    if message is not None:
        return f"Final[{element}]", f"{element} | Mapping[str, Any] | None"
    return element, f"{element} | str | None" if field.enum_type else f"{element} | None"


def render_enum(enum: EnumDescriptor) -> list[str]:
    """The enum and its values, beside each other."""
    return [f"{enum.name}: EnumTypeWrapper", *(f"{value.name}: int" for value in enum.values)]


def render_message(module: str, message: Descriptor) -> list[str]:
    """A class with the messages and enums inside, its fields and its constructor."""
    inside = [line for enum in message.enum_types for line in render_enum(enum)]
    for nested in message.nested_types:
        if not nested.GetOptions().map_entry:
            inside += render_message(module, nested)
    types = {field.name: field_types(module, field) for field in message.fields}
    inside += [f"{name}: {held}" for name, (held, _) in types.items()]
    given = "".join(f", {name}: {taken} = ..." for name, (_, taken) in types.items())
    inside.append(f"def __init__(self{', *' if given else ''}{given}) -> None: ...")
    return [f"class {message.name}(Message):", *("    " + line for line in inside)]


# -- one file ---------------------------------------------------------------------------


def whole_file(dependencies: Iterable[FileDescriptor], lines: list[str]) -> str:
    """A file that imports those which its lines name."""
    imports = [f"from {name} import {what}" for name, what in GOOGLE.items()]
    for package, _, name in sorted({module_of(file).rpartition(".") for file in dependencies}):
        imports.append(f"from {package} import {name}")
    return HEAD + "\n".join([*imports, "", *lines, ""])


def render_file(file: FileDescriptor) -> str:
    """The types of a file of the `tensorboard` package."""
    module = module_of(file)
    lines = [line for enum in file.enum_types_by_name.values() for line in render_enum(enum)]
    for message in file.message_types_by_name.values():
        lines += ["", *render_message(module, message)]
    return whole_file(file.dependencies, lines)


def render_own() -> str:
    """The types of `messages.py`."""
    shown, own, dependencies = [], [], []
    for name, value in vars(importlib.import_module(OWN)).items():
        descriptor = getattr(value, "DESCRIPTOR", None)
        if isinstance(descriptor, Descriptor) and descriptor.file.package == "evergraph":
            own += ["", *render_message(OWN, descriptor)]
            dependencies += descriptor.file.dependencies
        elif isinstance(descriptor, Descriptor) or isinstance(value, EnumTypeWrapper):
            shown.append(f"from {module_of(value.DESCRIPTOR.file)} import {name} as {name}")
    return whole_file(dependencies, shown + own)


# -- all files ----------------------------------------------------------------------------


def borrowed_files(root: Path) -> dict[str, FileDescriptor]:
    """The files of the `tensorboard` package, by module, that the sources import, and those that these need."""
    modules = set()
    for path in (root / "evergraph").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        modules.update(re.findall(r"from (tensorboard[\w.]*_pb2) import", text))
        for package, names in re.findall(r"from (tensorboard[\w.]*) import ((?:\w+_pb2(?:, )?)+)", text):
            modules.update(f"{package}.{name}" for name in names.split(", "))
    found = {}
    waiting = [importlib.import_module(module).DESCRIPTOR for module in sorted(modules)]
    while waiting:
        file = waiting.pop()
        if file.package.startswith("tensorboard") and module_of(file) not in found:
            found[module_of(file)] = file
            waiting += file.dependencies
    return found


def message_types(root: Path) -> dict[Path, str]:
    """The text of every file that this script writes."""
    texts = {
        root / "typings" / f"{module.replace('.', '/')}.pyi": render_file(file)
        for module, file in sorted(borrowed_files(root).items())
    }
    texts[root / "evergraph/formats/messages.pyi"] = render_own()
    return texts


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--check", action="store_true", help="write nothing; status 1 when something is stale"
    )
    check = parser.parse_args().check
    stale = [
        (path, text)
        for path, text in message_types(ROOT).items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    ]
    for path, text in stale:
        print(f"{'stale' if check else 'written'}: {path.relative_to(ROOT)}")
        if not check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    return 1 if stale and check else 0


if __name__ == "__main__":
    sys.exit(main())
