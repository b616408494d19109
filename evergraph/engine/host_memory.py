"""Memory of the host that a step takes and gives back is kept for the next step.

XLA takes what a program needs for its run in one piece and gives it back at the end.  The C library (glibc) maps a
piece of 32 MB or more anew each time, and the system then fills it page by page with zeros: 9,200 page faults and 25 ms
of a processor for 36 MB, which the step of a recurrent network takes 50 ms to use.  `keep_memory` has glibc keep such
pieces.  What it cannot keep are pieces of more than 64 MB for threads other than the main one; there XLA's programs run if
they are dispatched asynchronously, as JAX does of itself.  `run_in_calling_thread` has JAX run them where they are called.
"""

import ctypes
import os
import re

import jax

VARIABLE = "EVERGRAPH_KEEP_MEMORY"  # 0 leaves the C library and JAX as they are

_M_TRIM_THRESHOLD, _M_MMAP_MAX = -1, -4  # malloc.h
_LEAST_KEPT, _SHARE_KEPT = 512 << 20, 16  # bytes, and a sixteenth of the memory: at the end of the heap

_COUNT, _COUNT_FLAG = "jax_num_cpu_devices", "--xla_force_host_platform_device_count"
_DISPATCH = "jax_cpu_enable_async_dispatch"


def keep_memory() -> None:
    """Has the C library keep what is freed, unless it is another than glibc or the user has set its limits.

    It keeps up to a sixteenth of the machine's memory, or 512 MB if that is more.
    """
    if not _is_wanted(
        "MALLOC_MMAP_MAX_", "MALLOC_MMAP_THRESHOLD_", "MALLOC_TRIM_THRESHOLD_", "GLIBC_TUNABLES"
    ):
        return
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
        mallopt(_M_MMAP_MAX, 0)
        mallopt(_M_TRIM_THRESHOLD, min(max(_LEAST_KEPT, memory // _SHARE_KEPT), 2**31 - 1))  # an int


def run_in_calling_thread() -> None:
    """Has JAX run programs where they are called, on a host that is one device; a JAX that has begun goes on as it is."""
    if _count_of_devices() == 1 and _is_wanted(_DISPATCH.upper()):
        jax.config.update(_DISPATCH, False)


def _count_of_devices() -> int:
    """How many devices JAX is to make of the host's processors, as far as its settings and XLA's say."""
    flag = re.search(rf"{_COUNT_FLAG}=(\d+)", os.environ.get("XLA_FLAGS", ""))
    return max(int(flag[1]) if flag else 1, getattr(jax.config, _COUNT))


def _is_wanted(*others) -> bool:
    """Whether neither our own switch nor one of the user's says otherwise."""
    return os.environ.get(VARIABLE, "1") != "0" and not any(name in os.environ for name in others)
