"""Where tests may write, and where their data lies."""

import atexit
import functools
import os
import shutil
import sys
import tempfile

from evergraph.framework.public import public


@public("test.get_temp_dir", "python.platform.googletest.GetTempDir")
@functools.cache
def get_temp_dir() -> str:
    """A folder of this process's tests, removed when the process ends."""
    program = os.path.basename(getattr(sys.modules["__main__"], "__file__", None) or "test").removesuffix(
        ".py"
    )
    folder = tempfile.mkdtemp(prefix=program)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


@public("test.test_src_dir_path")
def test_src_dir_path(relative_path: str) -> str:
    """The path of a file of the source tree that `TEST_SRCDIR` says the tests run in, by its path under `tensorflow/`.

    Raises KeyError when the environment has no `TEST_SRCDIR`.
    """
    return os.path.join(os.environ["TEST_SRCDIR"], "org_tensorflow/tensorflow", relative_path)


# pytest would take a function of that name for a test.
vars(test_src_dir_path)["__test__"] = False
