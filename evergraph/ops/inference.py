"""Static shapes by abstract evaluation, and the values of static operands.

A shape is found by evaluating the kernel on shapes alone (`jax.eval_shape`).  Unknown dimensions are tried
with two different stand-in sizes; an output dimension that moves with them is unknown.  What cannot be
decided is unknown, never an error: only fully known inputs may raise.  Results are memoised by (kernel,
attributes, input types), since graphs repeat themselves.
"""

import threading

import jax
import numpy as np

from evergraph.framework import dtypes, registry
from evergraph.framework.shapes import TensorShape, as_shape, unknown_shape
from evergraph.framework.tensor import Tensor

__all__ = ["abstract_shapes", "constant_value", "constant_value_as_shape", "fold"]

# Highly composite, so that splits and reshapes of unknown dimensions mostly divide.
STAND_INS = (5040, 10080)
_MEMO = {}
_MEMO_LOCK = threading.Lock()
_FOLD_LIMIT = 1 << 16  # elements: larger constants are no shapes


class Inconclusive(Exception):
    """A value or shape that cannot be known while the graph is built."""


def abstract_shapes(operation) -> list[TensorShape]:
    """The static shapes of the operation's outputs, by evaluating its kernel under stand-in sizes.

    Raises:
      ValueError: the inputs' shapes are fully known and the kernel refuses them.
    """
    definition = operation.definition
    inputs = operation.input_tensors
    known = all(t.shape.is_fully_defined() for t in inputs)
    results = []
    for stand_in in STAND_INS[:1] if known and not _static_moves(operation) else STAND_INS:
        try:
            results.append(_evaluate(operation, definition, inputs, stand_in))
        except Inconclusive:
            return _unknown(operation)
        except Exception as error:  # noqa: BLE001 a kernel may refuse in any way; rethrown or inconclusive
            if known and not _static_moves(operation):
                raise ValueError(f"{operation.type} {operation.name!r}: {_reason(error)}") from error
            return _unknown(operation)
    if len(results) == 1:
        return [TensorShape(dims) for dims in results[0]]
    return [_agreement(a, b) for a, b in zip(*results)]


def _unknown(operation):
    return [_alias_shape(operation, i) or unknown_shape() for i in range(len(operation.outputs))]


def _alias_shape(operation, index):
    source = operation.definition.aliased_input(index)
    return None if source is None else operation.input_tensors[source].shape


def _reason(error):
    text = str(error).strip()
    shapes = "" if not text else text.splitlines()[0]
    return f"incompatible inputs: {shapes}"


def _agreement(a, b):
    if len(a) != len(b):
        return unknown_shape()
    return TensorShape([x if x == y else None for x, y in zip(a, b)])


def _static_moves(operation):
    """Whether some static operand may hold an unknown size (then both stand-ins are tried)."""
    positions = operation.definition.static_positions(operation)
    return any(operation.input_tensors[p].op.definition.role != "constant" for p in positions)


def _evaluate(operation, definition, inputs, stand_in):
    static = definition.static_positions(operation)
    statics = {}
    for position in static:
        statics[position] = _freeze(_fold(inputs[position], stand_in, {}))
    types = []
    for position, tensor in enumerate(inputs):
        if position in statics:
            types.append(None)
            continue
        dims = tensor.shape.dims_or_none
        if dims is None:
            raise Inconclusive
        types.append((tuple(stand_in if d is None else d for d in dims), tensor.dtype.base_dtype))
    key = _memo_key(operation, definition, types, statics)
    found = _MEMO.get(key) if key is not None else None
    if found is None:
        found = _run_abstractly(operation, definition, types, statics)
        if key is not None:
            with _MEMO_LOCK:
                _MEMO[key] = found
    return [
        _alias_dims(operation, i, stand_in) if dims is None else dims for i, dims in enumerate(found)
    ]


def _alias_dims(operation, index, stand_in):
    shape = _alias_shape(operation, index)
    if shape is None or shape.dims_or_none is None:
        raise Inconclusive
    return tuple(stand_in if d is None else d for d in shape.dims_or_none)


