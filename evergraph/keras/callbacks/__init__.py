"""`tf.keras.callbacks`: what is called in the course of a training."""

# -- contents of tf.keras.callbacks, written by `make contents` from what is marked @public --
# ruff: noqa: F401 (names are imported to be seen)
from evergraph.keras.callbacks.callback import Callback as Callback
from evergraph.keras.callbacks.callback import LambdaCallback as LambdaCallback
from evergraph.keras.callbacks.running import BaseLogger as BaseLogger
from evergraph.keras.callbacks.running import History as History
from evergraph.keras.callbacks.running import ProgbarLogger as ProgbarLogger
from evergraph.keras.callbacks.running import TerminateOnNaN as TerminateOnNaN
from evergraph.keras.callbacks.watching import EarlyStopping as EarlyStopping
from evergraph.keras.callbacks.watching import LearningRateScheduler as LearningRateScheduler
from evergraph.keras.callbacks.watching import ModelCheckpoint as ModelCheckpoint
from evergraph.keras.callbacks.watching import ReduceLROnPlateau as ReduceLROnPlateau
from evergraph.keras.callbacks.writing import CSVLogger as CSVLogger
from evergraph.keras.callbacks.writing import RemoteMonitor as RemoteMonitor
from evergraph.keras.callbacks.writing import TensorBoard as TensorBoard

# -- end of contents --
