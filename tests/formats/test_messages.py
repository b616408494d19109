import importlib
import subprocess
import sys

import pytest
from google.protobuf import text_format

from evergraph.formats import messages
from evergraph.formats.message_tables import define_messages


def test_no_tensorflow_is_imported():
    script = "import sys, evergraph.formats.messages; sys.exit('tensorflow' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


def test_messages_of_both_origins_fit_together():
    cluster = messages.ClusterDef(job=[messages.JobDef(name="worker", tasks={0: "localhost:1"})])
    server = messages.ServerDef(
        cluster=cluster, job_name="worker", default_session_config=messages.ConfigProto()
    )
    assert server.cluster == cluster
    model = messages.SavedModel()
    model.meta_graphs.add().CopyFrom(messages.MetaGraphDef())
    assert messages.SavedModel.FromString(model.SerializeToString()) == model


def test_example_accepts_nested_keywords():
    example = messages.Example(
        features=messages.Features(
            feature={"x": messages.Feature(int64_list=messages.Int64List(value=[1, -1]))}
        )
    )
    read = messages.Example.FromString(example.SerializeToString())
    assert list(read.features.feature["x"].int64_list.value) == [1, -1]
    assert read.features.feature["x"].WhichOneof("kind") == "int64_list"
    read.features.feature["x"].float_list.value.append(2)
    assert read.features.feature["x"].WhichOneof("kind") == "float_list"


def test_text_form():
    state = messages.CheckpointState(model_checkpoint_path="b", all_model_checkpoint_paths=["a", "b"])
    text = text_format.MessageToString(state)
    assert text.splitlines() == [
        'model_checkpoint_path: "b"',
        'all_model_checkpoint_paths: "a"',
        'all_model_checkpoint_paths: "b"',
    ]
    assert text_format.Parse(text, messages.CheckpointState()) == state


def test_an_extent_knows_whether_it_has_a_length():
    extent = messages.TensorSliceProto.Extent(length=0)
    assert extent.HasField("length")
    assert not messages.TensorSliceProto.Extent().HasField("length")


def test_a_bad_row_is_refused():
    with pytest.raises(ValueError, match="cannot read the field"):
        define_messages("evergraph/tests/bad.proto", {"Bad": ("int64 size",)})
    with pytest.raises(KeyError):
        define_messages("evergraph/tests/bad.proto", {"Bad": ("Nowhere size = 1",)})


REAL = [
    (
        "core.example.feature_pb2",
        ["BytesList", "FloatList", "Int64List", "Feature", "Features", "FeatureLists"],
    ),
    ("core.example.example_pb2", ["Example", "SequenceExample"]),
    ("core.framework.tensor_slice_pb2", ["TensorSliceProto"]),
    ("core.protobuf.tensor_bundle_pb2", ["BundleHeaderProto", "BundleEntryProto"]),
    (
        "core.util.saved_tensor_slice_pb2",
        ["SavedSliceMeta", "SavedTensorSliceMeta", "SavedSlice", "SavedTensorSlices"],
    ),
    ("python.training.checkpoint_state_pb2", ["CheckpointState"]),
    ("core.protobuf.queue_runner_pb2", ["QueueRunnerDef"]),
    (
        "core.protobuf.control_flow_pb2",
        ["ValuesDef", "ControlFlowContextDef", "CondContextDef", "WhileContextDef"],
    ),
    ("core.protobuf.saved_model_pb2", ["SavedModel"]),
    ("core.protobuf.named_tensor_pb2", ["NamedTensorProto"]),
    ("core.framework.reader_base_pb2", ["ReaderBaseState"]),
    ("core.protobuf.tensorflow_server_pb2", ["ServerDef"]),
    (
        "core.framework.device_attributes_pb2",
        ["DeviceAttributes", "DeviceLocality", "LocalLinks", "InterconnectLink"],
    ),
    ("core.protobuf.device_properties_pb2", ["DeviceProperties", "NamedDevice"]),
    ("core.framework.kernel_def_pb2", ["KernelDef", "KernelList"]),
]
LATER = {"replica", "cluster_device_filters", "xla_global_id", "priority"}  # fields that TensorFlow 1.9 lacks


def layout(descriptor):
    """Everything that decides how a message looks in a file, without package names."""

    def kind(field):
        target = field.message_type or field.enum_type
        return field.type, target and target.full_name.partition(".")[2].removeprefix("error.")

    return {
        field.name: (
            field.number,
            *kind(field),
            field.is_repeated,
            field.is_packed,
            bool(field.containing_oneof),
            {v.name: v.number for v in field.enum_type.values if v.number <= 16}
            if field.enum_type and field.enum_type.name in ("Code", "Endianness")
            else None,
            layout(field.message_type)
            if field.message_type and field.message_type.GetOptions().map_entry
            else None,
        )
        for field in descriptor.fields
        if field.name not in LATER
    }


@pytest.mark.interop
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("module,names", REAL, ids=[row[0] for row in REAL])
def test_fields_are_tensorflows_own(tf1, module, names):
    real = importlib.import_module(f"tensorflow.{module}")
    for name in names:
        assert layout(getattr(messages, name).DESCRIPTOR) == layout(getattr(real, name).DESCRIPTOR), name
