"""`Tensor`: a symbolic output of an operation, with TensorFlow's operators."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from evergraph.framework import conversion, registry
from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import TensorShape, as_shape, unknown_shape
from evergraph.framework.types import ShapeLike

if TYPE_CHECKING:
    from evergraph.framework.dtypes import DType
    from evergraph.framework.graph import Graph
    from evergraph.framework.operation import Operation

public_module("python.framework.ops")


@public()
class Operand:
    """The operators that Tensor and Variable share; each finds its operation by name.

    Subclasses give `_operand()`, the tensor that stands for the object in arithmetic.
    """

    __slots__ = ()
    __array_priority__ = 100

    def _operand(self):
        raise NotImplementedError

    def _binary(self, function, other):
        return registry.public_function("binary_operator")(function, self._operand(), other)

    def _reflected(self, function, other):
        return registry.public_function("reflected_operator")(function, self._operand(), other)

    def __add__(self, other):
        return self._binary("add", other)

    def __radd__(self, other):
        return self._reflected("add", other)

    def __sub__(self, other):
        return self._binary("sub", other)

    def __rsub__(self, other):
        return self._reflected("sub", other)

    def __mul__(self, other):
        return self._binary("mul", other)

    def __rmul__(self, other):
        return self._reflected("mul", other)

    def __div__(self, other):
        return self._binary("div", other)

    def __rdiv__(self, other):
        return self._reflected("div", other)

    def __truediv__(self, other):
        return self._binary("truediv", other)

    def __rtruediv__(self, other):
        return self._reflected("truediv", other)

    def __floordiv__(self, other):
        return self._binary("floordiv", other)

    def __rfloordiv__(self, other):
        return self._reflected("floordiv", other)

    def __mod__(self, other):
        return self._binary("mod", other)

    def __rmod__(self, other):
        return self._reflected("mod", other)

    def __pow__(self, other):
        return self._binary("pow", other)

    def __rpow__(self, other):
        return self._reflected("pow", other)

    def __matmul__(self, other):
        return self._binary("matmul", other)

    def __rmatmul__(self, other):
        return self._reflected("matmul", other)

    def __and__(self, other):
        return self._binary("logical_and", other)

    def __rand__(self, other):
        return self._reflected("logical_and", other)

    def __or__(self, other):
        return self._binary("logical_or", other)

    def __ror__(self, other):
        return self._reflected("logical_or", other)

    def __xor__(self, other):
        return self._binary("logical_xor", other)

    def __rxor__(self, other):
        return self._reflected("logical_xor", other)

    def __lt__(self, other):
        return self._binary("less", other)

    def __le__(self, other):
        return self._binary("less_equal", other)

    def __gt__(self, other):
        return self._binary("greater", other)

    def __ge__(self, other):
        return self._binary("greater_equal", other)

    def __invert__(self):
        return registry.public_function("logical_not")(self._operand())

    def __neg__(self):
        return registry.public_function("negative")(self._operand())

    def __abs__(self):
        return registry.public_function("abs")(self._operand())

    def __getitem__(self, key: Any) -> Any:
        return registry.public_function("getitem")(self._operand(), key)


@public("python.framework.ops._TensorLike")
class TensorKind:
    """What a Tensor, IndexedSlices and a SparseTensor are, and nothing else is: for `isinstance`."""

    __slots__ = ()


@public("Tensor")
class Tensor(TensorKind, Operand):
    """One output of an Operation: a value that a `Session.run` computes.

    Attributes:
      op: the Operation that produces it.
      value_index: its position among the outputs of `op`.
      dtype: its DType; a `_ref` type when it is a reference to a variable.
      shape: its static TensorShape, as far as it is known.
    """

    OVERLOADABLE_OPERATORS = frozenset(
        name for name in vars(Operand) if name.startswith("__") and callable(vars(Operand)[name])
    )
    __slots__ = ("_op", "_value_index", "_dtype", "_shape", "_consumers", "_name", "__dict__", "__weakref__")

    def __init__(self, op: Operation, value_index: int, dtype: DType) -> None:
        self._op = op
        self._value_index = value_index
        self._dtype = dtype
        self._shape = unknown_shape()
        self._consumers = []
        self._name = None

    @property
    def op(self) -> Operation:
        return self._op

    @property
    def value_index(self) -> int:
        return self._value_index

    @property
    def dtype(self) -> DType:
        return self._dtype

    @property
    def graph(self) -> Graph:
        return self._op.graph

    @property
    def name(self) -> str:
        if self._name is None:
            self._name = f"{self._op.name}:{self._value_index}"
        return self._name

    @property
    def device(self) -> str:
        return self._op.device

    @property
    def shape(self) -> TensorShape:
        return self._shape

    def get_shape(self) -> TensorShape:
        """The static shape (alias of `shape`)."""
        return self._shape

    def set_shape(self, shape: ShapeLike) -> None:
        """Merges what is known of the shape; ValueError when it contradicts what was known."""
        self._shape = self._shape.merge_with(as_shape(shape))

    def _shape_as_list(self):
        return self._shape.as_list() if self._shape.ndims is not None else None

    def _shape_tuple(self):
        shape = self._shape_as_list()
        return None if shape is None else tuple(shape)

    def _rank(self):
        return self._shape.ndims

    def consumers(self) -> list[Operation]:
        """The operations that take this tensor as an input, in creation order; one that takes it twice is there twice."""
        return list(self._consumers)

    def _as_node_def_input(self) -> str:
        """What stands for it among the inputs of a NodeDef."""
        return self.op.name if self.value_index == 0 else f"{self.op.name}:{self.value_index}"

    def eval(self, feed_dict: Mapping | None = None, session: Any = None) -> Any:
        """Runs the default (or given) session for this tensor's value."""
        return registry.public_function("eval_tensor")(self, feed_dict, session)

    def _operand(self):
        return self

    def __iter__(self) -> Any:
        raise TypeError(
            f"Tensor objects are not iterable, {self!r} neither: its elements exist only when a session runs. Use "
            "tf.unstack or tf.map_fn, or loop over range(n) and index it."
        )

    def __len__(self) -> int:
        raise TypeError(f"{self!r} has no len(): use tf.shape(x)[0], or x.shape[0] for the static size")

    def __bool__(self) -> bool:
        raise TypeError(
            f"{self!r} has no truth value while the graph is built. Using a `tf.Tensor` as a Python `bool` "
            "is not allowed: use `if t is not None:` to test whether it is defined, or tf.cond to branch on "
            "its value."
        )

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        raise TypeError(
            f"{self!r} cannot become a NumPy array: its value exists only in a session. Use sess.run(tensor)."
        )

    def __eq__(self, other):
        return self is other

    def __ne__(self, other):
        return self is not other

    __hash__ = object.__hash__

    def __copy__(self):
        return self

    def __deepcopy__(self, memo):
        return self

    def __repr__(self):
        return f"<tf.Tensor {self.name!r} shape={self._shape} dtype={self._dtype.name}>"

    def __str__(self):
        shape = "" if self._shape.ndims is None else f", shape={self._shape}"
        device = f", device={self.device}" if self.device else ""
        return f'Tensor("{self.name}"{shape}, dtype={self._dtype.name}{device})'


def _tensor_to_tensor(value, dtype=None, name=None, as_ref=False):
    if dtype is not None and not dtype.is_compatible_with(value.dtype):
        raise ValueError(
            f"Tensor conversion requested dtype {dtype.name} for Tensor with dtype {value.dtype.name}: "
            f"{value}; convert it with tf.cast"
        )
    return value


conversion.register_tensor_conversion_function(Tensor, _tensor_to_tensor, 0)
