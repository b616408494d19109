"""Recording: calling a definition adds an Operation to the graph.

1. `record`            finds the graph and binds the attributes
2. `_convert_inputs`   converts values to tensors and infers the type attributes
3. `Graph.record`      names the operation, adds it to the graph and asks for the shapes of its outputs
4. `pack_outputs`      gives the caller its tensors
"""

from typing import Any

from evergraph.framework import conversion, dtypes
from evergraph.framework.composite import IndexedSlices
from evergraph.framework.default_graph import get_default_graph, graph_from_inputs
from evergraph.framework.signature import Argument
from evergraph.framework.tensor import Tensor


def record(definition, args, attributes, name=None):
    """Records an operation in the graph of its inputs, else in the default graph, and returns the `Operation`.

    Args:
      definition: what kind of operation it is.
      args: a value for each input; lists where the signature has lists.
      attributes: its attributes by name, and inputs that are not among `args`; what is used is taken out.
      name: its name; the type's when None.

    Raises:
      TypeError: an input or an attribute is missing, or has a type that is not allowed.
    """
    names = definition.input_names
    if len(args) != len(names):
        args = list(args)
        for missing in names[len(args) :]:
            if missing not in attributes:
                raise TypeError(f"{definition.type} needs the inputs {names}; {missing!r} was not given")
            args.append(attributes.pop(missing))
    graph = graph_from_inputs(_flat(args)) if args else get_default_graph()
    if graph is get_default_graph():
        return _record_in(definition, graph, args, attributes, name)
    with graph.as_default():
        return _record_in(definition, graph, args, attributes, name)


def _record_in(definition, graph, args, attributes, name):
    scope = name if name is not None else definition.type
    attrs = definition.bind_attributes(attributes)
    if attrs.get("container") == "" and graph._container:
        attrs["container"] = graph._container
    if any(not isinstance(arg, Tensor) for arg in args):
        with graph.name_scope(scope) as op_scope:
            inputs = _convert_inputs(definition, args, attrs, op_scope)
            final_name = op_scope
    else:
        inputs = _convert_inputs(definition, args, attrs, scope)
        final_name = scope
    return graph.record(definition, inputs, attrs, final_name)


def pack_outputs(definition, operation) -> Any:
    """What a call returns: a tensor, a list, a named tuple; where there is no output, the Operation, or None once it has run."""
    specs = definition.signature.outputs
    outputs = operation.outputs
    if not specs:
        return None if operation.graph.is_eager and operation.body is None else operation
    if len(specs) == 1:
        return list(outputs) if specs[0].is_list else outputs[0]
    groups, position = [], 0
    for spec in specs:
        if spec.is_list:
            count = definition.list_length(spec, operation)
            groups.append(list(outputs[position : position + count]))
            position += count
        else:
            groups.append(outputs[position])
            position += 1
    return definition.output_tuple._make(groups)


def _convert_inputs(definition, args, attrs, scope):
    for spec, arg in zip(definition.signature.inputs, args):
        if spec.type_attr and spec.type_attr not in attrs:
            dtype = _dtype_of(arg, spec)
            if dtype is not None:
                attrs[spec.type_attr] = dtype
    inputs = []
    for spec, arg in zip(definition.signature.inputs, args):
        if spec.is_list:
            inputs.extend(_convert_list(definition, spec, arg, attrs))
        else:
            inputs.append(_convert_one(definition, spec, arg, attrs, spec.name))
    for key in definition.attributes:
        if key not in attrs:
            raise TypeError(f"{definition.type} needs the attribute {key!r} (operation {scope!r})")
    definition.check_types(attrs)
    return inputs


def _convert_list(definition, spec, arg, attrs):
    if isinstance(arg, Tensor) or not isinstance(arg, (list, tuple)):
        raise TypeError(
            f"{spec.name!r} of {definition.type} must be a list or tuple of tensors, got {arg!r} "
            f"of type {type(arg).__name__}"
        )
    if spec.number_attr:
        if not len(arg) and spec.type_attr and spec.type_attr not in attrs:
            raise ValueError(
                f"List argument {spec.name!r} to {definition.type!r} Op with length 0 shorter than minimum length 1: "
                "nothing says what type its elements have"
            )
        attrs[spec.number_attr] = len(arg)
        return [_convert_one(definition, spec, a, attrs, f"{spec.name}_{i}") for i, a in enumerate(arg)]
    wanted = attrs.get(spec.list_attr)
    tensors = []
    for i, a in enumerate(arg):
        dtype = wanted[i] if wanted else None
        tensors.append(conversion.convert_to_tensor(a, dtype, name=f"{spec.name}_{i}"))
    attrs[spec.list_attr] = [t.dtype.base_dtype for t in tensors]
    return tensors


def _convert_one(definition, spec, arg, attrs, label):
    wanted = spec.dtype or attrs.get(spec.type_attr)
    if isinstance(arg, Tensor) and not spec.is_ref:
        tensor = arg
    elif wanted is not None and not spec.is_ref:
        tensor = _convert_to(definition, arg, wanted, label, spec)
    else:
        tensor = conversion.convert_to_tensor(
            arg, None, name=label, as_ref=spec.is_ref, preferred_dtype=spec.default
        )
    if spec.is_ref and not tensor.dtype._is_ref_dtype:
        raise TypeError(
            f"input {spec.name!r} of {definition.type} must be a mutable reference (a reference variable); "
            f"got {tensor}"
        )
    base = tensor.dtype.base_dtype
    if spec.type_attr and wanted is None:
        attrs[spec.type_attr] = base
    elif wanted is not None and base != wanted:
        raise TypeError(
            f"Input '{spec.name}' of '{definition.type}' Op has type {base.name} that does not match "
            f"{'expected type of' if spec.dtype else 'type'} {wanted.name}"
            f"{'' if spec.dtype else _first_of(definition, spec)}; convert it with tf.cast"
        )
    return tensor


def _convert_to(definition, arg, wanted, label, spec):
    try:
        return conversion.convert_to_tensor(arg, wanted, name=label)
    except (TypeError, ValueError) as error:
        if hasattr(arg, "dtype") and not isinstance(arg, IndexedSlices) and arg.dtype != wanted:
            raise TypeError(
                f"Input '{spec.name}' of '{definition.type}' Op has type "
                f"{getattr(arg.dtype, 'name', arg.dtype)} that does not match type {wanted.name}"
                f"{_first_of(definition, spec)}; convert it with tf.cast"
            ) from error
        raise


def _first_of(definition, spec):
    for other in definition.signature.inputs:
        if other.type_attr == spec.type_attr and other is not spec:
            return f" of argument '{other.name}'"
    return ""


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


_PLAIN = Argument("x: T", 0)
