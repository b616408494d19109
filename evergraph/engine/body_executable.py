"""Bodies of control flow that run on the host."""

from evergraph.engine.execute import Executable
from evergraph.engine.plan import build_plan
from evergraph.engine.plans import plans_of


class BodyExecutable(Executable):
    """The body of a control-flow operation that runs on the host: a plan that works on the variables themselves.

    Args:
      body, kept: see `HostRun.call`.
      cells: the cell of each of its inputs that is a variable, in order.
      choices: of `build_plan`; when None, `of_elements` where `resources.calls_for_elements`.

    Attributes:
      edges: the version of the graph's edges that the plan was made for.
    """

    looks = False  # the run that it is a part of does

    def __init__(self, body, kept, cells, resources, runtime, plan=None, choices=None):
        self.edges = body.graph._version_of_edges
        self.body, self.kept, self.cells = body, kept, cells
        variables = [t for t in body.inputs if body.binds_variable(t)]
        self._cell_of = dict(zip(variables, cells, strict=True))
        fed = [t for t in body.inputs if not body.binds_variable(t)]
        if choices is None:
            choices = {"of_elements": getattr(resources, "calls_for_elements", False)}
        plan = plan or build_plan([*body.outputs, *kept], fed, None, body.done, **choices)
        plans_of(body.graph, runtime).share(plan)
        super().__init__(plan, resources, runtime)

    def cell(self, variable):
        return self._cell_of[variable] if variable in self._cell_of else self.resources.cell(variable)

    def _like(self, plan):
        return BodyExecutable(self.body, self.kept, self.cells, self.resources, self.runtime, plan)
