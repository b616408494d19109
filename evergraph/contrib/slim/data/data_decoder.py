"""What takes encoded data apart into items."""

import abc
from collections.abc import Sequence
from typing import Any

from evergraph.framework.public import public, public_module

public_module("contrib.slim.data_decoder", "contrib.slim.python.slim.data.data_decoder")


@public()
class DataDecoder(abc.ABC):
    """Decodes data into named items."""

    @abc.abstractmethod
    def decode(self, data: Any, /, items: Sequence[str]) -> list[Any]:
        """The tensors of the items, in that order."""

    @abc.abstractmethod
    def list_items(self) -> list[str]:
        """The names of what it can decode."""
