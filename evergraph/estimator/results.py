"""The results of an evaluation in the log and in event files."""

import os
from collections.abc import Mapping
from typing import Any

import numpy as np
from google.protobuf.message import DecodeError

from evergraph.formats.messages import Summary
from evergraph.framework import dtypes, logging
from evergraph.framework.protos import make_tensor_proto
from evergraph.framework.public import public, public_module
from evergraph.summary.writer_cache import FileWriterCache

public_module("python.estimator.estimator")


def as_text(results: Mapping[str, Any]) -> str:
    """`name = value, ...`, serialized summaries left out."""
    shown = sorted((key, value) for key, value in results.items() if not isinstance(value, bytes))
    return ", ".join(f"{key} = {value!s}" for key, value in shown)


@public("python.estimator.estimator._write_dict_to_summary")
def write_results(output_dir: str, dictionary: Mapping[str, Any], current_global_step: int) -> None:
    """Logs results, and writes them as one summary: numbers as scalars, serialized summaries as what they hold."""
    logging.info("Saving dict for global step %d: %s", current_global_step, as_text(dictionary))
    message = Summary()
    for key, value in dictionary.items():
        if value is None or key == "global_step":
            continue
        if isinstance(value, float | np.floating | int | np.integer):
            message.value.add(tag=key, simple_value=float(value))
        elif isinstance(value, bytes):
            _add_summary(message, key, value)
        else:
            logging.warning(
                "Skipping summary for %s, must be a float, np.float32, np.int64, np.int32 or int or a serialized string "
                "of Summary.",
                key,
            )
    _write(output_dir, message, current_global_step)


def _add_summary(message, key, serialized):
    try:
        found = Summary.FromString(serialized)
    except DecodeError:
        logging.warning("Skipping summary for %s, cannot parse string to Summary.", key)
        return
    for number, value in enumerate(found.value):
        value.tag = f"{key}/{number}"
    message.value.extend(found.value)


@public("python.estimator.estimator._write_checkpoint_path_to_summary")
def write_checkpoint_path(output_dir: str, checkpoint_path: str, current_global_step: int) -> None:
    """Writes which checkpoint was evaluated, as the string summary `checkpoint_path`."""
    path = os.fsdecode(checkpoint_path)
    logging.info("Saving 'checkpoint_path' summary for global step %d: %s", current_global_step, path)
    message = Summary()
    message.value.add(tag="checkpoint_path", tensor=make_tensor_proto(path, dtype=dtypes.string))
    _write(output_dir, message, current_global_step)


def _write(output_dir, message, step):
    writer = FileWriterCache.get(output_dir)
    writer.add_summary(message, step)
    writer.flush()
