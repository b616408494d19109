"""Parsing and decoding: one program each, held to expected values and (marked interop) to TensorFlow."""

import gzip
import zlib

import numpy as np
import pytest

import evergraph
from evergraph.formats.messages import Example, SequenceExample
from evergraph.framework import errors
from evergraph.framework.composite import SparseTensorValue
from evergraph.framework.graph import Graph
from evergraph.ops.parsing import decoding
from evergraph.ops.parsing import examples as parsing
from evergraph.session.session import Session

EVERGRAPH = evergraph


def _example(**features):
    message = Example()
    for key, values in features.items():
        _fill(message.features.feature[key], values)
    return message.SerializeToString(deterministic=True)


def _fill(feature, values):
    if values is None:
        return
    if values and isinstance(values[0], float):
        feature.float_list.value.extend(values)
    elif values and isinstance(values[0], bytes):
        feature.bytes_list.value.extend(values)
    else:
        feature.int64_list.value.extend(values)


def _sequence(context, **lists):
    message = SequenceExample()
    for key, values in context.items():
        _fill(message.context.feature[key], values)
    for key, steps in lists.items():
        message.feature_lists.feature_list[key].SetInParent()
        for values in steps:
            _fill(message.feature_lists.feature_list[key].feature.add(), values)
    return message.SerializeToString(deterministic=True)


A = _example(f=[1.0, 2.0], n=[7], s=[b"x", b"yy"], i=[2, 0], v=[5.0, 6.0], j=[1, 3])
B = _example(f=[3.0, 4.0], n=[8, 9], i=[1], v=[7.0], j=[0], s=None)
C = _example(f=[5.0, 6.0], n=[])
S = _sequence({"c": [1.0]}, a=[[1, 2], [3, 4], [5, 6]], b=[[b"x"], None, [b"y", b"z"]], d=[])


