"""The table of string calls; as in array/cases.py."""

import numpy as np

WORDS = np.array([b"hello world", b"", b" a,b,,c ", "gr\u00fc\u00df dich".encode()], object)
GRID = np.array([[b"a", b"b", b"c"], [b"d", b"e", b"f"]], object)
words = ("string", [None], WORDS)
grid = ("string", [None, 3], GRID)
numbers = ("float32", [None], np.array([1.5, -2.25e10, 0.1], np.float32))

ROWS = [
    ("as_string float", [numbers], lambda t, x: t.as_string(x)),
    ("as_string precision", [numbers], lambda t, x: t.as_string(x, precision=2, width=12, fill="0")),
    ("as_string scientific", [numbers], lambda t, x: t.as_string(x, scientific=True)),
    ("as_string shortest", [numbers], lambda t, x: t.as_string(x, shortest=True)),
    ("as_string int", [("int64", [], np.int64(-7))], lambda t, x: t.as_string(x, width=5)),
    ("as_string bool", [("bool", [2], np.array([True, False]))], lambda t, x: t.as_string(x)),
    (
        "as_string complex",
        [("complex64", [1], np.array([1 - 2j], np.complex64))],
        lambda t, x: t.as_string(x, precision=1),
    ),
    ("string_to_number", [], lambda t: t.string_to_number(["1.5", " -2e3 ", "inf", ".5"])),
    ("string_to_number int", [], lambda t: t.string_to_number(["-12", "7"], "int64")),
    ("string_join", [words], lambda t, x: t.string_join(["<", x, x], "-")),
    ("string_split", [words], lambda t, x: sparse(t.string_split(x, " ,"))),
    ("string_split empty", [words], lambda t, x: sparse(t.string_split(x, ",", skip_empty=False))),
    ("string_split bytes", [words], lambda t, x: sparse(t.string_split(x, ""))),
    ("reduce_join", [grid], lambda t, x: t.reduce_join(x, 0, separator="+")),
    ("reduce_join order", [grid], lambda t, x: t.reduce_join(x, [0, 1])),
    ("reduce_join keep", [grid], lambda t, x: t.reduce_join(x, [-1], keep_dims=True)),
    ("reduce_join all", [grid], lambda t, x: t.reduce_join(x)),
    (
        "substr",
        [("string", [2], np.array([b"hello", b"world"], object))],
        lambda t, x: t.substr(x, [1, -2], [3, 9]),
    ),
    ("substr scalar", [grid], lambda t, x: t.substr(x, 0, 1)),
    ("string_strip", [words], lambda t, x: t.string_strip(x)),
    ("regex_replace", [words], lambda t, x: t.regex_replace(x, r"(\w)(o|,)", r"[\2\1\0]")),
    ("regex_replace once", [words], lambda t, x: t.regex_replace(x, "[a-c]", "#", replace_global=False)),
    ("regex_replace end", [], lambda t: t.regex_replace(["a\n", "a"], "$", "!")),
    ("regex_replace any", [words], lambda t, x: t.regex_replace(x, "[^ ].", ".")),
    ("regex_full_match", [words], lambda t, x: t.regex_full_match(x, ".*[od].*")),
    ("hash fast", [words], lambda t, x: t.string_to_hash_bucket_fast(x, 1000)),
    ("hash strong", [words], lambda t, x: t.string_to_hash_bucket_strong(x, 1000, [7, 9])),
    ("hash", [words], lambda t, x: t.string_to_hash_bucket(x, 1000)),
    ("encode_base64", [words], lambda t, x: t.encode_base64(x)),
    ("encode_base64 pad", [words], lambda t, x: t.encode_base64(x, pad=True)),
    ("decode_base64", [words], lambda t, x: t.decode_base64(t.encode_base64(x))),
]

FAILING = [
    ("string_to_number", [], lambda t: t.string_to_number(["1_000"])),
    ("string_to_number int", [], lambda t: t.string_to_number(["99999999999"], "int32")),
    ("substr", [], lambda t: t.substr(["abc"], [9], [1])),
    ("regex", [words], lambda t, x: t.regex_replace(x, "(", "")),
    ("decode_base64", [], lambda t: t.decode_base64(["a+b"])),
    ("as_string int", [("int32", [], np.int32(1))], lambda t, x: t.as_string(x, precision=3)),
]


def sparse(value):
    """The parts of a SparseTensor."""
    return [value.indices, value.values, value.dense_shape]
