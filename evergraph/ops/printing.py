"""`tf.print`: an operation that prints when it runs."""

import pprint
import sys
from typing import Any

import numpy as np

from evergraph.framework import dtypes, errors, logging
from evergraph.framework.composite import SparseTensor
from evergraph.framework.conversion import convert_to_tensor, is_dense_tensor_like
from evergraph.framework.default_graph import name_scope
from evergraph.framework.operation import Operation
from evergraph.framework.public import public
from evergraph.framework.structures import is_sequence, map_structure
from evergraph.ops.registry import host_op
from evergraph.ops.strings.templates import string_format

_LOGS = {
    "log(info)": logging.info,
    "log(warning)": logging.warning,
    "log(error)": logging.error,
}
_STREAMS = {logging.info: "log(info)", logging.warning: "log(warning)", logging.warn: "log(warning)", logging.error: "log(error)"}  # fmt: skip


@host_op("PrintV2", "input: string ->", stateful=True)
def print_v2_op(run, input, *, output_stream="stderr", end="\n"):  # noqa: A002 (TensorFlow's name)
    if np.ndim(input):
        raise errors.InvalidArgumentError(
            None, None, f"Input is expected to be scalar, but got {list(np.shape(input))}"
        )
    text = bytes(np.asarray(input, object).item()).decode("utf-8", "replace")
    if output_stream in _LOGS:
        _LOGS[output_stream]("%s", text)
    elif output_stream.startswith("file://"):
        with open(output_stream.removeprefix("file://"), "a", encoding="utf-8") as file:
            file.write(text + end)
    else:
        print(text, end=end, file=getattr(sys, output_stream), flush=True)


_GAP = "\0"  # stands for a tensor in what is printed


class _Text(str):
    """Text inside of a structure, without the quotes of a string."""

    def __repr__(self):
        return str(self)


def _described(value, tensors):
    """A value as text with gaps for its tensors, which are put at the end of the list."""
    if isinstance(value, SparseTensor):
        tensors += [value.indices, value.values, value.dense_shape]
        return f"'SparseTensor(indices={_GAP}, values={_GAP}, shape={_GAP})'"
    if is_dense_tensor_like(value):
        tensors.append(convert_to_tensor(value))
        return _GAP
    if is_sequence(value):
        return pprint.pformat(map_structure(lambda each: _inside(each, tensors), value))
    return str(value)


def _inside(value, tensors):
    is_tensor = is_dense_tensor_like(value) or isinstance(value, SparseTensor)
    return _Text(_described(value, tensors)) if is_tensor else value


def _placeholder(text):
    """What marks gaps in the template: "{}", or, where that is a part of the text, something that is not."""
    found = "{}"
    while found in text:
        found = f"{{{found}}}"
    return found


def _stream_name(stream):
    if stream is sys.stdout or stream is sys.stderr:
        return "stdout" if stream is sys.stdout else "stderr"
    if stream in _STREAMS:
        return _STREAMS[stream]
    if isinstance(stream, str) and stream.startswith("file://"):
        return stream
    raise ValueError(
        f"Unknown output stream, output location not recognized: {stream!r}; use sys.stdout, sys.stderr, a function of tf.logging or 'file://...'"
    )


@public("print")
def print_v2(*inputs: Any, **kwargs: Any) -> Operation:
    """An operation that prints its inputs, one behind the other, whenever it runs.

    Args:
      *inputs: tensors, Python values, and structures of both.
      output_stream: `sys.stderr` (the default), `sys.stdout`, `tf.logging.info`, `warning` or `error`, or "file://PATH".
      summarize: how many elements at both ends of each dimension are shown (3); all when -1.
      sep: what stands between inputs, a space.
      end: what stands behind them, a new line.
      name: the operation's name.

    Returns:
      The Operation; nothing is printed unless it is run, by a session or for an operation that it is a control dependency of.

    Raises:
      ValueError: an output stream that is none of these, or an argument of another name.
    """
    stream = _stream_name(kwargs.pop("output_stream", sys.stderr))
    name, summarize = kwargs.pop("name", None), kwargs.pop("summarize", 3)
    separator, end = kwargs.pop("sep", " "), kwargs.pop("end", "\n")
    if kwargs:
        raise ValueError(f"Unrecognized keyword arguments for tf.print: {sorted(kwargs)}")
    with name_scope(name, "print") as scope:
        only = inputs[0] if len(inputs) == 1 and is_dense_tensor_like(inputs[0]) else None
        if only is not None and only.dtype == dtypes.string and only.shape.ndims == 0:
            return print_v2_op(only, output_stream=stream, end=end or "", name=scope)
        tensors: list = []
        text = separator.join(_described(value, tensors) for value in inputs)
        placeholder = _placeholder(text)
        formatted = string_format(
            text.replace(_GAP, placeholder),
            tensors,
            placeholder=placeholder,
            summarize=3 if summarize is None else summarize,
        )
        return print_v2_op(formatted, output_stream=stream, end=end or "", name=scope)
