"""The linear model of linear.py, of which nothing is fetched: a run need not wait for the device.

python benchmarks/linear_unfetched.py --tensorflow
"""

import functools

import linear
from rounds import main, session_sides

if __name__ == "__main__":
    sides = session_sides(
        functools.partial(linear.session_step, is_fetched=False),
        functools.partial(linear.bare, is_fetched=False),
    )
    main(__doc__, sides, reference="bare", steps=2000)
