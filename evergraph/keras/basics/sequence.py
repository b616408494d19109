"""`Sequence`: data in batches that are asked for by number."""

from abc import abstractmethod
from collections.abc import Iterator
from typing import Any

from evergraph.framework.public import public, public_module

public_module("python.keras.utils.data_utils")


@public("keras.utils.Sequence")
class Sequence:
    """Batches by number. A subclass defines `__getitem__` and `__len__`."""

    @abstractmethod
    def __getitem__(self, index: int) -> Any:
        """The batch of that number."""
        raise NotImplementedError(f"{type(self).__name__} must define __getitem__(index)")

    @abstractmethod
    def __len__(self) -> int:
        """How many batches there are."""
        raise NotImplementedError(f"{type(self).__name__} must define __len__()")

    def on_epoch_end(self) -> None:
        """Called at the end of each epoch."""

    def __iter__(self) -> Iterator[Any]:
        while True:
            for index in range(len(self)):
                yield self[index]
