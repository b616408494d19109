"""Fetches, feeds, defaults and life of a session, as users of TensorFlow know them."""

import collections

import numpy as np
import pytest
from tensorboard.compat.proto import config_pb2

import evergraph as tf
from evergraph.framework.composite import IndexedSlicesValue

Pair = collections.namedtuple("Pair", ["first", "second"])


@pytest.fixture
def sess():
    with tf.Session() as session:
        yield session


def test_fetch_structures(sess):
    a, b = tf.constant(1.0), tf.constant([2, 3])
    v = tf.get_variable("v", initializer=4.0)
    sess.run(v.initializer)
    nested = {"list": [a, (b, a)], "pair": Pair(v, b), "name": "v:0", "op": v.initializer, "deep": [[[a]]]}
    got = sess.run(nested)
    assert (
        got["list"][0] == 1.0 and got["list"][1][0].tolist() == [2, 3] and isinstance(got["list"][1], tuple)
    )
    assert isinstance(got["pair"], Pair) and got["pair"].first == 4.0
    assert got["name"] == 4.0 and got["op"] is None and got["deep"] == [[[1.0]]]
    ordered = sess.run(collections.OrderedDict([("z", a), ("y", b)]))
    assert list(ordered) == ["z", "y"] and isinstance(ordered, collections.OrderedDict)
    assert sess.run([]) == [] and sess.run({}) == {}


def test_composite_fetches_and_feeds(sess):
    sparse = tf.SparseTensor([[0, 0], [1, 2]], [1.0, 2.0], [3, 4])
    got = sess.run(sparse)
    assert isinstance(got, tf.SparseTensorValue) and got.values.tolist() == [1.0, 2.0]
    fed = sess.run(sparse.values * 2.0, {sparse: tf.SparseTensorValue([[0, 1], [2, 2]], [5.0, 6.0], [3, 4])})
    assert fed.tolist() == [10.0, 12.0]
    slices = tf.IndexedSlices(tf.constant([1.0]), tf.constant([2]))
    got = sess.run(slices)
    assert isinstance(got, IndexedSlicesValue) and got.dense_shape is None


def test_types_of_results(sess):
    scalar, text, array = sess.run([tf.constant(1.5), tf.constant("héllo"), tf.constant(["a", "b"])])
    assert isinstance(scalar, np.float32)
    assert text == "héllo".encode()
    assert array.dtype == object and array.tolist() == [b"a", b"b"]
    assert sess.run(tf.constant(1, tf.int64)).dtype == np.int64
    assert sess.run(tf.constant(1.0, tf.float64)).dtype == np.float64
    assert sess.run(tf.cast(1.0, tf.bfloat16)).dtype == tf.bfloat16.as_numpy_dtype


BAD_FETCHES = [
    (lambda: None, TypeError, "None"),
    (lambda: [None], TypeError, "None"),
    (lambda: 3, TypeError, "invalid type"),
    (lambda: "missing:0", ValueError, "missing"),
    (lambda: "x/no", ValueError, "x/no"),
    (lambda: np.zeros(2), TypeError, "invalid type"),
]


@pytest.mark.parametrize("make, kind, words", BAD_FETCHES, ids=range(len(BAD_FETCHES)))
def test_bad_fetches(sess, make, kind, words):
    tf.constant(1.0, name="x")
    with pytest.raises(kind, match=words):
        sess.run(make())


def test_fetch_from_another_graph(sess):
    tf.constant(1.0)
    with tf.Graph().as_default():
        other = tf.constant(1.0)
    with pytest.raises(ValueError, match="not an element of this graph"):
        sess.run(other)


