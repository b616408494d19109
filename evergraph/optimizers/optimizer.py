"""`tf.train.Optimizer`: computes gradients and records the operations that update variables by them.

1. `compute_gradients`   pairs (gradient, variable), by `gradients.gradients`
2. `apply_gradients`     `_create_slots`, `_prepare`, one update for each variable, `_finish`, the global step
3. `_update_variable`    a dense or sparse update of a reference or resource variable, then its constraint

A subclass gives `_apply_dense` and its relatives; those whose update of a variable is one operation derive from
`rule_optimizer.RuleOptimizer`.
"""

from collections.abc import Callable, Iterable, KeysView, ValuesView
from typing import Any

from evergraph.framework import dtypes
from evergraph.framework.collections import GraphKeys, get_collection, get_collection_ref
from evergraph.framework.composite import IndexedSlices, convert_to_tensor_or_indexed_slices
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import (
    colocate_with,
    control_dependencies,
    get_default_graph,
    init_scope,
    name_scope,
)
from evergraph.framework.execution import executing_eagerly
from evergraph.framework.operation import Operation
from evergraph.framework.public import public, public_module
from evergraph.framework.structures import flatten
from evergraph.framework.tensor import Tensor
from evergraph.framework.tracking import CheckpointableBase, CheckpointableReference
from evergraph.framework.types import TensorLike
from evergraph.gradients.gradients import gradients
from evergraph.gradients.tape import GradientTape
from evergraph.ops import array as array_ops
from evergraph.ops import distribute, state
from evergraph.ops import math as math_ops
from evergraph.ops.control_flow import grouping
from evergraph.ops.variables.assign import assign_add
from evergraph.ops.variables.creation import new_variable
from evergraph.ops.variables.reference import Variable
from evergraph.ops.variables.resource import is_resource_variable
from evergraph.optimizers import slots

public_module("python.training.optimizer")


@public()
def accepts_repeated_rows(method: Callable) -> Callable:
    """Marks an `_apply_sparse` or `_resource_apply_sparse` that is right for indices that repeat.

    Without the mark (which a method that overrides a marked one does not inherit) the rows are made distinct
    before, by `unique` on the host.
    """
    vars(method)["accepts_repeated_rows"] = True
    return method


def _deduplicate_indexed_slices(values, indices):
    """(summed values, distinct indices) of rows whose indices may repeat."""
    distinct, positions = array_ops.unique(indices)
    summed = math_ops.unsorted_segment_sum(values, positions, array_ops.shape(distinct)[0])
    return summed, distinct


def _var_key(var):
    return (var.op.graph, var.op.name)


def _require_variable(var):
    if isinstance(var, Tensor):
        raise NotImplementedError(f"Trying to update a Tensor {var}: only variables can be updated")


def _is_resource(var) -> bool:
    return var.op.type == "VarHandleOp"


def _check_trainable(var):
    if not isinstance(var, (Variable, Tensor)) and not _is_resource(var):
        raise NotImplementedError(
            f"Trying to optimize unsupported type {type(var).__name__}: {var!r}; pass variables (or tensors to "
            "compute_gradients)"
        )


