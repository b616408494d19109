"""What users give to a model, brought into lists of arrays in the order of its inputs and outputs."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from evergraph.framework import logging
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.keras import backend, losses
from evergraph.keras.basics.generic import to_list
from evergraph.ops.variables.reference import Variable

public_module("python.keras.engine.training_utils")


@public()
def has_symbolic_tensors(ls: Any) -> bool:
    """Whether a tensor is among them."""
    return any(is_symbolic(each) for each in (ls if isinstance(ls, (list, tuple)) else [ls]))


def is_symbolic(value: Any) -> bool:
    """Whether it is a tensor rather than an array."""
    return isinstance(value, (Tensor, Variable))


@public()
def standardize_single_array(x: Any) -> Any:
    """An array; one of rank 1 becomes a column."""
    if x is None or is_symbolic(x):
        if x is not None and x.shape.ndims == 1:
            return backend.expand_dims(x, 1)
        return x
    if not hasattr(x, "shape"):
        x = np.asarray(x)
    return np.expand_dims(x, 1) if x.ndim == 1 and not hasattr(x, "tocoo") else x


def _by_name(data, names, prefix):
    """The entries of a list, tuple, dict or single array in the order of the names."""
    if data is None:
        return [None] * len(names)
    if isinstance(data, dict):
        missing = [name for name in names if name not in data]
        if missing:
            raise ValueError(f"nothing is given for {missing[0]!r}; the model needs data for each of {names}")
        return [_values(data[name]) for name in names]
    if isinstance(data, (list, tuple)):
        if len(names) == 1 and data and not hasattr(data[0], "shape"):
            if isinstance(data[0], (list, tuple)) or np.isscalar(data[0]):
                return [np.asarray(data)]
        return [_values(each) for each in data]
    return [_values(data)]


def _values(x):
    """The array in a data frame of pandas, a list as an array; anything else as it is."""
    if isinstance(x, list):
        return np.asarray(x)
    return x.values if type(x).__name__ in ("DataFrame", "Series") else x


@public()
def standardize_input_data(
    data: Any,
    names: Sequence[str],
    shapes: Sequence[Any] | None = None,
    check_batch_axis: bool = True,
    exception_prefix: str = "",
) -> list:
    """A list of arrays, one for each name.

    Args:
      data: an array, a list of them, or a dict by name.
      names: the names of the inputs or outputs.
      shapes: the shape that each must have; None where any will do.
      check_batch_axis: whether the number of examples must fit too.
      exception_prefix: what the data is, for messages.

    Raises:
      ValueError: another number of arrays than of names, an array of another rank or shape.
    """
    names = list(names)
    if not names:
        given = data if isinstance(data, (list, tuple)) else [data]
        if any(each is not None and not is_symbolic(each) for each in given):
            raise ValueError(f"the model takes no {exception_prefix} data, and got {data!r}")
        return []
    found = [standardize_single_array(each) for each in _by_name(data, names, exception_prefix)]
    if len(found) != len(names):
        sizes = [getattr(each, "shape", type(each)) for each in found]
        raise ValueError(
            f"Error when checking model {exception_prefix}: the model takes {len(names)} arrays ({', '.join(names)}), "
            f"and was given {len(found)}, of shapes {sizes}"
        )
    for name, value, shape in zip(names, found, shapes or [None] * len(names)):
        if shape is not None and value is not None:
            _check_shape(name, value, shape, check_batch_axis, exception_prefix)
    return found


def _check_shape(name, value, shape, check_batch_axis, prefix):
    sizes = tuple(value.shape.as_list()) if is_symbolic(value) else tuple(value.shape)
    if is_symbolic(value) and value.shape.ndims is None:
        return
    if len(sizes) != len(shape):
        raise ValueError(f"{prefix} {name} should have {len(shape)} dimensions, got shape {sizes}")
    start = 0 if check_batch_axis else 1
    for size, wanted in list(zip(sizes, shape))[start:]:
        if wanted is not None and size is not None and size != wanted:
            raise ValueError(
                f"{prefix} {name} should have examples of shape {tuple(shape[start:])}, got {sizes[start:]}"
            )


@public()
def standardize_sample_or_class_weights(x_weight: Any, output_names: Sequence[str], weight_type: str) -> list:
    """The weights for each output, from a list, a dict by name, or those of the only output.

    Raises:
      ValueError: another number of weights than of outputs.
      TypeError: several outputs, and weights that are neither.
    """
    names = list(output_names)
    if x_weight is None or (isinstance(x_weight, (list, dict)) and not x_weight):
        return [None] * len(names)
    if len(names) == 1:
        if isinstance(x_weight, list) and len(x_weight) == 1 and not np.isscalar(x_weight[0]):
            return x_weight
        if isinstance(x_weight, dict) and names[0] in x_weight:
            return [x_weight[names[0]]]
        return [x_weight]
    if isinstance(x_weight, list):
        if len(x_weight) != len(names):
            raise ValueError(
                f"Provided `{weight_type}` was a list of {len(x_weight)} elements, but the model has {len(names)} outputs:"
                f" give one for each output"
            )
        return x_weight
    if isinstance(x_weight, dict):
        return [x_weight.get(name) for name in names]
    raise TypeError(
        f"The model has multiple outputs, so `{weight_type}` should be either a list or a dict by output name, got "
        f"{x_weight!r}"
    )


@public()
def standardize_class_weights(class_weight: Any, output_names: Sequence[str]) -> list:
    """The weights of classes for each output."""
    return standardize_sample_or_class_weights(class_weight, output_names, "class_weight")


@public()
def standardize_sample_weights(sample_weight: Any, output_names: Sequence[str]) -> list:
    """The weights of examples for each output."""
    return standardize_sample_or_class_weights(sample_weight, output_names, "sample_weight")


@public()
def check_array_lengths(inputs: list, targets: list, weights: list | None = None) -> None:
    """Raises ValueError when arrays have different numbers of examples."""

    def lengths(arrays):
        given = arrays if isinstance(arrays, (list, tuple)) else [arrays]
        return sorted({len_of(each) for each in given if each is not None and not is_symbolic(each)})

    of_inputs, of_targets, of_weights = lengths(inputs), lengths(targets), lengths(weights)
    for what, found in (("input", of_inputs), ("target", of_targets), ("sample_weight", of_weights)):
        if len(found) > 1:
            raise ValueError(f"the {what} arrays hold different numbers of examples: {found}")
    if of_inputs and of_targets and of_inputs != of_targets:
        raise ValueError(f"there are {of_inputs[0]} examples of inputs and {of_targets[0]} of targets")
    if of_targets and of_weights and of_targets != of_weights:
        raise ValueError(f"there are {of_weights[0]} weights of samples and {of_targets[0]} targets")


def len_of(x: Any) -> int:
    """How many examples an array holds."""
    return x.shape[0]


@public()
def check_loss_and_target_compatibility(targets: list, loss_fns: list, output_shapes: list) -> None:
    """Raises ValueError for targets that a loss of Keras cannot be meant for."""
    checked = {losses.mean_squared_error, losses.binary_crossentropy, losses.categorical_crossentropy}
    for target, loss, shape in zip(targets, loss_fns, output_shapes):
        if target is None or loss is None or is_symbolic(target):
            continue
        if loss is losses.categorical_crossentropy and target.shape[-1] == 1:
            raise ValueError(
                f"targets of shape {target.shape} were given for categorical_crossentropy, which takes one number for each "
                "class (ones and zeros): use tf.keras.utils.to_categorical, or the loss sparse_categorical_crossentropy"
            )
        if loss in checked and shape is not None:
            for size, wanted in zip(target.shape[1:], shape[1:]):
                if wanted is not None and size != wanted:
                    raise ValueError(
                        f"targets of shape {target.shape} were given for an output of shape {shape} with the loss "
                        f"{loss.__name__}, which takes targets of the shape of the output"
                    )


@public()
def collect_metrics(metrics: Any, output_names: Sequence[str]) -> list[list]:
    """The metrics of each output, from a list for all, or a dict by name.

    Raises:
      TypeError: neither of them.
    """
    if not metrics:
        return [[] for _ in output_names]
    if isinstance(metrics, list):
        return [list(metrics) for _ in output_names]
    if isinstance(metrics, dict):
        for name in metrics:
            if name not in output_names:
                logging.warning("metrics are given for %r, and there is no output of that name", name)
        return [to_list(metrics.get(name, [])) for name in output_names]
    raise TypeError(f"`metrics` should be a list, or a dict by output name, got {metrics!r}")


@public()
def batch_shuffle(index_array: np.ndarray, batch_size: int) -> np.ndarray:
    """Indices shuffled batch by batch, so that those of a batch stay together; the incomplete batch stays last."""
    count = len(index_array) // batch_size
    whole, rest = index_array[: count * batch_size], index_array[count * batch_size :]
    whole = whole.reshape((count, batch_size))
    np.random.shuffle(whole)
    return np.append(whole.flatten(), rest)


@public()
def standardize_weights(
    y: Any, sample_weight: Any = None, class_weight: Any = None, sample_weight_mode: str | None = None
) -> Any:
    """The weight of each example (of each step with the mode "temporal").

    Args:
      y: the targets.
      sample_weight: the weights, or None.
      class_weight: {class: weight}, or None; multiplied with `sample_weight`.
      sample_weight_mode: "temporal", or None.

    Raises:
      ValueError: another mode, weights of another rank or shape, a class without a weight.
    """
    if sample_weight_mode not in (None, "temporal"):
        raise ValueError(f'"sample_weight_mode" should be None or "temporal", got {sample_weight_mode!r}')
    if sample_weight_mode == "temporal" and len(y.shape) < 3:
        raise ValueError(
            f"weights for each step need targets of rank 3 at least, (batch, steps, ...), got shape {y.shape}"
        )
    wanted = 2 if sample_weight_mode else 1
    if sample_weight is not None:
        if len(sample_weight.shape) != wanted:
            raise ValueError(
                f"sample_weight should have {wanted} dimensions with sample_weight_mode={sample_weight_mode!r}, got shape {sample_weight.shape}"
            )
        if not is_symbolic(sample_weight) and y.shape[: sample_weight.ndim] != sample_weight.shape:
            raise ValueError(
                f"sample_weight of shape {sample_weight.shape} does not fit targets of shape {y.shape}"
            )
    if not isinstance(class_weight, dict):
        if sample_weight is not None or is_symbolic(y):
            return sample_weight
        return np.ones(y.shape[:wanted], dtype=backend.floatx())
    if len(y.shape) > 2:
        raise ValueError(f"class_weight is for targets of rank 1 and 2, got shape {y.shape}")
    classes = y.argmax(axis=1) if y.ndim == 2 and y.shape[1] > 1 else np.reshape(y, y.shape[0])
    unknown = set(np.unique(classes).tolist()) - set(class_weight)
    if unknown:
        raise ValueError(f"class_weight says nothing of the classes {unknown}, which are in the data")
    of_class = np.asarray([class_weight[each] for each in classes.tolist()])
    return of_class if sample_weight is None else of_class * sample_weight


@public()
def check_num_samples(
    ins: list, batch_size: int | None = None, steps: int | None = None, steps_name: str = "steps"
) -> int | None:
    """How many examples arrays hold; None where steps count instead.

    Raises:
      ValueError: `batch_size` together with steps; no arrays and no steps.
    """
    if steps is not None:
        if batch_size is not None:
            raise ValueError(f"{steps_name} and batch_size cannot go together: steps are batches of tensors")
        return None
    arrays = [each for each in ins or () if hasattr(each, "shape") and not is_symbolic(each)]
    if arrays:
        return int(arrays[0].shape[0])
    raise ValueError(f"the data do not say how many examples they hold: give {steps_name}")


@public()
def check_steps_argument(input_data: Any, steps: int | None, steps_name: str) -> bool:
    """Whether steps are needed, because there are tensors or no data; ValueError when they are and are not given."""
    needed = (
        input_data is None
        or has_symbolic_tensors(input_data)
        or isinstance(input_data, list)
        and not input_data
    )
    if needed and steps is None:
        raise ValueError(
            f"the data are tensors, which have no end: you should specify the `{steps_name}` argument, how many batches to take"
        )
    return needed
