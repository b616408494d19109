import os

import pytest

from evergraph.formats import paths
from evergraph.framework import errors


@pytest.fixture(params=["local", "memory"])
def root(request, tmp_path):
    """An empty directory, once on disk and once behind a scheme."""
    if request.param == "local":
        return str(tmp_path)
    top = f"memory://{tmp_path.name}-{request.node.name.partition('[')[0]}"
    paths.makedirs(top)
    request.addfinalizer(lambda: paths.remove_recursively(top))
    return top


def put(path, content=b"x"):
    with paths.open_file(path, "wb") as file:
        file.write(content)
    return path


def test_files(root):
    path = paths.join(root, "f")
    assert not paths.exists(path)
    put(path, b"abcdef")
    assert paths.exists(path) and not paths.isdir(path)
    assert paths.read_bytes(path) == b"abcdef"
    assert paths.read_range(path, 4, 10) == b"ef"
    found = paths.stat(path)
    assert (found.length, found.is_directory) == (6, False) and found.mtime_nsec > 10**18
    paths.copy(path, path + "2")
    with pytest.raises(errors.AlreadyExistsError, match="overwrite=True"):
        paths.rename(path, path + "2")
    put(path, b"new")
    paths.rename(path, path + "2", overwrite=True)
    assert paths.read_bytes(path + "2") == b"new" and not paths.exists(path)
    paths.remove(path + "2")
    assert paths.listdir(root) == []


def test_text_is_utf8(root):
    path = paths.join(root, "f")
    with paths.open_file(path, "w") as file:
        file.write("grün\n")
    assert paths.read_bytes(path) == "grün\n".encode()
    with paths.open_file(path, "r") as file:
        assert file.read() == "grün\n"


def test_directories(root):
    paths.makedirs(paths.join(root, "a/b"))
    paths.makedirs(paths.join(root, "a/b"))
    paths.mkdir(paths.join(root, "a"))
    put(paths.join(root, "a/b/x1")), put(paths.join(root, "a/x2")), put(paths.join(root, "x3"))
    assert paths.isdir(paths.join(root, "a")) and paths.stat(paths.join(root, "a")).is_directory
    assert paths.listdir(root) == ["a", "x3"]
    assert paths.glob(paths.join(root, "*")) == [paths.join(root, "a"), paths.join(root, "x3")]
    assert paths.glob(paths.join(root, "a/x?")) == [paths.join(root, "a/x2")]
    assert paths.glob(paths.join(root, "none*")) == []
    a, b = paths.join(root, "a"), paths.join(root, "a/b")
    expected = [(root, ["a"], ["x3"]), (a, ["b"], ["x2"]), (b, [], ["x1"])]
    assert list(paths.walk(root)) == expected
    assert list(paths.walk(root, in_order=False)) == expected[::-1]
    paths.remove_recursively(a)
    assert paths.listdir(root) == ["x3"]


MISSING = {
    "open": paths.open_file,
    "read": paths.read_bytes,
    "stat": paths.stat,
    "remove": paths.remove,
    "remove_recursively": paths.remove_recursively,
    "listdir": paths.listdir,
    "rename": lambda path: paths.rename(path, path + "2"),
    "copy": lambda path: paths.copy(path, path + "2"),
}


@pytest.mark.parametrize("action", MISSING)
def test_what_is_missing_is_not_found(root, action):
    with pytest.raises(errors.NotFoundError, match="none"):
        MISSING[action](paths.join(root, "none"))


def test_missing_is_no_error_where_gfile_has_none(root):
    none = paths.join(root, "none")
    assert not paths.exists(none) and not paths.isdir(none) and list(paths.walk(none)) == []


def test_kinds_in_the_wrong_place(tmp_path):
    file = put(str(tmp_path / "f"))
    with pytest.raises(errors.FailedPreconditionError):
        paths.remove(tmp_path)
    with pytest.raises(errors.FailedPreconditionError):
        paths.makedirs(tmp_path / "f")
    with pytest.raises(errors.FailedPreconditionError):
        paths.makedirs(tmp_path / "f" / "g")
    with pytest.raises(errors.FailedPreconditionError):
        paths.open_file(tmp_path)
    with pytest.raises(errors.NotFoundError):
        paths.listdir(file)
    with pytest.raises(errors.NotFoundError):
        paths.mkdir(tmp_path / "a" / "b")
    with pytest.raises(errors.NotFoundError):
        paths.open_file(tmp_path / "a" / "b", "wb")


