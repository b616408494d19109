"""`.proto` files, read as the descriptions that protocol messages are made from.

The language is that of https://protobuf.dev/reference/protobuf/proto2-spec and proto3-spec. Services, extensions and options
(but for `default`, `packed` and `allow_alias`) are read and left out: what messages look like as bytes does not depend on them.
"""

import ast
import re
from collections.abc import Sequence
from typing import Any, NoReturn

from google.protobuf.descriptor_pb2 import (
    DescriptorProto,
    EnumDescriptorProto,
    FieldDescriptorProto,
    FileDescriptorProto,
)

_TOKEN = re.compile(
    r"(?P<skipped>\s+|//[^\n]*|/\*.*?\*/)"
    r"|(?P<string>\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*')"
    r"|(?P<word>[\w.]+(?:(?<=[eE])[+-]\d+)?)"
    r"|(?P<mark>[{}()<>\[\];=,+:-])",
    re.S,
)
_LABELS = {
    "optional": FieldDescriptorProto.LABEL_OPTIONAL,
    "required": FieldDescriptorProto.LABEL_REQUIRED,
    "repeated": FieldDescriptorProto.LABEL_REPEATED,
}
_TYPES = {
    name.removeprefix("TYPE_").lower(): number
    for name, number in FieldDescriptorProto.Type.items()
    if name not in ("TYPE_GROUP", "TYPE_MESSAGE", "TYPE_ENUM")
}
_MOST_FIELDS = 536_870_911  # the largest number of a field
_BRACKETS = {"{": "}", "[": "]", "(": ")"}


def parse_proto(text: str, name: str) -> FileDescriptorProto:
    """The description of the messages and enums of a `.proto` file.

    Fields of other messages and enums have their names as they are written, without their kind: who adds the description to
    a pool finds out (`resolve`).

    Args:
      text: the file's text.
      name: its name for other files that import it, "folder/file.proto".

    Raises:
      ValueError: it is no `.proto` file, or has groups; with the line.
    """
    return _Reader(text, name).file()


