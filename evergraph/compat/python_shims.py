"""What programs of TensorFlow 1's time expect of Python and NumPy and is gone today.

Installed by `evergraph run` only, and only where the name is missing: importing Evergraph changes nothing.
"""

import builtins
import collections
import collections.abc
import fractions
import functools
import inspect
import math
import time
import types
import unittest
from collections.abc import Callable

import numpy as np

ArgSpec = collections.namedtuple("ArgSpec", ["args", "varargs", "keywords", "defaults"])


def getargspec(function: Callable) -> ArgSpec:
    """The positional parameters of a function as Python 3.10's `inspect.getargspec` gave them."""
    full = inspect.getfullargspec(function)
    if full.kwonlyargs:
        raise ValueError(f"{function!r} has keyword-only parameters, use inspect.getfullargspec()")
    return ArgSpec(full.args, full.varargs, full.varkw, full.defaults)


def _asfarray(a: object, dtype: type = np.float64) -> np.ndarray:
    return np.asarray(a, dtype if np.issubdtype(dtype, np.inexact) else np.float64)


_NUMPY_NAMES = {
    "bool": builtins.bool,
    "int": int,
    "float": float,
    "complex": complex,
    "object": object,
    "str": str,
    "long": int,
    "unicode": str,
    "float_": np.float64,
    "complex_": np.complex128,
    "unicode_": np.str_,
    "string_": np.bytes_,
    "singlecomplex": np.complex64,
    "cfloat": np.complex128,
    "longfloat": np.longdouble,
    "inf": np.inf,
    "Inf": np.inf,
    "Infinity": np.inf,
    "infty": np.inf,
    "PINF": np.inf,
    "NINF": -np.inf,
    "NaN": np.nan,
    "NAN": np.nan,
    "PZERO": 0.0,
    "NZERO": -0.0,
    "alltrue": np.all,
    "sometrue": np.any,
    "product": np.prod,
    "cumproduct": np.cumprod,
    "round_": np.round,
    "in1d": np.isin,
    "row_stack": np.vstack,
    "asscalar": lambda a: a.item(),
    "asfarray": _asfarray,
    "rank": np.ndim,
}

# Names of Python 2 that programs for both use in a few lines, and that mean something else by now.
_PYTHON_2_NAMES = {
    "xrange": range,
    "raw_input": input,
    "unicode": str,
    "basestring": str,
    "long": int,
    "unichr": chr,
    "reduce": functools.reduce,
}

_SHIMS = (
    (builtins, _PYTHON_2_NAMES),
    (collections, {name: getattr(collections.abc, name) for name in collections.abc.__all__}),
    (inspect, {"getargspec": getargspec, "ArgSpec": ArgSpec}),
    (time, {"clock": time.perf_counter}),
    (fractions, {"gcd": math.gcd}),
    (types, {"StringType": str, "ListType": list, "DictType": dict, "NoneType": type(None)}),
    (
        unittest.TestCase,
        {
            "assertItemsEqual": unittest.TestCase.assertCountEqual,
            "assertEquals": unittest.TestCase.assertEqual,
            "assertNotEquals": unittest.TestCase.assertNotEqual,
            "assertAlmostEquals": unittest.TestCase.assertAlmostEqual,
            "assertRegexpMatches": unittest.TestCase.assertRegex,
            "assertRaisesRegexp": unittest.TestCase.assertRaisesRegex,
            "assert_": unittest.TestCase.assertTrue,
        },
    ),
    (np, _NUMPY_NAMES),
    (np.lib, {"pad": np.pad}),
)


def install_shims() -> list[str]:
    """Adds each missing name to its module for the rest of the process; returns the names that were added.

    A scalar in a list is printed as the number that it is (`[3.0]`, not `[np.float32(3.0)]`), but for threads, whose printing
    NumPy keeps apart.
    """
    if np.get_printoptions()["legacy"] is False:
        np.set_printoptions(legacy="1.25")
    added = []
    for owner, names in _SHIMS:
        for name, value in names.items():
            # `vars`, because NumPy warns when it is asked for a name that it has dropped.
            if name not in vars(owner):
                setattr(owner, name, value)
                added.append(f"{owner.__name__}.{name}")
    return added
