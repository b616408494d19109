"""`Session`: runs operations of a graph.

One `run`, in order:
1. `_BoundRun`         the plan for (fetches, fed tensors): looked up, or made (`_bound_run`) and kept
2. `_BoundRun.run`     one function, written out line by line, which
   `FeedStructure`       converts the fed values
   `write_lines`         runs the plan (engine.executor)
   `FetchStructure`      gives each fetched value to the caller as an array of their own
"""

import functools
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Any, Self

from tensorboard.compat.proto import config_pb2
from tensorboard.compat.proto.config_pb2 import ConfigProto, RunMetadata, RunOptions
from tensorboard.compat.proto.graph_pb2 import GraphDef

from evergraph.engine.bulk import bulk_feeding
from evergraph.engine.execute import Executable
from evergraph.engine.executor import write_lines
from evergraph.engine.exits import watch
from evergraph.engine.host_run import HostRun
from evergraph.engine.plans import plans_of
from evergraph.engine.resources import Resources
from evergraph.engine.runtime import current_runtime
from evergraph.framework import errors
from evergraph.framework.default_graph import get_default_graph
from evergraph.framework.graph import Graph
from evergraph.framework.operation import Operation
from evergraph.framework.public import public, public_module
from evergraph.framework.source import Source
from evergraph.session import targets
from evergraph.session.cost_model import CostModel
from evergraph.session.defaults import default_session
from evergraph.session.devices import SessionDevices
from evergraph.session.feeds import FeedStructure
from evergraph.session.fetches import LEAVES, FetchStructure, fetch_key
from evergraph.session.partial_run import PartialRun
from evergraph.session.step_stats import tracing

public_module("python.client.session")

_MOST_RUNS = 1024  # kinds of runs and plans that a session keeps
_CLOSED = "Attempted to use a closed Session. Run inside its `with` block, or open another one."


@public()
class SessionInterface:
    """What everything that runs like a session has: `graph`, `sess_str` and `run`."""

    @property
    def graph(self) -> Graph:
        raise NotImplementedError("graph")

    @property
    def sess_str(self) -> bytes:
        raise NotImplementedError("sess_str")

    def run(
        self,
        fetches: Any,
        feed_dict: Mapping | None = None,
        options: RunOptions | None = None,
        run_metadata: RunMetadata | None = None,
    ) -> Any:
        raise NotImplementedError("run")


class _BoundRun:
    """Everything about one kind of run that is resolved once.

    Attributes:
      executable: the Executable.
      run: function from a HostRun (None unless `asks_for_run`) and the values of the feed_dict to the caller's result.
      asks_for_run: whether the plan needs a HostRun.
      edges: the version of the graph's edges that the plan was made for.
      is_plain: whether it is a plan of this process alone.
    """

    def __init__(self, structure, feeds, executable, edges):
        self._structure, self._feeds = structure, feeds
        self.executable = executable
        self.asks_for_run = executable.asks_for_run
        self.edges = edges
        self.is_plain = isinstance(executable, Executable)
        self.run = (
            self._written_out() if self.is_plain else functools.partial(self.run_with, executable.execute)
        )

    def run_with(self, execute, host_run, values):
        """Runs, with `execute` in the place of `executable.execute`."""
        results = execute(host_run, self._convert_feeds(values))
        return self._to_user(results)

    @functools.cached_property
    def _convert_feeds(self):
        return self._feeds.converter(self.executable.borrowed)

    @functools.cached_property
    def _to_user(self):
        return self._structure.to_user(self._feeds.tensors)

    def _written_out(self):
        source = Source("Session.run")
        source.add(0, "def run(host_run, values):")
        for slot, array in enumerate(self._feeds.write(source, 1, self.executable.borrowed)):
            source.add(1, f"s{slot} = {array}")
        raw = [f"s{slot}" for slot in self.executable.fetched_slots]
        write_lines(
            self.executable,
            source,
            1,
            lambda indent: self._structure.write(source, indent, raw, self._feeds.tensors),
        )
        return source.function("run")


