"""Places: operands that say where, of which a program must know the sizes that follow and nothing else.

`x[n:n+32]` makes one program, not one for each n: the host looks at the operands of each run, derives from them the
sizes (32), which are part of the compilation key, and passes the operands themselves on to the program as arguments.
"""

from collections.abc import Callable, Hashable, Sequence


class Places:
    """How an operation is computed when the values of some static operands are not known to the compiler.

    Attributes:
      operands: the names of these static operands.
      sizes: `f(*inputs, **attributes)`: all that the kernel must know of the operands, as something hashable, or None
        where nothing but their values will do.  Of the inputs it is given the NumPy arrays of those that are static
        and the shapes (tuples) of the others.  A ValueError says that the operands are not allowed.
      kernel: `f(sizes, *inputs, **attributes)`: the operation's kernel with `operands` as arrays of the program; what
        else is static is a NumPy array.  It gives what the kernel of the definition gives, and makes no checks.
    """

    __slots__ = ("operands", "sizes", "kernel")

    def __init__(self, operands: Sequence[str], sizes: Callable[..., Hashable], kernel: Callable):
        self.operands = frozenset(operands)
        self.sizes = sizes
        self.kernel = kernel
