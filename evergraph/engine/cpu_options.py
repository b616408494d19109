"""Options with which XLA compiles a program for CPU, chosen by what the program does.

Where a program convolves, XLA's library of fused kernels is used for matrix products and reductions, and not for
convolutions, which it runs on one core.  Measured on 2 cores (docs/performance.md): forward and both gradients of a 5x5
convolution of 32 channels take 24 in place of 40 ms, a whole CNN step 35 in place of 59.

Not used: the type `LIBRARY_FUSION_TYPE_DOT` alone gives wrong products of a batch and a broadcast matrix, and
`xla_cpu_copy_insertion_use_region_analysis` wrong numbers in nested loops, though it spares the copy that XLA makes of a
donated buffer whose old value is read elsewhere (jaxlib 0.10.2).
"""

import functools

import jax

from evergraph.framework import logging

__all__ = ["compiler_options"]

_CONVOLVING = {
    "xla_cpu_experimental_ynn_fusion_type": "LIBRARY_FUSION_TYPE_INDIVIDUAL_DOT,LIBRARY_FUSION_TYPE_REDUCE",
}


def compiler_options(nodes, device) -> dict | None:
    """The options for the program of some nodes on a JAX device; None for XLA's own choice."""
    if device.platform != "cpu":
        return None
    if any("convolution" in node.operation.definition.work_of(node.operation) for node in nodes):
        return _CONVOLVING if _are_known(tuple(_CONVOLVING.items())) else None
    return None


@functools.cache
def _are_known(options) -> bool:
    """Whether this version of XLA has the options: they are experimental, and may go."""
    try:
        jax.jit(lambda: 0, compiler_options=dict(options)).lower().compile()
    except Exception as error:  # of a kind that XLA does not promise
        logging.warning("XLA refuses the options %s, convolutions will be slower: %s", options, error)
        return False
    return True
