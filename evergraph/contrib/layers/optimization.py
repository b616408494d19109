"""`optimize_loss`: the operation that trains, with clipping, noise, decay and summaries."""

from collections.abc import Callable, Sequence
from typing import Any, cast

from evergraph.framework.collections import GraphKeys, get_collection
from evergraph.framework.composite import IndexedSlices
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import checks, clip
from evergraph.ops import math as math_ops
from evergraph.ops.control_flow.grouping import with_dependencies
from evergraph.ops.random.distributions import truncated_normal
from evergraph.ops.variables.collections import trainable_variables
from evergraph.ops.variables.initializers import Zeros, constant_initializer
from evergraph.ops.variables.scope import get_variable, variable_scope
from evergraph.optimizers.adagrad import AdagradOptimizer
from evergraph.optimizers.adam import AdamOptimizer
from evergraph.optimizers.ftrl import FtrlOptimizer
from evergraph.optimizers.gradient_descent import GradientDescentOptimizer
from evergraph.optimizers.momentum import MomentumOptimizer
from evergraph.optimizers.moving_averages import assign_moving_average
from evergraph.optimizers.optimizer import Optimizer
from evergraph.optimizers.rmsprop import RMSPropOptimizer
from evergraph.summary import summary
from evergraph.training.global_step import assert_global_step, get_global_step

public_module("contrib.layers.python.layers.optimizers")

OPTIMIZER_CLS_NAMES = public("contrib.layers.OPTIMIZER_CLS_NAMES")(
    {
        "Adagrad": AdagradOptimizer,
        "Adam": AdamOptimizer,
        "Ftrl": FtrlOptimizer,
        "Momentum": lambda learning_rate: MomentumOptimizer(learning_rate, momentum=0.9),
        "RMSProp": RMSPropOptimizer,
        "SGD": GradientDescentOptimizer,
    }
)

OPTIMIZER_SUMMARIES = public("contrib.layers.OPTIMIZER_SUMMARIES")(
    ["learning_rate", "loss", "gradients", "gradient_norm", "global_gradient_norm"]
)


@public("contrib.layers.optimize_loss")
def optimize_loss(
    loss: Tensor,
    global_step: Any,
    learning_rate: TensorLike,
    optimizer: Any,
    gradient_noise_scale: float | None = None,
    gradient_multipliers: dict[Any, float] | None = None,
    clip_gradients: float | Callable | None = None,
    learning_rate_decay_fn: Callable | None = None,
    update_ops: Sequence[Any] | None = None,
    variables: Sequence[Any] | None = None,
    name: str | None = None,
    summaries: Sequence[str] | None = None,
    colocate_gradients_with_ops: bool = False,
    increment_global_step: bool = True,
) -> Tensor:
    """The loss, as a tensor that trains when it is computed.

    Args:
      loss: a scalar.
      global_step: what is counted up, or None for the graph's own.
      learning_rate: a float, which becomes a variable, a scalar tensor, or None when the optimizer has one.
      optimizer: a name in OPTIMIZER_CLS_NAMES, a class, an Optimizer, or a function of the learning rate that gives one.
      gradient_noise_scale: how much noise is added to the gradients.
      gradient_multipliers: {variable or its name: factor}.
      clip_gradients: the global norm that gradients are clipped to, or a function of (gradient, variable) pairs.
      learning_rate_decay_fn: a function of the learning rate and global step that gives the rate.
      update_ops: what runs before the step; `GraphKeys.UPDATE_OPS` when None.
      variables: what is trained; `GraphKeys.TRAINABLE_VARIABLES` when None.
      name: the variable scope.
      summaries: names in OPTIMIZER_SUMMARIES; loss, learning rate and global norm when None.
      colocate_gradients_with_ops: as for `Optimizer.compute_gradients`.
      increment_global_step: whether the step is counted.

    Raises:
      ValueError: an argument of the wrong form.
    """
    loss = convert_to_tensor(loss)
    checks.assert_scalar(loss)
    if global_step is None:
        global_step = get_global_step()
    else:
        assert_global_step(global_step)
    with variable_scope(name, "OptimizeLoss", [loss, global_step]):
        if update_ops is None:
            update_ops = list(dict.fromkeys(get_collection(GraphKeys.UPDATE_OPS)))
        if update_ops:
            loss = cast(Tensor, with_dependencies(list(update_ops), loss))
        summaries = _checked_summaries(summaries)
        rate = _learning_rate(learning_rate)
        if learning_rate is not None and learning_rate_decay_fn is not None:
            if global_step is None:
                raise ValueError("global_step is required for learning_rate_decay_fn.")
            rate = learning_rate_decay_fn(rate, global_step)
            if "learning_rate" in summaries:
                summary.scalar("learning_rate", rate)
        opt = _optimizer(optimizer, rate)
        gradients = opt.compute_gradients(
            loss,
            trainable_variables() if variables is None else variables,
            colocate_gradients_with_ops=colocate_gradients_with_ops,
        )
        gradients = _changed(gradients, gradient_noise_scale, gradient_multipliers)
        with_norms = "global_gradient_norm" in summaries or "gradient_norm" in summaries
        if with_norms:
            summary.scalar("global_norm/gradient_norm", clip.global_norm([each for each, _ in gradients]))
        gradients = _clipped(gradients, clip_gradients)
        _summarize(loss, gradients, summaries)
        if clip_gradients is not None and with_norms:
            summary.scalar(
                "global_norm/clipped_gradient_norm", clip.global_norm([each for each, _ in gradients])
            )
        step = opt.apply_gradients(
            gradients, global_step=global_step if increment_global_step else None, name="train"
        )
        return cast(Tensor, with_dependencies([step], loss))


