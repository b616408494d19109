"""`.proto` files become the descriptions that compilers make of them."""

import pytest
from google.protobuf import descriptor_pool, message_factory
from google.protobuf.descriptor_pb2 import FieldDescriptorProto

from evergraph.formats.proto_files import parse_proto, resolve

TEXT = """
// A comment; "with quotes".
syntax = "proto2";
package test.parsed;
option java_package = "org.example";  /* left
out */
message Outer {
  enum Kind { option allow_alias = true; NONE = 0; SAME = 0; MINUS = -1 [deprecated = true]; reserved 5; }
  message Inner { required bytes data = 1; repeated Inner more = 2; }
  optional Kind kind = 1 [default = MINUS, (own.option).x = { a: 1 }];
  optional string text = 2 [default = 'a"b' "c"];
  repeated int32 numbers = 3 [packed=true];
  optional double rate = 0x4 [default = -1.5e-3];
  optional .test.parsed.Outer.Inner inner = 5;
  map<string, Inner> by_name = 6;
  oneof choice { Inner first = 7; float second = 8; }
  reserved 20, 30 to 32; reserved "gone";
  extensions 100 to max;
}
extend Outer { optional int32 extra = 100; }
service Nothing { rpc Call(Outer) returns (Outer) { } }
message Empty {}
"""
PROTO3 = """
syntax = "proto3";
import public "test/parsed.proto";
package test;
message User { parsed.Outer outer = 1; optional int32 count = 2; repeated int64 sizes = 3; }
"""


@pytest.fixture(scope="module")
def classes():
    pool = descriptor_pool.DescriptorPool()
    first = parse_proto(TEXT, "test/parsed.proto")
    resolve(first, [])
    second = parse_proto(PROTO3, "test/user.proto")
    resolve(second, [first])
    for file in (first, second):
        pool.AddSerializedFile(file.SerializeToString())
    names = ("test.parsed.Outer", "test.User")
    return [message_factory.GetMessageClass(pool.FindMessageTypeByName(name)) for name in names]


def test_messages_hold_what_the_file_says(classes):
    outer_class, user_class = classes
    outer = outer_class()
    assert (outer.kind, outer.text, outer.rate) == (-1, 'a"bc', -1.5e-3)
    outer.by_name["x"].data = b"1"
    outer.first.more.add(data=b"2")
    assert outer.WhichOneof("choice") == "first"
    outer.second = 2.0
    assert not outer.HasField("first")
    outer.numbers.extend([1, 300])
    user = user_class(outer=outer, count=0, sizes=[1])
    assert user.HasField("count") and user_class.FromString(user.SerializeToString()) == user
    assert outer.SerializeToString().count(bytes([3 << 3 | 2])) >= 1  # packed


def test_numbers_that_are_taken():
    (outer, _) = parse_proto(TEXT, "test/parsed.proto").message_type
    assert [(r.start, r.end) for r in outer.reserved_range] == [(20, 21), (30, 33)]
    assert [(r.start, r.end) for r in outer.extension_range] == [(100, 536_870_912)]
    assert (
        outer.field[5].label == FieldDescriptorProto.LABEL_REPEATED
        and outer.field[5].type_name == "ByNameEntry"
    )


@pytest.mark.parametrize(
    "text, words",
    [
        ("message A {\n  optional group B = 1 {}\n}", "line 2: groups"),
        ("message A { int32 = 1; }", "expected"),
        ("message A { int32 a = x; }", "whole number"),
        ("message A {", "end of the file"),
        ("messages A {}", "no statement"),
        ("message A { $ }", "not understood"),
        ("import x;", "expected a string"),
    ],
)
def test_what_is_no_proto_file(text, words):
    with pytest.raises(ValueError, match=words):
        parse_proto(text, "wrong.proto")


def test_a_kind_that_is_nowhere():
    with pytest.raises(ValueError, match="'Missing'"):
        resolve(parse_proto("message A { optional Missing b = 1; }", "wrong.proto"), [])
