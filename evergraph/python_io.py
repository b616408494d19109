"""`tf.python_io`: record files read and written from Python."""

# -- contents of tf.python_io, written by `make contents` from what is marked @public --
# ruff: noqa: F401 (names are imported to be seen)
from evergraph.platform.python_io import TFRecordCompressionType as TFRecordCompressionType
from evergraph.platform.python_io import TFRecordOptions as TFRecordOptions
from evergraph.platform.python_io import TFRecordWriter as TFRecordWriter
from evergraph.platform.python_io import tf_record_iterator as tf_record_iterator

# -- end of contents --
