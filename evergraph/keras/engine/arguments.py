"""What layers take and give back as configurations: initializers, regularizers and constraints by name."""

from typing import Any

from evergraph.keras import activations, constraints, initializers, regularizers


def from_names(kinds: dict[str, Any]) -> dict[str, Any]:
    """{argument: object} from {argument: name, configuration or object}, told by how the argument's name ends."""
    return {name: _kind(name).get(value) for name, value in kinds.items()}


def to_config(layer: Any, names: Any) -> dict:
    """{argument: what a configuration has of it} for attributes of a layer."""
    found = {}
    for name in names:
        value, kind = getattr(layer, name), _kind(name, None)
        found[name] = value if kind is None else kind.serialize(value)
    return found


_ENDS = {
    "activation": activations,
    "initializer": initializers,
    "regularizer": regularizers,
    "constraint": constraints,
}


def _kind(name, *default):
    for end, module in _ENDS.items():
        if name.endswith(end):
            return module
    if default:
        return default[0]
    raise ValueError(f"{name} names no activation, initializer, regularizer or constraint")
