"""Hyperparameters: named values of fixed types, set from text and JSON."""

import json
import numbers
import re
from collections.abc import Mapping
from typing import Any

from evergraph.framework.public import public, public_module

public_module("contrib.training.python.training.hparam")

_ASSIGNMENT = re.compile(
    r"""
    (?P<name>[a-zA-Z][\w.]*)            # rate
    (\[\s*(?P<index>\d+)\s*\])?         # [2]
    \s*=\s*
    ((?P<value>[^,\[]*)                 # 0.1
     |\[(?P<values>[^\]]*)\])           # [0.1, 0.2]
    ($|,\s*)""",
    re.VERBOSE,
)


def _parsed_bool(text):
    if text in ("true", "True"):
        return True
    return False if text in ("false", "False") else bool(int(text))


@public()
def parse_values(values: str, type_map: Mapping[str, type]) -> dict[str, Any]:
    """{name: value} of text such as "rate=0.1,sizes=[3,4],flag=true,layers[2]=5".

    Args:
      values: assignments, with commas between them.
      type_map: {name: its type}, of a list that of its elements.

    Returns:
      A value, a list, or for elements of a list {index: value}.

    Raises:
      ValueError: text of another form, a name that is not known or given twice, a value that is not of its type.
    """
    result: dict[str, Any] = {}
    position = 0
    while position < len(values):
        match = _ASSIGNMENT.match(values, position)
        if match is None:
            raise ValueError(f"Malformed hyperparameter value: {values[position:]}")
        position = match.end()
        name = match["name"]
        if name not in type_map:
            raise ValueError(f"Unknown hyperparameter type for {name}. There are: {sorted(type_map)}")
        _assign(result, match, type_map[name], values)
    return result


def _assign(result, match, kind, values):
    name = match["name"]
    parse = _parsed_bool if kind is bool else kind

    def parsed(text):
        try:
            return parse(text)
        except ValueError:
            raise ValueError(
                f"Could not parse hparam '{name}' of type '{kind.__name__}' with value '{text}' in {values}"
            ) from None

    twice = ValueError(f"Multiple assignments to variable '{name}' in {values}")
    if match["values"] is not None:
        if match["index"] is not None:
            raise ValueError(f"Assignment of a list to a list index: {values}")
        if name in result:
            raise twice
        result[name] = [parsed(each) for each in re.split("[ ,]", match["values"]) if each]
    elif match["index"] is None:
        if name in result:
            raise twice
        result[name] = parsed(match["value"])
    else:
        elements = result.setdefault(name, {})
        index = int(match["index"])
        if not isinstance(elements, dict) or index in elements:
            raise twice
        elements[index] = parsed(match["value"])


def _cast(name: str, kind: Any, value: Any) -> Any:
    """The value as one of the type. ValueError where that would lose something, or make sense of nonsense."""
    is_text = issubclass(kind, (str, bytes))
    fits = (
        not (is_text and not isinstance(value, (str, bytes)))
        and issubclass(kind, bool) == isinstance(value, bool)
        and not (issubclass(kind, numbers.Integral) and not isinstance(value, numbers.Integral))
        and not (issubclass(kind, numbers.Number) and not isinstance(value, numbers.Number))
    )
    if issubclass(kind, type(None)):
        return value
    if not fits:
        raise ValueError(f"Could not cast hparam '{name}' of type '{kind}' from value {value!r}")
    make: Any = kind
    return make(value)


