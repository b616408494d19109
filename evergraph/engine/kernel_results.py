"""What kernels return, laid out flat."""

from evergraph.framework import errors


def flatten_result(result, expected, operation):
    """A kernel's result as a flat list of `expected` arrays."""
    if result is None:
        flat = []
    elif isinstance(result, (list, tuple)):
        flat = []
        for part in result:
            flat.extend(part) if isinstance(part, (list, tuple)) else flat.append(part)
    else:
        flat = [result]
    if len(flat) != expected:
        raise errors.InternalError(
            None, operation, f"its kernel gave {len(flat)} results where {expected} were declared"
        )
    return flat
