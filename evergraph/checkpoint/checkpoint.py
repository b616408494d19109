"""`tf.train.Checkpoint`: objects saved and restored by the names under which they depend on one another.

1. `save`        numbers the objects and takes their values in one run (`object_graph.describe`), writes them (`value_files`)
2. `restore`     finds who stands for whom (`object_graph.Restoration`); in the eager mode values are given at once, and to
                 what is made later when it is made; in a graph the status that is returned runs the assignments
"""

from __future__ import annotations

from typing import Any, Self

import numpy as np

from evergraph.checkpoint.object_graph import OBJECT_GRAPH_KEY, Restoration, assign, describe, list_objects
from evergraph.checkpoint.reader import CheckpointReader, NewCheckpointReader
from evergraph.checkpoint.value_files import ValueFiles
from evergraph.formats.messages import CheckpointableObjectGraph
from evergraph.framework import errors
from evergraph.framework.execution import executing_eagerly
from evergraph.framework.public import public, public_module
from evergraph.framework.tracking import Checkpointable, CheckpointableBase, NoDependency
from evergraph.ops.variables.creation import new_variable
from evergraph.ops.variables.reference import Variable
from evergraph.session.defaults import get_default_session

public_module("python.training.checkpointable.util")


def _session(given):
    """The session to run in; None in the eager mode. ValueError without one."""
    if executing_eagerly():
        return None
    session = get_default_session() if given is None else given
    if session is None:
        raise ValueError("no session is given and there is no default one: use `with session.as_default():`")
    return session


def _initialize(objects, session):
    if session is not None:
        session.run([each.initializer for each in objects if isinstance(each, Variable)])


class _Status:
    """What `restore` returns."""

    def assert_consumed(self) -> Self:
        """Returns itself; AssertionError unless all objects, in the checkpoint and the program, have a counterpart."""
        raise NotImplementedError

    def run_restore_ops(self, session: Any = None) -> None:
        """Gives the objects their values, in the given or default session; in the eager mode they have them."""
        raise NotImplementedError

    def initialize_or_restore(self, session: Any = None) -> None:
        """As `run_restore_ops`, and initializes the variables that are not in the checkpoint."""
        raise NotImplementedError


@public()
class CheckpointLoadStatus(_Status):
    """The status of a checkpoint of objects."""

    def __init__(self, restoration: Restoration) -> None:
        self._restoration = restoration

    def assert_consumed(self) -> Self:
        """Returns itself.

        Raises:
          AssertionError: an object of the checkpoint or of the program without a counterpart.
        """
        self._restoration.check_consumed()
        return self

    def run_restore_ops(self, session: Any = None) -> None:
        """Gives the objects that are there by now their values, in the given or default session.

        Raises:
          ValueError: there is no session.
        """
        session = _session(session)
        if session is not None:
            self._restoration.walk()
            for run in self._restoration.assignments():
                run(session)

    def initialize_or_restore(self, session: Any = None) -> None:
        """Initializes the variables that are not in the checkpoint, and gives the others their values.

        Raises:
          ValueError: there is no session.
        """
        session = _session(session)
        if session is not None:
            self._restoration.walk()
            _initialize(self._restoration.missing(), session)
            self.run_restore_ops(session)


@public()
class InitializationOnlyStatus(_Status):
    """The status where there was no checkpoint."""

    def __init__(self, root: CheckpointableBase) -> None:
        self._root = root

    def assert_consumed(self) -> Self:
        """Raises AssertionError: there was no checkpoint."""
        raise AssertionError("No checkpoint specified (save_path=None); nothing is being restored.")

    def run_restore_ops(self, session: Any = None) -> None:
        """Raises AssertionError: there was no checkpoint."""
        raise AssertionError(
            "No checkpoint specified, so no restore ops are available (save_path=None to restore)."
        )

    def initialize_or_restore(self, session: Any = None) -> None:
        """Initializes the variables, in the given or default session.

        Raises:
          ValueError: there is no session.
        """
        session = _session(session)
        if session is not None:
            _initialize(list_objects(self._root), session)


@public()
class NameBasedSaverStatus(_Status):
    """The status of a checkpoint that a `tf.train.Saver` wrote: variables are found by their names."""

    def __init__(self, reader: CheckpointReader, root: CheckpointableBase) -> None:
        self._reader, self._root = reader, root
        self.run_restore_ops() if executing_eagerly() else None

    def _variables(self):
        return [each for each in list_objects(self._root) if isinstance(each, Variable)]

    def assert_consumed(self) -> Self:
        """Returns itself; AssertionError for a variable that the checkpoint lacks."""
        for variable in self._variables():
            if not self._reader.has_tensor(variable._shared_name):
                raise AssertionError(f"Object not restored: {variable!r} is not in the checkpoint")
        return self

    def run_restore_ops(self, session: Any = None) -> None:
        """Gives the variables that the checkpoint has their values, in the given or default session.

        Raises:
          ValueError: there is no session.
        """
        session = _session(session)
        for variable in self._variables():
            if self._reader.has_tensor(variable._shared_name):
                assign(variable, self._reader.get_tensor(variable._shared_name), session)

    def initialize_or_restore(self, session: Any = None) -> None:
        """The same as `run_restore_ops`, after all variables were initialized."""
        _initialize(self._variables(), _session(session))
        self.run_restore_ops(session)


