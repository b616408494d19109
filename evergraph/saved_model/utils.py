"""Tensors of a graph as messages of a signature, and back."""

from typing import Any

from evergraph.formats.messages import TensorInfo
from evergraph.framework.composite import SparseTensor
from evergraph.framework.default_graph import get_default_graph
from evergraph.framework.dtypes import as_dtype
from evergraph.framework.graph import Graph
from evergraph.framework.public import public, public_module

public_module("saved_model.utils", "python.saved_model.utils")


@public()
def build_tensor_info(tensor: Any) -> TensorInfo:
    """The TensorInfo (name, dtype, shape) of a Tensor or SparseTensor."""
    info = TensorInfo(
        dtype=as_dtype(tensor.dtype).base_dtype.as_datatype_enum, tensor_shape=tensor.get_shape().as_proto()
    )
    if isinstance(tensor, SparseTensor):
        info.coo_sparse.values_tensor_name = tensor.values.name
        info.coo_sparse.indices_tensor_name = tensor.indices.name
        info.coo_sparse.dense_shape_tensor_name = tensor.dense_shape.name
    else:
        info.name = tensor.name
    return info


@public()
def get_tensor_from_tensor_info(
    tensor_info: TensorInfo, graph: Graph | None = None, import_scope: str | None = None
) -> Any:
    """The Tensor or SparseTensor that a TensorInfo names.

    Args:
      tensor_info: a TensorInfo.
      graph: where it is looked for; the default graph when None.
      import_scope: the scope that the graph was imported in, if any.

    Raises:
      KeyError: the graph has no tensor of that name.
      ValueError: the message names none.
    """
    graph = graph or get_default_graph()

    def named(name):
        return graph.get_tensor_by_name(f"{import_scope}/{name}" if import_scope else name)

    encoding = tensor_info.WhichOneof("encoding")
    if encoding == "name":
        return named(tensor_info.name)
    if encoding == "coo_sparse":
        sparse = tensor_info.coo_sparse
        return SparseTensor(
            named(sparse.indices_tensor_name),
            named(sparse.values_tensor_name),
            named(sparse.dense_shape_tensor_name),
        )
    raise ValueError(f"Invalid TensorInfo.encoding: {encoding}; a TensorInfo has a name or coo_sparse")
