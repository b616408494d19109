"""A missing name answers with what to write instead, at every public module, as Python's own exceptions."""

import importlib
import inspect

import pytest

import evergraph as tf
from evergraph.compat import advice
from evergraph.compat.renames import RENAMES


def ask(path):
    """Walks to a public name as a program does."""
    value = tf
    for name in path.split(".")[1:]:
        value = getattr(value, name)
    return value


@pytest.mark.parametrize(
    "path, words",
    [
        ("tf.mul", "use tf.multiply"),
        ("tf.pack", "use tf.stack"),
        ("tf.scalar_summary", "use tf.summary.scalar"),
        ("tf.train.SummaryWriter", "use tf.summary.FileWriter"),
        ("tf.nn.rnn", "use tf.nn.static_rnn"),
        ("tf.nn.concat", "use tf.concat"),
        ("tf.plaecholder", "did you mean tf.placeholder?"),
        ("tf.Placeholder", "did you mean tf.placeholder?"),
        ("tf.reduceMean", "did you mean tf.reduce_mean?"),
        ("tf.sesion", "did you mean tf.Session?"),
        ("tf.layers.dens", "did you mean tf.layers.dense?"),
        ("tf.train.AdamOptimzer", "did you mean tf.train.AdamOptimizer?"),
        ("tf.nn.rnn_cell.LSTM", "did you mean tf.nn.rnn_cell.LSTMCell?"),
        ("tf.contrib.rnn.BasicLSTMCel", "did you mean tf.contrib.rnn.BasicLSTMCell?"),
        ("tf.python.framework.ops.Grap", "did you mean tf.python.framework.ops.Graph?"),
        ("tf.user_ops", "TensorFlow 1.9 has tf.user_ops, Evergraph does not have it yet"),
        ("tf.nothing_like_it", "TensorFlow 1.9 has no tf.nothing_like_it either"),
        ("tf.contrib.nothing_like_it", "Evergraph does not have tf.contrib.nothing_like_it"),
        ("tf.user_ops.my_fact", "TensorFlow 1.9 has tf.user_ops, Evergraph does not have it yet"),
    ],
)
def test_advice(path, words):
    parent, _, name = path.replace("tf.user_ops.my_fact", "tf.user_ops").rpartition(".")
    module = ask(parent)
    assert not hasattr(module, name) and getattr(module, name, 7) == 7
    with pytest.raises(AttributeError) as raised:
        getattr(module, name)
    shown = "evergraph" + parent.removeprefix("tf")
    assert str(raised.value).startswith(f"module {shown!r} has no attribute {name!r}: {words}")
    assert ("`evergraph check PROGRAM.py` lists" in str(raised.value)) == ("does not have" in words)
    assert raised.value.name == name and not dir(raised.value.obj)


def test_an_old_name_of_what_is_not_there(monkeypatch):
    monkeypatch.setitem(RENAMES, "tf.my_fact", "tf.user_ops")
    with pytest.raises(
        AttributeError, match="it is tf.user_ops in TensorFlow 1.9, which Evergraph does not have yet"
    ):
        tf.my_fact  # noqa: B018 (to see the error)


@pytest.mark.parametrize(
    "line, said",
    [
        ("from evergraph import mul", "cannot import name 'mul' from 'evergraph': use tf.multiply"),
        (
            "from evergraph import Session, Sesion",
            "cannot import name 'Sesion' from 'evergraph': did you mean tf.Session?",
        ),
        (
            "from evergraph.train import SummaryWriter as W",
            "cannot import name 'SummaryWriter' from 'evergraph.train': use tf.s",
        ),
        (
            "from evergraph.contrib.rnn import LSTMCel",
            "cannot import name 'LSTMCel' from 'evergraph.contrib.rnn': did you mean",
        ),
        (
            "from evergraph.contrib import slm",
            "cannot import name 'slm' from 'evergraph.contrib': Evergraph does not have",
        ),
    ],
)
def test_advice_in_an_import(line, said):
    with pytest.raises(ImportError) as raised:
        exec(line)
    assert str(raised.value).startswith(said)


def test_every_public_module_answers():
    assert len(advice.PUBLIC) > 25
    for path, module in advice.PUBLIC.items():
        with pytest.raises(
            AttributeError, match=rf"module 'evergraph{path[2:]}' has no attribute 'no_such_thing': "
        ):
            module.no_such_thing  # noqa: B018


def test_renames_lead_somewhere_and_none_is_there():
    for old, new in RENAMES.items():
        found = advice._find(old)
        assert found is None or inspect.ismodule(found) and found not in advice.PUBLIC.values(), (
            f"{old} exists"
        )
        parent, _, name = new.rpartition(".")
        if new.replace(".", "").replace("_", "").isalnum():
            known = advice._find(new) is not None or name in advice.tensorflow_names().get(parent, ())
            assert known or new.startswith("tf.contrib."), f"{old} -> {new}, which nobody has"


@pytest.mark.parametrize(
    "path, words",
    [
        ("tf.session.Session", "use tf.Session"),
        ("tf.optimizers.Adam", "use tf.train.AdamOptimizer and the other optimizers of tf.train"),
        ("tf.training.AdamOptimizer", "use tf.train.AdamOptimizer"),
        ("tf.checkpoint.Saver", "use tf.train.Saver"),
        ("tf.platform.nothing", "use tf.gfile, tf.app and tf.flags"),
        ("tf.engine.nothing", "its modules are for `from evergraph.engine import ...`"),
    ],
)
def test_packages_inside_do_not_answer_for_public_modules(path, words):
    with pytest.raises(AttributeError) as raised:
        ask(path)
    assert str(raised.value).endswith(
        f"(a package that Evergraph is made of, no module of TensorFlow's): {words}"
    )


def test_imports_find_what_the_attributes_do_not_show():
    from evergraph import engine  # noqa: F401, PLC0415

    assert importlib.import_module("evergraph.platform.python_io").__name__ == "evergraph.platform.python_io"
    assert importlib.import_module("evergraph.layers.base").Layer is tf.layers.Layer


def test_what_evergraph_run_has():
    from evergraph.contrib.framework.python.ops import variables  # noqa: PLC0415
    from evergraph.python.framework import ops  # noqa: PLC0415

    from evergraph.contrib import rnn  # noqa: PLC0415
    from evergraph.examples.tutorials.mnist import input_data  # noqa: PLC0415

    assert rnn is tf.contrib.rnn and rnn.BasicLSTMCell is tf.nn.rnn_cell.BasicLSTMCell
    assert "BasicLSTMCell" in rnn.__all__ and "BasicLSTMCell" in dir(rnn)
    assert variables.get_global_step is tf.train.get_global_step
    assert tf.contrib.framework.get_or_create_global_step is tf.train.get_or_create_global_step
    assert tf.contrib.framework.nest.flatten([1, [2]]) == [1, 2]
    assert tf.contrib.learn.datasets.mnist.read_data_sets is input_data.read_data_sets
    assert input_data.read_data_sets and ops.Graph is tf.Graph
    with pytest.raises(ImportError, match="cannot import name 'none' from 'evergraph.contrib.rnn'"):
        from evergraph.contrib.rnn import none  # noqa: F401, PLC0415


def test_a_second_question_is_cheap():
    advice.advice.cache_clear()
    for _ in range(3):
        assert not hasattr(tf, "mull")
    assert advice.advice.cache_info().misses == 1
