"""Arguments that were renamed: both spellings are taken, but not at once."""


def renamed_argument(name, value, old_name, old_value):
    """The value of an argument that may be given under its new or its old name.

    Raises:
      ValueError: both are given.
    """
    if old_value is None:
        return value
    if value is not None:
        raise ValueError(f"Cannot specify both '{name}' and '{old_name}': {old_name!r} is its old name")
    return old_value
