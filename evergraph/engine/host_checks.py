"""Checks that the host makes before a program runs: the program then makes none, and its buffers are donated as if there
were none."""

from evergraph.framework import errors


def checks_on_host(node, stage, home) -> bool:
    """Leaves the checks of a node to the host, if all that they look at comes from there; whether that is so.

    Args:
      node: a node with checks.
      stage: its stage, whose `value_checks` and `checked` are added to.
      home: node -> Stage.
    """
    checks = node.operation.definition.value_checks_of(node.operation)
    if checks is None:
        return False
    found = {}
    for position, check in checks.items():
        for value in _roots(node.inputs[position], home):
            if value is None or (value.constant is not None and not _passes(check, value.constant)):
                return False
            if value.constant is None:
                found.setdefault((value, check), (value, check))
    stage.value_checks.update((key, pair) for key, pair in found.items() if key not in stage.value_checks)
    stage.checked.add(node.operation)
    return True


def _roots(value, home):
    """The values on the host whose elements make up a value, all of them; None among them for what a device made."""
    if value is None or value.source is not None:
        yield None
    elif value.constant is not None or value.node is None or home[value.node].kind == "host":
        yield value
    else:
        definition = value.node.operation.definition
        if not definition.rearranges:
            yield None
        for position, name in definition.input_layout(value.node.operation):
            if name in definition.rearranges:
                yield from _roots(value.node.inputs[position], home)


def _passes(check, constant):
    try:
        check(constant)
    except errors.InvalidArgumentError:
        return False  # raised when it runs
    return True
