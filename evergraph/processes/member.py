"""`Member`: this process among those of its cluster.

The life of a worker, as `processes.rounds` drives it:

1. `attend`    before a run, while it does not train yet: takes the chief's variables if they have changed
2. `enter`     before a run that trains: meets the other workers, if it is not in a group with them, and takes the variables
               of the leader
3. `round`     in such a run: says that it is ready, and hears what all are ready for
4. `leave`     when its last session closes; `UnavailableError` from any of these when a worker of the group is lost

The leader is the chief's task, else the first worker; it keeps the lobby, and its variables are those that the others get.
"""

import atexit
import os
import socket
import sys
import threading
import time
import weakref
from collections.abc import Callable
from typing import Any

import numpy as np

from evergraph.framework import errors, logging
from evergraph.framework.condition import Condition
from evergraph.processes.lobby import PING_SECS, Lobby
from evergraph.processes.ring import Learned, Ring
from evergraph.processes.wire import Wire

_PATIENCE = float(os.environ.get("EVERGRAPH_PEER_TIMEOUT", "60"))  # seconds that a process may not answer
_FIRST_WAIT_SECS = 10.0
END_OF_INPUT = "its input has ended"


class Group:
    """The workers that train together at present.

    Attributes:
      number: of the group; each is another.
      names, rank: its workers, and the place of this one.
      ring: their collectives.
      descriptions: key of a round -> what the round is made of.
      kept: names of what is averaged -> gradients of this worker that no step has taken yet.
      gone: who has left since the group before, and why.
    """

    def __init__(self, number, names, rank):
        self.number, self.names, self.rank = number, names, rank
        self.ring: Any = None  # the Ring, once it has formed
        self.learned = Learned()
        self.descriptions = {}
        self.kept = {}
        self.gone: dict[str, str] = {}

    @property
    def size(self):
        return len(self.names)