def _checked_summaries(summaries):
    if summaries is None:
        return ["loss", "learning_rate", "global_gradient_norm"]
    for each in summaries:
        if each not in OPTIMIZER_SUMMARIES:
            raise ValueError(
                f"Summaries should be one of [{', '.join(OPTIMIZER_SUMMARIES)}], you provided {each}."
            )
    return summaries


def _learning_rate(given):
    if given is None or isinstance(given, Tensor) and given.shape.ndims == 0:
        return given
    if not isinstance(given, float):
        raise ValueError(
            f"Learning rate should be 0d Tensor or float. Got {given} of type {type(given).__name__}"
        )
    if given < 0.0:
        raise ValueError(f"Invalid learning_rate {given}.")
    return get_variable("learning_rate", [], trainable=False, initializer=constant_initializer(given))


def _optimizer(given, rate):
    if isinstance(given, Optimizer):
        return given
    if isinstance(given, str):
        if given not in OPTIMIZER_CLS_NAMES:
            raise ValueError(
                f"Optimizer name should be one of [{', '.join(OPTIMIZER_CLS_NAMES)}], you provided {given}."
            )
        make = OPTIMIZER_CLS_NAMES[given]
    elif callable(given):
        make = given
    else:
        raise ValueError(
            "Unrecognized optimizer: should be string, subclass of Optimizer, instance of subclass of Optimizer or "
            f"function with one argument. Got {given}."
        )
    is_function = make is given and not (isinstance(given, type) and issubclass(given, Optimizer))
    if rate is None and not is_function:
        raise ValueError(f"Learning rate is None, but should be specified if optimizer is {given}.")
    made = make() if rate is None else make(rate) if is_function else make(learning_rate=rate)
    if not isinstance(made, Optimizer):
        raise ValueError(f"Unrecognized optimizer: function should return subclass of Optimizer. Got {made}.")
    return made


def _with_values(gradient, change):
    """A gradient whose values are changed: a tensor's, or those of IndexedSlices."""
    if isinstance(gradient, IndexedSlices):
        return IndexedSlices(change(gradient.values), gradient.indices, gradient.dense_shape)
    return change(gradient)


def _changed(gradients, noise_scale, multipliers):
    if noise_scale is not None:
        gradients = [
            (None if gradient is None else _with_noise(gradient, noise_scale), variable)
            for gradient, variable in gradients
        ]
    if multipliers is not None:
        gradients = [
            (_multiplied(gradient, multipliers.get(variable, multipliers.get(variable.name))), variable)
            for gradient, variable in gradients
        ]
        if not gradients:
            raise ValueError(
                "Empty list of (gradient, var) pairs encountered. This is most likely to be caused by an "
                "improper value of gradient_multipliers."
            )
    return gradients


