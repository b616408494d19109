"""`tf.gfile`, on local files and in fsspec's memory."""

import uuid

import pytest

from evergraph import gfile
from evergraph.framework import errors
from evergraph.platform import file_io, resource_loader


@pytest.fixture(params=["local", "memory"])
def folder(request, tmp_path):
    return str(tmp_path) if request.param == "local" else f"memory://{uuid.uuid4().hex}"


def test_text_and_bytes(folder):
    path = f"{folder}/a/b/text"
    gfile.MakeDirs(f"{folder}/a/b")
    with gfile.GFile(path, "w") as file:
        file.write("één\n")
        file.write(b"two\nthree")
    with gfile.Open(path) as file:
        assert file.readline() == "één\n" and file.tell() == 6
        assert list(file) == ["two\n", "three"] and file.read() == ""
        file.seek(6)
        assert file.read(3) == "two" and file.size() == 15
    with gfile.FastGFile(path, "rb") as file:
        assert file.readlines() == ["één\n".encode(), b"two\n", b"three"]
    assert file_io.read_file_to_string(path, binary_mode=True).endswith(b"three")


def test_a_file_opened_for_writing_exists(folder):
    gfile.MakeDirs(folder)
    gfile.GFile(f"{folder}/empty", "w").close()
    assert gfile.Exists(f"{folder}/empty") and gfile.Stat(f"{folder}/empty").length == 0
    with gfile.GFile(f"{folder}/empty", "a") as file:
        file.write("more")
    assert file_io.read_file_to_string(f"{folder}/empty") == "more"


def test_mistakes(folder):
    gfile.MakeDirs(folder)
    missing = gfile.GFile(f"{folder}/none")
    with pytest.raises(errors.NotFoundError):
        missing.read()
    with pytest.raises(errors.PermissionDeniedError, match="for reading"):
        gfile.GFile(f"{folder}/x", "w").read()
    with pytest.raises(errors.PermissionDeniedError, match="for writing"):
        gfile.GFile(f"{folder}/x", "r").write("x")
    with pytest.raises(errors.InvalidArgumentError, match="'x' is no mode"):
        gfile.GFile(f"{folder}/x", "x")
    with pytest.raises(errors.NotFoundError):
        gfile.ListDirectory(f"{folder}/none")
    file_io.write_string_to_file(f"{folder}/x", "x")
    with pytest.raises(errors.AlreadyExistsError):
        file_io.atomic_write_string_to_file(f"{folder}/x", "y", overwrite=False)
    with pytest.raises(errors.InvalidArgumentError, match="whence"):
        gfile.GFile(f"{folder}/x").seek(0, 7)


def test_names(folder):
    gfile.MakeDirs(f"{folder}/sub")
    for name in ("a1", "a2", "sub/b1"):
        file_io.write_string_to_file(f"{folder}/{name}", name)
    assert gfile.Glob(f"{folder}/a*") == [f"{folder}/a1", f"{folder}/a2"]
    assert gfile.Glob([f"{folder}/a2", f"{folder}/sub/*"]) == [f"{folder}/a2", f"{folder}/sub/b1"]
    assert sorted(name.rstrip("/") for name in gfile.ListDirectory(folder)) == ["a1", "a2", "sub"]
    assert gfile.IsDirectory(f"{folder}/sub") and not gfile.IsDirectory(f"{folder}/a1")
    gfile.Rename(f"{folder}/a1", f"{folder}/c1")
    gfile.Copy(f"{folder}/c1", f"{folder}/a2", overwrite=True)
    assert file_io.read_file_to_string(f"{folder}/a2") == "a1" and not gfile.Exists(f"{folder}/a1")
    with pytest.raises(errors.AlreadyExistsError):
        gfile.Copy(f"{folder}/c1", f"{folder}/a2")
    gfile.Remove(f"{folder}/c1")
    gfile.DeleteRecursively(f"{folder}/sub")
    assert [top[2] for top in gfile.Walk(folder)] == [["a2"]]


def test_files_beside_a_program():
    assert resource_loader.get_data_files_path() + "/x" == resource_loader.get_path_to_datafile("x")
    assert resource_loader.get_path_to_datafile("test_file_io.py") == __file__
    assert resource_loader.get_root_dir_with_all_resources() == resource_loader.get_data_files_path()
    assert b"tf.gfile" in resource_loader.load_resource("platform/file_io.py")


@pytest.mark.parametrize("mode", ["r+", "w+", "wb+"])
def test_a_plus_reads_from_the_start_what_was_written(folder, mode):
    gfile.MakeDirs(folder)
    as_given = str.encode if "b" in mode else str
    with gfile.GFile(f"{folder}/x", mode) as file:
        file.write("one\ntwo\n")
        file.flush()
        if "memory" not in folder:  # there a file has its content when it is closed
            assert file.read(4) == as_given("one\n")
    assert file.size() == 8 and file.tell() == 0
    assert list(file) == [as_given("one\n"), as_given("two\n")] and file.read(1) == as_given("")
    file.seek(-4, 2)
    file.seek(-4, 1)
    assert file.tell() == 0
    file.close()
    with gfile.GFile(f"{folder}/x", mode) as file:
        file.write("three")
    assert file.read() == as_given("three")
    file.close()


def test_places_that_are_none(folder):
    gfile.MakeDirs(folder)
    file_io.write_string_to_file(f"{folder}/x", "abc")
    file = gfile.GFile(f"{folder}/x")
    for offset, whence in ((-1, 0), (-1, 1), (-4, 2)):
        with pytest.raises(errors.InvalidArgumentError, match="before the start"):
            file.seek(offset, whence)
    with pytest.raises(TypeError, match="one offset"):
        file.seek()
    with pytest.raises(TypeError, match="one offset"):
        file.seek(offset=0, position=0)
    file.seek(position=2)
    assert file.read() == "c"
    file.close()


def test_files_are_compared(folder):
    gfile.MakeDirs(folder)
    for name, content in (("a", b"1\n\x00"), ("b", b"1\n\x00"), ("c", b"1\n\x01"), ("d", b"1\n")):
        file_io.write_string_to_file(f"{folder}/{name}", content)
    assert [file_io.filecmp(f"{folder}/a", f"{folder}/{name}") for name in "abcd"] == [
        True,
        True,
        False,
        False,
    ]
    assert file_io.file_crc32(f"{folder}/a", block_size=2) == file_io.file_crc32(f"{folder}/b", block_size=-1)
    assert file_io.file_crc32(f"{folder}/d") == "0x6751fc53"
