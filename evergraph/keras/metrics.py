"""`tf.keras.metrics`."""

# -- contents of tf.keras.metrics, written by `make contents` from what is marked @public --
# ruff: noqa: F401 (names are imported to be seen)
from evergraph.keras.losses import binary_crossentropy as binary_crossentropy
from evergraph.keras.losses import categorical_crossentropy as categorical_crossentropy
from evergraph.keras.losses import cosine_proximity as cosine
from evergraph.keras.losses import cosine_proximity as cosine_proximity
from evergraph.keras.losses import hinge as hinge
from evergraph.keras.losses import kullback_leibler_divergence as KLD
from evergraph.keras.losses import kullback_leibler_divergence as kld
from evergraph.keras.losses import kullback_leibler_divergence as kullback_leibler_divergence
from evergraph.keras.losses import mean_absolute_error as MAE
from evergraph.keras.losses import mean_absolute_error as mae
from evergraph.keras.losses import mean_absolute_error as mean_absolute_error
from evergraph.keras.losses import mean_absolute_percentage_error as MAPE
from evergraph.keras.losses import mean_absolute_percentage_error as mape
from evergraph.keras.losses import mean_absolute_percentage_error as mean_absolute_percentage_error
from evergraph.keras.losses import mean_squared_error as MSE
from evergraph.keras.losses import mean_squared_error as mean_squared_error
from evergraph.keras.losses import mean_squared_error as mse
from evergraph.keras.losses import mean_squared_logarithmic_error as MSLE
from evergraph.keras.losses import mean_squared_logarithmic_error as mean_squared_logarithmic_error
from evergraph.keras.losses import mean_squared_logarithmic_error as msle
from evergraph.keras.losses import poisson as poisson
from evergraph.keras.losses import sparse_categorical_crossentropy as sparse_categorical_crossentropy
from evergraph.keras.losses import squared_hinge as squared_hinge
from evergraph.keras.metric_functions import binary_accuracy as binary_accuracy
from evergraph.keras.metric_functions import categorical_accuracy as categorical_accuracy
from evergraph.keras.metric_functions import deserialize as deserialize
from evergraph.keras.metric_functions import get as get
from evergraph.keras.metric_functions import serialize as serialize
from evergraph.keras.metric_functions import sparse_categorical_accuracy as sparse_categorical_accuracy
from evergraph.keras.metric_functions import (
    sparse_top_k_categorical_accuracy as sparse_top_k_categorical_accuracy,
)
from evergraph.keras.metric_functions import top_k_categorical_accuracy as top_k_categorical_accuracy

# -- end of contents --