def _with_noise(gradient, scale):
    dense = convert_to_tensor(gradient)
    shape = dense.shape if dense.shape.is_fully_defined() else array_ops.shape(dense)
    return dense + truncated_normal(shape) * scale


def _multiplied(gradient, multiplier):
    if gradient is None or multiplier is None:
        return gradient
    return _with_values(gradient, lambda values: values * convert_to_tensor(multiplier, values.dtype))


def _clipped(gradients, how):
    if how is None:
        return gradients
    if isinstance(how, float):
        clipped, _ = clip.clip_by_global_norm([gradient for gradient, _ in gradients], how)
        return list(zip(clipped, [variable for _, variable in gradients]))
    if not callable(how):
        raise ValueError(f"Unknown type {type(how)} for clip_gradients")
    return how(gradients)


def _summarize(loss, gradients, summaries):
    if "loss" in summaries:
        summary.scalar("loss", loss)
    for gradient, variable in gradients:
        values = gradient.values if isinstance(gradient, IndexedSlices) else gradient
        if values is None:
            continue
        name = variable.name.replace(":", "_")
        if "gradients" in summaries:
            summary.histogram(f"gradients/{name}", values)
        if "gradient_norm" in summaries:
            summary.scalar(f"gradient_norm/{name}", clip.global_norm([values]))


@public("contrib.layers.adaptive_clipping_fn")
def adaptive_clipping_fn(
    std_factor: float = 2.0,
    decay: TensorLike = 0.95,
    static_max_norm: float | None = None,
    global_step: Any = None,
    report_summary: bool = False,
    epsilon: float = 1e-8,
    name: str | None = None,
) -> Callable:
    """Clips gradients that are much longer than they have been: a `clip_gradients` of `optimize_loss`.

    What is longer than `exp(mean + std_factor * stddev)` of the logarithms of the norms so far becomes `exp(mean)` long.

    Args:
      std_factor: see above.
      decay: of the averages of the logarithm and its square, a scalar.
      static_max_norm: the longest norm in any case.
      global_step: lets the averages follow faster in the beginning.
      report_summary: whether the bound is a summary.
      epsilon: a small number against a logarithm of zero.
      name: the variable scope.
    """

    def clipped(grads_and_vars):
        gradients, variables = zip(*grads_and_vars)
        norm = clip.global_norm(gradients)
        bound, log_mean = _adaptive_max_norm(norm, std_factor, decay, global_step, epsilon, name)
        if report_summary:
            summary.scalar("global_norm/adaptive_max_gradient_norm", bound)
        factor = array_ops.where(norm < bound, array_ops.ones_like(norm), math_ops.exp(log_mean) / norm)
        if static_max_norm is not None:
            factor = math_ops.minimum(static_max_norm / norm, factor)
        return [
            (each if each is None else _with_values(each, lambda values: values * factor), variable)
            for each, variable in zip(gradients, variables)
        ]

    return clipped


@public("contrib.layers.python.layers.optimizers._adaptive_max_norm")
def _adaptive_max_norm(
    norm: Tensor, std_factor: float, decay: Any, global_step: Any, epsilon: float, name: str | None
) -> tuple[Tensor, Tensor]:
    """(the longest norm, the mean of the logarithms). Both are scalars of the dtype of `norm`."""
    with variable_scope(name, "AdaptiveMaxNorm", [norm]):
        log_norm = math_ops.log(norm + epsilon)
        if global_step is not None:
            count = math_ops.cast(global_step, norm.dtype)
            decay = math_ops.minimum(decay, count / (count + 1.0))

        def averaged(name, value):
            average = get_variable(name, value.shape, value.dtype, initializer=Zeros(), trainable=False)
            return assign_moving_average(average, value, decay, zero_debias=False)

        mean = averaged("mean", log_norm)
        variance = averaged("sq_mean", math_ops.square(log_norm)) - math_ops.square(mean)
        deviation = math_ops.sqrt(math_ops.maximum(epsilon, variance))
        return math_ops.exp(mean + std_factor * deviation), mean
