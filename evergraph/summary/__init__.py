"""`tf.summary`: what is shown in TensorBoard."""

from evergraph.formats.messages import Event, SessionLog, Summary, SummaryDescription, TaggedRunMetadata
from evergraph.summary.summary import (
    audio,
    get_summary_description,
    histogram,
    image,
    merge,
    merge_all,
    scalar,
    tensor_summary,
    text,
)
from evergraph.summary.writer import FileWriter
from evergraph.summary.writer_cache import FileWriterCache

__all__ = [
    "Event", "FileWriter", "FileWriterCache", "SessionLog", "Summary", "SummaryDescription",
    "TaggedRunMetadata", "audio", "get_summary_description", "histogram", "image", "merge", "merge_all",
    "scalar", "tensor_summary", "text",
]  # fmt: skip
