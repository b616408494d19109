"""What programs ask of functions and classes, as TensorFlow's own module for it answers."""

import inspect
from collections import namedtuple
from collections.abc import Callable
from typing import Any

from evergraph.framework.public import public, public_module

public_module("python.util.tf_inspect")

ArgSpec = public()(namedtuple("ArgSpec", ["args", "varargs", "keywords", "defaults"]))
FullArgSpec = public()(inspect.FullArgSpec)
currentframe = public()(inspect.currentframe)
getdoc = public()(inspect.getdoc)
getfile = public()(inspect.getfile)
getfullargspec = public()(inspect.getfullargspec)
getmembers = public()(inspect.getmembers)
getmodule = public()(inspect.getmodule)
getmro = public()(inspect.getmro)
getsource = public()(inspect.getsource)
isbuiltin = public()(inspect.isbuiltin)
isclass = public()(inspect.isclass)
isfunction = public()(inspect.isfunction)
isgenerator = public()(inspect.isgenerator)
ismethod = public()(inspect.ismethod)
ismodule = public()(inspect.ismodule)
isroutine = public()(inspect.isroutine)
signature = public()(inspect.signature)
stack = public()(inspect.stack)


@public()
def getargspec(target: Callable) -> Any:
    """(args, varargs, keywords, defaults) of a function; its keyword-only arguments are left out."""
    found = inspect.getfullargspec(target)
    return ArgSpec(found.args, found.varargs, found.varkw, found.defaults)
