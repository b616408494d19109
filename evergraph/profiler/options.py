"""`tf.profiler.ProfileOptionBuilder`: what a profile counts, shows and writes."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import Any, Self

from evergraph.framework.public import public, public_module

public_module("python.profiler.option_builder")

TRAINABLE_VARIABLES = "_trainable_variables"  # the type that counts parameters of trainable variables only


def _options(**given) -> dict[str, Any]:
    return {
        "max_depth": 10000,
        "min_bytes": 0,
        "min_micros": 0,
        "min_params": 0,
        "min_float_ops": 0,
        "min_occurrence": 0,
        "order_by": "name",
        "account_type_regexes": [".*"],
        "start_name_regexes": [".*"],
        "trim_name_regexes": [],
        "show_name_regexes": [".*"],
        "hide_name_regexes": [],
        "account_displayed_op_only": True,
        "select": ["micros"],
        "step": -1,
        "output": "stdout",
        **given,
    }


@public("profiler.ProfileOptionBuilder")
class ProfileOptionBuilder:
    """Makes the options of `tf.profiler.profile`, a dict.

    Args:
      options: options to begin with.
    """

    def __init__(self, options: Mapping[str, Any] | None = None) -> None:
        self._options = (
            copy.deepcopy(dict(options))
            if options is not None
            else _options(max_depth=100, account_displayed_op_only=False)
        )

    @staticmethod
    def trainable_variables_parameter() -> dict[str, Any]:
        """Options that count the parameters of trainable variables."""
        return _options(account_type_regexes=[TRAINABLE_VARIABLES], select=["params"])

    @staticmethod
    def float_operation() -> dict[str, Any]:
        """Options that count floating-point operations."""
        return _options(min_float_ops=1, order_by="float_ops", select=["float_ops"])

    @staticmethod
    def time_and_memory(
        min_micros: int = 1,
        min_bytes: int = 1,
        min_accelerator_micros: int = 0,
        min_cpu_micros: int = 0,
        min_peak_bytes: int = 0,
        min_residual_bytes: int = 0,
        min_output_bytes: int = 0,
    ) -> dict[str, Any]:
        """Options that show time and memory."""
        return _options(
            min_micros=min_micros,
            min_bytes=min_bytes,
            min_accelerator_micros=min_accelerator_micros,
            min_cpu_micros=min_cpu_micros,
            min_peak_bytes=min_peak_bytes,
            min_residual_bytes=min_residual_bytes,
            min_output_bytes=min_output_bytes,
            order_by="micros",
            select=["micros", "bytes"],
        )

    def build(self) -> dict[str, Any]:
        """The options."""
        return copy.deepcopy(self._options)

    def _with(self, **given) -> Self:
        self._options.update(given)
        return self

    def with_max_depth(self, max_depth: int) -> Self:
        """How deep the tree is shown."""
        return self._with(max_depth=max_depth)

    def with_min_memory(
        self,
        min_bytes: int = 0,
        min_peak_bytes: int = 0,
        min_residual_bytes: int = 0,
        min_output_bytes: int = 0,
    ) -> Self:
        """How many bytes a line needs to be shown."""
        return self._with(
            min_bytes=min_bytes,
            min_peak_bytes=min_peak_bytes,
            min_residual_bytes=min_residual_bytes,
            min_output_bytes=min_output_bytes,
        )

    def with_min_execution_time(
        self, min_micros: int = 0, min_accelerator_micros: int = 0, min_cpu_micros: int = 0
    ) -> Self:
        """How many microseconds a line needs to be shown."""
        return self._with(
            min_micros=min_micros,
            min_accelerator_micros=min_accelerator_micros,
            min_cpu_micros=min_cpu_micros,
        )

    def with_min_parameters(self, min_params: int) -> Self:
        """How many parameters a line needs to be shown."""
        return self._with(min_params=min_params)

    def with_min_occurrence(self, min_occurrence: int) -> Self:
        """How many operations a line needs to be shown."""
        return self._with(min_occurrence=min_occurrence)

    def with_min_float_operations(self, min_float_ops: int) -> Self:
        """How many floating-point operations a line needs to be shown."""
        return self._with(min_float_ops=min_float_ops)

    def with_accounted_types(self, account_type_regexes: Sequence[str]) -> Self:
        """Which types of operations count: regular expressions."""
        return self._with(account_type_regexes=list(account_type_regexes))

    def with_node_names(
        self,
        start_name_regexes: Sequence[str] | None = None,
        show_name_regexes: Sequence[str] | None = None,
        hide_name_regexes: Sequence[str] | None = None,
        trim_name_regexes: Sequence[str] | None = None,
    ) -> Self:
        """Which names the tree begins with, shows, hides and ends at: regular expressions."""
        given = {
            "start_name_regexes": start_name_regexes,
            "show_name_regexes": show_name_regexes,
            "hide_name_regexes": hide_name_regexes,
            "trim_name_regexes": trim_name_regexes,
        }
        return self._with(**{name: list(value) for name, value in given.items() if value is not None})

    def account_displayed_op_only(self, is_true: bool) -> Self:
        """Whether what is not shown does not count."""
        return self._with(account_displayed_op_only=is_true)

    def with_empty_output(self) -> Self:
        """Writes nothing."""
        return self._with(output="none")

    def with_stdout_output(self) -> Self:
        """Prints."""
        return self._with(output="stdout")

    def with_file_output(self, outfile: str) -> Self:
        """Writes to a file."""
        return self._with(output=f"file:outfile={outfile}")

    def order_by(self, attribute: str) -> Self:
        """What lines are ordered by: "name", "params", "float_ops", "micros", "bytes" or "occurrence"."""
        return self._with(order_by=attribute)

    def select(self, attributes: Sequence[str]) -> Self:
        """What lines show: some of "params", "float_ops", "micros", "bytes", "occurrence"."""
        return self._with(select=list(attributes))

    def with_step(self, step: int) -> Self:
        """Which step of a Profiler is shown; the mean of all when -1."""
        return self._with(step=step)
