"""Which device operations run on the host all the same, because compiling them would cost more than they do.

Initialising a model, and what sessions ask when they open, is a great many small operations that run once: under
NumPy they take microseconds each, under XLA tens of milliseconds to compile.
"""

import collections
import math

from evergraph.framework import dtypes

_MOST_ELEMENTS = 1 << 24  # of a result; beyond, a program's threads are worth their compilation


def place_small(block):
    """Moves operations to the host whose operands are there and whose results no device operation uses.

    Those are what variables are initialised from (constants, random numbers, arithmetic on these) and small steps
    between host operations.  What is fed, what reads variables and what may fail stays where it is.
    """
    movable = set()
    for node in block.nodes:
        if node.placement == "device" and _has_host_operands(node, movable) and _suits_host(node):
            movable.add(node)
    used = set()  # by operations on the host
    for node in reversed(block.nodes):
        if node in movable and not node.writes and node not in used:
            movable.discard(node)  # only fetched
        on_device = node.placement == "device" and node not in movable
        for value in node.inputs:
            if value is not None and value.node is not None:
                movable.discard(value.node) if on_device else used.add(value.node)
    for node in movable:
        node.placement, node.initializes = "host", bool(node.writes)
        node.fallible = False
    _hand_over(block, [node for node in movable if node.writes])


def _hand_over(block, initializing):
    """Notes what only one operation uses that gives a variable its value: it need not stay, and no copy be made of it."""
    uses = collections.Counter(
        value for values in (*(node.inputs for node in block.nodes), block.fetches) for value in values
    )
    for node in initializing:
        node.consumes = [v for v in node.inputs if v is not None and v.node is not None and uses[v] == 1]
        source = node.inputs[-1]
        if source in node.consumes and source.node.operation.definition.streams:
            node.takes_over = True
            source.node.handed_over = (*source.node.handed_over, source)


def place_operands(block, operands) -> bool:
    """Moves to the host what some static operands are computed from, where all that it needs is known there.

    The host looks at these operands before a program runs: computing them on the device would be one more program to
    compile, and one more result to wait for.

    Args:
      block: the Block.
      operands: Values that are known only when the block runs.

    Returns:
      Whether anything was moved.
    """
    memo = {}
    moved = [node for value in operands for node in _host_slice(value, memo)]
    for node in moved:
        move_to_host(node)
    return bool(moved)


def _host_slice(value, memo):
    """The nodes of the device that compute a value, if the host can do it."""
    needed, waiting = [], [value]
    while waiting:
        value = waiting.pop()
        node = value.node
        if node is not None and node.placement == "device" and node not in needed:
            if not _known_on_host(value, memo):
                return []
            needed.append(node)
            waiting.extend(node.inputs)
    return needed


def _known_on_host(value, memo):
    """Whether the host has a value, or can compute it from what it has."""
    if value is None:
        return False
    if value.constant is not None:
        return True
    if value.source is not None and not _is_counter(value.source):
        return False
    if value.node is None:
        return True
    known = memo.get(value.node)
    if known is None:
        node = value.node
        known = memo[node] = node.placement == "host" or (
            _has_numpy_kernel(node) and all(_known_on_host(v, memo) for v in node.inputs)
        )
    return known


def divide_on_host(block):
    """Moves to the host what divides values that are there among devices: each device is then sent its own part.

    On a device, the whole value would go to each of them, or from one of them to the others.
    """
    memo, whole = {}, set()
    for node in block.nodes:
        definition = node.operation.definition
        if node.placement != "device" or not (definition.parts_of or definition.rearranges):
            continue
        if node.operation.attrs.get("_forward") is not None or not definition.can_run_on_host(node.operation):
            continue
        data = definition.rearranges or (definition.parts_of,)
        positions = definition.input_positions(node.operation, data[0])
        values = [node.inputs[position] for position in positions]
        if len(values) != 1 or not _is_on_host(values[0], whole):
            continue
        if all(_known_on_host(v, memo) for p, v in enumerate(node.inputs) if p not in positions):
            whole.add(node)
    needed = set()
    for node in reversed(block.nodes):
        if node in whole and (node.operation.definition.parts_of or node in needed):
            move_to_host(node)
            needed.update(v.node for v in node.inputs if v is not None)


def keep_on_host(block):
    """Moves to the host what makes of values there others for operations of the host, next to free and bit for bit the same.

    Those are views (a mask as a vector, before `where` asks for its places) and comparisons.  On the device each would be a
    program to compile for every shape, and to wait for.
    """
    able = set()
    for node in block.nodes:
        if _is_free_on_host(node) and all(
            v is not None and (v.constant is not None or _is_on_host(v, able)) for v in node.inputs
        ):
            able.add(node)
    elsewhere, wanted = {v.node for v in block.fetches if v is not None}, set()
    for node in reversed(block.nodes):
        if node in able and node in wanted and node not in elsewhere:
            move_to_host(node)
        users = wanted if node.placement == "host" else elsewhere
        users.update(v.node for v in node.inputs if v is not None)


