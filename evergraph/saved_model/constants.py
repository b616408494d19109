"""The names of the files and collections of a SavedModel."""

from evergraph.framework.public import public, public_module

public_module("saved_model.constants", "python.saved_model.constants")

SAVED_MODEL_SCHEMA_VERSION = public()(1)
SAVED_MODEL_FILENAME_PB = public()("saved_model.pb")
SAVED_MODEL_FILENAME_PBTXT = public()("saved_model.pbtxt")
VARIABLES_DIRECTORY = public()("variables")
VARIABLES_FILENAME = public()("variables")
ASSETS_DIRECTORY = public()("assets")

# Collections of a graph: its assets, what is run after loading, and what trains.
ASSETS_KEY = public()("saved_model_assets")
LEGACY_INIT_OP_KEY = public()("legacy_init_op")
MAIN_OP_KEY = public()("saved_model_main_op")
TRAIN_OP_KEY = public()("saved_model_train_op")

# TensorFlow 2 writes what is run after loading as a signature instead.
INIT_OP_SIGNATURE_KEY = "__saved_model_init_op"
