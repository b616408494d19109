"""The session that Keras works in, and whether it trains (the learning phase)."""

import contextlib
import weakref
from collections.abc import Iterator
from typing import Any

from evergraph.framework.default_graph import get_default_graph, init_scope, name_scope, reset_default_graph
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.keras.backend.naming import reset_uids
from evergraph.ops.constants import placeholder_with_default
from evergraph.ops.variables.collections import (
    global_variables,
    variables_initializer,
)
from evergraph.ops.variables.uninitialized import is_variable_initialized
from evergraph.session.defaults import get_default_session
from evergraph.session.session import Session

public_module("python.keras.backend")


class _State:
    """Attributes:
    session: what `set_session` was given, or what was made when none was there.
    manual_initialization: whether variables are left to the program.
    """

    session: Any = None
    manual_initialization = False


def annotate(value: Any, **notes: Any) -> None:
    """Notes on a tensor what Keras knows of it, in attributes such as `_uses_learning_phase` and `_keras_mask`."""
    for name, note in notes.items():
        setattr(value, name, note)


_phases: weakref.WeakKeyDictionary = weakref.WeakKeyDictionary()  # graph -> its learning phase
_initialized: weakref.WeakKeyDictionary = (
    weakref.WeakKeyDictionary()
)  # session -> variables known to have values


@public("keras.backend.manual_variable_initialization")
def manual_variable_initialization(value: bool) -> None:
    """Says whether variables are initialised by the program (True), or by Keras when it first needs them."""
    _State.manual_initialization = value


@public("keras.backend.set_session")
def set_session(session: Any) -> None:
    """Makes `session` the one that Keras works in."""
    _State.session = session


@public("keras.backend.get_session")
def get_session() -> Any:
    """The default session; else the one of `set_session`; else a new one.

    Variables of its graph that have no values yet are initialised, unless `manual_variable_initialization(True)`.
    """
    session = get_default_session()
    if session is None:
        if _State.session is None:
            _State.session = Session()
        session = _State.session
    if not _State.manual_initialization:
        with session.graph.as_default():
            _initialize_variables(session)
    return session


def _initialize_variables(session):
    """Initialises the variables that were never seen in this session and have no value there."""
    known = _initialized.setdefault(session, set())
    new = [variable for variable in global_variables() if variable not in known]
    if not new:
        return
    with init_scope():
        questions = [_is_initialized(variable) for variable in new]
    answers = session.run(questions)
    empty = [variable for variable, is_there in zip(new, answers) if not is_there]
    if empty:
        session.run(variables_initializer(empty))
    known.update(new)


def _is_initialized(variable):
    return (
        variable._is_initialized_op
        if hasattr(variable, "_is_initialized_op")
        else is_variable_initialized(variable)
    )


@public("keras.backend.clear_session")
def clear_session() -> None:
    """Begins anew: another default graph, no session, numbers of names from the start."""
    reset_default_graph()
    reset_uids()
    _State.session = None
    _phases.clear()


@public("keras.backend.learning_phase")
def learning_phase() -> Any:
    """Whether the graph trains: a bool tensor to feed, False when it is not fed; or what `set_learning_phase` fixed."""
    graph = get_default_graph()
    if graph not in _phases:
        with init_scope(), name_scope(""):
            _phases[graph] = placeholder_with_default(False, shape=(), name="keras_learning_phase")
    phase = _phases[graph]
    if isinstance(phase, Tensor):
        annotate(phase, _uses_learning_phase=True)
    return phase


def graph_phase(graph: Any) -> Any:
    """The learning phase of a graph: a tensor, a number that is fixed, None when nothing asked for it."""
    return _phases.get(graph)


@public("keras.backend.set_learning_phase")
def set_learning_phase(value: int) -> None:
    """Fixes the learning phase of the default graph to 0 (test) or 1 (train); ValueError for another value."""
    if value not in (0, 1):
        raise ValueError(f"Expected learning phase to be 0 or 1, got {value!r}")
    _phases[get_default_graph()] = value


@public()
@contextlib.contextmanager
def learning_phase_scope(value: int) -> Iterator[int]:
    """Inside, the learning phase is fixed to `value`."""
    graph, before = get_default_graph(), _phases.get(get_default_graph())
    set_learning_phase(value)
    try:
        yield value
    finally:
        if before is None:
            del _phases[graph]
        else:
            _phases[graph] = before
