"""Processes that a program of `evergraph run` starts."""

import os
import subprocess
import sys

PARENT = """
import subprocess, sys
UNTOUCHED = "import sys; print(not any('Use' in type(finder).__name__ for finder in sys.meta_path), sys.custom)"
import tensorflow as tf
for command in ([sys.executable, "child.py"], [sys.executable, "-c", "import child"], ["{other}", "-c", UNTOUCHED]):
    print(subprocess.run(command, capture_output=True, text=True).stdout.strip())
"""

CHILD = """
import sys
assert "jax" not in sys.modules  # nothing is loaded before it is asked for
import tensorflow as tf
print(tf.Session().run(tf.constant(1) + 1), "evergraph" in sys.modules, sys.custom)
"""


def test_a_python_that_a_program_starts_has_evergraph_as_tensorflow(tmp_path):
    (tmp_path / "beside").mkdir()
    (tmp_path / "beside" / "sitecustomize.py").write_text("import sys; sys.custom = 'customized'")
    (tmp_path / "child.py").write_text(CHILD)
    # another Python: of the same files, in an environment of its own
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(tmp_path / "venv")], check=True)
    (tmp_path / "parent.py").write_text(PARENT.format(other=tmp_path / "venv" / "bin" / "python"))
    path = os.pathsep.join([str(tmp_path / "beside"), *filter(None, sys.path)])
    environment = {**os.environ, "JAX_PLATFORMS": "cpu", "PYTHONPATH": path}
    found = subprocess.run(
        [sys.executable, "-m", "evergraph", "run", "parent.py"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
    )
    ours, imported, other = found.stdout.split("\n")[:3]
    assert ours == imported == "2 True customized", (found.stdout, found.stderr)
    assert other == "True customized"  # its TensorFlow is its own affair
