"""How long a save holds up training: 500 MB of variables, all updated in every step, saved by a CheckpointSaverHook.

What counts is how much longer than other runs, each of which fetches a loss, the run that saves and the three after it take.

    python benchmarks/save_stall.py --tensorflow
"""

import atexit
import shutil
import statistics
import tempfile
import time

from rounds import Step, Timed, main, session_sides

ARRAYS, ELEMENTS, RUNS = 20, 6_250_000, 12  # float32: 25 MB each


def session_step(tf) -> Step:
    tf.logging.set_verbosity(tf.logging.ERROR)
    directory = tempfile.mkdtemp()
    atexit.register(shutil.rmtree, directory, ignore_errors=True)
    arrays = [tf.get_variable(f"v{i}", [ELEMENTS], initializer=tf.zeros_initializer()) for i in range(ARRAYS)]
    train_op = tf.group(*[a.assign_add(tf.ones([ELEMENTS])) for a in arrays])
    with tf.control_dependencies([train_op]):
        train_op = tf.assign_add(tf.train.get_or_create_global_step(), 1)
        loss = tf.get_variable("loss", [], initializer=tf.zeros_initializer()).assign_add(1.0)
    hook = tf.train.CheckpointSaverHook(directory, save_steps=RUNS, saver=tf.train.Saver(max_to_keep=1))
    session = tf.train.SingularMonitoredSession(hooks=[hook])

    def run():
        started = time.perf_counter()
        session.run([train_op, loss])
        return time.perf_counter() - started

    for _ in range(RUNS - 1):
        run()  # the next one saves

    def step():
        saving = [run() for _ in range(4)]
        tf.train.latest_checkpoint(directory)  # Evergraph waits here for what it writes in the background
        others = [run() for _ in range(RUNS - 4)]
        return Timed(sum(saving) - 4 * statistics.median(others), 0.0)

    return step


if __name__ == "__main__":
    main(__doc__, session_sides(session_step), reference="evergraph", steps=2, warm_up=1)
