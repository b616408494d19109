"""Which process of tests gets which file, when one of the processes dies.

xdist (3.8) puts the work of a process that died back as it was: the test that killed it is run again, and kills the
next; and a process that is given a single test then waits for a second one before it begins, for ever. Here the
test that was running has failed, once, and the rest of its file goes on elsewhere.
"""

from xdist.scheduler import LoadFileScheduling


class FileScheduling(LoadFileScheduling):
    """Files stay together, as in ``--dist loadfile``; a process that dies costs the test that it ran."""

    def remove_node(self, node):
        """Take a process away and give what it had not begun to the others; the test that it was running, or None."""
        workload = self.assigned_work.pop(node)
        pending = [nodeid for unit in workload.values() for nodeid, done in unit.items() if not done]
        if not pending:
            return None
        running = pending[0]
        workload[self._split_scope(running)][running] = True
        self.workqueue.update({file: unit for file, unit in workload.items() if not all(unit.values())})
        for other in self.assigned_work:
            self._reschedule(other)
        return running

    def _reschedule(self, node):
        if node not in self.registered_collections:
            return  # it still collects, in the place of one that died: it is given work when it is done with that
        super()._reschedule(node)
        while self.workqueue and not node.shutting_down and self._pending_of(self.assigned_work[node]) < 2:
            self._assign_work_unit(node)
        if not self.workqueue and not node.shutting_down:
            node.shutdown()  # told later, it would wait for more before its last test