def test_bad_feeds(sess):
    x = tf.placeholder(tf.float32, [2, 3], name="x")
    y = x * 1.0
    n = tf.placeholder(tf.int32, [])
    with pytest.raises(ValueError, match="shape.*x:0|x:0.*shape"):
        sess.run(y, {x: np.ones((3, 2))})
    with pytest.raises(TypeError, match="tf.Tensor"):
        sess.run(y, {x: y})
    with pytest.raises((TypeError, ValueError), match="float32|string|convert"):
        sess.run(y, {x: [["a", "b", "c"]] * 2})
    with pytest.raises(TypeError, match="Cannot interpret feed_dict key as Tensor"):
        sess.run(y, {3: 1.0})
    with pytest.raises(TypeError, match="Cannot interpret feed_dict key as Tensor"):
        sess.run(y, {y.op: 1.0})
    with pytest.raises(TypeError, match="larger type|fit|Expected"):
        sess.run(n + 1, {n: 2**40})
    tf.get_default_graph().prevent_feeding(y)
    with pytest.raises(ValueError, match="may not be fed"):
        sess.run(y, {y: np.ones((2, 3))})
    tf.get_default_graph().prevent_fetching(y.op)
    with pytest.raises(ValueError, match="not fetchable"):
        sess.run(y)


def test_names_as_feeds_and_fetches(sess):
    x = tf.placeholder(tf.float32, [], name="x")
    tf.multiply(x, 2.0, name="y")
    assert sess.run("y:0", {"x:0": 3.0}) == 6.0
    assert sess.run("y", {"x:0": 3.0}) is None


def test_empty_graph():
    with pytest.raises(RuntimeError, match="graph is empty"):
        tf.Session().run([])


def test_closed_session():
    x = tf.constant(1.0)
    sess = tf.Session()
    sess.run(x)
    sess.close()
    with pytest.raises(RuntimeError, match="closed Session"):
        sess.run(x)
    sess.close()


def test_default_sessions():
    x = tf.constant(2.0)
    with pytest.raises(ValueError, match="No default session"):
        x.eval()
    with tf.Session() as outer:
        assert x.eval() == 2.0 and tf.get_default_session() is outer
        with tf.Session() as inner:
            assert tf.get_default_session() is inner
        assert tf.get_default_session() is outer
    with pytest.raises(RuntimeError):
        x.eval(session=outer)


def test_session_of_another_graph():
    x = tf.constant(2.0)
    with tf.Session(graph=tf.Graph()) as sess:
        with pytest.raises(ValueError, match="graph"):
            x.eval(session=sess)


def test_interactive_session():
    sess = tf.InteractiveSession()
    try:
        assert tf.constant(3.0).eval() == 3.0
        tf.no_op().run()
    finally:
        sess.close()
    assert tf.get_default_session() is None


def test_constructor_arguments():
    with pytest.raises(TypeError, match="tf.Graph"):
        tf.Session(graph=3)
    with pytest.raises(TypeError, match="tf.ConfigProto"):
        tf.Session(config=3)
    with pytest.raises(TypeError, match="target"):
        tf.Session(37)
    assert tf.Session(config=tf.ConfigProto(device_count={"CPU": 1})).sess_str == b""


def test_make_callable(sess):
    x = tf.placeholder(tf.float32, [])
    y = tf.placeholder(tf.float32, [])
    add = sess.make_callable([x + y, x - y], [x, y])
    assert add(3.0, 1.0) == [4.0, 2.0]
    with_options = sess.make_callable(x * 2.0, [x], accept_options=True)
    assert with_options(2.0, options=tf.RunOptions(), run_metadata=tf.RunMetadata()) == 4.0
    assert sess.make_callable(tf.no_op())() is None
    with pytest.raises(tf.errors.InvalidArgumentError, match="2 values"):
        add(1.0)


