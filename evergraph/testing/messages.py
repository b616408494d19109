"""Protocol messages compared field by field, as what they mean rather than as bytes."""

import math
from collections.abc import Iterator

from google.protobuf.message import Message


def differences(expected: Message, actual: Message, limit: int = 20) -> list[str]:
    """Where two messages of one type differ, one line a field: its path, what was expected, what is there.

    Empty when they are equal: the same fields are set to the same values, NaN being the same as NaN, and floating-point
    numbers to six decimals (seven of a double). At most `limit` lines are given.
    """
    found = []
    for line in _compare(expected, actual, ""):
        found.append(line)
        if len(found) == limit:
            return [*found, "..."]
    return found


def _compare(expected: Message, actual: Message, path: str) -> Iterator[str]:
    expected_fields = {field.name: (field, value) for field, value in expected.ListFields()}
    actual_fields = {field.name: (field, value) for field, value in actual.ListFields()}
    for name in sorted(expected_fields.keys() | actual_fields.keys()):
        place = f"{path}.{name}" if path else name
        if name not in actual_fields:
            yield f"{place}: {_short(expected_fields[name][1])}, but it is not set"
        elif name not in expected_fields:
            yield f"{place}: not set, but it is {_short(actual_fields[name][1])}"
        else:
            field, value = expected_fields[name]
            yield from _compare_values(field, value, actual_fields[name][1], place)


def _compare_values(field, expected, actual, place: str) -> Iterator[str]:
    number = field.message_type.fields_by_name["value"] if _is_map(field) else field
    digits = 7 if number.type == number.TYPE_DOUBLE else 6
    if _is_map(field):
        for key in sorted(set(expected) | set(actual)):
            where = f"{place}[{key!r}]"
            if key not in actual:
                yield f"{where}: {_short(expected[key])}, but there is none"
            elif key not in expected:
                yield f"{where}: none, but there is {_short(actual[key])}"
            else:
                yield from _compare_ones(expected[key], actual[key], where, digits)
    elif _is_repeated(field):
        if len(expected) != len(actual):
            yield f"{place}: {len(expected)} elements, but there are {len(actual)}"
        for index, (one, other) in enumerate(zip(expected, actual, strict=False)):
            yield from _compare_ones(one, other, f"{place}[{index}]", digits)
    else:
        yield from _compare_ones(expected, actual, place, digits)


def _compare_ones(expected, actual, place: str, digits: int) -> Iterator[str]:
    if isinstance(expected, Message):
        yield from _compare(expected, actual, place)
    elif not _are_same(expected, actual, digits):
        yield f"{place}: {_short(expected)}, but it is {_short(actual)}"


def _are_same(expected, actual, digits):
    if expected == actual or _is_nan(expected) and _is_nan(actual):
        return True
    return isinstance(expected, float) and round(expected, digits) == round(actual, digits)


def _is_repeated(field) -> bool:
    return field.is_repeated if hasattr(field, "is_repeated") else field.label == field.LABEL_REPEATED


def _is_map(field) -> bool:
    return field.message_type is not None and field.message_type.GetOptions().map_entry


def _is_nan(value) -> bool:
    return isinstance(value, float) and math.isnan(value)


def _short(value) -> str:
    text = " ".join(str(value).split()) if isinstance(value, Message) else repr(value)
    return text if len(text) <= 200 else text[:197] + "..."
