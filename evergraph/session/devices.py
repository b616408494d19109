"""The devices of a session: which there are, which one an operation runs on, and what they are called.

A device of a session is a name. There are as many CPUs as the `device_count` of its ConfigProto says (they share the
machine's processors, as in TensorFlow), and no more of any other kind. A GPU that is not there has a stand-in: one of the
GPUs there are, else one of the default devices, in turn. So a loop over `num_gpus` runs on any machine, and where the host is
split into several devices its towers run side by side.
"""

import collections

from evergraph.framework import errors, logging
from evergraph.framework.device import DeviceSpec
from evergraph.framework.public import public

DeviceAttributes = collections.namedtuple("DeviceAttributes", ["name", "device_type", "memory_limit_bytes"])
public("python.client.session._DeviceAttributes")(DeviceAttributes)

_KINDS = {"cuda": "GPU", "rocm": "GPU"}  # platform -> what TensorFlow calls it


class SessionDevices:
    """The devices that a session's runs are placed on.

    Args:
      runtime: the Runtime.
      resources: the session's Resources, which know its tasks.
      device_count: {kind of device: how many of them there are at most; of CPUs: how many}.

    Attributes:
      limits: what decides where operations go beside their own devices; sessions with equal ones share plans.
    """

    def __init__(self, runtime, resources, device_count):
        self._runtime = runtime
        self._resources = resources
        self._count = dict(device_count)
        self.limits = tuple(sorted(self._count.items()))
        self._by_task = {}  # task -> {(kind, index): JAX device}, the default first
        self._keys = {}  # device of an operation -> what the engine calls it

    def list(self) -> list[DeviceAttributes]:
        """One entry for each device of each task, the session's own task first."""
        return [
            DeviceAttributes(f"{task}/device:{kind}:{index}", kind, memory_of(device))
            for task in self._resources.task_names()
            for (kind, index), device in self._of(task).items()
        ]

    def _of(self, task):
        found = self._by_task.get(task)
        if found is None:
            count = self._resources.device_count(task)
            found = self._by_task[task] = find_devices(self._runtime, self._count if count is None else count)
        return found

    def key(self, operation) -> str:
        """What the engine calls the device of an operation: "" is the runtime's default.

        Raises:
          InvalidArgumentError: the operation is on a task that the session does not reach.
        """
        key = self._keys.get(operation.device)
        if key is None:
            devices = self._of(self._resources.task_of(operation))
            place = _place(operation)
            device = devices.get(place) or _stand_in(devices, place)
            key = self._keys[operation.device] = self._runtime.key_of(device)
        return key

    def check(self, operations):
        """Says once for each GPU that there is not that its operations run on another device.

        Raises:
          InvalidArgumentError: an operation is on a device of another kind that its task has not.
        """
        first_on = {}
        for operation in operations:
            if operation.device:
                first_on.setdefault(operation.device, operation)
        for name, operation in first_on.items():
            place, devices = _place(operation), self._of(self._resources.task_of(operation))
            if place[0] is not None and place not in devices:
                if place[0] == "GPU":
                    _tell_of_stand_in(name, self.full_name(operation))
                    continue
                raise errors.InvalidArgumentError(
                    operation.node_def,
                    operation,
                    f"Cannot assign a device for operation {operation.name}: it was "
                    f"explicitly assigned to {name}, but the devices there are {[d.name for d in self.list()]}; with "
                    "config=tf.ConfigProto(allow_soft_placement=True) the session runs it on one of these, and "
                    "device_count={'CPU': 4} gives it four CPUs",
                )

    def name_of(self, operation, kind: str, index: int) -> str:
        """The full name of the device where an operation (None: the run itself) ran: on this kind and index, or,
        where all CPUs are one, on the CPU that it was assigned to."""
        if operation is None:
            return f"{self._resources.task_names()[0]}/device:{kind}:{index}"
        task, place = self._resources.task_of(operation), _place(operation)
        if place[0] == kind and place in self._of(task):
            index = place[1]
        return f"{task}/device:{kind}:{index}"

    def full_name(self, operation) -> str:
        """The full name of the device that an operation is placed on."""
        devices, key = self._of(self._resources.task_of(operation)), self.key(operation)
        kind, index = next(place for place, device in devices.items() if self._runtime.key_of(device) == key)
        return self.name_of(operation, kind, index)


def find_devices(runtime, device_count) -> dict:
    """{(kind, index): JAX device} of a runtime, the default one first.

    A `device_count` above the number of CPUs gives the first one more names.
    """
    found = collections.defaultdict(list)
    for device in runtime.devices:
        found[_KINDS.get(device.platform, device.platform.upper())].append(device)
    for kind, devices in found.items():
        limit = device_count.get(kind, len(devices))
        if kind == "CPU":
            limit = max(limit, 1)  # something must run what is for no device
            devices += devices[:1] * (limit - len(devices))
        del devices[limit:]
    return {(kind, i): device for kind, devices in found.items() for i, device in enumerate(devices)}


def memory_of(device) -> int:
    """The bytes of memory that a JAX device has for arrays; 0 where it does not say."""
    return (device.memory_stats() or {}).get("bytes_limit", 0)


def _stand_in(devices, place):
    """The device that runs what is for one that there is not: of its kind, else of the default one, in turn."""
    kind, index = place
    if kind not in {there for there, _ in devices}:
        kind = next(iter(devices))[0] if kind == "GPU" else None
    alike = [device for (there, _), device in devices.items() if there == kind]
    return alike[index % len(alike)] if alike else next(iter(devices.values()))


_told = set()  # (device that there is not, what stands in for it)


def _tell_of_stand_in(name, stand_in):
    if (name, stand_in) not in _told:
        _told.add((name, stand_in))
        logging.warning("There is no %s here: its operations run on %s.", name, stand_in)


def _place(operation):
    """(kind, index) that the device of an operation asks for; (None, 0) when it does not say."""
    spec = DeviceSpec.from_string(operation.device)
    return spec.device_type, spec.device_index or 0