def test_make_callable_from_options(sess):
    x = tf.placeholder(tf.float32, [], name="x")
    count = tf.Variable(0, name="count")
    sess.run(count.initializer)
    total = tf.add(x, 1.0, name="total")
    options = config_pb2.CallableOptions(
        feed=["x:0"],
        fetch=["total", x.name],
        target=[tf.assign_add(count, 1).op.name],
        run_options=tf.RunOptions(output_partition_graphs=True),
    )
    call = sess._make_callable_from_options(options)
    metadata = tf.RunMetadata()
    assert call(1.0) == [2.0, 1.0] and call(np.float32(2), run_metadata=metadata) == [3.0, 2.0]
    assert sess.run(count) == 2 and metadata.partition_graphs
    with pytest.raises(tf.errors.InvalidArgumentError, match="1 values"):
        call()
    with pytest.raises(tf.errors.NotFoundError, match="nowhere"):
        sess._make_callable_from_options(config_pb2.CallableOptions(fetch=["nowhere"]))
    options.tensor_connection.add(from_tensor=total.name, to_tensor="x:0")
    with pytest.raises(tf.errors.UnimplementedError, match="total"):
        sess._make_callable_from_options(options)


def test_user_defined_fetches(sess):
    from evergraph.session.fetches import register_session_run_conversion_functions

    class Squared:
        def __init__(self, tensor):
            self.tensor = tensor

    register_session_run_conversion_functions(
        Squared,
        lambda s: ([s.tensor], lambda values: values[0] ** 2),
        lambda s, value: [(s.tensor, value)],
        lambda s: [s.tensor],
    )
    squared = Squared(tf.constant(3.0))
    assert sess.run(squared) == 9.0
    assert sess.run(squared.tensor * 1.0, {squared: 5.0}) == 5.0
    with pytest.raises(ValueError, match="already been registered"):
        register_session_run_conversion_functions(Squared, None)


def test_list_devices(sess):
    names = [d.name for d in sess.list_devices()]
    assert names[0] == "/job:localhost/replica:0/task:0/device:CPU:0" and len(names) == 2


def test_session_works_on_its_graph_inside_the_block():
    graph = tf.Graph()
    with tf.Session(graph=graph) as sess:
        assert tf.get_default_graph() is graph
        assert sess.run(tf.constant(1.0) + 1.0) == 2.0
    with pytest.raises(RuntimeError, match="re-entrant"):
        with tf.Session() as one, one:
            pass


@pytest.mark.interop
def test_same_failures_as_tensorflow(default_graph):
    tf1 = pytest.importorskip("tensorflow").compat.v1
    from tensorflow.python.framework import errors_impl

    def outcomes(lib, errors):
        found = []
        with lib.Graph().as_default():
            x = lib.placeholder(lib.float32, [None, 2], name="x")
            y = lib.identity(x, name="y")
            v = lib.get_variable("v", shape=[2], initializer=lib.zeros_initializer(), use_resource=False)
            with lib.Graph().as_default():
                foreign = lib.constant(0.0)
            cases = [
                (None, None),
                ([y, None], None),
                (foreign, None),
                (y, None),
                (y, {x: np.ones((2, 3))}),
                (y, {x: "text"}),
                (y, {x: None}),
                (y, {"nope:0": 1.0}),
                ("nope", None),
                ("y:7", None),
                (v, None),
                (1.5, None),
                (y, {x: y}),
                (y, {foreign: 1.0}),
                (b"y:0", {x: [[1, 2]]}),
            ]
            with lib.Session() as sess:
                for fetch, feed in cases:
                    try:
                        sess.run(fetch, feed)
                        found.append("fine")
                    except Exception as error:  # noqa: BLE001 the type is what is compared
                        found.append(type(error).__name__)
        return found

    assert outcomes(tf, tf.errors) == outcomes(tf1, errors_impl)


def test_what_waits_for_a_fed_placeholder_waits_for_nothing(sess):
    x = tf.placeholder(tf.float32, [])
    with tf.control_dependencies([x]):
        after = tf.constant(2.0) * 3.0
    assert sess.run(after, {x: 1.0}) == 6.0 and sess.run([x.op, x], {x: 1.0}) == [None, 1.0]
    with pytest.raises(tf.errors.InvalidArgumentError, match="You must feed a value"):
        sess.run(after)


