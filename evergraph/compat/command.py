"""The command line: `evergraph run SCRIPT [ARGS]` runs a TensorFlow 1 program as it is."""

import argparse
import os
import runpy
import sys
import types
from collections.abc import Sequence

from evergraph.compat.installation import install

__all__ = ["main"]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="evergraph", description="TensorFlow 1 programs on JAX and XLA.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    run = commands.add_parser(
        "run",
        help="run a TensorFlow 1 program",
        description="Runs a Python program in which the name `tensorflow` is Evergraph.",
        usage="evergraph run (SCRIPT | -m MODULE) [ARGS ...]",
    )
    run.add_argument("-m", dest="module", action="store_true", help="SCRIPT is a module's name, as in `python -m`")
    run.add_argument("script", metavar="SCRIPT", help="the program's file, or a folder with a __main__.py")
    run.add_argument("arguments", nargs=argparse.REMAINDER, metavar="ARGS", help="passed on to the program")
    return parser


def main(argv: Sequence[str] | None = None) -> None:
    """Runs the command line `argv` (without the program's name); the process's own when None."""
    parsed = _parser().parse_args(argv)
    if not parsed.module and not os.path.exists(parsed.script):
        print(f"evergraph: there is no file {parsed.script!r} to run", file=sys.stderr)
        sys.exit(2)
    install()
    if parsed.module:
        run_module(parsed.script, parsed.arguments)
    else:
        run_script(parsed.script, parsed.arguments)


def run_module(name: str, arguments: Sequence[str]) -> None:
    """Runs a module as `__main__`, as `python -m` does."""
    sys.argv = [name, *arguments]
    if not sys.flags.safe_path:
        sys.path[0] = os.getcwd()
    runpy.run_module(name, run_name="__main__", alter_sys=True)


def run_script(path: str, arguments: Sequence[str]) -> None:
    """Runs a file (or a folder's `__main__.py`) as `__main__`, as `python SCRIPT` does.

    The module stays `__main__` for the rest of the process: the program's threads and exit handlers, pickle and
    `tf.app.run` find it there.
    """
    sys.argv = [path, *arguments]
    file = os.path.join(path, "__main__.py") if os.path.isdir(path) else path
    if not sys.flags.safe_path:
        sys.path[0] = os.path.dirname(os.path.abspath(file))
    with open(file, "rb") as source:
        code = compile(source.read(), file, "exec", dont_inherit=True)
    program = types.ModuleType("__main__")
    program.__file__ = file
    program.__builtins__ = __builtins__
    sys.modules["__main__"] = program
    exec(code, program.__dict__)
