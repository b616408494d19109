"""Operations and tensors of a graph: by name, and by what leads to them or follows from them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from evergraph.contrib.graph_editor.util import (
    ControlOutputs,
    concatenate_unique,
    get_generating_ops,
    is_iterable,
    make_list_of_op,
    make_list_of_t,
)
from evergraph.framework.operation import Operation
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor

public_module("contrib.graph_editor.select")


@public("contrib.graph_editor.can_be_regex")
def can_be_regex(obj: Any) -> bool:
    """Whether an object is a text or a compiled regular expression."""
    return isinstance(obj, (str, re.Pattern))


@public("contrib.graph_editor.make_regex")
def make_regex(obj: str | re.Pattern) -> re.Pattern:
    """A compiled regular expression; ValueError for something else."""
    if not can_be_regex(obj):
        raise ValueError(f"Expected a string or a regex, got: {obj!r}")
    return re.compile(obj)


def _inputs_of(operations):
    return concatenate_unique([], (tensor for each in operations for tensor in each.inputs))


def _outputs_of(operations):
    return [tensor for each in operations for tensor in each.outputs]


@public("contrib.graph_editor.filter_ts")
def filter_ts(ops: Any, positive_filter: Callable | None) -> list[Tensor]:
    """The tensors that operations take or give, for which `positive_filter` is true; all when it is None."""
    ops = make_list_of_op(ops)
    found = concatenate_unique(_inputs_of(ops), _outputs_of(ops))
    return [tensor for tensor in found if positive_filter is None or positive_filter(tensor)]


@public("contrib.graph_editor.filter_ts_from_regex")
def filter_ts_from_regex(ops: Any, regex: str | re.Pattern) -> list[Tensor]:
    """The tensors that operations take or give, in whose names the expression is found."""
    expression = make_regex(regex)
    return filter_ts(ops, lambda tensor: expression.search(tensor.name))


@public("contrib.graph_editor.filter_ops")
def filter_ops(ops: Any, positive_filter: Callable | None) -> list[Operation]:
    """The operations for which `positive_filter` is true; all when it is None."""
    return [each for each in make_list_of_op(ops) if positive_filter is None or positive_filter(each)]


@public("contrib.graph_editor.filter_ops_from_regex")
def filter_ops_from_regex(ops: Any, regex: str | re.Pattern) -> list[Operation]:
    """The operations in whose names the expression is found."""
    expression = make_regex(regex)
    return filter_ops(ops, lambda each: expression.search(each.name))


@public("contrib.graph_editor.get_name_scope_ops")
def get_name_scope_ops(ops: Any, scope: str) -> list[Operation]:
    """The operations of a name scope."""
    name = scope.rstrip("/")
    return filter_ops_from_regex(ops, f"^{re.escape(name)}(/.*)?$") if name else make_list_of_op(ops)


@public("contrib.graph_editor.check_cios")
def check_cios(
    control_inputs: bool = False, control_outputs: ControlOutputs | None = None, control_ios: Any = None
) -> tuple[bool, ControlOutputs | None]:
    """(whether to follow control inputs, the ControlOutputs to follow or None), `control_ios` standing for both.

    Raises:
      TypeError: no ControlOutputs.
      ValueError: `control_ios` with one of the others.
    """
    if control_ios is not None:
        if not isinstance(control_ios, ControlOutputs):
            raise TypeError(f"Expected a util.ControlOutputs, got {control_ios!r}")
        if control_outputs is not None or control_inputs:
            raise ValueError("control_ios stands for control_inputs and control_outputs: leave these out")
        return True, control_ios
    if control_outputs is not None and not isinstance(control_outputs, ControlOutputs):
        raise TypeError(f"Expected a util.ControlOutputs or None, got {control_outputs!r}")
    return control_inputs, control_outputs


@public("contrib.graph_editor.get_ops_ios")
def get_ops_ios(
    ops: Any,
    control_inputs: bool = False,
    control_outputs: ControlOutputs | None = None,
    control_ios: Any = None,
) -> list[Operation]:
    """The operations right before and after those given."""
    control_inputs, control_outputs = check_cios(control_inputs, control_outputs, control_ios)
    found: list[Operation] = []
    for each in make_list_of_op(ops):
        concatenate_unique(found, [tensor.op for tensor in each.inputs])
        for tensor in each.outputs:
            concatenate_unique(found, tensor.consumers())
        if control_outputs is not None:
            concatenate_unique(found, control_outputs.get(each))
        if control_inputs:
            concatenate_unique(found, each.control_inputs)
    return found


@public("contrib.graph_editor.compute_boundary_ts")
def compute_boundary_ts(ops: Any) -> tuple[list[Tensor], list[Tensor], list[Tensor]]:
    """(tensors that come from outside, those that something outside or nothing takes, those that stay inside)."""
    ops = make_list_of_op(ops)
    within, inputs, outputs = set(ops), _inputs_of(ops), _outputs_of(ops)
    inside = [tensor for tensor in inputs if tensor.op in within]
    only_inside = {tensor for tensor in inside if not set(tensor.consumers()) - within}
    return (
        [tensor for tensor in inputs if tensor.op not in within],
        [tensor for tensor in outputs if tensor not in only_inside],
        inside,
    )


def _walk(seeds, around, inclusive, within_ops, within_ops_fn):
    within = None if within_ops is None else set(make_list_of_op(within_ops, allow_graph=False))

    def is_within(each):
        return (within is None or each in within) and (within_ops_fn is None or bool(within_ops_fn(each)))

    found = dict.fromkeys(seeds)
    wave = list(found)
    while wave:
        following = dict.fromkeys(n for each in wave for n in around(each) if n not in found and is_within(n))
        found.update(following)
        wave = list(following)
    return [each for each in found if inclusive or each not in set(seeds)]


@public("contrib.graph_editor.get_forward_walk_ops")
def get_forward_walk_ops(
    seed_ops: Any,
    inclusive: bool = True,
    within_ops: Any = None,
    within_ops_fn: Callable | None = None,
    stop_at_ts: Iterable[Tensor] = (),
    control_outputs: ControlOutputs | None = None,
) -> list[Operation]:
    """What follows from operations, or from tensors.

    Args:
      seed_ops: the operations; or tensors, and then their consumers are what it begins with.
      inclusive: whether those it begins with are among the result.
      within_ops, within_ops_fn: among which it goes on; all when None.
      stop_at_ts: tensors, of any dtype, that are not followed.
      control_outputs: of operations that wait, where these are followed too.

    Raises:
      TypeError: seeds of another type.
    """
    _, control_outputs = check_cios(False, control_outputs)
    seeds = list(seed_ops) if is_iterable(seed_ops) else [seed_ops]
    if seeds and isinstance(seeds[0], Tensor):
        stopped = set(stop_at_ts)
        starts = concatenate_unique(
            [],
            (c for t in make_list_of_t(seeds, allow_graph=False) if t not in stopped for c in t.consumers()),
        )
    else:
        starts = make_list_of_op(seeds, allow_graph=False)
    stopped = set(make_list_of_t(list(stop_at_ts)))

    def after(each):
        waiting = [] if control_outputs is None else control_outputs.get(each)
        return [c for t in each.outputs if t not in stopped for c in t.consumers()] + waiting

    return _walk(starts, after, inclusive, within_ops, within_ops_fn)


@public("contrib.graph_editor.get_backward_walk_ops")
def get_backward_walk_ops(
    seed_ops: Any,
    inclusive: bool = True,
    within_ops: Any = None,
    within_ops_fn: Callable | None = None,
    stop_at_ts: Iterable[Tensor] = (),
    control_inputs: bool = False,
) -> list[Operation]:
    """What leads to operations, or to tensors.

    Args:
      seed_ops: the operations, or tensors, whose operations it begins with then.
      inclusive: whether those it begins with are among the result.
      within_ops, within_ops_fn: among which it goes on; all when None.
      stop_at_ts: tensors, of any dtype, that are not followed.
      control_inputs: whether what operations wait for is followed too.

    Raises:
      TypeError: seeds of another type.
    """
    seeds = list(seed_ops) if is_iterable(seed_ops) else [seed_ops]
    stopped = set(make_list_of_t(list(stop_at_ts)))
    if seeds and isinstance(seeds[0], Tensor):
        starts = get_generating_ops([tensor for tensor in seeds if tensor not in stopped])
    else:
        starts = make_list_of_op(seeds, allow_graph=False)

    def before(each):
        return [t.op for t in each.inputs if t not in stopped] + (
            each.control_inputs if control_inputs else []
        )

    return _walk(starts, before, inclusive, within_ops, within_ops_fn)


def _two_walks(forward_seed_ops, backward_seed_ops, forward_inclusive, backward_inclusive, within_ops, within_ops_fn,
               control_inputs, control_outputs, control_ios):  # fmt: skip
    control_inputs, control_outputs = check_cios(control_inputs, control_outputs, control_ios)
    forward = get_forward_walk_ops(
        forward_seed_ops, forward_inclusive, within_ops, within_ops_fn, control_outputs=control_outputs
    )
    backward = get_backward_walk_ops(
        backward_seed_ops, backward_inclusive, within_ops, within_ops_fn, control_inputs=control_inputs
    )
    return forward, backward


@public("contrib.graph_editor.get_walks_intersection_ops")
def get_walks_intersection_ops(
    forward_seed_ops: Any,
    backward_seed_ops: Any,
    forward_inclusive: bool = True,
    backward_inclusive: bool = True,
    within_ops: Any = None,
    within_ops_fn: Callable | None = None,
    control_inputs: bool = False,
    control_outputs: ControlOutputs | None = None,
    control_ios: Any = None,
) -> list[Operation]:
    """What follows from the ones and leads to the others; arguments are those of the two walks."""
    forward, backward = _two_walks(
        forward_seed_ops, backward_seed_ops, forward_inclusive, backward_inclusive, within_ops, within_ops_fn,
        control_inputs, control_outputs, control_ios,
    )  # fmt: skip
    kept = set(backward)
    return [each for each in forward if each in kept]


@public("contrib.graph_editor.get_walks_union_ops")
def get_walks_union_ops(
    forward_seed_ops: Any,
    backward_seed_ops: Any,
    forward_inclusive: bool = True,
    backward_inclusive: bool = True,
    within_ops: Any = None,
    within_ops_fn: Callable | None = None,
    control_inputs: bool = False,
    control_outputs: ControlOutputs | None = None,
    control_ios: Any = None,
) -> list[Operation]:
    """What follows from the ones or leads to the others; arguments are those of the two walks."""
    forward, backward = _two_walks(
        forward_seed_ops, backward_seed_ops, forward_inclusive, backward_inclusive, within_ops, within_ops_fn,
        control_inputs, control_outputs, control_ios,
    )  # fmt: skip
    return list(dict.fromkeys([*forward, *backward]))


@public("contrib.graph_editor.get_within_boundary_ops")
def get_within_boundary_ops(
    ops: Any,
    seed_ops: Any,
    boundary_ops: Any = (),
    inclusive: bool = True,
    control_inputs: bool = False,
    control_outputs: ControlOutputs | None = None,
    control_ios: Any = None,
) -> list[Operation]:
    """What of `ops` is joined to `seed_ops`, in any direction, without going through `boundary_ops`.

    `inclusive` says whether the boundary that is reached is among the result.

    Raises:
      ValueError: a seed that is not among `ops`.
    """
    control_inputs, control_outputs = check_cios(control_inputs, control_outputs, control_ios)
    within, edge = set(make_list_of_op(ops)), set(make_list_of_op(boundary_ops))
    seeds = make_list_of_op(seed_ops)
    if not set(seeds) <= within:
        raise ValueError(f"{[each.name for each in set(seeds) - within]} are not among the operations")

    def around(each):
        return [] if each in edge else get_ops_ios(each, control_inputs, control_outputs)

    found = _walk(seeds, around, True, list(within), None)
    return [each for each in found if inclusive or each not in edge]


def _selected(args, kind, convert, filter_by_regex, graph=None, positive_filter=None, **restrictions):
    def kept(each):
        return positive_filter is None or bool(positive_filter(each))

    unknown = set(restrictions) - {"restrict_ops_regex", "restrict_ts_regex"}
    if unknown:
        raise ValueError(f"Wrong keywords argument: {sorted(unknown)}.")
    other = "(?#ts)" if kind == "ops" else "(?#ops)"
    found: list[Any] = []
    for each in args:
        if not can_be_regex(each):
            concatenate_unique(found, filter(kept, convert(each)))
            continue
        if graph is None:
            raise ValueError("Use the keyword argument 'graph' to use regex.")
        expression = make_regex(each)
        if expression.pattern.startswith(other):
            continue
        if restrictions.get(f"restrict_{kind}_regex") and not expression.pattern.startswith(f"(?#{kind})"):
            continue
        concatenate_unique(found, filter(kept, filter_by_regex(graph, expression)))
    return found


@public("contrib.graph_editor.select_ops")
def select_ops(*args: Any, **kwargs: Any) -> list[Operation]:
    """Operations by name and as they are, each once.

    Args:
      *args: regular expressions, operations, collections of these; tensors are left out, and so are expressions that begin
        with "(?#ts)".
      **kwargs: `graph`, for expressions; `positive_filter`, a function of an operation; `restrict_ops_regex`: whether
        only expressions that begin with "(?#ops)" count.

    Raises:
      TypeError: something else.
      ValueError: an expression without a graph, another keyword.
    """
    return _selected(
        args, "ops", lambda each: make_list_of_op(each, ignore_ts=True), filter_ops_from_regex, **kwargs
    )


@public("contrib.graph_editor.select_ts")
def select_ts(*args: Any, **kwargs: Any) -> list[Tensor]:
    """Tensors by name and as they are, each once.

    Args:
      *args: regular expressions, tensors, collections of these; operations are left out, and so are expressions that begin
        with "(?#ops)".
      **kwargs: `graph`, for expressions; `positive_filter`, a function of a tensor; `restrict_ts_regex`: whether only
        expressions that begin with "(?#ts)" count.

    Raises:
      TypeError: something else.
      ValueError: an expression without a graph, another keyword.
    """
    return _selected(
        args, "ts", lambda each: make_list_of_t(each, ignore_ops=True), filter_ts_from_regex, **kwargs
    )


@public("contrib.graph_editor.select_ops_and_ts")
def select_ops_and_ts(*args: Any, **kwargs: Any) -> tuple[list[Operation], list[Tensor]]:
    """(`select_ops`, `select_ts`) of the same arguments; an expression is for tensors when it begins with "(?#ts)"."""
    operations = select_ops(*args, **{**kwargs, "restrict_ops_regex": False})
    return operations, select_ts(*args, **{**kwargs, "restrict_ts_regex": True})
