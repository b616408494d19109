"""Times one synchronous step of two worker processes with 100 small variables, beside a bare JAX program doing the same.

usage: allreduce.py [--rounds N] [--steps M] [--json]

Both sides are two processes. They take turns: in every round one makes some steps while the other waits, and the ratio of
their times within a round counts. The bare side is `jax.distributed` with gloo: one jitted program computes the
gradients and puts them into one array, which it sums over the processes in one collective, and updates the variables.
TensorFlow is no side: its workers race, one step may take both gradients of the quicker one, and the other then waits
for its own without an end.
"""

import argparse
import importlib
import json
import os
import resource
import socket
import statistics
import subprocess
import sys
import time

VARIABLES, SIZE, RATE = 100, 64, 0.01


def evergraph(ports, rank):
    """A program of TensorFlow 1."""
    tf = importlib.import_module("evergraph")
    cluster = tf.train.ClusterSpec({"worker": [f"localhost:{port}" for port in ports]})
    server = tf.train.Server(cluster, job_name="worker", task_index=rank)
    step = tf.train.get_or_create_global_step()
    variables = [
        tf.get_variable(f"v{i}", [SIZE], initializer=tf.ones_initializer()) for i in range(VARIABLES)
    ]
    with tf.device(f"/job:worker/task:{rank}"):
        x = tf.placeholder(tf.float32, [SIZE])
        loss = tf.add_n([tf.reduce_sum(tf.square(v - x)) for v in variables])
    optimizer = tf.train.SyncReplicasOptimizer(tf.train.GradientDescentOptimizer(RATE), 2, 2)
    train = optimizer.minimize(loss, global_step=step)
    hooks = [optimizer.make_session_run_hook(rank == 0)]
    session = tf.train.MonitoredTrainingSession(
        server.target, rank == 0, hooks=hooks, save_summaries_steps=None
    )
    import numpy as np

    batch = np.full(SIZE, rank, np.float32)
    return lambda: session.run([train, loss], {x: batch})[1]


def bare(ports, rank):
    """The same arithmetic on JAX's multi-process runtime."""
    import jax

    jax.config.update("jax_cpu_collectives_implementation", "gloo")
    jax.distributed.initialize(f"localhost:{ports[0]}", 2, rank)
    import jax.numpy as jnp
    import numpy as np
    from jax.sharding import Mesh, NamedSharding, PartitionSpec

    mesh = Mesh(np.array(jax.devices()), ("worker",))
    rows, same = PartitionSpec("worker"), PartitionSpec()

    def loss_of(variables, x):
        return sum(jnp.sum(jnp.square(v - x)) for v in variables)

    def step_of(variables, x):
        loss, gradients = jax.value_and_grad(loss_of)(variables, x[0])
        flat = jax.lax.psum(jnp.concatenate(gradients), "worker") / 2
        new = [v - RATE * g for v, g in zip(variables, jnp.split(flat, VARIABLES))]
        return new, loss[None]

    program = jax.jit(
        jax.shard_map(step_of, mesh=mesh, in_specs=(same, rows), out_specs=(same, rows), check_vma=False),
        donate_argnums=0,
    )
    variables = [
        jax.device_put(np.ones(SIZE, np.float32), NamedSharding(mesh, same)) for _ in range(VARIABLES)
    ]
    batch = np.full((1, SIZE), rank, np.float32)

    def step():
        nonlocal variables
        own = jax.device_put(batch, jax.local_devices()[0])
        x = jax.make_array_from_single_device_arrays((2, SIZE), NamedSharding(mesh, rows), [own])
        variables, loss = program(variables, x)
        return float(np.asarray(loss.addressable_data(0))[0])

    return step


SIDES = {"evergraph": evergraph, "bare": bare}


def work(side, ports, rank, steps):
    """One process of a side: makes steps whenever a line comes."""
    step = SIDES[side](ports, rank)
    for _ in range(20):
        loss = step()
    print("ready", flush=True)
    for _ in sys.stdin:
        began = time.perf_counter()
        for _ in range(steps):
            loss = step()
        seconds, peak = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps({"seconds": seconds, "loss": float(loss), "peak": peak}), flush=True)
    os._exit(0)


def free_ports(count):
    sockets = [socket.socket() for _ in range(count)]
    for bound in sockets:
        bound.bind(("localhost", 0))
    ports = [bound.getsockname()[1] for bound in sockets]
    for bound in sockets:
        bound.close()
    return ports


def answers(pair):
    """The next line in JSON of each process; what else libraries print is passed over."""
    found = []
    for process in pair:
        line = process.stdout.readline()
        while line and not line.startswith(("{", "ready")):
            line = process.stdout.readline()
        if not line:
            raise SystemExit("a process has died")
        found.append(line)
    return found


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--steps", type=int, default=50)
    parser.add_argument("--tensorflow", action="store_true", help="as the others take it; changes nothing")
    parser.add_argument("--json", action="store_true", help="print what was measured as JSON")
    parser.add_argument("--work", nargs=4, help=argparse.SUPPRESS)
    parsed = parser.parse_args()
    if parsed.work:
        side, first, second, rank = parsed.work
        work(side, [int(first), int(second)], int(rank), parsed.steps)
    pairs, peaks = {}, {}
    for side in SIDES:
        ports = [str(port) for port in free_ports(2)]
        command = [sys.executable, __file__, "--steps", str(parsed.steps), "--work", side, *ports]
        pairs[side] = [
            subprocess.Popen([*command, rank], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            for rank in ("0", "1")
        ]
        answers(pairs[side])
    times = {side: [] for side in pairs}
    for _ in range(parsed.rounds):
        for side, pair in pairs.items():
            for process in pair:
                process.stdin.write("go\n")
                process.stdin.flush()
            found = [json.loads(line) for line in answers(pair)]
            times[side].append(max(one["seconds"] for one in found) / parsed.steps)
            peaks[side] = max(one["peak"] for one in found)
    if parsed.json:
        print(json.dumps({"seconds": times, "peak": peaks}))
    else:
        for side, measured in times.items():
            print(f"{side:10} {1e3 * statistics.median(measured):7.2f} ms a step")
        ratios = [a / b for a, b in zip(times["evergraph"], times["bare"])]
        print(f"ratio      {statistics.median(ratios):7.2f}, from {min(ratios):.2f} to {max(ratios):.2f}")
    for pair in pairs.values():
        for process in pair:
            process.kill()


if __name__ == "__main__":
    main()
