"""Normalisation of each example by itself: over all its elements, its channels, or groups of channels."""

from collections.abc import Callable, Sequence
from typing import Any

from evergraph.contrib.framework.scoped_arguments import add_arg_scope
from evergraph.contrib.framework.variables import model_variable
from evergraph.contrib.layers.collected_outputs import get_variable_collections
from evergraph.contrib.layers.layer_variables import checked_format, finish
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import nn
from evergraph.ops.variables.initializers import Ones, Zeros
from evergraph.ops.variables.scope import variable_scope

public_module("contrib.layers.python.layers.normalization")

_DEFAULTS = {"beta": Zeros(), "gamma": Ones()}


def _offset_and_scale(inputs, shape, wanted, initializers, collections, trainable):
    """(beta, gamma), of the shape; None for what is not wanted."""
    if not shape.is_fully_defined():
        raise ValueError(
            f"Inputs {inputs.name} has undefined channels dimension: {inputs.shape} is not fully defined where beta and gamma are"
        )
    return [
        model_variable(
            name,
            shape,
            inputs.dtype.base_dtype,
            (initializers or {}).get(name, _DEFAULTS[name]),
            collections=get_variable_collections(collections, name),
            trainable=trainable,
        )
        if is_wanted
        else None
        for name, is_wanted in zip(_DEFAULTS, wanted)
    ]


@public("contrib.layers.layer_norm", "contrib.layers.python.layers.layers.layer_norm")
@add_arg_scope
def layer_norm(
    inputs: TensorLike,
    center: bool = True,
    scale: bool = True,
    activation_fn: Callable | None = None,
    reuse: bool | None = None,
    variables_collections: Any = None,
    outputs_collections: Any = None,
    trainable: bool = True,
    begin_norm_axis: int = 1,
    begin_params_axis: int = -1,
    scope: Any = None,
) -> Tensor:
    """Layer normalisation (J. Ba, J. Kiros and G. Hinton, 2016).

    Args:
      inputs: a tensor of rank 2 at least.
      center, scale: whether there are a beta and a gamma.
      activation_fn: a function of the outputs; none when None.
      reuse: whether the variables are there already; `scope` must be given then.
      variables_collections: collections of the variables, or a dict of these by name.
      outputs_collections: collections of the outputs.
      trainable: whether the variables are trained.
      begin_norm_axis: the first axis that is normalised over, with all after it.
      begin_params_axis: the first axis that beta and gamma have, with all after it.
      scope: the variable scope, by name or object.

    Raises:
      ValueError: a rank that is not known, axes beyond it, sizes of beta and gamma that are not known.
    """
    with variable_scope(scope, "LayerNorm", [inputs], reuse=reuse) as sc:
        inputs = convert_to_tensor(inputs)
        rank = inputs.shape.ndims
        if rank is None:
            raise ValueError(f"Inputs {inputs.name} has undefined rank.")
        begin_norm_axis = begin_norm_axis + rank if begin_norm_axis < 0 else begin_norm_axis
        if begin_params_axis >= rank or begin_norm_axis >= rank:
            raise ValueError(
                f"begin_params_axis ({begin_params_axis}) and begin_norm_axis ({begin_norm_axis}) must be < rank(inputs) ({rank})"
            )
        beta, gamma = _offset_and_scale(
            inputs, inputs.shape[begin_params_axis:], (center, scale), None, variables_collections, trainable
        )
        mean, variance = nn.moments(inputs, list(range(begin_norm_axis, rank)), keep_dims=True)
        # the mean is taken away before the division by what may be next to nothing: equal inputs give nothing but beta
        centred = inputs - mean
        outputs = nn.batch_normalization(centred, array_ops.zeros_like(mean), variance, beta, gamma, 1e-12)
        outputs.set_shape(inputs.shape)
        return finish(outputs, activation_fn, outputs_collections, sc.name)


@public("contrib.layers.instance_norm")
@add_arg_scope
def instance_norm(
    inputs: TensorLike,
    center: bool = True,
    scale: bool = True,
    epsilon: float = 1e-6,
    activation_fn: Callable | None = None,
    param_initializers: dict[str, Callable] | None = None,
    reuse: bool | None = None,
    variables_collections: Any = None,
    outputs_collections: Any = None,
    trainable: bool = True,
    data_format: str = "NHWC",
    scope: Any = None,
) -> Tensor:
    """Normalisation of each channel of each example (D. Ulyanov, A. Vedaldi and V. Lempitsky, Instance Normalization, 2016).

    Args:
      inputs: a tensor whose channels are last, or second for "NCHW".
      epsilon: added to the variance.
      param_initializers: {"beta", "gamma": initializer}.
      data_format: "NHWC" or "NCHW", also for other ranks than 4.
      The other arguments: see `layer_norm`.

    Raises:
      ValueError: another data format, a rank or number of channels that is not known.
    """
    inputs = convert_to_tensor(inputs)
    rank = inputs.shape.ndims
    if rank is None:
        raise ValueError(f"Inputs {inputs.name} has undefined rank.")
    axis = 1 if checked_format(data_format, "NCHW", "NHWC") == "channels_first" else rank - 1
    with variable_scope(scope, "InstanceNorm", [inputs], reuse=reuse) as sc:
        beta, gamma = _offset_and_scale(
            inputs,
            inputs.shape[axis : axis + 1],
            (center, scale),
            param_initializers,
            variables_collections,
            trainable,
        )
        if axis != rank - 1:
            shape = [inputs.shape[axis].value if each == axis else 1 for each in range(rank)]
            beta, gamma = (each if each is None else array_ops.reshape(each, shape) for each in (beta, gamma))
        others = [each for each in range(1, rank) if each != axis]
        mean, variance = nn.moments(inputs, others, keep_dims=True)
        outputs = nn.batch_normalization(inputs, mean, variance, beta, gamma, epsilon, name="instancenorm")
        return finish(outputs, activation_fn, outputs_collections, sc.name)


