"""What is raised where an operation turns out not to compile."""

__all__ = ["RunOnHost"]


class RunOnHost(Exception):
    """A control-flow operation cannot be compiled (a shape changes from one iteration to the next, or depends
    on a loop variable): it must run on the host, and what is left of the plan be made again."""

    def __init__(self, operation):
        super().__init__(f"{operation.name} must run on the host")
        self.operation = operation
