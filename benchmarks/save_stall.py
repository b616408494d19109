"""How long a save holds up training: 500 MB of variables, saved at every step in a CheckpointSaverHook, to a directory
that is deleted at the end; a step here is one `run`, a save included.

    python benchmarks/save_stall.py --tensorflow
"""

import atexit
import shutil
import tempfile

import numpy as np
from rounds import Step, main, session_sides

ARRAYS, ELEMENTS = 20, 6_250_000  # float32: 25 MB each


def session_step(tf) -> Step:
    tf.logging.set_verbosity(tf.logging.ERROR)
    directory = tempfile.mkdtemp()
    atexit.register(shutil.rmtree, directory, ignore_errors=True)
    arrays = [tf.get_variable(f"v{i}", [ELEMENTS], initializer=tf.zeros_initializer()) for i in range(ARRAYS)]
    loss = tf.add_n([a[0] for a in arrays])
    global_step = tf.train.get_or_create_global_step()
    with tf.control_dependencies([loss]):
        train_op = tf.assign_add(global_step, 1)
    saver = tf.train.Saver(max_to_keep=1)
    hook = tf.train.CheckpointSaverHook(directory, save_steps=1, saver=saver)
    session = tf.train.SingularMonitoredSession(hooks=[hook])
    return lambda: np.float32(session.run([loss, train_op])[0])


if __name__ == "__main__":
    main(__doc__, session_sides(session_step), reference="evergraph", steps=1, warm_up=1)
