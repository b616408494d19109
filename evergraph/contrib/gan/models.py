"""The parts of a generative adversarial network, and what trains them, as named tuples."""

import collections
from collections.abc import Callable
from typing import Any

from evergraph.contrib.framework.variables import get_trainable_variables
from evergraph.distributions.distribution import Distribution
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops.variables.scope import variable_scope

public_module("contrib.gan.python.namedtuples", "contrib.gan.python.train")

_FIELDS = (
    *("generator_inputs", "generated_data", "generator_variables", "generator_scope", "generator_fn"),
    *("real_data", "discriminator_real_outputs", "discriminator_gen_outputs"),
    *("discriminator_variables", "discriminator_scope", "discriminator_fn"),
)


@public("contrib.gan.GANModel")
class GANModel(collections.namedtuple("GANModel", _FIELDS)):
    """A generator and a discriminator: their functions, scopes, variables, inputs and outputs."""


@public("contrib.gan.InfoGANModel")
class InfoGANModel(
    collections.namedtuple(
        "InfoGANModel",
        (*_FIELDS, "structured_generator_inputs", "predicted_distributions", "discriminator_and_aux_fn"),
    )
):
    """A GANModel whose discriminator predicts a part of the generator's inputs (Chen et al., 2016, arXiv:1606.03657)."""


@public("contrib.gan.ACGANModel")
class ACGANModel(
    collections.namedtuple(
        "ACGANModel",
        (
            *_FIELDS,
            "one_hot_labels",
            "discriminator_real_classification_logits",
            "discriminator_gen_classification_logits",
        ),
    )
):
    """A GANModel whose discriminator tells classes apart besides (Odena, Olah and Shlens, 2016, arXiv:1610.09585)."""


@public("contrib.gan.CycleGANModel")
class CycleGANModel(
    collections.namedtuple("CycleGANModel", ("model_x2y", "model_y2x", "reconstructed_x", "reconstructed_y"))
):
    """Two GANModels between two kinds of data, and what comes back through both (Zhu et al., 2017, arXiv:1703.10593)."""


@public("contrib.gan.GANLoss")
class GANLoss(collections.namedtuple("GANLoss", ("generator_loss", "discriminator_loss"))):
    """What the generator and the discriminator make small."""


@public("contrib.gan.CycleGANLoss")
class CycleGANLoss(collections.namedtuple("CycleGANLoss", ("loss_x2y", "loss_y2x"))):
    """The GANLoss of each model of a CycleGANModel."""


@public("contrib.gan.GANTrainOps")
class GANTrainOps(
    collections.namedtuple(
        "GANTrainOps", ("generator_train_op", "discriminator_train_op", "global_step_inc_op")
    )
):
    """What trains the generator, what trains the discriminator, and what counts a step."""


@public("contrib.gan.GANTrainSteps")
class GANTrainSteps(
    collections.namedtuple("GANTrainSteps", ("generator_train_steps", "discriminator_train_steps"))
):
    """How often each of the two is trained in a step."""


@public("contrib.gan.gan_model")
def gan_model(
    generator_fn: Callable,
    discriminator_fn: Callable,
    real_data: TensorLike,
    generator_inputs: Any,
    generator_scope: Any = "Generator",
    discriminator_scope: Any = "Discriminator",
    check_shapes: bool = True,
) -> GANModel:
    """A model of a generator and a discriminator.

    Args:
      generator_fn: function of the inputs that gives data like the real ones.
      discriminator_fn: function of data and the generator's inputs that gives logits: how real the data are.
      real_data: a tensor `[batch, ...]`.
      generator_inputs: a tensor, or a list or dictionary of tensors: noise, or conditions.
      generator_scope, discriminator_scope: their variable scopes.
      check_shapes: whether what is generated must have the shape of the real data.

    Raises:
      ValueError: it has another shape.
    """
    with variable_scope(generator_scope) as generator:
        inputs = tensors_of(generator_inputs)
        generated = generator_fn(inputs)
    with variable_scope(discriminator_scope) as discriminator:
        of_generated = discriminator_fn(generated, inputs)
    real_data = convert_to_tensor(real_data)
    with variable_scope(discriminator, reuse=True):
        of_real = discriminator_fn(real_data, inputs)
    if check_shapes:
        _check_shapes(generated, real_data)
    return GANModel(
        inputs,
        generated,
        get_trainable_variables(generator),
        generator,
        generator_fn,
        real_data,
        of_real,
        of_generated,
        get_trainable_variables(discriminator),
        discriminator,
        discriminator_fn,
    )


