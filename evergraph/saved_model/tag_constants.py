"""Tags of the graphs of a SavedModel."""

from evergraph.framework.public import public, public_module

public_module("saved_model.tag_constants", "python.saved_model.tag_constants")

SERVING = public()("serve")
TRAINING = public()("train")
EVAL = public()("eval")
GPU = public()("gpu")
TPU = public()("tpu")