@public("train.Optimizer")
class Optimizer(CheckpointableBase):
    """Base class of the optimizers: adds operations to the graph that train a model.

    Call `minimize`, or `compute_gradients`, something of your own, and `apply_gradients`.

    A subclass implements `_apply_dense(grad, var)` and `_resource_apply_dense(grad, var)` for dense gradients,
    `_apply_sparse(grad, var)` and `_resource_apply_sparse(grad, var, indices)` for `IndexedSlices` (whose indices
    are distinct then), and, if it needs them, `_create_slots`, `_prepare` and `_finish`.

    Args:
      use_locking: accepted and passed on; updates never interleave here.
      name: the name of its operations and slots.

    Raises:
      ValueError: an empty name.
    """

    GATE_NONE = 0
    GATE_OP = 1
    GATE_GRAPH = 2

    def __init__(self, use_locking: bool, name: str) -> None:
        if not name:
            raise ValueError("Must specify the optimizer name")
        self._use_locking = use_locking
        self._name = name
        self._slots = {}  # slot name -> {key of a variable: its slot}
        self._non_slot_dict = {}  # (name, graph) -> variable

    def get_name(self) -> str:
        """The optimizer's name."""
        return self._name

    # -- the three calls -------------------------------------------------------------------------------------------

    def minimize(
        self,
        loss: TensorLike,
        global_step: Tensor | Variable | None = None,
        var_list: Any = None,
        gate_gradients: int = GATE_OP,
        aggregation_method: int | None = None,
        colocate_gradients_with_ops: bool = False,
        name: str | None = None,
        grad_loss: TensorLike = None,
    ) -> Operation:
        """Records one training step: `compute_gradients` and `apply_gradients`.

        Args:
          loss: the tensor to minimize, or a function without arguments that makes it.
          global_step: a variable to increment after the update.
          var_list: the variables to update; those in `GraphKeys.TRAINABLE_VARIABLES` when None.
          gate_gradients: one of `GATE_NONE`, `GATE_OP`, `GATE_GRAPH`.
          aggregation_method: one of `AggregationMethod`.
          colocate_gradients_with_ops: whether gradients are placed with their forward operation.
          name: the operation's name.
          grad_loss: the gradient of `loss`; ones when None.

        Returns:
          The Operation that updates the variables and then `global_step`.

        Raises:
          ValueError: no variable has a gradient, or there is none.
        """
        grads_and_vars = self.compute_gradients(
            loss,
            var_list=var_list,
            gate_gradients=gate_gradients,
            aggregation_method=aggregation_method,
            colocate_gradients_with_ops=colocate_gradients_with_ops,
            grad_loss=grad_loss,
        )
        if all(gradient is None for gradient, _ in grads_and_vars):
            raise ValueError(
                f"No gradients provided for any variable: {loss} depends on none of "
                f"{[str(v) for _, v in grads_and_vars]} through operations that have a gradient"
            )
        return self.apply_gradients(grads_and_vars, global_step=global_step, name=name)

    def compute_gradients(
        self,
        loss: TensorLike,
        var_list: Any = None,
        gate_gradients: int = GATE_OP,
        aggregation_method: int | None = None,
        colocate_gradients_with_ops: bool = False,
        grad_loss: TensorLike = None,
    ) -> list[tuple]:
        """Records the gradients of `loss`; arguments as for `minimize`.

        Returns:
          A list of pairs (gradient, variable); the gradient is a Tensor, IndexedSlices or None.

        Raises:
          ValueError: there is no variable; a loss or variable of a type that is not floating; an unknown gate.
          NotImplementedError: something in `var_list` is no variable.
          RuntimeError: a loss that is no function, in the eager mode.
        """
        if gate_gradients not in (Optimizer.GATE_NONE, Optimizer.GATE_OP, Optimizer.GATE_GRAPH):
            raise ValueError(
                "gate_gradients must be one of: Optimizer.GATE_NONE, Optimizer.GATE_OP, Optimizer.GATE_GRAPH.  "
                f"Not {gate_gradients}"
            )
        only_used = callable(loss) and var_list is None
        tape = GradientTape()
        if callable(loss):
            with tape:
                loss = _share_of_tower(loss())
        elif executing_eagerly():
            raise RuntimeError(
                "`loss` passed to Optimizer.compute_gradients should be a function when eager execution is enabled"
            )
        else:
            loss = _share_of_tower(loss)
        self._assert_valid_dtypes([loss])
        if grad_loss is not None:
            self._assert_valid_dtypes([grad_loss])
        if only_used and executing_eagerly():
            var_list = tape.watched_variables()
        var_list = _variables_to_train(var_list)
        for var in var_list:
            _check_trainable(var)
        if executing_eagerly():
            found = tape.gradient(loss, var_list, None if grad_loss is None else [grad_loss])
        else:
            found = gradients(
                loss,
                [_target(var) for var in var_list],
                grad_ys=grad_loss,
                gate_gradients=gate_gradients == Optimizer.GATE_OP,
                aggregation_method=aggregation_method,
                colocate_gradients_with_ops=colocate_gradients_with_ops,
            )
        if gate_gradients == Optimizer.GATE_GRAPH:
            found = grouping.tuple(found)
        pairs = [(g, v) for g, v in zip(found, var_list) if g is not None or not only_used]
        self._assert_valid_dtypes([v for g, v in pairs if g is not None and v.dtype != dtypes.resource])
        return pairs

    def apply_gradients(
        self,
        grads_and_vars: Iterable[tuple],
        global_step: Tensor | Variable | None = None,
        name: str | None = None,
    ) -> Operation:
        """Records the updates of variables by gradients.

        Args:
          grads_and_vars: pairs (gradient, variable), as from `compute_gradients`.
          global_step: a variable to increment after the updates.
          name: the operation's name; the optimizer's when None.

        Returns:
          The Operation that does it all (also in `GraphKeys.TRAIN_OP`).

        Raises:
          TypeError: a gradient is neither a Tensor, IndexedSlices nor None.
          ValueError: no pairs, or no gradient in them.
        """
        if distribute.has_distribution_strategy():
            tower = distribute.get_tower_context()
            if tower is None:
                raise RuntimeError(
                    "Use `_distributed_apply()` instead of `apply_gradients()` in a cross-tower context."
                )
            return tower.merge_call(self._distributed_apply, list(grads_and_vars), global_step, name)
        return self._apply_gradients(grads_and_vars, global_step, name)

    def _distributed_apply(self, distribution, grads_and_vars, global_step=None, name=None):
        """`apply_gradients` once for all towers of a strategy, with the sums of their gradients."""
        for _, var in grads_and_vars:
            if not hasattr(var, "op"):
                raise ValueError(
                    f"the towers update different variables, {var}: make variables by tf.get_variable or layers, "
                    "so that all towers have the same"
                )
        sums = distribution.batch_reduce("sum", [pair for pair in grads_and_vars if pair[0] is not None])
        variables = [v for g, v in grads_and_vars if g is not None]
        return self._apply_gradients([*zip(sums, variables)] or grads_and_vars, global_step, name)

    def _apply_gradients(self, grads_and_vars, global_step, name):
        pairs = tuple((_as_gradient(g), v) for g, v in grads_and_vars)
        if not pairs:
            raise ValueError("No variables provided: grads_and_vars is empty")
        for _, var in pairs:
            _check_trainable(var)
        var_list = [v for g, v in pairs if g is not None]
        if not var_list:
            raise ValueError(f"No gradients provided for any variable: {[str(v) for _, v in pairs]}.")
        with init_scope():
            self._create_slots(var_list)
        updates = []
        with name_scope(name, self._name) as scope:
            self._prepare()
            for gradient, var in pairs:
                if gradient is not None:
                    with name_scope("update_" + var.op.name), colocate_with(var):
                        updates.append(self._update_variable(gradient, var))
            if global_step is None:
                finished: Any = self._finish(updates, scope)
            else:
                with control_dependencies([self._finish(updates, "update")]), colocate_with(global_step):
                    finished = _increment(global_step, scope)
        if executing_eagerly():
            return finished
        if isinstance(finished, Tensor):
            finished = finished.op
        train_ops = get_collection_ref(GraphKeys.TRAIN_OP)
        if (
            finished.body is None and finished not in train_ops
        ):  # what is inside a body cannot be run from outside
            train_ops.append(finished)
        return finished

    def _update_variable(self, gradient, var: Any):
        resource = _is_resource(var)
        if not resource:
            _require_variable(var)
        if isinstance(gradient, IndexedSlices):
            if getattr(var, "constraint", None) is not None:
                raise RuntimeError(
                    f"Cannot use a constraint function on a sparse variable: {var.op.name!r} has one and its "
                    "gradient is IndexedSlices"
                )
            if resource:
                return self._resource_apply_sparse_duplicate_indices(gradient.values, var, gradient.indices)
            return self._apply_sparse_duplicate_indices(gradient, var)
        update = self._resource_apply_dense(gradient, var) if resource else self._apply_dense(gradient, var)
        if getattr(var, "constraint", None) is None:
            return update
        with control_dependencies([update]):
            return var.assign(var.constraint(var))

    # -- slots and other variables ---------------------------------------------------------------------------------

    def get_slot(self, var: Variable, name: str) -> Variable | None:
        """The slot of that name made for `var`, or None."""
        return self._slots.get(name, {}).get(_var_key(var))

    def get_slot_names(self) -> list[str]:
        """The names of the slots made so far, sorted."""
        return sorted(self._slots)

    def variables(self) -> list:
        """The variables in the default graph that hold the optimizer's state, sorted by name."""
        graph = get_default_graph()
        every = [*self._non_slot_variables(), *(s for named in self._slots.values() for s in named.values())]
        return sorted((v for v in every if v.op.graph is graph), key=lambda v: v.name)

    def _create_non_slot_variable(self, initial_value, name, colocate_with):
        """A variable of the optimizer itself, made once for each graph."""
        key = (name, colocate_with.graph)
        found = self._non_slot_dict.get(key)
        if found is None:
            with get_default_graph().colocate_with(colocate_with.op):
                found = new_variable(initial_value, name=name, trainable=False)
            self._non_slot_dict[key] = found
            for restoration, node in self._restorations():
                restoration.found_dependency(node, name, found)
        return found

    def _get_non_slot_variable(self, name, graph=None):
        """The variable that `_create_non_slot_variable` made, or None."""
        return self._non_slot_dict.get((name, graph))

    def _non_slot_variables(self):
        return self._non_slot_dict.values()

    def _slot_dict(self, slot_name):
        return self._slots.setdefault(slot_name, {})

    def _get_or_make_slot(self, var, val, slot_name, op_name):
        """The slot of `var`, initialized to the tensor `val`."""
        named, key = self._slot_dict(slot_name), _var_key(var)
        if key not in named:
            self._keep_slot(var, slot_name, slots.create_slot(var, val, op_name))
        return named[key]

    def _get_or_make_slot_with_initializer(self, var, initializer, shape, dtype, slot_name, op_name):
        """The slot of `var`, initialized by `initializer(shape, dtype=dtype)`."""
        named, key = self._slot_dict(slot_name), _var_key(var)
        if key not in named:
            slot = slots.create_slot_with_initializer(var, initializer, shape, dtype, op_name)
            self._keep_slot(var, slot_name, slot)
        return named[key]

    def _zeros_slot(self, var, slot_name, op_name):
        """The slot of `var`, initialized to zeros."""
        named, key = self._slot_dict(slot_name), _var_key(var)
        if key not in named:
            self._keep_slot(var, slot_name, slots.create_zeros_slot(var, op_name))
        return named[key]

    def _keep_slot(self, var, slot_name, slot):
        self._slot_dict(slot_name)[_var_key(var)] = slot
        for restoration, node in self._restorations():
            restoration.found_slot(node, var, slot_name, slot)

    # -- what a checkpoint of objects has of it ----------------------------------------------------------------------

    @property
    def _checkpoint_dependencies(self):
        own = self._own_variables()
        return [
            *super()._checkpoint_dependencies,
            *(CheckpointableReference(name, own[name]) for name in sorted(own)),
        ]

    def _lookup_dependency(self, name):
        own = self._own_variables()
        return own[name] if name in own else super()._lookup_dependency(name)

    def _own_variables(self):
        """{name: variable} of the default graph, slots aside."""
        graph = get_default_graph()
        return {
            name: variable for (name, _), variable in self._non_slot_dict.items() if variable.graph is graph
        }

    # -- what subclasses implement ---------------------------------------------------------------------------------

    def _valid_dtypes(self):
        """The types that losses, variables and gradients may have."""
        return {dtypes.float16, dtypes.bfloat16, dtypes.float32, dtypes.float64}

    def _assert_valid_dtypes(self, tensors):
        valid = self._valid_dtypes()
        for tensor in tensors:
            dtype = tensor.dtype.base_dtype
            if dtype not in valid:
                raise ValueError(
                    f"Invalid type {dtype!r} for {tensor.name}, expected: {sorted(d.name for d in valid)}."
                )

    def _create_slots(self, var_list):
        """Makes the slots of the variables that are going to be updated."""

    def _prepare(self):
        """Makes the tensors that the updates share (the learning rate, ...), once for each `apply_gradients`."""

    def _apply_dense(self, grad, var):
        """The operation that updates a reference variable by a tensor."""
        raise NotImplementedError(f"{type(self).__name__} has no dense update of reference variables")

    def _resource_apply_dense(self, grad, handle):
        """The operation that updates a resource variable by a tensor."""
        raise NotImplementedError(f"{type(self).__name__} has no dense update of resource variables")

    def _apply_sparse(self, grad, var):
        """The operation that updates a reference variable by IndexedSlices with distinct indices."""
        raise NotImplementedError(f"{type(self).__name__} has no sparse update of reference variables")

    def _resource_apply_sparse(self, grad, handle, indices):
        """The operation that updates the rows `indices` (distinct) of a resource variable by `grad`."""
        raise NotImplementedError(f"{type(self).__name__} has no sparse update of resource variables")

    def _apply_sparse_duplicate_indices(self, grad, var):
        """`_apply_sparse` for indices that may repeat: their gradients are summed."""
        if not getattr(self._apply_sparse, "accepts_repeated_rows", False):
            values, indices = _deduplicate_indexed_slices(grad.values, grad.indices)
            grad = IndexedSlices(values, indices, grad.dense_shape)
        return self._apply_sparse(grad, var)

    def _resource_apply_sparse_duplicate_indices(self, grad, handle, indices):
        """`_resource_apply_sparse` for indices that may repeat: their gradients are summed."""
        if not getattr(self._resource_apply_sparse, "accepts_repeated_rows", False):
            grad, indices = _deduplicate_indexed_slices(grad, indices)
        return self._resource_apply_sparse(grad, handle, indices)

    def _finish(self, update_ops, name_scope):
        """The operation, called `name_scope`, that has run when all updates have."""
        return grouping.group(*update_ops, name=name_scope)

    def _call_if_callable(self, param):
        """`param()` if it is a function (a hyperparameter may be one), else `param`."""
        return param() if callable(param) else param


