"""Where series come from: arrays, CSV files, records of `tf.train.Example`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from evergraph.contrib.timeseries.arrays import batched_series
from evergraph.contrib.timeseries.feature_keys import TrainEvalFeatures
from evergraph.estimator.inputs.numpy_io import numpy_input_fn
from evergraph.framework import dtypes
from evergraph.framework.collections import GraphKeys
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import control_dependencies
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops.constants import constant, identity
from evergraph.ops.control_flow.conditional import cond
from evergraph.ops.control_flow.loop import while_loop
from evergraph.ops.control_flow.tensor_array import TensorArray
from evergraph.ops.files.readers import TextLineReader, TFRecordReader
from evergraph.ops.parsing.decoding import decode_csv
from evergraph.ops.parsing.examples import parse_example
from evergraph.ops.variables.assign import assign, count_up_to, is_initialized
from evergraph.ops.variables.creation import new_variable
from evergraph.training.input import string_input_producer

public_module("contrib.timeseries.python.timeseries.input_pipeline")

_TIMES, _VALUES = TrainEvalFeatures.TIMES, TrainEvalFeatures.VALUES
_MOST_EPOCHS = 8  # before a reading of everything is given up: two are read, and the queue is filled ahead


@public()
class TimeSeriesReader:
    """Reads a series for a TimeSeriesInputFn."""

    def check_dataset_size(self, minimum_dataset_size: int) -> None:
        """ValueError where it is known that there are fewer records."""

    def read(self) -> dict[str, Tensor]:
        """{key: tensor `[records, ...]`} of some records, those after the last ones in each run; it begins anew at the end."""
        raise NotImplementedError(f"{type(self).__name__} does not define read")

    def read_full(self) -> dict[str, Tensor]:
        """{key: tensor `[records, ...]`} of all records."""
        raise NotImplementedError(f"{type(self).__name__} does not define read_full")


@public("contrib.timeseries.NumpyReader")
class NumpyReader(TimeSeriesReader):
    """A series in arrays.

    Args:
      data: {key: array}: "times" `[length]`, "values" `[length]` or `[length, features]`, and others whose shapes begin so.
      read_num_records_hint: how many records are read at once.

    Raises:
      ValueError: times or values are missing; shapes that do not fit.
    """

    def __init__(self, data: Mapping[str, Any], read_num_records_hint: int = 4096) -> None:
        self._features = batched_series(data, require_single_batch=True)
        self._read_num_records_hint = read_num_records_hint

    def check_dataset_size(self, minimum_dataset_size: int) -> None:
        """ValueError for a series that is shorter."""
        size = self._features[_TIMES].shape[1]
        if size < minimum_dataset_size:
            raise ValueError(
                f"A TimeSeriesInputFn is configured to create windows of size {minimum_dataset_size}, but only {size} records "
                "were available in the dataset. Either decrease the window size or provide more records."
            )

    def read(self) -> dict[str, Tensor]:
        """{key: tensor `[records, ...]`} of the next records."""
        series = {key: value[0] for key, value in self._features.items()}
        batch = self._read_num_records_hint
        return numpy_input_fn(series, batch_size=batch, num_epochs=None, shuffle=False)()

    def read_full(self) -> dict[str, Tensor]:
        """{key: tensor `[length, ...]`} of the series."""
        whole = numpy_input_fn(
            self._features, batch_size=1, num_epochs=None, queue_capacity=2, shuffle=False
        )()
        return {key: array_ops.squeeze(value, [0]) for key, value in whole.items()}


@public()
class ReaderBaseTimeSeriesParser(TimeSeriesReader):
    """A series in files, one record for each time.

    Args:
      filenames: a file name, or a list of such.
      read_num_records_hint: how many records `read` reads at once.
    """

    def __init__(self, filenames: TensorLike, read_num_records_hint: int = 4096) -> None:
        self._filenames, self._read_num_records_hint = filenames, read_num_records_hint

    def _get_reader(self) -> Any:
        raise NotImplementedError(f"{type(self).__name__} does not define _get_reader")

    def _process_records(self, lines: Tensor) -> dict[str, Tensor]:
        """{key: tensor `[records, ...]`} of records, a vector of strings."""
        raise NotImplementedError(f"{type(self).__name__} does not define _process_records")

    def _get_filename_queue(self, epoch_limit: int) -> tuple[Any, Any]:
        """(queue of file names, variable that counts how often all were taken).

        The count, which is put back before each reading, ends one that finds no records in any file.
        """
        count = new_variable(
            constant(0, dtype=dtypes.int64),
            name="epoch_limiter",
            trainable=False,
            collections=[GraphKeys.LOCAL_VARIABLES],
        )
        names = array_ops.reshape(convert_to_tensor(self._filenames), [-1])
        # queue runners begin before local variables have their values
        counted = cond(
            is_initialized(count),
            lambda: count_up_to(count, epoch_limit),
            lambda: constant(0, dtype=dtypes.int64),
        )
        with control_dependencies([counted]):
            names = identity(names)
        return string_input_producer(names, shuffle=False, capacity=1), count

    def read(self) -> dict[str, Tensor]:
        """{key: tensor `[records, ...]`} of the next records."""
        number = self._read_num_records_hint
        queue, count = self._get_filename_queue(epoch_limit=number)
        reader = self._get_reader()
        with control_dependencies([assign(count, 0)]):
            _, records = reader.read_up_to(queue, number)
        return self._process_records(records)

    def read_full(self) -> dict[str, Tensor]:
        """{key: tensor `[records, ...]`} of all records of all files: until the key of the first one comes again."""
        reader = self._get_reader()
        queue, count = self._get_filename_queue(epoch_limit=_MOST_EPOCHS)
        with control_dependencies([assign(count, 0)]):
            first_key, first_record = reader.read_up_to(queue, 1)

        def is_another(key, record, number, records):
            return math_ops.not_equal(array_ops.squeeze(key, [0]), array_ops.squeeze(first_key, [0]))

        def read_on(key, record, number, records):
            records = records.write(number, record)
            with control_dependencies([records.flow]):
                key, record = reader.read_up_to(queue, 1)
            key.set_shape([1])
            record.set_shape([1])
            return key, record, number + 1, records

        first_key.set_shape([1])
        first_record.set_shape([1])
        records = TensorArray(dtypes.string, size=0, dynamic_size=True)
        *_, records = while_loop(is_another, read_on, [constant([""]), first_record, 0, records])
        records = records.concat()
        with control_dependencies([records]):
            reset = reader.reset()
        with control_dependencies([reset]):
            return self._process_records(identity(records))


@public("contrib.timeseries.CSVReader")
class CSVReader(ReaderBaseTimeSeriesParser):
    """A series in CSV files.

    Args:
      filenames: a file name, or a list of such.
      column_names: the key of each column; "times" once, "values" for each feature of a time.
      column_dtypes: the dtype of each column; int64 for times and float32 for all others when None.
      skip_header_lines: how many lines at the beginning of each file are left out.
      read_num_records_hint: how many records `read` reads at once.

    Raises:
      ValueError: no column of times or several, none of values; another number of dtypes.
    """

    def __init__(
        self,
        filenames: TensorLike,
        column_names: Sequence[str] = (TrainEvalFeatures.TIMES, TrainEvalFeatures.VALUES),
        column_dtypes: Sequence[Any] | None = None,
        skip_header_lines: int | None = None,
        read_num_records_hint: int = 4096,
    ) -> None:
        _require(column_names)
        if column_dtypes is not None and len(column_dtypes) != len(column_names):
            raise ValueError(
                "If specified, the length of column_dtypes must match the length of column_names (got "
                f"column_dtypes={column_dtypes} and column_names={column_names})."
            )
        if list(column_names).count(_TIMES) != 1:
            raise ValueError(f"Got more than one times column ({_TIMES!r}), but exactly one is required.")
        self._column_names, self._column_dtypes = column_names, column_dtypes
        self._skip_header_lines = skip_header_lines
        super().__init__(filenames, read_num_records_hint)

    def _get_reader(self):
        return TextLineReader(skip_header_lines=self._skip_header_lines)

    def _process_records(self, lines):
        kinds = self._column_dtypes
        if kinds is None:
            kinds = [dtypes.int64 if name == _TIMES else dtypes.float32 for name in self._column_names]
            defaults = [[0] if kind == dtypes.int64 else [] for kind in kinds]
            defaults = [constant(d, dtype=kind) for d, kind in zip(defaults, kinds)]
        else:
            defaults = [array_ops.zeros([1], kind) for kind in kinds]
        columns: dict[str, list] = {}
        for name, column in zip(self._column_names, decode_csv(lines, defaults)):
            columns.setdefault(name, []).append(column)
        return {
            name: parts[0] if name == _TIMES else array_ops.stack(parts, axis=1)
            for name, parts in columns.items()
        }


@public()
class TFExampleReader(ReaderBaseTimeSeriesParser):
    """A series in files of records, each a `tf.train.Example`.

    Args:
      filenames: a file name, or a list of such.
      features: {key: tf.FixedLenFeature}, with "times", a scalar integer, and "values", a vector of floats.

    Raises:
      ValueError: times or values are missing.
    """

    def __init__(self, filenames: TensorLike, features: Mapping[str, Any]) -> None:
        _require(features)
        self._features = dict(features)
        super().__init__(filenames)

    def _get_reader(self):
        return TFRecordReader()

    def _process_records(self, lines):
        return parse_example(lines, self._features)


def _require(names):
    for needed in (_TIMES, _VALUES):
        if needed not in names:
            raise ValueError(f"'{needed}' is a required column; got {list(names)}")
