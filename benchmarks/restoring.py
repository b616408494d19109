"""`Saver.restore` of the 500 MB of saving.py.

python benchmarks/restoring.py --tensorflow
"""

import functools

from rounds import main, session_sides
from saving import session_step

if __name__ == "__main__":
    sides = session_sides(functools.partial(session_step, is_restored=True))
    main(__doc__, sides, reference="evergraph", steps=1, warm_up=1)
