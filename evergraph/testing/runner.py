"""`tf.test.main`: a file of tests run as a program."""

import sys
import unittest
from collections.abc import Sequence

from absl import flags
from absl.testing import absltest  # noqa: F401 (defines what tests read: test_srcdir, test_tmpdir, test_random_seed)

from evergraph.framework.public import public
from evergraph.testing.benchmark import run_benchmarks


@public("test.main")
def main(argv: Sequence[str] | None = None) -> None:
    """Runs the tests of the program's module, or with `--benchmarks=REGEX` its benchmarks, and leaves the process.

    Flags of the program are parsed first; the rest of the command line is `unittest`'s.

    Args:
      argv: the command line, the process's own when None.
    """
    arguments = list(sys.argv if argv is None else argv)
    wanted = [one for one in arguments if one.startswith(("--benchmarks=", "-benchmarks="))]
    rest = flags.FLAGS([one for one in arguments if one not in wanted], known_only=True)
    if wanted:
        run_benchmarks(wanted[0].partition("=")[2])
        sys.exit(0)
    unittest.main(module="__main__", argv=rest)
