"""`tf.summary`: what is shown in TensorBoard."""

# -- contents of tf.summary, written by `make contents` from what is marked @public --
# ruff: noqa: F401 (names are imported to be seen)
from evergraph.formats.messages import Event as Event
from evergraph.formats.messages import SessionLog as SessionLog
from evergraph.formats.messages import Summary as Summary
from evergraph.formats.messages import SummaryDescription as SummaryDescription
from evergraph.formats.messages import TaggedRunMetadata as TaggedRunMetadata
from evergraph.summary.summary import audio as audio
from evergraph.summary.summary import get_summary_description as get_summary_description
from evergraph.summary.summary import histogram as histogram
from evergraph.summary.summary import image as image
from evergraph.summary.summary import merge as merge
from evergraph.summary.summary import merge_all as merge_all
from evergraph.summary.summary import scalar as scalar
from evergraph.summary.summary import tensor_summary as tensor_summary
from evergraph.summary.summary import text as text
from evergraph.summary.writer import FileWriter as FileWriter
from evergraph.summary.writer_cache import FileWriterCache as FileWriterCache

# -- end of contents --
