"""What the system says about its processes, as far as it says anything: words for messages."""

from __future__ import annotations

import os


def holder_of_lock(path: str) -> str:
    """Who holds the lock of a file or directory: "Process 71 (python train.py)", or "Another process"."""
    try:
        inode = str(os.stat(path).st_ino)
        with open("/proc/locks") as table:
            rows = [line.split() for line in table]
    except OSError:
        return "Another process"
    for row in rows:
        # 1: FLOCK ADVISORY WRITE 71 fd:01:1234 0 EOF, where 1234 is the inode
        if len(row) > 5 and row[1] == "FLOCK" and row[5].rpartition(":")[2] == inode and int(row[4]) > 0:
            return f"Process {row[4]}{_command_of(row[4])}"
    return "Another process"


def _command_of(pid: str) -> str:
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as file:
            words = file.read().rstrip(b"\0").split(b"\0")
    except OSError:
        return ""
    return f" ({b' '.join(words).decode(errors='replace')[:200]})"