def keep_images_on_host(block):
    """Moves to the host what is done to images as long as their sizes are not known: cast, scaled, cut, resized.

    Photographs come in any size, so that a program would be compiled for nearly each.  What has a known shape after that stays on
    the device.  Where something of it has no kernel on the host (a convolution), all of it stays.
    """
    open_nodes, open_values, following = [], set(), set()
    for node in block.nodes:
        makes_open = [v for v in node.outputs if v is not None and not v.tensor.shape.is_fully_defined()]
        follows = any(value in following for value in node.inputs)
        is_open = any(value in open_values for value in node.inputs) or (follows and makes_open)
        if is_open and node.placement == "device":
            open_nodes.append(node)
        if is_open or node.operation.definition.type in DECODERS:
            open_values.update(makes_open)
            follows = True
        if follows:
            following.update(v for v in node.outputs if v is not None)
    if all(_has_host_kernel(node) for node in open_nodes):
        for node in open_nodes:
            move_to_host(node)


def place_elements(block):
    """Moves a function of single elements to the host, if all of it has kernels there and the elements are small.

    To call a program takes as long as twenty small operations under NumPy, and another size of an element is another program.
    """
    nodes = [node for node in block.nodes if node.placement == "device"]
    if all(_has_host_kernel(node) and _is_of_small(node) for node in nodes):
        for node in nodes:
            move_to_host(node)


_SMALL = 4096  # elements of a tensor
_USUAL = 64  # what an unknown size counts for


def _is_of_small(node):
    tensors = (*node.operation.input_tensors, *node.operation.outputs)
    shapes = [tensor.shape.dims_or_none for tensor in tensors]
    return all(
        dims is not None and math.prod(_USUAL if d is None else d for d in dims) <= _SMALL for dims in shapes
    )


DECODERS = frozenset("DecodeJpeg DecodeAndCropJpeg DecodePng DecodeBmp DecodeImage DecodeGif".split())


def _has_host_kernel(node):
    definition = node.operation.definition
    return (
        movable(node)
        and node.device is None
        and not node.differentiated
        and node.operation.attrs.get("_forward") is None
        and definition.role in _PURE_ROLES
        and not definition.work_of(node.operation)
    )


def _is_free_on_host(node):
    definition = node.operation.definition
    if definition.kind != "device" or not movable(node) or node.device is not None or node.differentiated:
        return False
    if definition.role not in _PURE_ROLES or node.operation.attrs.get("_forward") is not None:
        return False
    is_view = bool(definition.rearranges or definition.parts_of)
    compares = definition.type in _COMPARISONS or all(
        t.dtype.base_dtype == dtypes.bool for t in node.operation.outputs
    )
    return is_view or compares


_COMPARISONS = frozenset(["Bucketize"])  # whose results are numbers


def _is_on_host(value, whole):
    """Whether a value comes from the host, or would if the nodes in `whole` ran there."""
    if value is None or value.constant is not None or value.source is not None:
        return False
    return value.node is None or value.node.placement == "host" or value.node in whole


_PURE_ROLES = (None, "read", "identity", "shape")
_MOST_AXES = 2  # of what the host computes an operand from: shapes, places, paddings


def _has_numpy_kernel(node):
    operation = node.operation
    definition = operation.definition
    if definition.kind != "device" or not definition.can_run_on_host(operation) or node.device is not None:
        return False
    if (
        definition.stateful
        or definition.role not in _PURE_ROLES
        or node.writes
        or operation.attrs.get("_forward") is not None
    ):
        return False
    return all(t.shape.ndims is not None and t.shape.ndims <= _MOST_AXES for t in operation.outputs)


def movable(node) -> bool:
    """Whether an operation of the device may move to the host, where any size of its operands costs no program."""
    operation = node.operation
    definition = operation.definition
    return (
        node.placement == "device"
        and not definition.stateful
        and not node.writes
        and definition.can_run_on_host(operation)
        and not any(
            t.dtype in (dtypes.resource, dtypes.variant)
            for t in (*operation.input_tensors, *operation.outputs)
        )
    )


def move_to_host(node):
    """Moves an operation to the host, in a plan that has no stages yet."""
    node.placement = "host"
    node.fallible = node.operation.definition.may_fail(node.operation)


def _is_counter(tensor):
    return tensor.dtype.base_dtype in (dtypes.int32, dtypes.int64) and tensor.shape.ndims == 0


def _has_host_operands(node, movable):
    for value in node.inputs:
        if value is None or value.constant is not None:
            continue
        if value.node is None or (value.node.placement != "host" and value.node not in movable):
            return False
    return True


def _suits_host(node):
    operation = node.operation
    definition = operation.definition
    if definition.kind != "device" or not definition.can_run_on_host(operation) or node.device is not None:
        return False
    if definition.may_fail(operation) or operation.attrs.get("_forward") is not None:
        return False
    if definition.stateful and definition.role != "random" and not node.writes:
        return False
    if not all(_fits(node, source) for source, _ in node.writes):
        return False
    if definition.write_only:  # it computes nothing
        return True
    return all(_is_small(tensor.shape) for tensor in operation.outputs if tensor.dtype != dtypes.resource)


def _is_small(shape):
    return shape.is_fully_defined() and math.prod(shape.as_list()) <= _MOST_ELEMENTS


def _fits(node, source):
    """Whether what is assigned is known to have the variable's shape."""
    shape = source.op.attrs["shape"] if source.dtype == dtypes.resource else source.shape
    value = node.operation.input_tensors[-1].shape
    return shape.is_fully_defined() and value.is_fully_defined() and shape.as_list() == value.as_list()