PROGRAMS = {
    "fixed": lambda tf: tf.parse_example([A, B], {"f": tf.FixedLenFeature([2], tf.float32)}),
    "fixed in a matrix": lambda tf: tf.parse_example([A, B], {"f": tf.FixedLenFeature([1, 2], tf.float32)}),
    "default": lambda tf: tf.parse_example(
        [A, B],
        {"zz": tf.FixedLenFeature([2], tf.string, ["p", "q"]), "y": tf.FixedLenFeature([], tf.int64, 3)},
    ),
    "missing": lambda tf: tf.parse_example([A, C], {"v": tf.FixedLenFeature([], tf.float32)}),
    "wrong size": lambda tf: tf.parse_example([A], {"f": tf.FixedLenFeature([3], tf.float32)}),
    "wrong dtype": lambda tf: tf.parse_example([A], {"f": tf.FixedLenFeature([2], tf.int64)}),
    "wrong sparse dtype": lambda tf: tf.parse_example([A], {"f": tf.VarLenFeature(tf.int64)}),
    "no message": lambda tf: tf.parse_example(["\x03nonsense"], {"f": tf.FixedLenFeature([2], tf.float32)}),
    "sparse": lambda tf: tf.parse_example(
        [A, B, C], {"n": tf.VarLenFeature(tf.int64), "s": tf.VarLenFeature(tf.string)}
    ),
    "sparse nothing": lambda tf: tf.parse_example([C], {"q": tf.VarLenFeature(tf.float32)}),
    "no examples": lambda tf: tf.parse_example(
        tf.constant([], tf.string, shape=[0]),
        {"f": tf.FixedLenFeature([2], tf.float32), "s": tf.VarLenFeature(tf.string)},
    ),
    "rows": lambda tf: tf.parse_example(
        [A, B, C],
        {
            "n": tf.FixedLenSequenceFeature([], tf.int64, allow_missing=True),
            "s": tf.FixedLenSequenceFeature([], tf.string, allow_missing=True, default_value="-"),
            "f": tf.FixedLenSequenceFeature([2], tf.float32, allow_missing=True),
        },
    ),
    "rows of the wrong size": lambda tf: tf.parse_example(
        [A], {"n": tf.FixedLenSequenceFeature([2], tf.int64, allow_missing=True)}
    ),
    "sparse feature": lambda tf: tf.parse_example([A, B], {"x": tf.SparseFeature("i", "v", tf.float32, 5)}),
    "sparse feature of two": lambda tf: tf.parse_example(
        [A, B], {"x": tf.SparseFeature(["i", "j"], "v", tf.float32, [5, 4])}
    ),
    "sparse feature among others": lambda tf: tf.parse_example(
        [A, B], {"x": tf.SparseFeature("i", "v", tf.float32, 5), "i": tf.VarLenFeature(tf.int64)}
    ),
    "single": lambda tf: tf.parse_single_example(
        A,
        {
            "f": tf.FixedLenFeature([2], tf.float32),
            "s": tf.VarLenFeature(tf.string),
            "n": tf.FixedLenSequenceFeature([], tf.int64, allow_missing=True),
        },
    ),
    "single with a name": lambda tf: tf.parse_single_example(
        A, {"f": tf.FixedLenFeature([2], tf.float32), "s": tf.VarLenFeature(tf.string)}, example_names="me"
    ),
    "single missing": lambda tf: tf.parse_single_example(B, {"s": tf.FixedLenFeature([], tf.string)}),
    "single sparse feature": lambda tf: tf.parse_single_example(
        A, {"x": tf.SparseFeature("i", "v", tf.float32, 5)}
    ),
    "sequence": lambda tf: tf.parse_single_sequence_example(
        S,
        {"c": tf.FixedLenFeature([], tf.float32), "e": tf.VarLenFeature(tf.int64)},
        {
            "a": tf.FixedLenSequenceFeature([2], tf.int64),
            "b": tf.VarLenFeature(tf.string),
            "gone": tf.FixedLenSequenceFeature([3], tf.float32, allow_missing=True),
        },
    ),
    "sequence missing": lambda tf: tf.parse_single_sequence_example(
        S, None, {"gone": tf.FixedLenSequenceFeature([3], tf.float32)}
    ),
    "sequence of the wrong size": lambda tf: tf.parse_single_sequence_example(
        S, None, {"a": tf.FixedLenSequenceFeature([3], tf.int64)}
    ),
    "sequence of the wrong dtype": lambda tf: tf.parse_single_sequence_example(
        S, None, {"a": tf.FixedLenSequenceFeature([2], tf.float32)}
    ),
    "serialize": lambda tf: [
        tf.serialize_tensor(tf.constant([[1.5, 2]])),
        tf.serialize_tensor(["a", "b"]),
        tf.serialize_tensor(tf.constant(3)),
    ],
    "parse_tensor": lambda tf: tf.parse_tensor(
        tf.serialize_tensor(tf.constant([[1, 2]], tf.int64)), tf.int64
    ),
    "parse_tensor strings": lambda tf: tf.parse_tensor(tf.serialize_tensor([["a"], ["b"]]), tf.string),
    "parse_tensor of another dtype": lambda tf: tf.parse_tensor(tf.serialize_tensor([1.0]), tf.int64),
    "parse_tensor of nonsense": lambda tf: tf.parse_tensor("\x03nonsense", tf.int64),
    "raw": lambda tf: tf.decode_raw(["abcd", "efgh"], tf.uint8),
    "raw int16": lambda tf: tf.decode_raw([["abcd"], ["efgh"]], tf.int16),
    "raw big endian": lambda tf: tf.decode_raw("abcd", tf.int16, little_endian=False),
    "raw float": lambda tf: tf.decode_raw(np.float32([1, 2]).tobytes(), tf.float32),
    "raw of nothing": lambda tf: tf.decode_raw(tf.constant([], tf.string, shape=[0]), tf.int32),
    "raw of the wrong length": lambda tf: tf.decode_raw("abc", tf.int16),
    "raw of differing lengths": lambda tf: tf.decode_raw(["ab", "abc"], tf.uint8),
    "json": lambda tf: tf.parse_example(
        tf.decode_json_example(['{"features": {"feature": {"a": {"int64List": {"value": [1, 2]}}}}}']),
        {"a": tf.VarLenFeature(tf.int64)},
    ),
    "json nonsense": lambda tf: tf.decode_json_example("{nonsense"),
    "compressed": lambda tf: [
        tf.decode_compressed([zlib.compress(b"abc")], "ZLIB"),
        tf.decode_compressed(gzip.compress(b"abc"), "GZIP"),
        tf.decode_compressed("abc"),
    ],
}

