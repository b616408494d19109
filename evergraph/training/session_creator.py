"""Who opens the tf.Session: the chief, which initialises the model, or a worker, which waits for that."""

from tensorboard.compat.proto.config_pb2 import ConfigProto

from evergraph.framework.default_graph import get_default_graph
from evergraph.framework.public import public, public_module
from evergraph.session.session import Session
from evergraph.training.scaffold import Scaffold
from evergraph.training.session_manager import SessionManager

public_module("python.training.monitored_session")


@public("train.SessionCreator")
class SessionCreator:
    """Opens sessions for a monitored session: one at first, and another whenever one is lost."""

    def create_session(self) -> Session:
        """Finalizes the graph and returns a Session whose model is ready."""
        raise NotImplementedError(f"create_session is not implemented for {self!r}.")


@public("train.ChiefSessionCreator")
class ChiefSessionCreator(SessionCreator):
    """Opens a session and restores its model from a checkpoint, or initialises it.

    Args:
      scaffold: a Scaffold; a default one when None.
      master: the target of the session.
      config: its ConfigProto.
      checkpoint_dir: directory whose latest checkpoint is restored, if it has one.
      checkpoint_filename_with_path: the checkpoint to restore, in place of `checkpoint_dir`.
    """

    def __init__(
        self,
        scaffold: Scaffold | None = None,
        master: str = "",
        config: ConfigProto | None = None,
        checkpoint_dir: str | None = None,
        checkpoint_filename_with_path: str | None = None,
    ) -> None:
        self._scaffold = Scaffold() if scaffold is None else scaffold
        self._master = master
        self._config = config
        self._checkpoint_dir = checkpoint_dir
        self._checkpoint_filename_with_path = checkpoint_filename_with_path
        self._session_manager = None

    def create_session(self) -> Session:
        self._scaffold.finalize()
        if self._session_manager is None:
            self._session_manager = _session_manager(self._scaffold)
        return self._session_manager.prepare_session(
            self._master,
            saver=self._scaffold.saver,
            checkpoint_dir=self._checkpoint_dir,
            checkpoint_filename_with_path=self._checkpoint_filename_with_path,
            config=self._config,
            init_op=self._scaffold.init_op,
            init_feed_dict=self._scaffold.init_feed_dict,
            init_fn=self._scaffold.init_fn,
        )


@public("train.WorkerSessionCreator")
class WorkerSessionCreator(SessionCreator):
    """Opens a session once the chief has made the model ready.

    Args:
      scaffold: a Scaffold; a default one when None.
      master: the target of the session.
      config: its ConfigProto.
      max_wait_secs: how many seconds to wait for the chief at most.
    """

    def __init__(
        self,
        scaffold: Scaffold | None = None,
        master: str = "",
        config: ConfigProto | None = None,
        max_wait_secs: float = 30 * 60,
    ) -> None:
        self._scaffold = Scaffold() if scaffold is None else scaffold
        self._master = master
        self._config = config
        self._max_wait_secs = max_wait_secs
        self._session_manager = None

    def create_session(self) -> Session:
        self._scaffold.finalize()
        if self._session_manager is None:
            self._session_manager = _session_manager(self._scaffold)
        return self._session_manager.wait_for_session(
            self._master, config=self._config, max_wait_secs=self._max_wait_secs
        )


def _session_manager(scaffold):
    return SessionManager(
        local_init_op=scaffold.local_init_op,
        ready_op=scaffold.ready_op,
        ready_for_local_init_op=scaffold.ready_for_local_init_op,
        graph=get_default_graph(),
        local_init_feed_dict=getattr(scaffold, "local_init_feed_dict", None),
    )
