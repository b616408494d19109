"""What the functions of `tf.contrib.layers` do around a layer of `tf.layers`.

Their variables are `model_variable`s under older names, such as `weights` for `kernel`; they join the collections of the caller,
and so do the outputs.
"""

from collections.abc import Callable
from typing import Any

from evergraph.contrib.framework.variables import model_variable
from evergraph.contrib.layers.collected_outputs import collect_named_outputs, get_variable_collections
from evergraph.framework.collections import add_to_collection, get_collection
from evergraph.ops.variables.partitioned import PartitionedVariable

LAST = ("NHWC", "NDHWC")
FIRST = ("NCHW", "NCDHW")


def checked_format(data_format: str, *allowed: str) -> str:
    """ "channels_first" or "channels_last"; ValueError when the format is none of those allowed."""
    if data_format not in allowed:
        raise ValueError(f"data_format has to be either {' or '.join(allowed)}. Received: {data_format!r}")
    return channels(data_format)


def channels(data_format: str | None) -> str:
    """ "channels_first" for "NCHW" and its like, else "channels_last"."""
    return "channels_first" if data_format and data_format.startswith("NC") else "channels_last"


def getter_of_model_variables(renamed: dict[str, str] | None = None) -> Callable:
    """A custom getter that makes model variables, under other names where `renamed` has them."""

    def get(
        getter: Callable,
        name: str,
        shape: Any = None,
        dtype: Any = None,
        initializer: Any = None,
        regularizer: Any = None,
        trainable: bool = True,
        collections: Any = None,
        caching_device: Any = None,
        partitioner: Any = None,
        use_resource: bool | None = None,
        **unused: Any,
    ) -> Any:
        scope, slash, last = name.rpartition("/")
        return model_variable(
            scope + slash + (renamed or {}).get(last, last),
            shape=shape,
            dtype=dtype,
            initializer=initializer,
            regularizer=regularizer,
            collections=collections,
            trainable=trainable,
            caching_device=caching_device,
            partitioner=partitioner,
            custom_getter=getter,
            use_resource=use_resource,
        )

    return get


KERNEL_AND_BIAS = getter_of_model_variables({"kernel": "weights", "bias": "biases"})
SEPARABLE = getter_of_model_variables(
    {"bias": "biases", "depthwise_kernel": "depthwise_weights", "pointwise_kernel": "pointwise_weights"}
)
PLAIN = getter_of_model_variables()


def collect(variable: Any, variables_collections: Any, name: str) -> None:
    """Adds a layer's variable to the collections that the caller has for variables of that name; None is left out."""
    if variable is None:
        return
    parts = list(variable) if isinstance(variable, PartitionedVariable) else [variable]
    for collection in get_variable_collections(variables_collections, name) or ():
        for part in parts:
            if not any(part is each for each in get_collection(collection)):
                add_to_collection(collection, part)


def finish(
    outputs: Any,
    activation_fn: Callable | None,
    outputs_collections: Any,
    scope_name: str,
    normalizer_fn: Callable | None = None,
    normalizer_params: dict | None = None,
) -> Any:
    """Normalises and activates outputs, and adds them to the caller's collections under the name of the layer's scope."""
    if normalizer_fn is not None:
        outputs = normalizer_fn(outputs, **(normalizer_params or {}))
    if activation_fn is not None:
        outputs = activation_fn(outputs)
    return collect_named_outputs(outputs_collections, scope_name, outputs)
