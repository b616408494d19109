"""Layers without variables: flatten, one-hot, softmax, maxout, and images as sequences."""

from typing import Any

from evergraph.contrib.framework.scoped_arguments import add_arg_scope
from evergraph.contrib.framework.variables import model_variable
from evergraph.contrib.layers.collected_outputs import (
    collect_named_outputs,
    get_variable_collections,
    last_dimension,
)
from evergraph.contrib.layers.layer_variables import PLAIN, checked_format
from evergraph.framework import dtypes
from evergraph.framework.composite import SparseTensor
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import control_dependencies, name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.layers.dropout import Dropout
from evergraph.layers.flattening import Flatten
from evergraph.ops import array as array_ops
from evergraph.ops import checks, constants, nn
from evergraph.ops import math as math_ops
from evergraph.ops.sparse import sparse_reshape
from evergraph.ops.variables.initializers import constant_initializer
from evergraph.ops.variables.scope import variable_scope

public_module("contrib.layers.python.layers.layers")


@public("contrib.layers.dropout")
@add_arg_scope
def dropout(
    inputs: TensorLike,
    keep_prob: TensorLike = 0.5,
    noise_shape: TensorLike = None,
    is_training: TensorLike = True,
    outputs_collections: Any = None,
    scope: Any = None,
    seed: int | None = None,
) -> Tensor:
    """Sets elements to zero at random in training, and scales the others up by `1 / keep_prob`.

    Args:
      inputs: a floating tensor.
      keep_prob: the share of elements that stay.
      noise_shape: the shape of what is drawn, which is broadcast.
      is_training: a bool, or a scalar bool tensor.
      outputs_collections: collections of the outputs.
      scope: a scope for the operations.
      seed: of the draws.
    """
    with variable_scope(scope, "Dropout", [inputs], custom_getter=PLAIN) as sc:
        inputs = convert_to_tensor(inputs)
        layer = Dropout(rate=1 - keep_prob, noise_shape=noise_shape, seed=seed, name=sc.name, _scope=sc)
        return collect_named_outputs(outputs_collections, sc.name, layer(inputs, training=is_training))


@public("contrib.layers.flatten")
@add_arg_scope
def flatten(inputs: TensorLike, outputs_collections: Any = None, scope: str | None = None) -> Tensor:
    """`[batch, ...]` to `[batch, n]`.

    Args:
      inputs: a tensor of rank 2 at least.
      outputs_collections: collections of the outputs.
      scope: a name for the operations.

    Raises:
      ValueError: a rank that is not known, or too low.
    """
    with name_scope(scope, "Flatten", [inputs]) as sc:
        inputs = convert_to_tensor(inputs)
        return collect_named_outputs(outputs_collections, sc, Flatten()(inputs))


@public("contrib.layers.python.layers.layers._inner_flatten")
@add_arg_scope
def inner_flatten(
    inputs: Any, new_rank: Any, output_collections: Any = None, scope: str | None = None
) -> Any:
    """A tensor of a lower rank, whose last dimension holds all the inner ones.

    Args:
      inputs: a tensor or SparseTensor.
      new_rank: the rank.
      output_collections: collections of the outputs.
      scope: a name for the operations.

    Raises:
      ValueError: the rank is lower already.
    """
    with name_scope(scope, "InnerFlatten", [inputs, new_rank]) as sc:
        if isinstance(inputs, SparseTensor):
            rank = inputs.dense_shape.get_shape().as_list()[0]
            if rank < new_rank:
                raise ValueError(
                    f"Inputs has rank less than new_rank. {inputs} must have rank at least {new_rank}."
                )
            outer, inner = inputs.dense_shape[: new_rank - 1], inputs.dense_shape[new_rank - 1 :]
            flat: Any = sparse_reshape(inputs, array_ops.concat((outer, [math_ops.reduce_prod(inner)]), 0))
        else:
            flat = _dense_inner_flatten(convert_to_tensor(inputs), new_rank)
        return collect_named_outputs(output_collections, sc, flat)


def _dense_inner_flatten(inputs, new_rank):
    check = checks.assert_rank_at_least(inputs, new_rank, message="inputs has rank less than new_rank")
    with control_dependencies([check]):
        outer = array_ops.strided_slice(array_ops.shape(inputs), [0], [new_rank - 1])
        flat = array_ops.reshape(inputs, array_ops.concat((outer, [-1]), 0))
    if isinstance(new_rank, int) and inputs.shape.ndims is not None:
        sizes = inputs.shape.as_list()
        size = 1
        for each in sizes[new_rank - 1 :]:
            size = None if size is None or each is None else size * each
        flat.set_shape([*sizes[: new_rank - 1], size])
    return flat


