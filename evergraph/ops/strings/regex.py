"""Regular expressions: `regex_replace`, `regex_full_match`."""

import re

import numpy as np

from evergraph.framework import errors
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops.registry import host_op
from evergraph.ops.strings.elementwise import each, same_shape

public_module("python.ops.string_ops")


def _compiled(pattern):
    """A pattern of RE2's syntax as a Python pattern on text."""
    source = _decoded(np.asarray(pattern, object).item())
    multiline = re.match(r"\(\?[a-zA-Z]*m", source) is not None
    parts, in_class = [], False
    for token in re.findall(r"\\.|\[\^?\]?|\]|[^\\\[\]]", source, re.DOTALL):
        if token.startswith("[") and not in_class:
            in_class = True
        elif token == "]":
            in_class = False
        elif not in_class and token == r"\z":
            token = r"\Z"
        elif not in_class and token == "$" and not multiline:
            token = r"\Z"  # RE2's $ is the very end, Python's may stand before a last newline
        parts.append(token)
    try:
        return re.compile("".join(parts), re.ASCII)
    except re.error as error:
        raise errors.InvalidArgumentError(None, None, f"Invalid pattern: {source}, error: {error}") from error


def _decoded(value):
    return value.decode("utf-8", "surrogateescape")


def _encoded(value):
    return value.encode("utf-8", "surrogateescape")


@host_op(
    "RegexReplace",
    "input: string, pattern: string, rewrite: string -> output: string",
    shape=same_shape,
    differentiable=False,
)
def regex_replace_op(input, pattern, rewrite, *, replace_global=True):
    compiled = _compiled(pattern)
    template = re.split(r"\\(.)", _decoded(np.asarray(rewrite, object).item()), flags=re.DOTALL)

    def expand(match):
        text = template[0]
        for escape, literal in zip(template[1::2], template[2::2]):
            text += (match[int(escape)] or "") if escape.isdigit() else escape
            text += literal
        return text

    return each(lambda v: _encoded(compiled.sub(expand, _decoded(v), 0 if replace_global else 1)), input)


@public("regex_replace")
def regex_replace(
    input: TensorLike,
    pattern: TensorLike,
    rewrite: TensorLike,
    replace_global: bool = True,
    name: str | None = None,
) -> Tensor:
    r"""Each string with the matches of a pattern replaced.

    Args:
      input: a string tensor.
      pattern: a string scalar, a regular expression of RE2's syntax.
      rewrite: a string scalar; `\1` to `\9` stand for the groups, `\0` for the match.
      replace_global: whether to replace all matches, or the first only.
      name: the operation's name.

    InvalidArgumentError when the pattern cannot be read.
    """
    return regex_replace_op(input, pattern, rewrite, replace_global=replace_global, name=name)


@host_op(
    "RegexFullMatch",
    "input: string, pattern: string -> output: bool",
    shape=same_shape,
    differentiable=False,
)
def regex_full_match_op(input, pattern):
    compiled = _compiled(pattern)
    return each(lambda v: compiled.fullmatch(_decoded(v)) is not None, input, np.bool_)


@public("strings.regex_full_match")
def regex_full_match(input: TensorLike, pattern: TensorLike, name: str | None = None) -> Tensor:
    """Whether each string as a whole matches a regular expression of RE2's syntax."""
    return regex_full_match_op(input, pattern, name=name)
