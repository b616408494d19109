"""Numbers that set the size of a result: after a few values, their operations move to the host.

A program is made for each size. Where a fed number changes it (`x[:n]`, `tf.range(n)`), the operation is computed on the host
after a few sizes, and what hangs on it takes the result as an array of whatever shape.
"""

from evergraph.engine.placement import movable

_MOST_SIZES = 4  # of an operation, for one combination of the shapes of a stage's inputs


class SizeHistory:
    """The sizes that the operations of one stage were compiled for."""

    def __init__(self):
        self._seen = {}

    def add(self, stage, shapes, sizes) -> list:
        """Takes note of sizes that a program is to be made for.

        Args:
          stage: the Stage.
          shapes: the shapes of its inputs.
          sizes: {operation: what is static about it}.

        Returns:
          The operations that have had enough of them, and can run on the host.
        """
        enough = []
        for node in stage.sized:
            seen = self._seen.setdefault((node.operation, shapes), set())
            seen.add(sizes.get(node.operation))
            if len(seen) > _MOST_SIZES and movable(node):
                enough.append(node.operation)
        return enough
