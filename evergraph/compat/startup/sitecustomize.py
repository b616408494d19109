"""What Python runs first in a process that a program of `evergraph run` has started (`evergraph.compat.child_processes`).

There `tensorflow` is Evergraph too. Nothing is loaded before it is imported, and a `sitecustomize` that is there beside is run.
"""

import importlib.abc
import importlib.machinery
import importlib.util
import os
import sys

_FOLDER = os.path.dirname(os.path.abspath(__file__))


class _OnFirstUse(importlib.abc.MetaPathFinder):
    """Makes `tensorflow` Evergraph when it is asked for."""

    def find_spec(self, fullname, path=None, target=None):  # noqa: ARG002 the interface of finders
        if fullname != "tensorflow":
            return None
        sys.meta_path.remove(self)
        if importlib.util.find_spec("evergraph") is None:
            sys.path.append(os.path.dirname(os.path.dirname(os.path.dirname(_FOLDER))))
        from evergraph.compat.child_processes import prepare

        prepare()
        return importlib.util.find_spec(fullname)


def _run_the_other():
    """The `sitecustomize` that this one is found before."""
    places = [place for place in sys.path if os.path.abspath(place) != _FOLDER]
    spec = importlib.machinery.PathFinder.find_spec("sitecustomize", places)
    if spec is not None and spec.loader is not None:
        module = importlib.util.module_from_spec(spec)
        sys.modules["sitecustomize"] = module
        spec.loader.exec_module(module)


if os.environ.get("EVERGRAPH_RUN") == sys.prefix:  # the Python that has Evergraph, not another
    sys.meta_path.insert(0, _OnFirstUse())
_run_the_other()
