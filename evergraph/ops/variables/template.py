"""`make_template`: a function that makes its variables on the first call and shares them on later ones."""

import functools
import traceback
from collections.abc import Callable
from typing import Any

from evergraph.framework import logging
from evergraph.framework.collections import GraphKeys, get_collection
from evergraph.framework.public import public, public_module
from evergraph.ops.variables.scope import _pure_variable_scope, variable_scope
from evergraph.ops.variables.scope_object import VariableScope, current_scope

public_module("python.ops.template")


@public("make_template")
def make_template(
    name_: str,
    func_: Callable[..., Any],
    create_scope_now_: bool = False,
    unique_name_: str | None = None,
    custom_getter_: Callable[..., Any] | None = None,
    **kwargs: Any,
) -> "Template":
    """A function like `func_` whose `get_variable` calls make variables once and reuse them after.

    Args:
      name_: the name of its variable scope, made unique.
      func_: the function; it should make variables with `tf.get_variable` only.
      create_scope_now_: whether the scope's name is taken now, rather than on the first call.
      unique_name_: the scope's name, taken as it is.
      custom_getter_: a custom getter for its variables (see `tf.get_variable`).
      **kwargs: arguments bound to `func_`.

    Raises:
      ValueError: `name_` is None; when called again, a trainable variable that is not shared.
    """
    if kwargs:
        func_ = functools.wraps(func_)(functools.partial(func_, **kwargs))
    return Template(
        name_,
        func_,
        create_scope_now=create_scope_now_,
        unique_name=unique_name_,
        custom_getter=custom_getter_,
    )


class Template:
    """A function with variables of its own, which all its calls share; see `make_template`."""

    def __init__(
        self,
        name: str,
        func: Callable[..., Any],
        create_scope_now: bool = False,
        unique_name: str | None = None,
        custom_getter: Callable[..., Any] | None = None,
    ) -> None:
        if name is None:
            raise ValueError("name cannot be None.")
        self._name = name
        self._func = func
        self._unique_name = unique_name
        self._custom_getter = custom_getter
        self._defined_at = traceback.format_stack()[:-2]
        self._variables_created = False
        self._variable_scope = None
        if create_scope_now:
            scope_name = unique_name or current_scope().unique(name)
            with _pure_variable_scope(scope_name, custom_getter=custom_getter) as scope:
                self._variable_scope = scope

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if self._variable_scope is not None:
            with variable_scope(self._variable_scope, reuse=self._variables_created):
                return self._call(args, kwargs)
        with variable_scope(self._unique_name, self._name, custom_getter=self._custom_getter) as scope:
            self._variable_scope = scope
            return self._call(args, kwargs)

    def _call(self, args, kwargs):
        try:
            trainable_before = len(get_collection(GraphKeys.TRAINABLE_VARIABLES))
            before = len(get_collection(GraphKeys.GLOBAL_VARIABLES))
            result = self._func(*args, **kwargs)
            if self._variables_created:
                self._check_nothing_new(trainable_before, before)
            self._variables_created = True
            return result
        except Exception as error:
            where = f"in the template {self._name!r}, defined at:\n{''.join(self._defined_at[-3:])}"
            if error.args and isinstance(error.args[0], str):  # programs look for it in the message
                error.args = (f"{error.args[0]}\n\n{where}", *error.args[1:])
            else:
                error.add_note(where)
            raise

    def _check_nothing_new(self, trainable_before, before):
        trainable = get_collection(GraphKeys.TRAINABLE_VARIABLES)[trainable_before:]
        if trainable:
            raise ValueError(
                f"template {self._name!r}: a later call made the trainable variables {trainable}, which are not "
                "shared between calls; use tf.get_variable instead of tf.Variable"
            )
        new = get_collection(GraphKeys.GLOBAL_VARIABLES)[before:]
        if new:
            logging.info(
                "template %r: a later call made the variables %s, which are not shared", self._name, new
            )

    @property
    def name(self) -> str:
        """The name given to it."""
        return self._name

    @property
    def func(self) -> Callable[..., Any]:
        """The function it calls."""
        return self._func

    @property
    def variable_scope(self) -> VariableScope | None:
        """Its VariableScope; None before the first call."""
        return self._variable_scope

    @property
    def var_scope(self) -> VariableScope | None:
        """Deprecated alias of `variable_scope`."""
        return self._variable_scope

    @property
    def variable_scope_name(self) -> str | None:
        """The name of its variable scope, ending in "/"; None before the first call."""
        return None if self._variable_scope is None else self._variable_scope.name.rstrip("/") + "/"

    def _collection(self, key):
        return get_collection(key, self.variable_scope_name) if self._variables_created else []

    @property
    def global_variables(self) -> list[Any]:
        """Its global variables."""
        return self._collection(GraphKeys.GLOBAL_VARIABLES)

    @property
    def local_variables(self) -> list[Any]:
        """Its local variables."""
        return self._collection(GraphKeys.LOCAL_VARIABLES)

    @property
    def variables(self) -> list[Any]:
        """Its global and local variables."""
        return self.global_variables + self.local_variables

    @property
    def trainable_variables(self) -> list[Any]:
        """Its trainable variables."""
        return self._collection(GraphKeys.TRAINABLE_VARIABLES)

    @property
    def non_trainable_variables(self) -> list[Any]:
        """Its global variables that are not trainable."""
        trainable = set(self.trainable_variables)
        return [variable for variable in self.global_variables if variable not in trainable]

    weights = variables
    trainable_weights = trainable_variables
    non_trainable_weights = non_trainable_variables
