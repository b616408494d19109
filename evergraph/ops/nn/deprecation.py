"""Arguments that were renamed: both spellings are taken, but not at once."""

from typing import Any


def renamed_argument(name: str, value: Any, old_name: str, old_value: Any) -> Any:
    """The value of an argument that may be given under its new or its old name.

    Raises:
      ValueError: both are given.
    """
    if old_value is None:
        return value
    if value is not None:
        raise ValueError(f"Cannot specify both '{name}' and '{old_name}': {old_name!r} is its old name")
    return old_value
