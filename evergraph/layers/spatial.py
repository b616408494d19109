"""The arguments that convolutions and pooling share."""


def pair(value, name):
    """`value` as two integers: an integer stands for both. ValueError for anything else."""
    values = (value, value) if isinstance(value, int) else value
    if (
        not isinstance(values, (list, tuple))
        or len(values) != 2
        or not all(isinstance(v, int) for v in values)
    ):
        raise ValueError(
            f"The `{name}` argument must be a tuple of 2 integers, or one integer, got {value!r}"
        )
    return tuple(values)


def checked_padding(padding):
    """ "VALID" or "SAME", from a name in any case; ValueError for another."""
    if padding.lower() not in ("valid", "same"):
        raise ValueError(f'padding must be "valid" or "same", got {padding!r}')
    return padding.upper()


def is_channels_first(data_format):
    """Whether it is "channels_first" rather than "channels_last"; ValueError for another."""
    if data_format.lower() not in ("channels_first", "channels_last"):
        raise ValueError(f'data_format must be "channels_first" or "channels_last", got {data_format!r}')
    return data_format.lower() == "channels_first"
