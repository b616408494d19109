"""`tf.test.Benchmark`: operations timed in a session."""

import inspect
import re
import statistics
import sys
import time
from collections.abc import Mapping
from typing import Any

from evergraph.framework.public import public, public_module

public_module("python.platform.benchmark")

_benchmarks = []


@public("test.Benchmark")
class Benchmark:
    """Base class of benchmarks: `--benchmarks=REGEX` of `tf.test.main` runs their methods named `benchmark...`."""

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        _benchmarks.append(cls)

    @classmethod
    def is_abstract(cls) -> bool:
        """Whether this is the base class, which has nothing to run."""
        return cls is Benchmark

    def _name(self, given):
        """The class and the given name, or that of the method of this object that reports."""
        name = given
        frame = sys._getframe(2)
        while name is None and frame is not None:
            if frame.f_locals.get("self") is self and frame.f_code.co_name.startswith("benchmark"):
                name = frame.f_code.co_name
            frame = frame.f_back
        if name is None:
            raise ValueError("a benchmark that is reported outside of a benchmark method needs a name")
        return f"{type(self).__name__}.{name}"

    def report_benchmark(
        self,
        iters: int | None = None,
        cpu_time: float | None = None,
        wall_time: float | None = None,
        throughput: float | None = None,
        extras: Mapping | None = None,
        name: str | None = None,
    ) -> None:
        """Prints the result: how many runs, seconds, megabytes a second, and more numbers or words in `extras`."""
        numbers = {"iters": iters, "cpu_time": cpu_time, "wall_time": wall_time, "throughput": throughput}
        parts = [
            f"{key}: {value}" for key, value in (numbers | dict(extras or {})).items() if value is not None
        ]
        print(f"entry {{ name: {self._name(name)!r} {' '.join(parts)} }}")

    def run_op_benchmark(
        self,
        sess: Any,
        op_or_tensor: Any,
        feed_dict: Mapping | None = None,
        burn_iters: int = 2,
        min_iters: int = 10,
        store_trace: bool = False,
        store_memory_usage: bool = True,
        name: str | None = None,
        extras: Mapping | None = None,
        mbs: float = 0,
    ) -> dict:
        """Times runs of an operation or tensor, and reports the median.

        Args:
          sess: the Session.
          op_or_tensor: what to run.
          feed_dict: feeds of each run.
          burn_iters: runs before the clock starts.
          min_iters: runs that are timed.
          store_trace: must be False.
          store_memory_usage: without effect: a compiled program's buffers are planned as a whole, and no operation has
            a number of its own.
          name: in place of the method's.
          extras: what to report beside it.
          mbs: megabytes that one run moves.

        Returns:
          What was reported, as a dict.

        Raises:
          NotImplementedError: a trace was asked for.
        """
        del store_memory_usage
        if store_trace:
            raise NotImplementedError(
                "store_trace=True: use tf.train.ProfilerHook or RunOptions.FULL_TRACE for a trace"
            )
        for _ in range(burn_iters):
            sess.run(op_or_tensor, feed_dict=feed_dict)
        seconds = []
        for _ in range(min_iters):
            start = time.perf_counter()
            sess.run(op_or_tensor, feed_dict=feed_dict)
            seconds.append(time.perf_counter() - start)
        median = statistics.median(seconds) if seconds else float("nan")
        result = {
            "iters": min_iters,
            "wall_time": median,
            "throughput": mbs / median,
            "extras": dict(extras or {}),
            "name": name,
        }
        self.report_benchmark(**result)
        return result


@public()
def run_benchmarks(pattern: str) -> None:
    """Runs each benchmark method whose `module.Class.method` a regular expression finds; "all" runs all."""
    for cls in list(_benchmarks):
        for name, _ in inspect.getmembers(cls, callable):
            full_name = f"{cls.__module__}.{cls.__name__}.{name}"
            if name.startswith("benchmark") and (pattern == "all" or re.search(pattern, full_name)):
                getattr(cls(), name)()
