"""`tf.flags`: what absl's flags have no word for."""

import pytest
from absl.flags import FlagValues

from evergraph.platform import flags


@pytest.mark.parametrize("arguments, value", [([], float("inf")), (["--most=5"], 5)])
def test_a_default_of_another_kind_of_number_is_taken(arguments, value):
    values = FlagValues()
    flags.DEFINE_integer("most", float("inf"), "how many", flag_values=values)
    values(["program", *arguments])
    assert values.most == value
    assert "inf" in str(values["most"].default_as_str)


def test_what_the_command_line_says_is_checked():
    values = FlagValues()
    flags.DEFINE_integer("most", 1e9, "how many", flag_values=values)
    with pytest.raises(flags.IllegalFlagValueError):
        values(["program", "--most=inf"])


def test_a_default_that_is_no_number_is_refused():
    with pytest.raises(flags.IllegalFlagValueError):
        flags.DEFINE_integer("most", "many", "how many", flag_values=FlagValues())
