"""What the lobby decides, told by tasks that are sockets of this process."""

import socket

import pytest

from evergraph.processes.lobby import Lobby
from evergraph.processes.wire import Wire
from tests.waiting import until

A, B, C = (f"/job:worker/task:{i}" for i in range(3))


class Task:
    """A task that says what it is told to."""

    def __init__(self, lobby, name):
        self.name = name
        self.wire = Wire(socket.create_connection(("localhost", lobby.port)))
        lobby.tasks.append(self)
        self.say("hello", name=name)

    def say(self, kind, data=b"", **message):
        self.wire.send({"kind": kind, **message}, data)
        return self

    def hear(self):
        """The next message that is no ping: (message, bytes)."""
        while True:
            received = self.wire.receive()
            if received is None or received[0]["kind"] != "ping":
                return received


@pytest.fixture
def lobby():
    listener = socket.socket()
    listener.bind(("localhost", 0))
    listener.listen()
    states = {"a": ({"kind": "state", "version": 7}, b"values")}
    made = Lobby(listener, [A, B, C], lambda have: states["a"], 60.0)
    made.port, made.tasks = listener.getsockname()[1], []
    yield made
    for task in made.tasks:
        task.wire.close()
    made.close()


def group_of(*tasks, claim=("one",)):
    """Has tasks want to train; the group that they are in then."""
    for task in tasks:
        task.say("want", claim=list(claim))
    heard = [task.hear()[0] for task in tasks]
    assert [message["kind"] for message in heard] == ["meet"] * len(tasks)
    assert [message["names"][message["rank"]] for message in heard] == [task.name for task in tasks]
    return heard[0]["group"]


def test_workers_meet_when_all_want_to_train(lobby):
    a, b, c = (Task(lobby, name) for name in (A, B, C))
    assert group_of(c, a, b) == 1


def test_a_round_begins_when_all_are_ready(lobby):
    a, b, c = (Task(lobby, name) for name in (A, B, C))
    group = group_of(a, b, c)
    for task in (c, a, b):
        task.say("ready", group=group, entry={"of": task.name})
    for task in (a, b, c):
        message, _ = task.hear()
        assert message["kind"] == "go"
        assert message["entries"] == [{"of": A}, {"of": B}, {"of": C}]


def test_who_has_joined_is_not_waited_for_and_hears_when_all_is_done(lobby):
    a, b, c, server = Task(lobby, A), Task(lobby, B), Task(lobby, C), Task(lobby, "/job:ps/task:0")
    c.say("join")
    server.say("join")
    group_of(a, b)
    a.say("bye")
    b.say("bye")
    assert server.hear()[0] == {"kind": "done"}
    assert c.hear()[0] == {"kind": "done"}


@pytest.mark.parametrize(
    ("sides", "expected"),
    [
        ({A: ("127.0.0.1", "127.0.0.1"), B: ("127.0.0.1", "127.0.0.1")}, ["127.0.0.1", "127.0.0.1"]),
        ({A: ("127.0.1.1", "127.0.1.1"), B: ("10.0.0.1", "10.0.0.2")}, ["10.0.0.1", "10.0.0.2"]),
    ],
)
def test_workers_learn_where_the_others_reach_them(lobby, sides, expected):
    """A worker on the leader's machine has come over the loopback, which others cannot reach."""
    for name in sides:
        Task(lobby, name)
    until(lambda: all(name in lobby._guests for name in sides))
    for name, hosts in sides.items():
        lobby._guests[name].wire.hosts = hosts
    assert [lobby._host_of(name, list(sides)) for name in sides] == expected


def test_those_who_stay_meet_again_when_one_leaves(lobby):
    a, b, c = (Task(lobby, name) for name in (A, B, C))
    group = group_of(a, b, c)
    a.say("ready", group=group, entry={})
    c.say("leave", why="its input has ended")
    b.say("ready", group=group, entry={})
    for task in (a, b):
        message, _ = task.hear()
        assert (message["kind"], message["names"]) == ("meet", [A, B])
        assert message["gone"] == {C: "its input has ended"}


def test_who_comes_late_is_taken_in_between_two_rounds(lobby):
    a, b, c = (Task(lobby, name) for name in (A, B, C))
    c.say("leave")
    a.say("want", claim=[])
    b.say("want", claim=[])
    group = a.hear()[0]["group"]
    assert b.hear()[0]["names"] == [A, B]
    c.say("want", claim=[])
    until(lambda: lobby._is_stale, what="that the lobby hears of the third")
    a.say("ready", group=group, entry={})
    b.say("ready", group=group, entry={})
    assert [task.hear()[0]["names"] for task in (a, b, c)] == [[A, B, C]] * 3


def test_a_lost_worker_ends_its_group_and_is_waited_for(lobby):
    a, b, c = (Task(lobby, name) for name in (A, B, C))
    group = group_of(a, b, c)
    a.say("ready", group=group, entry={})
    b.wire.close()
    for task in (a, c):
        message, _ = task.hear()
        assert (message["kind"], message["group"]) == ("broken", group)
        assert B in message["why"]
        task.say("ready", group=group, entry={})  # too late: it is not answered
    b = Task(lobby, B)
    assert group_of(a, b, c) == group + 1


def test_a_task_that_is_started_again_takes_the_place_of_the_old_one(lobby):
    a, b, c = (Task(lobby, name) for name in (A, B, C))
    group_of(a, b, c)
    again = Task(lobby, B)
    assert "was started again" in a.hear()[0]["why"]
    assert c.hear()[0]["kind"] == "broken"
    assert b.hear() is None
    group_of(a, again, c)


@pytest.mark.parametrize(
    ("claim", "said"),
    [
        (["one", "three"], "the first has 'two' where the second has 'three'"),
        (["one"], f"only that of {A} has 'two'"),
        (["one", "two", "three"], f"only that of {B} has 'three'"),
    ],
)
def test_graphs_that_differ_are_refused_with_the_first_difference(lobby, claim, said):
    a, b, c = (Task(lobby, name) for name in (A, B, C))
    a.say("want", claim=["one", "two"])
    b.say("want", claim=claim)
    c.say("want", claim=["one", "two"])
    for task in (a, b, c):
        message, _ = task.hear()
        assert message["kind"] == "refuse"
        assert said in message["why"]


def test_the_leaders_variables_and_notes(lobby):
    a, b, c = (Task(lobby, name) for name in (A, B, C))
    assert b.say("pull", have=None).hear() == ({"kind": "state", "version": 7}, b"values")
    group = group_of(a, b, c)
    a.say("note", b"value", group=group, key="key")
    for task in (b, c):
        message, data = task.hear()
        assert (message["kind"], message["key"], data) == ("note", "key", b"value")


def test_something_else_on_the_port_is_sent_away(lobby):
    with socket.create_connection(("localhost", lobby.port)) as stranger:
        stranger.sendall(b"GET / HTTP/1.1\r\n\r\n")
        assert stranger.recv(100) == b""
