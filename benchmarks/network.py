"""Measures what workers in different machines pay: meeting, a round, and sums, in network namespaces with delay and loss.

usage: network.py [--workers 2 3 4] [--delay 0 1 10] [--loss 0 1] [--steps N]      (as root, on Linux, with iproute2)

Each worker is a process in a network namespace of its own, whose network is a TUN device. This process is the switch: it holds
every packet for the delay (in milliseconds, so that a message and its answer take twice that), and drops some in a hundred.
(Kernels have netem for that, but many are built without it.) What is timed is what a step of `SyncReplicasOptimizer` is made of beside arithmetic: `Member.enter` (the lobby, the ring), `Member.round`
(ready and go), `Ring.sum`. Bytes are those that the namespace of worker 0 and of worker 1 have sent, headers included.
"""

import argparse
import fcntl
import heapq
import json
import os
import random
import select
import socket
import statistics
import struct
import subprocess
import sys
import threading
import time
from pathlib import Path

SIZES = {"100 kB": 25_000, "4 MB": 1_000_000}  # of float32
PORT = 2222
STATISTICS = Path("/sys/class/net/eth0/statistics/tx_bytes")
MTU = 9000
_TUNSETIFF, _IFF_TUN, _IFF_NO_PI = 0x400454CA, 0x0001, 0x1000


class _NoVariables:
    """What a session has: nothing to share."""

    def claim(self):
        return []

    def values(self, resources, names=None):
        return b""

    def assign(self, resources, data):
        pass

    def forget(self, resources):
        pass


def work(rank: int, size: int, steps: int):
    """One worker; prints what it has measured as JSON."""
    import numpy as np

    from evergraph.processes.member import Member

    listener = None
    if rank == 0:
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("", PORT))
        listener.listen(128)
    names = [f"/job:worker/task:{i}" for i in range(size)]
    member = Member(names[rank], names, f"10.77.0.1:{PORT}", listener)
    session = _NoVariables(), _NoVariables()
    member.opened(*session)
    never = lambda: False  # noqa: E731
    while member._wire is None:
        time.sleep(0.01)
    print("here", flush=True)
    sys.stdin.readline()
    began = time.perf_counter()
    member.enter(never)
    found = {"meet": time.perf_counter() - began}

    def timed(action):
        measured = []
        for _ in range(3):
            action()
        sent = _sent()
        for _ in range(steps):
            began = time.perf_counter()
            action()
            measured.append(time.perf_counter() - began)
        return statistics.median(measured), (_sent() - sent) / steps

    found["round"] = timed(lambda: member.round({"key": "k" * 16}, never))
    for label, count in SIZES.items():
        array = np.ones(count, np.float32)
        found[label] = timed(lambda array=array: member.group.ring.sum(array))
    print(json.dumps(found), flush=True)
    sys.stdin.readline()
    os._exit(0)


def _sent():
    return int(STATISTICS.read_text()) if STATISTICS.exists() else 0


def ip(*words):
    subprocess.run(["ip", *words], check=True)


class Switch(threading.Thread):
    """Passes packets on between devices, late, and some not at all.

    Args:
      devices: files of TUN devices; that of place i has the address 10.77.0.(i + 1).
      delay: of each packet, in seconds.
      loss: how likely it is dropped.
    """

    def __init__(self, devices: list[int], delay: float, loss: float):
        super().__init__(daemon=True)
        self._devices, self._delay, self._loss = devices, delay, loss
        self._random = random.Random(0)
        self.is_over = False

    def run(self):
        held, number = [], 0
        while not self.is_over:
            wait = max(0.0, held[0][0] - time.monotonic()) if held else 0.1
            ready, _, _ = select.select(self._devices, [], [], wait)
            now = time.monotonic()
            for device in ready:
                packet = os.read(device, MTU + 100)
                if packet[0] >> 4 == 4 and self._random.random() >= self._loss:
                    number += 1
                    heapq.heappush(held, (now + self._delay, number, packet[19] - 1, packet))
            while held and held[0][0] <= now:
                _, _, place, packet = heapq.heappop(held)
                if place < len(self._devices):
                    os.write(self._devices[place], packet)


def tun(name: str) -> int:
    """The file of a new TUN device."""
    device = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(device, _TUNSETIFF, struct.pack("16sH", name.encode(), _IFF_TUN | _IFF_NO_PI))
    return device


def measure(size: int, delay: float, loss: float, steps: int) -> list[dict]:
    """What each worker has measured."""
    spaces, devices = [f"evergraph{i}" for i in range(size)], []
    try:
        for i, space in enumerate(spaces):
            devices.append(tun(f"eg{i}"))
            ip("netns", "add", space)
            ip("link", "set", f"eg{i}", "netns", space)
            ip("-n", space, "link", "set", f"eg{i}", "name", "eth0", "mtu", str(MTU))
            ip("-n", space, "addr", "add", f"10.77.0.{i + 1}/24", "dev", "eth0")
            ip("-n", space, "link", "set", "eth0", "up")
            ip("-n", space, "link", "set", "lo", "up")
        switch = Switch(devices, delay / 1e3, loss / 100)
        switch.start()
        command = [sys.executable, __file__, "--work"]
        workers = [
            subprocess.Popen(
                ["ip", "netns", "exec", space, *command, str(i), str(size), str(steps)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
            )
            for i, space in enumerate(spaces)
        ]
        answers(workers, "here")
        found = [json.loads(line) for line in answers(workers, "{")]
        for worker in workers:
            worker.stdin.close()
            worker.wait(60)
        switch.is_over = True
        switch.join()
        return found
    finally:
        for device in devices:
            os.close(device)
        for space in spaces:
            subprocess.run(["ip", "netns", "delete", space], check=False, stderr=subprocess.DEVNULL)


def answers(workers, beginning):
    """The next line of each that begins so; then they go on."""
    found = []
    for worker in workers:
        line = worker.stdout.readline()
        while line and not line.startswith(beginning):
            line = worker.stdout.readline()
        if not line:
            raise SystemExit("a worker has died")
        found.append(line)
    for worker in workers:
        worker.stdin.write("go\n")
        worker.stdin.flush()
    return found


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--workers", type=int, nargs="+", default=[2, 3, 4])
    parser.add_argument("--delay", type=float, nargs="+", default=[0, 1, 10], help="in ms, each way")
    parser.add_argument("--loss", type=float, nargs="+", default=[0, 1], help="in a hundred packets")
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--work", type=int, nargs=3, help=argparse.SUPPRESS)
    parsed = parser.parse_args()
    if parsed.work:
        return work(*parsed.work)
    columns = [f"{label}: ms | kB sent" for label in SIZES]
    print(f"| workers | delay, loss | meeting, s | a round: ms | {' | '.join(columns)} |")
    print("| --- " * (4 + 2 * len(columns)) + "|")
    for size in parsed.workers:
        for delay in parsed.delay:
            for loss in parsed.loss:
                found = measure(size, delay, loss, parsed.steps)
                slowest = max(one["meet"] for one in found)
                cells = [f"{slowest:.2f}", f"{1e3 * found[1]['round'][0]:.1f}"]
                for label in SIZES:
                    seconds, sent = found[1][label]
                    cells += [f"{1e3 * seconds:.1f}", f"{sent / 1e3:.0f}"]
                print(f"| {size} | {delay:g} ms, {loss:g} % | {' | '.join(cells)} |", flush=True)
    return None


if __name__ == "__main__":
    main()
