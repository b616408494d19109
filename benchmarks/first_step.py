"""From the start of the interpreter to the end of the first step of `mlp.py`: each step here is a whole process.

A second process of Evergraph finds compiled programs on disk; those of first_step_cold.py do not.

    python benchmarks/first_step.py --tensorflow
"""

import importlib
import os
import subprocess
import sys

from rounds import main

ONCE = "--once"


def in_a_process(side, **environment):
    command = [sys.executable, __file__, ONCE, side]

    def step():
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env={**os.environ, **environment})
        return 0.0

    return lambda: step


def measure(description, **environment):
    sides = {name: in_a_process(name, **environment) for name in ("evergraph", "bare", "tensorflow")}
    main(description, sides, reference="bare", steps=1, warm_up=1, same_losses=False)


if __name__ == "__main__":
    if ONCE in sys.argv:  # only what the side needs is imported
        mlp = importlib.import_module("mlp")
        sides = importlib.import_module("rounds").session_sides(mlp.session_step, mlp.bare)
        sides[sys.argv[-1]]()()
    else:
        measure(__doc__)
