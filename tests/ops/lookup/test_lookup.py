"""Lookup tables."""

import numpy as np
import pytest

from evergraph.framework import dtypes, errors
from evergraph.framework.composite import SparseTensor
from evergraph.framework.graph import Graph
from evergraph.ops.lookup import classes as lookup
from evergraph.ops.lookup import vocabularies
from evergraph.ops.resources import tables_initializer
from evergraph.ops.strings import hashing
from evergraph.session.session import Session


@pytest.fixture
def session():
    with Graph().as_default(), Session() as session:
        yield session


@pytest.fixture
def vocabulary(tmp_path):
    path = tmp_path / "words.txt"
    path.write_text("zero\none\ntwo\n")
    return str(path)


def test_hash_table(session):
    table = lookup.HashTable(lookup.KeyValueTensorInitializer(["a", "b"], np.int64([5, 6])), -1)
    found = table.lookup([["b", "x"], ["a", "a"]])
    sparse = table.lookup(SparseTensor([[0, 1]], ["b"], [1, 2]))
    with pytest.raises(errors.FailedPreconditionError, match="not initialized"):
        session.run(found)
    session.run(tables_initializer())
    session.run(tables_initializer())
    assert session.run(found).tolist() == [[6, -1], [5, 5]] and found.shape.as_list() == [2, 2]
    assert session.run(sparse).values.tolist() == [6] and session.run(table.size()) == 2
    keys, values = session.run(table.export())
    assert dict(zip(keys, values)) == {b"a": 5, b"b": 6}
    with pytest.raises(TypeError):
        table.lookup([1, 2])


@pytest.mark.parametrize("source", ["file", "tensor"])
def test_vocabularies(session, vocabulary, source):
    words = ["zero", "one", "two"]
    if source == "file":
        ids = vocabularies.index_table_from_file(vocabulary, num_oov_buckets=3)
        first = vocabularies.index_table_from_file(vocabulary, vocab_size=2)
        names = vocabularies.index_to_string_table_from_file(vocabulary)
    else:
        ids = vocabularies.index_table_from_tensor(words, num_oov_buckets=3)
        first = vocabularies.index_table_from_tensor(words[:2])
        names = vocabularies.index_to_string_table_from_tensor(words)
    found, bucket = ids.lookup(["two", "other", "zero"]), hashing.string_to_hash_bucket_fast(["other"], 3)
    session.run(tables_initializer())
    assert session.run(found).tolist() == [2, 3 + session.run(bucket)[0], 0] and session.run(ids.size()) == 6
    assert session.run(first.lookup(["one", "two"])).tolist() == [1, -1]
    assert session.run(names.lookup(np.int64([1, 9]))).tolist() == [b"one", b"UNK"]


def test_integer_vocabulary(session):
    ids = vocabularies.index_table_from_tensor([10, 20], num_oov_buckets=1, dtype=dtypes.int32)
    found = ids.lookup(np.int32([20, 30]))
    session.run(tables_initializer())
    assert session.run(found).tolist() == [1, 2]


def test_columns_of_a_file(session, tmp_path):
    (tmp_path / "t.csv").write_text("a,1\nb,2\n")
    initializer = lookup.TextFileInitializer(str(tmp_path / "t.csv"), "string", 0, "int64", 1, delimiter=",")
    table = lookup.HashTable(initializer, 0)
    session.run(table.init)
    assert session.run(table.lookup(["b", "a", "c"])).tolist() == [2, 1, 0]


def test_mutable_table(session):
    table = lookup.MutableHashTable("string", "float32", 0.5)
    session.run(table.insert(["a", "b"], [1.0, 2.0]))
    session.run(table.insert(["b"], [3.0]))
    assert session.run(table.lookup(["a", "b", "c"])).tolist() == [1, 3, 0.5]


def test_what_cannot_be_a_table(session, vocabulary):
    conflict = lookup.HashTable(lookup.KeyValueTensorInitializer(["a", "a"], np.int64([1, 2])), 0)
    missing = vocabularies.index_table_from_file("/nowhere/words")
    short = vocabularies.index_table_from_file(vocabulary, vocab_size=9)
    numbers = lookup.HashTable(lookup.TextFileInitializer(vocabulary, "string", -2, "int64", 0), 0)
    for table, error in (
        (conflict, errors.FailedPreconditionError),
        (missing, errors.NotFoundError),
        (short, errors.InvalidArgumentError),
        (numbers, errors.InvalidArgumentError),
    ):
        with pytest.raises(error):
            session.run(table.init)
    for build in (
        lambda: vocabularies.index_table_from_file(""),
        lambda: vocabularies.index_table_from_tensor(None),
        lambda: vocabularies.index_table_from_file(vocabulary, num_oov_buckets=-1),
        lambda: lookup.TextFileInitializer("x", "string", -1, "int64", -1),
        lambda: lookup.TextFileInitializer("x", "string", -3, "int64", -1),
        lambda: vocabularies.index_table_from_tensor(["a"], dtype=dtypes.int64),
    ):
        with pytest.raises(ValueError):
            build()
