"""What an operation is: its signature, its attributes, its kernel, and how it is recorded.

A definition is written once, as a kernel with a signature in a small language (`framework.signature`):

    @device_op("MatMul", "a: T, b: T -> product: T")
    def matmul(a, b, *, transpose_a=False, transpose_b=False): ...

Positional parameters of the kernel are the operation's inputs, keyword-only ones its attributes, under
TensorFlow's own names (its OpDef).  Calling the definition records an Operation:

1. `OpDefinition.__call__`   binds inputs and attributes
2. `_convert_inputs`         converts values to tensors and infers the type attributes
3. `Graph.record`            names the operation and adds it to the graph
4. `OpDefinition.infer`      gives the static shapes of its outputs (`ops.registry` implements it)
"""

import collections
import inspect
import re
from collections.abc import Callable, Sequence
from types import NoneType, UnionType
from typing import Any

from evergraph.framework import conversion, dtypes, errors, registry, shapes
from evergraph.framework.composite import IndexedSlices
from evergraph.framework.graph import get_default_graph, graph_from_inputs
from evergraph.framework.signature import Argument, Signature
from evergraph.framework.tensor import Tensor

__all__ = ["OpDefinition", "Unset"]


class Unset:
    """Marks an attribute without a default: it must be given."""

    def __repr__(self):
        return "<required>"


UNSET = Unset()


def _attribute_kind(parameter):
    """The type that a kernel's annotation wants an attribute to be, or None."""
    annotation = parameter.annotation
    if isinstance(annotation, UnionType):  # `TensorShape | None`
        annotation = next(kind for kind in annotation.__args__ if kind is not NoneType)
    if annotation is Sequence:  # a list whose default is a tuple, which nobody can change
        return list
    return annotation if isinstance(annotation, type) and annotation is not parameter.empty else None


def _coerce(value, kind):
    if value is None or kind is None:
        return value
    if kind is dtypes.DType:
        return dtypes.as_dtype(value).base_dtype
    if kind is shapes.TensorShape:
        return shapes.as_shape(value)
    if kind in (int, float, bool):
        return kind(value)
    if kind is list and not isinstance(value, list):
        return list(value)
    return value


# What is said of row numbers of a table; the first field is its number of rows, what is left stands for them.
ROW_MESSAGE = "indices = {{0}} is not in [0, {})"


