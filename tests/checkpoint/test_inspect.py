"""Looking into checkpoints and initializing from them."""

import numpy as np
import pytest

from evergraph.checkpoint import inspect
from evergraph.checkpoint.reader import NewCheckpointReader
from evergraph.checkpoint.saver import Saver
from evergraph.framework import dtypes, errors
from evergraph.framework.graph import Graph
from evergraph.ops.constants import constant
from evergraph.ops.variables.collections import global_variables, global_variables_initializer
from evergraph.ops.variables.partitioners import fixed_size_partitioner
from evergraph.ops.variables.reference import Variable
from evergraph.ops.variables.scope import get_variable, variable_scope
from evergraph.session.session import Session

TABLE = np.arange(12, dtype=np.float32).reshape(6, 2)


@pytest.fixture
def checkpoint(tmp_path):
    """A directory with a checkpoint of `old/w`, `old/b`, `table` (in parts) and `step`."""
    with Graph().as_default(), Session() as session:
        with variable_scope("old"):
            Variable([1.0, 2.0], name="w")
            Variable(3.0, name="b")
        get_variable("table", initializer=constant(TABLE), partitioner=fixed_size_partitioner(2))
        Variable(np.int64(5), name="step")
        session.run(global_variables_initializer())
        Saver().save(session, str(tmp_path / "m"), global_step=5)
    return str(tmp_path)


SHAPES = {"old/w": [2], "old/b": [], "table": [6, 2], "step": []}


def test_reading(checkpoint):
    assert inspect.list_variables(checkpoint) == sorted(SHAPES.items())
    assert inspect.load_variable(checkpoint + "/m-5", "old/w:0").tolist() == [1.0, 2.0]
    reader = inspect.load_checkpoint(checkpoint)
    assert reader.has_tensor("step") and not reader.has_tensor("nothing")
    assert reader.get_tensor(b"step") == 5
    assert reader.get_variable_to_dtype_map()["step"] == dtypes.int64
    assert (
        b"step (DT_INT64) []\n" in reader.debug_string()
        and b"table (DT_FLOAT) [6,2]\n" in reader.debug_string()
    )
    with pytest.raises(errors.NotFoundError, match="nothing"):
        reader.get_tensor("nothing")


def test_what_is_not_there(tmp_path):
    with pytest.raises(ValueError, match="Couldn't find 'checkpoint' file"):
        inspect.list_variables(str(tmp_path))
    with pytest.raises(errors.NotFoundError):
        NewCheckpointReader(str(tmp_path / "m"))


def _initialized(assignment_map, directory):
    inspect.init_from_checkpoint(directory, assignment_map)
    session = Session()
    session.run(global_variables_initializer())
    return {v.op.name: session.run(v).tolist() for v in global_variables()}


@pytest.mark.parametrize("resource", [False, True])
@pytest.mark.parametrize(
    "assignment_map",
    [
        {"old/": "new/"},
        {"old/w": "new/w", "old/b": "new/b"},
        {"old/": "new/", "step": "counter"},
    ],
)
def test_scopes_and_names(assignment_map, resource, checkpoint):
    with variable_scope("new", use_resource=resource):
        get_variable("w", [2])
        get_variable("b", [])
    get_variable("counter", initializer=np.int64(0), use_resource=resource)
    expected = 5 if "step" in assignment_map else 0
    assert _initialized(assignment_map, checkpoint) == {
        "new/w": [1.0, 2.0],
        "new/b": 3.0,
        "counter": expected,
    }


def test_the_root_and_variables_themselves(checkpoint):
    with variable_scope("deep"), variable_scope("old"):
        get_variable("w", [2])
    other = get_variable("other", [])
    assert _initialized({"/": "deep/", "old/b": other}, checkpoint) == {
        "deep/old/w": [1.0, 2.0],
        "other": 3.0,
    }


@pytest.mark.parametrize("parts", [None, 2, 3])
def test_parts(parts, checkpoint):
    partitioner = fixed_size_partitioner(parts) if parts else None
    table = get_variable("mine", [6, 2], partitioner=partitioner)
    found = _initialized({"table": "mine"}, checkpoint)
    np.testing.assert_array_equal(np.concatenate([found[k] for k in sorted(found)]), TABLE)
    target = table if parts is None else list(table)
    again = _initialized({"table": target}, checkpoint)
    assert again == found


def test_mistakes(checkpoint):
    w = get_variable("w", [3])
    with pytest.raises(ValueError, match=r"Shape of variable w:0 .*doesn't match.*old/w"):
        inspect.init_from_checkpoint(checkpoint, {"old/w": w})
    with pytest.raises(ValueError, match="Tensor old/x .*is not found in"):
        inspect.init_from_checkpoint(checkpoint, {"old/x": w})
    with pytest.raises(ValueError, match="should map to scope only"):
        inspect.init_from_checkpoint(checkpoint, {"old/w": "nowhere"})
    with pytest.raises(ValueError, match="no variable in the scope 'nowhere/'"):
        inspect.init_from_checkpoint(checkpoint, {"old/": "nowhere/"})
    with pytest.raises(ValueError, match="assignment_map must be"):
        inspect.init_from_checkpoint(checkpoint, {"old/w": 3})
