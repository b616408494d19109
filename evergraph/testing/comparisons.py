"""Assertions about values: arrays, nested structures of arrays, messages and devices."""

import unittest
from typing import Any

import numpy as np
from google.protobuf import text_format
from google.protobuf.message import Message

from evergraph.framework import dtypes
from evergraph.framework.device import canonical_name
from evergraph.framework.structures import flatten
from evergraph.framework.tensor import Tensor
from evergraph.framework.versions import GRAPH_DEF_VERSION, GRAPH_DEF_VERSION_MIN_CONSUMER
from evergraph.testing.messages import differences

_SHOWN = 10  # elements listed in a failure
_HALF, _BFLOAT16 = np.dtype(np.float16), np.dtype(dtypes.bfloat16.as_numpy_dtype)


def _is_float(array: np.ndarray) -> bool:
    return array.dtype.kind in "fc" or array.dtype == _BFLOAT16


def _widened(array: np.ndarray) -> np.ndarray:
    """bfloat16 as float32, for functions that do not know it."""
    return array.astype(np.float32) if array.dtype == _BFLOAT16 else array


def _listing(array: np.ndarray, where: np.ndarray) -> str:
    """The first elements at the places where `where` holds, one a line."""
    places = np.argwhere(where)
    lines = [f"  {place.tolist()}: {array[tuple(place)]}" for place in places[:_SHOWN]]
    return "\n".join(lines + ["  ..."] * (len(places) > _SHOWN))


def _objects(value):
    """What lists hold, as an array of objects."""
    if isinstance(value, (list, tuple)):
        return np.stack([_objects(each) for each in value])
    array = np.empty((), object)
    array[()] = value
    return array


