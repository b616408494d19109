"""`variable.scatter_add(...)` and its family do what the functions of these names do."""

import pytest

import evergraph as tf

ROWS = {
    "scatter_sub": [1.0, 0.0, 3.0],
    "scatter_add": [1.0, 4.0, 3.0],
    "scatter_max": [1.0, 2.0, 3.0],
    "scatter_min": [1.0, 2.0, 3.0],
    "scatter_mul": [1.0, 4.0, 3.0],
    "scatter_div": [1.0, 1.0, 3.0],
    "scatter_update": [1.0, 2.0, 3.0],
}


@pytest.fixture(params=[False, True], ids=["reference", "resource"])
def variable(request):
    return tf.Variable([1.0, 2.0, 3.0], use_resource=request.param)


def started():
    session = tf.Session()
    session.run(tf.global_variables_initializer())
    return session


@pytest.mark.parametrize("method", ROWS)
def test_rows(variable, method):
    delta = tf.IndexedSlices(tf.constant([2.0]), tf.constant([1]))
    update = getattr(variable, method)(delta, name="update")
    with started() as session:
        session.run(update)
        assert session.run(variable).tolist() == ROWS[method]
    with pytest.raises(ValueError, match="IndexedSlices"):
        getattr(variable, method)(tf.constant([2.0]))


@pytest.mark.parametrize("method, expected", [("add", 6.0), ("sub", -2.0), ("update", 4.0)])
def test_places(variable, method, expected):
    update = getattr(variable, f"scatter_nd_{method}")([[1]], [4.0])
    with started() as session:
        session.run(update)
        assert session.run(variable).tolist() == [1.0, expected, 3.0]


def test_reading(variable):
    with started() as session:
        assert session.run(variable.gather_nd([[2], [0]])).tolist() == [3.0, 1.0]
        assert session.run(variable.sparse_read([1, 1])).tolist() == [2.0, 2.0]


def test_assignments_without_their_value(variable):
    updates = [
        variable.assign([5.0, 5.0, 5.0], read_value=False, name="set"),
        variable.assign_add([1.0, 1.0, 1.0], read_value=False),
        variable.assign_sub([2.0, 2.0, 2.0], read_value=False),
    ]
    assert all(isinstance(update, tf.Operation) for update in updates) and updates[0].name == "set"
    with started() as session:
        for update in updates:
            assert session.run(update) is None
        assert session.run(variable).tolist() == [4.0, 4.0, 4.0]
