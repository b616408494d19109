"""`Iterator`: goes through a dataset in the eager mode."""

from evergraph.data.dataset import Dataset
from evergraph.data.eager_iterator import EagerIterator
from evergraph.framework.execution import executing_eagerly
from evergraph.framework.public import public, public_module

public_module("contrib.eager.python.datasets", "contrib.eager.python.tfe")


@public("contrib.eager.Iterator")
class Iterator(EagerIterator):
    """The elements of a dataset, one after another.

    Args:
      dataset: a Dataset.

    Raises:
      RuntimeError: not in the eager mode.
    """

    def __init__(self, dataset: Dataset) -> None:
        if not executing_eagerly():
            raise RuntimeError(
                "Iterator objects can only be used when eager execution is enabled, use "
                "tf.data.Dataset.make_initializable_iterator or tf.data.Dataset.make_one_shot_iterator for graph construction"
            )
        super().__init__(dataset)