class Comparisons(unittest.TestCase):
    """What `TestCase` asserts about values. A value is an array, what NumPy makes one of, or a Tensor."""

    def evaluate(self, tensors: Any) -> Any:
        """The values of tensors."""
        raise NotImplementedError("evaluate")

    def _GetNdArray(self, a) -> np.ndarray:
        if isinstance(a, Tensor):
            a = self.evaluate(a)
        if isinstance(a, np.ndarray):
            return a
        try:
            return np.array(a)
        except ValueError:  # lists of unequal depth
            return np.array(a, dtype=object)
        except TypeError:  # tensors of a graph, which are compared as what they are
            if not any(isinstance(each, Tensor) for each in flatten(a)):
                raise
            return _objects(a)

    # -- near ---------------------------------------------------------------------------------------------------

    def assertNear(self, f1: Any, f2: Any, err: float, msg: object = None) -> None:
        """Fails unless two numbers differ by at most `err`."""
        if not (f1 == f2 or abs(f1 - f2) <= err):
            self.fail(f"{f1!r} and {f2!r} differ by more than {err!r}" + (f": {msg}" if msg else ""))

    def assertArrayNear(self, farray1: Any, farray2: Any, err: float, msg: object = None) -> None:
        """Fails unless two sequences have the same length, and elements that differ by at most `err`."""
        self.assertEqual(len(farray1), len(farray2), msg)
        for first, second in zip(farray1, farray2, strict=True):
            self.assertNear(float(first), float(second), err, msg)

    def _NDArrayNear(self, ndarray1, ndarray2, err) -> bool:
        return bool(np.linalg.norm(np.asarray(ndarray1) - np.asarray(ndarray2)) < err)

    def assertNDArrayNear(self, ndarray1: Any, ndarray2: Any, err: float, msg: object = None) -> None:
        """Fails unless the norm of the difference of two arrays is below `err`."""
        if not self._NDArrayNear(ndarray1, ndarray2, err):
            self.fail(f"the norm of the difference is not below {err!r}" + (f": {msg}" if msg else ""))

    # -- close --------------------------------------------------------------------------------------------------

    def assertAllClose(
        self, a: Any, b: Any, rtol: float = 1e-6, atol: float = 1e-6, msg: object = None
    ) -> None:
        """Fails unless two structures hold arrays of the same shapes, with |a - b| <= atol + rtol * |b| everywhere.

        A structure is an array or Tensor, or a dict, named tuple, tuple or list of structures. NaN is close to NaN.

        Raises:
          ValueError: a dict stands where the other side has none, or sequences have different lengths.
        """
        self._assert_close(a, b, rtol, atol, "", f" {msg}" if msg else "")

    def _assert_close(self, a, b, rtol, atol, path, msg):
        a = a._asdict() if hasattr(a, "_asdict") else a
        b = b._asdict() if hasattr(b, "_asdict") else b
        if isinstance(a, dict) != isinstance(b, dict):
            raise ValueError(f"Can't compare dict to non-dict, a{path} vs b{path}.{msg}")
        if isinstance(a, dict):
            self.assertCountEqual(
                a.keys(), b.keys(), f"mismatched keys: a{path} and b{path} have other keys.{msg}"
            )
            for key in a:
                self._assert_close(a[key], b[key], rtol, atol, f"{path}[{key}]", msg)
            return
        if isinstance(a, (list, tuple)):
            try:
                arrays = self._GetNdArray(a), self._GetNdArray(b)
            except TypeError:
                arrays = None
            if arrays is None or any(array.dtype == object for array in arrays):  # a structure, not an array
                if len(a) != len(b):
                    raise ValueError(
                        f"Mismatched length: a{path} has {len(a)} items, b{path} has {len(b)}.{msg}"
                    )
                for index, (one, other) in enumerate(zip(a, b, strict=True)):
                    self._assert_close(one, other, rtol, atol, f"{path}[{index}]", msg)
                return
            a, b = arrays
        self._assert_arrays_close(self._GetNdArray(a), self._GetNdArray(b), rtol, atol, path, msg)

    def _assert_arrays_close(self, a, b, rtol, atol, path, msg):
        self.assertEqual(a.shape, b.shape, f"Shape mismatch: expected {a.shape}, got {b.shape}.{msg}")
        a, b = _widened(a), _widened(b)
        close = np.isclose(a, b, rtol=rtol, atol=atol, equal_nan=True)
        if not np.all(close):
            apart = ~close
            self.fail(
                f"Mismatched value: a{path} is different from b{path} in {np.count_nonzero(apart)} of {a.size} elements. "
                f"Not equal to tolerance rtol={rtol}, atol={atol}.{msg}\na ({a.dtype}):\n{_listing(a, apart)}\n"
                f"b ({b.dtype}):\n{_listing(b, apart)}"
            )

    def assertAllCloseAccordingToType(
        self,
        a: Any,
        b: Any,
        rtol: float = 1e-6,
        atol: float = 1e-6,
        float_rtol: float = 1e-6,
        float_atol: float = 1e-6,
        half_rtol: float = 1e-3,
        half_atol: float = 1e-3,
        bfloat16_rtol: float = 1e-2,
        bfloat16_atol: float = 1e-2,
        msg: object = None,
    ) -> None:
        """`assertAllClose` with the tolerances of the less precise of the two dtypes, where those are wider."""
        a, b = self._GetNdArray(a), self._GetNdArray(b)
        for types, type_rtol, type_atol in (
            ((np.dtype(np.float32), np.dtype(np.complex64)), float_rtol, float_atol),
            ((_HALF,), half_rtol, half_atol),
            ((_BFLOAT16,), bfloat16_rtol, bfloat16_atol),
        ):
            if a.dtype in types or b.dtype in types:
                rtol, atol = max(rtol, type_rtol), max(atol, type_atol)
        self.assertAllClose(a, b, rtol=rtol, atol=atol, msg=msg)

    def assertNotAllClose(self, a: Any, b: Any, **kwargs: Any) -> None:
        """Fails if `assertAllClose` holds."""
        with self.assertRaises(AssertionError, msg=f"{a!r} and {b!r} are close everywhere"):
            self.assertAllClose(a, b, **kwargs)

    # -- equal and ordered --------------------------------------------------------------------------------------

    def assertAllEqual(self, a: Any, b: Any, msg: object = None) -> None:
        """Fails unless two arrays have the same shape and the same elements. NaN equals NaN."""
        a, b = self._GetNdArray(a), self._GetNdArray(b)
        note = f" {msg}" if msg else ""
        self.assertEqual(a.shape, b.shape, f"Shape mismatch: expected {a.shape}, got {b.shape}.{note}")
        same = np.asarray(a == b)
        if _is_float(a) and _is_float(b):
            same = same | (np.isnan(a) & np.isnan(b))
        if not np.all(same):
            differ = np.broadcast_to(~same, a.shape)
            self.fail(
                f"{np.count_nonzero(differ)} of {a.size} elements are not equal.{note}\na ({a.dtype}):\n"
                f"{_listing(a, differ)}\nb ({b.dtype}):\n{_listing(b, differ)}"
            )

    def assertAllGreater(self, a: Any, comparison_target: Any) -> None:
        """Fails unless every element is greater than the target."""
        self.assertGreater(np.min(self._GetNdArray(a)), comparison_target)

    def assertAllLess(self, a: Any, comparison_target: Any) -> None:
        """Fails unless every element is less than the target."""
        self.assertLess(np.max(self._GetNdArray(a)), comparison_target)

    def assertAllGreaterEqual(self, a: Any, comparison_target: Any) -> None:
        """Fails unless every element is at least the target."""
        self.assertGreaterEqual(np.min(self._GetNdArray(a)), comparison_target)

    def assertAllLessEqual(self, a: Any, comparison_target: Any) -> None:
        """Fails unless every element is at most the target."""
        self.assertLessEqual(np.max(self._GetNdArray(a)), comparison_target)

    def assertAllInRange(
        self,
        target: Any,
        lower_bound: Any,
        upper_bound: Any,
        open_lower_bound: bool = False,
        open_upper_bound: bool = False,
    ) -> None:
        """Fails unless every element is a number between the bounds, or at one that is not open."""
        target = self._GetNdArray(target)
        if target.dtype.kind not in "fiu" and target.dtype != _BFLOAT16:
            self.fail(
                f"The value of {target!r} does not have an ordered numeric type, instead it has {target.dtype}"
            )
        nan = np.isnan(target)
        if np.any(nan):
            self.fail(
                f"{np.count_nonzero(nan)} of the {target.size} element(s) are NaN:\n{_listing(target, nan)}"
            )
        below = target <= lower_bound if open_lower_bound else target < lower_bound
        above = target >= upper_bound if open_upper_bound else target > upper_bound
        outside = below | above
        if np.any(outside):
            left, right = "(" if open_lower_bound else "[", ")" if open_upper_bound else "]"
            self.fail(
                f"{np.count_nonzero(outside)} of the {target.size} element(s) are outside the range "
                f"{left}{lower_bound}, {upper_bound}{right}:\n{_listing(target, outside)}"
            )

    def assertAllInSet(self, target: Any, expected_set: Any) -> None:
        """Fails unless every element is in the set."""
        other = np.setdiff1d(self._GetNdArray(target).reshape(-1), list(expected_set))
        if other.size:
            self.fail(f"{other.size} unique element(s) are not in the set {expected_set}: {other}")

    # -- types, shapes, devices, text ---------------------------------------------------------------------------

    def assertDTypeEqual(self, target: Any, expected_dtype: Any) -> None:
        """Fails unless an array, or every array of a list, has the NumPy dtype."""
        for array in target if isinstance(target, list) else [target]:
            self.assertEqual(self._GetNdArray(array).dtype, expected_dtype)

    def assertShapeEqual(self, np_array: Any, tf_tensor: Any, msg: object = None) -> None:
        """Fails unless a NumPy array has the static shape of a Tensor; TypeError for other kinds of values."""
        if not isinstance(np_array, (np.ndarray, np.generic)):
            raise TypeError(f"np_array must be a NumPy array or scalar, got {type(np_array)}")
        if not isinstance(tf_tensor, Tensor):
            raise TypeError(f"tf_tensor must be a Tensor, got {type(tf_tensor)}")
        self.assertAllEqual(np_array.shape, tf_tensor.get_shape().as_list(), msg=msg)

    def assertDeviceEqual(self, device1: Any, device2: Any, msg: object = None) -> None:
        """Fails unless two device names or DeviceSpecs mean the same device."""
        first, second = canonical_name(device1), canonical_name(device2)
        self.assertEqual(
            first, second, f"Devices {first!r} and {second!r} are not equal." + (f" {msg}" if msg else "")
        )

    def assertStartsWith(self, actual: Any, expected_start: Any, msg: object = None) -> None:
        """Fails unless a string starts with another."""
        if not actual.startswith(expected_start):
            self.fail(f"{actual!r} does not start with {expected_start!r}" + (f": {msg}" if msg else ""))

    # -- messages -----------------------------------------------------------------------------------------------

    def assertProtoEquals(self, expected_message_maybe_ascii: Any, message: Any, msg: object = None) -> None:
        """Fails unless a protocol message equals another, or the one that a text form describes.

        Maps and floating-point numbers are compared as such; the order of repeated fields counts.
        """
        expected = expected_message_maybe_ascii
        if isinstance(expected, str):
            expected = text_format.Parse(expected, type(message)())
        elif not isinstance(expected, Message) or not isinstance(expected, type(message)):
            self.fail(
                f"Can't compare protos of type {type(expected)} and {type(message)}."
                + (f" {msg}" if msg else "")
            )
        found = differences(expected, message)
        if found:
            self.fail(
                "the messages differ (expected, then actual):\n  "
                + "\n  ".join(found)
                + (f"\n{msg}" if msg else "")
            )

    def assertProtoEqualsVersion(
        self,
        expected: Any,
        actual: Any,
        producer: int = GRAPH_DEF_VERSION,
        min_consumer: int = GRAPH_DEF_VERSION_MIN_CONSUMER,
        msg: object = None,
    ) -> None:
        """`assertProtoEquals` of a GraphDef and the text of one without its versions."""
        versions = f"versions {{ producer: {producer} min_consumer: {min_consumer} }};"
        self.assertProtoEquals(f"{versions}\n{expected}", actual, msg=msg)
