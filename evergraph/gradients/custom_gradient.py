"""`custom_gradient`: a function with a gradient of its own."""

import functools

from evergraph.framework.conversion import convert_to_tensor
from evergraph.ops.array import identity_n

__all__ = ["custom_gradient"]


def custom_gradient(f):
    """Decorator: defines a function with its gradient.

    Args:
      f: function of tensors that returns (result, gradient function); the gradient function takes one gradient
        for each result and returns one for each argument.

    Returns:
      A function of the same arguments that returns the result (a tensor or list of tensors).

    Raises:
      ValueError: the gradient function returns another number of gradients than there are arguments.
    """

    @functools.wraps(f)
    def decorated(*args, **kwargs):
        if kwargs:
            raise ValueError("custom_gradient functions take positional tensors only in a graph; bind the others with functools.partial")
        arguments = [convert_to_tensor(a) for a in args]
        result, gradient = f(*arguments)
        results = list(result) if isinstance(result, (list, tuple)) else [result]
        results = [convert_to_tensor(r) for r in results]
        count = len(results)

        def gradient_of_identity(operation, *gradients):
            found = gradient(*gradients[:count])
            found = list(found) if isinstance(found, (list, tuple)) else [found]
            if len(found) != len(arguments):
                raise ValueError(
                    f"the gradient function of {getattr(f, '__name__', f)} returned {len(found)} gradients for "
                    f"{len(arguments)} arguments"
                )
            return [None] * count + found

        # The arguments pass through beside the results: gradients go to them, and around what `f` did.
        outputs = identity_n([*results, *arguments])
        operation = outputs[0].op
        operation.attrs["_gradient_function"] = gradient_of_identity
        outputs = outputs[:count]
        return outputs if isinstance(result, (list, tuple)) else outputs[0]

    return decorated
