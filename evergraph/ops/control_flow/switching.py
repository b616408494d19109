"""`switch` and `merge`, as programs call them that choose between computations without `cond`.

1. `switch`      two identities of a tensor, which remember the predicate and the side they stand for
2. `_Path.to`    what is computed between switches and a tensor, and on which sides of which predicates
3. `merge`       nested conditionals, in whose branches that is recorded once more: only what is taken is computed

What was recorded between a switch and a merge in the first place is used by nobody then, and not computed.
"""

import collections
from collections.abc import Sequence

from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import control_dependencies, get_default_graph, name_scope
from evergraph.framework.operation import Operation
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import DTypeLike, TensorLike
from evergraph.ops.constants import constant, identity
from evergraph.ops.control_flow.bodies import bool_scalar
from evergraph.ops.control_flow.conditional import cond
from evergraph.ops.math import logical_and, logical_not

public_module("python.ops.control_flow_ops")

MergeOutput = collections.namedtuple("Merge", ["output", "value_index"])


@public()
def switch(
    data: TensorLike, pred: TensorLike, dtype: DTypeLike = None, name: str | None = None
) -> tuple[Tensor, Tensor]:
    """`data` for the computation that is wanted where `pred` is false, and for the one where it is true; see `merge`.

    Args:
      data: a tensor of any shape.
      pred: a bool scalar.
      dtype: of `data`, where it is no tensor yet.
      name: of the operations ("Switch").

    Returns:
      (output_false, output_true), both with the shape and dtype of `data`.
    """
    with name_scope(name, "Switch", [data, pred]):
        data = convert_to_tensor(data, dtype=dtype, name="data")
        pred = bool_scalar(pred, "pred")
        outputs = []
        for side in (False, True):
            output = identity(data, name=f"output_{side}".lower())
            vars(output.op)["switched"] = (pred, side)
            outputs.append(output)
        return outputs[0], outputs[1]


@public()
def merge(inputs: Sequence[TensorLike], name: str | None = None) -> tuple[Tensor, Tensor]:
    """The first of several tensors that is on the side of its switches that is taken.

    Args:
      inputs: tensors of one dtype, made from results of `switch`; of those that are not, the first is always there.
      name: of the operations ("Merge").

    Returns:
      (output, value_index): that tensor, and its position, an int32 scalar. Where no predicate is as its tensor needs it,
      these are the last.

    Raises:
      ValueError: there are no inputs, or one is None.
    """
    if not inputs or any(each is None for each in inputs):
        raise ValueError(f"merge needs tensors, got {list(inputs) if inputs is not None else None}")
    tensors = [convert_to_tensor(each) for each in inputs]
    with name_scope(name, "Merge", tensors):
        return MergeOutput(*_first([_Path.to(tensor) for tensor in tensors], 0))


def _first(paths, position):
    path = paths[position]
    if position == len(paths) - 1 or not path.sides:
        return path.again(), constant(position, "int32", name="value_index")
    return cond(
        path.is_taken(),
        lambda: (path.again(), constant(position, "int32", name="value_index")),
        lambda: _first(paths, position + 1),
    )


class _Path:
    """What is computed between switches and a tensor.

    Attributes:
      tensor: that tensor.
      operations: those that depend on a switch, in the order they are computed; the identities of the switches are not among them.
      sides: {predicate: the side of it} that all of that needs.
    """

    def __init__(self, tensor, operations, sides):
        self.tensor, self.operations, self.sides = tensor, operations, sides

    @classmethod
    def to(cls, tensor: Tensor) -> "_Path":
        """The path that ends in a tensor of the current body."""
        body = get_default_graph().body
        depends: dict[Operation, bool] = {}
        operations, sides = [], {}
        waiting = [(tensor.op, False)]
        while waiting:
            operation, is_seen = waiting.pop()
            if operation in depends and not is_seen:
                continue
            switched = vars(operation).get("switched")
            before = [t.op for t in operation.input_tensors] + operation.control_inputs
            if operation.body is not body:
                depends[operation] = False
            elif switched is not None:
                depends[operation] = True
                sides.setdefault(*switched)
                waiting += [(each, False) for each in before]  # a switch of a switch
            elif not is_seen:
                depends[operation] = False
                waiting.append((operation, True))
                waiting += [(each, False) for each in before]
            else:
                depends[operation] = any(depends[each] for each in before)
                if depends[operation]:
                    operations.append(operation)
        return cls(tensor, operations, sides)

    def is_taken(self) -> Tensor:
        """Whether all predicates are as the tensor needs it."""
        taken = None
        for pred, side in self.sides.items():
            wanted = pred if side else logical_not(pred)
            taken = wanted if taken is None else logical_and(taken, wanted)
        assert taken is not None  # who asks has looked
        return taken

    def again(self) -> Tensor:
        """The tensor, computed in the current body."""
        copies: dict[Operation, Operation] = {}

        def copied(tensor):
            if tensor.op in copies:
                return copies[tensor.op].outputs[tensor.value_index]
            if "switched" in vars(tensor.op):
                return copied(tensor.op.input_tensors[0])
            return tensor

        for operation in self.operations:
            waits = [copies.get(each, each) for each in operation.control_inputs]
            with control_dependencies(waits):
                copies[operation] = get_default_graph().record(
                    operation.definition,
                    [copied(tensor) for tensor in operation.input_tensors],
                    dict(operation.attrs),
                    operation.name.rpartition("/")[2],
                )
        return identity(copied(self.tensor))
