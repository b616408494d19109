"""Undoing the commits of a run that fails later: host operations that fail leave variables as they were.

A run that has updated variables and then fails, before it came to an operation that may wait, takes its updates back, but
for variables that somebody else has written meanwhile.
"""


def roll_back(store, commits):
    """Takes commits back, the last one first.

    Args:
      store: the CellStore.
      commits: (cells that were written, their values before, their values after, the commits before this one or None).
    """
    with store.lock:
        if store.pending is not None:
            store.settle()
        while commits is not None:
            cells, old, new, commits = commits
            for cell, was, became in zip(cells, old, new, strict=True):
                if cell.value is became:
                    cell.value = was