class OpDefinition:
    """One kind of operation.

    Attributes:
      type: the operation's name in TensorFlow (`Operation.type`).
      signature: its inputs and outputs.
      kernel: the function that computes it.  Its positional parameters are the inputs; a first parameter called
        `run` (host kernels: the run's resources and cancellation), `key` (random kernels: a JAX key) or
        `lowering` (kernels with bodies or checks) is passed by the engine.  It returns the new values of the
        inputs in `writes`, in that order, and then the outputs that are not references.
      kind: "host", "device" or "collective": the kind of stage it runs in.
      attributes: name -> default (or UNSET) of its attributes, in order.
      static: names of the inputs that must be known when a stage is compiled.
      writes: names of the `Ref`/resource inputs whose variable the kernel gives a new value.
      reads: names of the `resource` inputs whose variable's value the kernel reads.
      stateful: whether two operations with equal inputs may give different results.
      blocking: whether a host kernel may wait (it then never holds the variables' lock).
      fallible: whether a host kernel may fail after the variables' update it does not depend on.
      gradient: a graph-building gradient `f(op, *grads)`, where TensorFlow's differs from JAX's; None for the pullback.
      numpy: the same kernel on NumPy values: for strings, static operands and integers that live on the host.
      write_only: those of `writes` whose old value the kernel does not need (it is given None for them).
      checks: whether a device kernel calls `lowering.check`: a bool, or a function of the operation.
      value_checks: input -> `f(operation)`, which gives what raises on a NumPy value that is not allowed, or None where
        the static shapes do not tell.  Where all these inputs come from the host, it looks at them before the kernel
        runs, and the kernel makes no checks.
      rearranges: the inputs all of whose elements, and nothing else, make up the output, in whatever order.
      snapshot: whether a host kernel works on the variables as they were when it began: the lock is free while it
        runs (it may take long, like saving).
      row_indices: for kernels that write rows of a variable: the input that holds the row numbers.  A failed
        check sends them out of range (the kernel drops such rows), so that no table is copied to guard it.
      work: what the compiler should know that a device kernel does: "convolution", "loop", or None.
      differentiable: False where TensorFlow has no gradient (the walk stops there).
      role: what the engine must know beyond the kernel: "constant", "placeholder", "default" (what is used if a
        placeholder is not fed), "variable", "identity", "random", "shape" (depends on its inputs' static types
        only), "cell" (asks whether a variable has a value), "check", "nothing" or None.
    """

    host_gradient: Callable | None = None  # the gradient where a device operation runs on the host

    def __init__(
        self,
        type: str,  # noqa: A002 (TensorFlow's word)
        signature: str,
        kernel: Callable,
        *,
        kind: str,
        static: Sequence[str] = (),
        writes: Sequence[str] = (),
        reads: Sequence[str] = (),
        stateful: bool = False,
        blocking: bool = False,
        fallible: bool = True,
        shape: Callable | None = None,
        types: dict | None = None,
        gradient: Callable | None = None,
        differentiable: bool = True,
        numpy: Callable | None = None,
        write_only: Sequence[str] = (),
        row_indices: str | None = None,
        checks: bool | Callable = False,
        value_checks: dict[str, Callable] | None = None,
        rearranges: Sequence[str] = (),
        work: str | None = None,
        snapshot: bool = False,
        role: str | None = None,
        python_name: str | None = None,
    ):
        self.type = type
        self.signature = Signature(signature)
        self.kernel = kernel
        self.kind = kind
        self.stateful = stateful or role == "random" or bool(writes)
        self.blocking = blocking
        self.fallible = fallible
        self.shape_rule = shape
        self.types = types or {}
        self.gradient = gradient
        self.numpy = numpy
        self.write_only = tuple(write_only)
        self.row_indices = row_indices
        self.checks = checks
        self.value_checks = value_checks or {}
        self.rearranges = tuple(rearranges)
        self.work = work
        self.snapshot = snapshot
        self.has_bodies = False  # control flow: static operands may hide in the bodies
        self.differentiable = differentiable
        self.role = role
        self.python_name = python_name or kernel.__name__
        self.__name__ = self.python_name
        self.__doc__ = kernel.__doc__
        self.input_names = [a.name for a in self.signature.inputs]
        for group in (static, writes, reads, write_only, self.value_checks, rearranges):
            unknown = set(group) - set(self.input_names)
            if unknown:
                raise ValueError(f"operation {type}: {sorted(unknown)} are not inputs of {signature!r}")
        self.static = frozenset(static)
        self.writes = tuple(writes)
        self.reads = tuple(reads)
        self._bind_kernel(kernel)
        self._output_tuple = None
        if len(self.signature.outputs) > 1:
            fields = [a.name for a in self.signature.outputs]
            self._output_tuple = collections.namedtuple(_camel(self.type), fields, rename=True)
        registry.register_definition(self)

    def _bind_kernel(self, kernel):
        parameters = list(inspect.signature(kernel).parameters.values())
        positional = [p for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
        self.leading = None  # "run", "key" or "lowering": what the engine passes before the inputs
        if positional and positional[0].name in ("run", "key", "lowering"):
            self.leading = positional.pop(0).name
        variadic = any(p.kind is p.VAR_POSITIONAL for p in parameters)
        if not variadic and [p.name for p in positional] != self.input_names:
            raise ValueError(
                f"operation {self.type}: the kernel takes {[p.name for p in positional]}, "
                f"its signature {self.input_names}"
            )
        self.attributes, self.attribute_kinds = {}, {}
        for p in parameters:
            if p.kind is p.KEYWORD_ONLY:
                self.attributes[p.name] = UNSET if p.default is p.empty else p.default
                self.attribute_kinds[p.name] = _attribute_kind(p)
        self.kernel_attributes = tuple(self.attributes)
        specs = (*self.signature.inputs, *self.signature.outputs)
        self.type_attributes = {s.type_attr for s in specs if s.type_attr}
        self.type_list_attributes = {s.list_attr for s in specs if s.list_attr}
        for key in self.type_attributes & set(self.attributes):
            self.attribute_kinds[key] = dtypes.DType

    def __repr__(self):
        return f"<operation {self.type}: {self.signature.text.strip()}>"

    # -- recording ---------------------------------------------------------------------------------------

    def __call__(self, *args, name: str | None = None, **attributes) -> Any:
        """Records this operation in the default graph.

        Returns its output tensor, a list for one list-valued output, a named tuple for several outputs, or
        the Operation when it has none.
        """
        operation = self.record(args, attributes, name)
        return self.pack_outputs(operation)

    def record(self, args, attributes, name=None):
        """Records this operation and returns the `Operation`."""
        names = self.input_names
        if len(args) != len(names):
            args = list(args)
            for missing in names[len(args):]:
                if missing not in attributes:
                    raise TypeError(f"{self.type} needs the inputs {names}; {missing!r} was not given")
                args.append(attributes.pop(missing))
        graph = graph_from_inputs(_flat(args)) if args else get_default_graph()
        if graph is get_default_graph():
            return self._record_in(graph, args, attributes, name)
        with graph.as_default():
            return self._record_in(graph, args, attributes, name)

    def _record_in(self, graph, args, attributes, name):
        scope = name if name is not None else self.type
        attrs = self._bind_attributes(attributes)
        if any(not isinstance(arg, Tensor) for arg in args):
            with graph.name_scope(scope) as op_scope:
                inputs = self._convert_inputs(args, attrs, op_scope)
                final_name = op_scope
        else:
            inputs = self._convert_inputs(args, attrs, scope)
            final_name = scope
        return graph.record(self, inputs, attrs, final_name)

    def _bind_attributes(self, attributes):
        attrs = {}
        for key, default in self.attributes.items():
            if key in attributes:
                value = attributes.pop(key)
                if value is None and default is not UNSET:
                    value = default
                attrs[key] = _coerce(value, self.attribute_kinds[key])
            elif default is not UNSET:
                attrs[key] = default
        for key in list(attributes):
            if key in self.type_attributes:  # one that the kernel does not ask for
                attrs[key] = _coerce(attributes.pop(key), dtypes.DType)
            elif key in self.type_list_attributes or key.startswith("_"):
                attrs[key] = attributes.pop(key)
        for key in self.type_list_attributes & attrs.keys():
            attrs[key] = [dtypes.as_dtype(d).base_dtype for d in attrs[key]]
        if attributes:
            raise TypeError(
                f"{self.type} has no attribute {sorted(attributes)}; it has {list(self.attributes)}"
            )
        return attrs

    def _convert_inputs(self, args, attrs, scope):
        for spec, arg in zip(self.signature.inputs, args):
            if spec.type_attr and spec.type_attr not in attrs:
                dtype = _dtype_of(arg, spec)
                if dtype is not None:
                    attrs[spec.type_attr] = dtype
        inputs = []
        for spec, arg in zip(self.signature.inputs, args):
            if spec.is_list:
                inputs.extend(self._convert_list(spec, arg, attrs))
            else:
                inputs.append(self._convert_one(spec, arg, attrs, spec.name))
        for key in self.attributes:
            if key not in attrs:
                raise TypeError(f"{self.type} needs the attribute {key!r} (operation {scope!r})")
        self._check_types(attrs)
        return inputs

    def _convert_list(self, spec, arg, attrs):
        if isinstance(arg, Tensor) or not isinstance(arg, (list, tuple)):
            raise TypeError(
                f"{spec.name!r} of {self.type} must be a list or tuple of tensors, got {arg!r} "
                f"of type {type(arg).__name__}"
            )
        if spec.number_attr:
            attrs[spec.number_attr] = len(arg)
            return [self._convert_one(spec, a, attrs, f"{spec.name}_{i}") for i, a in enumerate(arg)]
        wanted = attrs.get(spec.list_attr)
        tensors = []
        for i, a in enumerate(arg):
            dtype = wanted[i] if wanted else None
            tensors.append(conversion.convert_to_tensor(a, dtype, name=f"{spec.name}_{i}"))
        attrs[spec.list_attr] = [t.dtype.base_dtype for t in tensors]
        return tensors

    def _convert_one(self, spec, arg, attrs, label):
        wanted = spec.dtype or attrs.get(spec.type_attr)
        if isinstance(arg, Tensor) and not spec.is_ref:
            tensor = arg
        elif wanted is not None and not spec.is_ref:
            tensor = self._convert_to(arg, wanted, label, spec)
        else:
            tensor = conversion.convert_to_tensor(
                arg, None, name=label, as_ref=spec.is_ref, preferred_dtype=spec.default
            )
        if spec.is_ref and not tensor.dtype._is_ref_dtype:
            raise TypeError(
                f"input {spec.name!r} of {self.type} must be a mutable reference (a reference variable); "
                f"got {tensor}"
            )
        base = tensor.dtype.base_dtype
        if spec.type_attr and wanted is None:
            attrs[spec.type_attr] = base
        elif wanted is not None and base != wanted:
            raise TypeError(
                f"Input '{spec.name}' of '{self.type}' Op has type {base.name} that does not match "
                f"{'expected type of' if spec.dtype else 'type'} {wanted.name}"
                f"{'' if spec.dtype else self._first_of(spec)}; convert it with tf.cast"
            )
        return tensor

    def _convert_to(self, arg, wanted, label, spec):
        try:
            return conversion.convert_to_tensor(arg, wanted, name=label)
        except (TypeError, ValueError) as error:
            if hasattr(arg, "dtype") and not isinstance(arg, IndexedSlices) and arg.dtype != wanted:
                raise TypeError(
                    f"Input '{spec.name}' of '{self.type}' Op has type "
                    f"{getattr(arg.dtype, 'name', arg.dtype)} that does not match type {wanted.name}"
                    f"{self._first_of(spec)}; convert it with tf.cast"
                ) from error
            raise

    def _first_of(self, spec):
        for other in self.signature.inputs:
            if other.type_attr == spec.type_attr and other is not spec:
                return f" of argument '{other.name}'"
        return ""

    def _check_types(self, attrs):
        for key, allowed in self.types.items():
            value = attrs.get(key)
            if value is not None and value not in allowed:
                raise TypeError(
                    f"Value passed to {self.type!r} has DataType {value.name} not in list of allowed "
                    f"values: {', '.join(sorted(d.name for d in allowed))}"
                )

    def evaluate(self, operation, values) -> list:
        """The outputs, as NumPy arrays, for concrete inputs (static operands); `ops.registry` implements it."""
        raise NotImplementedError(f"{type(self).__name__} cannot be evaluated while a graph is built")

    def complete_attributes(self, attrs, inputs, output_dtypes) -> dict:
        """The attributes of an operation that was given by its tensors (from a GraphDef or `create_op`)."""
        complete = {k: v for k, v in self.attributes.items() if v is not UNSET}
        complete.update(
            {k: _coerce(v, self.attribute_kinds.get(k)) for k, v in attrs.items() if v is not None}
        )
        position = 0
        for key in self.type_list_attributes & complete.keys():
            complete[key] = [dtypes.as_dtype(d).base_dtype for d in complete[key]]
        for spec in self.signature.inputs:
            if spec.number_attr:
                count = complete.setdefault(spec.number_attr, len(inputs) - position)
            elif spec.list_attr:
                rest = [t.dtype.base_dtype for t in inputs[position:]]
                count = len(complete.setdefault(spec.list_attr, rest))
            else:
                count = 1
            if spec.type_attr and count and position < len(inputs):
                complete.setdefault(spec.type_attr, inputs[position].dtype.base_dtype)
            position += count
        for spec, dtype in zip(self.signature.outputs, output_dtypes):
            if spec.type_attr:
                complete.setdefault(spec.type_attr, dtypes.as_dtype(dtype).base_dtype)
        return complete

    def attributes_to_export(self, operation) -> dict:
        """The attributes that a GraphDef says; those that begin with "_" are Evergraph's own affair."""
        return {k: v for k, v in operation.attrs.items() if not k.startswith("_")}

    def attributes_from_import(self, attrs, inputs, nodes) -> dict:
        """The attributes of an operation that comes from a GraphDef: functions become bodies, names operations.

        `nodes` looks up what they refer to (framework.graph_import).
        """
        return attrs

    def output_dtypes(self, attrs, inputs) -> list[dtypes.DType]:
        """The dtypes of the outputs, one for each tensor (lists are laid out flat)."""
        result = []
        for spec in self.signature.outputs:
            if spec.list_attr:
                result.extend(dtypes.as_dtype(d) for d in attrs[spec.list_attr])
                continue
            dtype = spec.dtype or attrs.get(spec.type_attr)
            if dtype is None:
                raise TypeError(f"{self.type}: the attribute {spec.type_attr!r} is not known")
            dtype = dtypes.as_dtype(dtype)
            if spec.is_ref:
                dtype = dtype._as_ref
            result.extend([dtype] * (attrs[spec.number_attr] if spec.number_attr else 1))
        return result

    def pack_outputs(self, operation) -> Any:
        """What a call returns: a tensor, a list, a named tuple, or the Operation itself."""
        specs = self.signature.outputs
        outputs = operation.outputs
        if not specs:
            return operation
        if len(specs) == 1:
            return list(outputs) if specs[0].is_list else outputs[0]
        groups, position = [], 0
        for spec in specs:
            if spec.is_list:
                count = self._list_length(spec, operation)
                groups.append(list(outputs[position : position + count]))
                position += count
            else:
                groups.append(outputs[position])
                position += 1
        return self._output_tuple._make(groups)

    def _list_length(self, spec, operation):
        if spec.list_attr:
            return len(operation.attrs[spec.list_attr])
        return operation.attrs[spec.number_attr]

    # -- what inference and the engine ask ----------------------------------------------------------------

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

    def input_positions(self, operation, name) -> list[int]:
        """The positions of the input tensors of one argument."""
        return [p for p, argument in self.input_layout(operation) if argument == name]

    def input_layout(self, operation) -> list[tuple[int, str]]:
        """(position, name of the argument it belongs to) of every input tensor."""
        layout, position = [], 0
        for spec in self.signature.inputs:
            count = self._list_length(spec, operation) if spec.is_list else 1
            layout.extend((position + i, spec.name) for i in range(count))
            position += count
        return layout

    def group_inputs(self, operation, values: Sequence) -> list:
        """Lays the flat input values out as the kernel's arguments (lists where the signature has lists)."""
        if not any(spec.is_list for spec in self.signature.inputs):
            return list(values)
        groups, position = [], 0
        for spec in self.signature.inputs:
            if spec.is_list:
                count = self._list_length(spec, operation)
                groups.append(list(values[position : position + count]))
                position += count
            else:
                groups.append(values[position])
                position += 1
        return groups

    def kernel_keywords(self, operation) -> dict:
        """The attributes that the kernel takes."""
        attrs = operation.attrs
        return {key: attrs[key] for key in self.kernel_attributes}


def _camel(name):
    return re.sub(r"\W", "_", name) + "Outputs"


def _flat(args):
    for arg in args:
        if isinstance(arg, (list, tuple)):
            yield from arg
        else:
            yield arg


def _dtype_of(arg, spec):
    """The dtype that an argument insists on: that of a tensor or variable, not of a plain value."""
    if isinstance(arg, Tensor):
        return arg.dtype.base_dtype
    if spec.number_attr and isinstance(arg, (list, tuple)):
        for element in arg:
            dtype = _dtype_of(element, _PLAIN)
            if dtype is not None:
                return dtype
        return None
    if conversion.is_dense_tensor_like(arg) or isinstance(arg, IndexedSlices):
        return dtypes.as_dtype(arg.dtype).base_dtype
    return None


_HOST_TYPES = frozenset((dtypes.string,))
_PLAIN = Argument("x: T", 0)
