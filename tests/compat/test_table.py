"""The table of TensorFlow's modules: every row leads somewhere, and operations get TensorFlow's function names."""

import json
import pickle
import types

import pytest

import evergraph as tf
from evergraph.compat import modules
from evergraph.compat.modules import Module, Names
from evergraph.compat.table import MODULES


@pytest.mark.parametrize("name", MODULES)
def test_every_row_can_be_filled(name):
    for word in MODULES[name].split():
        if word != "raw":
            for module, own_name in modules._origins_of(word).values():
                assert own_name is None or hasattr(module, own_name)


@pytest.mark.parametrize("name", MODULES)
def test_the_parent_of_every_row_is_a_row(name):
    parent = name.rpartition(".")[0]
    assert not parent or parent in MODULES


@pytest.mark.parametrize("name", [name for name in MODULES if name.startswith("tensorflow.contrib.")])
def test_no_file_of_contrib_hides_a_name_beside_it(name):
    """A file that is loaded by itself becomes an attribute of its package: it must not take a public name's place."""
    folder = modules._ROOT.joinpath(*name.split(".")[1:])
    words = [word for word in MODULES[name].split() if word != "raw"]
    shown = {
        shown for word in words for shown, (_, own_name) in modules._origins_of(word).items() if own_name
    }
    files = {path.stem for path in folder.glob("*.py")}
    assert {each for each in files & shown if f"{name}.{each}" not in MODULES} == set()


@pytest.mark.parametrize(
    "operation, function",
    [
        ("L2Loss", "l2_loss"),
        ("MatMul", "mat_mul"),
        ("FIFOQueueV2", "fifo_queue_v2"),
        ("Conv2D", "conv2d"),
        ("SparseSoftmaxCrossEntropyWithLogits", "sparse_softmax_cross_entropy_with_logits"),
        ("LRN", "lrn"),
        ("ResourceApplyRMSProp", "resource_apply_rms_prop"),
        ("IFFT2D", "ifft2d"),
        ("VarHandleOp", "var_handle_op"),
    ],
)
def test_function_names(operation, function):
    assert modules._function_name(operation) == function


def test_a_name_that_is_set_is_set_at_its_origin():
    home = types.ModuleType("home")
    home.value = 1
    shown = Module("shown")
    vars(shown)["number"] = home.value
    shown.origins = {"number": (home, "value")}
    shown.number = 2
    shown.other = 3
    assert home.value == 2 and not hasattr(home, "other")


def test_a_module_that_is_pickled_is_imported_where_it_is_read():
    assert pickle.loads(pickle.dumps(Module("json"))) is json


def test_a_submodule_does_not_hide_the_name_it_shares():
    shown = Module("shown")
    home = types.ModuleType("home")
    vars(shown).update(scope=1, origins={"scope": (home, "scope")}, _is_full=True)
    shown.scope = types.ModuleType("shown.scope")
    shown.other = other = types.ModuleType("shown.other")
    assert vars(shown)["scope"] == 1 and shown.other is other


def test_what_is_not_in_the_table_is_left_to_others():
    assert Names().find_spec("tensorflow.python.framework.nothing") is None
    assert Names().find_spec("tensorflow_probability") is None
    assert Names().find_spec("numpy") is None


def test_modules_are_found_in_those_that_import_them():
    from evergraph.python.ops import rnn
    from evergraph.python.ops.rnn import rnn_cell_impl

    assert rnn_cell_impl.RNNCell is rnn.rnn_cell_impl.RNNCell
    with pytest.raises(AttributeError, match="no_such_module"):
        rnn.no_such_module  # noqa: B018


def test_modules_of_earlier_versions_are_those_of_today():
    from evergraph.contrib.distributions.python.ops import bernoulli
    from evergraph.contrib.rnn.python.ops.core_rnn_cell import GRUCell

    assert bernoulli.Bernoulli is tf.distributions.Bernoulli
    assert GRUCell is tf.nn.rnn_cell.GRUCell


def test_slim_shows_the_modules_of_its_layers():
    slim = tf.contrib.slim
    assert slim.layers.conv2d is tf.contrib.layers.conv2d
    assert slim.regularizers.l2_regularizer is tf.contrib.layers.l2_regularizer
    assert slim.initializers.xavier_initializer is tf.contrib.layers.xavier_initializer
