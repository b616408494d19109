"""`tf.keras.utils`."""

# -- contents of tf.keras.utils, written by `make contents` from what is marked @public --
# ruff: noqa: F401 (names are imported to be seen)
from evergraph.keras.basics.downloads import get_file as get_file
from evergraph.keras.basics.enqueuers import GeneratorEnqueuer as GeneratorEnqueuer
from evergraph.keras.basics.enqueuers import SequenceEnqueuer as SequenceEnqueuer
from evergraph.keras.basics.generic import CustomObjectScope as CustomObjectScope
from evergraph.keras.basics.generic import custom_object_scope as custom_object_scope
from evergraph.keras.basics.generic import deserialize_keras_object as deserialize_keras_object
from evergraph.keras.basics.generic import get_custom_objects as get_custom_objects
from evergraph.keras.basics.generic import serialize_keras_object as serialize_keras_object
from evergraph.keras.basics.hdf5_matrix import HDF5Matrix as HDF5Matrix
from evergraph.keras.basics.numpy import normalize as normalize
from evergraph.keras.basics.numpy import to_categorical as to_categorical
from evergraph.keras.basics.progress import Progbar as Progbar
from evergraph.keras.basics.sequence import Sequence as Sequence
from evergraph.keras.engine.drawing import plot_model as plot_model
from evergraph.keras.engine.kernels import convert_all_kernels_in_model as convert_all_kernels_in_model
from evergraph.keras.multi_gpu import multi_gpu_model as multi_gpu_model

# -- end of contents --
