"""Programs that have `.proto` files find the modules that a compiler would have made of them."""

import sys

import pytest

from evergraph.compat.proto_modules import install_proto_modules


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "meta_path", list(sys.meta_path))
    monkeypatch.setattr(sys, "modules", dict(sys.modules))
    monkeypatch.syspath_prepend(str(tmp_path))
    install_proto_modules()
    install_proto_modules()
    return tmp_path


def test_a_module_is_made_of_its_file_and_those_it_imports(folder):
    (folder / "own_protos").mkdir()
    (folder / "own_protos" / "base.proto").write_text(
        'syntax = "proto3"; package own_protos; enum Kind { NONE = 0; ONE = 1; } message Base { Kind kind = 1; }'
    )
    (folder / "own_protos" / "user.proto").write_text(
        'syntax = "proto3"; import "own_protos/base.proto"; import "google/protobuf/any.proto"; package own_protos;'
        "message User { Base base = 1; google.protobuf.Any any = 2; message Part { int32 size = 1; } Part part = 3; }"
    )
    from own_protos import base_pb2, user_pb2  # pyright: ignore[reportMissingImports]

    user = user_pb2.User(base=base_pb2.Base(kind=base_pb2.ONE))
    user.part.size = 4
    user.any.Pack(user.base)
    assert (
        user_pb2.User.FromString(user.SerializeToString()) == user and user_pb2.User.Part(size=4) == user.part
    )
    assert user_pb2.DESCRIPTOR.name == "own_protos/user.proto" and base_pb2.Kind.Value("ONE") == 1


def test_what_cannot_be_imported(folder):
    (folder / "wrong.proto").write_text("message {}")
    with pytest.raises(ImportError, match="line 1"):
        import wrong_pb2  # pyright: ignore[reportMissingImports] # noqa: F401
    with pytest.raises(ModuleNotFoundError):
        import nowhere_pb2  # pyright: ignore[reportMissingImports] # noqa: F401
