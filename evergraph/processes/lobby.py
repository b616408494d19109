"""The lobby: where the tasks of a cluster find each other, kept by one of them, the leader.

All that the processes must agree on is decided here, in one place and one after the other:

* which workers train together (a group), and when another group takes its place: when one has left or come;
* that a round begins: when every worker of the group has said that it is ready, and with what;
* that a group has ended: when the connection to one of its workers breaks, or it does not answer.

Arrays do not go through it: those are the group's own matter (`processes.ring`).

What a task says                                 | what it hears
hello, join (it holds nothing), bye              | done (all workers have ended)
want (to train, with what its graph is made of)  | meet (these are the group), refuse (graphs differ)
ready (for a round)                              | go (with what everyone said), or meet
leave (it trains no more), pull (the variables)  | broken (a group has lost a worker), state
note (to the others while a ring forms), pong    | note, ping
"""

import contextlib
import socket
import threading
import time

from evergraph.framework import logging
from evergraph.framework.condition import Condition, Event
from evergraph.processes.wire import Wire

PING_SECS = 5.0
_HERE, _JOINED, _WANTING, _ACTIVE, _READY = "here", "joined", "wanting", "active", "ready"
_LEFT, _ENDED, _LOST = "left", "ended", "lost"
_NOT_EXPECTED = (_JOINED, _LEFT, _ENDED)


class _Guest:
    """A task that has come at least once.

    Attributes:
      wire: the connection; None while it has none.
      state: what it does.
      entry: what it said when it became ready.
      claim: what its graph is made of, as lines.
      heard: when it last said something.
    """

    def __init__(self):
        self.wire: Wire | None = None
        self.state = _LOST
        self.entry = {}
        self.claim = []
        self.heard = time.monotonic()