def _share_of_tower(loss):
    """What a tower of a distribution strategy adds to the loss of all: their gradients are summed."""
    towers = distribute.get_distribution_strategy().num_towers
    return loss * (1.0 / towers) if towers > 1 and distribute.get_loss_reduction() == "mean" else loss


def _variables_to_train(var_list):
    if var_list is None:
        found = get_collection(GraphKeys.TRAINABLE_VARIABLES)
        found = found + get_collection(GraphKeys.TRAINABLE_RESOURCE_VARIABLES)
    else:
        found = flatten(
            list(var_list) if isinstance(var_list, (KeysView, ValuesView)) else var_list
        )  # such as `weights.values()`
    found = found + get_collection(GraphKeys._STREAMING_MODEL_PORTS)
    if not found:
        raise ValueError(
            "No variables to optimize: "
            + ("the graph has no trainable variable" if var_list is None else "var_list is empty")
        )
    return found


def _target(var):
    """What gradients are taken of: a reference variable's reference, a resource variable or tensor itself."""
    return var._ref() if isinstance(var, Variable) and not _is_resource(var) else var


def _as_gradient(gradient):
    if gradient is None:
        return None
    try:
        gradient = convert_to_tensor_or_indexed_slices(gradient)
    except TypeError as error:
        raise TypeError(
            f"Gradient must be convertible to a Tensor or IndexedSlices, or None: {gradient!r}"
        ) from error
    if not isinstance(gradient, (Tensor, IndexedSlices)):
        raise TypeError(f"Gradient must be a Tensor, IndexedSlices, or None: {gradient!r}")
    return gradient


def _increment(global_step, name):
    if is_resource_variable(global_step):
        one = convert_to_tensor(1, dtype=global_step.dtype)
        return state.assign_add_variable_op(global_step.handle, one, name=name)
    return assign_add(global_step, 1, name=name)