def _freeze(array):
    return (array.shape, array.dtype.str, array.tobytes()), array


def _memo_key(operation, definition, types, statics):
    try:
        attrs = tuple((k, _hashable(v)) for k, v in definition.kernel_keywords(operation).items())
        key = (definition.type, attrs, tuple(types), tuple((p, s[0]) for p, s in statics.items()))
        hash(key)
    except TypeError:
        return None
    return key


def _hashable(value):
    if isinstance(value, list):
        return ("list", *map(_hashable, value))
    if isinstance(value, np.ndarray):
        return (value.shape, value.dtype.str, value.tobytes() if value.dtype != object else repr(value))
    if isinstance(value, TensorShape):
        return ("shape", value.dims_or_none)
    return value


class AbstractLowering:
    """What a kernel that asks for `lowering` is given while shapes are inferred: nothing is compiled."""

    abstract = True
    differentiated = 0

    def check(self, ok, message, operands=()):
        """Runtime checks have no influence on shapes."""

    def call(self, body, arguments):
        """The abstract outputs of a body, from the static shapes of its outputs."""
        outputs = []
        for tensor in body.outputs:
            dims = tensor.shape.dims_or_none
            if dims is None or None in dims:
                raise Inconclusive
            outputs.append(jax.numpy.zeros(dims, tensor.dtype.as_numpy_dtype))
        return outputs


def _run_abstractly(operation, definition, types, statics):
    specs = []
    for entry in types:
        if entry is not None:
            dims, dtype = entry
            if dtype in (dtypes.string, dtypes.resource, dtypes.variant):
                raise Inconclusive
            specs.append(jax.ShapeDtypeStruct(dims, dtype.as_numpy_dtype))
    keywords = definition.kernel_keywords(operation)

    def evaluate(*arrays):
        remaining = iter(arrays)
        flat = [statics[p][1] if t is None else next(remaining) for p, t in enumerate(types)]
        leading = ()
        if definition.leading == "key":
            leading = (jax.random.key(0),)
        elif definition.leading == "lowering":
            leading = (AbstractLowering(),)
        return definition.kernel(*leading, *definition.group_inputs(operation, flat), **keywords)

    with jax.enable_x64():
        result = jax.eval_shape(evaluate, *specs)
    return _output_dims(operation, definition, result)


def _output_dims(operation, definition, result):
    """One tuple of sizes for each output, None where the output is a reference (an alias)."""
    references = [tensor.dtype._is_ref_dtype for tensor in operation.outputs]
    _, writes = definition.variable_access(operation)
    expected = len(writes) + references.count(False)
    values = flatten_result(result, expected)
    values = iter(values[len(writes):])
    return [None if is_ref else tuple(next(values).shape) for is_ref in references]


def flatten_result(result, expected):
    """A kernel's result as a flat list of `expected` values."""
    if result is None:
        flat = []
    elif isinstance(result, (list, tuple)):
        flat = []
        for part in result:
            if isinstance(part, (list, tuple)):
                flat.extend(part)
            else:
                flat.append(part)
    else:
        flat = [result]
    if len(flat) != expected:
        raise ValueError(f"the kernel gave {len(flat)} results where {expected} were declared")
    return flat


# -- values of static operands ------------------------------------------------------------------------------


def fold(tensor: Tensor):
    """The value of a tensor that depends on constants and static shapes only, else None."""
    try:
        return _fold(tensor, None, {})
    except Inconclusive:
        return None


def _fold(tensor, stand_in, memo):
    """The value of `tensor` with unknown dimensions taken as `stand_in` (None: inconclusive)."""
    found = memo.get(tensor)
    if found is not None:
        return found
    operation = tensor.op
    definition = operation.definition
    if definition.role == "constant":
        value = operation.attrs["value"]
        if value.size > _FOLD_LIMIT:
            raise Inconclusive
    elif definition.role == "shape":
        value = _fold_shape(operation, stand_in)[tensor.value_index]
    elif definition.role == "variable" or definition.kind != "device" or definition.stateful \
            or tensor.dtype._is_ref_dtype or (definition.leading and definition.numpy is None) \
            or definition.role in ("placeholder", "default"):  # fmt: skip
        raise Inconclusive
    else:
        value = _fold_operation(operation, stand_in, memo)[tensor.value_index]
    memo[tensor] = value
    return value


