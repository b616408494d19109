"""What operators share that are made of several operators."""

from __future__ import annotations

import functools
from collections.abc import Sequence

from evergraph.framework.default_graph import name_scope
from evergraph.ops import array as array_ops
from evergraph.ops import checks
from evergraph.ops.linear_operators.operator import LinearOperator


class Combination(LinearOperator):
    """An operator made of several of one type, whose batches broadcast.

    `_what` names it in errors. `_inherited` are the hints that are true of it when they are true of all its parts, each with
    how an error says so.
    """

    _what = "combination"
    _joint = "_"
    _inherited = {"is_non_singular": "non-singular"}

    def _combine(self, operators: Sequence[LinearOperator], name: str | None, **hints: bool | None) -> None:
        """Keeps the parts, and the hints that follow from theirs.

        Raises:
          TypeError: no list, or the parts have several types.
          ValueError: no parts, or a hint that their hints contradict.
        """
        checks.assert_proper_iterable(operators)
        operators = list(operators)
        if not operators:
            raise ValueError(f"Expected a non-empty list of operators. Found: {operators}")
        self._operators = operators
        dtype = operators[0].dtype
        if any(operator.dtype != dtype for operator in operators):
            found = "   ".join(str((operator.name, operator.dtype)) for operator in operators)
            raise TypeError(f"Expected all operators to have the same dtype.  Found {found}")
        for hint, word in self._inherited.items():
            if all(getattr(operator, hint) for operator in operators):
                if hints[hint] is False:
                    raise ValueError(f"The {self._what} of {word} operators is always {word}.")
                hints[hint] = True
        parents = [parent for operator in operators for parent in operator.graph_parents]
        name = name or self._joint.join(operator.name for operator in operators)
        with name_scope(name, values=parents):
            super().__init__(dtype, parents, name=name, **hints)

    @property
    def operators(self) -> list[LinearOperator]:
        """The parts."""
        return self._operators

    def _batch_of_all(self):
        shapes = [operator.batch_shape for operator in self._operators]
        return functools.reduce(array_ops.broadcast_static_shape, shapes)

    def _batch_of_all_tensor(self):
        shapes = [operator.batch_shape_tensor() for operator in self._operators]
        return functools.reduce(array_ops.broadcast_dynamic_shape, shapes)

    def _shape_tensor(self):
        return array_ops.concat(
            [self._batch_of_all_tensor(), array_ops.stack(self._rows_and_columns_tensors())], 0
        )

    def _rows_and_columns_tensors(self):
        raise NotImplementedError("_shape_tensor is not implemented.")
