"""What the values of tensors are known to be while the graph is built: the operands that set shapes.

A value follows from constants and static shapes, by the NumPy kernels of the operations between.  Sizes that are
not known stand in an object array as `ops.sizes.Size` and go through the same kernels; what a kernel asks of them
that they do not tell makes its results unknown.  So the shape `[n, 2 * 3]` has one element that is known, and
`minimum(n, 100)` none.

1. `_value`      the value of a tensor, from those of its operation's inputs
2. `_computed`   the outputs of an operation for inputs that are known, or partly known
3. `_accepted`   of what a kernel gave, the elements that are integers or sizes
"""

import jax
import numpy as np

from evergraph.framework import dtypes, registry
from evergraph.framework.public import public
from evergraph.framework.shapes import TensorShape, unknown_shape
from evergraph.framework.tensor import Tensor
from evergraph.ops.sizes import Size, unknown

_FOLD_LIMIT = 1 << 16  # elements: larger constants are no shapes
_PARTIAL_LIMIT = 1 << 10  # elements of which some are unknown
_DEPTH_LIMIT = 200  # operations one after the other; what is further away is not looked at
_SHAPE_TYPES = (dtypes.int32, dtypes.int64)  # what sizes are held in; others are too narrow for some


def fold(tensor: Tensor):
    """The value of a tensor that follows from constants and static shapes, else None."""
    value = _value(tensor, {}, 0)
    return None if value is None or _is_partial(tensor, value) else value


def partial_value(tensor: Tensor):
    """The value of a tensor with None for each element that is not known (in an object array then).

    None when nothing is known.
    """
    value = _value(tensor, {}, 0)
    if value is None or not _is_partial(tensor, value):
        return value
    known = np.empty(value.shape, object)
    known.reshape(-1)[:] = [None if isinstance(element, Size) else element for element in value.reshape(-1)]
    return known


def size_value(tensor: Tensor) -> list | None:
    """The integers that a tensor holds, flattened, as ints and `Size`s; None when not even their number is known."""
    value = _value(tensor, {}, 0)
    return None if value is None else value.reshape(-1).tolist()


def static_sizes(tensor: Tensor) -> list | None:
    """The sizes of a tensor, as ints and `Size`s, those that its `tf.shape` holds; None when its rank is unknown."""
    dims = tensor.shape.dims_or_none
    if dims is None:
        return None
    return [Size.of((id(tensor), axis)) if d is None else d for axis, d in enumerate(dims)]


def _is_partial(tensor, value):
    return value.dtype == object and tensor.dtype != dtypes.string


def _value(tensor, known, depth):
    """A NumPy array, an object array that holds `Size`s, or None.

    Args:
      tensor: whose value is asked for.
      known: {tensor: value} of what was found on the way.
      depth: how many operations are between this tensor and the one that was asked for first.
    """
    if tensor in known:
        return known[tensor]
    operation = tensor.op
    definition = operation.definition
    if operation.graph.is_eager and operation.body is None:
        value = None if tensor.dtype in (dtypes.resource, dtypes.variant, dtypes.string) else tensor.numpy()
        return value if value is None or value.size <= _FOLD_LIMIT else None
    if definition.role == "constant":
        value = operation.attrs["value"]
        return value if value.size <= _FOLD_LIMIT else None
    if depth > _DEPTH_LIMIT or _is_opaque(tensor, definition):
        return _nothing_of(tensor)
    if definition.role == "shape":
        results = _shapes_of(operation)
    else:
        inputs = [_value(t, known, depth + 1) for t in operation.input_tensors]
        if operation.type == "Pack" and any(v is None for v in inputs):
            inputs = _stacked(operation, inputs)
        results = None if any(v is None for v in inputs) else _computed(operation, inputs)
    if results is None:
        results = [_nothing_of(output) for output in operation.outputs]
    known.update(zip(operation.outputs, results))
    return known[tensor]


def _is_opaque(tensor, definition):
    """Whether a tensor's value cannot follow from the values of its operation's inputs."""
    if definition.kind != "device" or definition.stateful or tensor.dtype._is_ref_dtype:
        return True
    if definition.role in ("variable", "placeholder", "default") or (
        definition.leading and definition.numpy is None
    ):
        return True
    return any(
        t.dtype._is_ref_dtype or t.dtype in (dtypes.string, dtypes.resource) for t in tensor.op.input_tensors
    )


def _stacked(operation, inputs):
    """What is stacked, where a tensor of unknown shape has that of the others."""
    shape = operation.outputs[0].shape
    if shape.ndims is None:
        return inputs
    dims = list(shape.dims_or_none)
    del dims[operation.attrs["axis"]]
    pairs = zip(operation.input_tensors, inputs)
    return [_nothing_of(t, TensorShape(dims)) if v is None and t.shape.ndims is None else v for t, v in pairs]


def _nothing_of(tensor, shape=None):
    """The value of a tensor of which at most the shape is known: its static shape, unless another is given."""
    shape = tensor.shape if shape is None else shape
    dims = shape.dims_or_none
    if tensor.dtype.base_dtype not in _SHAPE_TYPES or dims is None or None in dims:
        return None
    count = shape.num_elements()
    if count > _PARTIAL_LIMIT:
        return None
    value = np.empty(dims, object)
    value.reshape(-1)[:] = [unknown() for _ in range(count)]
    return value


