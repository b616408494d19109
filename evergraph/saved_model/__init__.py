"""`tf.saved_model`: models on disk that run without the program that made them, in TensorFlow's format.

1. what a model takes and gives is a signature      `signature_def_utils.py`, `utils.py`
2. graphs, variables and assets are written          `builder.py`, `simple_save.py`
3. and read                                          `loader.py`, `reader.py`
"""