class Lobby:
    """Serves the tasks of a cluster until the leader ends.

    Args:
      listener: a listening socket on the leader's address.
      workers: the names of the tasks that may train, in the order of their ranks.
      state: function (version that a task has) -> (message, bytes): the leader's variables.
      patience_secs: how long a task may not answer before it is taken for dead.
    """

    def __init__(self, listener: socket.socket, workers: list[str], state, patience_secs: float):
        self._workers = workers
        self._state = state
        self._patience_secs = patience_secs
        self._changed = Condition()
        self._guests: dict[str, _Guest] = {}
        self._group: list[str] | None = None
        self._number = 0
        self._is_stale = False  # the group is to be replaced as soon as its workers are between two rounds
        self._gone: dict[str, str] = {}  # who has left the group, and why
        self._listener = listener
        self._is_over = Event()
        threading.Thread(target=self._accept, name="lobby", daemon=True).start()
        threading.Thread(target=self._ping, name="lobby pings", daemon=True).start()

    def wait_for_others(self, own: str) -> None:
        """Waits until no other worker is there, then tells those that have joined that all is done."""
        with self._changed:
            while any(self._is_at_work(name) for name in self._workers if name != own):
                self._changed.wait(1.0)
            for guest in self._guests.values():
                if guest.wire is not None and guest.state == _JOINED:
                    guest.wire.send({"kind": "done"})

    def close(self) -> None:
        """Answers nobody any more, and breaks the connections."""
        self._is_over.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        with self._changed:
            wires = [guest.wire for guest in self._guests.values() if guest.wire is not None]
        for wire in wires:
            wire.close()

    def _is_at_work(self, name):
        guest = self._guests.get(name)
        return guest is not None and guest.state not in (_JOINED, _ENDED, _LOST)

    # -- connections ---------------------------------------------------------------------------------------

    def _accept(self):
        while True:
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return  # the process ends
            threading.Thread(target=self._serve, args=(Wire(sock),), name="lobby guest", daemon=True).start()

    def _serve(self, wire):
        received = wire.receive()
        if received is None or received[0].get("kind") != "hello":
            wire.close()
            return
        name = received[0]["name"]
        with self._changed:
            guest = self._guests.setdefault(name, _Guest())
            if guest.wire is not None:  # its process was replaced before the old connection was seen to break
                guest.wire.close()
                self._lose(name, guest, "was started again")
            guest.wire, guest.state, guest.heard = wire, _HERE, time.monotonic()
            self._check()
        try:
            while (received := wire.receive()) is not None:
                message, data = received
                if message["kind"] == "pull":
                    wire.send(*self._state(message["have"]))
                    continue
                with self._changed:
                    if guest.wire is wire:
                        guest.heard = time.monotonic()
                        self._handle(name, guest, message, data)
        finally:
            with self._changed:
                if guest.wire is wire:
                    guest.wire = None
                    if guest.state not in (_ENDED, _JOINED):
                        self._lose(name, guest, "has gone away")
            wire.close()

    def _ping(self):
        while not self._is_over.wait(min(PING_SECS, self._patience_secs / 3)):
            with self._changed:
                guests = [(n, g, g.wire) for n, g in self._guests.items() if g.wire is not None]
            for name, guest, wire in guests:
                if time.monotonic() - guest.heard > self._patience_secs and guest.state != _JOINED:
                    logging.warning("%s has not answered for %g seconds", name, self._patience_secs)
                    wire.close()  # its thread does the rest
                else:
                    wire.send({"kind": "ping"})

    # -- what they say -------------------------------------------------------------------------------------

    def _handle(self, name, guest, message, data):
        kind = message["kind"]
        if kind == "join":
            guest.state = _JOINED
        elif kind == "want":
            guest.state, guest.claim = _WANTING, message["claim"]
            if self._group is not None:
                self._is_stale = True
        elif kind == "ready":
            if message["group"] != self._number or self._group is None:
                return  # it will hear that this group is no more
            guest.state, guest.entry = _READY, message["entry"]
        elif kind in ("leave", "bye"):
            self._leave(name, message.get("why", ""))
            guest.state = _ENDED if kind == "bye" else _LEFT
        elif kind == "note":
            if message["group"] == self._number and self._group is not None:
                for other in self._group:
                    if other != name:
                        self._send(other, message, data)
            return
        self._check()
        self._tell_when_done()
        self._changed.notify_all()

    def _tell_when_done(self):
        """Tells those that have joined when all workers have ended."""
        states = [self._guests[n].state if n in self._guests else _LOST for n in self._workers]
        if _ENDED in states and all(state in (_ENDED, _JOINED) for state in states):
            for guest in self._guests.values():
                if guest.wire is not None and guest.state == _JOINED:
                    guest.wire.send({"kind": "done"})

    def _leave(self, name, why):
        if self._group is not None and name in self._group:
            self._group.remove(name)
            self._gone[name] = why
            self._is_stale = True
            if not self._group:
                self._group = None

    def _lose(self, name, guest, what):
        """A worker's connection broke: its group has ended."""
        guest.state = _LOST
        if self._group is not None and name in self._group:
            group, self._group, self._is_stale = self._group, None, False
            for other in group:
                if other == name:
                    continue
                self._send(other, {"kind": "broken", "group": self._number, "why": f"{name} {what}"})
                if self._guests[other].state in (_ACTIVE, _READY):
                    self._guests[other].state = _HERE
        self._check()
        self._changed.notify_all()

    def _check(self):
        """Begins the round, or the group, that everybody waits for."""
        if self._group is not None and not self._is_stale:
            if all(self._guests[name].state == _READY for name in self._group):
                entries = [self._guests[name].entry for name in self._group]
                for name in list(self._group):
                    self._guests[name].state = _ACTIVE
                    self._send(name, {"kind": "go", "group": self._number, "entries": entries})
            return
        expected = [
            n for n in self._workers if n not in self._guests or self._guests[n].state not in _NOT_EXPECTED
        ]
        if not expected or any(
            n not in self._guests or self._guests[n].state not in (_WANTING, _READY) for n in expected
        ):
            return
        difference = _first_difference(expected, [self._guests[n].claim for n in expected])
        if difference:
            for name in expected:
                self._guests[name].state = _HERE
                self._send(name, {"kind": "refuse", "why": difference})
            self._group = None
            return
        self._number += 1
        self._group, self._is_stale = expected, False
        gone, self._gone = self._gone, {}
        for rank, name in enumerate(expected):
            self._guests[name].state = _ACTIVE
            message = {"kind": "meet", "group": self._number, "names": expected, "rank": rank, "gone": gone}
            self._send(name, {**message, "host": self._host_of(name, expected)})

    def _host_of(self, name, group):
        """The address at which the others of a group reach a worker.

        It is where its connection comes from. That of one on the leader's machine may be the loopback, which says nothing to
        others: they reach it where they have reached the leader. (A machine's own name is often the loopback to itself.)
        """
        wires = {n: self._guests[n].wire for n in group}
        hosts = {n: wire.hosts for n, wire in wires.items() if wire is not None}
        _, host = hosts.get(name, ("", ""))
        if host.startswith("127."):
            host = next((own for own, other in hosts.values() if not other.startswith("127.")), host)
        return host

    def _send(self, name, message, data=b""):
        wire = self._guests[name].wire
        if wire is not None:
            wire.send(message, data)


def _first_difference(names, claims):
    """A sentence on the first thing in which graphs differ; "" when they do not."""
    first = claims[0]
    for name, claim in zip(names[1:], claims[1:]):
        if claim == first:
            continue
        for one, other in zip(first, claim):
            if one != other:
                return f"the graphs of {names[0]} and {name} differ: the first has {one!r} where the second has {other!r}"
        longer, which = (first, names[0]) if len(first) > len(claim) else (claim, name)
        return (
            f"the graphs of {names[0]} and {name} differ: only that of {which} has "
            f"{longer[min(len(first), len(claim))]!r}"
        )
    return ""
