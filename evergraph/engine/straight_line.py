"""Straight-line code for plans that run often: a training step without its interpreter.

`Executable` can run any plan, by going through its stages and their lists.  For a plan of compiled programs and step
counters, in one transaction at most, all of that is known beforehand, and `write_straight_line` writes it out as lines
of one Python function, every slot a local variable:

    def run(host_run, feeds):
        s0, s1, = feeds
        if resources.broken is not None: raise lost()
        with lock:
            s5 = cell5.value                               # loads
            if s5 is None: s5 = missing(cell5, value5)
            before = enter()                               # a device stage
            try: outputs, error, operands = program3((s5,), (s0, s1,), None)
            except Exception as failure: raise failed3(failure, (s5,)) from failure
            finally: leave(before)
            s2, s3, = outputs
            if error is not None: check3(error, operands, outputs)
            cell5.value = s3                               # commits
            s8 = s7 + s9 if type(s7) is kind else count(s7, s9)   # a step counter
        return (s2,)

`straight_line` makes that function; a session writes its own, which also converts what is fed and fetched.
"""

import jax
import numpy as np

from evergraph.engine import wide_types
from evergraph.framework.source import Source

__all__ = ["locals_of", "straight_line", "write_straight_line"]


def locals_of(slots) -> str:
    """A tuple of the local variables of some slots, as an expression or a target."""
    return "".join(f"s{slot}, " for slot in slots)


def straight_line(executable):
    """The function that does what `executable.run` does; None where only that can."""
    source = Source()
    source.add(0, "def run(host_run, feeds):")
    fed = len(executable.plan.block.fed)
    if fed:
        source.add(1, f"{locals_of(range(fed))}= feeds")
    if not write_straight_line(executable, source, 1):
        return None
    source.add(1, f"return ({locals_of(executable.fetched_slots)})")
    return source.function("run")


def write_straight_line(executable, source, indent) -> bool:
    """Writes the lines that run a plan: from the slots of its feeds to the slots of its fetches, as local variables.

    Returns:
      Whether that can be done.
    """
    runners = executable.runners
    transactions = sum(runner.locks for runner in runners)
    if transactions > 1 or not all(runner.is_straight and _writes_what_it_runs(type(runner)) for runner in runners):
        return False
    if transactions and not (runners[0].locks and runners[-1].unlocks):
        return False
    source.names.update(
        resources=executable.resources, lock=executable.resources.lock, missing=executable.missing,
        lost=executable.lost, load_late=executable.load_late, enter=wide_types.enter, leave=wide_types.leave,
        is_array=(jax.Array, np.ndarray), copy=np.array,
    )  # fmt: skip
    source.names.update((f"s{slot}", thing) for slot, thing in enumerate(executable.template))
    source.add(indent, "if resources.broken is not None: raise lost()")
    if transactions:
        source.add(indent, "with lock:")
        indent += 1
        for slot, cell, value in runners[0].loads:
            cell, value = source.name("cell", cell), source.name("value", value)
            source.add(indent, f"s{slot} = {cell}.value")
            source.add(indent, f"if s{slot} is None: s{slot} = missing({cell}, {value})")
    for runner in runners:
        runner.write(source, indent)
        for cell, slot in runner.commits:
            source.add(indent, f"{source.name('cell', cell)}.value = s{slot}")
    if transactions:
        scalars = frozenset().union(*(runner.scalars for runner in runners))
        for slot in executable.copied:
            if slot not in scalars:
                source.add(indent, f"if isinstance(s{slot}, is_array): s{slot} = copy(s{slot})")
        indent -= 1
    for slot, cell, value in executable.late_loads:
        source.add(indent, f"s{slot} = load_late({source.name('cell', cell)}, {source.name('value', value)})")
    return True


def _writes_what_it_runs(kind):
    """Whether the class that gives a runner its `run` gives it its `write` too."""
    owners = [next((k for k in kind.__mro__ if method in vars(k)), None) for method in ("run", "write")]
    return owners[0] is owners[1]
