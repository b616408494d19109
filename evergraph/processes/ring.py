"""A ring: the collectives of a group of processes, on JAX's multi-process runtime.

Each process makes a second CPU client for the ring alone.  The arrays, programs and sessions of a process know nothing of
it: when a group ends, only its ring goes, and nothing has to be moved out of the way of the next one.

`jax.distributed` ties every process to a coordination service in one of them, and ends them all when that one dies.  All
that the ring needs of it is a table in which its processes leave their addresses.  So each process has a service of its
own, for itself alone and only while the ring forms, and what is written into one is copied into the others
(`Ring.__init__`, `note`).
"""

import concurrent.futures
import os
import socket
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

import jax
import numpy as np
from jaxlib import (
    _jax,  # pyright: ignore[reportAttributeAccessIssue] compiled code, which the stubs leave out
    xla_client,
)

from evergraph.framework import errors
from evergraph.framework.condition import Event

_TABLES = ("cpu:local_topology", "cpu:global_topology", "cpu:gloo")
_FORMING_SECS = 120
_AXIS = "worker"
_P = jax.sharding.PartitionSpec
_abandoned = []  # what a lost process may still be waited for with: it must not be taken apart meanwhile


class Learned:
    """What the other processes have noted while a ring forms."""

    def __init__(self):
        self._lock = threading.Lock()
        self._entries = []

    def add(self, key: str, value: bytes):
        """Takes an entry of another process's table."""
        with self._lock:
            self._entries.append((key, value))

    def take(self) -> list:
        """What has come since the last time."""
        with self._lock:
            entries, self._entries = self._entries, []
        return entries