def test_unknown_schemes_are_unimplemented():
    with pytest.raises(errors.UnimplementedError, match="zz"):
        paths.open_file("zz://a/b")


def test_spellings():
    assert paths.as_path(b"/a") == "/a" == paths.as_path("file:///a")
    assert paths.is_local("/a://b"[:2]) and not paths.is_local("gs://a/b")
    assert paths.join("gs://a", "b") == "gs://a/b"


def test_an_aside_file_appears_whole_or_not_at_all(root):
    path = put(paths.join(root, "f"), b"old")
    with pytest.raises(KeyError):
        with paths.AsideFile(path) as file:
            file.write(b"half")
            raise KeyError
    assert paths.read_bytes(path) == b"old"
    with paths.AsideFile(path) as file:
        file.write(b"new")
        assert paths.read_bytes(path) == b"old"
    assert paths.read_bytes(path) == b"new"
    paths.atomic_write(path, "text")
    assert paths.read_bytes(path) == b"text"
    assert paths.listdir(root) == ["f"]


def test_a_failed_sync_keeps_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "f"
    path.write_bytes(b"old")

    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(errors.ResourceExhaustedError, match="No space"):
        paths.atomic_write(path, b"new")
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["f"]


GFILE = {  # name of the tf.gfile function -> ours, and the arguments to try, relative to one directory
    "Exists": (paths.exists, [("f",), ("d",), ("none",)]),
    "IsDirectory": (paths.isdir, [("f",), ("d",), ("none",)]),
    "ListDirectory": (paths.listdir, [("",), ("d",), ("f",), ("none",)]),
    "Glob": (paths.glob, [("*",), ("d/*",), ("?",), ("[df]",), ("none*",), ("*/g",), ("d/.*",), ("f",)]),
    "MkDir": (paths.mkdir, [("d",), ("new",), ("no/new",), ("f/new",)]),
    "MakeDirs": (paths.makedirs, [("d",), ("a/b/c",), ("f",), ("f/a",)]),
    "Remove": (paths.remove, [("f",), ("d",), ("none",)]),
    "DeleteRecursively": (paths.remove_recursively, [("d",), ("none",)]),
    "Rename": (
        paths.rename,
        [("f", "f2"), ("f", "d/g"), ("f", "d"), ("none", "f2"), ("d", "d2"), ("f", "no/f")],
    ),
    "Copy": (paths.copy, [("f", "f2"), ("f", "d/g"), ("none", "f2"), ("f", "no/f")]),
    "Walk": (lambda top: list(paths.walk(top)), [("",), ("d",), ("f",), ("none",)]),
    "Stat": (
        lambda path: paths.stat(path).length if path.endswith("f") else paths.stat(path).is_directory,
        [("f",), ("d",), ("none",)],
    ),
    "GFile": (lambda path: paths.open_file(path, "r").close(), [("f",), ("none",), ("d",)]),
}


def outcome(function, top, arguments):
    """What a call gives or raises, and what is in the directory afterwards."""
    try:
        result = function(*(os.path.join(top, a) for a in arguments))
    except Exception as error:
        result = type(error).__name__
    left = sorted((os.path.relpath(d, top), sorted(s), sorted(f)) for d, s, f in os.walk(top))
    return str(sorted(result) if isinstance(result, list) else result).replace(top, "TOP"), left


@pytest.mark.interop
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    "name,arguments", [(name, a) for name, row in GFILE.items() for a in row[1]], ids=str
)
def test_functions_do_what_gfile_does(tf1, tmp_path, name, arguments):
    theirs = getattr(tf1.gfile, name)
    special = {
        "Walk": lambda top: [(d, sorted(s), sorted(f)) for d, s, f in theirs(top)],
        "Stat": lambda path: theirs(path).length if path.endswith("f") else theirs(path).is_directory,
        "GFile": lambda path: theirs(path).read() and None,
    }
    tops = [tmp_path / "ours", tmp_path / "theirs"]
    for top in tops:
        (top / "d").mkdir(parents=True)
        for file in (top / "f", top / "d" / "g", top / "d" / ".hidden"):
            file.write_text(file.name)
    assert outcome(GFILE[name][0], str(tops[0]), arguments) == outcome(
        special.get(name, theirs), str(tops[1]), arguments
    )
