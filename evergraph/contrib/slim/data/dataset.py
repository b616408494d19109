"""What a data set in files is: where it is, how it is read and decoded, and what it holds."""

from collections.abc import Mapping
from typing import Any

from evergraph.contrib.slim.data.data_decoder import DataDecoder
from evergraph.framework.public import public, public_module

public_module("contrib.slim.dataset", "contrib.slim.python.slim.data.dataset")


@public()
class Dataset:
    """A data set; whatever else is given becomes an attribute too.

    Args:
      data_sources: the files, or patterns of their names.
      reader: a reader class, such as `tf.TFRecordReader`.
      decoder: a DataDecoder.
      num_samples: how many examples there are.
      items_to_descriptions: {item: what it is}.
      **kwargs: more attributes.
    """

    data_sources: Any
    reader: Any
    decoder: DataDecoder
    num_samples: int
    items_to_descriptions: Mapping[str, str]

    def __init__(
        self,
        data_sources: Any,
        reader: Any,
        decoder: DataDecoder,
        num_samples: int,
        items_to_descriptions: Mapping[str, str],
        **kwargs: Any,
    ) -> None:
        vars(self).update(
            kwargs,
            data_sources=data_sources,
            reader=reader,
            decoder=decoder,
            num_samples=num_samples,
            items_to_descriptions=items_to_descriptions,
        )
