"""Device names as recorded facts: `DeviceSpec`."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from evergraph.framework.public import public, public_module

public_module("python.framework.device")


@public("DeviceSpec")
class DeviceSpec:
    """A (possibly partial) device: job, replica, task, device type and index.

    Its string form is TensorFlow's `/job:worker/replica:0/task:1/device:GPU:0`.
    """

    def __init__(
        self,
        job: str | None = None,
        replica: int | None = None,
        task: int | None = None,
        device_type: str | None = None,
        device_index: int | None = None,
    ) -> None:
        self.job = job
        self.replica = replica
        self.task = task
        # "GPU" and "gpu" name the same thing
        self.device_type = device_type.upper() if device_type in ("cpu", "gpu") else device_type
        self.device_index = None if device_index is None else int(device_index)

    @property
    def job(self) -> str | None:
        """The job's name, or None."""
        return self._job

    @job.setter
    def job(self, job: str | None) -> None:
        self._job = None if job is None else str(job)

    @property
    def replica(self) -> int | None:
        """The replica's index, or None."""
        return self._replica

    @replica.setter
    def replica(self, replica: int | None) -> None:
        self._replica = None if replica is None else int(replica)

    @property
    def task(self) -> int | None:
        """The task's index in its job, or None."""
        return self._task

    @task.setter
    def task(self, task: int | None) -> None:
        self._task = None if task is None else int(task)

    def _clear(self):
        self.job = self.replica = self.task = self.device_type = self.device_index = None

    def parse_from_string(self, spec: str) -> DeviceSpec:
        """Sets the fields from a string; ValueError when a part is unknown or given twice."""
        self._clear()
        for part in filter(None, spec.split("/")):
            pieces = part.split(":")
            key = pieces[0]
            if key == "job" and len(pieces) == 2:
                self.job = pieces[1]
            elif key == "replica" and len(pieces) == 2:
                self.replica = int(pieces[1])
            elif key == "task" and len(pieces) == 2:
                self.task = int(pieces[1])
            elif key == "device" and len(pieces) in (2, 3):
                self._set_type(pieces[1], pieces[2] if len(pieces) == 3 else None, spec)
            elif re.fullmatch("[cC][pP][uU]|[gG][pP][uU]", key) and len(pieces) in (1, 2):
                self._set_type(key.upper(), pieces[1] if len(pieces) == 2 else None, spec)
            else:
                raise ValueError(
                    f"Unknown attribute: {key!r} in the device {spec!r}; a device looks like "
                    "'/job:worker/task:0/device:CPU:0' or '/gpu:0'"
                )
        return self

    def _set_type(self, device_type, index, spec):
        if self.device_type is not None:
            raise ValueError(f"Cannot specify multiple device types in {spec!r}")
        self.device_type = device_type.upper() if device_type in ("cpu", "gpu") else device_type
        self.device_index = None if index in (None, "*") else int(index)

    def merge_from(self, dev: DeviceSpec) -> None:
        """Takes over every field that `dev` sets."""
        for field in ("job", "replica", "task", "device_type", "device_index"):
            value = getattr(dev, field)
            if value is not None:
                setattr(self, field, value)

    def to_string(self) -> str:
        """The canonical name, with only the fields that are set."""
        parts = []
        if self.job is not None:
            parts.append(f"/job:{self.job}")
        if self.replica is not None:
            parts.append(f"/replica:{self.replica}")
        if self.task is not None:
            parts.append(f"/task:{self.task}")
        if self.device_type is not None:
            index = "*" if self.device_index is None else self.device_index
            parts.append(f"/device:{self.device_type}:{index}")
        return "".join(parts)

    @staticmethod
    def from_string(spec: str) -> DeviceSpec:
        """Parses a device name; see `parse_from_string`."""
        return DeviceSpec().parse_from_string(spec)

    def __eq__(self, other):
        return isinstance(other, DeviceSpec) and self.to_string() == other.to_string()

    def __hash__(self):
        return hash(self.to_string())

    def __repr__(self):
        return f"DeviceSpec({self.to_string()!r})"


@public()
def canonical_name(device: Any) -> str:
    """The canonical string of a device name, a DeviceSpec or None."""
    spec = device if isinstance(device, DeviceSpec) else DeviceSpec.from_string(device or "")
    return spec.to_string()


@public()
def check_valid(spec: str) -> None:
    """Raises ValueError unless a string names a device, wholly or in part."""
    DeviceSpec.from_string(spec)


@public()
def merge_device(spec: DeviceSpec | str | None) -> Callable:
    """A device function whose DeviceSpec is the operation's device, and where that leaves something open, `spec`."""
    default = spec if isinstance(spec, DeviceSpec) else DeviceSpec.from_string(spec or "")

    def merge(operation):
        current = operation.device or ""
        if not isinstance(current, DeviceSpec):
            current = DeviceSpec.from_string(current)
        merged = DeviceSpec()
        merged.merge_from(default)
        merged.merge_from(current)
        return merged

    return merge