@public("contrib.gan.infogan_model")
def infogan_model(
    generator_fn: Callable,
    discriminator_fn: Callable,
    real_data: TensorLike,
    unstructured_generator_inputs: list,
    structured_generator_inputs: list,
    generator_scope: Any = "Generator",
    discriminator_scope: Any = "Discriminator",
) -> InfoGANModel:
    """A model whose discriminator predicts the structured inputs of the generator.

    Args:
      generator_fn: function of the list of all inputs.
      discriminator_fn: function of data and the inputs that gives (logits, a list of distributions, one for each structured input).
      real_data: a tensor `[batch, ...]`.
      unstructured_generator_inputs, structured_generator_inputs: lists of tensors.
      generator_scope, discriminator_scope: their variable scopes.

    Raises:
      ValueError: what is generated has another shape than the real data, or the distributions do not fit the inputs.
    """
    predicted = []

    def logits(data, inputs):
        of_data, distributions = discriminator_fn(data, inputs)
        predicted.append(distributions)
        return of_data

    structured = [convert_to_tensor(each) for each in structured_generator_inputs]
    inputs = [convert_to_tensor(each) for each in unstructured_generator_inputs] + structured
    model = gan_model(generator_fn, logits, real_data, inputs, generator_scope, discriminator_scope)
    _check_distributions(predicted[0], structured)
    own = model._replace(discriminator_fn=lambda data, inputs: discriminator_fn(data, inputs)[0])
    return InfoGANModel(*own, structured, predicted[0], discriminator_fn)


@public("contrib.gan.acgan_model")
def acgan_model(
    generator_fn: Callable,
    discriminator_fn: Callable,
    real_data: TensorLike,
    generator_inputs: Any,
    one_hot_labels: Tensor,
    generator_scope: Any = "Generator",
    discriminator_scope: Any = "Discriminator",
    check_shapes: bool = True,
) -> ACGANModel:
    """A model whose discriminator tells classes apart besides; arguments and errors as for `gan_model`.

    Args:
      discriminator_fn: gives (logits of being real, logits of the classes).
      one_hot_labels: the classes of the real data, `[batch, classes]`.

    Raises:
      TypeError: the discriminator gives something else.
    """
    classes = []

    def logits(data, inputs):
        found = discriminator_fn(data, inputs)
        if not isinstance(found, (list, tuple)) or len(found) != 2:
            raise TypeError(
                "A discriminator function for ACGAN must output a tuple consisting of (discrimination logits, "
                f"classification logits), got {found!r}."
            )
        classes.append(found[1])
        return found[0]

    model = gan_model(
        generator_fn, logits, real_data, generator_inputs, generator_scope, discriminator_scope, check_shapes
    )
    of_generated, of_real = classes
    return ACGANModel(
        *model._replace(discriminator_fn=discriminator_fn), one_hot_labels, of_real, of_generated
    )


@public("contrib.gan.cyclegan_model")
def cyclegan_model(
    generator_fn: Callable,
    discriminator_fn: Callable,
    data_x: TensorLike,
    data_y: TensorLike,
    generator_scope: str = "Generator",
    discriminator_scope: str = "Discriminator",
    model_x2y_scope: str = "ModelX2Y",
    model_y2x_scope: str = "ModelY2X",
    check_shapes: bool = True,
) -> CycleGANModel:
    """Two models that turn one kind of data into the other; arguments and errors as for `gan_model`.

    Args:
      data_x, data_y: tensors `[batch, ...]` of the two kinds.
      model_x2y_scope, model_y2x_scope: the variable scopes of the two.
    """

    def partial(scope, source, target):
        with variable_scope(scope):
            return gan_model(
                generator_fn,
                discriminator_fn,
                target,
                source,
                generator_scope,
                discriminator_scope,
                check_shapes,
            )

    def back(model, data):
        with variable_scope(model.generator_scope, reuse=True):
            return model.generator_fn(data)

    data_x, data_y = convert_to_tensor(data_x), convert_to_tensor(data_y)
    x2y, y2x = partial(model_x2y_scope, data_x, data_y), partial(model_y2x_scope, data_y, data_x)
    with name_scope("reconstructed"):
        return CycleGANModel(x2y, y2x, back(y2x, x2y.generated_data), back(x2y, y2x.generated_data))


def tensors_of(inputs: Any) -> Any:
    """The inputs of a generator as tensors: one, a list, or a dictionary."""
    if isinstance(inputs, dict):
        return {key: convert_to_tensor(value) for key, value in inputs.items()}
    if isinstance(inputs, (list, tuple)):
        return [convert_to_tensor(value) for value in inputs]
    return convert_to_tensor(inputs)


def _check_shapes(generated, real):
    if not generated.shape.is_compatible_with(real.shape):
        raise ValueError(
            f"Generator output shape ({generated.shape}) must be the same shape as real data ({real.shape})."
        )


def _check_distributions(distributions, inputs):
    if not isinstance(distributions, (list, tuple)) or len(distributions) != len(inputs):
        raise ValueError(
            f"the discriminator must give a list of {len(inputs)} distributions, one for each structured input, got "
            f"{distributions!r}"
        )
    for distribution, noise in zip(distributions, inputs):
        if not isinstance(distribution, Distribution):
            raise ValueError(f"{distribution!r}, which stands for {noise}, is no distribution")