CSV = {
    "plain": (["1,2.5,x", "3,4,y"], [[0], [0.0], [""]], {}),
    "defaults": (["1,,", ",2,z"], [[7], [0.5], ["d"]], {}),
    "required": (["1,"], [[0], np.zeros([0], np.float32)], {}),
    "quoted": (['"a,b","c""d","e\nf"'], [[""]] * 3, {}),
    "quotes off": (['"a","b"'], [[""]] * 2, {"use_quote_delim": False}),
    "quote inside": (['a"b,c'], [[""]] * 2, {}),
    "quote unfinished": (['"ab,c'], [[""]] * 2, {}),
    "quote followed": (['"ab"c,d'], [[""]] * 2, {}),
    "delimiter": (["1|2"], [[0]] * 2, {"field_delim": "|"}),
    "tab": (["1\t2"], [[0]] * 2, {"field_delim": "\t"}),
    "too few": (["1"], [[0]] * 2, {}),
    "too many": (["1,2,3"], [[0]] * 2, {}),
    "na_value": (["1,NA,NA"], [[0], [5], ["d"]], {"na_value": "NA"}),
    "select": (["1,2,3,4", "5,6,7,8"], [[0]] * 2, {"select_cols": [1, 3]}),
    "select last empty": (["1,2,"], [[0]] * 2, {"select_cols": [0, 2]}),
    "select too far": (["1,2"], [[0]] * 2, {"select_cols": [0, 5]}),
    "spaces": ([" 1 , 2.5 , x "], [[0], [0.0], [""]], {}),
    "no number": (["x"], [[0]], {}),
    "no int": (["1.5"], [[0]], {}),
    "overflow": (["3000000000"], [[0]], {}),
    "large": (["3000000000"], [np.int64([0])], {}),
    "double": (["0.1"], [np.float64([0])], {}),
    "floats": (["1e3,-inf,nan,.5,+2"], [[0.0]] * 5, {}),
    "underscore": (["1_000"], [[0]], {}),
    "empty record": ([""], [[9]], {}),
    "empty record of two": ([""], [[9]] * 2, {}),
    "leading line end": (["\n1,2"], [[0]] * 2, {}),
    "trailing line end": (["1,2\n"], [[0]] * 2, {}),
    "line end": (["1,2\r\n"], [[""]] * 2, {}),
    "quoted then line end": (['"1"\n'], [[""]], {}),
    "only delimiters": ([",,"], [["p"], ["q"], ["r"]], {}),
    "quoted empty": (['"",""'], [["p"], ["q"]], {}),
    "scalar record": ("1,2", [[0]] * 2, {}),
    "matrix of records": ([["1,2"], ["3,4"]], [[0]] * 2, {}),
    "two defaults": (["1"], [[0, 1]], {}),
    "two-character delimiter": (["1,,2"], [[0]] * 2, {"field_delim": ",,"}),
}
for _name, (_records, _defaults, _options) in CSV.items():
    PROGRAMS[f"csv: {_name}"] = lambda tf, r=_records, d=_defaults, o=_options: tf.decode_csv(r, d, **o)


def _listed(value):
    if isinstance(value, dict):
        return {key: _listed(v) for key, v in value.items()}
    if type(value).__name__ == "SparseTensorValue" or isinstance(value, SparseTensorValue):
        return ["sparse", *map(_listed, value)]
    if isinstance(value, (list, tuple)):
        return [_listed(v) for v in value]
    value = np.asarray(value)
    return [str(value.dtype), list(value.shape), repr(value.tolist())]


def _outcome(tf, build):
    """The values, or the type of the error."""
    with tf.Graph().as_default(), tf.Session() as session:
        try:
            return _listed(session.run(build(tf)))
        except (tf.errors.OpError, ValueError, TypeError) as error:
            return type(error).__name__


@pytest.mark.interop
@pytest.mark.parametrize("name", PROGRAMS)
def test_agrees_with_tensorflow(name):
    tf1 = pytest.importorskip("tensorflow").compat.v1
    assert _outcome(EVERGRAPH, PROGRAMS[name]) == _outcome(tf1, PROGRAMS[name])


def _run(name):
    with Graph().as_default(), Session() as session:
        return session.run(PROGRAMS[name](EVERGRAPH))


def test_examples():
    np.testing.assert_array_equal(_run("fixed")["f"], [[1, 2], [3, 4]])
    sparse = _run("sparse")["n"]
    assert sparse.indices.tolist() == [[0, 0], [1, 0], [1, 1]] and sparse.values.tolist() == [7, 8, 9]
    assert sparse.dense_shape.tolist() == [3, 2]
    assert _run("rows")["s"].tolist() == [[b"x", b"yy"], [b"-", b"-"], [b"-", b"-"]]
    merged = _run("sparse feature")["x"]
    assert merged.indices.tolist() == [[0, 0], [0, 2], [1, 1]] and merged.values.tolist() == [6, 5, 7]
    context, steps = _run("sequence")
    assert (
        context["c"] == 1
        and steps["a"].tolist() == [[1, 2], [3, 4], [5, 6]]
        and steps["gone"].shape == (0, 3)
    )
    assert steps["b"].indices.tolist() == [[0, 0], [2, 0], [2, 1]]


