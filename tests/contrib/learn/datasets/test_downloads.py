"""Files that are fetched: again after longer and longer pauses, where the connection timed out."""

from unittest import mock

import pytest

from evergraph.contrib.learn.datasets import downloads

TIMEOUT = OSError(110, "timeout")


def fetch(outcomes):
    """The pauses that `urlretrieve_with_retry` makes, and what it returns or raises."""
    with mock.patch.object(downloads, "time") as time, mock.patch.object(downloads, "urllib") as urllib:
        urllib.request.urlretrieve.side_effect = outcomes
        try:
            found = downloads.urlretrieve_with_retry("http://here/file", "file")
        except OSError as error:
            found = error
    return [call[0][0] for call in time.sleep.call_args_list], found


@pytest.mark.parametrize("last", ["done", TIMEOUT])
def test_timeouts_are_tried_again(last):
    pauses, found = fetch([*[TIMEOUT] * 5, last])
    assert pauses == [pytest.approx(2**number, rel=0.25) for number in range(5)]
    assert found is last


def test_other_errors_are_not_tried_again():
    missing = OSError(2, "no such file")
    assert fetch([missing]) == ([], missing)


def test_what_is_tried_again_is_the_programs_choice():
    counts = iter(range(3))

    @downloads.retry(0.001, 0.001)
    def first_fails():
        if not next(counts):
            raise KeyError
        return "done"

    assert first_fails() == "done"
    for wrong in ({"factor": 0.5}, {"jitter": 1.0}):
        with pytest.raises(ValueError, match=r"must be"):
            downloads.retry(1.0, 2.0, **wrong)


def test_a_file_that_cannot_be_fetched_leaves_nothing(tmp_path):
    with (
        mock.patch.object(downloads, "urllib") as urllib,
        pytest.raises(OSError, match="put the file there by hand"),
    ):
        urllib.request.urlretrieve.side_effect = OSError(2, "no such file")
        downloads.maybe_download("a", str(tmp_path), "http://here/a")
    assert not list(tmp_path.iterdir())
