"""`train`: the loop of slim, with an update of the masks after each step."""

from collections.abc import Callable
from typing import Any

from evergraph.contrib.slim import learning
from evergraph.framework.public import public, public_module

public_module("contrib.model_pruning.python.learning")


@public("contrib.model_pruning.train")
def train(
    train_op: Any,
    logdir: str | None,
    mask_update_op: Any,
    train_step_fn: Callable = learning.train_step,
    **kwargs: Any,
) -> Any:
    """Trains as `tf.contrib.slim.learning.train` does, and runs `mask_update_op` after each step.

    Args:
      train_op: trains, and gives the loss.
      logdir: where checkpoints and summaries go; None for none.
      mask_update_op: what `Pruning.conditional_mask_update_op` gave.
      train_step_fn: makes one step.
      **kwargs: the other arguments of `tf.contrib.slim.learning.train`.

    Returns:
      The last loss.

    Raises:
      ValueError: as `tf.contrib.slim.learning.train`.
    """

    def step(sess: Any, train_op: Any, global_step: Any, train_step_kwargs: dict) -> tuple[Any, Any]:
        result = train_step_fn(sess, train_op, global_step, train_step_kwargs)
        sess.run(mask_update_op)
        return result

    return learning.train(train_op, logdir, train_step_fn=step, **kwargs)
