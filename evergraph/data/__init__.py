"""Input pipelines: sequences of elements, described in the graph and gone through by iterators (`tf.data`).

1. `Dataset` and its transformations         `dataset.py`, `readers.py`
2. what describes them in the graph          `sources.py`, `order.py`, `batching.py`, `functions.py`, `parallel.py`, `files.py`, ...
3. functions, traced once and called         `tracing.py`, `calls.py`
4. `Iterator`, and what its handle is        `iterators.py`, `host_iterator.py`, `positions.py`
"""

# -- contents of tf.data, written by `make contents` from what is marked @public --
# ruff: noqa: F401 (names are imported to be seen)
from evergraph.data.dataset import Dataset as Dataset
from evergraph.data.iterator_functions import get_output_classes as get_output_classes
from evergraph.data.iterator_functions import get_output_shapes as get_output_shapes
from evergraph.data.iterator_functions import get_output_types as get_output_types
from evergraph.data.iterator_functions import make_initializable_iterator as make_initializable_iterator
from evergraph.data.iterator_functions import make_one_shot_iterator as make_one_shot_iterator
from evergraph.data.iterators import Iterator as Iterator
from evergraph.data.options import Options as Options
from evergraph.data.readers import FixedLengthRecordDataset as FixedLengthRecordDataset
from evergraph.data.readers import TextLineDataset as TextLineDataset
from evergraph.data.readers import TFRecordDataset as TFRecordDataset

# -- end of contents --
