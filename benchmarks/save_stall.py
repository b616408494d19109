"""How long a save holds up training: 500 MB of variables, all updated in every step, saved by a CheckpointSaverHook.

What counts is how much longer the run that saves and the two after it take than other runs.

    python benchmarks/save_stall.py --tensorflow
"""

import atexit
import shutil
import statistics
import tempfile
import time

from rounds import Step, Timed, main, session_sides

ARRAYS, ELEMENTS, BETWEEN = 20, 6_250_000, 8  # float32: 25 MB each


def session_step(tf) -> Step:
    tf.logging.set_verbosity(tf.logging.ERROR)
    directory = tempfile.mkdtemp()
    atexit.register(shutil.rmtree, directory, ignore_errors=True)
    arrays = [tf.get_variable(f"v{i}", [ELEMENTS], initializer=tf.zeros_initializer()) for i in range(ARRAYS)]
    train_op = tf.group(*[a.assign_add(tf.ones([ELEMENTS])) for a in arrays])
    with tf.control_dependencies([train_op]):
        train_op = tf.assign_add(tf.train.get_or_create_global_step(), 1)
    saver = tf.train.Saver(max_to_keep=1)
    hook = tf.train.CheckpointSaverHook(directory, save_steps=BETWEEN, saver=saver)
    session = tf.train.SingularMonitoredSession(hooks=[hook])

    def run():
        started = time.perf_counter()
        step = session.run(train_op)
        return time.perf_counter() - started, int(step)

    def step():
        while True:  # up to the run that saves
            seconds, count = run()
            if count % BETWEEN == 0:
                break
        seconds += run()[0] + run()[0]
        tf.train.latest_checkpoint(directory)  # Evergraph waits here for what it writes in the background
        return Timed(seconds - 3 * statistics.median(run()[0] for _ in range(3)), 0.0)

    return step


if __name__ == "__main__":
    main(__doc__, session_sides(session_step), reference="evergraph", steps=2, warm_up=1)
