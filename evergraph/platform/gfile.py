"""The names that `tf.gfile` gives to files."""

# ruff: noqa: F401 (names are imported to be seen)

from evergraph.framework.public import public, public_module
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

public_module("python.platform.gfile")

GFile = FastGFile = Open = FileIO
public("gfile.Open")(Open)
public("gfile.GFile")(GFile)
public("gfile.FastGFile")(FastGFile)
