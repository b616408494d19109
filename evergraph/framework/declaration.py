"""What an operation looks like: the signature and attributes of its kind, and how its tensors lie among the arguments.

A kind of operation is declared by a signature in a small language (`framework.signature`) and a kernel:

    "a: T, b: T -> product: T"
    def matmul(a, b, *, transpose_a=False, transpose_b=False): ...

Positional parameters of the kernel are the operation's inputs, keyword-only ones its attributes, under
TensorFlow's own names (its OpDef).
"""

import inspect
from collections.abc import Callable, Sequence
from types import NoneType, UnionType

from evergraph.framework import dtypes, shapes
from evergraph.framework.signature import Signature


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


class Declaration:
    """The signature and the attributes of one kind of operation.

    Attributes:
      type: the operation's name in TensorFlow (`Operation.type`).
      signature: its inputs and outputs.
      kernel: the function that computes it.
      leading: "run", "key" or "lowering", what the engine passes to the kernel before the inputs, or None.
      types: type attribute -> the dtypes it may be, where not all are allowed.
      input_names: the names of the inputs, in order.
      attributes: name -> default (or UNSET) of its attributes, in order.
      attribute_kinds: name -> the type that its values are converted to, or None.
      kernel_attributes: the names of those that the kernel takes.
      type_attributes, type_list_attributes: the names of those that hold a dtype, or a list of them.
    """

    def __init__(self, type: str, signature: str, kernel: Callable, types: dict | None):  # noqa: A002 (TensorFlow's word)
        self.type = type
        self.signature = Signature(signature)
        self.kernel = kernel
        self.types = types or {}
        self.input_names = [a.name for a in self.signature.inputs]
        self._bind_kernel(kernel)

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

    # -- attributes ---------------------------------------------------------------------------------------

    def bind_attributes(self, attributes: dict) -> dict:
        """The attributes of an operation from those that are given (which are taken out) and the defaults.

        Raises:
          TypeError: one is given that the operation has not.
        """
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

    def check_types(self, attrs):
        """Raises TypeError where a type attribute holds a dtype that is not allowed."""
        for key, allowed in self.types.items():
            value = attrs.get(key)
            if value is not None and value not in allowed:
                raise TypeError(
                    f"Value passed to {self.type!r} has DataType {value.name} not in list of allowed "
                    f"values: {', '.join(sorted(d.name for d in allowed))}"
                )

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

    # -- tensors and arguments ------------------------------------------------------------------------------

    def list_length(self, spec, operation) -> int:
        """How many tensors of an operation belong to an argument that is a list."""
        if spec.list_attr:
            return len(operation.attrs[spec.list_attr])
        return operation.attrs[spec.number_attr]

    def input_positions(self, operation, name) -> list[int]:
        """The positions of the input tensors of one argument."""
        return [p for p, argument in self.input_layout(operation) if argument == name]

    def input_layout(self, operation) -> list[tuple[int, str]]:
        """(position, name of the argument it belongs to) of every input tensor."""
        layout, position = [], 0
        for spec in self.signature.inputs:
            count = self.list_length(spec, operation) if spec.is_list else 1
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
                count = self.list_length(spec, operation)
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
