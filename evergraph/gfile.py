"""`tf.gfile`: files, local or remote."""

# -- contents of tf.gfile, written by `make contents` from what is marked @public --
# ruff: noqa: F401 (names are imported to be seen)
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
from evergraph.platform.gfile import FastGFile as FastGFile
from evergraph.platform.gfile import GFile as GFile
from evergraph.platform.gfile import Open as Open

# -- end of contents --
