"""`tf.keras.utils`."""

# -- contents of tf.keras.utils, written by `make contents` from what is marked @public --
# ruff: noqa: F401 (names are imported to be seen)
from evergraph.keras.utils.enqueuers import GeneratorEnqueuer as GeneratorEnqueuer
from evergraph.keras.utils.enqueuers import SequenceEnqueuer as SequenceEnqueuer
from evergraph.keras.utils.generic import CustomObjectScope as CustomObjectScope
from evergraph.keras.utils.generic import custom_object_scope as custom_object_scope
from evergraph.keras.utils.generic import deserialize_keras_object as deserialize_keras_object
from evergraph.keras.utils.generic import get_custom_objects as get_custom_objects
from evergraph.keras.utils.generic import serialize_keras_object as serialize_keras_object
from evergraph.keras.utils.numpy import normalize as normalize
from evergraph.keras.utils.numpy import to_categorical as to_categorical
from evergraph.keras.utils.progress import Progbar as Progbar
from evergraph.keras.utils.sequence import Sequence as Sequence

# -- end of contents --
