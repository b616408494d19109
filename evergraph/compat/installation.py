"""`evergraph.compat.install()`: what `evergraph run` does for a program, from a program's own code."""

import sys

from evergraph.compat.keras_package import install_keras
from evergraph.compat.modules import Names, install_names
from evergraph.compat.proto_modules import install_proto_modules
from evergraph.compat.python_shims import install_shims
from evergraph.framework.public import public


@public("compat.install")
def install() -> None:
    """Makes `import tensorflow` mean Evergraph from here on, `keras` mean `tf.keras` unless an old Keras is
    installed, and adds what old programs expect of Python and NumPy.

        import evergraph
        evergraph.compat.install()
        import tensorflow as tf

    `evergraph run program.py` does the same before the program starts. A second call does nothing.

    Raises:
      ImportError: a TensorFlow is loaded already.
    """
    if any(type(finder) is Names for finder in sys.meta_path):
        return
    install_names()
    install_keras()
    install_shims()
    install_proto_modules()
