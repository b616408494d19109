"""`Registry`."""

import pytest

from evergraph.framework.named_registry import Registry


def test_names_are_unique():
    registry = Registry("thing")
    registry.register(test_names_are_unique)
    registry.register(1, "one")
    assert registry.lookup("one") == 1 and registry.lookup(b"test_names_are_unique") is test_names_are_unique
    assert list(registry.list()) == ["test_names_are_unique", "one"]
    with pytest.raises(
        KeyError, match=r"a thing with the name 'one' already, registered in .*test_named_registry.py:\d"
    ):
        registry.register(2, "one")
    with pytest.raises(LookupError, match="no entry for: two"):
        registry.lookup("two")