class _Reader:
    def __init__(self, text, name):
        self._text, self._name = text, name
        self._tokens: list[tuple[str, int]] = []
        position = 0
        while position < len(text):
            match = _TOKEN.match(text, position)
            if match is None:
                self._fail(f"{text[position]!r} is not understood", position)
            if match.lastgroup != "skipped":
                self._tokens.append((match.group(), position))
            position = match.end()
        self._next = 0
        self._proto3 = False

    def _fail(self, words, position=None) -> NoReturn:
        if position is None:
            position = self._tokens[min(self._next, len(self._tokens) - 1)][1] if self._tokens else 0
        line = self._text.count("\n", 0, position) + 1
        raise ValueError(f"{self._name}, line {line}: {words}")

    # -- tokens --------------------------------------------------------------------------------------------------------

    def _peek(self):
        return self._tokens[self._next][0] if self._next < len(self._tokens) else ""

    def _take(self, expected=None):
        token = self._peek()
        if not token or (expected is not None and token != expected):
            self._fail(f"expected {expected or 'more'!r}, got {token or 'the end of the file'!r}")
        self._next += 1
        return token

    def _took(self, token):
        if self._peek() != token:
            return False
        self._next += 1
        return True

    def _string(self):
        parts = []
        while self._peek()[:1] in ("'", '"') and self._peek():
            parts.append(ast.literal_eval(self._take()))
        if not parts:
            self._fail(f"expected a string, got {self._peek()!r}")
        return "".join(parts)

    def _number(self):
        sign = -1 if self._took("-") else 1
        token = self._take()
        try:
            # An octal number begins with a plain zero.
            return sign * (int(token, 8) if re.fullmatch("0[0-7]+", token) else int(token, 0))
        except ValueError:
            self._next -= 1
            self._fail(f"expected a whole number, got {token!r}")

    def _constant(self):
        """A value as the text that a description has of it."""
        if self._peek()[:1] in ("'", '"'):
            return self._string()
        sign = "-" if self._took("-") else ""
        self._took("+")
        if self._peek() == "{":
            self._skip()
            return ""
        return sign + self._take()

    def _skip(self):
        """Leaves a statement out: up to its semicolon, or the end of its block."""
        while True:
            token = self._take()
            if token == ";":
                return
            if token in _BRACKETS:
                depth = 1
                while depth:
                    inner = self._take()
                    depth += (inner == token) - (inner == _BRACKETS[token])
                if token == "{":
                    self._took(";")
                    return

    # -- statements ----------------------------------------------------------------------------------------------------

    def file(self):
        made = FileDescriptorProto(name=self._name)
        while self._peek():
            word = self._take()
            if word == "syntax":
                self._take("=")
                made.syntax = self._string()
                self._proto3 = made.syntax == "proto3"
                self._take(";")
            elif word == "package":
                made.package = self._take()
                self._take(";")
            elif word == "import":
                is_public = self._took("public") or (self._took("weak") and False)
                made.dependency.append(self._string())
                if is_public:
                    made.public_dependency.append(len(made.dependency) - 1)
                self._take(";")
            elif word == "message":
                self._message(made.message_type.add())
            elif word == "enum":
                self._enum(made.enum_type.add())
            elif word in ("option", "service", "extend"):
                self._skip()
            elif word != ";":
                self._next -= 1
                self._fail(f"{word!r} is no statement of a file")
        if made.syntax == "proto2":
            made.ClearField("syntax")  # as compilers leave it
        return made

    def _message(self, made: DescriptorProto):
        made.name = self._take()
        self._take("{")
        while not self._took("}"):
            word = self._peek()
            if self._took(";"):
                continue
            if word == "message":
                self._take()
                self._message(made.nested_type.add())
            elif word == "enum":
                self._take()
                self._enum(made.enum_type.add())
            elif word == "oneof":
                self._take()
                self._oneof(made)
            elif word == "extensions":
                self._take()
                for start, end in self._ranges():
                    made.extension_range.add(start=start, end=end)
            elif word == "reserved":
                self._take()
                if self._peek()[:1] in ("'", '"'):
                    self._skip()
                else:
                    for start, end in self._ranges():
                        made.reserved_range.add(start=start, end=end)
            elif word in ("option", "extend"):
                self._skip()
            elif word == "map" and self._tokens[self._next + 1][0] == "<":
                self._map(made)
            else:
                self._field(made, _LABELS.get(word))
        for field in made.field:
            if field.proto3_optional:  # each has a oneof of its own, behind all others
                field.oneof_index = len(made.oneof_decl)
                made.oneof_decl.add(name=f"_{field.name}")

    def _ranges(self):
        """Pairs of the first number and the one after the last."""
        found = []
        while True:
            first = last = self._number()
            if self._took("to"):
                last = _MOST_FIELDS if self._took("max") else self._number()
            found.append((first, last + 1))
            if not self._took(","):
                self._skip()
                return found

    def _oneof(self, made):
        index = len(made.oneof_decl)
        made.oneof_decl.add(name=self._take())
        self._take("{")
        while not self._took("}"):
            if self._took(";"):
                continue
            if self._peek() == "option":
                self._skip()
                continue
            self._field(made, None).oneof_index = index

    def _field(self, message, label) -> Any:
        if label is not None:
            self._take()
        made = message.field.add(label=label or FieldDescriptorProto.LABEL_OPTIONAL)
        if label == FieldDescriptorProto.LABEL_OPTIONAL and self._proto3:
            made.proto3_optional = True
        kind = self._take()
        if kind == "group":
            self._fail("groups are not read: a message of its own has the same fields")
        self._set_type(made, kind)
        made.name = self._take()
        self._take("=")
        made.number = self._number()
        self._options(made)
        self._take(";")
        return made

    @staticmethod
    def _set_type(made, kind):
        if kind in _TYPES:
            made.type = _TYPES[kind]
        else:
            made.type_name = kind

    def _options(self, made):
        if not self._took("["):
            return
        while not self._took("]"):
            name = self._take()
            if name == "(":
                name = f"({self._take()})"
                self._take(")")
                if self._peek().startswith("."):
                    self._take()
            self._take("=")
            value = self._constant()
            if name == "default":
                made.default_value = value
            elif name == "packed":
                made.options.packed = value == "true"
            self._took(",")

    def _map(self, message):
        self._take("map")
        self._take("<")
        key = self._take()
        self._take(",")
        value = self._take()
        self._take(">")
        name = self._take()
        self._take("=")
        entry = message.nested_type.add(
            name="".join(part[:1].upper() + part[1:] for part in name.split("_")) + "Entry"
        )
        entry.options.map_entry = True
        for number, (part, kind) in enumerate((("key", key), ("value", value)), 1):
            field = entry.field.add(name=part, number=number, label=FieldDescriptorProto.LABEL_OPTIONAL)
            self._set_type(field, kind)
        made = message.field.add(
            name=name, number=self._number(), label=FieldDescriptorProto.LABEL_REPEATED, type_name=entry.name
        )
        self._options(made)
        self._take(";")

    def _enum(self, made: EnumDescriptorProto):
        made.name = self._take()
        self._take("{")
        while not self._took("}"):
            if self._took(";"):
                continue
            if self._peek() == "reserved":
                self._skip()
                continue
            if self._took("option"):
                name = self._take()
                if name == "allow_alias":
                    self._take("=")
                    made.options.allow_alias = self._take() == "true"
                    self._take(";")
                else:
                    self._skip()
                continue
            name = self._take()
            self._take("=")
            made.value.add(name=name, number=self._number())
            if self._peek() == "[":
                self._skip()
            else:
                self._take(";")


def resolve(file: FileDescriptorProto, dependencies: Sequence[FileDescriptorProto]) -> None:
    """Gives the fields of a file that name a message or enum its full name, and its kind.

    A name is looked for in the scopes around the field, the innermost first.

    Args:
      file: what `parse_proto` gave; changed.
      dependencies: the descriptions of all files that it imports.

    Raises:
      ValueError: a name that is nowhere.
    """
    kinds: dict[str, int] = {}
    for each in (file, *dependencies):
        _collect(kinds, f".{each.package}" if each.package else "", each.message_type, each.enum_type)
    _resolve_in(file, kinds, f".{file.package}" if file.package else "", file.message_type)


def _collect(kinds, scope, messages, enums):
    for enum in enums:
        kinds[f"{scope}.{enum.name}"] = FieldDescriptorProto.TYPE_ENUM
    for message in messages:
        kinds[f"{scope}.{message.name}"] = FieldDescriptorProto.TYPE_MESSAGE
        _collect(kinds, f"{scope}.{message.name}", message.nested_type, message.enum_type)


def _resolve_in(file, kinds, scope, messages):
    for message in messages:
        own = f"{scope}.{message.name}"
        for field in message.field:
            if field.type_name:
                field.type_name = _full_name(file, kinds, own, field)
                field.type = kinds[field.type_name]
        _resolve_in(file, kinds, own, message.nested_type)


def _full_name(file, kinds, scope, field):
    if field.type_name in kinds:
        return field.type_name
    while True:
        name = f"{scope}.{field.type_name}"
        if name in kinds:
            return name
        if not scope:
            raise ValueError(
                f"{file.name}: the field {field.name!r} is a {field.type_name!r}, which is nowhere defined"
            )
        scope = scope.rpartition(".")[0]
