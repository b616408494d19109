"""One XLA program for all sizes up to a bound, with the results of the exact shapes.

| file | holds |
| --- | --- |
| `function` | `bounded`: the decorator for a plain JAX function |
| `program` | `trace`, `BoundedProgram`: trace, pad, call, cut |
| `bounds` | `choose_bounds`: which sizes share a program |
| `sizes`, `values` | bounds and true sizes; an array and where its real elements lie |
| `rules`, `evaluate` | the table of primitives; the interpreter of a jaxpr |
| `elementwise`, `layout`, `joining`, `indexing`, `contraction`, `reductions`, `ordering`, `windows`, `control_flow`,
  `random` | the rules |

`docs/any_length.md` tells how it works.  The package depends on JAX and NumPy alone.
"""

from evergraph.bounded import (
    contraction,  # noqa: F401 (the rules register themselves)
    control_flow,  # noqa: F401
    elementwise,  # noqa: F401
    indexing,  # noqa: F401
    joining,  # noqa: F401
    layout,  # noqa: F401
    ordering,  # noqa: F401
    random,  # noqa: F401
    reductions,  # noqa: F401
    windows,  # noqa: F401
)
from evergraph.bounded.bounds import bound_of as bound_of
from evergraph.bounded.bounds import choose_bounds as choose_bounds
from evergraph.bounded.function import bounded as bounded
from evergraph.bounded.program import BoundedProgram as BoundedProgram
from evergraph.bounded.program import trace as trace
from evergraph.bounded.rules import Unsupported as Unsupported
