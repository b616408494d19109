"""`tf.train.NewCheckpointReader`: the values of a checkpoint, without a graph."""

from __future__ import annotations

from typing import Any

from evergraph.formats import paths
from evergraph.formats.checkpoint_reader import open_checkpoint
from evergraph.framework.public import public
from evergraph.ops.files.saving import RESERVED_PREFIX


class CheckpointReader:
    """Reads one checkpoint, V2 or V1.

    What Evergraph keeps beside the variables (random state) is not listed, but can be read by name.

    Args:
      filepattern: the path that `Saver.save` returned.

    Raises:
      NotFoundError: there is no such checkpoint.
      DataLossError: a damaged index.
    """

    def __init__(self, filepattern: str) -> None:
        self._reader = open_checkpoint(paths.as_path(filepattern))
        self._tensors = {
            tensor.name: tensor
            for tensor in self._reader.tensors()
            if not tensor.name.startswith(RESERVED_PREFIX)
        }

    def has_tensor(self, tensor_str: str) -> bool:
        """Whether there is a tensor of that name."""
        return _text(tensor_str) in self._reader

    def get_tensor(self, tensor_str: str) -> Any:
        """The value of a tensor, partitioned or not, as a new array.  NotFoundError, DataLossError."""
        try:
            value = self._reader.read(_text(tensor_str))
        finally:
            self._reader.close()  # readers have no end of their own: no file stays open between two reads
        return value if value.ndim else value[()]

    def get_variable_to_shape_map(self) -> dict[str, list[int]]:
        """{name: shape as a list}."""
        return {name: list(tensor.shape) for name, tensor in self._tensors.items()}

    def get_variable_to_dtype_map(self) -> dict:
        """{name: DType}."""
        return {name: tensor.dtype for name, tensor in self._tensors.items()}

    def debug_string(self) -> bytes:
        """A line for each tensor: its name, DataType and shape."""
        lines = []
        for name, tensor in sorted(self._tensors.items()):
            sizes = ",".join(str(size) for size in tensor.shape)
            lines.append(f"{name} (DT_{tensor.dtype.name.upper().replace('FLOAT32', 'FLOAT')}) [{sizes}]\n")
        return "".join(lines).encode()


def _text(name):
    return name.decode() if isinstance(name, bytes) else name


@public("train.NewCheckpointReader", "python.pywrap_tensorflow.NewCheckpointReader")
def NewCheckpointReader(filepattern: str) -> CheckpointReader:  # noqa: N802 (TensorFlow's name)
    """A `CheckpointReader` of the checkpoint `filepattern`, the path that `Saver.save` returned."""
    return CheckpointReader(filepattern)
