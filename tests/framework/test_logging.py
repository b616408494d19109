"""tf.logging: levels, counts per line, and where messages go."""

import logging as python_logging
import sys

import pytest

from evergraph.framework import logging


@pytest.fixture(autouse=True)
def everything(caplog):
    caplog.set_level(python_logging.DEBUG, logger="tensorflow")


@pytest.mark.parametrize(
    "function, level",
    [
        (logging.debug, logging.DEBUG),
        (logging.info, logging.INFO),
        (logging.warn, logging.WARN),
        (logging.warning, logging.WARN),
        (logging.error, logging.ERROR),
        (logging.fatal, logging.FATAL),
    ],
)
def test_level_and_place(caplog, function, level):
    function("%s = %d", "loss", 3)
    (record,) = caplog.records
    assert (record.name, record.levelno, record.getMessage()) == ("tensorflow", level, "loss = 3")
    assert record.filename == "test_logging.py", "the caller's file, not that of tf.logging"


def test_level_is_an_argument(caplog):
    logging.log(logging.ERROR, "a %s", "b")
    logging.vlog(15, "between")
    logging.log_if(logging.INFO, "yes %d", True, 1)
    logging.log_if(logging.INFO, "no", False)
    logging.TaskLevelStatusMessage("status")
    assert [(r.levelno, r.getMessage()) for r in caplog.records] == [
        (logging.ERROR, "a b"),
        (15, "between"),
        (logging.INFO, "yes 1"),
        (logging.ERROR, "status"),
    ]


def test_verbosity(caplog):
    before = logging.get_verbosity()
    try:
        logging.set_verbosity(logging.WARN)
        assert logging.get_verbosity() == logging.WARN
        logging.info("hidden")
        logging.set_verbosity("INFO")
        logging.info("shown")
    finally:
        logging.set_verbosity(before)
    assert caplog.messages == ["shown"]


def test_counts_are_kept_for_each_line(caplog):
    for i in range(7):
        logging.log_every_n(logging.INFO, "every %d", 3, i)
        logging.log_first_n(logging.INFO, "first %d", 2, i)
    assert caplog.messages == ["every 0", "first 0", "first 1", "every 3", "every 6"]


def test_handler_follows_the_stream(capsys):
    handler = logging._CurrentStream("stderr")
    handler.emit(python_logging.LogRecord("tensorflow", logging.INFO, "f", 1, "to %s", ("here",), None))
    assert capsys.readouterr().err == "to here\n"
    assert handler.stream is sys.stderr
    logging.flush()
