"""One task of a cluster that trains for real: `training_program.py MODE FOLDER LAST_STEP PAUSE`, its place in TF_CONFIG.

It prints one line that begins with RESULT: a JSON object, with a digest of the final weights among others.
"""

import hashlib
import json
import os
import sys
import time

import numpy as np

import evergraph as tf

BATCH = 8


def batch(step, task):
    """What a worker learns from in a step: (inputs, targets)."""
    generator = np.random.RandomState(1000 * step + task)
    inputs = generator.randn(BATCH, 4).astype(np.float32)
    return inputs, inputs.sum(1, keepdims=True)


def loss_of(x, y, width=16):
    """A small network."""
    hidden = tf.layers.dense(x, width, tf.nn.tanh, kernel_initializer=tf.glorot_uniform_initializer(seed=1))
    out = tf.layers.dense(hidden, 1, kernel_initializer=tf.glorot_uniform_initializer(seed=2))
    return tf.reduce_mean(tf.square(out - y))


def digest(arrays):
    return hashlib.md5(b"".join(np.asarray(array).tobytes() for array in arrays)).hexdigest()


def report(**found):
    print("RESULT " + json.dumps(found), flush=True)


def fed(mode, server, cluster, task, folder, last, pause):
    """Data follow from the step, so that a run that was disturbed ends where another one does."""
    workers = cluster.num_tasks("worker")
    x, y = tf.placeholder(tf.float32, [None, 4]), tf.placeholder(tf.float32, [None, 1])
    with tf.device(tf.train.replica_device_setter(cluster=cluster, worker_device=f"/job:worker/task:{task}")):
        loss = loss_of(x, y, 7 if mode == "differ" and task else 16)
        step = tf.train.get_or_create_global_step()
        optimizer = tf.train.AdamOptimizer(0.01)
        hooks = [tf.train.StopAtStepHook(last_step=last)]
        if mode != "async":
            optimizer = tf.train.SyncReplicasOptimizer(optimizer, workers, workers)
        train = optimizer.minimize(loss, global_step=step)
        if mode != "async":
            hooks.append(optimizer.make_session_run_hook(task == 0))
    weights, runs, losses = tf.trainable_variables(), 0, []
    summary = tf.summary.scalar("loss", loss)

    def one(step_context):
        now = int(step_context.session.run(step))
        inputs, targets = batch(now, task)
        fetches = [train, loss, weights]
        if task == 0:
            fetches.append(summary)  # which no other worker asks for
        return step_context.run_with_hooks(fetches, {x: inputs, y: targets})

    with tf.train.MonitoredTrainingSession(
        server.target,
        task == 0,
        folder,
        hooks=hooks,
        save_checkpoint_steps=5,
        save_checkpoint_secs=None,
        save_summaries_steps=None,
    ) as session:
        while not session.should_stop():
            found = session.run_step_fn(one)
            losses.append(float(found[1]))
            runs += 1
            time.sleep(pause)
    values = [value.tolist() for value in found[2]]
    report(digest=digest(found[2]), loss=losses[-1], first=losses[0], runs=runs, weights=values)


def dataset(mode, server, cluster, task, folder, last, pause):
    """Each worker has an input of another length."""
    elements = tf.data.Dataset.range(last + 3 * task).map(tf.to_float).make_one_shot_iterator().get_next()
    step = tf.train.get_or_create_global_step()
    w = tf.get_variable("w", initializer=0.0)
    optimizer = tf.train.GradientDescentOptimizer(0.5)
    if mode == "sync_dataset":
        optimizer = tf.train.SyncReplicasOptimizer(optimizer, 2, 2)
    train = optimizer.minimize(w * tf.sign(elements + 1.0), global_step=step)
    hooks = [optimizer.make_session_run_hook(task == 0)] if mode == "sync_dataset" else []
    runs = 0
    with tf.train.MonitoredTrainingSession(server.target, task == 0, hooks=hooks) as session:
        while not session.should_stop():
            _, value, now = session.run([train, w, step])
            runs += 1
    report(runs=runs, w=float(value), step=int(now))


def aggregate(mode, server, cluster, task, folder, last, pause):
    """Steps that take another number of gradients than there are workers; dense and sparse ones that tell who gave them."""
    count = int(mode.removeprefix("count"))
    workers = cluster.num_tasks("worker")
    with tf.device(tf.train.replica_device_setter(cluster=cluster, worker_device=f"/job:worker/task:{task}")):
        dense = tf.get_variable("dense", initializer=[0.0])
        table = tf.get_variable("table", initializer=tf.zeros([8, 1]))
        runs = tf.placeholder(tf.float32, [])
        step = tf.train.get_or_create_global_step()
        own = tf.gather(table, [task])
        loss = -(10.0**task * tf.reduce_sum(dense) + tf.reduce_sum(own))
        optimizer = tf.train.SyncReplicasOptimizer(
            tf.train.GradientDescentOptimizer(float(count)), count, workers
        )
        train = optimizer.minimize(loss, global_step=step)
    hooks = [optimizer.make_session_run_hook(task == 0), tf.train.StopAtStepHook(last_step=last)]
    found = []
    with tf.train.MonitoredTrainingSession(server.target, task == 0, hooks=hooks) as session:
        while not session.should_stop():
            _, now, values, rows = session.run([train, step, dense, table], {runs: len(found)})
            found.append(int(now))
    report(steps=found, dense=values.tolist(), table=rows[:workers, 0].tolist())


