"""Optimizers whose update of one variable is one operation of `ops.updates.operations`."""

from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.registry import definition_named
from evergraph.ops import math as math_ops
from evergraph.optimizers.optimizer import Optimizer, accepts_repeated_rows


class RuleOptimizer(Optimizer):
    """An optimizer that is described by the operation `Apply<rule>` and where its inputs come from.

    A subclass gives `_rule`, the hyperparameters (`_hyperparameters`), and, where they are needed, `_create_slots`
    and the slots (`_slot_inputs`).
    """

    def _rule(self):
        """The end of the operation's type, and its attributes beside `use_locking`."""
        raise NotImplementedError

    def _slot_inputs(self):
        """Names of the operation's inputs that are slots -> slot names."""
        return {}

    def _hyperparameters(self):
        """Names of the operation's inputs that are hyperparameters -> tensors, of any floating type."""
        raise NotImplementedError

    def _hyperparameter(self, value, name):
        """A hyperparameter (a number, tensor, or function that gives one) as a tensor."""
        return convert_to_tensor(self._call_if_callable(value), name=name)

    def _prepare_hyperparameters(self, *names):
        """For each name, the tensor `self._<name>_tensor` of what `self._<name>` holds, made in this order."""
        for name in names:
            setattr(self, f"_{name}_tensor", self._hyperparameter(getattr(self, f"_{name}"), name))

    def _record_update(self, var, grad, indices=None):
        resource = var.op.type == "VarHandleOp"
        rule, attributes = self._rule()
        kind = ("Resource" if resource else "") + ("Sparse" if indices is not None else "")
        definition = definition_named(f"{kind}Apply{rule}")
        dtype = var.dtype.base_dtype
        inputs = {"var": var, "grad": grad, "delta": grad, "indices": indices}
        inputs.update((key, self.get_slot(var, slot)) for key, slot in self._slot_inputs().items())
        inputs.update((key, math_ops.cast(value, dtype)) for key, value in self._hyperparameters().items())
        inputs.update(self._other_inputs(var))
        if resource:
            for key in definition.writes:
                inputs[key] = inputs[key].handle
        ordered = [inputs[key] for key in definition.input_names]
        return definition.record(ordered, {"use_locking": self._use_locking, **attributes})

    def _other_inputs(self, var):
        """Inputs that are not of the variable's type."""
        return {}

    def _apply_dense(self, grad, var):
        return self._record_update(var, grad)

    def _resource_apply_dense(self, grad, handle):
        return self._record_update(handle, grad)

    @accepts_repeated_rows
    def _apply_sparse(self, grad, var):
        return self._record_update(var, grad.values, grad.indices)

    @accepts_repeated_rows
    def _resource_apply_sparse(self, grad, handle, indices):
        return self._record_update(handle, grad, indices)