@public()
class BaseSession(SessionInterface):
    """A session: a graph, and the variables and other resources its runs work on.

    Args:
      target: "" for a session with variables of its own, or a server's target.
      graph: the Graph to run; the default graph when None.
      config: a ConfigProto; `isolate_session_state` gives the session variables of its own on a server too,
        `operation_timeout_in_ms` bounds the wait of blocking operations, `graph_options.infer_shapes` adds
        `_output_shapes` to `graph_def` and partition graphs, and with `graph_options.build_cost_model=n` every n-th
        run fills `run_metadata.cost_graph`; `device_count` says how many CPUs there are to place operations on, and
        at most how many GPUs; `allow_soft_placement` runs on the default device what is assigned to one that there is not,
        where it is an error otherwise; thread and other device options are recorded and otherwise without effect.

    Raises:
      TypeError: an argument of the wrong type.
      NotFoundError: no server of this process has the target.
    """

    def __init__(
        self, target: str = "", graph: Graph | None = None, config: ConfigProto | None = None
    ) -> None:
        if graph is not None and not isinstance(graph, Graph):
            raise TypeError(f"graph must be a tf.Graph, but got {type(graph)}")
        if config is not None and not isinstance(config, config_pb2.ConfigProto):
            raise TypeError(f"config must be a tf.ConfigProto, but got {type(config)}")
        if target is None:
            target = ""
        if not isinstance(target, (str, bytes)):
            raise TypeError(f"target must be a string, but got {type(target)}")
        self._graph = get_default_graph() if graph is None else graph
        self._target = target.decode() if isinstance(target, bytes) else target
        self._config = config
        self._resources = targets.open_resources(self._target, config) if self._target else Resources()
        watch(self._resources)
        self._cancellation = self._resources.cancellation
        self._runtime = current_runtime()
        self._devices = SessionDevices(
            self._runtime, self._resources, {} if config is None else config.device_count
        )
        self._graph_options = config_pb2.GraphOptions() if config is None else config.graph_options
        self._allows_soft_placement = config is not None and config.allow_soft_placement
        self._cost_models = {}  # executable -> its CostModel, when the options ask for one
        self._runs = {}
        self._edges = self._graph._version_of_edges
        self._runs_lock = threading.RLock()  # a signal handler may run the session
        self._feedings = {}  # operation -> BulkFeeding, or None
        self._partial_runs = {}
        self._partial_run_count = 0
        self._opened = False
        self._closed = False
        asked_ms = config.operation_timeout_in_ms if config is not None else 0
        self._default_timeout_ms = asked_ms or self._resources.timeout_ms

    # -- running --------------------------------------------------------------------------------------------

    def run(
        self,
        fetches: Any,
        feed_dict: Mapping | None = None,
        options: RunOptions | None = None,
        run_metadata: RunMetadata | None = None,
    ) -> Any:
        """Runs the operations and evaluates the tensors in `fetches`.

        Args:
          fetches: a Tensor, Operation, Variable, SparseTensor, IndexedSlices or name, or any nesting of lists,
            tuples, named tuples and dicts of these.
          feed_dict: {tensor: value}; the value is used in the tensor's place.  Any feedable tensor.
          options: a RunOptions; `timeout_in_ms` bounds the wait of blocking operations.
          run_metadata: a RunMetadata to fill.

        Returns:
          The values in the same nesting: NumPy arrays or scalars of the caller's own, None for operations.

        Raises:
          RuntimeError: the session is closed, or its graph is empty.
          TypeError: fetches or feed keys of the wrong kind, None among them.
          ValueError: something that is not in the graph, or a feed of the wrong shape.
          tf.errors.OpError: an operation failed.
        """
        try:
            key = fetches if type(fetches) in LEAVES else fetch_key(fetches)
            bound = self._runs.get((key, *feed_dict) if feed_dict else (key,))
        except TypeError:
            bound = None  # something without a hash, or a mistake
        if bound is None or bound.edges != self._graph._version_of_edges:
            bound = self._bound_run(fetches, feed_dict)
        host_run = self._host_run(options) if bound.asks_for_run else None
        values = feed_dict.values() if feed_dict else ()
        if run_metadata is None or not bound.is_plain:
            return bound.run(host_run, values)
        return bound.run_with(self._tracing(bound, options, run_metadata), host_run, values)

    def _host_run(self, options):
        deadline = None
        timeout = options.timeout_in_ms if options is not None else 0
        timeout = timeout or self._default_timeout_ms
        if timeout:
            deadline = time.monotonic() + timeout / 1000
        return HostRun(self, self._resources, self._cancellation, deadline, self._runtime)

    def _bound_run(self, fetches, feed_dict):
        """A new `_BoundRun`, kept under its key."""
        if self._closed:
            raise RuntimeError(_CLOSED)
        if self._graph.version == 0:
            raise RuntimeError(
                "The Session graph is empty. Add operations to the graph before calling run()."
            )
        if feed_dict and not isinstance(feed_dict, Mapping):
            raise TypeError(f"feed_dict must be a dictionary {{tensor: value}}, but got {type(feed_dict)}")
        structure = FetchStructure(self._graph, fetches)
        feeds = FeedStructure(self._graph, feed_dict or ())
        edges = self._graph._version_of_edges
        with self._runs_lock:
            elements, fed = tuple(structure.elements), tuple(feeds.tensors)
            executable = self._resources.bound(self._graph, self._executable, elements, fed)
            bound = _BoundRun(structure, feeds, executable, edges)
            if self._graph_options.build_cost_model and bound.is_plain:
                bound.run = functools.partial(bound.run_with, self._cost_model(executable).run)
            try:
                if feeds.is_fixed:
                    self._runs[(fetch_key(fetches), *(feed_dict or ()))] = bound
            except TypeError:
                pass  # without a hash it is made anew each time
        return bound

    def _executable(self, elements, fed, done=frozenset()):
        """The plan for flat fetches, bound to this session's resources; one for each (fetches, feeds).

        Operations in `done` (of a partial run) are not run again.
        """
        with self._runs_lock:
            edges = self._graph._version_of_edges
            if edges != self._edges or len(self._runs) > _MOST_RUNS:
                self._runs, self._edges = {}, edges  # those of the graph as it was go
            key = ("plan", elements, fed, done)
            found = self._runs.get(key)
            if found is None:
                plan = self._plan(elements, fed, done)
                if not self._allows_soft_placement:
                    self._devices.check(plan.block.operations)
                found = Executable(plan, self._resources, self._runtime, len(elements))
                found.new_run = functools.partial(self._host_run, None)
                self._runs[key] = found
            return found

    def _plan(self, elements, fed, done):
        """A plan, shared by all sessions of the graph that are alike: what one compiled, the others run."""
        plans = plans_of(self._graph, self._runtime)
        return plans.plan((self._target, self._devices.limits), elements, fed, self._devices.key, done)

    def _cost_model(self, executable):
        found = self._cost_models.get(executable)
        if found is None:
            options = self._graph_options
            found = CostModel(executable, options.build_cost_model, options.build_cost_model_after)
            self._cost_models[executable] = found
        return found

    def _tracing(self, bound, options, run_metadata):
        """Runs like `executable.execute`, and fills `run_metadata` with what `options` ask for."""
        if not isinstance(run_metadata, config_pb2.RunMetadata):
            raise TypeError(f"run_metadata must be a tf.RunMetadata, but got {type(run_metadata)}")
        cost_model = self._cost_models.get(bound.executable)
        if options is None:
            options = config_pb2.RunOptions()
        if not (options.trace_level or options.output_partition_graphs or cost_model):
            run_metadata.Clear()
            return bound.executable.execute
        add_shapes = self._graph_options.infer_shapes
        return tracing(bound.executable, options, run_metadata, self._devices, cost_model, add_shapes)

    def make_callable(
        self, fetches: Any, feed_list: Sequence | None = None, accept_options: bool = False
    ) -> Callable:
        """A function that runs `fetches`, taking the values of `feed_list` as positional arguments.

        With `accept_options`, it takes keyword arguments `options` and `run_metadata` too.

        TypeError for a `feed_list` that is no list; calling it with another number of values raises
        InvalidArgumentError.
        """
        if feed_list is not None and not isinstance(feed_list, (list, tuple)):
            raise TypeError(f"`feed_list` must be a list or tuple, got {type(feed_list)}")
        keys = list(feed_list or ())
        bound = self._bound_run(fetches, dict.fromkeys(keys))

        def call(*values, **options):
            if not accept_options and options:
                raise TypeError(f"this callable takes no keyword arguments, got {sorted(options)}")
            if len(values) != len(keys):
                raise errors.InvalidArgumentError(
                    None, None, f"{len(keys)} values were expected for feed_list {keys}, got {len(values)}"
                )
            return self.run(fetches, dict(zip(keys, values)), **options)

        del bound  # made now so that mistakes show here, not at the first call
        return call

    def make_feeding(self, operation: Any) -> Callable:
        """A function that does what running `operation` again and again does: put elements into a queue.

        It may do so for several at a time (engine.bulk); it raises what a run would.
        """
        call = self.make_callable(operation)
        if (
            not isinstance(operation, Operation)
            or self._target
            or type(self)._executable is not BaseSession._executable
        ):
            return call
        with self._runs_lock:
            if operation not in self._feedings:
                self._feedings[operation] = bulk_feeding(operation, self._executable, self._feeding_run)
            return self._feedings[operation] or call

    def _feeding_run(self):
        if self._closed:
            raise RuntimeError(_CLOSED)
        return self._host_run(None)

    def _make_callable_from_options(self, callable_options):
        """A function that runs what a CallableOptions names, taking the values of its `feed` as positional arguments.

        It returns a list with the value of each `fetch`, and takes `run_metadata` as a keyword argument.

        Raises:
          NotFoundError: a name that the graph does not have.
          UnimplementedError: there are tensor connections.
        """
        if callable_options.tensor_connection:
            raise errors.UnimplementedError(
                None,
                None,
                f"a callable cannot connect tensors, got {list(callable_options.tensor_connection)}; "
                "feed the value that was fetched",
            )
        try:
            feeds = [self._graph.get_tensor_by_name(_output_name(name)) for name in callable_options.feed]
            fetches = [self._graph.get_tensor_by_name(_output_name(name)) for name in callable_options.fetch]
            targets = [self._graph.as_graph_element(name) for name in callable_options.target]
        except KeyError as error:
            raise errors.NotFoundError(
                None, None, f"no such feed, fetch or target: {error.args[0]}"
            ) from error
        call = self.make_callable([fetches, targets], feeds, accept_options=True)
        options = config_pb2.RunOptions()
        options.CopyFrom(callable_options.run_options)

        def call_with_options(*values, run_metadata=None):
            return call(*values, options=options, run_metadata=run_metadata)[0]

        return call_with_options

    # -- partial runs ---------------------------------------------------------------------------------------

    def partial_run_setup(self, fetches: Any, feeds: Sequence | None = None) -> str:
        """Begins a run that is fed and fetched piece by piece with `partial_run`.

        Each operation runs once at most.  Operations among the fetches run as soon as what they need is fed.

        Args:
          fetches: all that will be fetched, in any nesting.
          feeds: the tensors that will be fed.

        Returns:
          A handle for `partial_run`.

        Raises:
          RuntimeError: the session is closed.
          InvalidArgumentError: nothing to fetch or execute.
        """
        if self._closed:
            raise RuntimeError(_CLOSED)
        if self._graph.version == 0:
            raise RuntimeError(
                "The Session graph is empty. Add operations to the graph before calling run()."
            )
        run = PartialRun(self._graph, fetches, feeds or (), self._executable)
        with self._runs_lock:
            self._partial_run_count += 1
            handle = f"partial_run_{self._partial_run_count}"
            self._partial_runs[handle] = run
        return handle

    def partial_run(self, handle: str, fetches: Any, feed_dict: Mapping | None = None) -> Any:
        """Continues a run that `partial_run_setup` began: feeds some tensors and fetches some.

        Returns:
          The values in the nesting of `fetches`.

        Raises:
          InvalidArgumentError: an unknown handle (or of a run that is complete), a feed or fetch that the setup
            did not name or that was given before, or a tensor whose feeds are not all there.
          tf.errors.OpError: an operation failed; the partial run is over.
        """
        if self._closed:
            raise RuntimeError(_CLOSED)
        run = self._partial_runs.get(handle)
        if run is None:
            raise errors.InvalidArgumentError(
                None,
                None,
                f"Must run 'setup' before performing partial runs: there is no run {handle!r} under way",
            )
        structure, values = run.step(fetches, feed_dict, self._host_run(None))
        if run.finished:
            self._partial_runs.pop(handle, None)
        return structure.to_user()(values)

    # -- the rest -------------------------------------------------------------------------------------------

    @property
    def graph(self) -> Graph:
        """The graph that this session runs."""
        return self._graph

    @property
    def graph_def(self) -> GraphDef:
        """The graph as a GraphDef, with the static shapes if the config's `graph_options.infer_shapes` asks for them."""
        return self._graph.as_graph_def(add_shapes=self._graph_options.infer_shapes)

    @property
    def sess_str(self) -> bytes:
        """The target as bytes."""
        return self._target.encode()

    @property
    def fills_metadata(self) -> bool:
        """Whether runs fill `run_metadata` even if no options ask for it (`graph_options.build_cost_model`)."""
        return self._graph_options.build_cost_model > 0

    @property
    def resources(self) -> Resources:
        """Variables, queues and random counts that runs of this session work on."""
        return self._resources

    def list_devices(self) -> list:
        """The devices that operations may name, as `DeviceAttributes`. RuntimeError when the session is closed."""
        if self._closed:
            raise RuntimeError(_CLOSED)
        return self._devices.list()

    def close(self) -> None:
        """Closes the session: blocked runs end with CancelledError, later ones with RuntimeError."""
        self._closed = True
        self._cancellation.cancel()
        self._resources.close()
        self._runs.clear()
        self._feedings.clear()
        self._cost_models.clear()
        self._partial_runs.clear()

    def as_default(self) -> AbstractContextManager:
        """Context manager: this session is the default one inside (it is not closed on leaving)."""
        return default_session(self)

    def __del__(self):
        try:
            self._cancellation.cancel()
        except AttributeError:
            pass  # construction failed before there was anything to close


