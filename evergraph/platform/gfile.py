"""The names that `tf.gfile` gives to files."""

from evergraph.platform.file_io import FileIO
from evergraph.platform.file_io import copy as Copy
from evergraph.platform.file_io import create_dir as MkDir
from evergraph.platform.file_io import delete_file as Remove
from evergraph.platform.file_io import delete_recursively as DeleteRecursively
from evergraph.platform.file_io import file_exists as Exists
from evergraph.platform.file_io import get_matching_files as Glob
from evergraph.platform.file_io import is_directory as IsDirectory
from evergraph.platform.file_io import list_directory as ListDirectory
from evergraph.platform.file_io import recursive_create_dir as MakeDirs
from evergraph.platform.file_io import rename as Rename
from evergraph.platform.file_io import stat as Stat
from evergraph.platform.file_io import walk as Walk

__all__ = [
    "Copy", "DeleteRecursively", "Exists", "FastGFile", "GFile", "Glob", "IsDirectory", "ListDirectory", "MakeDirs",
    "MkDir", "Open", "Remove", "Rename", "Stat", "Walk",
]  # fmt: skip

GFile = FastGFile = Open = FileIO
