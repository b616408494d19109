"""Builds protocol message classes from tables of fields, for messages that no installed package describes.

A table maps a message name to rows written like the lines of a .proto file:

    {"Feature": ("kind: BytesList bytes_list = 1", "kind: FloatList float_list = 2"),  # `kind:` is a oneof
     "Features": ("map<string, Feature> feature = 1",),
     "BytesList": ("repeated bytes value = 1",)}

The messages are registered under this project's own package name. In files and on the wire a package name
is not written, so they are compatible with TensorFlow's; in the process they cannot clash with a real
`tensorflow`. They live in the default descriptor pool, because their fields must hold the `tensorboard`
package's own classes: `ServerDef(cluster=a_cluster_def)` has to work, and does not across pools.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from google.protobuf.message import Message

PACKAGE = "evergraph"
_BORROWED_PACKAGE = "tensorboard"

_Field = descriptor_pb2.FieldDescriptorProto
_SCALARS = {
    "bool": _Field.TYPE_BOOL,
    "bytes": _Field.TYPE_BYTES,
    "double": _Field.TYPE_DOUBLE,
    "fixed32": _Field.TYPE_FIXED32,
    "fixed64": _Field.TYPE_FIXED64,
    "float": _Field.TYPE_FLOAT,
    "int32": _Field.TYPE_INT32,
    "int64": _Field.TYPE_INT64,
    "string": _Field.TYPE_STRING,
    "uint64": _Field.TYPE_UINT64,
}
_ROW = re.compile(
    r"(?:(?P<oneof>\w+): )?(?P<repeated>repeated )?"
    r"(?:map<(?P<map_key>\w+), (?P<map_value>[\w.]+)>|(?P<type>[\w.]+)) (?P<name>\w+) = (?P<number>\d+)"
)


def define_messages(
    file_name: str,
    messages: Mapping[str, Sequence[str]],
    enums: Mapping[str, Mapping[str, int]] | None = None,
    package: str = PACKAGE,
) -> dict[str, type[Message]]:
    """Returns a message class for each name in `messages`; dots in a name make it a nested message.

    A type in a row is a scalar, a name in `messages` or `enums`, a name known to the `tensorboard`
    package, or a full name of Google's (`google.protobuf.Any`) whose module is loaded. Messages whose names others have too are in a `package` of their own. Defining the same file twice with the same rows is harmless; with other rows it is a TypeError
    raised by protobuf. Raises ValueError for a row that cannot be read and KeyError for an unknown type.
    """
    builder = _FileBuilder(file_name, messages, enums or {}, package)
    pool = descriptor_pool.Default()
    pool.AddSerializedFile(builder.file.SerializeToString())
    return {
        name: message_factory.GetMessageClass(pool.FindMessageTypeByName(f"{package}.{name}"))
        for name in messages
    }


class _FileBuilder:
    """Fills one FileDescriptorProto."""

    def __init__(self, file_name, messages, enums, package):
        self.file = descriptor_pb2.FileDescriptorProto(name=file_name, package=package, syntax="proto3")
        self._messages = messages
        self._enums = enums
        placed = {}
        for name in messages:
            parent, _, leaf = name.rpartition(".")
            placed[name] = (placed[parent].nested_type if parent else self.file.message_type).add(name=leaf)
        for name, values in enums.items():
            parent, _, leaf = name.rpartition(".")
            enum = (placed[parent] if parent else self.file).enum_type.add(name=leaf)
            for value_name, number in values.items():
                enum.value.add(name=value_name, number=number)
        for name, rows in messages.items():
            for row in rows:
                self._add_field(name, placed[name], row)

    def _add_field(self, message_name, message, row):
        match = _ROW.fullmatch(row)
        if match is None:
            raise ValueError(
                f"Message {message_name!r}: cannot read the field {row!r}. Write it like 'int64 size = 5'."
            )
        field = message.field.add(name=match["name"], number=int(match["number"]))
        field.label = (
            _Field.LABEL_REPEATED if match["repeated"] or match["map_value"] else _Field.LABEL_OPTIONAL
        )
        if match["map_value"]:
            entry_name = "".join(part.capitalize() for part in match["name"].split("_")) + "Entry"
            entry = message.nested_type.add(name=entry_name)
            entry.options.map_entry = True
            entry.field.add(
                name="key", number=1, label=_Field.LABEL_OPTIONAL, type=_SCALARS[match["map_key"]]
            )
            value = entry.field.add(name="value", number=2, label=_Field.LABEL_OPTIONAL)
            self._set_type(value, match["map_value"])
            field.type, field.type_name = (
                _Field.TYPE_MESSAGE,
                f".{self.file.package}.{message_name}.{entry_name}",
            )
            return
        self._set_type(field, match["type"])
        if match["oneof"]:
            oneofs = [oneof.name for oneof in message.oneof_decl]
            if match["oneof"] not in oneofs:
                message.oneof_decl.add(name=match["oneof"])
                oneofs.append(match["oneof"])
            field.oneof_index = oneofs.index(match["oneof"])

    def _set_type(self, field, type_name):
        if type_name in _SCALARS:
            field.type = _SCALARS[type_name]
        elif type_name in self._messages or type_name in self._enums:
            field.type = _Field.TYPE_MESSAGE if type_name in self._messages else _Field.TYPE_ENUM
            field.type_name = f".{self.file.package}.{type_name}"
        else:
            is_full = type_name.startswith("google.protobuf.")
            self._borrow_type(field, type_name if is_full else f"{_BORROWED_PACKAGE}.{type_name}")

    def _borrow_type(self, field, full_name):
        pool = descriptor_pool.Default()
        try:
            found, field.type = pool.FindMessageTypeByName(full_name), _Field.TYPE_MESSAGE
        except KeyError:
            found, field.type = pool.FindEnumTypeByName(full_name), _Field.TYPE_ENUM
        field.type_name = f".{full_name}"
        if found.file.name not in self.file.dependency:
            self.file.dependency.append(found.file.name)
