"""Initializers, by name or as objects: those of `tf.initializers`."""

from typing import Any

from evergraph.framework.public import public, public_module
from evergraph.keras.basics.generic import deserialize_keras_object, object_of, serialize_keras_object
from evergraph.ops.variables.initializers import (
    Constant,
    Identity,
    Initializer,
    Ones,
    Orthogonal,
    RandomNormal,
    RandomUniform,
    TruncatedNormal,
    VarianceScaling,
    Zeros,
)

public_module("python.keras.initializers")

# -- contents of tf.keras.initializers, written by `make contents` from what is marked @public --
# ruff: noqa: F401 (names are imported to be seen)

# -- end of contents --


public("keras.initializers.Constant", "keras.initializers.constant")(Constant)
public("keras.initializers.Identity", "keras.initializers.identity")(Identity)
public("keras.initializers.Initializer")(Initializer)
public("keras.initializers.Ones", "keras.initializers.ones")(Ones)
public("keras.initializers.Orthogonal", "keras.initializers.orthogonal")(Orthogonal)
public("keras.initializers.RandomNormal", "keras.initializers.random_normal")(RandomNormal)
public("keras.initializers.RandomUniform", "keras.initializers.random_uniform")(RandomUniform)
public("keras.initializers.TruncatedNormal", "keras.initializers.truncated_normal")(TruncatedNormal)
public("keras.initializers.VarianceScaling")(VarianceScaling)
public("keras.initializers.Zeros", "keras.initializers.zeros")(Zeros)
uniform = public("keras.initializers.uniform")(RandomUniform)
normal = public("keras.initializers.normal")(RandomNormal)

# The names in small letters, by which configurations know them.
zero = zeros = Zeros
one = ones = Ones
constant, identity, orthogonal = Constant, Identity, Orthogonal
random_uniform, random_normal, truncated_normal = RandomUniform, RandomNormal, TruncatedNormal


@public("keras.initializers.lecun_normal")
def lecun_normal(seed: int | None = None) -> Initializer:
    """A normal distribution of variance `1 / fan_in` (LeCun et al. 1998)."""
    return VarianceScaling(scale=1.0, mode="fan_in", distribution="normal", seed=seed)


@public("keras.initializers.lecun_uniform")
def lecun_uniform(seed: int | None = None) -> Initializer:
    """A uniform distribution of variance `1 / fan_in` (LeCun et al. 1998)."""
    return VarianceScaling(scale=1.0, mode="fan_in", distribution="uniform", seed=seed)


@public("keras.initializers.glorot_normal")
def glorot_normal(seed: int | None = None) -> Initializer:
    """A normal distribution of variance `2 / (fan_in + fan_out)` (Glorot and Bengio 2010)."""
    return VarianceScaling(scale=1.0, mode="fan_avg", distribution="normal", seed=seed)


@public("keras.initializers.glorot_uniform")
def glorot_uniform(seed: int | None = None) -> Initializer:
    """A uniform distribution of variance `2 / (fan_in + fan_out)` (Glorot and Bengio 2010)."""
    return VarianceScaling(scale=1.0, mode="fan_avg", distribution="uniform", seed=seed)


@public("keras.initializers.he_normal")
def he_normal(seed: int | None = None) -> Initializer:
    """A normal distribution of variance `2 / fan_in` (He et al. 2015, arXiv:1502.01852)."""
    return VarianceScaling(scale=2.0, mode="fan_in", distribution="normal", seed=seed)


@public("keras.initializers.he_uniform")
def he_uniform(seed: int | None = None) -> Initializer:
    """A uniform distribution of variance `2 / fan_in` (He et al. 2015, arXiv:1502.01852)."""
    return VarianceScaling(scale=2.0, mode="fan_in", distribution="uniform", seed=seed)


@public("keras.initializers.serialize")
def serialize(initializer: Any) -> Any:
    """The configuration of an initializer."""
    return serialize_keras_object(initializer)


@public("keras.initializers.deserialize")
def deserialize(config: Any, custom_objects: dict | None = None) -> Any:
    """The initializer that a configuration stands for; ValueError for an unknown one."""
    return deserialize_keras_object(
        config, module_objects=globals(), custom_objects=custom_objects, printable_module_name="initializer"
    )


@public("keras.initializers.get")
def get(identifier: Any) -> Any:
    """An initializer from its name, configuration, None or a function; ValueError for anything else."""
    return object_of(identifier, deserialize, "initializer")
