"""The table of rules: what each primitive does to arrays of a bound's size.

A rule is `rule(sizes, eqn, *values)`: it takes the equation and a `Value` for each operand and returns a `Value` (a list
for a primitive of several results).  What has no rule, and what a rule does not know, is `Unsupported`.
"""

RULES = {}


class Unsupported(Exception):
    """A program cannot be run at a bound: it must be compiled for its exact sizes.

    The message names the primitive and what about it is not known.

    Attributes:
      located: whether the message says where the primitive stands.
    """

    located = False


def rule(*names):
    """Decorator: the function is the rule of these primitives."""

    def register(function):
        RULES.update(dict.fromkeys(names, function))
        return function

    return register
