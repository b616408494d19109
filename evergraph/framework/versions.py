"""The version of TensorFlow whose programs and files these are."""

from evergraph.framework.public import public, public_module

public_module("python.framework.versions")

VERSION = public("VERSION", "__version__")("1.9.0")
GIT_VERSION = public("GIT_VERSION")("evergraph")
COMPILER_VERSION = public("COMPILER_VERSION")("jax")
GRAPH_DEF_VERSION = public("GRAPH_DEF_VERSION")(26)
GRAPH_DEF_VERSION_MIN_CONSUMER = public("GRAPH_DEF_VERSION_MIN_CONSUMER")(0)
GRAPH_DEF_VERSION_MIN_PRODUCER = public("GRAPH_DEF_VERSION_MIN_PRODUCER")(0)
CXX11_ABI_FLAG = public("CXX11_ABI_FLAG")(1)
MONOLITHIC_BUILD = public("MONOLITHIC_BUILD")(0)

__version__ = VERSION
__git_version__ = GIT_VERSION
__compiler_version__ = COMPILER_VERSION
__cxx11_abi_flag__ = CXX11_ABI_FLAG
__monolithic_build__ = MONOLITHIC_BUILD
