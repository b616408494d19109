"""`tf.gradients`: gradients as operations of the graph."""

from evergraph.gradients import carried  # noqa: F401 (control flow finds it by name)
