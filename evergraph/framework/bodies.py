"""`BodyGraph`: the body of a control-flow operation, as a part of its graph.

There is one flat `Graph`: names, collections and look-ups know no bodies, and `operation.graph` is that
graph wherever the operation was made.  `operation.body` says which body it belongs to, None for none.  A
body is the list of its operations with parameters and results; what it uses of the bodies around it comes
in through parameters of their own (`captures`).
"""

from evergraph.framework import registry


def is_around(body, other) -> bool:
    """Whether `other` is `body` or lies inside it; None stands for what is outside all bodies."""
    while other is not body:
        if other is None:
            return False
        other = other.parent
    return True


def origin_of(tensor):
    """What a tensor stands for outside the bodies that have it from there; most stand for themselves."""
    while tensor.op.body is not None:
        source = tensor.op.body.source_of(tensor)
        if source is None:
            break
        tensor = source
    return tensor


def bodies_of(operation):
    """The bodies among an operation's attributes."""
    for value in operation.attrs.values():
        for body in value if isinstance(value, (list, tuple)) else (value,):
            if isinstance(body, BodyGraph):
                yield body


def adopt(operation):
    """Makes an operation that was just recorded the owner of its bodies, unless they have one."""
    for body in bodies_of(operation):
        if body.owner is None:
            body.owner = operation


class BodyGraph:
    """The body of a control-flow operation.

    Args:
      graph: the Graph that it is part of.
      name: what it is called in messages.
      runs_once: whether one run of its operation runs it at most once, as a branch is and the body of a loop is not.

    Attributes:
      parent: the body around it, None where there is none.
      owner: the Operation that has it; None until that is recorded.
      operations: its operations in creation order, parameters among them.
      inputs: its parameters: loop variables, then what stands for tensors of the bodies around it.
      outputs: the tensors it gives.
      captures: {tensor of the parent: the parameter that stands for it}, in order of first use.
      reads: {reference of the parent to a variable: the read outside in whose place it was captured}.
      outer_control: operations outside that something inside waits for (a dict for its order).
      needed, block, recorded: what others have found out about it; None again when it changes.
    """

    def __init__(self, graph, name, runs_once=False):
        self.graph = graph
        self.name = name
        self.runs_once = runs_once
        self.parent = graph.body
        self.owner = None
        self.operations = []
        self.inputs = []
        self.outputs = []
        self.captures = {}
        self.reads = {}
        self.outer_control = {}
        self.needed = None
        self.block = None
        self.recorded = None
        self._brought_in = {}
        self._sources = {}
        self._awaited = set()

    done = frozenset()  # operations that are not run when it is called
    copies = False  # whether it copies what it uses of outside, which may then be of another graph too

    def binds_variable(self, parameter) -> bool:
        """Whether a parameter is a variable that a call reads and writes, rather than a value."""
        return parameter.op.definition.role == "variable"

    def stops_at(self, body) -> bool:
        """Whether gradients that are recorded here stay in a body, and do not go on to what its parameters stand for."""
        return False

    def get_operations(self):
        """Its operations in creation order."""
        return list(self.operations)

    def capture(self, tensor):
        """The tensor inside that stands for a tensor of a body around this one; that tensor itself where it is inside.

        Raises:
          ValueError: the tensor belongs to a body that is not around this one.
        """
        body = tensor.op.body
        if body is self:
            return tensor
        if not is_around(body, self):
            raise ValueError(no_value_outside(tensor, "this body"))
        inner = self._brought_in.get(tensor)
        if inner is None:
            with self.graph.inside(self), self.graph._within(colocation=(), devices=(), original_op=None):
                inner = self._bring_in(tensor)
            self._brought_in[tensor] = inner
            self._sources[inner] = tensor
        return inner

    def _bring_in(self, tensor):
        if is_reference_read(tensor):  # inside, too, a read of a variable sees the writes that it depends on
            (reference,) = tensor.op.input_tensors
            read = registry.public_function("identity")(self.capture(reference))
            body = self
            while body is not tensor.op.body:
                body.reads.setdefault(body.parent.capture(reference) if body.parent else reference, tensor)
                body = body.parent
            return read
        outer = tensor if tensor.op.body is self.parent else self.parent.capture(tensor)
        if outer not in self.captures:
            self.captures[outer] = registry.public_function("captured_placeholder")(outer)
        return self.captures[outer]

    def source_of(self, tensor):
        """The tensor outside that one inside stands for; None for any other tensor."""
        return self._sources.get(tensor)

    def run_always(self, operation):
        """Makes an operation of this body part of what each run of it does: something outside waits for it.

        Returns:
          The operation to wait for outside: that which has the body.

        Raises:
          ValueError: the body runs any number of times (a loop), its operation is not recorded yet, or it has no results.
        """
        owner = self.owner
        if not self.runs_once or owner is None or not self.outputs:
            why = (
                "has no results"
                if self.runs_once and owner is not None
                else ("is not finished" if self.runs_once else "runs any number of times")
            )
            raise ValueError(
                f"operation {operation.name!r} was made inside the body {self.name!r} of control flow, which {why}: "
                "nothing outside can wait for it. Return something from the body that depends on it"
            )
        if operation not in self._awaited:
            self._awaited.add(operation)
            with self.graph.inside(self), self.graph.control_dependencies([operation]):
                self.outputs[0] = registry.public_function("identity")(self.outputs[0])
            self._has_changed()
        return owner

    def _has_changed(self):
        """Forgets what was found out about it and the bodies around it, plans included."""
        body = self
        while body is not None:
            body.needed = body.block = body.recorded = None
            body.owner.__dict__.pop("_bodies_memo", None)
            body = body.parent if body.parent is not None and body.parent.owner is not None else None
        self.graph._version_of_edges += 1


def is_reference_read(tensor) -> bool:
    """Whether it is a variable's value, read from its reference."""
    operation = tensor.op
    return operation.definition.role == "identity" and operation.input_tensors[0].dtype._is_ref_dtype


def no_value_outside(tensor, where) -> str:
    """The message for a tensor of a body that is used where it has no value."""
    return (
        f"{tensor} was made inside the body of a tf.cond or tf.while_loop and has no value in {where}: return it from "
        "that body"
    )
