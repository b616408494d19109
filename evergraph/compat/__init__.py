"""`tf.compat`, and the command that runs TensorFlow 1 programs: the `tensorflow` names, the shims they need."""

from evergraph.compat.installation import install
from evergraph.compat.text import (
    as_bytes,
    as_str,
    as_str_any,
    as_text,
    bytes_or_text_types,
    complex_types,
    integral_types,
    path_to_str,
    real_types,
)

__all__ = [
    "as_bytes", "as_str", "as_str_any", "as_text", "bytes_or_text_types", "complex_types", "install",
    "integral_types", "path_to_str", "real_types",
]  # fmt: skip