@public("contrib.eager.CheckpointableSaver")
class CheckpointableSaver:
    """Saves an object and what it depends on.

    Args:
      root_checkpointable: the object.
    """

    def __init__(self, root_checkpointable: CheckpointableBase) -> None:
        self._root = root_checkpointable
        self._files = ValueFiles()

    def save(self, file_prefix: str, checkpoint_number: Any = None, session: Any = None) -> str:
        """Saves the values as they are.

        Args:
          file_prefix: the path.
          checkpoint_number: an integer, or a variable of one, to append as "-<number>".
          session: where the values are; the default session when None.

        Returns:
          The path of the checkpoint.

        Raises:
          ValueError: there is no session.
          FailedPreconditionError: a variable that was not initialized.
        """
        session = _session(session)
        serialized, tensors = describe(self._root)
        if session is None:
            values = {name: tensor.numpy() for name, tensor in tensors.items()}
        else:
            values = session.run(tensors)
        number: Any = checkpoint_number
        if isinstance(checkpoint_number, Variable):
            number = number.numpy() if session is None else session.run(number)
        values[OBJECT_GRAPH_KEY] = np.array(serialized, object)
        return self._files.write(file_prefix, values, None if number is None else int(number))

    def restore(self, save_path: str | None) -> _Status:
        """Restores from a checkpoint; see `Checkpoint.restore`."""
        if save_path is None:
            return InitializationOnlyStatus(self._root)
        reader = NewCheckpointReader(save_path)
        if not reader.has_tensor(OBJECT_GRAPH_KEY):
            return NameBasedSaverStatus(reader, self._root)
        return CheckpointLoadStatus(Restoration(reader, self._root))


@public("train.Checkpoint", "contrib.eager.Checkpoint")
class Checkpoint(Checkpointable):
    """Saves and restores objects: variables, layers, models, optimizers, and other `Checkpoint`s.

        checkpoint = tf.train.Checkpoint(optimizer=optimizer, model=model)
        checkpoint.restore(tf.train.latest_checkpoint(directory))
        ...
        checkpoint.save(os.path.join(directory, "ckpt"))

    Values are found by the names of attributes that lead to them, not by the names of variables.

    Args:
      **kwargs: the objects; each becomes an attribute.

    Raises:
      ValueError: a value that cannot be saved.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__()
        for name, value in sorted(kwargs.items()):
            if not isinstance(value, CheckpointableBase):
                raise ValueError(
                    f"Checkpoint takes variables, layers, models, optimizers and other checkpointable objects; {name} is "
                    f"{value!r}"
                )
            setattr(self, name, value)
        self._save_counter: Any = None
        self._count: Any = None
        self._saver = CheckpointableSaver(self)

    @property
    def save_counter(self) -> Any:
        """An int64 variable: how often it was saved."""
        if self._save_counter is None:
            counter = new_variable(
                np.int64(0), name="save_counter", dtype="int64", trainable=False, use_resource=True
            )
            self._save_counter = NoDependency(counter)
            self._track_checkpointable(counter, "save_counter")
        return self._save_counter

    def save(self, file_prefix: str, session: Any = None) -> str:
        """Saves the objects, and counts.

        Args:
          file_prefix: the path, to which "-<count>" is added; directories that are missing are made.
          session: where the values are; the default session when None. Not used in the eager mode.

        Returns:
          The path of the checkpoint.

        Raises:
          ValueError: there is no session.
          FailedPreconditionError: a variable that was not initialized.
        """
        session = _session(session)
        is_new = self._save_counter is None
        counter = self.save_counter
        if session is None:
            counter.assign_add(1)
        else:
            if is_new:
                session.run(counter.initializer)
            if self._count is None:
                self._count = NoDependency(counter.assign_add(1))
            session.run(self._count)
        return self._saver.save(file_prefix, counter, session)

    def restore(self, save_path: str | None) -> _Status:
        """Restores the objects.

        In the eager mode they have their values at once, and those that become dependencies later have them then.  In a
        graph the status that is returned gives them, to all objects that are there when it is asked to.

        Args:
          save_path: what `save` or `tf.train.latest_checkpoint` returned; None where there is nothing yet.  Of a checkpoint
            that a `tf.train.Saver` wrote, variables are found by their names.

        Returns:
          A status with `assert_consumed()`, `run_restore_ops(session)` and `initialize_or_restore(session)`.

        Raises:
          NotFoundError: there is no such checkpoint.
        """
        status = self._saver.restore(save_path)
        _ = self.save_counter  # made now: it is initialized, or restored, with the others
        return status


@public("contrib.checkpoint.object_metadata")
def object_metadata(save_path: str) -> Any:
    """The `CheckpointableObjectGraph` of a checkpoint.

    Raises:
      NotFoundError: there is no such checkpoint, or it was not written by a `Checkpoint`.
    """
    reader = NewCheckpointReader(save_path)
    if not reader.has_tensor(OBJECT_GRAPH_KEY):
        raise errors.NotFoundError(
            None, None, f"{save_path} has no object graph: it was not written by a tf.train.Checkpoint"
        )
    return CheckpointableObjectGraph.FromString(reader.get_tensor(OBJECT_GRAPH_KEY))