@public("contrib.layers.one_hot_encoding")
@add_arg_scope
def one_hot_encoding(
    labels: TensorLike,
    num_classes: TensorLike,
    on_value: TensorLike = 1.0,
    off_value: TensorLike = 0.0,
    outputs_collections: Any = None,
    scope: str | None = None,
) -> Tensor:
    """`[...]` integers to `[..., num_classes]`, with `on_value` at each label.

    Args:
      labels: integers.
      num_classes: how many classes there are.
      on_value, off_value: what stands at a label, and elsewhere.
      outputs_collections: collections of the outputs.
      scope: a name for the operations.
    """
    with name_scope(scope, "OneHotEncoding", [labels, num_classes]) as sc:
        labels = convert_to_tensor(labels)
        if labels.dtype == dtypes.int32:
            labels = math_ops.cast(labels, dtypes.int64)
        outputs = array_ops.one_hot(labels, num_classes, on_value=on_value, off_value=off_value)
        return collect_named_outputs(outputs_collections, sc, outputs)


@public("contrib.layers.softmax")
@add_arg_scope
def softmax(logits: TensorLike, scope: Any = None) -> Tensor:
    """The softmax over the last dimension, whose size is known, of a tensor of rank 2 at least."""
    with variable_scope(scope, "softmax", [logits]):
        logits = convert_to_tensor(logits)
        size = last_dimension(logits.shape, min_rank=2)
        predictions = nn.softmax(array_ops.reshape(logits, [-1, size]))
        predictions = array_ops.reshape(predictions, array_ops.shape(logits))
        predictions.set_shape(logits.shape)
        return predictions


@public("contrib.layers.spatial_softmax")
@add_arg_scope
def spatial_softmax(
    features: TensorLike,
    temperature: float | None = None,
    name: str | None = None,
    variables_collections: Any = None,
    trainable: bool = True,
    data_format: str = "NHWC",
) -> Tensor:
    """The expected place of each channel's activation in the image (C. Finn et al., Deep Spatial Autoencoders, 2015).

    Args:
      features: `[batch, height, width, channels]`, or as `data_format` says.
      temperature: the first value of the variable `temperature` that activations are divided by; 1 when None.
      name: the variable scope.
      variables_collections: collections of the variable.
      trainable: whether it is trained.
      data_format: "NHWC" or "NCHW".

    Returns:
      `[batch, channels * 2]`: the place along the height and along the width, from -1 to 1, of each channel.

    Raises:
      ValueError: another data format, channels that are not known.
    """
    with variable_scope(name, "spatial_softmax"):
        features = convert_to_tensor(features)
        first = checked_format(data_format, "NCHW", "NHWC") == "channels_first"
        sizes = array_ops.shape(features)
        height, width = (sizes[2], sizes[3]) if first else (sizes[1], sizes[2])
        channels = features.shape[1 if first else 3].value
        if channels is None:
            raise ValueError(
                f"The num_channels dimension of the inputs to spatial_softmax should be defined: {features}"
            )
        with name_scope("spatial_softmax_op", "spatial_softmax_op", [features]):
            places = array_ops.meshgrid(
                math_ops.linspace(-1.0, 1.0, num=height),
                math_ops.linspace(-1.0, 1.0, num=width),
                indexing="ij",
            )
            variable = model_variable(
                "temperature",
                (),
                dtypes.float32,
                constant_initializer(1.0 if temperature is None else temperature),
                collections=get_variable_collections(variables_collections, "temperature")
                if trainable
                else None,
                trainable=trainable,
            )
            if not first:
                features = array_ops.transpose(features, [0, 3, 1, 2])
            flat = array_ops.reshape(features, [-1, height * width])
            attention = nn.softmax(flat / variable)
            expected = [
                math_ops.reduce_sum(
                    array_ops.reshape(place, [height * width]) * attention, [1], keepdims=True
                )
                for place in places
            ]
            points = array_ops.reshape(array_ops.concat(expected, 1), [-1, channels * 2])
            points.set_shape([None, channels * 2])
            return points


@public("contrib.layers.unit_norm")
@add_arg_scope
def unit_norm(inputs: TensorLike, dim: int, epsilon: float = 1e-7, scope: Any = None) -> Tensor:
    """The inputs divided by their Euclidean length along an axis.

    Args:
      inputs: a floating tensor of known rank.
      dim: the axis, from 0.
      epsilon: added to the square of the length.
      scope: a scope for the operations.

    Raises:
      ValueError: a rank that is not known, or no such axis.
    """
    with variable_scope(scope, "UnitNorm", [inputs]):
        inputs = convert_to_tensor(inputs)
        rank = inputs.shape.ndims
        if rank is None:
            raise ValueError("The input rank must be known.")
        if not 0 <= dim < rank:
            raise ValueError(f"dim must be positive and less than the input rank {rank}, got {dim}.")
        return inputs / math_ops.sqrt(
            epsilon + math_ops.reduce_sum(math_ops.square(inputs), dim, keepdims=True)
        )


