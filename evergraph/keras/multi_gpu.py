"""A model run on several devices, each with a part of the batch."""

from typing import Any

from evergraph.framework.default_graph import device, name_scope
from evergraph.framework.public import public, public_module
from evergraph.keras import backend
from evergraph.keras.engine.cloning import clone_model
from evergraph.keras.engine.network import to_list_of
from evergraph.keras.engine.training import Model
from evergraph.keras.layers.core import Lambda
from evergraph.keras.layers.merge import Concatenate
from evergraph.ops import array as array_ops
from evergraph.session.local_devices import list_local_devices

public_module("python.keras.utils.multi_gpu_utils")


def _slice(x, part, parts):
    """One of `parts` equal pieces of a batch; the last has the rest."""
    sizes = array_ops.shape(x)
    step = sizes[0] // parts
    start = step * part
    count = sizes[0] - start if part == parts - 1 else step
    return array_ops.slice(
        x, array_ops.concat([[start], sizes[1:] * 0], 0), array_ops.concat([[count], sizes[1:]], 0)
    )


@public("keras.utils.multi_gpu_model")
def multi_gpu_model(model: Any, gpus: Any, cpu_merge: bool = True, cpu_relocation: bool = False) -> Model:
    """A model that runs another on several GPUs, each with a part of the batch; the weights are the other's.

    Args:
      model: the model.
      gpus: how many GPUs, at least 2, or a list of their numbers.
      cpu_merge: whether the outputs are joined on the CPU.
      cpu_relocation: whether the weights are made anew on the CPU.

    Raises:
      ValueError: fewer than 2 GPUs, or more than there are.
    """
    ids = list(gpus) if isinstance(gpus, (list, tuple)) else list(range(gpus))
    if len(ids) <= 1:
        raise ValueError(f"`multi_gpu_model` takes 2 GPUs at least, got gpus={gpus!r}")
    there = [each.name for each in list_local_devices() if "GPU" in each.name.upper()]
    if max(ids) >= len(there):
        raise ValueError(
            f"`multi_gpu_model` was asked for the GPUs {ids}, and there are {len(there)}: {there}"
        )
    if cpu_relocation:
        with device("/cpu:0"):
            model = clone_model(model)
    outputs: list[list] = [[] for _ in model.outputs]
    for part, number in enumerate(ids):
        with device(f"/gpu:{number}"), name_scope(f"replica_{number}"):
            inputs = []
            for x in model.inputs:
                taken = Lambda(
                    _slice,
                    output_shape=backend.int_shape(x)[1:],
                    arguments={"part": part, "parts": len(ids)},
                )(x)
                taken.set_shape([None, *backend.int_shape(x)[1:]])
                inputs.append(taken)
            for held, each in zip(outputs, to_list_of(model(inputs[0] if len(inputs) == 1 else inputs))):
                held.append(each)
    with device("/cpu:0" if cpu_merge else f"/gpu:{ids[0]}"):
        merged = [Concatenate(axis=0, name=name)(held) for name, held in zip(model.output_names, outputs)]
    return Model(model.inputs, merged)
