"""How keys that a vocabulary lacks are hashed to buckets."""

from collections.abc import Callable, Sequence
from typing import Any

from evergraph.framework.public import public, public_module
from evergraph.ops.strings.hashing import string_to_hash_bucket_fast, string_to_hash_bucket_strong

public_module("python.ops.lookup_ops")


@public("contrib.lookup.HasherSpec")
class HasherSpec:
    """A hash function by name: "fasthash", or "stronghash" with a key."""

    def __init__(self, hasher: str, key: Any = None) -> None:
        self.hasher = hasher
        self.key = key


FastHashSpec = public("contrib.lookup.FastHashSpec")(HasherSpec("fasthash"))


@public("contrib.lookup.StrongHashSpec")
class StrongHashSpec(HasherSpec):
    """A hash that an adversary cannot foresee.

    Args:
      key: two integers.

    Raises:
      ValueError: another number of them.
      TypeError: what are no integers.
    """

    def __init__(self, key: Sequence[int]) -> None:
        if len(key) != 2:
            raise ValueError(f"key must have size 2, the number of integers. Received: {key}")
        if not all(isinstance(each, int) for each in key):
            raise TypeError(f"Invalid key {key}. Must be unsigned integer values.")
        super().__init__("stronghash", key)


def bucket_function(spec: HasherSpec) -> Callable:
    """The function of (strings, number of buckets, name). ValueError for another spec, TypeError for what is none."""
    if not isinstance(spec, HasherSpec):
        raise TypeError(f"hasher_spec must be of type HasherSpec, got {spec!r}")
    if spec.hasher == "fasthash":
        return string_to_hash_bucket_fast
    if spec.hasher == "stronghash":
        return lambda text, count, name=None: string_to_hash_bucket_strong(
            text, count, list(spec.key), name=name
        )
    raise ValueError(f"Unknown hasher {spec.hasher}: fasthash and stronghash are possible")
