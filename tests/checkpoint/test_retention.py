"""Which checkpoints are kept."""

import pytest

from evergraph.checkpoint.retention import (
    KeepBest,
    KeepEveryHours,
    KeepEverySteps,
    KeepLatest,
    Retention,
    SavedCheckpoint,
)

HOUR = 3600.0


def _checkpoints(metrics=(None,) * 6):
    return [SavedCheckpoint(f"m-{i}", i * HOUR, metric) for i, metric in enumerate(metrics)]


def _steps(kept):
    return sorted(c.step for c in kept)


@pytest.mark.parametrize(
    "policy, kept",
    [
        (KeepLatest(2), [4, 5]),
        (KeepLatest(9), [0, 1, 2, 3, 4, 5]),
        (KeepEverySteps(2), [0, 2, 4]),
        (KeepEveryHours(2.0, start=0.0), [3, 5]),
        (KeepBest(2), [1, 3]),
        (KeepBest(2, "max"), [0, 2]),
        (KeepBest(1), [3]),
    ],
)
def test_policies_say_what_they_keep(policy, kept):
    metrics = [5.0, 1.0, 9.0, 1.0, float("nan"), None]
    assert _steps(policy.kept(_checkpoints(metrics))) == kept


def test_what_any_policy_keeps_is_kept():
    retention = Retention(0, 0, policies=[KeepLatest(1), KeepBest(1), KeepEverySteps(4)])
    removed = []
    for step, metric in enumerate([3.0, 1.0, 2.0, 4.0, 5.0, 0.5]):
        retention.add(f"m-{step}", step * HOUR, metric)
        removed += retention.take_removable()
    assert removed == ["m-2", "m-3", "m-1"]
    assert [path for path, _ in retention.checkpoints] == ["m-5"]  # 0 and 4 are kept for good


def test_what_was_kept_for_good_before_a_restart_stays():
    first = Retention(1, 2.0, now=0.0)
    present = []
    for when in range(1, 8):
        first.add(f"m-{when}", when * HOUR)
        present.append(f"m-{when}")
        removed = first.take_removable()
        present = [path for path in present if path not in removed]
    assert present == ["m-3", "m-5", "m-7"]
    again = Retention(1, 2.0, now=8 * HOUR)
    again.adopt((path, int(path[2:]) * HOUR) for path in present)
    again.add("m-8", 8 * HOUR)
    assert again.take_removable() == [] and [path for path, _ in again.checkpoints] == ["m-8"]


def test_fewer_to_keep_after_a_restart():
    retention = Retention(2, 10000.0, now=9 * HOUR)
    retention.adopt((c.path, c.time) for c in _checkpoints())
    assert retention.take_removable() == ["m-0", "m-1", "m-2", "m-3"]
