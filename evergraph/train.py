"""`tf.train`: sessions that train, hooks, optimizers, checkpoints, input pipelines."""

from evergraph.checkpoint.inspect import (
    init_from_checkpoint, list_variables, load_checkpoint, load_variable,
)
from evergraph.checkpoint.management import (
    checkpoint_exists, generate_checkpoint_state_proto, get_checkpoint_mtimes, get_checkpoint_state,
    latest_checkpoint, update_checkpoint_state,
)
from evergraph.checkpoint.partial_restore import RestoreReport, restore_matching
from evergraph.checkpoint.reader import NewCheckpointReader
from evergraph.checkpoint.retention import KeepBest, KeepEveryHours, KeepEverySteps, KeepLatest
from evergraph.checkpoint.saver import Saver, export_meta_graph, import_meta_graph
from evergraph.checkpoint.warm_start import VocabInfo, warm_start
from evergraph.distributed import ClusterSpec, Server, replica_device_setter
from evergraph.formats.messages import (
    BytesList, ClusterDef, Example, Feature, FeatureList, FeatureLists, Features, FloatList, Int64List,
    JobDef, SaverDef, SequenceExample, ServerDef,
)
from evergraph.optimizers import (
    AdadeltaOptimizer, AdagradDAOptimizer, AdagradOptimizer, AdamOptimizer, ExponentialMovingAverage,
    FtrlOptimizer, GradientDescentOptimizer, MomentumOptimizer, Optimizer, ProximalAdagradOptimizer,
    ProximalGradientDescentOptimizer, RMSPropOptimizer, cosine_decay, cosine_decay_restarts,
    exponential_decay, inverse_time_decay, linear_cosine_decay, natural_exp_decay,
    noisy_linear_cosine_decay, piecewise_constant, polynomial_decay,
)
from evergraph.summary.iterator import summary_iterator
from evergraph.training.basic_loops import basic_train_loop
from evergraph.training.batching import (
    batch, batch_join, maybe_batch, maybe_batch_join, maybe_shuffle_batch, maybe_shuffle_batch_join,
    shuffle_batch, shuffle_batch_join,
)
from evergraph.training.coordinator import Coordinator, LooperThread
from evergraph.training.global_step import (
    assert_global_step, create_global_step, get_global_step, get_or_create_global_step, global_step,
)
from evergraph.training.graph_io import write_graph
from evergraph.training.hooks import (
    FeedFnHook, FinalOpsHook, GlobalStepWaiterHook, LoggingTensorHook, NanLossDuringTrainingError,
    NanTensorHook, StopAtStepHook,
)
from evergraph.training.input import (
    input_producer, limit_epochs, match_filenames_once, range_input_producer, slice_input_producer,
    string_input_producer,
)
from evergraph.training.metric_hooks import (
    BestCheckpointHook, EarlyStoppingHook, ReduceLearningRateHook, ValidationHook,
)
from evergraph.training.monitored_session import (
    MonitoredSession, MonitoredTrainingSession, SingularMonitoredSession,
)
from evergraph.training.profiler_hook import ProfilerHook
from evergraph.training.progress_hooks import GoodputHook, ProgressHook, WatchdogHook
from evergraph.training.queue_runner import QueueRunner, add_queue_runner, start_queue_runners
from evergraph.training.saving_hooks import (
    CheckpointSaverHook, CheckpointSaverListener, StepCounterHook, SummarySaverHook,
)
from evergraph.training.scaffold import Scaffold
from evergraph.training.session_creator import ChiefSessionCreator, SessionCreator, WorkerSessionCreator
from evergraph.training.session_manager import SessionManager
from evergraph.training.session_run_hook import (
    SessionRunArgs, SessionRunContext, SessionRunHook, SessionRunValues,
)
from evergraph.training.supervisor import Supervisor
from evergraph.training.sync_replicas import SyncReplicasOptimizer
from evergraph.training.timers import SecondOrStepTimer
from evergraph.training import queue_runner


__all__ = [
    "AdadeltaOptimizer", "AdagradDAOptimizer", "AdagradOptimizer", "AdamOptimizer",
    "BestCheckpointHook", "BytesList", "CheckpointSaverHook", "CheckpointSaverListener",
    "ChiefSessionCreator", "ClusterDef", "ClusterSpec", "Coordinator", "EarlyStoppingHook", "Example",
    "ExponentialMovingAverage", "Feature", "FeatureList", "FeatureLists", "Features", "FeedFnHook",
    "FinalOpsHook", "FloatList", "FtrlOptimizer", "GlobalStepWaiterHook", "GoodputHook",
    "GradientDescentOptimizer", "Int64List", "JobDef", "KeepBest", "KeepEveryHours", "KeepEverySteps",
    "KeepLatest", "LoggingTensorHook", "LooperThread", "MomentumOptimizer", "MonitoredSession",
    "MonitoredTrainingSession", "NanLossDuringTrainingError", "NanTensorHook", "NewCheckpointReader",
    "Optimizer", "ProfilerHook", "ProgressHook", "ProximalAdagradOptimizer",
    "ProximalGradientDescentOptimizer", "QueueRunner", "RMSPropOptimizer", "ReduceLearningRateHook",
    "RestoreReport", "Saver", "SaverDef", "Scaffold", "SecondOrStepTimer", "SequenceExample", "Server", "ServerDef",
    "SessionCreator", "SessionManager", "SessionRunArgs", "SessionRunContext", "SessionRunHook",
    "SessionRunValues", "SingularMonitoredSession", "StepCounterHook", "StopAtStepHook",
    "SummarySaverHook", "Supervisor", "SyncReplicasOptimizer", "ValidationHook", "VocabInfo",
    "WatchdogHook", "WorkerSessionCreator", "add_queue_runner", "assert_global_step",
    "basic_train_loop", "batch", "batch_join", "checkpoint_exists", "cosine_decay",
    "cosine_decay_restarts", "create_global_step", "exponential_decay", "export_meta_graph",
    "generate_checkpoint_state_proto", "get_checkpoint_mtimes", "get_checkpoint_state",
    "get_global_step", "get_or_create_global_step", "global_step", "import_meta_graph",
    "init_from_checkpoint", "input_producer", "inverse_time_decay", "latest_checkpoint", "limit_epochs",
    "linear_cosine_decay", "list_variables", "load_checkpoint", "load_variable", "match_filenames_once",
    "maybe_batch", "maybe_batch_join", "maybe_shuffle_batch", "maybe_shuffle_batch_join",
    "natural_exp_decay", "noisy_linear_cosine_decay", "piecewise_constant", "polynomial_decay",
    "queue_runner", "range_input_producer", "replica_device_setter", "restore_matching", "shuffle_batch",
    "shuffle_batch_join", "slice_input_producer", "start_queue_runners", "string_input_producer",
    "summary_iterator", "update_checkpoint_state", "warm_start", "write_graph",
]  # fmt: skip
