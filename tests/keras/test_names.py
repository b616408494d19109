"""Keras under the names that programs import it by."""

import os
import subprocess
import sys

PROGRAM = """
import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import layers, backend as K
from tensorflow.keras.layers import Dense
from tensorflow.keras.models import Sequential
import tensorflow.keras.datasets.mnist
from tensorflow.python.keras.models import Sequential as S2
from tensorflow.python.keras.layers.recurrent import LSTM
from tensorflow.python.keras.utils.np_utils import to_categorical
from tensorflow.python.keras import backend as K2
from tensorflow.contrib.keras import losses
assert tf.keras is keras and Sequential is S2 is keras.Sequential and LSTM is layers.LSTM and Dense is layers.Dense
assert K2.set_session is K.set_session and keras.utils.to_categorical is to_categorical
assert losses.mean_squared_error is keras.losses.mse and tf.keras.preprocessing.text.Tokenizer
assert keras.applications.vgg16.VGG16 is keras.applications.VGG16
print("all there")
"""


def test_a_program_finds_all(tmp_path):
    (tmp_path / "program.py").write_text(PROGRAM)
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(p for p in sys.path if p),
        "JAX_PLATFORMS": "cpu",
    }
    done = subprocess.run(
        [sys.executable, "-m", "evergraph", "run", "program.py"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.stdout == "all there\n", done.stderr
