"""`Assert`: a condition that must hold, checked on the device, so that it cuts no program in two."""

from collections.abc import Sequence

import jax.numpy as jnp
import numpy as np

from evergraph.framework import errors
from evergraph.framework.arguments import also_called
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import (
    colocate_with,
    control_dependencies,
    get_default_graph,
    name_scope,
)
from evergraph.framework.operation import Operation
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops.constants import identity, no_op
from evergraph.ops.registry import FLOATS, device_op

public_module("python.ops.control_flow_ops", "python.ops.numerics")


def _text(array):
    return " ".join(part.decode("utf-8", "replace") for part in array.ravel())


def _assert_on_host(condition, data, *, summarize):
    if not np.all(condition):
        shown = []
        for array in data:
            array = np.asarray(array)
            flat = array.ravel()[: summarize if summarize > 0 else None]
            parts = [x.decode("utf-8", "replace") if isinstance(x, bytes) else str(x) for x in flat]
            more = "..." if flat.size < array.size else ""
            shown.append(f"[{' '.join(parts)}{more}]")
        raise errors.InvalidArgumentError(None, None, f"assertion failed: {' '.join(shown)}")


@public("python.ops.gen_logging_ops._assert")
def _assert(
    condition: TensorLike, data: Sequence[TensorLike], summarize: int = 3, name: str | None = None
) -> Operation:
    """The operation that `Assert` records, under the given name itself: of a bool tensor, and tensors of any dtype to show."""
    return assert_op(condition, [convert_to_tensor(d) for d in data], summarize=summarize, name=name)


@device_op(
    "Assert", "condition: bool, data: [T] ->", role="check", checks=True, stateful=True, numpy=_assert_on_host
)
def assert_op(lowering, condition, data, *, summarize=3):
    if (
        lowering.owner is None
    ):  # what shapes tell is said before a kernel that does not take them says it in other words
        known = [lowering.static_input(position) for position in range(1 + len(data))]
        if all(value is not None for value in known):
            _assert_on_host(known[0], known[1:], summarize=summarize)
    parts, operands = [], []
    for array in data:
        if getattr(array, "dtype", None) == np.dtype(object):
            parts.append("[" + _text(array).replace("{", "{{").replace("}", "}}") + "]")
        else:
            parts.append("[{" + str(len(operands)) + "}]")
            operands.append(array)
    lowering.check(condition.all(), "assertion failed: " + " ".join(parts), operands)


@public("Assert")
def Assert(  # noqa: N802 (TensorFlow's name)
    condition: TensorLike, data: Sequence[TensorLike], summarize: int | None = None, name: str | None = None
) -> Operation:
    """An operation that fails the run with InvalidArgumentError unless `condition` is true.

    No variable that the run would write is changed then.

    Args:
      condition: a bool tensor.
      data: tensors (and strings) to show in the message.
      summarize: how many elements of each to show (3).
      name: the operation's name.
    """
    with name_scope(name, "Assert", [condition, *data]):
        tensors = [convert_to_tensor(d) for d in data]
        return assert_op(
            condition, tensors, summarize=summarize if summarize is not None else 3, name="Assert"
        )


def _same_shape(operation):
    return operation.input_tensors[0].shape


def _check_gradient(operation, gradient):
    """A gradient that is not finite is reported too, as TensorFlow does."""
    return check_numerics(gradient, "Not a number (NaN) or infinity (Inf) values detected in gradient.")


@device_op(
    "CheckNumerics",
    "tensor: T -> output: T",
    checks=True,
    types={"T": FLOATS},
    shape=_same_shape,
    gradient=_check_gradient,
)
def check_numerics_op(lowering, tensor, *, message):
    text = message.replace("{", "{{").replace("}", "}}")
    nan, inf = jnp.any(jnp.isnan(tensor)), jnp.any(jnp.isinf(tensor))
    lowering.check(~(nan & inf), f"{text} : Tensor had Inf and NaN values")
    lowering.check(~nan, f"{text} : Tensor had NaN values")
    lowering.check(~inf, f"{text} : Tensor had Inf values")
    return tensor


@public("check_numerics")
def check_numerics(tensor: TensorLike, message: str, name: str | None = None) -> Tensor:
    """`tensor`, failing the run with InvalidArgumentError when it holds a NaN or an infinity.

    Args:
      tensor: a floating-point tensor, of any shape.
      message: the start of the error's message.
      name: the operation's name.
    """
    return check_numerics_op(tensor, message=message, name=name)


@public("verify_tensor_all_finite")
@also_called(x="t", message="msg")
def verify_tensor_all_finite(t: TensorLike, msg: str, name: str | None = None) -> Tensor:
    """`t`, after a check that all of its elements are finite."""
    with name_scope(name, "VerifyFinite", [t]):
        t = convert_to_tensor(t, name="t")
        with colocate_with(t):
            checked = check_numerics(t, message=msg)
            with control_dependencies([checked]):
                return identity(t)


@public("add_check_numerics_ops")
def add_check_numerics_ops() -> Operation:
    """An operation that checks every floating-point tensor of the default graph.

    Raises:
      ValueError: one of them is inside control flow.
    """
    checks = []
    for operation in get_default_graph().get_operations():
        for output in operation.outputs:
            if output.dtype.base_dtype in FLOATS and not output.dtype._is_ref_dtype:
                if operation.body is not None:
                    raise ValueError(
                        "tf.add_check_numerics_ops() is not compatible with control flow: "
                        f"{output.name} is inside a tf.cond or tf.while_loop; use tf.check_numerics there"
                    )
                with control_dependencies(checks[-1:]):
                    checks.append(check_numerics(output, message=output.name))
    with control_dependencies(checks):
        return no_op()