@pytest.mark.parametrize(
    "name",
    [
        "missing",
        "wrong size",
        "wrong dtype",
        "no message",
        "sequence missing",
        "raw of the wrong length",
        "csv: required",
        "csv: too few",
        "csv: no number",
    ],
)
def test_bad_data(name):
    with pytest.raises(errors.InvalidArgumentError):
        _run(name)


def test_csv():
    assert [c.tolist() for c in _run("csv: plain")] == [[1, 3], [2.5, 4.0], [b"x", b"y"]]
    assert [c.tolist() for c in _run("csv: quoted")] == [[b"a,b"], [b'c"d'], [b"e\nf"]]
    assert [c.tolist() for c in _run("csv: select")] == [[2, 6], [4, 8]]


def test_raw_and_compressed():
    assert _run("raw big endian").tolist() == [0x6162, 0x6364]
    assert [np.asarray(x).tolist() for x in _run("compressed")] == [[b"abc"], b"abc", b"abc"]
    with Graph().as_default(), Session() as session, pytest.raises(errors.DataLossError):
        session.run(decoding.decode_compressed("nonsense", "GZIP"))


BAD_FEATURES = [
    {},
    {"a": parsing.VarLenFeature(None)},
    {"a": parsing.FixedLenFeature(None, "int64")},
    {"a": 3},
    {"a": parsing.FixedLenFeature([None], "int64")},
    {"a": parsing.FixedLenFeature([], None)},
    {"a": parsing.FixedLenSequenceFeature([], "int64")},
    {"a": parsing.SparseFeature("", "v", "int64", 3)},
    {"a": parsing.SparseFeature("i", "v", "int64", 3), "i": parsing.VarLenFeature("float32")},
    {"a": parsing.SparseFeature("i", "v", "int64", 3), "i": parsing.FixedLenFeature([], "int64")},
]


@pytest.mark.parametrize("features", BAD_FEATURES)
def test_bad_features(features):
    with Graph().as_default(), pytest.raises(ValueError):
        parsing.parse_example(["x"], features)


def test_parsing_errors_name_place_and_type():
    fixed = parsing.FixedLenFeature([2], evergraph.float32)
    damaged = _example(a=[1.0, 2.0])
    place = damaged.index(bytes([0x0A, 8]) + np.float32(1).tobytes())  # the length of the packed floats
    damaged = damaged[:place] + bytes([0x0A, 0x87, 0]) + damaged[place + 3 :]
    steps = parsing.FixedLenSequenceFeature([2], evergraph.int64)
    wrong = _sequence({}, a=[[1.0, 2.0]])
    calls = [
        (
            lambda: parsing.parse_example([_example(a=None)], {"a": fixed}, example_names=["x"]),
            "data type: float",
        ),
        (
            lambda: parsing.parse_example([damaged], {"a": fixed}, example_names=["x"]),
            "Name: x, Could not parse example input, value: b",
        ),
        (lambda: parsing.parse_single_example(damaged, {"a": fixed}), "Could not parse example input"),
        (
            lambda: parsing.parse_example([_example(a=[1.0, 2.0]), _example(a=[1.0])], {"a": fixed}),
            "Key: a, Index: 1.  Number of float values",
        ),
        (
            lambda: parsing.parse_single_sequence_example(
                wrong, sequence_features={"a": steps}, example_name="x"
            ),
            "Name: x, Feature list: a, Index: 0.  Data types don't match. Expected type: int64",
        ),
        (
            lambda: parsing.parse_single_sequence_example(_sequence({}), sequence_features={"a": steps}),
            "could not be found.  Did you mean to include it in",
        ),
        (lambda: evergraph.parse_tensor("bogus", evergraph.uint16), "as TensorProto: 'bogus'"),
        (lambda: evergraph.parse_tensor(["bogus"], evergraph.uint16), "to be a scalar, got shape: [1]"),
    ]
    for build, words in calls:
        with Graph().as_default(), Session() as session:
            with pytest.raises(errors.InvalidArgumentError) as raised:
                session.run(build())
            assert words in raised.value.message
