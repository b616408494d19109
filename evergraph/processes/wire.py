"""Messages between the processes of a cluster: a dictionary, and bytes beside it, over a socket."""

import contextlib
import json
import socket
import struct
import threading

_FRAME = struct.Struct(">IQ")
_LARGEST_TEXT = 1 << 28


class Wire:
    """One connection; several threads may send, one receives.

    Args:
      sock: the connected socket.

    Attributes:
      hosts: the addresses of this side and of the other.
    """

    def __init__(self, sock: socket.socket):
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.hosts = sock.getsockname()[0], sock.getpeername()[0]
        self._socket = sock
        self._sending = threading.Lock()
        self._file = sock.makefile("rb", buffering=1 << 16)

    def send(self, message: dict, data: bytes = b"") -> bool:
        """Sends a message; False when the other side has gone."""
        text = json.dumps(message).encode()
        parts = [_FRAME.pack(len(text), len(data)) + text]
        if data:
            parts.append(data)
        try:
            with self._sending:
                for part in parts:
                    self._socket.sendall(part)
        except OSError:
            return False
        return True

    def receive(self) -> tuple[dict, bytes] | None:
        """The next message and its bytes; None when the other side has gone."""
        try:
            head = self._file.read(_FRAME.size)
            if len(head) < _FRAME.size:
                return None
            length, more = _FRAME.unpack(head)
            if length > _LARGEST_TEXT:
                return None  # it speaks something else
            text, data = self._file.read(length), self._file.read(more) if more else b""
            if len(text) < length or len(data) < more:
                return None
            return json.loads(text), data
        except (OSError, ValueError):
            return None

    def close(self) -> None:
        """Ends the connection; who waits in `receive` gets None."""
        with contextlib.suppress(OSError):  # it may be gone already
            self._socket.shutdown(socket.SHUT_RDWR)
        self._file.close()
        self._socket.close()
