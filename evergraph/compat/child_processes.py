"""Processes that a program starts: in those of the same Python, `tensorflow` is Evergraph as well.

Programs of TensorFlow's time start themselves or others with `sys.executable`: a run for each experiment or task of a cluster, one
for each rank of MPI, an evaluation beside the training. `enter` leaves word in the environment, which such a process inherits: a folder
at the head of PYTHONPATH whose `sitecustomize` Python runs before anything else. It calls `prepare` when `tensorflow` is
imported. Sources are compiled with NumPy's old rules from then on, so that holds for what the started script imports, not for
itself.
"""

import os
import sys
from pathlib import Path

import evergraph.compat.tracebacks as tracebacks
from evergraph.compat.installation import install
from evergraph.compat.program_source import install_program_source

_VARIABLE = "EVERGRAPH_RUN"  # which Python has Evergraph
_STARTUP = str(Path(__file__).resolve().parent / "startup")


def enter() -> None:
    """Has processes that this one starts know Evergraph as TensorFlow."""
    os.environ[_VARIABLE] = sys.prefix
    others = [place for place in os.environ.get("PYTHONPATH", "").split(os.pathsep) if place != _STARTUP]
    os.environ["PYTHONPATH"] = os.pathsep.join([_STARTUP, *filter(None, others)])


def prepare() -> None:
    """Does for this process what `evergraph run` does for a program."""
    install()
    install_program_source()
    tracebacks.install_tracebacks()
