"""What a block is made of: values, the nodes that make and use them, and the block that holds these."""

from evergraph.framework import dtypes


class Value:
    """Something that one node makes and others use.

    Attributes:
      node: the Node that makes it; None for a fed value, a parameter, or a variable's value at the start.
      index: its position among the outputs of the node.
      tensor: the Tensor it is the value of, or the variable's tensor for a version.
      source: the variable's tensor when this is a version of a variable, else None.
      fed: whether it comes from outside: a feed or a parameter of a body.
      constant: the NumPy array when it is a constant, else None.
    """

    __slots__ = ("node", "index", "tensor", "source", "fed", "constant")

    def __init__(self, node, index, tensor, source=None, fed=False, constant=None):
        self.node = node
        self.index = index
        self.tensor = tensor
        self.source = source
        self.fed = fed
        self.constant = constant

    @property
    def is_load(self) -> bool:
        """Whether it is the value a variable has before the block."""
        return self.source is not None and self.node is None

    def __repr__(self):
        kind = "load" if self.is_load else "fed" if self.fed else "value"
        return f"<{kind} {self.tensor.name}>"


class Node:
    """One operation of a block, with the values it uses and makes.

    Attributes:
      operation: the Operation.
      inputs: one Value for each input (None for a variable that is only overwritten, or a handle).
      outputs: one Value for each output (None for an output that is a reference: an alias).
      writes: (variable's tensor, Value of its new version) for each variable written.
      after: nodes it must follow without using a value of theirs.
      placement: "host", "device" or "collective".
      crossings: how often values change devices before they come to it, where the plan has several (engine.levels).
      fallible: whether a host operation may fail after an update that it follows.
      differentiated: whether its gradient is in the block.
      consumes: of one that initializes, the values of other operations that nothing else uses.
      takes_over: whether it gives a variable an array of the device as it is.
      handed_over: those of its outputs that such operations take.
    """

    __slots__ = (
        "operation",
        "inputs",
        "outputs",
        "writes",
        "after",
        "placement",
        "counts",
        "initializes",
        "level",
        "position",
        "device",
        "crossings",
        "fallible",
        "differentiated",
        "consumes",
        "takes_over",
        "handed_over",
    )

    def __init__(self, operation, placement):
        self.operation = operation
        self.placement = placement
        self.counts = False  # moved to the host because it only counts
        self.initializes = False  # moved to the host though it gives variables of the device their values
        self.inputs = []
        self.outputs = []
        self.writes = []
        self.after = []
        self.level = 0
        self.position = 0
        self.device = None
        self.crossings = 0
        self.fallible = operation.definition.fallible
        self.differentiated = self.takes_over = False
        self.consumes = self.handed_over = ()

    @property
    def made(self) -> list:
        """The values it makes, in the kernel's order: new versions of variables, then outputs."""
        return [v for _, v in self.writes] + [v for v in self.outputs if v is not None]

    @property
    def uses_cells(self) -> bool:
        """Whether its bodies run on the host, on the cells of the variables themselves.

        A gradient has the bodies of what it is the gradient of.  Of any other operation it takes the values.
        """
        forward = self.operation
        while forward.attrs.get("_forward") is not None:
            forward = forward.attrs["_forward"]
        return self.placement == "host" and forward.definition.has_bodies

    @property
    def results(self) -> list:
        """The values that its kernel gives."""
        return [v for v in self.outputs if v is not None] if self.uses_cells else self.made

    def takes_cell(self, position) -> bool:
        """Whether an input is the place of a variable, not its value."""
        value = self.inputs[position]
        if value is None or value.source is None:
            return False
        if self.operation.definition.role == "cell":
            return True
        dtype = self.operation.input_tensors[position].dtype  # what was read before is a value
        return self.uses_cells and (dtype._is_ref_dtype or dtype == dtypes.resource)

    @property
    def is_open(self) -> bool:
        """Whether it may wait, or call Python code of the user's: no lock is held while it runs."""
        if self.placement != "host":
            return False
        definition = self.operation.definition
        return self.uses_cells or definition.is_blocking(self.operation) or definition.calls_user_code

    def __repr__(self):
        return f"<node {self.operation.name}>"


class Block:
    """The nodes that some fetches need, in the order they run.

    Attributes:
      operations: all that are needed, in order, also those without a node (variables, constants, transparent reads).
      nodes: in order.
      fed: tensor -> Value for the feeds or parameters.
      loads: variable's tensor -> Value of the variable before the block, for the variables that are read.
      finals: variable's tensor -> Value of its last version, for the variables that are written.
      fetches: one Value for each fetched tensor, None for fetched operations.
      sources: variable's tensors that are used at all, in order.
    """

    def __init__(self):
        self.operations = []
        self.nodes = []
        self.fed = {}
        self.loads = {}
        self.finals = {}
        self.fetches = []
        self.sources = {}
