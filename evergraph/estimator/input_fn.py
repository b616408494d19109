"""What an `input_fn` returns: features and labels as tensors, or a dataset of both."""

from typing import Any

from evergraph.checkpoint import program_state
from evergraph.framework.public import public, public_module
from evergraph.training.coordinator import Coordinator
from evergraph.training.session_run_hook import SessionRunHook

public_module("python.estimator.util")


@public()
def parse_input_fn_result(result: Any) -> tuple[Any, Any, list[SessionRunHook]]:
    """(features, labels or None, hooks) of what an input_fn returned.

    Args:
      result: features; (features, labels); or a `tf.data.Dataset` of either, whose iterator a hook initialises.

    Raises:
      ValueError: a tuple or list of another length than 2.
    """
    result, hooks = _elements(result)
    if isinstance(result, list | tuple):
        if len(result) != 2:
            raise ValueError(
                f"input_fn should return (features, labels) as a len 2 tuple, not {len(result)} values: {result!r}"
            )
        return result[0], result[1], hooks
    return result, None, hooks


def features_of_input_fn_result(result: Any) -> tuple[Any, list[SessionRunHook]]:
    """(features, hooks) of what an input_fn for prediction returned.

    Args:
      result: as for `parse_input_fn_result`; of a tuple or list, all after the first value is left aside, however much
        there is (a dataset that is made for labels and has none gives tuples of one).
    """
    result, hooks = _elements(result)
    return (result[0] if isinstance(result, list | tuple) else result), hooks


def _elements(result):
    """(what an input_fn returned, hooks); of a dataset, the next element."""
    hooks = []
    if hasattr(result, "make_initializable_iterator"):
        iterator = result.make_initializable_iterator()
        hooks.append(_DatasetInitializerHook(iterator))
        result = iterator.get_next()
    return result, hooks


@public()
class _DatasetInitializerHook(SessionRunHook):
    """Initialises the iterator of a dataset in each new session."""

    def __init__(self, iterator: Any) -> None:
        self._iterator = iterator
        self._initializer = None

    def begin(self) -> None:
        self._initializer = self._iterator.initializer

    def after_create_session(self, session: Any, coord: Coordinator) -> None:
        session.run(self._initializer)


class FreshInputHook(SessionRunHook):
    """Begins an input at its beginning, whatever position of a dataset the checkpoint has.

    Each call of an Estimator calls its input_fn anew: a checkpoint that training wrote has the position of training's input,
    which may have ended, and an evaluation reads another one.
    """

    def after_create_session(self, session: Any, coord: Coordinator) -> None:
        program_state.forget_restored(session, "inputs/")
