"""Where a name is seen: written once, beside its definition.

    @public("nn.crelu")                                  `tf.nn.crelu`
    def crelu(features, name=None): ...

    float32 = public("float32")(DType(...))              a constant, or a second name of something

    public("GraphDef")(GraphDef)                         what is imported from outside of Evergraph

    public_module("python.ops.nn_ops")                   the public names of this file are those of TensorFlow's module too

A path is what a program writes after `tf.`; `python...` and `contrib...` are TensorFlow's internal modules. A name may have
several, or none when it is seen only in the modules that `public_module` names. Nothing is recorded when a program runs:
`make contents` reads the paths in the source and writes the tables of contents (`evergraph/nn.py`, ...) and
`compat/contents.py` from them. `tests/test_contents.py` says when these are stale.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def public(*paths: str) -> Callable[[T], T]:
    """Says where what is defined is seen; returns a function that gives back what it gets.

    Args:
      *paths: string literals such as "nn.crelu".
    """
    return _itself


def public_module(*paths: str) -> None:
    """Says where the file that calls this is seen as a module.

    Args:
      *paths: string literals. "train.queue_runner" shows the module itself; "python.ops.nn_ops", TensorFlow's own module,
        has the public names of this file.
    """


def _itself(value: T) -> T:
    return value
