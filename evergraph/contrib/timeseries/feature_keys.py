"""The keys of features, states, results and signatures of models of time series."""

from evergraph.framework.public import public, public_module
from evergraph.saved_model import signature_constants

public_module("contrib.timeseries.python.timeseries.feature_keys")


@public()
class State:
    """Keys of the state of a model: as one structure, and the beginning of those of its parts."""

    STATE_TUPLE = "start_tuple"
    STATE_PREFIX = "model_state"


@public()
class Times:
    """The key of times: integers that increase."""

    TIMES = "times"


@public()
class Values:
    """The key of values: one or more floats for each time."""

    VALUES = "values"


@public("contrib.timeseries.TrainEvalFeatures")
class TrainEvalFeatures(Times, Values):
    """Keys of the features of training and evaluation."""


@public()
class PredictionFeatures(Times, State):
    """Keys of the features of prediction."""


@public()
class FilteringFeatures(Times, Values, State):
    """Keys of what changes a state."""


@public()
class PredictionResults(Times):
    """Keys of what is predicted, beside those of the model."""


@public("contrib.timeseries.FilteringResults")
class FilteringResults(Times, State):
    """Keys of what evaluation returns, beside those of the model."""


@public()
class SavedModelLabels:
    """The signatures of an exported model."""

    PREDICT = signature_constants.DEFAULT_SERVING_SIGNATURE_DEF_KEY
    FILTER = "filter"
    COLD_START_FILTER = "cold_start_filter"
