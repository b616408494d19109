"""What an operation is: its declaration, how calling it records an Operation, and what the engine asks of it.

A definition is written once, as a kernel with a signature:

    @device_op("MatMul", "a: T, b: T -> product: T")
    def matmul(a, b, *, transpose_a=False, transpose_b=False): ...

`framework.declaration` tells what the operation looks like, `framework.recording` what a call does, and this file what
inference and the engine ask: its shapes, its kernel, the kind of stage it runs in, the variables it touches.
"""

import collections
import re
from collections.abc import Callable, Sequence
from typing import Any

from evergraph.framework import dtypes, errors, recording, registry, shapes
from evergraph.framework.declaration import Declaration
from evergraph.framework.operand_ranks import checked
from evergraph.framework.places import Places

# What is said of row numbers of a table; the first field is its number of rows, what is left stands for them.
ROW_MESSAGE = "indices{{0:outside {0}}} is not in [0, {0})"


class OpDefinition(Declaration):
    """One kind of operation.

    What it looks like is in `Declaration`.

    Attributes:
      kernel: the function that computes it.  Its positional parameters are the inputs; a first parameter called
        `run` (host kernels: the run's resources and cancellation), `key` (random kernels: a JAX key) or
        `lowering` (kernels with bodies or checks) is passed by the engine.  It returns the new values of the
        inputs in `writes`, in that order, and then the outputs that are not references.
      kind: "host", "device" or "collective": the kind of stage it runs in.
      static: names of the inputs that must be known when a stage is compiled.
      places: the `Places` of an operation that can do with the sizes that follow from some of its static inputs.
      ranks: inputs that are scalars or vectors by what they mean: name -> (rank, what is said where it has another one).
      writes: names of the `Ref`/resource inputs whose variable the kernel gives a new value.
      reads: names of the `resource` inputs whose variable's value the kernel reads.
      stateful: whether two operations with equal inputs may give different results.
      blocking: whether a host kernel may wait (it then never holds the variables' lock).
      goes_first: whether it goes before others that may wait: an iterator makes what it waits for itself, a reader may fail
        at its file.
      fallible: whether a host kernel may fail after the variables' update it does not depend on.
      gradient: a graph-building gradient `f(op, *grads)`, where TensorFlow's differs from JAX's; None for the pullback.
      numpy: the same kernel on NumPy values: for strings, static operands and integers that live on the host.
      numpy_gradient: the pullback on NumPy values, where `numpy` may take the kernel's place: `f(flows, *inputs,
        **attributes)`, with the gradient of each output, gives that of each input (None where there is none).
      write_only: those of `writes` whose old value the kernel does not need (it is given None for them).
      checks: whether a device kernel calls `lowering.check`: a bool, or a function of the operation.
      value_checks: input -> `f(operation)`, which gives what raises on a NumPy value that is not allowed, or None where
        the static shapes do not tell.  Where all these inputs come from the host, it looks at them before the kernel
        runs, and the kernel makes no checks.
      rearranges: the inputs all of whose elements, and nothing else, make up the output, in whatever order.
      parts_of: the input whose parts the outputs are: under NumPy they are views of it, and cost nothing.
      snapshot: whether a host kernel works on the variables as they were when it began: the lock is free while it
        runs (it may take long, like saving).
      data_sized: whether the sizes of a host kernel's results follow from the values of its inputs, not their shapes alone.
      streams: whether a host kernel puts what it gives into `run.arrivals`, one result after the other, since it may be a
        great deal.
      row_indices: for kernels that write rows of a variable: the input that holds the row numbers.  A failed
        check sends them out of range (the kernel drops such rows), so that no table is copied to guard it.
      work: what the compiler should know that a device kernel does: "convolution", "loop", or None.
      differentiable: False where TensorFlow has no gradient (the walk stops there).
      without_gradient: names of inputs that have none, where it goes to others by the pullback.
      role: what the engine must know beyond the kernel: "constant", "placeholder", "default" (what is used if a
        placeholder is not fed), "variable", "identity", "read" (a resource variable's value), "random", "shape" (depends on its inputs' static types
        only), "cell" (asks whether a variable has a value), "check", "nothing" or None.
    """

    # What computes a host operation for many values of its first input: `f(call, run, *inputs)`, where `call` is the
    # `KernelCall`; None where it is called for each.
    batched: Callable | None = None
    # Of one that gives an element, such as the record of a reader: function of the operation that gives None or
    # `f(run, most, *inputs)`, which gives up to `most` at once, at least one, as an array for each output with the elements along
    # its first axis; see `engine.bulk`.
    gives_many: Callable | None = None
    # Of one that puts an element into a queue: (`room(queue)`, `put(run, queue, components)`) for many.
    puts_many: tuple[Callable, Callable] | None = None
    starts_at_zero = False  # whether a variable has a value, zeros, before anything is assigned to it
    host_gradient: Callable | None = None  # the gradient where a device operation runs on the host

    def __init__(
        self,
        type: str,  # noqa: A002 (TensorFlow's word)
        signature: str,
        kernel: Callable,
        *,
        kind: str,
        static: Sequence[str] = (),
        places: Places | None = None,
        ranks: dict[str, tuple[int, str]] | None = None,
        writes: Sequence[str] = (),
        reads: Sequence[str] = (),
        stateful: bool = False,
        blocking: bool = False,
        goes_first: bool = False,
        fallible: bool = True,
        shape: Callable | None = None,
        types: dict | None = None,
        gradient: Callable | None = None,
        differentiable: bool = True,
        without_gradient: Sequence[str] = (),
        numpy: Callable | None = None,
        numpy_gradient: Callable | None = None,
        write_only: Sequence[str] = (),
        row_indices: str | None = None,
        checks: bool | Callable = False,
        value_checks: dict[str, Callable] | None = None,
        rearranges: Sequence[str] = (),
        parts_of: str | None = None,
        work: str | None = None,
        snapshot: bool = False,
        data_sized: bool = False,
        streams: bool = False,
        role: str | None = None,
        python_name: str | None = None,
    ):
        super().__init__(type, signature, kernel, types)
        self.kind = kind
        self.stateful = stateful or role == "random" or bool(writes)
        self.blocking = blocking
        self.goes_first = goes_first
        self.fallible = fallible
        self.shape_rule = shape
        self.gradient = gradient
        self.numpy = numpy
        self.numpy_gradient = numpy_gradient
        self.write_only = tuple(write_only)
        self.row_indices = row_indices
        self.checks = checks
        self.value_checks = value_checks or {}
        self.rearranges = tuple(rearranges)
        self.parts_of = parts_of
        self.work = work
        self.snapshot = snapshot
        self.data_sized = data_sized
        self.streams = streams
        self.has_bodies = False  # control flow: static operands may hide in the bodies
        self.differentiable = differentiable
        self.without_gradient = frozenset(without_gradient)
        self.role = role
        self.python_name = python_name or kernel.__name__
        self.__name__ = self.python_name
        self.__doc__ = kernel.__doc__
        placed = () if places is None else places.operands
        for group in (
            static,
            placed,
            writes,
            reads,
            write_only,
            self.value_checks,
            rearranges,
            without_gradient,
        ):
            unknown = set(group) - set(self.input_names)
            if unknown:
                raise ValueError(f"operation {type}: {sorted(unknown)} are not inputs of {signature!r}")
        self.ranks = ranks or {}
        if ranks:
            self.kernel = checked(kernel, self.input_names, ranks)
            if numpy is not None:
                self.numpy = checked(numpy, self.input_names, ranks)
            if places is not None:
                sizes = checked(places.sizes, self.input_names, ranks)
                places = Places(tuple(places.operands), sizes, places.kernel)
        self.static = frozenset(static)
        self.places = places
        self.writes = tuple(writes)
        self.reads = tuple(reads)
        self.output_tuple = None
        if len(self.signature.outputs) > 1:
            fields = [a.name for a in self.signature.outputs]
            self.output_tuple = collections.namedtuple(_camel(self.type), fields, rename=True)
        registry.register_definition(self)

    def __call__(self, *args, name: str | None = None, **attributes) -> Any:
        """Records this operation in the default graph.

        Returns its output tensor, a list for one list-valued output, a named tuple for several outputs, or
        the Operation when it has none.
        """
        return recording.pack_outputs(self, self.record(args, attributes, name))

    def record(self, args, attributes, name=None):
        """Records this operation and returns the `Operation`."""
        return recording.record(self, args, attributes, name)

    # -- what inference and the engine ask ----------------------------------------------------------------

    def evaluate(self, operation, values) -> list:
        """The outputs, as NumPy arrays, for concrete inputs (static operands); `ops.registry` implements it."""
        raise NotImplementedError(f"{type(self).__name__} cannot be evaluated while a graph is built")

    def infer(self, operation) -> list[shapes.TensorShape]:
        """Static shapes of the outputs; `ops.registry` gives the default by abstract evaluation."""
        raise NotImplementedError(f"{type(self).__name__} infers no shapes")

    def aliased_input(self, output_index: int) -> int | None:
        """For an output that is a reference: the position of the input whose variable it is."""
        references = [i for i, a in enumerate(self.signature.outputs) if a.is_ref]
        if output_index not in references:
            return None
        sources = self.writes or tuple(a.name for a in self.signature.inputs if a.is_ref)
        if not sources:
            return None
        return self.input_names.index(sources[references.index(output_index)])

    def reference_positions(self, operation) -> list[int]:
        """The positions of the inputs that have to be references: the operation belongs beside their variables."""
        if not any(a.is_ref for a in self.signature.inputs):
            return []
        return [
            position
            for position, name in self.input_layout(operation)
            if self.signature.inputs[self.input_names.index(name)].is_ref
        ]

    def variable_access(self, operation) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """The positions of the inputs whose variable is read, and written, by the kernel."""
        reads, writes = [], []
        for position, name in self.input_layout(operation):
            spec = self.signature.inputs[self.input_names.index(name)]
            if name in self.writes:
                writes.append(position)
            if name not in self.write_only and (name in self.writes or name in self.reads or spec.is_ref):
                reads.append(position)
        return tuple(reads), tuple(writes)

    def placement(self, operation) -> str:
        """The kind of stage the operation runs in.  Strings live on the host (constants in messages aside)."""
        if self.kind != "device":
            return self.kind
        tensors = [t for t in self._value_inputs(operation) if t.dtype.base_dtype in _HOST_TYPES]
        if self.role == "check":
            tensors = [t for t in tensors if t.op.definition.role != "constant"]
        if tensors or any(t.dtype.base_dtype in _HOST_TYPES for t in operation.outputs):
            return "host"
        return self.kind

    calls_user_code = False  # whether a host kernel calls Python code of the user's (it then never holds the variables' lock)

    def is_blocking(self, operation) -> bool:
        """Whether a host kernel may wait for something."""
        return self.blocking

    def host_kernel(self, operation):
        """What computes the operation in a host stage.

        Raises:
          UnimplementedError: a device kernel without a NumPy form, on values that live on the host (strings).
        """
        if self.kind == "host":
            return self.kernel
        if self.numpy is None:
            kinds = sorted({t.dtype.base_dtype.name for t in (*operation.input_tensors, *operation.outputs)})
            raise errors.UnimplementedError(
                None, operation, f"{self.type} is not defined for {', '.join(kinds)}"
            )
        return self.numpy

    def can_run_on_host(self, operation) -> bool:
        """Whether the host can compute the operation too, without a program."""
        return self.kind == "host" or (self.numpy is not None and not self.has_bodies)

    def may_fail(self, operation) -> bool:
        """Whether a device kernel makes checks (`lowering.check`) that the host must look at."""
        return self.checks(operation) if callable(self.checks) else self.checks

    def work_of(self, operation) -> set[str]:
        """The kinds of work that the kernel, or what it calls, does."""
        return set() if self.work is None else {self.work}

    def value_checks_of(self, operation) -> dict[int, Callable] | None:
        """{position of an input: what raises on values that are not allowed}; None where the host cannot check."""
        checks = {self.input_names.index(name): make(operation) for name, make in self.value_checks.items()}
        return checks if checks and None not in checks.values() else None

    def predicate_of(self, operation, position) -> int | None:
        """For a variable that is read only when some bool input is true: that input's position."""
        return None

    def random_operations(self, operation) -> list:
        """The operations that draw random numbers when this one runs: itself, or those in its bodies."""
        return [operation] if self.role == "random" else []

    def _value_inputs(self, operation):
        """The inputs that are values or references (a resource handle only names a variable)."""
        return [t for t in operation.input_tensors if t.dtype != dtypes.resource]

    def static_positions(self, operation) -> tuple[int, ...]:
        """The positions of the inputs that must be known when a stage is compiled."""
        if not self.static:
            return ()
        return tuple(p for p, name in self.input_layout(operation) if name in self.static)

    def places_of(self, operation) -> tuple[Places | None, Any]:
        """How the operation does without the values of static operands, and the operation whose kernel that is."""
        return self.places, operation

    def place_positions(self, operation) -> tuple[int, ...]:
        """Those of `static_positions` that may be places: the compiler can do with the sizes that follow."""
        if self.places is None:
            return ()
        layout = self.input_layout(operation)
        return tuple(p for p in self.static_positions(operation) if layout[p][1] in self.places.operands)


def _camel(name):
    return re.sub(r"\W", "_", name) + "Outputs"


_HOST_TYPES = frozenset((dtypes.string,))
