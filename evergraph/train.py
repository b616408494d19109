"""`tf.train`: sessions that train, hooks, optimizers, checkpoints, input pipelines."""

from evergraph.checkpoint.management import (
    checkpoint_exists, generate_checkpoint_state_proto, get_checkpoint_mtimes, get_checkpoint_state,
    latest_checkpoint, update_checkpoint_state,
)
from evergraph.formats.messages import (
    BytesList, ClusterDef, Example, Feature, FeatureList, FeatureLists, Features, FloatList, Int64List,
    JobDef, SaverDef, SequenceExample, ServerDef,
)
from evergraph.optimizers.adam import AdamOptimizer
from evergraph.optimizers.gradient_descent import GradientDescentOptimizer
from evergraph.optimizers.optimizer import Optimizer
from evergraph.training.basic_loops import basic_train_loop
from evergraph.training.coordinator import Coordinator, LooperThread
from evergraph.training.global_step import (
    assert_global_step, create_global_step, get_global_step, get_or_create_global_step, global_step,
)
from evergraph.training.graph_io import write_graph
from evergraph.training.hooks import (
    FeedFnHook, FinalOpsHook, GlobalStepWaiterHook, LoggingTensorHook, NanLossDuringTrainingError,
    NanTensorHook, StopAtStepHook,
)
from evergraph.training.queue_runner import QueueRunner, add_queue_runner, start_queue_runners
from evergraph.training.session_run_hook import (
    SessionRunArgs, SessionRunContext, SessionRunHook, SessionRunValues,
)
from evergraph.training.timers import SecondOrStepTimer

__all__ = [
    "AdamOptimizer", "BytesList", "ClusterDef", "Coordinator", "Example", "Feature", "FeatureList",
    "FeatureLists", "Features", "FeedFnHook", "FinalOpsHook", "FloatList", "GlobalStepWaiterHook",
    "GradientDescentOptimizer", "Int64List", "JobDef", "LoggingTensorHook", "LooperThread",
    "NanLossDuringTrainingError", "NanTensorHook", "Optimizer", "QueueRunner", "SaverDef",
    "SecondOrStepTimer", "SequenceExample", "ServerDef", "SessionRunArgs", "SessionRunContext",
    "SessionRunHook", "SessionRunValues", "StopAtStepHook", "add_queue_runner", "assert_global_step",
    "basic_train_loop", "checkpoint_exists", "create_global_step", "generate_checkpoint_state_proto",
    "get_checkpoint_mtimes", "get_checkpoint_state", "get_global_step", "get_or_create_global_step",
    "global_step", "latest_checkpoint", "start_queue_runners", "update_checkpoint_state", "write_graph",
]  # fmt: skip
