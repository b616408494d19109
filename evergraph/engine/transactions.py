"""Transactions: where the variables' lock is taken, what is read and committed under it.

The lock spans: read cells, dispatch one program (or update on the host), write cells.  It is never held while something
waits, calls a user's Python code, or compiles: what such operations need of the variables is copied before, and what
they give is committed after; of two that write, the last one wins, as in TensorFlow.

1. `_counters_beside_programs`   step counters join the program that they follow, so that both are committed at once
2. `_group`                      one transaction for each other stage
3. `_Versions`                   which cells each one reads; which old values must outlive the next commit
4. `_protect`                    what is undone if an operation that comes after fails
"""

from evergraph.engine.donation import donate


class Transaction:
    """What runs between taking the lock and letting it go; without variables there is no lock.

    Attributes:
      stage: the Stage that runs; None where there are counters only.
      counters: stages that count, before it.
      loads: the values of variables that it reads from their cells.
      commits: [(variable's tensor, value)] that it writes to their cells.
      copies: those of the values it commits that a fetch wants a copy of.
      is_protected: whether its commits are undone when a later operation fails.
      begins_anew: whether earlier commits stand for good once it is reached, as it may wait.
    """

    __slots__ = ("stage", "counters", "loads", "commits", "copies", "is_protected", "begins_anew")

    def __init__(self, stage, counters=()):
        self.stage = stage
        self.counters = list(counters)
        self.loads, self.commits, self.copies = [], [], []
        self.is_protected = self.begins_anew = False

    @property
    def stages(self) -> list:
        """The stages it runs, in order."""
        return [*self.counters, *([] if self.stage is None else [self.stage])]

    @property
    def locks(self) -> bool:
        """Whether it takes the lock."""
        return bool(self.loads or self.commits)

    def __repr__(self):
        return f"<transaction {self.stages}>"


def make_transactions(block, stages):
    """The transactions of a plan's stages, and the loads that only fetches want.

    Returns:
      ([Transaction], [value])
    """
    transactions = _group(stages)
    fetched = {value for value in block.fetches if value is not None and value.source is not None}
    versions = _Versions(transactions)
    for i, transaction in enumerate(transactions):
        versions.read_and_write(i, transaction)
        transaction.begins_anew = any(stage.blocking for stage in transaction.stages)
        transaction.copies = [value for _, value in transaction.commits if value in fetched]
    _protect(transactions)
    for i, transaction in enumerate(transactions):
        stage = transaction.stage
        if stage is not None and stage.kind != "host" and not transaction.is_protected:
            donate(stage, versions.free(i, transaction) - fetched)
    copied = {value for transaction in transactions for value in transaction.copies}
    late = [value for value in dict.fromkeys(block.fetches) if value in fetched and value not in copied]
    return transactions, [value for value in late if value.is_load or value.node.uses_cells]


# -- 1, 2: stages into transactions ------------------------------------------------------------------------------


def _group(stages):
    transactions = []
    for stage in stages:
        if stage.counts and not _joins_program_before(stage, transactions):
            transactions.append(Transaction(None, [stage]))
        elif not stage.counts:
            before = transactions[-1] if transactions else None
            if stage.kind != "host" and before is not None and before.stage is None:
                before.stage = stage  # a counter just before a program
            else:
                transactions.append(Transaction(stage))
    return transactions


def _joins_program_before(stage, transactions):
    """Puts a counter beside the last program, unless it follows something that came after that."""
    followed = set()
    for node in stage.nodes:
        followed.update(node.after)
        followed.update(v.node for v in node.inputs if v is not None and v.node is not None)
    for transaction in reversed(transactions):
        if transaction.stage is None or transaction.stage.kind != "host":
            if transaction.stage is not None and transaction.stage.writes:
                transaction.counters.append(stage)
                return True
            return False
        if (
            transaction.begins_anew
            or transaction.stage.blocking
            or not followed.isdisjoint(transaction.stage.nodes)
        ):
            return False
    return False


# -- 3: versions -----------------------------------------------------------------------------------------------


class _Versions:
    """Which version of each variable its cell holds when, as far as this run is concerned."""

    def __init__(self, transactions):
        self.uses = {}  # version -> indices of the transactions whose stages take it
        self.made = {}  # version -> index of the transaction that commits it
        self.commits = {}  # variable's tensor -> [index of a transaction that commits a version of it]
        self.last = {}  # (index, variable's tensor) -> the version it commits
        for i, transaction in enumerate(transactions):
            for stage in transaction.stages:
                for value in stage.inputs:
                    if value.source is not None:
                        self.uses.setdefault(value, []).append(i)
                for source, version in stage.writes.items():
                    if self.commits.setdefault(source, [])[-1:] != [i]:
                        self.commits[source].append(i)
                    self.made.pop(self.last.get((i, source)), None)
                    self.made[version] = i
                    self.last[i, source] = version

    def overwritten(self, value):
        """The index of the transaction that commits the next version; None where none does."""
        made = self.made.get(value, -1)
        if value.node is not None and value not in self.made:
            return -1  # a version between two others: it is in no cell
        return next((i for i in self.commits.get(value.source, ()) if i > made), None)

    def read_and_write(self, i, transaction):
        """Fills `loads` and `commits` of transaction `i`."""
        loads = {}
        for stage in transaction.stages:
            for value in stage.inputs:
                if value.source is not None and self.made.get(value) != i:
                    until = self.overwritten(value)
                    if until is None or i <= until:
                        loads[value] = None
        for value, uses in self.uses.items():
            if self.overwritten(value) == i and uses[-1] > i and self.made.get(value) != i:
                loads[value] = None  # the last moment to read it
        transaction.loads = list(loads)
        commits = {source: None for stage in transaction.stages for source in stage.writes}
        values = {source: self.last[i, source] for source in commits}
        transaction.commits = [(s, v) for s, v in values.items() if not v.node.uses_cells]

    def free(self, i, transaction) -> set:
        """Those of the loads of transaction `i` that it overwrites and that none takes after it."""
        return {v for v in transaction.loads if self.overwritten(v) == i and self.uses[v][-1] <= i}


# -- 4: what a failure undoes ------------------------------------------------------------------------------------


def _protect(transactions):
    """Marks the commits that are undone when something fails before the next operation that may wait."""
    threatened = False
    for transaction in reversed(transactions):
        if transaction.begins_anew:
            threatened = False
            continue
        transaction.is_protected = threatened and bool(transaction.commits)
        stage = transaction.stage
        if stage is None:
            continue
        if stage.snapshot:
            threatened = False
        elif stage.fallible or stage.has_checks or stage.value_checks:
            threatened = True
