"""Operations of host stages, ready to be called: their kernels on NumPy values.

`KernelCall`   any operation
`Count`        one on integer scalars, such as counting the step
"""

import functools
import inspect
import operator

import jax
import numpy as np

from evergraph.engine.counters import only_counts
from evergraph.engine.first_values import Arrivals, on_device
from evergraph.framework import dtypes, errors


def host_call(executable, node):
    """What calls the kernel of a host node."""
    return (Count if node.counts and only_counts(node) else KernelCall)(executable, node)


class _Presence:
    """Whether a variable has a value, for operations that ask nothing else of it."""

    __slots__ = ("cell", "written")

    def __init__(self, cell, written):
        self.cell = cell
        self.written = written  # by an operation of the same run

    @property
    def initialized(self) -> bool:
        return self.written or self.cell.initialized


class KernelCall:
    """One operation of a host stage: its kernel, and what it takes and gives.

    Attributes:
      quick: what calls it in a run: itself, or a function for the usual case, an ordinary kernel on arrays.
      arguments: the slots of its inputs.
      results: the values it gives.
      draws: whether it takes a random word before its inputs.
      asks_for_run: whether it needs a `HostRun`.
    """

    def __init__(self, executable, node):
        self.node, self.operation = node, node.operation
        self.definition = definition = node.operation.definition
        self.kernel = definition.host_kernel(node.operation)
        self.keywords = definition.kernel_keywords(node.operation)
        self.draws = definition.leading == "key"
        forward = node.operation.attrs.get("_forward", node.operation)
        self.runs_bodies = definition.has_bodies and forward.definition.has_bodies
        self.arguments = [self._slot_of(executable, position) for position in range(len(node.inputs))]
        self.first_type = _stored_type(node.writes[0][0]) if node.initializes else None
        self.takes_over = node.takes_over
        self.handed_over = frozenset(i for i, value in enumerate(node.results) if value in node.handed_over)
        self.groups = _groups_of(node.operation)
        self.asks_for_run = definition.leading == "run" or definition.has_bodies
        self.differentiated = node.differentiated
        self.results = node.results
        self.types = [_storage(v.tensor.dtype.base_dtype) for v in self.results]
        self.resources = (
            None  # where the resource is that the operation names, for one that does nothing else
        )
        if not node.inputs and self.types == [None]:
            self.resources = executable.resources.objects
            self.resource_key, self.resource = executable.resources.key(node.operation), None
        self.quick = _quick(self) or self

    def _slot_of(self, executable, position):
        value = self.node.inputs[position]
        if value is None:
            return executable.constant_slot(None)
        if self.node.takes_cell(position):
            cell = executable.cell(value.source)
            return executable.constant_slot(
                cell if self.node.uses_cells else _Presence(cell, not value.is_load)
            )
        if value.constant is not None:
            return executable.constant_slot(value.constant)
        return executable.slot(value)

    def __call__(self, host_run, *values):
        """The kernel's results: one value, or a list where there are none or several."""
        if self.resources is not None:
            found = self.resources.get(self.resource_key)
            if found is not None and found is self.resource:
                return found  # as the last time
        if self.takes_over and isinstance(values[-1], jax.Array):
            return values[-1]
        if self.runs_bodies:
            values = list(values)  # what they pass on to the device stays there
        else:
            values = [
                v if type(v) is np.ndarray or not isinstance(v, jax.Array) else np.asarray(v) for v in values
            ]
        if self.groups is not None:
            drawn = values[: self.draws]
            values = [*drawn, *(values[self.draws :][group] for group in self.groups)]
        try:
            if self.asks_for_run:
                host_run.operation, host_run.differentiated = self.operation, self.differentiated
                if self.definition.streams:
                    host_run.arrivals = Arrivals(self.handed_over)
                results = self.kernel(host_run, *values, **self.keywords)
            else:
                results = self.kernel(*values, **self.keywords)
        except errors.OpError as error:
            self.name_in(error)
            raise
        except REFUSALS as error:
            raise self.refused(error) from error
        if self.resources is not None and results is self.resources.get(self.resource_key):
            self.resource = results
        if self.first_type is not None:
            results = on_device(results, self.first_type)
        if len(self.results) == 1 and not isinstance(results, (list, tuple)):
            return _typed(results, self.types[0])
        return self.laid_out(results)

    def name_in(self, error):
        """Tells an error of the kernel's whose it is."""
        if error.op is None:
            error._op = self.operation

    def refused(self, error):
        """The error for values that the kernel cannot compute with."""
        return errors.InvalidArgumentError(None, self.operation, str(error))

    def laid_out(self, results):
        """Several results, or none, as the plan takes them.

        Raises:
          InternalError: there are more or fewer than declared.
        """
        flat = []
        if results is not None:
            for part in results:
                flat.extend(part) if isinstance(part, (list, tuple)) else flat.append(part)
        if len(flat) != len(self.results):
            if not self.results:
                return []
            raise errors.InternalError(
                None,
                self.operation,
                f"its kernel gave {len(flat)} results where {len(self.results)} were declared",
            )
        flat = [_typed(result, dtype) for result, dtype in zip(flat, self.types)]
        return flat[0] if len(flat) == 1 else flat


