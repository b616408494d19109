"""The law of input ranks: a graph that breaks a row is refused where it is built, by TensorFlow as well."""

import pytest

import evergraph as tf
from evergraph.framework import dtypes
from evergraph.framework.declaration import UNSET
from evergraph.framework.registry import definition_named
from evergraph.ops.input_ranks import RANKS
from tests.laws import tensorflow_1

USUAL = [dtypes.float32, dtypes.int32, dtypes.int64, dtypes.string, dtypes.complex64]
INDICES = {"Targmax": [dtypes.int64], "Tidx": [dtypes.int32], "Tshape": [dtypes.int32]}
IMAGE, VOLUME = [1, 1, 1, 1], [1, 1, 1, 1, 1]
ATTRIBUTES = {
    "ksize": IMAGE,
    "strides": IMAGE,
    "padding": "VALID",
    "block_size": 2,
    "num_true": 1,
    "dtype": dtypes.float32,
    "set_operation": "union",
    "new_vocab_offset": 0,
    "num_new_vocab": 1,
    "num_split": 2,
    "OUT_TYPE": [dtypes.float32],
    "concat_dim": 0,
    "output_type": dtypes.int32,
}
PAIRS = [(type_, name) for type_, rows in RANKS.items() for name in rows]


def allowed(definition, spec, chosen):
    """The dtypes of the tensors of an argument."""
    if spec.dtype is not None:
        return [spec.dtype] * (2 if spec.number_attr else 1)
    if spec.list_attr:
        return [dtypes.float32]
    if spec.type_attr not in chosen:
        may_be = INDICES.get(spec.type_attr) or definition.types.get(spec.type_attr) or USUAL
        chosen[spec.type_attr] = next((d for d in USUAL if d in may_be), may_be[0])
    return [chosen[spec.type_attr]] * (2 if spec.number_attr else 1)


def attributes_of(definition):
    missing = [name for name, default in definition.attributes.items() if default is UNSET]
    found = {name: ATTRIBUTES[name] for name in missing if name in ATTRIBUTES}
    if "3D" in definition.type:
        found.update({name: VOLUME for name in ("ksize", "strides") if name in found})
    return found


def record(definition, name, rank):
    """The operation on placeholders of unknown rank, but for one of its inputs."""
    arguments, chosen = [], {}
    for spec in definition.signature.inputs:
        shape = None if rank is None or spec.name != name else [None] * rank
        tensors = [tf.placeholder(dtype, shape) for dtype in allowed(definition, spec, chosen)]
        arguments.append(tensors if spec.is_list else tensors[0])
    return definition.record(arguments, attributes_of(definition))


def bounds(type_, name):
    method, rank = RANKS[type_][name]
    least = 0 if method.__name__ == "with_rank_at_most" else rank
    most = 5 if method.__name__ == "with_rank_at_least" else rank
    return least, most


@pytest.mark.parametrize("type_, name", PAIRS)
def test_other_ranks_are_refused(type_, name):
    definition, (least, most) = definition_named(type_), bounds(type_, name)
    for rank in range(6):
        with tf.Graph().as_default():
            if least <= rank <= most:
                record(definition, name, rank)
                continue
            with pytest.raises(ValueError, match="[Rr]ank|axes|scalar"):
                record(definition, name, rank)


def test_every_input_of_the_table_is_one_of_its_operation():
    for type_, name in PAIRS:
        assert name in definition_named(type_).input_names, (type_, name)


@pytest.mark.interop
@pytest.mark.parametrize("type_, name", PAIRS)
def test_tensorflow_refuses_the_same(type_, name):
    theirs = tensorflow_1()
    definition, (least, most) = definition_named(type_), bounds(type_, name)
    with tf.Graph().as_default() as graph:
        operation = record(definition, name, None)
        layout = definition.input_layout(operation)
        ours = graph.as_graph_def()
    placeholders = {operation.input_tensors[position].op.name for position, of in layout if of == name}
    for rank in sorted({max(least - 1, 0), least, min(most, 5), min(most + 1, 5)}):
        wire = theirs.GraphDef.FromString(ours.SerializeToString())
        for node in wire.node:
            if node.name in placeholders:
                node.attr["shape"].shape.CopyFrom(theirs.TensorShape([None] * rank).as_proto())
        with theirs.Graph().as_default():
            if least <= rank <= most:
                theirs.import_graph_def(wire)
            else:
                with pytest.raises(ValueError):
                    theirs.import_graph_def(wire)