class Member:
    """This process among those of its cluster.

    Args:
      name: of its task, such as "/job:worker/task:1".
      workers: the names of the tasks that may train, the leader's first.
      leader: the leader's address, "host:port".
      listener: the socket that listens on that address, in the leader; else None.
    """

    def __init__(self, name: str, workers: list[str], leader: str, listener: socket.socket | None):
        self.name = name
        self._workers = workers
        self._leader = leader
        self._changed = Condition()
        self.training = threading.RLock()  # held by the run that trains
        self._wire: Wire | None = None
        self._messages = []  # meet, go, refuse, done, state: what somebody waits for
        self._forming: Group | None = None
        self._broken = None  # (number of a group, why it has ended)
        self._last_group = 0
        self.group: Any = None  # the Group, while there is one
        self._heard = time.monotonic()
        self._is_over = self._has_joined = False
        self._session: Callable[[], Any] = lambda: (
            None
        )  # the last session that was opened: (SharedVariables, Resources)
        self.version = 0  # of the variables: counts what was written outside of rounds
        self._taken = None  # the version of the leader's that this one has taken
        self._written = set()
        self._is_ready = True  # whether the leader's variables may be taken
        self._end = ""
        self.is_leader = listener is not None
        self._lobby = Lobby(listener, workers, self._state, _PATIENCE) if listener is not None else None
        self._connecting = threading.Thread(target=self._listen, name="member", daemon=True)
        self._connecting.start()
        atexit.register(self._bye)

    # -- the connection to the lobby ----------------------------------------------------------------------------

    def _listen(self):
        host, _, port = self._leader.rpartition(":")
        while not self._is_over:
            try:
                sock = socket.create_connection((host, int(port)), timeout=5)
                sock.settimeout(None)
            except OSError:
                time.sleep(0.2)
                continue
            wire = Wire(sock)
            if not wire.send({"kind": "hello", "name": self.name}):
                continue
            with self._changed:
                self._wire, self._heard = wire, time.monotonic()
                if self._has_joined:
                    wire.send({"kind": "join"})
                self._changed.notify_all()
            threading.Thread(target=self._watch, args=(wire,), name="member watch", daemon=True).start()
            while (received := wire.receive()) is not None:
                self._take(*received, wire)
            with self._changed:
                self._wire = None
                self._messages.clear()
                if not self._is_over:
                    self._broken = self._present_number(), f"the leader at {self._leader} has gone away"
                self._changed.notify_all()
            wire.close()

    def _watch(self, wire):
        """Closes a connection on which nothing is heard any more."""
        while self._wire is wire:
            time.sleep(PING_SECS)
            if time.monotonic() - self._heard > _PATIENCE:
                wire.close()
                return

    def _take(self, message, data, wire):
        self._heard = time.monotonic()
        kind = message["kind"]
        if kind == "ping":
            wire.send({"kind": "pong"})
        elif kind == "note":
            forming = self._forming
            if forming is not None and forming.number == message["group"]:
                forming.learned.add(message["key"], data)
        else:
            with self._changed:
                if kind == "broken":
                    self._broken = message["group"], message["why"]
                elif kind == "meet":  # notes of the others may follow at once
                    self._forming = Group(message["group"], message["names"], message["rank"])
                    self._forming.gone = message["gone"]
                    self._messages.append((message, data))
                else:
                    self._messages.append((message, data))
                self._changed.notify_all()

    def _present_number(self):
        group = self._forming or self.group
        return self._last_group if group is None else group.number

    def _send(self, message, data=b""):
        """Sends to the lobby; waits for the connection.

        Raises:
          UnavailableError: the leader has gone away.
        """
        self._await_connection()
        wire = self._wire
        if wire is None or not wire.send(message, data):
            raise errors.UnavailableError(
                None, None, f"the leader of the cluster at {self._leader} has gone away"
            )

    def _await_connection(self, cancelled=lambda: False):
        wait = _FIRST_WAIT_SECS
        since = said = time.monotonic()
        with self._changed:
            while self._wire is None:
                _raise_if(cancelled)
                self._changed.wait(0.2)
                if time.monotonic() - said > wait:
                    said, wait = time.monotonic(), 2 * wait
                    logging.warning(
                        "%s waits for %s at %s, for %d seconds",
                        self.name,
                        self._workers[0],
                        self._leader,
                        said - since,
                    )

    def _await(self, kinds, cancelled=lambda: False, what=""):
        """The next message of one of these kinds.

        Raises:
          UnavailableError: the group has ended, or the leader is gone.
        """
        wait, said = _FIRST_WAIT_SECS, time.monotonic()
        with self._changed:
            while True:
                for position, (message, data) in enumerate(self._messages):
                    if message["kind"] in kinds:
                        del self._messages[position]
                        return message, data
                self._check()
                if self._wire is None:
                    raise errors.UnavailableError(
                        None, None, f"the leader of the cluster at {self._leader} has gone away"
                    )
                _raise_if(cancelled)
                self._changed.wait(0.5)
                if what and time.monotonic() - said > wait:
                    said, wait = time.monotonic(), 2 * wait
                    logging.warning("%s waits for %s", self.name, what)

    def _check(self):
        """Raises UnavailableError when the group has ended; it is none any more then."""
        if self._broken is None:
            return
        with self._changed:
            (number, why), self._broken = self._broken, None
            group = self.group or self._forming
            if group is None or number < group.number:
                return  # an earlier one
            self._drop()
        raise errors.UnavailableError(None, None, f"the workers have to meet again: {why}")

    def _drop(self):
        for group in (self.group, self._forming):
            if group is not None:
                self._last_group = max(self._last_group, group.number)
                if group.ring is not None:
                    group.ring.close()
        self.group = self._forming = None
        self._messages = [m for m in self._messages if m[0]["kind"] == "done"]
        self._taken = None
        session = self._session()
        if self.is_leader:
            self._is_ready = not self._is_managed
        elif session is not None:
            session[0].forget(session[1])

    _is_managed = False

    # -- the variables before there is a group --------------------------------------------------------------------

    def opened(self, variables, resources) -> None:
        """Takes note of the session that was used last: its SharedVariables and Resources."""
        variables, resources = weakref.ref(variables), weakref.ref(resources)

        def find():
            found = variables(), resources()
            return None if None in found else found

        self._session = find

    def prepare(self, is_ready: bool) -> None:
        """Whether the leader's variables may be taken by others: not while a session manager makes the model ready."""
        self._is_managed = True
        self._is_ready = is_ready
        self.version += 1

    def wrote(self, names) -> None:
        """Takes note that a run has written shared variables outside of a round."""
        with self._changed:
            self.version += 1
            if self.group is not None:
                self._written.update(names)

    def take_written(self) -> set:
        """The names of the variables that were written outside of rounds, and that the others do not have."""
        with self._changed:
            written, self._written = self._written, set()
        return written

    def _state(self, have):
        """What the lobby answers who asks for the leader's variables."""
        session = self._session()
        if not self._is_ready or session is None:
            return {"kind": "state", "version": None}, b""
        version = self.version
        return {"kind": "state", "version": version}, b"" if version == have else session[0].values(
            session[1]
        )

    def attend(self) -> None:
        """Takes the leader's variables if there are other ones than those that this worker has taken."""
        if self.is_leader or self.group is not None or self._wire is None:
            return
        try:
            self._check()
            self._send({"kind": "pull", "have": self._taken})
            message, data = self._await(("state",))
        except errors.UnavailableError as lost:
            logging.info("%s", lost.message)
            return
        session = self._session()
        if session is not None and data and message["version"] is not None:
            session[0].assign(session[1], data)
        self._taken = message["version"]

    def await_model(self, secs: float) -> None:
        """Waits until the leader has variables to take, for so many seconds at most."""
        until = time.monotonic() + secs
        while not self.is_leader and time.monotonic() < until:
            if self._wire is not None:
                before = self._taken
                self.attend()
                if self._taken is not None and self._taken != before:
                    return
            time.sleep(min(0.1, max(0.0, until - time.monotonic())))

    # -- groups and rounds --------------------------------------------------------------------------------------------

    def enter(self, cancelled) -> dict:
        """Meets the other workers unless this one is in a group with them.

        Args:
          cancelled: function: whether the session is being closed.

        Returns:
          {name of a worker that has left since the last group: why}

        Raises:
          UnavailableError: a worker of the group was lost.
          InvalidArgumentError: the graphs of the workers differ.
          CancelledError: the session was closed meanwhile.
        """
        self._check()
        if self.group is not None:
            return {}
        while True:
            self._await_connection(cancelled)
            variables, resources = self._session()
            try:
                self._send({"kind": "want", "claim": variables.claim()})
                message, _ = self._await(("meet", "refuse"), cancelled, "the other workers of its cluster")
                return self._meet(message)
            except errors.UnavailableError as lost:
                logging.warning("%s", lost.message)  # nothing is lost yet by this

    def _meet(self, message):
        """Forms the ring of a group, and takes the leader's variables."""
        if message["kind"] == "refuse":
            raise errors.InvalidArgumentError(
                None,
                None,
                f"{message['why']}; all workers of a cluster build the same model with the same optimizer",
            )
        forming = self._forming
        if forming is None or forming.number != message["group"]:
            raise errors.UnavailableError(None, None, "the group that was to be met has ended")
        number = forming.number

        def note(key, value):
            wire = self._wire
            if wire is not None:
                wire.send({"kind": "note", "group": number, "key": key}, value)

        before = self.group
        if before is not None and before.ring is not None:
            before.ring.close()
        self.group = None
        host = message["host"] or None
        forming.ring = Ring(forming.rank, forming.size, note, forming.learned, self._check, host)
        self.group, self._forming = forming, None
        self._written = set()
        variables, resources = self._session()
        if forming.size > 1:
            own = variables.values(resources) if forming.rank == 0 else b""
            length = int(forming.ring.sum(_numbers(len(own)))[0])
            data = forming.ring.broadcast(own, 0, length)
            if forming.rank:
                variables.assign(resources, data)
        logging.info(
            "%s trains with %s",
            self.name,
            ", ".join(n for n in forming.names if n != self.name) or "no other",
        )
        return forming.gone

    def round(self, entry: dict, cancelled):
        """Says that this worker is ready for a round.

        Args:
          entry: what the others must know of it.
          cancelled: function: whether the session is being closed.

        Returns:
          (the entries of all workers of the group by rank, None), or (None, who has left and why) if there is another group
          now, in which it is not ready yet.

        Raises:
          UnavailableError: a worker of the group was lost.
        """
        self._check()
        self._send({"kind": "ready", "group": self.group.number, "entry": entry})
        message, _ = self._await(
            ("go", "meet", "refuse"), cancelled, "the other workers to come to this step"
        )
        if message["kind"] == "go":
            return message["entries"], None
        return None, self._meet(message)

    def ended(self, why: str) -> None:
        """Notes why this worker is going to leave."""
        self._end = why

    def leave(self) -> None:
        """Leaves the group: the others go on without this worker, until it wants to train again."""
        with self._changed:
            group, self.group = self.group, None
            self._end, why = "", self._end
            self._messages = [m for m in self._messages if m[0]["kind"] == "done"]
        if group is None:
            return
        self._last_group = group.number
        wire = self._wire
        if wire is not None:
            wire.send({"kind": "leave", "why": why})
        group.ring.close()

    # -- tasks that hold nothing ---------------------------------------------------------------------------------------

    def join(self) -> None:
        """Returns when all workers have ended."""
        with self._changed:
            self._has_joined = True
            if self._wire is not None:
                self._wire.send({"kind": "join"})
            while not any(message["kind"] == "done" for message, _ in self._messages):
                self._broken = None
                self._changed.wait(1.0)
            self._is_over = True

    def _bye(self):
        """The process ends: the others need not wait for this one, unless it has failed."""
        if getattr(sys, "last_value", None) is not None:
            return  # they hear that the connection breaks, and wait for it to be started again
        if self._lobby is not None and not self._has_joined:
            self._lobby.wait_for_others(self.name)
        self._is_over = True
        wire = self._wire
        if wire is not None:
            wire.send({"kind": "bye"})
            wire.close()


def _numbers(*values):
    return np.array(values, np.int64)


def _raise_if(cancelled):
    if cancelled():
        raise errors.CancelledError(None, None, "the session was closed while it waited for other workers")
