"""Modules of protocol messages that a program has only the `.proto` files of.

A repository of TensorFlow's time often has `module.proto` and says how to make `module_pb2.py` of it with a compiler. Under
`evergraph run`, an import of a `*_pb2` module that there is not reads the `.proto` file in its place.
"""

import importlib
import importlib.abc
import importlib.machinery
import pathlib
import sys
import types
from collections.abc import Sequence

from google.protobuf import descriptor_pool
from google.protobuf.descriptor_pb2 import FileDescriptorProto
from google.protobuf.internal import builder

from evergraph.formats.proto_files import parse_proto, resolve

_ENDING = "_pb2"


class _Finder(importlib.abc.MetaPathFinder):
    """Finds `folder.name_pb2` where there is a file `folder/name.proto`."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: types.ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        name = fullname.rpartition(".")[2]
        if not name.endswith(_ENDING):
            return None
        for entry in sys.path if path is None else path:
            file = pathlib.Path(entry or ".") / f"{name.removesuffix(_ENDING)}.proto"
            if file.is_file():
                return importlib.machinery.ModuleSpec(fullname, _Loader(file), origin=str(file))
        return None


class _Loader(importlib.abc.Loader):
    def __init__(self, file):
        self._file = file

    def exec_module(self, module: types.ModuleType) -> None:
        name = f"{module.__name__.removesuffix(_ENDING).replace('.', '/')}.proto"
        try:
            described = parse_proto(self._file.read_text(encoding="utf-8"), name)
            resolve(described, [_description(each) for each in described.dependency])
        except ValueError as error:
            raise ImportError(f"{self._file}: {error}", name=module.__name__, path=str(self._file)) from error
        descriptor = descriptor_pool.Default().AddSerializedFile(described.SerializeToString())
        names = vars(module)
        names["DESCRIPTOR"] = descriptor
        builder.BuildMessageAndEnumDescriptors(descriptor, names)
        builder.BuildTopDescriptorsAndMessages(descriptor, module.__name__, names)


def _description(name):
    """The description of an imported file, whose module is loaded first."""
    module = importlib.import_module(f"{name.removesuffix('.proto').replace('/', '.')}{_ENDING}")
    made = FileDescriptorProto()
    module.DESCRIPTOR.CopyToProto(made)
    return made


def install_proto_modules() -> None:
    """From now on, `*_pb2` modules that there are not are made from `.proto` files."""
    if not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.append(_Finder())
