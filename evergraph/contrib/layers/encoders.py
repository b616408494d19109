"""Sequences and bags of ids as embeddings."""

from collections.abc import Callable
from typing import Any

from evergraph.contrib.framework.variables import model_variable
from evergraph.contrib.layers.embeddings import embedding_lookup_unique, safe_embedding_lookup_sparse
from evergraph.contrib.layers.sparse_features import dense_to_sparse_tensor
from evergraph.framework.composite import SparseTensor
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops import math as math_ops
from evergraph.ops import nn
from evergraph.ops.variables.scope import variable_scope

public_module("contrib.layers.python.layers.encoders")


@public("contrib.layers.bow_encoder")
def bow_encoder(
    ids: Any,
    vocab_size: int,
    embed_dim: int,
    sparse_lookup: bool = True,
    initializer: Callable | None = None,
    regularizer: Callable | None = None,
    trainable: bool = True,
    scope: Any = None,
    reuse: bool | None = None,
) -> Tensor:
    """The mean of the embeddings of each row of ids: `[batch, embed_dim]`.

    Args:
      ids: integers `[batch, length]`, dense or sparse; zeros of a dense one are left out of a sparse look-up.
      vocab_size, embed_dim: the size of the variable `embeddings`.
      sparse_lookup: whether rows may have different lengths.
      initializer, regularizer, trainable: of the variable.
      scope: the variable scope, by name or object.
      reuse: whether the variable is there already.

    Raises:
      ValueError: a size that is not given.
      TypeError: sparse ids without a sparse look-up.
    """
    if not vocab_size or not embed_dim:
        raise ValueError("Must specify vocab size and embedding dimension")
    values = [ids.values if isinstance(ids, SparseTensor) else ids]
    with variable_scope(scope, "bow_encoder", values, reuse=reuse):
        embeddings = model_variable(
            "embeddings",
            [vocab_size, embed_dim],
            initializer=initializer,
            regularizer=regularizer,
            trainable=trainable,
        )
        if sparse_lookup:
            sparse_ids = ids if isinstance(ids, SparseTensor) else dense_to_sparse_tensor(ids)
            return safe_embedding_lookup_sparse([embeddings], sparse_ids, combiner="mean", default_id=0)
        if isinstance(ids, SparseTensor):
            raise TypeError(f"ids are expected to be dense Tensor, got: {ids}")
        return math_ops.reduce_mean(nn.embedding_lookup(embeddings, ids), 1)


@public("contrib.layers.embed_sequence")
def embed_sequence(
    ids: TensorLike,
    vocab_size: int | None = None,
    embed_dim: int | None = None,
    unique: bool = False,
    initializer: Callable | None = None,
    regularizer: Callable | None = None,
    trainable: bool = True,
    scope: Any = None,
    reuse: bool | None = None,
) -> Tensor:
    """`[batch, length]` integers to `[batch, length, embed_dim]`: rows of the variable `embeddings`.

    Args:
      ids: integers.
      vocab_size, embed_dim: the size of the variable; not needed with `reuse`.
      unique: whether each distinct id is looked up once.
      initializer, regularizer, trainable, scope, reuse: as for `bow_encoder`.

    Raises:
      ValueError: a size that is not given, without `reuse`.
    """
    if not (reuse or vocab_size and embed_dim):
        raise ValueError(
            f"Must specify vocab size and embedding dimension when not reusing. Got vocab_size={vocab_size} and "
            f"embed_dim={embed_dim}"
        )
    with variable_scope(scope, "EmbedSequence", [ids], reuse=reuse):
        shape = None if vocab_size is None or embed_dim is None else [vocab_size, embed_dim]
        embeddings = model_variable(
            "embeddings", shape, initializer=initializer, regularizer=regularizer, trainable=trainable
        )
        if unique:
            return embedding_lookup_unique(embeddings, ids)
        return nn.embedding_lookup(embeddings, ids)
