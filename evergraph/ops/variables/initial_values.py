"""Initial values that depend on other variables, which may not be initialized yet.

`tf.Variable(other * 2)` must not read `other` before it has a value.  So the part of the initial value's graph
that reads variables is recorded again with each variable replaced by its `initialized_value()`.
"""

from evergraph.framework.bodies import bodies_of
from evergraph.framework.collections import GraphKeys

_VARIABLE_TYPES = ("Variable", "VariableV2", "VarHandleOp")
# Operations on a variable that are right before it has a value, or that read a resource at a time of their own.
_LEFT_ALONE = ("IsVariableInitialized", "VarIsInitializedOp", "ReadVariableOp")


def guard_initial_value(value, variable_name):
    """A tensor like `value` that reads other variables through their initialized values.

    Returns `value` itself when it depends on no reference variable.
    """
    return _Guard(value.graph, variable_name).tensor(value)


class _Guard:
    def __init__(self, graph, variable_name):
        self.graph = graph
        self.suffix = "_" + variable_name.replace(":", "_")
        self.replaced = {}

    def tensor(self, tensor):
        for operation in self._inputs_first(tensor.op):
            self.replaced[operation] = self._outputs(operation)
        return self.replaced[tensor.op][tensor.value_index]

    def _inputs_first(self, operation):
        """The operations that `operation` depends on and itself, each after its inputs."""
        ordered, seen, stack = [], set(), [(operation, False)]
        while stack:
            op, inputs_done = stack.pop()
            if inputs_done:
                ordered.append(op)
            elif op not in seen:
                seen.add(op)
                stack.append((op, True))
                if op.type not in _LEFT_ALONE:
                    stack.extend((tensor.op, False) for tensor in op.inputs)
        return ordered

    def _outputs(self, operation):
        if operation.type in _LEFT_ALONE:
            return operation.outputs
        if operation.type in _VARIABLE_TYPES:
            variable = self._variable_of(operation)
            return operation.outputs if variable is None else [variable.initialized_value()]
        inputs = [self._input(operation, tensor) for tensor in operation.inputs]
        if all(new is old for new, old in zip(inputs, operation.inputs)):
            return operation.outputs
        if any(
            old.dtype._is_ref_dtype and not new.dtype._is_ref_dtype and _needs_reference(operation, position)
            for position, (old, new) in enumerate(zip(operation.inputs, inputs))
        ):
            return operation.outputs  # it updates the variable: a value cannot stand for it
        return self.graph.record(
            operation.definition, inputs, dict(operation.attrs), operation.name + self.suffix
        ).outputs

    def _input(self, operation, tensor):
        if (
            tensor.dtype._is_ref_dtype
            and operation.definition.has_bodies
            and not _is_read_alone(operation, tensor)
        ):
            return tensor  # a body takes the variable itself, and may ask whether it is initialized
        return self.replaced[tensor.op][tensor.value_index]

    def _variable_of(self, operation):
        names = (operation.name, operation.name + ":0")
        for collection in (GraphKeys.GLOBAL_VARIABLES, GraphKeys.LOCAL_VARIABLES):
            for variable in self.graph.get_collection(collection):
                if getattr(variable, "name", None) in names and hasattr(variable, "initialized_value"):
                    if variable.dtype._is_ref_dtype:
                        return variable
        return None


def _is_read_alone(operation, reference):
    """Whether the bodies of an operation take a variable only in the place of its value."""
    for body in bodies_of(operation):
        parameter = body.captures.get(reference)
        if parameter is None:
            continue
        if reference not in body.reads:
            return False
        for user in parameter.consumers():
            is_read = user.definition.role == "identity" or (
                user.definition.has_bodies and _is_read_alone(user, parameter)
            )
            if not is_read:
                return False
    return True


def _needs_reference(operation, position):
    definition = operation.definition
    name = dict(definition.input_layout(operation))[position]
    return definition.signature.inputs[definition.input_names.index(name)].is_ref
