"""`tf.flags`: command-line flags."""

from evergraph.framework.public import public_module
from evergraph.platform.flags import *  # noqa: F403
from evergraph.platform.flags import __all__ as __all__

public_module("flags")
