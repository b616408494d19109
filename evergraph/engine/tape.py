"""What is kept of an operation that runs its bodies on the host, so that its gradient can go back through them.

A body is called many times, and what its host operations did is not done again: a `Tape` is a list of the calls, each
with the values that it took, gave and met on its way.  The values are boxed, so that a value that is passed on unchanged
is told from another one that happens to be the same object.

1. `HostRun.recorder`   gives the kernel of an operation a `Tape` where a gradient wants one, else `Direct`
2. `Tape.call`          calls a body and keeps an `Entry`
3. `gradients.replay`   goes back through the entries
"""


class Box:
    """One value on a tape; that of a variable is its cell."""

    __slots__ = ("value",)

    def __init__(self, value):
        self.value = value


class Entry:
    """One call of a body.

    Attributes:
      function: what was called: it has `inputs` and `outputs` (tensors), and `gradient`.
      inputs, outputs: the boxes of its arguments and results.
      values: tensor -> value, of the arguments (those of variables as they were before the call) and of what is not to
        be computed again.
      recordings: operation -> Tape, of the operations inside that ran bodies of their own.
    """

    __slots__ = ("function", "inputs", "outputs", "values", "recordings")

    def __init__(self, function, inputs, outputs, values, recordings):
        self.function = function
        self.inputs, self.outputs = inputs, outputs
        self.values = values
        self.recordings = recordings


class Sum:
    """The sum of two boxes, which going back made."""

    __slots__ = ("inputs", "outputs")

    def __init__(self, inputs, output):
        self.inputs, self.outputs = inputs, [output]


class Direct:
    """Calls bodies and keeps nothing."""

    entries = None

    def __init__(self, run):
        self._run = run

    def enter(self, values):
        """The operation's inputs as `call` takes them."""
        return list(values)

    def plain(self, values):
        """The values themselves."""
        return values

    def call(self, body, arguments):
        """The outputs of a body."""
        return self._run.call(body, arguments)

    def leave(self, values):
        """The operation's results, as `enter` and `call` gave them."""
        return values


class Tape:
    """Calls bodies and keeps what their gradients need.

    Attributes:
      inputs, outputs: the boxes of the operation's inputs and results.
      entries: in the order of the calls.
      before: for a gradient, the tape that it goes back through.
      incomplete: whether a body was called of which nothing was said to be kept.
    """

    def __init__(self, run):
        self._run = run
        self._reads = {}  # (box of a variable, the tensor that reads it) -> value
        self.inputs, self.outputs, self.entries = [], [], []
        self.before = None
        self.incomplete = False

    def enter(self, values):
        """Boxes of the operation's inputs."""
        self.inputs = [Box(value) for value in values]
        return list(self.inputs)

    def plain(self, values):
        """What is in the boxes."""
        return [box.value for box in values]

    def call(self, body, arguments):
        """Calls a body on boxes; gives boxes."""
        function = body.recorded
        if function is None:
            self.incomplete = True
            return [Box(value) for value in self._run.call(body, self.plain(arguments))]
        kept = function.kept
        values = {tensor: box.value for tensor, box in zip(function.inputs, arguments)}
        values.update(self._read(function, arguments))
        recordings = {}
        outputs = self._run.call(body, self.plain(arguments), kept, recordings)
        count = len(function.outputs)
        values.update(zip(kept, outputs[count:]))
        boxes = [Box(value) for value in outputs[:count]]
        self.entries.append(Entry(function, list(arguments), boxes, values, recordings))
        self._forget_written(function, arguments)
        return boxes

    def _read(self, function, arguments):
        """The values of the variables among the arguments, read once until a body writes them."""
        found = {}
        for position, reader in function.readers.items():
            tensor, box = function.inputs[position], arguments[position]
            key = (box, tensor)
            if key not in self._reads:
                (self._reads[key],) = self._run.call(reader, [box.value])
            found[tensor] = self._reads[key]
        return found

    def _forget_written(self, function, arguments):
        if function.written:
            cells = {
                id(box.value) for tensor, box in zip(function.inputs, arguments) if tensor in function.written
            }
            self._reads = {key: read for key, read in self._reads.items() if id(key[0].value) not in cells}

    def leave(self, values):
        """The results, out of their boxes."""
        self.outputs = list(values)
        return self.plain(values)
