"""`tf.logging`: logging."""

# -- contents of tf.logging, written by `make contents` from what is marked @public --
# ruff: noqa: F401 (names are imported to be seen)
from evergraph.framework.logging import DEBUG as DEBUG
from evergraph.framework.logging import ERROR as ERROR
from evergraph.framework.logging import FATAL as FATAL
from evergraph.framework.logging import INFO as INFO
from evergraph.framework.logging import WARN as WARN
from evergraph.framework.logging import TaskLevelStatusMessage as TaskLevelStatusMessage
from evergraph.framework.logging import debug as debug
from evergraph.framework.logging import error as error
from evergraph.framework.logging import fatal as fatal
from evergraph.framework.logging import flush as flush
from evergraph.framework.logging import get_verbosity as get_verbosity
from evergraph.framework.logging import info as info
from evergraph.framework.logging import log as log
from evergraph.framework.logging import log_every_n as log_every_n
from evergraph.framework.logging import log_first_n as log_first_n
from evergraph.framework.logging import log_if as log_if
from evergraph.framework.logging import set_verbosity as set_verbosity
from evergraph.framework.logging import vlog as vlog
from evergraph.framework.logging import warn as warn
from evergraph.framework.logging import warning as warning

# -- end of contents --
