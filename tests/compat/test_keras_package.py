"""Programs that take Keras from a package of its own."""

import os
import subprocess
import sys

import pytest

PROGRAM = """
import keras, keras.layers.core
import keras.backend as K
import numpy
import tensorflow as tf
from keras import backend, optimizers
from keras.backend import tensorflow_backend
from keras.callbacks import EarlyStopping
from keras.datasets import mnist
from keras.engine.topology import InputSpec, Layer
from keras.layers import *
from keras.layers.convolutional import Conv2D as Convolution
from keras.models import Model, Sequential, load_model
from keras.preprocessing.image import ImageDataGenerator
from keras.utils import np_utils, to_categorical
from keras.utils.vis_utils import plot_model
from keras.wrappers.scikit_learn import KerasClassifier

assert Sequential is tf.keras.Sequential and Dense is tf.keras.layers.Dense is keras.layers.core.Dense
assert Convolution is Conv2D and issubclass(Dense, Layer) and issubclass(keras.layers.Dense, tf.keras.layers.Layer)
assert keras.utils.np_utils.to_categorical is np_utils.to_categorical is to_categorical is keras.utils.to_categorical
assert K is backend is keras.backend and K.set_session is tf.keras.backend.set_session
assert tensorflow_backend.relu is K.relu and keras.objectives.mse is keras.losses.mse
assert keras.__version__.startswith("2.1") and "Dense" in dir(keras.layers) and not hasattr(keras.layers, "nothing")
from keras.applications.vgg16 import VGG16, preprocess_input
from keras.engine import get_source_inputs
from keras.engine.topology import Container, Node
from keras.layers.convolutional import Convolution2D, Deconvolution2D, MaxPooling2D
from keras.layers.recurrent import Layer as AboveLayer, activations
assert MaxPooling2D is keras.layers.MaxPooling2D and Deconvolution2D is keras.layers.Conv2DTranspose and AboveLayer is Layer
assert optimizers.rmsprop is keras.optimizers.RMSprop and activations.relu is keras.activations.relu
assert keras.metrics.mse is keras.losses.mse and Container is keras.engine.network.Network
assert K.image_dim_ordering() == "tf" and K.set_image_dim_ordering("th") is None
assert K.image_data_format() == tf.keras.backend.image_data_format() == "channels_first" and K.image_dim_ordering() == "th"
K.epsilon = lambda: "patched"
from evergraph.keras.backend import config
assert K.epsilon() == backend.epsilon() == config.epsilon() == "patched"
try:
    import keras.nothing
except ModuleNotFoundError as error:
    print(error)
model = Sequential([Dense(1, input_dim=2)])
model.compile("sgd", "mse")
print(model.predict(numpy.zeros([3, 2])).shape)
"""


def _run(program, tmp_path, *beside):
    (tmp_path / "program.py").write_text(program)
    environment = {
        **os.environ,
        "JAX_PLATFORMS": "cpu",
        "PYTHONPATH": os.pathsep.join(map(str, (*beside, *sys.path))),
    }
    command = [sys.executable, "-m", "evergraph", "run", "program.py"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, env=environment)
    assert done.returncode == 0, done.stderr
    return done.stdout


def _install(place, version):
    (place / "keras").mkdir(parents=True)
    (place / "keras" / "__init__.py").write_text("installed = True\n")
    if version:
        (place / f"keras-{version}.dist-info").mkdir()
        (place / f"keras-{version}.dist-info" / "METADATA").write_text(f"Name: keras\nVersion: {version}\n")
    return place


def test_the_package_is_that_of_tf_keras(tmp_path):
    installed = _install(tmp_path / "site", "3.0.5")
    assert _run(PROGRAM, tmp_path, installed) == "No module named 'keras.nothing'\n(3, 1)\n"


@pytest.mark.parametrize(
    "version, is_used", [("2.1.6", True), ("2.3.1", True), (None, True), ("2.4.3", False), ("3.15.1", False)]
)
def test_an_installed_keras_of_its_time_is_used(version, is_used, tmp_path):
    installed = _install(tmp_path / "site", version)
    assert _run("import keras; print(hasattr(keras, 'installed'))", tmp_path, installed) == f"{is_used}\n"
