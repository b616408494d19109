"""What an operation's inputs got wrong, in TensorFlow's words: kernels speak JAX's."""

import re

# JAX's words, and what to say instead with the shapes of the inputs. Programs and tests match on TensorFlow's "Incompatible
# shapes" and "Matrix size-incompatible".
_WORDS = (
    (
        re.compile(r"incompatible shapes for broadcasting|Incompatible shapes for broadcasting"),
        "Incompatible shapes: {versus}",
    ),
    (re.compile(r"dot_general requires contracting"), "Matrix size-incompatible: {numbered}"),
    (re.compile(r"dot_general requires batch"), "Batch sizes do not fit: {numbered}"),
    (re.compile(r"All input arrays must have the same shape"), "Shapes of all inputs must match: {versus}"),
)
_PRIMITIVE = re.compile(r"\b[a-z]+(?:_[a-z]+)+\b")


def kernel_message(operation_type: str, error: Exception, shapes: list[str]) -> str:
    """The message of an InvalidArgumentError for an operation whose kernel raised `error`.

    Args:
      operation_type: such as "MatMul".
      error: a TypeError, ValueError, IndexError or ZeroDivisionError, JAX's, NumPy's or the kernel's own.
      shapes: of the inputs, such as "[1, 2]".
    """
    lines = [line for line in str(error).strip().splitlines() if line.strip()]
    said = " ".join(lines[:3]) if lines else type(error).__name__
    listed = ", ".join(shapes)
    for pattern, words in _WORDS:
        if pattern.search(said):
            message = words.format(
                versus=" vs. ".join(shapes),
                numbered=", ".join(f"In[{i}]: {shape}" for i, shape in enumerate(shapes)),
            )
            return f"{message}; input shapes: {listed}"
    if _is_jax(error) and _PRIMITIVE.search(said):
        return f"{operation_type} does not take inputs of shapes {listed}; XLA's words: {said}"
    return f"{said}; input shapes: {listed}"


def _is_jax(error: Exception) -> bool:
    """Whether code of JAX raised it, whose messages name its own functions."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return trace is not None and trace.tb_frame.f_globals.get("__name__", "").startswith(("jax.", "jaxlib."))
