"""What is raised where operations turn out not to compile, or not to be worth it."""


class RunOnHost(Exception):
    """Operations are to run on the host: what is left of the plan is made again.

    A control-flow operation cannot be compiled (a shape changes from one iteration to the next, or depends on a loop
    variable); or a number that sets the size of a result takes too many values (engine.sizes).
    """

    def __init__(self, *operations):
        super().__init__(f"{', '.join(op.name for op in operations)} must run on the host")
        self.operations = operations
