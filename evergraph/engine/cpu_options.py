"""Options with which XLA compiles a program for CPU, chosen by what the program does.

XLA has a library of fused kernels.  By its own choice it uses them for matrix products, convolutions and reductions.
Here they serve for matrix products alone, except in programs with loops.  Measured on 2 cores (docs/performance.md):

* A convolution runs on one core in that library: forward and both gradients of a 5x5 convolution of 32 channels take 40
  in place of 24 ms, a whole CNN step 52 in place of 33.
* A reduction first writes down what XLA would have computed on the way, such as the product of a row with each of several
  others: a step of word2vec takes 1.25 to 1.8 times as long, a CNN 1.04, a transformer 1.03, a network of 20 layers of 256
  units 1.1.
* In the steps of a recurrent network its reductions gain 1 to 7 % instead.

Not used: the type `LIBRARY_FUSION_TYPE_DOT` alone gives wrong products of a batch and a broadcast matrix, and
`xla_cpu_copy_insertion_use_region_analysis` wrong numbers in nested loops, though it spares the copy that XLA makes of a
donated buffer whose old value is read elsewhere (jaxlib 0.10.2).
"""

import functools

import jax

from evergraph.framework import logging

_OPTIONS = {"xla_cpu_experimental_ynn_fusion_type": "LIBRARY_FUSION_TYPE_INDIVIDUAL_DOT"}


def compiler_options(nodes, device) -> dict | None:
    """The options for the program of some nodes on a JAX device; None for XLA's own choice."""
    if device.platform != "cpu":
        return None
    work = {kind for node in nodes for kind in node.operation.definition.work_of(node.operation)}
    if "loop" in work and "convolution" not in work:
        return None
    return _OPTIONS if _are_known(tuple(_OPTIONS.items())) else None


@functools.cache
def _are_known(options) -> bool:
    """Whether this version of XLA has the options: they are experimental, and may go."""
    try:
        jax.jit(lambda: 0, compiler_options=dict(options)).lower().compile()
    except Exception as error:  # of a kind that XLA does not promise
        logging.warning(
            "XLA refuses the options %s, convolutions and reductions will be slower: %s", options, error
        )
        return False
    return True
