"""`tf.python_io`: record files read and written from Python."""

from evergraph.data.records import (
    TFRecordCompressionType, TFRecordOptions, TFRecordWriter, tf_record_iterator,
)

__all__ = [
    "TFRecordCompressionType", "TFRecordOptions", "TFRecordWriter", "tf_record_iterator",
]  # fmt: skip
