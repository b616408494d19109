"""`tf.flags`: absl's flags, parsed when first read, with the argument names of older programs."""

import functools
import numbers
import sys

from absl import flags as absl_flags
from absl.flags import *  # noqa: F403  # pyright: ignore[reportWildcardImportFromLibrary] (everything that absl has, under its own name)

from evergraph.framework import logging
from evergraph.framework.public import public_module

public_module("app.flags")

__all__ = []
__all__ += absl_flags.__all__

_OLD_ARGUMENTS = {"flag_name": "name", "default_value": "default", "docstring": "help"}

# What is defined here is not a key flag of this module but of the program that calls.
absl_flags.disclaim_key_flags()


class _ParsedWhenRead:
    """absl's FLAGS, which parse the process's command line when a flag is read before anybody has."""

    def __init__(self, flags):
        object.__setattr__(self, "_flags", flags)

    def __getattr__(self, name):
        flags = object.__getattribute__(self, "_flags")
        if hasattr(type(flags), name):
            return getattr(flags, name)
        if not flags.is_parsed():
            flags(sys.argv)
        return getattr(flags, name)

    def __setattr__(self, name, value):
        setattr(self._flags, name, value)

    def __delattr__(self, name):
        delattr(self._flags, name)

    def __getitem__(self, name):
        return self._flags[name]

    def __setitem__(self, name, flag):
        self._flags[name] = flag

    def __contains__(self, name):
        return name in self._flags

    def __iter__(self):
        return iter(self._flags)

    def __len__(self):
        return len(self._flags)

    def __dir__(self):
        return dir(self._flags)

    def __str__(self):
        return str(self._flags)

    def __call__(self, *args, **kwargs):
        return self._flags(*args, **kwargs)


FLAGS = _ParsedWhenRead(absl_flags.FLAGS)


def _with_old_arguments(define):
    """absl's function, which also takes `flag_name`, `default_value` and `docstring` by these names.

    A default that is a number of another kind is taken as it is, as TensorFlow 1.0 to 1.4 did: `inf` for an integer. What the
    command line says is checked.
    """

    @functools.wraps(define)
    def define_flag(*args, **kwargs):
        for old, new in _OLD_ARGUMENTS.items():
            if old in kwargs:
                logging.warn("The argument %r of tf.flags.%s is now called %r.", old, define.__name__, new)
                kwargs[new] = kwargs.pop(old)
        try:
            return define(*args, **kwargs)
        except absl_flags.IllegalFlagValueError:
            (name, default), rest = _name_and_default(*args, **kwargs)
            if not isinstance(default, numbers.Number):
                raise
            holder = define(name, None, **rest)
            flag = rest.get("flag_values", absl_flags.FLAGS)[name]
            flag.default = flag.value = default
            flag.default_as_str = repr(str(default))
            return holder

    return define_flag


def _name_and_default(name, default, help=None, flag_values=absl_flags.FLAGS, **kwargs):
    return (name, default), {"help": help, "flag_values": flag_values, **kwargs}


DEFINE_string = _with_old_arguments(absl_flags.DEFINE_string)
DEFINE_boolean = _with_old_arguments(absl_flags.DEFINE_boolean)
DEFINE_bool = DEFINE_boolean
DEFINE_float = _with_old_arguments(absl_flags.DEFINE_float)
DEFINE_integer = _with_old_arguments(absl_flags.DEFINE_integer)
