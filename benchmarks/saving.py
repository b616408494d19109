"""`Saver.save` of 500 MB of variables to a directory that is deleted at the end.

python benchmarks/saving.py --tensorflow
"""

import atexit
import functools
import os
import shutil
import tempfile
import time

from rounds import Step, Timed, main, session_sides

ARRAYS, ELEMENTS = 20, 6_250_000  # float32: 25 MB each


def session_step(tf, is_restored=False) -> Step:
    tf.logging.set_verbosity(tf.logging.ERROR)
    directory = tempfile.mkdtemp()
    atexit.register(shutil.rmtree, directory, ignore_errors=True)
    for i in range(ARRAYS):
        tf.get_variable(f"v{i}", [ELEMENTS], initializer=tf.ones_initializer())
    saver, session = tf.train.Saver(max_to_keep=1), tf.Session()
    session.run(tf.global_variables_initializer())
    path = saver.save(session, os.path.join(directory, "model"))
    restore = functools.partial(saver.restore, session, path)
    save = functools.partial(saver.save, session, path)

    def step():
        started = time.perf_counter()
        restore() if is_restored else save()
        return Timed(time.perf_counter() - started, 0.0)

    return step


if __name__ == "__main__":
    main(__doc__, session_sides(session_step), reference="evergraph", steps=1, warm_up=1)
