"""`tf.app`: the entry point of a program with flags."""

import sys
from collections.abc import Callable, Sequence

from absl import app as absl_app

from evergraph.framework.public import public, public_module
from evergraph.platform import flags

public_module("python.platform.app")


@public("app.run")
def run(main: Callable | None = None, argv: Sequence[str] | None = None) -> None:
    """Parses the flags and calls `main` with what is left of the command line; leaves the process with its result.

    Arguments that are no flags of the program stay in the list that `main` gets, and are no error.

    Args:
      main: a function of one argument, the list `[program, *arguments]`; `main` of the program's module when None.
      argv: the command line, the process's own when None.

    Raises:
      SystemExit: always, with what `main` returned.
    """
    absl_app.define_help_flags()
    arguments = flags.FLAGS(sys.argv if argv is None else argv, known_only=True)
    if main is None:
        main = getattr(sys.modules["__main__"], "main", None)
        if main is None:
            raise ValueError("tf.app.run() was given no function to run, and the program has no `main`")
    sys.exit(main(arguments))
