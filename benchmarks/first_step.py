"""From the start of the interpreter to the end of the first step of `mlp.py`: each step here is a whole process.

A second process of Evergraph finds compiled programs on disk; EVERGRAPH_CACHE= (empty) measures the first.

    python benchmarks/first_step.py --tensorflow
"""

import importlib
import subprocess
import sys

ONCE = "--once"


def in_a_process(side):
    def step():
        subprocess.run([sys.executable, __file__, ONCE, side], check=True, stdout=subprocess.DEVNULL)
        return 0.0

    return lambda: step


if __name__ == "__main__":
    if ONCE in sys.argv:  # only what the side needs is imported
        mlp = importlib.import_module("mlp")
        sides = importlib.import_module("rounds").session_sides(mlp.session_step, mlp.bare)
        sides[sys.argv[-1]]()()
    else:
        from rounds import main

        main(__doc__, {name: in_a_process(name) for name in ("evergraph", "bare", "tensorflow")}, reference="bare",
             steps=1, warm_up=1, same_losses=False)
