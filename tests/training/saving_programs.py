"""Programs that save, for any module that plays TensorFlow; each returns what it logs."""

import pathlib
import time


class Files:
    """A directory that a program saves in."""

    def __init__(self, directory, events_in):
        self.directory = pathlib.Path(directory)
        self._events_in = events_in

    def names(self):
        """The files but event files, without what differs from run to run."""
        return sorted(p.name for p in self.directory.iterdir() if ".tfevents." not in p.name)

    def events(self):
        """(step, what) of each event in the directory, in order."""
        found = []
        for path in sorted(self.directory.glob("*.tfevents.*")):
            for event in self._events_in(str(path)):
                kind = event.WhichOneof("what")
                detail = ""
                if kind == "session_log":
                    path_saved = pathlib.Path(event.session_log.checkpoint_path)
                    detail = f"{event.session_log.status} {path_saved.name}".strip()
                elif kind == "summary":
                    detail = " ".join(v.tag for v in event.summary.value)
                found.append(f"{event.step} {kind} {detail}".strip())
        return found


def model(tf):
    """(train_op, global step): a loss that is summarised, and a step."""
    step = tf.train.get_or_create_global_step()
    weight = tf.get_variable("weight", initializer=4.0)
    tf.summary.scalar("weight_now", weight)
    return tf.group(tf.assign_add(weight, 1.0), tf.assign_add(step, 1)), step


def listener_of(tf, log):
    class Listener(tf.train.CheckpointSaverListener):
        def begin(self):
            log.append("begin")

        def before_save(self, session, global_step_value):
            log.append(f"before {global_step_value}")

        def after_save(self, session, global_step_value):
            log.append(f"after {global_step_value}")
            return global_step_value == 6

        def end(self, session, global_step_value):
            log.append(f"end {global_step_value}")

    return Listener()


def singular(tf, files, steps=5):
    """Steps in a singular session that saves every two; then as many in another one, which goes on."""
    log = []
    for part in range(2):
        if part:
            time.sleep(1.1)  # TensorFlow names event files by the second, and would write over the first
        with tf.Graph().as_default():
            train_op, step = model(tf)
            scaffold = tf.train.Scaffold(init_fn=lambda scaffold, session: log.append("init_fn"))
            directory = str(files.directory)
            hooks = [
                tf.train.CheckpointSaverHook(
                    directory, save_steps=2, scaffold=scaffold, listeners=[listener_of(tf, log)]
                ),
                tf.train.SummarySaverHook(save_steps=2, output_dir=directory, scaffold=scaffold),
            ]
            with tf.train.SingularMonitoredSession(hooks, scaffold, checkpoint_dir=directory) as session:
                done = 0
                while not session.should_stop() and done < steps:
                    session.run(train_op)
                    done += 1
                log.append(f"step {session.raw_session().run(step)}")
        tf.summary.FileWriterCache.clear()
    return log


def training(tf, files):
    """Seven steps of a MonitoredTrainingSession.

    (Summaries every two steps: whether a hook reads the step before or after a run's update of it is a race
    in TensorFlow, and makes no difference then.)
    """
    with tf.Graph().as_default():
        train_op, _ = model(tf)
        with tf.train.MonitoredTrainingSession(
            checkpoint_dir=str(files.directory),
            save_checkpoint_steps=3,
            save_summaries_steps=2,
            log_step_count_steps=5,
            hooks=[tf.train.StopAtStepHook(last_step=7)],
        ) as session:
            while not session.should_stop():
                session.run(train_op)
    tf.summary.FileWriterCache.clear()
    return []


def without_graph(tf, files):
    """One step with a saver of its own and no graph written."""
    log = []
    with tf.Graph().as_default():
        train_op, _ = model(tf)
        hook = tf.train.CheckpointSaverHook(
            str(files.directory),
            save_steps=1,
            saver=tf.train.Saver(max_to_keep=1),
            checkpoint_basename="mine",
            save_graph_def=False,
        )
        with tf.train.SingularMonitoredSession([hook]) as session:
            session.run(train_op)
    tf.summary.FileWriterCache.clear()
    return log


PROGRAMS = {f.__name__: f for f in (singular, training, without_graph)}
