"""Evergraph under TensorFlow's names, as far as the training programs of these tests use them."""

from types import SimpleNamespace

from tensorboard.compat.proto import config_pb2

from evergraph.checkpoint.saver import Saver
from evergraph.framework import dtypes, errors, graph
from evergraph.framework.collections import GraphKeys, add_to_collection
from evergraph.ops import assign, constants, control_flow, queues, variable_scope, variables
from evergraph.session.session import Session
from evergraph.summary import summary
from evergraph.summary.writer_cache import FileWriterCache
from evergraph.training import (
    basic_loops,
    coordinator,
    global_step,
    hooks,
    monitored_session,
    queue_runner,
    saving_hooks,
    scaffold,
    session_creator,
    session_manager,
    session_run_hook,
    supervisor,
    timers,
)

TRAIN_MODULES = (basic_loops, coordinator, global_step, hooks, monitored_session, queue_runner, saving_hooks, scaffold,
                 session_creator, session_manager, session_run_hook, supervisor, timers)  # fmt: skip

tf = SimpleNamespace(
    Graph=graph.Graph,
    GraphKeys=GraphKeys,
    FIFOQueue=queues.FIFOQueue,
    RunMetadata=config_pb2.RunMetadata,
    RunOptions=config_pb2.RunOptions,
    Session=Session,
    Variable=variables.Variable,
    add_to_collection=add_to_collection,
    assign_add=assign.assign_add,
    constant=constants.constant,
    count_up_to=assign.count_up_to,
    errors=errors,
    float32=dtypes.float32,
    get_default_graph=graph.get_default_graph,
    get_variable=variable_scope.get_variable,
    global_variables_initializer=variables.global_variables_initializer,
    group=control_flow.group,
    identity=constants.identity,
    int32=dtypes.int32,
    no_op=constants.no_op,
    placeholder=constants.placeholder,
    report_uninitialized_variables=variables.report_uninitialized_variables,
    summary=SimpleNamespace(scalar=summary.scalar, FileWriterCache=FileWriterCache),
    train=SimpleNamespace(Saver=Saver, **{name: getattr(m, name) for m in TRAIN_MODULES for name in m.__all__}),
)
