"""`_HookedSession`: hooks around the runs of any session."""

import pytest

import evergraph as tf
from evergraph.training.hooked_session import _HookedSession


class _Hook(tf.train.SessionRunHook):
    def __init__(self, fetches=None, feeds=None, stop_at=None):
        self.fetches, self.feeds, self.stop_at = fetches, feeds, stop_at
        self.seen = []

    def before_run(self, run_context):
        return tf.train.SessionRunArgs(self.fetches, self.feeds) if self.fetches is not None else None

    def after_run(self, run_context, run_values):
        self.seen.append(run_values.results)
        if self.stop_at is not None and len(self.seen) >= self.stop_at:
            run_context.request_stop()


def test_hooks_fetch_and_feed():
    x = tf.placeholder(tf.float32, [])
    doubled, tripled = x * 2.0, x * 3.0
    watching, idle = _Hook(tripled, {x: 2.0}), _Hook()
    with tf.Session() as sess:
        session = _HookedSession(sess, [watching, idle])
        assert session.run({"twice": doubled}) == {"twice": 4.0}
        assert (watching.seen, idle.seen) == ([6.0], [None])
        assert session.graph is sess.graph and not session.should_stop()
        with pytest.raises(RuntimeError, match="fed by a SessionRunHook and user"):
            session.run(doubled, {x: 1.0})


def test_a_hook_stops_it():
    with tf.Session() as sess:
        session = _HookedSession(sess, [_Hook(stop_at=2)])
        one = tf.constant(1)
        assert [session.run(one), session.run(one)] == [1, 1]
        assert session.should_stop()
        with pytest.raises(RuntimeError, match="after should_stop"):
            session.run(one)
