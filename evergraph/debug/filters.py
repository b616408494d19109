"""Filters of tfdbg: functions that say of a tensor's value whether to stop."""

from typing import Any

import numpy as np

from evergraph.framework.public import public, public_module

public_module("python.debug", "python.debug.lib.debug_data")


@public()
def has_inf_or_nan(datum: Any, tensor: Any) -> bool:
    """Whether a value holds infinities or NaN.

    Args:
      datum: what is known of the tensor; not looked at.
      tensor: its value: an array, or None.
    """
    array = np.asarray(tensor)
    return array.dtype.kind in "fc" and array.size > 0 and not bool(np.all(np.isfinite(array)))
