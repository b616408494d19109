"""The command line: `evergraph run SCRIPT [ARGS]` runs a TensorFlow 1 program as it is; `evergraph check PATH...` reads it."""

import argparse
import importlib.metadata
import os
import platform
import runpy
import sys
import types
from collections.abc import Sequence

import evergraph.compat.check as checking
import evergraph.compat.child_processes as child_processes
import evergraph.compat.launch as launching
import evergraph.compat.source_tree as source_tree
import evergraph.compat.tracebacks as tracebacks
from evergraph.compat.program_source import compile_program
from evergraph.framework.versions import VERSION

_FIRST_WORDS = """\
Evergraph runs TensorFlow 1 programs on JAX and XLA. TensorFlow is not needed.

  evergraph run train.py --steps 100     runs train.py as `python train.py --steps 100` would, and in it
                                         `import tensorflow as tf` is Evergraph
  evergraph run -m package.train         the same for a module, as `python -m package.train`
  evergraph launch --workers 2 --ps 1 train.py
                                         runs the tasks of a distributed program on this machine
  evergraph check train.py models/       which names of TensorFlow they use, and which are not there; runs nothing

In a program, `import evergraph as tf` needs no command; `evergraph.compat.install()` does there what `run` does.
"""

_LAST_WORDS = f"""\
environment:
  {tracebacks.VARIABLE}=full   tracebacks with the frames of Evergraph and JAX
  EVERGRAPH_CACHE=FOLDER     where compiled programs are kept between runs; empty: nowhere
  JAX_PLATFORMS=cpu          the device: cpu, cuda, tpu (what the JAX beside Evergraph is made for)

`evergraph run --help` says more of it. Documentation: docs/moving.md in the repository.
"""


class _Parser(argparse.ArgumentParser):
    """An argument parser that shows the way when a program is given without `run`."""

    def error(self, message):
        given = next((word for word in sys.argv[1:] if not word.startswith("-")), "")
        if self.prog == "evergraph" and (given.endswith(".py") or os.path.exists(given)):
            message += f"\n  to run the program {given}: evergraph run {given}"
        super().error(message)


def _version() -> str:
    try:
        own = importlib.metadata.version("evergraph")
    except importlib.metadata.PackageNotFoundError:
        own = "(not installed: run from its sources)"
    return (
        f"evergraph {own}, the API of TensorFlow {VERSION}, with jax {importlib.metadata.version('jax')}, "
        f"numpy {importlib.metadata.version('numpy')} and Python {platform.python_version()}"
    )


def _parser() -> argparse.ArgumentParser:
    raw = argparse.RawDescriptionHelpFormatter
    parser = _Parser(prog="evergraph", description=_FIRST_WORDS, epilog=_LAST_WORDS, formatter_class=raw)
    parser.add_argument("--version", action="version", version=_version(), help="print the versions and exit")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", title="commands")
    run = commands.add_parser(
        "run",
        help="run a TensorFlow 1 program",
        description="Runs a Python program in which the name `tensorflow` is Evergraph, and what Python and NumPy have "
        "dropped since its time is there again. Its arguments, exit code, streams and current folder are its own. So it is in Python processes that the program starts.",
        usage="evergraph run (SCRIPT | -m MODULE) [ARGS ...]",
        epilog=f"An uncaught exception is shown with the program's own lines; {tracebacks.VARIABLE}=full shows all.",
    )
    run.add_argument(
        "-m", dest="module", action="store_true", help="SCRIPT is a module's name, as in `python -m`"
    )
    run.add_argument("script", metavar="SCRIPT", help="the program's file, or a folder with a __main__.py")
    run.add_argument("arguments", nargs=argparse.REMAINDER, metavar="ARGS", help="passed on to the program")
    launching.add_command(commands)
    check = commands.add_parser(
        "check",
        help="say which names of TensorFlow programs use, and which of them are there",
        description="Reads programs without running them, and says which names of TensorFlow they use that Evergraph lacks, or "
        "has with a known difference, with file and line. Exit code: 0 nothing is missing, 1 something is, 2 there is no such file.",
    )
    check.add_argument("paths", metavar="PATH", nargs="+", help="a file, or a folder with all below it")
    check.add_argument("--json", action="store_true", help="for tools: all findings as JSON")
    check.add_argument("--all", action="store_true", help="list what is there too")
    return parser


def main(argv: Sequence[str] | None = None) -> None:
    """Runs the command line `argv` (without the program's name); the process's own when None.

    Without a command it prints what there is.
    """
    parser = _parser()
    parsed = parser.parse_args(argv)
    if parsed.command is None:
        parser.print_help()
        return
    if parsed.command == "check":
        checking.main(parsed)
        return
    if parsed.command == "launch":
        launching.main(parsed)
        return
    if not parsed.module and not os.path.exists(parsed.script):
        print(f"evergraph: there is no file {parsed.script!r} to run in {os.getcwd()}", file=sys.stderr)
        sys.exit(2)
    child_processes.prepare()
    child_processes.enter()
    if parsed.module:
        run_module(parsed.script, parsed.arguments)
    else:
        run_script(parsed.script, parsed.arguments)


def run_module(name: str, arguments: Sequence[str]) -> None:
    """Runs a module as `__main__`, as `python -m` does."""
    sys.argv = [name, *arguments]
    if not sys.flags.safe_path:
        sys.path[0] = os.getcwd()
    source_tree.enter(os.path.join(*name.split(".")))
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
    source_tree.enter(file)
    with open(file, "rb") as source:
        code = compile_program(source.read(), file)
    program = types.ModuleType("__main__")
    program.__file__ = file
    program.__dict__["__builtins__"] = __builtins__
    sys.modules["__main__"] = program
    exec(code, program.__dict__)
