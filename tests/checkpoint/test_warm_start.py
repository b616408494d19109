"""Beginning with the variables of another model."""

import numpy as np
import pytest

from evergraph.checkpoint.saver import Saver
from evergraph.checkpoint.warm_start import VocabInfo, warm_start
from evergraph.framework.graph import Graph
from evergraph.ops.constants import constant
from evergraph.ops.variables.collections import global_variables, global_variables_initializer
from evergraph.ops.variables.initializers import constant_initializer, random_uniform_initializer
from evergraph.ops.variables.partitioners import fixed_size_partitioner
from evergraph.ops.variables.scope import get_variable
from evergraph.session.session import Session

OLD_WORDS = ["the", "cat", "sat", "mat"]
TABLE = np.arange(8, dtype=np.float32).reshape(4, 2) + 1


@pytest.fixture
def old(tmp_path):
    """A directory with a checkpoint of `table`, `bias` and `step`, and its vocabulary."""
    with Graph().as_default(), Session() as session:
        get_variable("table", initializer=constant(TABLE), partitioner=fixed_size_partitioner(2))
        get_variable("bias", initializer=constant([5.0]))
        get_variable("step", initializer=constant(7), trainable=False)
        session.run(global_variables_initializer())
        Saver().save(session, str(tmp_path / "m"))
    (tmp_path / "old.txt").write_text("".join(word + "\n" for word in OLD_WORDS))
    (tmp_path / "new.txt").write_text("mat\ndog\nthe\n")
    return tmp_path


def _values():
    session = Session()
    session.run(global_variables_initializer())
    return {v.op.name: session.run(v).tolist() for v in global_variables()}


@pytest.mark.parametrize(
    "which, started",
    [
        (".*", {"bias"}),
        ("bias", {"bias"}),
        (["step"], {"step"}),
        (["bias", "step"], {"bias", "step"}),
        (None, set()),
    ],
)
def test_what_is_started(which, started, old):
    get_variable("bias", [1], initializer=constant_initializer(0.0))
    get_variable("step", initializer=constant(0), trainable=False)
    warm_start(str(old), which)
    assert _values() == {"bias": [5.0 if "bias" in started else 0.0], "step": 7 if "step" in started else 0}


def test_another_name(old):
    mine = get_variable("mine", [1])
    warm_start(str(old), [mine], var_name_to_prev_var_name={"mine": "bias"})
    assert _values() == {"mine": [5.0]}


@pytest.mark.parametrize("resource", [False, True])
@pytest.mark.parametrize("parts", [None, 2, 3])
def test_rows_follow_their_words(parts, resource, old):
    partitioner = fixed_size_partitioner(parts) if parts else None
    get_variable("table", [5, 2], partitioner=partitioner, use_resource=resource)
    info = VocabInfo(str(old / "new.txt"), 3, 2, str(old / "old.txt"), -1, constant_initializer(-1.0))
    warm_start(str(old), var_name_to_vocab_info={"table": info})
    values = _values()
    rows = np.concatenate([values[name] for name in sorted(values)])
    np.testing.assert_array_equal(rows, [[7.0, 8.0], [-1.0, -1.0], [1.0, 2.0], [-1.0, -1.0], [-1.0, -1.0]])


def test_new_words_are_zero_or_drawn(old):
    get_variable("table", [3, 2])
    info = VocabInfo(str(old / "new.txt"), 3, 0, str(old / "old.txt"), 2)
    warm_start(str(old), var_name_to_vocab_info={"table": info})
    assert _values()["table"] == [[0.0, 0.0], [0.0, 0.0], [1.0, 2.0]]
    warm_start(
        str(old),
        var_name_to_vocab_info={
            "table": info._replace(backup_initializer=random_uniform_initializer(2.0, 3.0))
        },
    )
    found = np.array(_values()["table"])
    assert ((found[:2] >= 2) & (found[:2] < 3)).all() and found[2].tolist() == [1.0, 2.0]


def test_mistakes(old):
    get_variable("bias", [1])
    with pytest.raises(
        ValueError, match=r"var_name_to_prev_var_name that were not used: \['baas'\].*\['bias'\]"
    ):
        warm_start(str(old), var_name_to_prev_var_name={"baas": "bias"})
    with pytest.raises(ValueError, match="var_name_to_vocab_info that were not used"):
        warm_start(str(old), var_name_to_vocab_info={"x": VocabInfo("a", 1, 0, "b")})
    with pytest.raises(ValueError, match="must be a list or string"):
        warm_start(str(old), 3)
    with pytest.raises(ValueError, match="all variables or all strings"):
        warm_start(str(old), ["a", 3])
    with pytest.raises(ValueError, match="Tensor other .*is not found"):
        warm_start(str(old), var_name_to_prev_var_name={"bias": "other"})
