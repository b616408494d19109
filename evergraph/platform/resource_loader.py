"""`tf.resource_loader`: files that lie beside a program."""

import os
import sys

from evergraph.formats import paths
from evergraph.framework.public import public, public_module

public_module("python.platform.resource_loader")

_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def _folder_of_caller() -> str:
    """The folder of the file that called the function of this module."""
    return os.path.dirname(sys._getframe(2).f_code.co_filename)


@public("resource_loader.load_resource")
def load_resource(path: str) -> bytes:
    """The content of a file of the installed package, by its path in it; NotFoundError when there is none."""
    return paths.read_bytes(os.path.join(_PACKAGE, path))


@public("resource_loader.get_data_files_path")
def get_data_files_path() -> str:
    """The folder of the file that calls."""
    return _folder_of_caller()


@public("resource_loader.get_root_dir_with_all_resources")
def get_root_dir_with_all_resources() -> str:
    """The folder in a `.runfiles` folder that the calling file is under; else the calling file's own."""
    folder = start = _folder_of_caller()
    while os.path.dirname(folder) != folder:
        above = os.path.dirname(folder)
        if ".runfiles" in os.path.basename(above):
            return folder
        folder = above
    return start


@public("resource_loader.get_path_to_datafile")
def get_path_to_datafile(path: str) -> str:
    """The path of a file that lies beside the one that calls."""
    return os.path.join(_folder_of_caller(), path)


@public("resource_loader.readahead_file_path")
def readahead_file_path(path: str, readahead: str = "128M") -> str:
    """The path itself: reading ahead is left to the operating system."""
    return path
