"""first_step.py without the compiled programs that Evergraph keeps on disk.

python benchmarks/first_step_cold.py --tensorflow
"""

from first_step import measure

if __name__ == "__main__":
    measure(__doc__, EVERGRAPH_CACHE="")
