"""What provides the items of examples as tensors."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from evergraph.framework.public import public, public_module

public_module("contrib.slim.data_provider", "contrib.slim.python.slim.data.data_provider")


@public()
class DataProvider:
    """Tensors by the names of items.

    Args:
      items_to_tensors: {item: tensor}.
      num_samples: how many examples there are.
    """

    def __init__(self, items_to_tensors: Mapping[str, Any], num_samples: int) -> None:
        self._items_to_tensors = items_to_tensors
        self._num_samples = num_samples

    def get(self, items: Sequence[str]) -> list[Any]:
        """The tensors of the items. ValueError for an item that is not there, or what is no list."""
        if not isinstance(items, (list, tuple)):
            raise ValueError(f"items must be a list or tuple. Received: {items!r}")
        for item in items:
            if item not in self._items_to_tensors:
                raise ValueError(
                    f"Item [{item}] is invalid. Valid entries include: {list(self.list_items())}"
                )
        return [self._items_to_tensors[item] for item in items]

    def list_items(self) -> Collection[str]:
        """The names of the items."""
        return self._items_to_tensors.keys()

    def num_samples(self) -> int:
        """How many examples there are."""
        return self._num_samples
