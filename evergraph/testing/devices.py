"""What there is to run on, as tests ask for it."""

import contextlib
import faulthandler
from collections.abc import Iterator

from evergraph.engine.runtime import current_runtime
from evergraph.framework.default_graph import device as device_scope
from evergraph.framework.public import public, public_module

public_module("python.framework.test_util")

_GPU_PLATFORMS = ("gpu", "cuda", "rocm")


def _gpus() -> list:
    return [device for device in current_runtime().devices if device.platform in _GPU_PLATFORMS]


@public("test.gpu_device_name")
def gpu_device_name() -> str:
    """The name of the first GPU, "" without one."""
    return "/device:GPU:0" if _gpus() else ""


@public("test.is_gpu_available")
def is_gpu_available(
    cuda_only: bool = False, min_cuda_compute_capability: tuple[int, int] | None = None
) -> bool:
    """Whether there is a GPU (one of NVIDIA's, if `cuda_only`, and of at least a compute capability)."""
    for gpu in _gpus():
        is_cuda = "rocm" not in getattr(gpu.client, "platform_version", "").lower()
        if cuda_only and not is_cuda:
            continue
        if min_cuda_compute_capability is None:
            return True
        capability = str(getattr(gpu, "compute_capability", "0.0"))
        if tuple(int(part) for part in capability.split(".")) >= tuple(min_cuda_compute_capability):
            return True
    return False


@public("test.is_built_with_cuda")
def is_built_with_cuda() -> bool:
    """Whether the installed JAX can use CUDA."""
    return any("rocm" not in getattr(gpu.client, "platform_version", "").lower() for gpu in _gpus())


IsGoogleCudaEnabled = CudaSupportsHalfMatMulAndConv = is_built_with_cuda
public()(IsGoogleCudaEnabled)
public()(CudaSupportsHalfMatMulAndConv)


@public()
def IsMklEnabled() -> bool:
    """Whether operations are Intel MKL's: never, they are XLA's."""
    return False


@public()
def InstallStackTraceHandler() -> None:
    """From now on a crash of the process shows where its threads were."""
    faulthandler.enable()


@public()
@contextlib.contextmanager
def device(use_gpu: bool) -> Iterator[None]:
    """Context manager that places operations on a GPU if there is one and `use_gpu`, else on the CPU."""
    with device_scope((use_gpu and gpu_device_name()) or "/device:CPU:0"):
        yield
