"""The bucket of each string: `string_to_hash_bucket` and its kin; `fingerprints.py` has the hashes."""

from collections.abc import Sequence

import numpy as np

from evergraph.framework.arguments import also_called
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops.registry import host_op
from evergraph.ops.strings.elementwise import each, same_shape
from evergraph.ops.strings.fingerprints import farm_fingerprints64, murmur64, sip_hash64

public_module("python.ops.string_ops")


@host_op(
    "StringToHashBucket", "string_tensor: string -> output: int64", shape=same_shape, differentiable=False
)
def _bucket_op(string_tensor, *, num_buckets: int):
    return each(lambda v: murmur64(v) % num_buckets, string_tensor, np.int64)


@host_op("StringToHashBucketFast", "input: string -> output: int64", shape=same_shape, differentiable=False)
def _bucket_fast_op(input, *, num_buckets: int):
    return (farm_fingerprints64(np.asarray(input)) % np.uint64(num_buckets)).astype(np.int64)


@host_op("StringToHashBucketStrong", "input: string -> output: int64", shape=same_shape, differentiable=False)
def _bucket_strong_op(input, *, num_buckets: int, key: list):
    return each(lambda v: sip_hash64(v, (key[0], key[1])) % num_buckets, input, np.int64)


def _buckets(count):
    if count < 1:
        raise ValueError(f"num_buckets must be at least 1, got {count}")
    return count


@public("string_to_hash_bucket")
@also_called(input="string_tensor")
def string_to_hash_bucket(string_tensor: TensorLike, num_buckets: int, name: str | None = None) -> Tensor:
    """The bucket in `[0, num_buckets)` of each string, int64.  Deprecated: use one of the two below.

    ValueError for less than one bucket.
    """
    return _bucket_op(string_tensor, num_buckets=_buckets(num_buckets), name=name)


@public("string_to_hash_bucket_fast")
def string_to_hash_bucket_fast(input: TensorLike, num_buckets: int, name: str | None = None) -> Tensor:
    """The bucket in `[0, num_buckets)` of each string by its FarmHash fingerprint, int64.

    ValueError for less than one bucket.
    """
    return _bucket_fast_op(input, num_buckets=_buckets(num_buckets), name=name)


@public("string_to_hash_bucket_strong")
def string_to_hash_bucket_strong(
    input: TensorLike, num_buckets: int, key: Sequence[int], name: str | None = None
) -> Tensor:
    """The bucket of each string by a keyed hash that an adversary cannot foresee.

    Args:
      input: a string tensor.
      num_buckets: how many buckets.
      key: two integers.
      name: the operation's name.

    Raises:
      ValueError: the key has not two elements.
    """
    if len(key) != 2:
        raise ValueError(f"key must have 2 elements, got {list(key)}")
    return _bucket_strong_op(input, num_buckets=_buckets(num_buckets), key=list(key), name=name)
