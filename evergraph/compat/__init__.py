"""`tf.compat`, and the command that runs TensorFlow 1 programs: the `tensorflow` names, the shims they need."""

# -- contents of tf.compat, written by `make contents` from what is marked @public --
# ruff: noqa: F401 (names are imported to be seen)
from evergraph.compat.installation import install as install
from evergraph.compat.text import as_bytes as as_bytes
from evergraph.compat.text import as_str as as_str
from evergraph.compat.text import as_str_any as as_str_any
from evergraph.compat.text import as_text as as_text
from evergraph.compat.text import bytes_or_text_types as bytes_or_text_types
from evergraph.compat.text import complex_types as complex_types
from evergraph.compat.text import integral_types as integral_types
from evergraph.compat.text import path_to_str as path_to_str
from evergraph.compat.text import real_types as real_types
from evergraph.framework.shapes import dimension_at_index as dimension_at_index
from evergraph.framework.shapes import dimension_value as dimension_value

# -- end of contents --
