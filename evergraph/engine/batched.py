"""A body for many calls at once: its device operations as one program over a leading axis (`jax.vmap`).

It gives for each call what the call alone would give, to the rounding of its last bits: XLA may fuse a product and a sum in one
program and not in the other. Operations are taken that cost no more for many calls at once (arithmetic element by element, sums, what
moves elements, images), and random ones have for each call the counts that it would have.

1. `batched`            says whether a body can be called so, and makes a `BatchedBody`
2. `BatchedBody.call`   its host operations, by a kernel for many values or one by one, then its program
"""

import jax
import numpy as np

from evergraph.engine import wide_types
from evergraph.engine.host_calls import host_call
from evergraph.engine.lower import lower_stage
from evergraph.framework import errors
from evergraph.framework.unreached import unreached

# Types of device operations that are as good for many calls as for one.
_VECTORIZED = frozenset(
    (
        "Add AddN Sub Mul Neg Abs RealDiv Div FloorDiv FloorMod Mod TruncateDiv Maximum Minimum Square Sign Floor Ceil Round "
        "Cast Bitcast Identity StopGradient Equal NotEqual Less LessEqual Greater GreaterEqual LogicalAnd LogicalOr "
        "LogicalNot Select ClipByValue Reshape ExpandDims Squeeze Transpose Pack Unpack Concat ConcatV2 Split SplitV Slice "
        "StridedSlice Pad PadV2 MirrorPad Reverse ReverseV2 Tile OneHot Fill ZerosLike OnesLike Shape Rank Size Range "
        "RandomUniform RandomUniformInt BroadcastTo ReluGrad Relu All Any Assert Gather GatherV2 "
        "Sqrt Rsqrt Exp Log Tanh Sigmoid Pow SquaredDifference Sum Mean Max Min Prod ArgMax ArgMin "
        "AdjustContrastv2 AdjustHue AdjustSaturation RGBToHSV HSVToRGB "
        "ResizeNearestNeighbor ResizeBilinear ResizeBicubic ResizeArea"
    ).split()
)


def batched(executable):
    """The BatchedBody of the executable of a body; None where calls must be made one by one."""
    plan = executable.plan
    stages = plan.stages
    if plan.block.loads or plan.late_loads or any(stage.writes for stage in stages):
        return None
    hosts = [stage for stage in stages if stage.kind == "host"]
    devices = stages[len(hosts) :]
    if stages[: len(hosts)] != hosts or len(devices) > 1 or any(s.kind != "device" for s in devices):
        return None
    if not all(_is_pure(node.operation.definition) for stage in hosts for node in stage.nodes):
        return None
    if devices and not _is_vectorized(devices[0]):
        return None
    return BatchedBody(
        executable, [n for stage in hosts for n in stage.nodes], devices[0] if devices else None
    )


_READERS = frozenset(["ReadFile"])  # whose order matters only beside what writes


def _is_pure(definition):
    return not (
        (definition.stateful and definition.type not in _READERS)
        or definition.calls_user_code
        or definition.has_bodies
        or definition.leading == "key"
    )


def _is_vectorized(stage):
    return (
        not (stage.static or stage.places or stage.sized or stage.device)
        and all(check.is_elementwise for _, check in stage.value_checks.values())
        and all(node.operation.type in _VECTORIZED for node in stage.nodes)
    )


