"""`tf.keras.models`."""

# -- contents of tf.keras.models, written by `make contents` from what is marked @public --
# ruff: noqa: F401 (names are imported to be seen)
from evergraph.keras.engine.cloning import clone_model as clone_model
from evergraph.keras.engine.saving import load_model as load_model
from evergraph.keras.engine.saving import model_from_config as model_from_config
from evergraph.keras.engine.saving import model_from_json as model_from_json
from evergraph.keras.engine.saving import model_from_yaml as model_from_yaml
from evergraph.keras.engine.saving import save_model as save_model
from evergraph.keras.engine.sequential import Sequential as Sequential
from evergraph.keras.engine.training import Model as Model

# -- end of contents --