@public("contrib.layers.python.layers.layers.poincare_normalize")
def poincare_normalize(
    x: TensorLike, axis: int = 1, epsilon: float = 1e-5, name: str | None = None
) -> Tensor:
    """Points moved into the unit ball where they are outside (M. Nickel and D. Kiela, Poincare Embeddings, 2017, equation 4).

    Args:
      x: floats.
      axis: the axis of a point's coordinates.
      epsilon: how far from the border they stay.
      name: the operation's name.
    """
    with name_scope(name, "poincare_normalize", [x]) as scope:
        x = convert_to_tensor(x, name="x")
        inverse = math_ops.rsqrt(math_ops.reduce_sum(math_ops.square(x), axis, keepdims=True))
        return math_ops.multiply(x, math_ops.minimum((1.0 - epsilon) * inverse, 1.0), name=scope)


@public("contrib.layers.maxout")
@add_arg_scope
def maxout(inputs: TensorLike, num_units: int, axis: int = -1, scope: Any = None) -> Tensor:
    """The maximum of each group of channels (I. Goodfellow et al., Maxout Networks, 2013).

    Args:
      inputs: a tensor.
      num_units: how many channels the outputs have.
      axis: the axis of the channels.
      scope: a scope for the operations.

    Raises:
      ValueError: channels that `num_units` does not divide.
    """
    with variable_scope(scope, "MaxOut", [inputs]):
        inputs = convert_to_tensor(inputs)
        sizes = inputs.shape.as_list()
        count = sizes[axis]
        if count % num_units:
            raise ValueError(f"number of features({count}) is not a multiple of num_units({num_units})")
        sizes[axis] = num_units
        dynamic = array_ops.shape(inputs)
        shape = [dynamic[index] if size is None else size for index, size in enumerate(sizes)]
        outputs = math_ops.reduce_max(array_ops.reshape(inputs, [*shape, count // num_units]), -1)
        outputs.set_shape(sizes)
        return outputs


@public("contrib.layers.dense_to_sparse")
@add_arg_scope
def dense_to_sparse(
    tensor: TensorLike, eos_token: int = 0, outputs_collections: Any = None, scope: Any = None
) -> SparseTensor:
    """A SparseTensor of the elements that are not `eos_token`.

    Args:
      tensor: integers.
      eos_token: what stands for the end of a sequence, or for nothing.
      outputs_collections: collections of the outputs.
      scope: a scope for the operations.
    """
    with variable_scope(scope, "dense_to_sparse", [tensor]) as sc:
        tensor = convert_to_tensor(tensor)
        indices = array_ops.where(math_ops.not_equal(tensor, constants.constant(eos_token, tensor.dtype)))
        outputs = SparseTensor(
            indices, array_ops.gather_nd(tensor, indices), array_ops.shape(tensor, out_type=dtypes.int64)
        )
        return collect_named_outputs(outputs_collections, sc.name, outputs)


@public("contrib.layers.images_to_sequence")
@add_arg_scope
def images_to_sequence(
    inputs: TensorLike, data_format: str = "NHWC", outputs_collections: Any = None, scope: str | None = None
) -> Tensor:
    """Each row of each image as a sequence: `[width, batch * height, channels]`.

    Args:
      inputs: `[batch, height, width, channels]`, or as `data_format` says.
      data_format: "NHWC" or "NCHW".
      outputs_collections: collections of the outputs.
      scope: a name for the operations.

    Raises:
      ValueError: another data format.
    """
    layout = checked_format(data_format, "NCHW", "NHWC")
    with name_scope(scope, "ImagesToSequence", [inputs]) as sc:
        inputs = convert_to_tensor(inputs)
        if layout == "channels_first":
            inputs = array_ops.transpose(inputs, [0, 2, 3, 1])
        _, _, width, depth = inputs.shape.as_list()
        sizes = array_ops.shape(inputs)
        outputs = array_ops.reshape(
            array_ops.transpose(inputs, [2, 0, 1, 3]), [width, sizes[0] * sizes[1], depth]
        )
        return collect_named_outputs(outputs_collections, sc, outputs)


@public("contrib.layers.sequence_to_images")
@add_arg_scope
def sequence_to_images(
    inputs: TensorLike,
    height: int,
    output_data_format: str = "channels_last",
    outputs_collections: Any = None,
    scope: str | None = None,
) -> Tensor:
    """Images again from what `images_to_sequence` gives.

    Args:
      inputs: `[width, batch * height, channels]`.
      height: of the images.
      output_data_format: "channels_last" or "channels_first".
      outputs_collections: collections of the outputs.
      scope: a name for the operations.
    """
    with name_scope(scope, "SequenceToImages", [inputs]) as sc:
        inputs = convert_to_tensor(inputs)
        width, batches, depth = inputs.shape.as_list()
        shape = [width, -1 if batches is None else batches // height, height, depth]
        order = [1, 3, 2, 0] if output_data_format == "channels_first" else [1, 2, 0, 3]
        outputs = array_ops.transpose(array_ops.reshape(inputs, shape), order)
        return collect_named_outputs(outputs_collections, sc, outputs)
