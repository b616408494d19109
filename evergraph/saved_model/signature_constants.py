"""The keys and methods of signatures that servers know."""

from evergraph.framework.public import public, public_module

public_module("saved_model.signature_constants", "python.saved_model.signature_constants")

DEFAULT_SERVING_SIGNATURE_DEF_KEY = public()("serving_default")

CLASSIFY_METHOD_NAME = public()("tensorflow/serving/classify")
CLASSIFY_INPUTS = public()("inputs")
CLASSIFY_OUTPUT_CLASSES = public()("classes")
CLASSIFY_OUTPUT_SCORES = public()("scores")

PREDICT_METHOD_NAME = public()("tensorflow/serving/predict")
PREDICT_INPUTS = public()("inputs")
PREDICT_OUTPUTS = public()("outputs")

REGRESS_METHOD_NAME = public()("tensorflow/serving/regress")
REGRESS_INPUTS = public()("inputs")
REGRESS_OUTPUTS = public()("outputs")

SUPERVISED_TRAIN_METHOD_NAME = public()("tensorflow/supervised/training")
SUPERVISED_EVAL_METHOD_NAME = public()("tensorflow/supervised/eval")