# What NumPy and Python raise where values do not fit.
REFUSALS = (ValueError, TypeError, IndexError, ZeroDivisionError)


def _quick(call):
    """What calls an ordinary kernel with less ado; None where there is more to do."""
    if call.resources is not None or call.takes_over or call.runs_bodies or call.draws:
        return None
    if call.first_type is not None or call.definition.streams or None in call.types:
        return None
    kernel = functools.partial(call.kernel, **call.keywords) if call.keywords else call.kernel
    asks_for_run, operation, differentiated = call.asks_for_run, call.operation, call.differentiated
    groups = call.groups
    types, array = tuple(call.types), np.ndarray
    only = types[0] if len(types) == 1 else None

    def quick(host_run, *values):
        for value in values:
            if type(value) is not array:
                values = [np.asarray(v) if isinstance(v, jax.Array) else v for v in values]
                break
        if groups is not None:
            values = [values[group] for group in groups]
        try:
            if asks_for_run:
                host_run.operation, host_run.differentiated = operation, differentiated
                results = kernel(host_run, *values)
            else:
                results = kernel(*values)
        except errors.OpError as error:
            call.name_in(error)
            raise
        except REFUSALS as error:
            raise call.refused(error) from error
        if only is not None and not isinstance(results, list | tuple):
            return results if type(results) is array and results.dtype is only else _typed(results, only)
        if type(results) is not tuple or len(results) != len(types):
            return call.laid_out(results)
        for result, dtype in zip(results, types):
            if type(result) is not array or result.dtype is not dtype:
                return call.laid_out(results)
        return results

    return quick


def _groups_of(operation):
    """What lays flat input values out as a kernel's arguments: a position or a slice for each; None for one by one."""
    definition = operation.definition
    if not any(spec.is_list for spec in definition.signature.inputs):
        return None
    positions = definition.group_inputs(operation, range(len(operation.input_tensors)))
    return [p if isinstance(p, int) else slice(p[0], p[-1] + 1) if p else slice(0, 0) for p in positions]


_ON_SCALARS = {np.add: operator.add, np.subtract: operator.sub}  # the same, at a tenth of the cost
_SIGNS = {operator.add: "+", operator.sub: "-"}
_SCALARS = frozenset([np.int32, np.int64])


class Count:
    """One operation on integer scalars, such as counting the step: on NumPy scalars, which cost next to nothing.

    Attributes: those of a KernelCall; `sign`: "+" or "-" where that is all it does; `kind`: the NumPy type of its result.
    """

    asks_for_run = draws = False

    @property
    def quick(self):
        """What calls it in a run."""
        return self

    def __init__(self, executable, node):
        definition = node.operation.definition
        kernel = definition.host_kernel(node.operation)
        keywords = definition.kernel_keywords(node.operation)
        defaults = getattr(kernel, "__kwdefaults__", None) or {}
        if any(key not in defaults or defaults[key] != value for key, value in keywords.items()):
            kernel = functools.partial(kernel, **keywords)
        self.node, self.operation = node, node.operation
        self.kernel = _ON_SCALARS.get(inspect.unwrap(kernel), kernel)
        self.constants = [None if v.constant is None else v.constant[()] for v in node.inputs]
        self.arguments = [
            executable.slot(v) if v.constant is None else executable.constant_slot(v.constant[()])
            for v in node.inputs
        ]
        self.results = node.results
        self.kind = self.results[0].tensor.dtype.base_dtype.as_numpy_dtype
        self.sign = _SIGNS.get(self.kernel)
        if any(c is not None and type(c) is not self.kind for c in self.constants):
            self.sign = None

    def __call__(self, host_run, *values):
        """The result for some values."""
        for value in values:
            if type(value) not in _SCALARS:
                values = [np.asarray(v)[()] for v in values]
                break
        result = self.kernel(*values)
        return result if type(result) is self.kind else self.kind(result)


def _storage(dtype):
    """The NumPy dtype of a host kernel's results; None for those that are no arrays."""
    return None if dtype in (dtypes.resource, dtypes.variant) else np.dtype(dtype.as_numpy_dtype)


def _typed(result, dtype):
    if (
        dtype is None
        or (type(result) is np.ndarray and result.dtype == dtype)
        or isinstance(result, jax.Array)
    ):
        return result
    return np.asarray(result, dtype)


def _stored_type(source):
    """The NumPy dtype of a variable's values."""
    dtype = source.op.attrs["dtype"] if source.dtype == dtypes.resource else source.dtype
    return dtype.base_dtype.as_numpy_dtype