class BatchedBody:
    """Calls a body for many elements.

    Args:
      executable: the BodyExecutable.
      hosts: its host nodes, in order.
      device: its device stage, or None.
    """

    largest: int | None = None  # the bytes that an input of its program may have

    def __init__(self, executable, hosts, device):
        self.executable, self.device = executable, device
        block = executable.plan.block
        self.fed, self.fetches = list(block.fed.values()), block.fetches
        self.hosts = [(node, host_call(executable, node)) for node in hosts]
        self._steps, self._programs, self._most = {}, {}, 0

    @property
    def least(self) -> int:
        """How many elements its program takes at least: where there are fewer, the last one is repeated."""
        return self._most

    @least.setter
    def least(self, count):
        self._most = max(self._most, count)

    def call(self, run, columns, captured, numbers, each, draw=None) -> list:
        """The outputs, each with a leading axis for the calls.

        Args:
          run: a HostRun.
          columns: for each parameter that is an element's component, the values of all calls along the first axis.
          captured: values for the other parameters, which all calls share.
          numbers: the number of each call.
          each: function of a function and a count that gives what it gives for 0, 1, ..., in order: how host operations
            without a kernel for many values are called.
          draw: function of random operations that gives their seeds and counts, [calls, operations, 3]; where there is none,
            each call has its number for a count.

        Raises:
          ValueError: what host operations give differs in shape from call to call.
          OpError: an operation failed; which call it was is not known.
        """
        count = len(numbers)
        values = dict(zip(self.fed, [*columns, *captured], strict=True))
        many = set(self.fed[: len(columns)])
        if len(columns) not in self._steps:
            self._steps[len(columns)] = list(self._planned(set(many)))
        for step, *what in self._steps[len(columns)]:
            step(run, *what, values, many, count, each)
        if self.device is not None:
            self._program(values, many, self._counts(numbers, draw), count)
        return [self._fetched(value, values, many, count) for value in self.fetches]

    def _planned(self, many):
        """How the host operations are called, in order: (method, what it takes)."""
        chain = []
        for node, call in self.hosts:
            spread = [v in many for v in node.inputs]
            if not any(spread):
                yield self._once, node, call
                continue
            many.update(call.results)
            whole = node.operation.definition.batched
            if whole is None or not spread[0] or any(spread[1:]):
                chain.append((node, call))
                continue
            if chain and any(node.inputs[0] in earlier.results for _, earlier in chain):
                yield self._chained, chain, self._used_after(chain)
                chain = []
            yield self._whole, node, call, whole
        if chain:
            yield self._chained, chain, self._used_after(chain)

    def _used_after(self, chain):
        """The results of a chain that something else takes."""
        inside = {node for node, _ in chain}
        used = {v for node, _ in self.hosts if node not in inside for v in node.inputs}
        used.update(self.fetches, () if self.device is None else self.device.inputs)
        return [value for _, call in chain for value in call.results if value in used]

    @staticmethod
    def _fetched(value, values, many, count):
        if value in many:
            return np.asarray(values[value])
        one = value.constant if value.constant is not None else np.asarray(values[value])
        return np.broadcast_to(one, (count, *one.shape))

    @staticmethod
    def _once(run, node, call, values, many, count, each):
        results = call(run, *(v.constant if v.constant is not None else values[v] for v in node.inputs))
        values.update(zip(call.results, _listed(call, results)))

    @staticmethod
    def _whole(run, node, call, kernel, values, many, count, each):
        """An operation by its kernel for many values."""
        inputs = [v.constant if v.constant is not None else values[v] for v in node.inputs]
        results = kernel(call, run, *inputs)
        columns = [results] if len(call.results) == 1 and not isinstance(results, list) else results
        values.update(zip(call.results, columns, strict=True))
        many.update(call.results)

    @staticmethod
    def _chained(run, chain, used, values, many, count, each):
        """Operations one after the other for each call: what is between them may differ in shape from call to call."""

        def one(i):
            made = {}
            for node, call in chain:
                inputs = []
                for v in node.inputs:
                    if v in made:
                        inputs.append(made[v])
                    elif v.constant is not None:
                        inputs.append(v.constant)
                    else:
                        inputs.append(values[v][i, ...] if v in many else values[v])
                made.update(zip(call.results, _listed(call, call(run, *inputs))))
            return [made[value] for value in used]

        columns = [_stacked(column) for column in zip(*each(one, count))]
        values.update(zip(used, columns, strict=True))
        many.update(used)

    def _program(self, values, many, counts, count):
        stage = self.device
        for value, check in stage.value_checks.values():
            check(values[value])
        inputs = [self._constant(v) if v.constant is not None else values[v] for v in stage.inputs]
        axes = tuple(0 if v in many else None for v in stage.inputs)
        program = self._programs.get(axes)
        if program is None:
            program = self._programs[axes] = self._vectorized(axes, len(stage.inputs))
        most = self._most = max(self._most, count)
        if self.largest is not None:
            row = max((v[0].nbytes for v, a in zip(inputs, axes) if a == 0 and len(v)), default=0)
            if row * most > self.largest:
                raise ValueError(f"{most} inputs of {row} bytes are more than {self.largest}")
        if count < most:  # a smaller last batch runs the same program
            short = most - count
            inputs = [_lengthened(v, short) if a == 0 else v for v, a in zip(inputs, axes)]
            counts = None if counts is None else _lengthened(counts, short)
        outputs, failed = unreached(_called, program, tuple(inputs), counts)
        if failed is not None and failed.any():
            raise errors.InvalidArgumentError(None, None, "a check failed in one of several calls")
        for value, array in zip(stage.outputs, outputs):
            values[value] = np.asarray(array)[:count]
            many.add(value)

    def _constant(self, value):
        """A constant as programs take it: those that are large are on the device already."""
        return self.executable.template[self.executable.slot(value)]

    def _vectorized(self, axes, count):
        lowered = lower_stage(self.device)
        function = lowered.function

        def one(inputs, counts):
            return function((), inputs, counts)[:2]

        random = 0 if self.device.random_operations else None
        if not any(axis == 0 for axis in axes) and random is None:
            raise ValueError("nothing that differs from call to call reaches the program")
        return jax.jit(jax.vmap(one, in_axes=(axes, random)))

    def _counts(self, numbers, draw):
        operations = self.device.random_operations
        if not operations:
            return None
        if draw is not None:
            return draw(operations)
        rows = self.executable.resources.seeds.rows_of(operations)
        counts = np.repeat(rows[np.newaxis], len(numbers), axis=0)
        counts[:, :, 2] = np.array(numbers, np.uint64)[:, np.newaxis].astype(np.uint32)
        return counts


def _called(program, inputs, counts):
    before = wide_types.current()
    try:
        wide_types.widen()
        outputs, error = program(inputs, counts)
        return [np.asarray(array) for array in outputs], None if error is None else np.asarray(error)
    except jax.errors.JaxRuntimeError as error:
        raise errors.InternalError(None, None, f"a compiled program failed: {error}") from error
    finally:
        wide_types.restore(before)


def _listed(call, results):
    """The results of a KernelCall, one for each of `call.results`."""
    return [results] if len(call.results) == 1 else results


def _lengthened(array, more):
    return np.concatenate([array, np.repeat(array[-1:], more, axis=0)])


def _stacked(column):
    first = np.asarray(column[0])
    out = np.empty((len(column), *first.shape), first.dtype)
    for place, value in enumerate(column):
        if np.shape(value) != first.shape:
            raise ValueError(f"results of shapes {first.shape} and {np.shape(value)}")
        out[place] = value[()] if not first.shape and isinstance(value, np.ndarray) else value
    return out
