"""Optimizers, learning rate schedules and moving averages."""

from evergraph.optimizers.adadelta import AdadeltaOptimizer
from evergraph.optimizers.adagrad import AdagradOptimizer
from evergraph.optimizers.adagrad_da import AdagradDAOptimizer
from evergraph.optimizers.adam import AdamOptimizer
from evergraph.optimizers.ftrl import FtrlOptimizer
from evergraph.optimizers.gradient_descent import GradientDescentOptimizer
from evergraph.optimizers.momentum import MomentumOptimizer
from evergraph.optimizers.moving_averages import (
    ExponentialMovingAverage,
    assign_moving_average,
    weighted_moving_average,
)
from evergraph.optimizers.optimizer import Optimizer
from evergraph.optimizers.proximal_adagrad import ProximalAdagradOptimizer
from evergraph.optimizers.proximal_gradient_descent import ProximalGradientDescentOptimizer
from evergraph.optimizers.rmsprop import RMSPropOptimizer
from evergraph.optimizers.schedules import (
    cosine_decay,
    cosine_decay_restarts,
    exponential_decay,
    inverse_time_decay,
    linear_cosine_decay,
    natural_exp_decay,
    noisy_linear_cosine_decay,
    piecewise_constant,
    polynomial_decay,
)

__all__ = [
    "AdadeltaOptimizer",
    "AdagradDAOptimizer",
    "AdagradOptimizer",
    "AdamOptimizer",
    "ExponentialMovingAverage",
    "FtrlOptimizer",
    "GradientDescentOptimizer",
    "MomentumOptimizer",
    "Optimizer",
    "ProximalAdagradOptimizer",
    "ProximalGradientDescentOptimizer",
    "RMSPropOptimizer",
    "assign_moving_average",
    "cosine_decay",
    "cosine_decay_restarts",
    "exponential_decay",
    "inverse_time_decay",
    "linear_cosine_decay",
    "natural_exp_decay",
    "noisy_linear_cosine_decay",
    "piecewise_constant",
    "polynomial_decay",
    "weighted_moving_average",
]