@pytest.mark.parametrize("size", [10, 100_000])
def test_a_fed_array_is_copied_and_so_is_one_that_is_fetched(size):
    x = tf.placeholder(tf.float32, [None])
    y = x * 2.0
    given = np.ones(size, np.float32)
    with tf.Session() as sess:
        fetched, doubled = sess.run([x, y], {x: given})
        fetched[:] = 5.0
        assert given[0] == 1.0 and doubled[-1] == 2.0
        assert np.all(sess.run(y, {x: given[::2]}) == 2.0)  # also where the rows are not in a row
        assert sess.run(x, {x: given}).flags.writeable


@pytest.mark.parametrize("after, measured", [(0, [2, 5]), (2, [4])])
def test_every_so_many_runs_are_measured(after, measured):
    graph_options = config_pb2.GraphOptions(build_cost_model=3, build_cost_model_after=after)
    x = tf.placeholder(tf.float32, [None], name="x")
    y = tf.multiply(x, x, name="y")
    text = tf.as_string(y, name="text")
    found = []
    with tf.Session(config=tf.ConfigProto(graph_options=graph_options)) as session:
        for step in range(7):
            metadata = tf.RunMetadata()
            session.run(text, {x: [1.0, 2.0]}, run_metadata=metadata)
            if metadata.HasField("cost_graph"):
                found.append(step)
                costs = {node.name: node for node in metadata.cost_graph.node}
                assert not metadata.step_stats.dev_stats
    assert found == measured
    assert costs["text"].is_final and not costs["text"].inaccurate and costs["text"].device.endswith("CPU:0")
    assert costs["text"].input_info[0].preceding_node == costs["y"].id
    (output,) = costs["y"].output_info
    assert costs["y"].inaccurate and output.size == 8 and [dim.size for dim in output.shape.dim] == [2]
    assert any(name.startswith("xla_program") and node.compute_cost > 0 for name, node in costs.items())


@pytest.mark.parametrize("infer", [False, True])
def test_graphs_of_a_session_have_shapes_on_request(infer):
    one = tf.constant([[1, 2]], name="one")
    config = tf.ConfigProto(graph_options=config_pb2.GraphOptions(infer_shapes=infer))
    metadata = tf.RunMetadata()
    with tf.Session(config=config) as session:
        session.run(one, options=tf.RunOptions(output_partition_graphs=True), run_metadata=metadata)
        for graph_def in (session.graph_def, *metadata.partition_graphs):
            assert ("_output_shapes" in graph_def.node[0].attr) is infer


@pytest.mark.parametrize("place", ["/job:ps/task:0", "/job:worker/task:1/gpu:0", "/task:1"])
@pytest.mark.parametrize("soft", [False, True])
def test_another_task_is_no_device_of_a_session_without_a_server(place, soft):
    with tf.device(place):
        v = tf.get_variable("v", initializer=1.0)
    with tf.Session(config=tf.ConfigProto(allow_soft_placement=soft)) as session:
        with pytest.raises(tf.errors.InvalidArgumentError, match="Cannot assign a device .* tf.train.Server"):
            session.run(v.initializer)


def test_a_device_that_there_is_not_is_an_error_or_another_takes_its_place():
    with tf.device("/device:CPU:99"):
        far = tf.identity(tf.constant(2.0), name="far")
    near = tf.constant(3.0)
    with tf.device("/job:localhost/task:0"):
        local = near * 2.0
    for config in (None, tf.ConfigProto()):
        with tf.Session(config=config) as session:
            assert session.run([near, local]) == [3.0, 6.0]
            for _ in range(2):
                with pytest.raises(
                    tf.errors.InvalidArgumentError, match="allow_soft_placement=True"
                ) as caught:
                    session.run(far * near)
            assert caught.value.op.device == "/device:CPU:99" and "device:CPU:0" in caught.value.message
    with tf.Session(config=tf.ConfigProto(allow_soft_placement=True)) as session:
        assert session.run(far) == 2.0
    with tf.Session() as session, pytest.raises(tf.errors.InvalidArgumentError, match="operation"):
        session.run(far)  # also what another session has planned