class Ring:
    """Collectives among `size` processes.

    Args:
      rank, size: of this process, and of the group.
      note: function (key, value) that has the other processes `learn` it.
      check: function that raises when the group has ended.
      host: the address of this process for the others; what its machine's name stands for when None.

    Raises:
      UnavailableError: a process was lost while it formed.
      what `check` raises.
    """

    def __init__(
        self,
        rank: int,
        size: int,
        note: Callable,
        learned: Learned,
        check: Callable,
        host: str | None = None,
    ):
        self.rank, self.size = rank, size
        self._host = host
        self._check = check
        self._programs = {}
        self._mesh: Any = None
        self._rows: Any = None
        self._device: Any = None
        if size > 1:
            self._form(note, learned)

    # -- forming -------------------------------------------------------------------------------------------

    def _form(self, note, learned):
        done = concurrent.futures.Future()
        over = Event()
        threading.Thread(
            target=self._connect, args=(note, learned, over, done), name="ring", daemon=True
        ).start()
        try:
            while True:
                try:
                    done.result(timeout=0.05)
                    return
                except concurrent.futures.TimeoutError:
                    self._check()
                except (RuntimeError, ValueError) as failure:  # as what JAX raises it depends on the moment
                    reason = str(failure).splitlines()[0]
                    break
        finally:
            over.set()
        self._check()
        raise errors.UnavailableError(None, None, f"the workers did not find each other: {reason}")

    def _connect(self, note, learned, over, done):
        try:
            with _loopback_port() as port:
                address = f"localhost:{port}"
            service = _jax.get_distributed_runtime_service(
                address, 1, heartbeat_timeout=100 * _FORMING_SECS, shutdown_timeout=5, recoverable=True
            )
            table = _jax.get_distributed_runtime_client(
                address,
                0,
                init_timeout=_FORMING_SECS,
                shutdown_timeout=5,
                heartbeat_timeout=100 * _FORMING_SECS,
                shutdown_on_destruction=False,
            )
            table.connect()
            copying = threading.Thread(
                target=_copy, args=(table, note, learned, over), name="ring table", daemon=True
            )
            copying.start()
            with _output_to_errors():  # gloo says on the output that it is connected
                collectives = _jax.make_gloo_tcp_collectives(distributed_client=table, hostname=self._host)
                client = xla_client.make_cpu_client(
                    asynchronous=True,
                    distributed_client=table,
                    node_id=self.rank,
                    num_nodes=self.size,
                    collectives=collectives,
                    num_devices=1,
                )
                devices = sorted(client.devices(), key=lambda device: device.process_index)
                self._device = client.local_devices()[0]
                self._mesh = jax.sharding.Mesh(np.array(devices), (_AXIS,))
                self._rows = jax.sharding.NamedSharding(self._mesh, _P(_AXIS))
                np.asarray(self._run(np.zeros(1, np.float32), "sum").addressable_data(0))
            over.set()
            copying.join()
            table.shutdown()
            service.shutdown()
            done.set_result(None)
        except BaseException as failure:
            done.set_exception(failure)

    # -- collectives ---------------------------------------------------------------------------------------

    def sum(self, flat: np.ndarray) -> np.ndarray:
        """The sum over all processes of arrays of shape [n], the same bits in each."""
        return flat if self.size == 1 else self._call(flat, "sum")

    def gather(self, data: np.ndarray) -> np.ndarray:
        """The arrays of all processes, of shape [n] each, as rows in the order of ranks: [size, n]."""
        return data[None] if self.size == 1 else self._call(data, "gather")

    def broadcast(self, data: bytes, root: int, length: int) -> bytes:
        """The `length` bytes that the process of rank `root` has."""
        if self.size == 1:
            return data
        given = np.zeros(length, np.uint8)
        if self.rank == root:
            given = np.frombuffer(data, np.uint8)
        return self._call(given, "sum").tobytes()

    def close(self) -> None:
        """Lets go of the programs, and so of the connections to the other processes."""
        for program in self._programs.values():
            program.clear_cache()
        self._programs.clear()
        self._mesh = self._rows = self._device = None

    def _run(self, flat, kind):
        program = self._programs.get(kind)
        if program is None:
            program = self._programs[kind] = jax.jit(
                jax.shard_map(
                    _KINDS[kind], mesh=self._mesh, in_specs=_P(_AXIS), out_specs=_P(), check_vma=False
                )
            )
        with jax.enable_x64():
            own = jax.device_put(flat[None], self._device)
            rows = jax.make_array_from_single_device_arrays((self.size, *flat.shape), self._rows, [own])
            return program(rows)

    def _call(self, flat, kind):
        """The result of a collective, waited for in a way that signals and the loss of a process interrupt.

        Raises:
          UnavailableError: a process was lost.
          what `check` raises.
        """
        array = None
        pause = 2e-5
        try:
            array = self._run(flat, kind).addressable_data(0)
            while not array.is_ready():
                self._check()
                time.sleep(pause)
                pause = min(1.5 * pause, 1e-3)
            return np.asarray(array)
        except (jax.errors.JaxRuntimeError, ValueError) as failure:
            if not isinstance(failure, jax.errors.JaxRuntimeError) and "Gloo" not in str(failure):
                raise  # a program that fails as it is started says so with a ValueError
            reason = str(failure).splitlines()[0]
        except BaseException:
            _abandoned.append((self._mesh, array))
            raise
        raise errors.UnavailableError(None, None, f"another worker has gone away: {reason}")


def _total(row):
    return jax.lax.psum(row[0], _AXIS)


def _all_rows(row):
    return jax.lax.all_gather(row[0], _AXIS)


_KINDS = {"sum": _total, "gather": _all_rows}


def _copy(table, note, learned, over):
    """Copies entries between the table of this process and those of the others, until the ring has formed."""
    known = set()
    while not over.is_set():
        for folder in _TABLES:
            for key, value in table.key_value_dir_get_bytes(folder):
                if key not in known:
                    known.add(key)
                    note(key, value)
        for key, value in learned.take():
            if key not in known:
                known.add(key)
                table.key_value_set_bytes(key, value, True)
        time.sleep(0.003)


class _loopback_port:  # noqa: N801 (used like a function)
    """Context manager: a free port of this machine."""

    def __enter__(self):
        self._socket = socket.socket()
        self._socket.bind(("localhost", 0))
        return self._socket.getsockname()[1]

    def __exit__(self, *_):
        self._socket.close()


class _output_to_errors:  # noqa: N801 (used like a function)
    """Context manager: what compiled code prints goes to the standard error, for as long as a ring forms."""

    def __enter__(self):
        sys.stdout.flush()
        self._output = os.dup(1)
        os.dup2(2, 1)

    def __exit__(self, *_):
        os.dup2(self._output, 1)
        os.close(self._output)