def _shapes_of(operation):
    """The results of an operation that gives the shapes (sizes, ranks) of its inputs."""
    shapes = [static_sizes(tensor) for tensor in operation.input_tensors]
    inputs = [_Shaped(tuple(shape)) for shape in shapes if shape is not None]
    if len(inputs) < len(shapes):
        return None
    try:
        return _accepted(operation, _kernel_results(operation, operation.definition.kernel, inputs))
    except Exception:  # noqa: BLE001 see `_computed`
        return None


class _Shaped:
    """Stands for an array in a kernel that looks at shapes only; the sizes may be `Size`s."""

    def __init__(self, shape):
        self.shape = shape


def _computed(operation, inputs):
    """The outputs for inputs that are known or partly known; None when nothing can be said."""
    definition = operation.definition
    if any((output.shape.num_elements() or 0) > _FOLD_LIMIT for output in operation.outputs):
        return None
    try:
        if not any(_is_partial(t, v) for t, v in zip(operation.input_tensors, inputs)):
            return definition.evaluate(operation, inputs)
        if definition.numpy is None:
            return None
        return _accepted(operation, _kernel_results(operation, definition.numpy, inputs))
    except Exception:  # noqa: BLE001 a kernel may refuse in any way what it is given; the run will tell
        return None


def _kernel_results(operation, kernel, inputs):
    definition = operation.definition
    grouped = definition.group_inputs(operation, inputs)
    return flatten_result(kernel(*grouped, **definition.kernel_keywords(operation)), len(operation.outputs))


def _accepted(operation, results):
    """What a kernel gave for sizes that are partly known: arrays of the declared dtype, or of sizes, or None."""
    return [_accepted_output(*pair) for pair in zip(operation.outputs, results)]


def _accepted_output(tensor, result):
    dtype = tensor.dtype.base_dtype
    array = np.asarray(result)
    if array.dtype != object:
        return array.astype(dtype.as_numpy_dtype) if _same_kind(array.dtype, dtype) else _nothing_of(tensor)
    if dtype not in _SHAPE_TYPES or not tensor.shape.is_compatible_with(array.shape):
        return _nothing_of(tensor)
    value = np.empty(array.shape, object)
    value.reshape(-1)[:] = [_accepted_element(e, dtype) for e in array.reshape(-1)]
    if not any(isinstance(e, Size) for e in value.reshape(-1)):
        return value.astype(dtype.as_numpy_dtype)
    return value if value.size <= _PARTIAL_LIMIT else None


def _same_kind(found, declared):
    return found.kind == np.dtype(declared.as_numpy_dtype).kind


def _accepted_element(element, dtype):
    """An int or a Size, as it came from the kernel; a number that the dtype does not hold wraps in a real run."""
    factors = element.terms if isinstance(element, Size) else {(): element}
    if factors is None or any(
        isinstance(f, bool) or not isinstance(f, (int, np.integer)) or not dtype.min <= f <= dtype.max
        for f in factors.values()
    ):
        return unknown()
    return element if isinstance(element, Size) else int(element)


def evaluate_now(definition, operation, values):
    """The kernel's outputs for concrete values: by its NumPy kernel, else by JAX at once."""
    if definition.numpy is not None:
        flat = _kernel_results(operation, definition.numpy, values)
    else:
        with jax.enable_x64(), jax.ensure_compile_time_eval():
            flat = _kernel_results(operation, definition.kernel, values)
    return [
        np.asarray(value).astype(tensor.dtype.base_dtype.as_numpy_dtype, copy=False)
        for value, tensor in zip(flat, operation.outputs)
    ]


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


# -- what others ask ----------------------------------------------------------------------------------------


@public("python.framework.tensor_util.constant_value")
def constant_value(tensor: Tensor | np.ndarray, partial: bool = False) -> np.ndarray | None:
    """The value of a tensor as a NumPy array if it depends on constants only, else None.

    The array has the shape and the dtype of the tensor; strings are bytes. With `partial`, tensors stacked along axis 0
    of which not all are known are an object array, with None for each that is not.
    """
    if isinstance(tensor, np.ndarray):
        return tensor
    if tensor.dtype == dtypes.string and tensor.op.definition.role == "constant":
        return tensor.op.attrs["value"]
    value = fold(tensor)
    if value is None and partial and tensor.op.type == "Pack" and tensor.op.attrs["axis"] == 0:
        value = np.empty(len(tensor.op.input_tensors), object)
        for index, part in enumerate(tensor.op.input_tensors):
            known = constant_value(part, partial)
            value[index] = known.item() if known is not None and known.ndim == 0 else known
    return value


@public("python.framework.tensor_util.constant_value_as_shape")
@registry.register_function("constant_value_as_shape")
def constant_value_as_shape(tensor: Tensor) -> TensorShape:
    """The shape that an integer vector holds, with the dimensions that are not known as None.

    Raises:
      ValueError: the tensor is a scalar other than -1, which stands for an unknown shape.
    """
    if tensor.shape.ndims == 0:
        value = fold(tensor)
        if value is None or value != -1:
            raise ValueError(f"a shape is a vector of sizes (or the scalar -1), got {tensor}")
        return unknown_shape()
    known = partial_value(tensor)
    if known is None:
        return unknown_shape(tensor.shape.num_elements())
    return TensorShape([None if size is None or size < 0 else size for size in known.reshape(-1).tolist()])