@public("Session", "python.framework.ops.Session")
class Session(BaseSession):
    """A session that can be used as a context manager; leaving it closes it."""

    def __init__(
        self, target: str = "", graph: Graph | None = None, config: ConfigProto | None = None
    ) -> None:
        super().__init__(target, graph, config)
        self._default_graph_context: Any = None
        self._default_session_context: Any = None

    def __enter__(self) -> Self:
        if self._default_graph_context is not None:
            raise RuntimeError(
                "Session context managers are not re-entrant. Use `Session.as_default()` instead"
            )
        self._default_graph_context = self._graph.as_default()
        self._default_session_context = self.as_default()
        self._default_graph_context.__enter__()
        return self._default_session_context.__enter__()

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._default_session_context.__exit__(kind, value, trace)
        self._default_graph_context.__exit__(kind, value, trace)
        self._default_session_context = None
        self._default_graph_context = None
        self.close()

    @staticmethod
    def reset(
        target: str, containers: Sequence[str] | None = None, config: ConfigProto | None = None
    ) -> None:
        """Clears variables and other resources on all tasks of a server's cluster, and ends the server's sessions.

        Args:
          target: the server's target.
          containers: names of the containers to clear; all when None or empty.
          config: a ConfigProto; `operation_timeout_in_ms` is how long to wait for the server to start.

        Raises:
          InvalidArgumentError: no target.
          NotFoundError: no server of this process has the target.
          DeadlineExceededError: none had it in time.
        """
        if not target:
            raise errors.InvalidArgumentError(
                None,
                None,
                "Session.reset needs the target of a server: a session without one keeps its own state",
            )
        targets.reset(target.decode() if isinstance(target, bytes) else target, containers, config)


@public("InteractiveSession")
class InteractiveSession(BaseSession):
    """A session that makes itself the default on construction, for notebooks and shells."""

    def __init__(
        self, target: str = "", graph: Graph | None = None, config: ConfigProto | None = None
    ) -> None:
        super().__init__(target, graph, config)
        self._explicit_graph = graph
        self._default_graph = None
        if graph is not None:
            self._default_graph = graph.as_default()
            self._default_graph.__enter__()
        self._default_session = default_session(self, in_any_order=True)
        self._default_session.__enter__()

    def close(self) -> None:
        """Closes the session and stops being the default."""
        super().close()
        if self._default_session is not None:
            self._default_session.__exit__(None, None, None)
            self._default_session = None
        if self._default_graph is not None:
            self._default_graph.__exit__(None, None, None)
            self._default_graph = None


def _output_name(name):
    """The name of a tensor; an operation's stands for its first output."""
    return name if ":" in name else f"{name}:0"
