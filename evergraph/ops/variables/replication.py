"""How the copies of a variable on several devices belong together: what programs of TensorFlow 1.11 and later say of a variable."""

import enum
from typing import Any

from evergraph.framework.public import public


@public("VariableSynchronization")
class VariableSynchronization(enum.Enum):
    """When the copies of a variable, under a strategy of several towers, are made to agree.

    AUTO leaves it to the strategy; NONE makes one copy and no more; ON_WRITE updates all together; ON_READ lets each tower update
    its own, and joins them when the variable is read outside of the towers.
    """

    AUTO = 0
    NONE = 1
    ON_WRITE = 2
    ON_READ = 3


@public("VariableAggregation")
class VariableAggregation(enum.Enum):
    """How the values that several towers give a variable are joined: not at all, by sum or mean, or by the first tower's."""

    NONE = 0
    SUM = 1
    MEAN = 2
    ONLY_FIRST_REPLICA = 3
    ONLY_FIRST_TOWER = 3


def checked_replication(
    synchronization: Any, aggregation: Any, trainable: bool | None, name: str | None
) -> tuple[VariableSynchronization, VariableAggregation, bool]:
    """The three arguments with their defaults filled in; a variable is trained unless it is synchronized on reads.

    Raises:
      ValueError: no such synchronization or aggregation, or a trainable variable that is synchronized on reads.
    """
    synchronization = VariableSynchronization.AUTO if synchronization is None else synchronization
    aggregation = VariableAggregation.NONE if aggregation is None else aggregation
    for value, kind in ((synchronization, VariableSynchronization), (aggregation, VariableAggregation)):
        if not isinstance(value, kind):
            raise ValueError(
                f"variable {name!r}: {value!r} is none of {', '.join(f'{kind.__name__}.{each.name}' for each in kind)}"
            )
    reads = synchronization is VariableSynchronization.ON_READ
    if reads and trainable:
        raise ValueError(
            f"variable {name!r}: synchronization ON_READ is for variables that are not trainable; pass trainable=False"
        )
    return synchronization, aggregation, not reads if trainable is None else bool(trainable)
