"""Where an Estimator's first variables come from, when that is another model."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any, NamedTuple

from evergraph.checkpoint import warm_start as checkpoint_warm_start
from evergraph.checkpoint.warm_start import VocabInfo
from evergraph.formats import paths
from evergraph.framework import logging
from evergraph.framework.public import public, public_module
from evergraph.saved_model import constants

public_module("python.estimator.estimator")

public("estimator.VocabInfo", "python.estimator.estimator.VocabInfo")(VocabInfo)


class _Fields(NamedTuple):
    ckpt_to_initialize_from: Any
    vars_to_warm_start: Any
    var_name_to_vocab_info: Mapping
    var_name_to_prev_var_name: Mapping


@public("estimator.WarmStartSettings")
class WarmStartSettings(_Fields):
    """What is taken from an earlier model; see `tf.train.warm_start` for the arguments.

    Raises:
      ValueError: `ckpt_to_initialize_from` is not given.
    """

    def __new__(
        cls,
        ckpt_to_initialize_from: Any,
        vars_to_warm_start: Any = ".*",
        var_name_to_vocab_info: Mapping | None = None,
        var_name_to_prev_var_name: Mapping[str, str] | None = None,
    ) -> WarmStartSettings:
        if not ckpt_to_initialize_from:
            raise ValueError("`ckpt_to_initialize_from` MUST be set in WarmStartSettings")
        return super().__new__(
            cls,
            ckpt_to_initialize_from,
            vars_to_warm_start,
            var_name_to_vocab_info or {},
            var_name_to_prev_var_name or {},
        )


def settings_of(warm_start_from: Any) -> WarmStartSettings | None:
    """The settings that an Estimator is given: None, themselves, or the path of a checkpoint, its directory or a SavedModel.

    Raises:
      ValueError: it is none of these.
    """
    if warm_start_from is None or isinstance(warm_start_from, WarmStartSettings):
        return warm_start_from
    if not isinstance(warm_start_from, str | bytes | os.PathLike):
        raise ValueError(
            f"warm_start_from must be a string or a WarmStartSettings, instead got {type(warm_start_from)}"
        )
    directory = paths.as_path(warm_start_from)
    variables = paths.join(directory, constants.VARIABLES_DIRECTORY, constants.VARIABLES_FILENAME)
    if paths.exists(f"{variables}.index"):
        logging.info("Warm-starting from a SavedModel")
        return WarmStartSettings(variables)
    return WarmStartSettings(directory)


def warm_start(settings: WarmStartSettings | None) -> None:
    """Makes the variables of the default graph begin as the settings say; nothing for None."""
    if settings is not None:
        logging.info("Warm-starting with WarmStartSettings: %s", settings)
        checkpoint_warm_start.warm_start(*settings)