@public("contrib.training.HParams")
class HParams:
    """Hyperparameters as attributes.

        hparams = HParams(rate=0.1, sizes=[64, 32])
        hparams.parse("rate=0.2,sizes=[16]")
        hparams.rate                                        0.2

    The type of each is that of its first value, and stays.

    Args:
      hparam_def: not used; None.
      model_structure: an object that is kept with them.
      **kwargs: the values: numbers, text, bools, and lists of these that are not empty.

    Raises:
      ValueError: a name that an attribute of the class has, an empty list, or an `hparam_def`.
    """

    _HAS_DYNAMIC_ATTRIBUTES = True  # for type checkers

    def __init__(self, hparam_def: Any = None, model_structure: Any = None, **kwargs: Any) -> None:
        if hparam_def is not None:
            raise ValueError("hyperparameters are not made from a message: use HParams(name=value, ...)")
        self._hparam_types: dict[str, tuple[type, bool]] = {}
        self._model_structure = model_structure
        for name, value in kwargs.items():
            self.add_hparam(name, value)

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(f"'HParams' object has no attribute {name!r}")

    def add_hparam(self, name: str, value: Any) -> None:
        """Adds one. ValueError for a name that is taken, or an empty list."""
        if getattr(self, name, None) is not None:
            raise ValueError(f"Hyperparameter name is reserved: {name}")
        many = isinstance(value, (list, tuple))
        if many and not value:
            raise ValueError(f"Multi-valued hyperparameters cannot be empty: {name}")
        self._hparam_types[name] = type(value[0] if many else value), many
        setattr(self, name, value)

    def set_hparam(self, name: str, value: Any) -> None:
        """Gives one another value.

        Raises:
          KeyError: there is none of that name.
          ValueError: a value that cannot be of its type, or a list where there was none.
        """
        kind, is_list = self._hparam_types[name]
        if isinstance(value, list) != is_list:
            raise ValueError(
                f"Must{'' if is_list else ' not'} pass a list for {'multi' if is_list else 'single'}-valued "
                f"parameter: {name}. Received: {value!r}"
            )
        setattr(
            self, name, [_cast(name, kind, each) for each in value] if is_list else _cast(name, kind, value)
        )

    def del_hparam(self, name: str) -> None:
        """Takes one away, if it is there."""
        if name in self._hparam_types:
            delattr(self, name)
            del self._hparam_types[name]

    def parse(self, values: str) -> "HParams":
        """Sets values from text, as `parse_values`; returns itself. ValueError as there, and for an element of a list."""
        types = {name: kind for name, (kind, _) in self._hparam_types.items()}
        return self.override_from_dict(parse_values(values, types))

    def override_from_dict(self, values_dict: Mapping[str, Any]) -> "HParams":
        """Sets values; returns itself. Errors as `set_hparam`."""
        for name, value in values_dict.items():
            self.set_hparam(name, value)
        return self

    def set_from_map(self, values_map: Mapping[str, Any]) -> "HParams":
        """Another name of `override_from_dict`."""
        return self.override_from_dict(values_map)

    def set_model_structure(self, model_structure: Any) -> None:
        """Keeps an object with them."""
        self._model_structure = model_structure

    def get_model_structure(self) -> Any:
        """The object that is kept with them."""
        return self._model_structure

    def to_json(self, indent: Any = None, separators: Any = None, sort_keys: bool = False) -> str:
        """The values as JSON; arguments as for `json.dumps`."""
        return json.dumps(self.values(), indent=indent, separators=separators, sort_keys=sort_keys)

    def parse_json(self, values_json: str) -> "HParams":
        """Sets values from JSON; returns itself. Errors as `set_hparam`."""
        return self.override_from_dict(json.loads(values_json))

    def values(self) -> dict[str, Any]:
        """{name: value}."""
        return {name: getattr(self, name) for name in self._hparam_types}

    def get(self, key: str, default: Any = None) -> Any:
        """The value of a name; the default when there is none. ValueError for a default of another type."""
        if key not in self._hparam_types:
            return default
        if default is not None:
            kind, is_list = self._hparam_types[key]
            if isinstance(default, list) != is_list:
                raise ValueError(f"Hparam '{key}' of type '{kind}' is incompatible with default={default!r}")
            for each in default if is_list else [default]:
                _cast(key, kind, each)
        return getattr(self, key)

    def __contains__(self, key: str) -> bool:
        return key in self._hparam_types

    def __str__(self) -> str:
        return str(sorted(self.values().items()))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self})"
