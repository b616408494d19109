"""`tf.logging`: logging."""

from evergraph.framework.logging import (
    DEBUG, ERROR, FATAL, INFO, TaskLevelStatusMessage, WARN, debug, error, fatal, flush, get_verbosity,
    info, log, log_every_n, log_first_n, log_if, set_verbosity, vlog, warn, warning,
)

__all__ = [
    "DEBUG", "ERROR", "FATAL", "INFO", "TaskLevelStatusMessage", "WARN", "debug", "error", "fatal",
    "flush", "get_verbosity", "info", "log", "log_every_n", "log_first_n", "log_if", "set_verbosity",
    "vlog", "warn", "warning",
]  # fmt: skip