@public("contrib.layers.group_norm")
@add_arg_scope
def group_norm(
    inputs: TensorLike,
    groups: int = 32,
    channels_axis: int = -1,
    reduction_axes: Sequence[int] = (-3, -2),
    center: bool = True,
    scale: bool = True,
    epsilon: float = 1e-6,
    activation_fn: Callable | None = None,
    param_initializers: dict[str, Callable] | None = None,
    reuse: bool | None = None,
    variables_collections: Any = None,
    outputs_collections: Any = None,
    trainable: bool = True,
    scope: Any = None,
) -> Tensor:
    """Normalisation of groups of channels of each example (Y. Wu and K. He, Group Normalization, 2018).

    Args:
      inputs: a tensor; the sizes along the axes below are known.
      groups: how many groups the channels are divided into.
      channels_axis: the axis of the channels.
      reduction_axes: the other axes that a group is normalised over.
      The other arguments: see `instance_norm`.

    Raises:
      ValueError: axes or sizes that are not known or do not fit, groups that do not divide the channels.
    """
    inputs = convert_to_tensor(inputs)
    rank = inputs.shape.ndims
    if rank is None:
        raise ValueError(f"Inputs {inputs.name} has undefined rank.")
    axis, reduced = _checked_axes(inputs, groups, channels_axis, reduction_axes)
    sizes = inputs.shape.as_list()
    channels = sizes[axis]
    before, after = sizes[:axis], sizes[axis + 1 :]
    shape = [1] * len(before) + [groups, channels // groups] + [1] * len(after)
    unknown = sum(size is None for size in sizes) > 1
    whole = array_ops.shape(inputs) if unknown else [-1 if size is None else size for size in sizes]
    grouped = [-1 if size is None else size for size in (*before, groups, channels // groups, *after)]
    if unknown:
        grouped = array_ops.concat([whole[:axis], [groups, channels // groups], whole[axis + 1 :]], 0)
    with variable_scope(scope, "GroupNorm", [inputs], reuse=reuse) as sc:
        beta, gamma = (
            each if each is None else array_ops.reshape(each, shape)
            for each in _offset_and_scale(
                inputs,
                inputs.shape[axis : axis + 1],
                (center, scale),
                param_initializers,
                variables_collections,
                trainable,
            )
        )
        parts = array_ops.reshape(inputs, grouped)
        over = [axis + 1, *(each + 1 if each > axis else each for each in reduced)]
        mean, variance = nn.moments(parts, over, keep_dims=True)
        outputs = nn.batch_normalization(parts, mean, variance, beta, gamma, epsilon)
        outputs = array_ops.reshape(outputs, whole)
        outputs.set_shape(inputs.shape)
        return finish(outputs, activation_fn, outputs_collections, sc.name)


def _checked_axes(inputs, groups, channels_axis, reduction_axes):
    """The axis of the channels and the others, counted from the front."""
    rank = inputs.shape.ndims
    if channels_axis > rank - 1:
        raise ValueError(f"Axis is out of bounds: channels_axis {channels_axis} of {inputs.shape}")
    axis = channels_axis % rank
    channels = inputs.shape[axis].value
    if channels is None:
        raise ValueError(f"Inputs {inputs.name} has undefined channel dimension: {inputs.shape}")
    reduced = [each + rank if each < 0 else each for each in reduction_axes]
    for each in reduced:
        if each >= rank:
            raise ValueError(f"Axis is out of bounds: reduction axis {each} of {inputs.shape}")
        if inputs.shape[each].value is None:
            raise ValueError(f"Inputs {inputs.name} has undefined dimensions {each}: {inputs.shape}")
        if each == axis:
            raise ValueError("reduction_axis must be mutually exclusive with channels_axis")
    if groups > channels:
        raise ValueError(f"Invalid groups {groups} for {channels} channels.")
    if channels % groups:
        raise ValueError(f"{channels} channels is not commensurate with {groups} groups.")
    return axis, reduced
