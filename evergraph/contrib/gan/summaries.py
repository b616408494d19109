"""Summaries of models, and images side by side: `tf.contrib.gan.eval`."""

import math
from collections.abc import Sequence
from typing import Any

from evergraph.contrib.gan.models import CycleGANModel
from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public
from evergraph.framework.tensor import Tensor
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops.losses import get_regularization_loss
from evergraph.summary import summary


@public("contrib.gan.eval.image_grid")
def image_grid(
    input_tensor: Tensor,
    grid_shape: Sequence[int],
    image_shape: Sequence[int] = (32, 32),
    num_channels: int = 3,
) -> Tensor:
    """A batch of images as one image.

    Args:
      input_tensor: `[batch, height, width, channels]`, or each image flat.
      grid_shape: (rows, columns).
      image_shape: (height, width) of an image.
      num_channels: its channels.

    Returns:
      A tensor `[1, rows * height, columns * width, channels]`.

    Raises:
      ValueError: the sizes do not fit.
    """
    (rows, columns), (height, width) = grid_shape, image_shape
    if rows * columns != int(input_tensor.shape[0]):
        raise ValueError(
            f"Grid shape {grid_shape} incompatible with minibatch size {int(input_tensor.shape[0])}."
        )
    sizes = input_tensor.shape.as_list()[1:]
    if sizes not in ([height, width, num_channels], [height * width * num_channels]):
        raise ValueError(
            f"Image shape {image_shape} and number of channels {num_channels} incompatible with input tensor "
            f"{input_tensor.shape}."
        )
    images = array_ops.reshape(input_tensor, [rows, columns, height, width, num_channels])
    images = array_ops.transpose(images, [0, 2, 1, 3, 4])
    return array_ops.reshape(images, [1, rows * height, columns * width, num_channels])


@public("contrib.gan.eval.image_reshaper")
def image_reshaper(images: Tensor | Sequence[Tensor], num_cols: int | None = None) -> Tensor:
    """Images as one image, in rows of nearly as many as there are rows; empty ones fill the last.

    Args:
      images: a tensor `[batch, height, width, channels]`, or a list of tensors `[height, width, channels]`, of 1 or 3 channels.
      num_cols: how many images a row has.

    Returns:
      A tensor `[1, height, width, channels]`.

    Raises:
      ValueError: an image of another rank, or of sizes that are not known, or of other channels.
    """
    images = array_ops.unstack(images) if isinstance(images, Tensor) else list(images)
    for image in images:
        image.shape.assert_has_rank(3)
        image.shape.assert_is_fully_defined()
        if image.shape[-1].value not in (1, 3):
            raise ValueError(f"image_reshaper only supports 1 or 3 channel images, got {image.shape}")
    columns = num_cols or math.ceil(math.sqrt(len(images)))
    images.extend([array_ops.zeros_like(images[-1])] * (-len(images) % columns))
    rows = [array_ops.concat(images[start : start + columns], 1) for start in range(0, len(images), columns)]
    return array_ops.expand_dims(array_ops.concat(rows, 0), 0)


@public("contrib.gan.eval.add_gan_model_image_summaries")
def add_gan_model_image_summaries(gan_model: Any, grid_size: int = 4, model_summaries: bool = True) -> None:
    """Adds summaries of real and generated images `[batch, height, width, channels]`, in a grid.

    Args:
      gan_model: a GANModel, or a CycleGANModel.
      grid_size: the rows and columns of the grid.
      model_summaries: whether `add_gan_model_summaries` is called, too.

    Raises:
      ValueError: the data are no images of known sizes.
    """
    if isinstance(gan_model, CycleGANModel):
        for which in ("x2y", "y2x"):
            with name_scope(f"cyclegan_{which}_image_summaries"):
                add_gan_model_image_summaries(
                    getattr(gan_model, f"model_{which}"), grid_size, model_summaries
                )
        return
    for name, data in (("real_data", gan_model.real_data), ("generated_data", gan_model.generated_data)):
        _check_images(data)
        images = data[: grid_size**2]
        sizes = data.shape.as_list()[1:]
        count = data.shape[0].value
        if count is None or count >= grid_size**2:
            images.set_shape([grid_size**2, *sizes])
            images = image_grid(images, (grid_size, grid_size), sizes[:2], sizes[2])
        summary.image(name, images, max_outputs=1)
    if model_summaries:
        add_gan_model_summaries(gan_model)


@public("contrib.gan.eval.add_cyclegan_image_summaries")
def add_cyclegan_image_summaries(cyclegan_model: CycleGANModel) -> None:
    """Adds summaries of images `[batch, height, width, channels]`: given, generated, and what comes back.

    Raises:
      ValueError: another model, or data that are no images of known sizes.
    """
    if not isinstance(cyclegan_model, CycleGANModel):
        raise ValueError(f"`cyclegan_model` was not a CycleGANModel. Instead, was {type(cyclegan_model)}")
    for name, model, back in (
        ("image_comparison_x2y", cyclegan_model.model_x2y, cyclegan_model.reconstructed_x),
        ("image_comparison_y2x", cyclegan_model.model_y2x, cyclegan_model.reconstructed_y),
    ):
        shown = (model.generator_inputs, model.generated_data, back)
        for data in shown:
            _check_images(data)
        summary.image(name, image_reshaper([data[0] for data in shown], num_cols=len(shown)))


@public("contrib.gan.eval.add_image_comparison_summaries")
def add_image_comparison_summaries(
    gan_model: Any, num_comparisons: int = 2, display_diffs: bool = False
) -> None:
    """Adds a summary of the generator's inputs, what it gives, and the real images, side by side.

    Args:
      gan_model: a GANModel whose data are images `[batch, height, width, channels]`.
      num_comparisons: how many rows.
      display_diffs: whether the differences stand besides.

    Raises:
      ValueError: the data are no images of known sizes.
    """
    columns = [gan_model.generator_inputs, gan_model.generated_data, gan_model.real_data]
    for data in columns:
        _check_images(data)
    if display_diffs:
        columns += [math_ops.abs(columns[1] - columns[0]), math_ops.abs(columns[1] - columns[2])]
    images = [data[row] for row in range(num_comparisons) for data in columns]
    summary.image("image_comparison", image_reshaper(images, num_cols=len(columns)))


@public("contrib.gan.eval.add_gan_model_summaries")
def add_gan_model_summaries(gan_model: Any) -> None:
    """Adds summaries of a model's variables, of any shapes, and of its discriminator's outputs."""
    for model in _parts(gan_model, "summaries"):
        with name_scope("generator_variables"):
            for variable in model.generator_variables:
                summary.histogram(variable.name, variable)
        with name_scope("discriminator_variables"):
            for variable in model.discriminator_variables:
                summary.histogram(variable.name, variable)


@public("contrib.gan.eval.add_regularization_loss_summaries")
def add_regularization_loss_summaries(gan_model: Any) -> None:
    """Adds summaries of a model's regularization losses, which are scalars."""
    for model in _parts(gan_model, "regularization_loss_summaries"):
        for name, scope in (
            ("generator_regularization_loss", model.generator_scope),
            ("discriminator_regularization_loss", model.discriminator_scope),
        ):
            if scope:
                summary.scalar(name, get_regularization_loss(scope.name))


def _parts(model, what):
    """The models of a model, each in its name scope."""
    if not isinstance(model, CycleGANModel):
        yield model
        return
    for which in ("x2y", "y2x"):
        with name_scope(f"cyclegan_{which}_{what}"):
            yield getattr(model, f"model_{which}")


def _check_images(data):
    data.shape.assert_has_rank(4)
    data.shape[1:].assert_is_fully_defined()
