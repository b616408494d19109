"""Functions written line by line, for what is known once and runs often."""

__all__ = ["Source"]


class Source:
    """Lines of Python, and the objects that their names stand for."""

    def __init__(self):
        self.lines = []
        self.names = {}

    def add(self, indent, line):
        """Adds a line."""
        self.lines.append("    " * indent + line)

    def name(self, prefix, thing) -> str:
        """A name that stands for an object."""
        name = f"{prefix}_{len(self.names)}"
        self.names[name] = thing
        return name

    def function(self, name):
        """The function that the lines define."""
        exec(compile("\n".join(self.lines), f"<{name}>", "exec"), self.names)
        return self.names[name]
