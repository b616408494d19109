"""`tf.test.TestCase`."""

import contextlib
import os
import random
import re
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any

import numpy as np
from tensorboard.compat.proto.config_pb2 import ConfigProto

from evergraph.framework import errors, logging
from evergraph.framework.default_graph import clear_default_graphs
from evergraph.framework.execution import executing_eagerly
from evergraph.framework.graph import Graph
from evergraph.framework.public import public
from evergraph.framework.seeds import DEFAULT_GRAPH_SEED, set_random_seed
from evergraph.framework.structures import map_structure
from evergraph.session.defaults import get_default_session
from evergraph.session.session import Session
from evergraph.testing.comparisons import Comparisons
from evergraph.testing.devices import gpu_device_name
from evergraph.testing.directories import get_temp_dir
from evergraph.testing.threads import CheckedThread


@public("test.TestCase", "python.framework.test_util.TensorFlowTestCase")
class TestCase(Comparisons):
    """A `unittest.TestCase` for programs that build and run graphs.

    Each test starts with an empty default graph, and with the seeds of Python's, NumPy's and the graph's random numbers
    set.

        class AddTest(tf.test.TestCase):
            def testAdd(self):
                with self.test_session():
                    self.assertAllEqual([3, 5], tf.add([1, 2], [2, 3]).eval())
    """

    def __init__(self, methodName: str = "runTest") -> None:
        super().__init__(methodName)
        self._threads = []
        self._tempdir = None
        self._cached_session = None

    def setUp(self) -> None:
        self._close_cached_session()
        random.seed(DEFAULT_GRAPH_SEED)
        np.random.seed(DEFAULT_GRAPH_SEED)
        # A test that failed inside `with graph.as_default()` of a generator may have left its graph behind.
        clear_default_graphs()
        set_random_seed(DEFAULT_GRAPH_SEED)

    def tearDown(self) -> None:
        threads, self._threads = self._threads, []
        for thread in threads:
            thread.check_termination()
        self._close_cached_session()

    def _close_cached_session(self):
        if self._cached_session is not None:
            self._cached_session.close()
            self._cached_session = None

    def get_temp_dir(self) -> str:
        """A folder of this test's own, the same one on each call."""
        if self._tempdir is None:
            self._tempdir = tempfile.mkdtemp(dir=get_temp_dir())
        return self._tempdir

    # -- sessions -----------------------------------------------------------------------------------------------

    def evaluate(self, tensors: Any) -> Any:
        """The values of a Tensor or a nesting of Tensors, in the default session or else in `test_session`.

        In the eager mode they have their values, and variables and functions without arguments give theirs.
        """
        if executing_eagerly():
            return map_structure(_eager_value, tensors)
        session = get_default_session()
        if session is not None:
            return session.run(tensors)
        with self.test_session() as session:
            return session.run(tensors)

    def test_session(
        self,
        graph: Graph | None = None,
        config: ConfigProto | None = None,
        use_gpu: bool = False,
        force_gpu: bool = False,
    ) -> AbstractContextManager:
        """A session to build and run in; it and its graph are the default ones inside the `with`.

        Args:
          graph: the Graph. None: the default graph of the first call in this test, whose session all calls without
            a graph share; with a graph, the session is new and closed at the end.
          config: a ConfigProto; one that allows soft placement unless `force_gpu` when None.
          use_gpu: let operations run on a GPU. Otherwise they are placed on the CPU.
          force_gpu: place them on a GPU.
        """
        if self.id().endswith(".test_session"):
            self.skipTest("Not a test.")  # unittest takes every method whose name starts with "test" for one
        return self._open_session(graph, config, use_gpu, force_gpu)

    session = test_session

    @contextlib.contextmanager
    def _open_session(self, graph, config, use_gpu, force_gpu):
        config = config or ConfigProto(allow_soft_placement=not force_gpu)
        if graph is None:
            if self._cached_session is None:
                self._cached_session = Session(config=config)
            session = self._cached_session
            with session.graph.as_default(), session.as_default(), _placed(session.graph, use_gpu, force_gpu):
                yield session
        else:
            with Session(graph=graph, config=config) as session, _placed(graph, use_gpu, force_gpu):
                yield session

    def checkedThread(
        self, target: Callable, args: Sequence[Any] | None = None, kwargs: Mapping[str, Any] | None = None
    ) -> CheckedThread:
        """A thread for `target(*args, **kwargs)` whose `join` fails the test when it raises. It has to be joined."""
        thread = CheckedThread(self, target, args, kwargs)
        self._threads.append(thread)
        return thread

    # -- what is raised and written -----------------------------------------------------------------------------

    @contextlib.contextmanager
    def assertRaisesWithPredicateMatch(
        self, exception_type: type[BaseException], expected_err_re_or_predicate: Any
    ) -> Iterator[None]:
        """Context manager that fails unless an exception of the type leaves the block and matches.

        Args:
          exception_type: the class of exceptions.
          expected_err_re_or_predicate: a function of the exception, or a regular expression searched for in its
            message and, for an OpError, the name of its operation.
        """
        matches = expected_err_re_or_predicate
        if not callable(matches):
            pattern = expected_err_re_or_predicate

            def matches(error):
                text = _text_of(error)
                logging.info("Searching for %r in %r", pattern, text)
                return re.search(pattern, text)

        try:
            yield
        except Exception as error:  # judged here
            if not isinstance(error, exception_type) or not matches(error):
                raise AssertionError(f"Exception of type {type(error)}: {error}") from error
        else:
            self.fail(f"{exception_type.__name__} not raised")

    def assertRaisesOpError(self, expected_err_re_or_predicate: Any) -> AbstractContextManager:
        """`assertRaisesWithPredicateMatch` for `tf.errors.OpError`."""
        return self.assertRaisesWithPredicateMatch(errors.OpError, expected_err_re_or_predicate)

    @contextlib.contextmanager
    def captureWritesToStream(self, stream: Any) -> Iterator[Any]:
        """Context manager that collects what is written to a stream with a file descriptor, such as `sys.stderr`.

        What it yields has `contents()`, the bytes written so far.
        """
        descriptor = stream.fileno()
        with tempfile.TemporaryFile(dir=self.get_temp_dir()) as file:
            stream.flush()
            original = os.dup(descriptor)
            os.dup2(file.fileno(), descriptor)
            try:
                yield _Captured(stream, file)
            finally:
                stream.flush()
                os.dup2(original, descriptor)
                os.close(original)

    assertItemsEqual = Comparisons.assertCountEqual
    assertRaisesRegexp = Comparisons.assertRaisesRegex


def _eager_value(thing: Any):
    value = thing() if callable(thing) and not hasattr(thing, "read_value") else thing
    return getattr(value, "numpy", lambda: value)()


class _Captured:
    def __init__(self, stream, file):
        self._stream = stream
        self._file = file

    def contents(self) -> bytes:
        """What was written so far."""
        self._stream.flush()
        return os.pread(self._file.fileno(), os.fstat(self._file.fileno()).st_size, 0)


def _text_of(error) -> str:
    if not isinstance(error, errors.OpError):
        return str(error)
    return error.message if error.op is None else f"{error.message}\nCaused by: {error.op.name}"


def _placed(graph, use_gpu, force_gpu):
    """The scope that places operations."""
    if force_gpu:
        return graph.device(gpu_device_name() or "/device:GPU:0")
    return contextlib.nullcontext() if use_gpu else graph.device("/cpu:0")
