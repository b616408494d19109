"""Functions written line by line, for what is known once and runs often."""

import itertools
import linecache
import weakref

FILE_PREFIX = "<evergraph: "  # what the file names of written functions begin with

_numbers = itertools.count()


class Source:
    """Lines of Python, and the objects that their names stand for.

    What is written has a file name of its own, `<evergraph: title 7>`, and its lines are kept in `linecache` as long as
    the function lives, so that a traceback shows them.

    Args:
      title: what the function is.
    """

    def __init__(self, title):
        self.title = title
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
        text: str = "\n".join(self.lines) + "\n"
        file = f"{FILE_PREFIX}{self.title} {next(_numbers)}>"
        exec(compile(text, file, "exec"), self.names)
        function = self.names.pop(name)
        lines = [str(line) for line in text.splitlines(keepends=True)]
        linecache.cache[file] = len(text), None, lines, file
        weakref.finalize(function, linecache.cache.pop, file, None).atexit = False
        return function
