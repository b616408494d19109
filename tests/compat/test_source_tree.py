"""Programs in a source tree of TensorFlow find what stands beside them; what TensorFlow is made of is Evergraph's."""

import subprocess
import sys
import types

import pytest

from evergraph.compat import source_tree
from evergraph.compat.source_tree import remove_undocumented

FILES = {
    "contrib/own/__init__.py": '''"""A part of contrib.

@@answer
"""
from tensorflow.contrib.own.python.numbers import answer, other
from tensorflow.python.util.all_util import remove_undocumented
remove_undocumented(__name__)
''',
    "contrib/own/python/__init__.py": "",
    "contrib/own/python/numbers.py": "answer, other = 42, 7\n",
    "contrib/eager/python/examples/gan/mnist.py": "name = 'gan'\n",  # no __init__.py, as in the tree
    "contrib/eager/python/tfe.py": "raise ImportError('this is not to be read')\n",
    "python/__init__.py": "raise ImportError('nor is this')\n",
    "examples/speech/labels.py": "labels = ['yes']\n",
    "examples/speech/labels_test.py": """
import tensorflow as tf
from tensorflow.contrib import own
from tensorflow.contrib.eager.python import tfe
from tensorflow.contrib.eager.python.examples.gan import mnist
from tensorflow.examples.speech import labels
from tensorflow.examples.tutorials.mnist import input_data
print(own.answer, hasattr(own, "other"), mnist.name, labels.labels, tfe.num_gpus() >= 0)
""",
}


@pytest.mark.multiprocess
def test_a_program_imports_its_neighbours(tmp_path):
    for name, text in FILES.items():
        file = tmp_path / "tensorflow" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    program = str(tmp_path / "tensorflow/examples/speech/labels_test.py")
    done = subprocess.run(
        [sys.executable, "-m", "evergraph", "run", program], capture_output=True, text=True, check=False
    )
    assert done.stdout == "42 False gan ['yes'] True\n", done.stderr
    words = ["run", "-m", "tensorflow.examples.speech.labels_test"]
    command = [sys.executable, "-m", "evergraph", *words]
    as_module = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert as_module.stdout == done.stdout, as_module.stderr
    checked = subprocess.run([*command[:3], "check", program], capture_output=True, text=True, check=False)
    assert ", 0 are missing" in checked.stdout, checked.stdout + checked.stderr


def test_other_programs_have_no_tree(tmp_path, monkeypatch):
    monkeypatch.setattr(source_tree, "_trees", [])
    source_tree.enter(tmp_path / "tensorflow" / "python" / "program.py")
    assert source_tree.spec_in_tree("tensorflow.examples.speech") is None
    source_tree.enter(tmp_path / "tensorflow" / "examples" / "program.py")
    assert source_tree._trees == [(tmp_path / "tensorflow").resolve()]
    for name in ("tensorflow.python.util.nothing", "tensorflow.contrib.layers.nothing", "tensorflow"):
        assert source_tree.spec_in_tree(name) is None


def test_undocumented_names_go(monkeypatch):
    module = types.ModuleType("part", "One name.\n\n@@shown\n")
    module.shown, module.kept, module.gone, module._private = 1, 2, 3, 4
    monkeypatch.setitem(sys.modules, "part", module)
    remove_undocumented("part", ["kept"])
    assert {name for name in vars(module) if not name.startswith("__")} == {"shown", "kept", "_private"}
