"""`tf.flags`: command-line flags."""

from evergraph.platform.flags import *  # noqa: F403
from evergraph.platform.flags import __all__ as __all__