def accumulated(mode, server, cluster, task, folder, last, pause):
    """Each worker makes steps of its own, then gives the sum of their gradients and takes the shared variable again."""
    with tf.device(f"/job:worker/task:{task}"):
        own = tf.Variable([0.0, 0.0], collections=[tf.GraphKeys.LOCAL_VARIABLES], name="own")
        local = tf.train.GradientDescentOptimizer(0.1)
        gradients, update = [], None
        for _ in range(3):
            with tf.control_dependencies([] if update is None else [update]):
                gradient = 2.0 * (own.read_value() - 1.0 - task)
            gradients.append(gradient)
            with tf.control_dependencies([gradient]):
                update = local.apply_gradients([(gradient, own)])
        with tf.control_dependencies([update]):
            total = tf.add_n(gradients)
    with tf.device(tf.train.replica_device_setter(cluster=cluster, worker_device=f"/job:worker/task:{task}")):
        step = tf.train.get_or_create_global_step()
        shared = tf.get_variable("shared", [2], initializer=tf.zeros_initializer())
        optimizer = tf.train.GradientDescentOptimizer(0.1)
        hooks = [tf.train.StopAtStepHook(last_step=last)]
        if mode == "sync_accumulated":
            optimizer = tf.train.SyncReplicasOptimizer(optimizer, cluster.num_tasks("worker"))
        train = optimizer.apply_gradients([(total, shared)], global_step=step)
        if mode == "sync_accumulated":
            hooks.append(optimizer.make_session_run_hook(task == 0))
        with tf.control_dependencies([train]):
            taken = tf.assign(own, shared.read_value())
    with tf.train.MonitoredTrainingSession(server.target, task == 0, hooks=hooks) as session:
        while not session.should_stop():
            _, value, mine, now = session.run([train, shared, taken, step])
    report(shared=value.tolist(), own=mine.tolist(), step=int(now))


def plain(mode, server, cluster, task, folder, last, pause):
    """A tf.Session of each worker: a variable that all write, one of each worker's own, a Supervisor."""
    with tf.device("/cpu:0"):
        w = tf.get_variable("w", initializer=1.0)
        own = tf.get_local_variable("own", initializer=float(task))
        grow = tf.group(tf.assign_add(w, 10.0 ** tf.to_float(own)), tf.assign_add(own, 0.0))
    supervisor = tf.train.Supervisor(
        is_chief=task == 0, logdir=folder if task == 0 else None, saver=tf.train.Saver([w])
    )
    session = supervisor.prepare_or_wait_for_session(server.target)
    for step in range(last):
        session.run(grow)
        if step == 0:
            print("trains", flush=True)
    w_value, own_value = session.run([w, own])
    supervisor.saver.save(session, os.path.join(os.path.dirname(folder), f"saved_by_{task}"))
    supervisor.stop()
    report(w=float(w_value), own=float(own_value))


def in_graph(mode, server, cluster, task, folder, last, pause):
    """One program for all tasks: the others join."""
    if task:
        server.join()
        report(joined=True)
        return
    with tf.device("/job:worker/task:1"):
        w = tf.get_variable("w", initializer=0.0)
    grow = tf.assign_add(w, 1.0)
    optimizer, feeds, gradients = tf.train.AdamOptimizer(0.01), [], []
    for tower in range(cluster.num_tasks("worker")):
        place = tf.train.replica_device_setter(
            cluster=cluster, worker_device=f"/job:worker/task:{tower}/gpu:0"
        )
        with tf.device(place), tf.variable_scope("model", reuse=tower > 0):
            x, y = tf.placeholder(tf.float32, [None, 4]), tf.placeholder(tf.float32, [None, 1])
            hidden = tf.layers.dense(
                x, 16, tf.nn.tanh, kernel_initializer=tf.glorot_uniform_initializer(seed=1), name="a"
            )
            out = tf.layers.dense(
                hidden, 1, kernel_initializer=tf.glorot_uniform_initializer(seed=2), name="b"
            )
            gradients.append(
                optimizer.compute_gradients(
                    tf.reduce_mean(tf.square(out - y)), tf.trainable_variables("model")
                )
            )
            feeds += [x, y]
    with tf.device("/job:ps/task:0"):
        means = [(tf.add_n([g for g, _ in alike]) / len(alike), alike[0][1]) for alike in zip(*gradients)]
    train = optimizer.apply_gradients(means)
    weights = tf.trainable_variables("model")
    config = tf.ConfigProto(allow_soft_placement=True)
    with tf.Session(server.target, config=config) as session:
        session.run(tf.global_variables_initializer())
        for now in range(last):
            value = session.run(grow)
            batches = [part for tower in range(cluster.num_tasks("worker")) for part in batch(now, tower)]
            session.run(train, dict(zip(feeds, batches, strict=True)))
        found = session.run(weights)
    report(
        w=float(value),
        devices=sorted({v.device for v in weights}),
        weights=[value.tolist() for value in found],
    )


def main():
    mode, folder, last, pause = sys.argv[1], sys.argv[2], int(sys.argv[3]), float(sys.argv[4])
    config = json.loads(os.environ["TF_CONFIG"])
    cluster = tf.train.ClusterSpec(config["cluster"])
    job, task = config["task"]["type"], config["task"]["index"]
    server = tf.train.Server(cluster, job_name=job, task_index=task)
    if job == "ps":
        server.join()
        report(joined=True)
        return
    kinds = {"plain": plain, "in_graph": in_graph, "sync_dataset": dataset, "async_dataset": dataset}
    kinds |= dict.fromkeys(["async_accumulated", "sync_accumulated"], accumulated)
    kinds |= {f"count{count}": aggregate for count in range(1, 8)}
    kinds.get(mode, fed)(mode, server, cluster, task, folder, last, pause)


if __name__ == "__main__":
    main()
