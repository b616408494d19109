"""The items of a data set in files."""

from typing import Any

from evergraph.contrib.slim.data.data_provider import DataProvider
from evergraph.contrib.slim.data.dataset import Dataset
from evergraph.contrib.slim.data.parallel_reader import parallel_read
from evergraph.framework.public import public, public_module

public_module("contrib.slim.dataset_data_provider", "contrib.slim.python.slim.data.dataset_data_provider")


@public()
class DatasetDataProvider(DataProvider):
    """Provides the items of a Dataset, read in parallel.

    Args:
      dataset: a Dataset.
      num_readers, reader_kwargs, shuffle, num_epochs, seed, scope: as for `parallel_read`.
      common_queue_capacity, common_queue_min: how many records are read ahead, and stay to be shuffled.
      record_key: the item that is a record's key.

    Raises:
      ValueError: the decoder has an item of that name.
    """

    def __init__(
        self,
        dataset: Dataset,
        num_readers: int = 1,
        reader_kwargs: dict[str, Any] | None = None,
        shuffle: bool = True,
        num_epochs: int | None = None,
        common_queue_capacity: int = 256,
        common_queue_min: int = 128,
        record_key: str = "record_key",
        seed: int | None = None,
        scope: str | None = None,
    ) -> None:
        key, data = parallel_read(
            dataset.data_sources,
            reader_class=dataset.reader,
            num_epochs=num_epochs,
            num_readers=num_readers,
            reader_kwargs=reader_kwargs,
            shuffle=shuffle,
            capacity=common_queue_capacity,
            min_after_dequeue=common_queue_min,
            seed=seed,
            scope=scope,
        )
        items = dataset.decoder.list_items()
        found = dict(zip(items, dataset.decoder.decode(data, items)))
        if record_key in found:
            raise ValueError(
                f"The item name used for `record_key` cannot also be used for a dataset item: {record_key}"
            )
        found[record_key] = key
        super().__init__(items_to_tensors=found, num_samples=dataset.num_samples)
