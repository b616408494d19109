"""Optimizers outside of the graph, which ask it for the loss and gradient at a point: SciPy's."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import scipy.optimize

from evergraph.framework import logging
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.gradients.gradients import gradients
from evergraph.ops import array as array_ops
from evergraph.ops.constants import placeholder
from evergraph.ops.variables.collections import trainable_variables
from evergraph.session.defaults import get_default_session
from evergraph.session.session import Session

public_module("contrib.opt.python.training.external_optimizer")


def _gradient(tensor, variables):
    """The gradient by all variables, as one vector."""
    found = gradients(tensor, variables)
    return _packed([array_ops.zeros_like(v) if g is None else g for g, v in zip(found, variables)])


def _packed(tensors):
    flat = [array_ops.reshape(each, [-1]) for each in tensors]
    return flat[0] if len(flat) == 1 else array_ops.concat(flat, 0)


@public("contrib.opt.ExternalOptimizerInterface")
class ExternalOptimizerInterface:
    """Base class of optimizers that work on one vector of all variables; a subclass defines `_minimize`.

    Args:
      loss: a scalar.
      var_list: the variables; the trainable ones when None.
      equalities: scalars that are to be 0.
      inequalities: scalars that are not to be negative.
      var_to_bounds: {variable: (lower, upper)}, numbers or arrays that broadcast to it.
      **optimizer_kwargs: for the optimizer.
    """

    def __init__(
        self,
        loss: Tensor,
        var_list: Sequence[Any] | None = None,
        equalities: Sequence[Tensor] | None = None,
        inequalities: Sequence[Tensor] | None = None,
        var_to_bounds: Mapping[Any, tuple] | None = None,
        **optimizer_kwargs: Any,
    ) -> None:
        self._loss = loss
        self._vars = trainable_variables() if var_list is None else list(var_list)
        self._equalities, self._inequalities = list(equalities or ()), list(inequalities or ())
        self.optimizer_kwargs = optimizer_kwargs
        self._shapes = [variable.get_shape().as_list() for variable in self._vars]
        self._packed_bounds = None if var_to_bounds is None else self._bounds(var_to_bounds)
        self._fed = [placeholder(variable.dtype.base_dtype) for variable in self._vars]
        self._updates = [
            variable.assign(array_ops.reshape(fed, shape))
            for variable, fed, shape in zip(self._vars, self._fed, self._shapes)
        ]
        self._packed_var = _packed(self._vars)
        self._packed_gradients = {
            id(each): _gradient(each, self._vars) for each in (loss, *self._equalities, *self._inequalities)
        }

    def _bounds(self, var_to_bounds):
        bounds = []
        for variable, shape in zip(self._vars, self._shapes):
            sides = var_to_bounds.get(variable, (-np.inf, np.inf))
            bounds += zip(*(np.broadcast_to(side, shape).ravel().tolist() for side in sides))
        return bounds

    def _parts(self, vector):
        ends = np.cumsum([int(np.prod(shape)) for shape in self._shapes])
        return np.split(vector, ends[:-1])

    def minimize(
        self,
        session: Session | None = None,
        feed_dict: Mapping | None = None,
        fetches: Sequence[Any] | None = None,
        step_callback: Callable | None = None,
        loss_callback: Callable | None = None,
        **run_kwargs: Any,
    ) -> None:
        """Minimizes the loss, and assigns what was found to the variables.

        Args:
          session: the session; the default one when None.
          feed_dict: other feeds.
          fetches: what else is computed with the loss.
          step_callback: called with the vector after each step.
          loss_callback: called with the values of `fetches` after each look at the loss.
          **run_kwargs: for the run that assigns.
        """
        session = session or get_default_session()
        assert session is not None, "there is no default session: give one"
        feeds, fetches = dict(feed_dict or {}), list(fetches or ())

        def at(tensors, callback=None):
            def evaluate(vector):
                parts = zip(self._vars, self._parts(vector), self._shapes)
                fed = {
                    variable: part.reshape(shape).astype(variable.dtype.as_numpy_dtype)
                    for variable, part, shape in parts
                }
                values = session.run(tensors + fetches, feed_dict={**fed, **feeds})
                if callback is not None:
                    callback(*values[len(tensors) :])
                return values[: len(tensors)]

            return evaluate

        def functions(tensors):
            return [at([each]) for each in tensors]

        def gradients_of(tensors):
            return functions([self._packed_gradients[id(each)] for each in tensors])

        found = self._minimize(
            initial_val=np.asarray(session.run(self._packed_var), np.float64),  # what its Fortran takes
            loss_grad_func=at([self._loss, self._packed_gradients[id(self._loss)]], loss_callback),
            equality_funcs=functions(self._equalities),
            equality_grad_funcs=gradients_of(self._equalities),
            inequality_funcs=functions(self._inequalities),
            inequality_grad_funcs=gradients_of(self._inequalities),
            packed_bounds=self._packed_bounds,
            step_callback=step_callback or (lambda vector: None),
            optimizer_kwargs=self.optimizer_kwargs,
        )
        session.run(self._updates, feed_dict=dict(zip(self._fed, self._parts(found))), **run_kwargs)

    def _minimize(self, *args: Any, **kwargs: Any):
        raise NotImplementedError(
            "To use ExternalOptimizerInterface, subclass from it and implement _minimize()"
        )


@public("contrib.opt.ScipyOptimizerInterface")
class ScipyOptimizerInterface(ExternalOptimizerInterface):
    """`scipy.optimize.minimize` of a loss; `method` is "L-BFGS-B" unless given, `options` its options."""

    _DEFAULT_METHOD = "L-BFGS-B"

    def _minimize(
        self,
        initial_val,
        loss_grad_func,
        equality_funcs,
        equality_grad_funcs,
        inequality_funcs,
        inequality_grad_funcs,
        packed_bounds,
        step_callback,
        optimizer_kwargs,
    ):
        def loss_and_gradient(vector):
            loss, gradient = loss_grad_func(vector)
            return float(loss), gradient.astype("float64")

        def first(function):
            return lambda vector: np.asarray(function(vector)[0], "float64")

        constraints = [
            {"type": kind, "fun": first(function), "jac": first(gradient)}
            for kind, functions, found in (
                ("eq", equality_funcs, equality_grad_funcs),
                ("ineq", inequality_funcs, inequality_grad_funcs),
            )
            for function, gradient in zip(functions, found)
        ]
        arguments = {
            "jac": True,
            "callback": step_callback,
            "method": self._DEFAULT_METHOD,
            "constraints": constraints,
            "bounds": packed_bounds,
        }
        for name in ("jac", "callback", "constraints", "bounds"):
            if name in optimizer_kwargs:
                raise ValueError(
                    f"Optimizer keyword arg '{name}' is set automatically and cannot be injected manually"
                )
        result = scipy.optimize.minimize(loss_and_gradient, initial_val, **{**arguments, **optimizer_kwargs})
        logging.info(
            "Optimization terminated with:\n  Message: %s\n  Objective function value: %f\n  Number of iterations: %s",
            result.message,
            result.fun,
            getattr(result, "nit", "unknown"),
        )
        return result.x