def _fold_shape(operation, stand_in):
    arrays = []
    for tensor in operation.input_tensors:
        dims = tensor.shape.dims_or_none
        if dims is None or (stand_in is None and None in dims):
            raise Inconclusive
        dims = tuple(stand_in if d is None else d for d in dims)
        arrays.append(jax.ShapeDtypeStruct(dims, np.dtype(np.float32)))
    definition = operation.definition
    result = definition.kernel(
        *definition.group_inputs(operation, arrays), **definition.kernel_keywords(operation)
    )
    return flatten_result(result, len(operation.outputs))


def _fold_operation(operation, stand_in, memo):
    definition = operation.definition
    if any(t.dtype._is_ref_dtype or t.dtype in (dtypes.string, dtypes.resource) for t in operation.input_tensors):
        raise Inconclusive
    values = [_fold(t, stand_in, memo) for t in operation.input_tensors]
    try:
        return definition.evaluate(operation, values)
    except Inconclusive:
        raise
    except Exception as error:  # noqa: BLE001 stand-in sizes may be refused by any kernel
        raise Inconclusive from error


def evaluate_now(definition, operation, values):
    """The kernel's outputs for concrete values: by its NumPy kernel, else by JAX at once."""
    grouped = definition.group_inputs(operation, values)
    keywords = definition.kernel_keywords(operation)
    if definition.numpy is not None:
        result = definition.numpy(*grouped, **keywords)
    else:
        with jax.enable_x64(), jax.ensure_compile_time_eval():
            result = definition.kernel(*grouped, **keywords)
    flat = flatten_result(result, len(operation.outputs))
    return [
        np.asarray(value).astype(tensor.dtype.base_dtype.as_numpy_dtype, copy=False)
        for value, tensor in zip(flat, operation.outputs)
    ]


def constant_value(tensor, partial=False):
    """The value of a tensor as a NumPy array if it depends on constants only, else None."""
    if isinstance(tensor, np.ndarray):
        return tensor
    if tensor.dtype == dtypes.string and tensor.op.definition.role == "constant":
        return tensor.op.attrs["value"]
    return fold(tensor)


@registry.register_function("constant_value_as_shape")
def constant_value_as_shape(tensor) -> TensorShape:
    """The shape that an integer vector holds, with the dimensions that are not known as None."""
    if tensor.shape.ndims == 0:
        value = fold(tensor)
        if value is None or value != -1:
            raise ValueError(f"a shape is a vector of sizes (or the scalar -1), got {tensor}")
        return unknown_shape()
    values = []
    for stand_in in STAND_INS:
        try:
            values.append(_fold(tensor, stand_in, {}))
        except Inconclusive:
            return _shape_from_parts(tensor)
    if values[0].shape != values[1].shape:
        return unknown_shape()
    return TensorShape([int(x) if x == y and x >= 0 else None for x, y in zip(*values)])


def _shape_from_parts(tensor):
    """A packed or concatenated shape whose parts are partly known."""
    operation = tensor.op
    length = tensor.shape.num_elements()
    if operation.type == "Pack" and operation.attrs.get("axis", 0) == 0:
        dims = []
        for part in operation.input_tensors:
            value = fold(part)
            dims.append(None if value is None or int(value) < 0 else int(value))
        return as_shape(dims)
    if operation.type == "ConcatV2":
        shape = as_shape([])
        for part in operation.input_tensors[:-1]:
            shape = shape.concatenate(constant_value_as_shape(part))
        return shape
    if operation.type in ("Cast", "Identity"):
        return constant_value_as_shape(operation.input_tensors[0])
    return unknown_shape(length)
