"""Every public function and class says what its callers must know: shapes and dtypes, errors, units, sources.

What is owed is read from the source: who takes tensors owes a word on shapes or dtypes; who raises, itself or by a kernel or
private function of its file, owes the name of an error, and so does a method that raises; who takes a time or an angle owes its unit; `PUBLISHED` has
formulas and `FORMATS` files, whose sources are owed. A docstring that says "as `tf.metrics.mean`" or "arguments as for
`nce_loss`" says what that one says. Run with `-s` to see the numbers by package.
"""

import ast
import collections
import fnmatch
import importlib
import inspect
import re

import pytest

from tests.test_contents import ROOT, contents

TYPES = r"bfloat16|(?:complex|float|u?int)\d+|floats?|floating point|complex numbers?|integers?|booleans?|bool|dtypes?|strings?|bytes"
SHAPES = r"\w*shaped?|ranks?|scalars?|vectors?|matri(?:x|ces)|dimensions?|axis|axes|element by element|elements?|rows|columns"
SAYS = {
    "tensors": re.compile(rf"\b(?:{TYPES}|{SHAPES})\b|`\[[^\]]*\]", re.IGNORECASE),
    "errors": re.compile(
        r"\b[A-Z]\w*(?:Error|Exception)\b|\b(?:StopIteration|SkipTest)\b|^Raises:$", re.MULTILINE
    ),
    "units": re.compile(r"\b(?:seconds?|milliseconds?|microseconds?|ms|us|radians?|degrees?|steps)\b"),
    "source": re.compile(
        r"\b(?:19|20)\d\d\b|\barXiv:|https?://|\bRFC \d+|\b[Ss]ections? \d|\bchapter \d|\btensorflow/(?:core|python)/"
    ),
}
TENSOR = re.compile(r"\b(?:TensorLike|Tensor|SparseTensor|IndexedSlices)\b")
UNIT = re.compile(r"(?:^|_)(?:timeout|interval|angles?|grace|secs|wait)(?:$|_)")

# Where names compute what somebody published: its source is owed by the name, or by its file. "file" or "file:name".
PUBLISHED = (
    "contrib/crf/*",
    "contrib/layers/divisive_normalization.py",
    "contrib/legacy_seq2seq/attention.py",
    "contrib/opt/adam_kinds.py",
    "contrib/opt/sign.py",
    "contrib/rnn/*_cells.py",
    "contrib/seq2seq/attention_mechanisms.py",
    "contrib/slim/nets/*",
    "keras/applications/[!bi]*.py",
    "keras/applications/inception*.py",
    "keras/layers/cudnn_recurrent.py",
    "keras/layers/recurrent/cells.py:*[!s]",
    "keras/optimizers/rules.py",
    "layers/normalization.py:BatchNormalization",
    "layers/recurrent/*_cell.py",
    "ops/initializers.py",
    "ops/nn/activations.py",
    "ops/nn/candidate_sampling.py",
    "ops/nn/sampled_loss.py",
    "optimizers/ada*.py",
    "optimizers/ftrl.py",
    "optimizers/momentum.py",
    "optimizers/proximal_*.py",
    "optimizers/rmsprop.py",
    "optimizers/schedules.py:*cosine*",
)

# Files that read and write what others specified: each names the specification.
FORMATS = (
    "formats/bundle_layout.py",
    "formats/checkpoint_v1.py",
    "formats/checksums.py",
    "formats/events.py",
    "formats/records.py",
    "formats/snappy.py",
    "formats/sstable.py",
    "formats/tensor_bytes.py",
    "formats/tensor_slice.py",
    "formats/varints.py",
    "ops/image/deep_png.py",
)

# A docstring that sends the reader to another one.
REFERENCE = re.compile(
    r"(?:\A|^Both of |\b(?:[Aa]s|[Ll]ike|[Ss]ee|as for|as by|as in|spelling of|name of|one of|that of|those of)\s+)`(?:tf\.)?([A-Za-z_][\w.]*)(?:\([^`]*)?`"
)

# Who owes nothing although the rules say so, and why.
EXCEPTIONS: dict[str, str] = {}

# How many names of a package may owe something: what is not named here owes nothing. Numbers may only fall.
ALLOWED: dict[str, int] = {}  # package: how many names may owe something; it only falls


class Name:
    """A public function or class: its definition in the source, and its docstring."""

    def __init__(self, module, node, functions, doc):
        self.module, self.name, self.node, self.doc = module, node.name, node, doc
        self.functions = functions  # those of its file, by name
        self.full = f"{module.removeprefix('evergraph.')}.{node.name}"

    def function(self):
        """The function whose arguments a caller gives, None for a class without a constructor of its own."""
        if isinstance(self.node, ast.FunctionDef):
            return self.node
        made = (item for item in self.node.body if isinstance(item, ast.FunctionDef))
        return next((item for item in made if item.name == "__init__"), None)

    def silent_methods(self):
        """The methods with docstrings that raise, and name no error; what only subclasses define does not count."""
        items = self.node.body if isinstance(self.node, ast.ClassDef) else ()
        methods = [item for item in items if isinstance(item, ast.FunctionDef) and item.name[0] != "_"]
        return [
            item.name
            for item in methods
            if raises(item, but="NotImplementedError")
            and ast.get_docstring(item)
            and not SAYS["errors"].search(ast.get_docstring(item) or "")
        ]

    def owes(self):
        """The kinds of statements that its docstring has to make."""
        function, owed = self.function(), set()
        place = contents_path(self.module).relative_to(ROOT / "evergraph").as_posix()
        if any(fnmatch.fnmatch(place, p) or fnmatch.fnmatch(f"{place}:{self.name}", p) for p in PUBLISHED):
            owed.add("source")
        if function is None:
            return owed
        arguments = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
        hints = [ast.unparse(each.annotation) for each in arguments if each.annotation]
        decorators = " ".join(ast.unparse(each) for each in function.decorator_list)
        is_kernel = re.search(r"\b(?:unary|binary|\w+_op)\(", decorators)
        if is_kernel or isinstance(self.node, ast.FunctionDef) and any(map(TENSOR.search, hints)):
            owed.add("tensors")
        called = {
            each.func.id
            for each in ast.walk(function)
            if isinstance(each, ast.Call) and isinstance(each.func, ast.Name)
        }
        helpers = [f for name, f in self.functions.items() if name in called and re.match(r"_|\w+_op$", name)]
        if any(map(raises, [function, *helpers])):
            owed.add("errors")
        if any(UNIT.search(each.arg) for each in arguments):
            owed.add("units")
        return owed


def raises(function, but=None):
    """Whether a function has a `raise` with something to raise, another than the error `but`."""
    raised = [each.exc for each in ast.walk(function) if isinstance(each, ast.Raise) and each.exc]
    return any(but is None or not ast.unparse(each).startswith(but) for each in raised)


def contents_path(module):
    path = ROOT.joinpath(*module.split("."))
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


@pytest.fixture(scope="module")
def names():
    """{path of a public name, and each word for it: Name}, in the order of the source."""
    by_module = collections.defaultdict(list)
    for row in contents.read_sources(ROOT).names:
        by_module[row.module].append(row)
    found = {}
    for module, rows in sorted(by_module.items()):
        tree = ast.parse(contents_path(module).read_text(encoding="utf-8"))
        nodes = {n.name: n for n in tree.body if isinstance(n, ast.FunctionDef | ast.ClassDef)}
        functions = {name: n for name, n in nodes.items() if isinstance(n, ast.FunctionDef)}
        values = vars(importlib.import_module(module))
        for row in rows:
            if row.name in nodes:
                made = Name(
                    module, nodes[row.name], functions, inspect.cleandoc(values[row.name].__doc__ or "")
                )
                for word in (made.full, *row.paths):
                    found[word] = made
    return found


def said(name, names, kinds, depth=3):
    """Those of `kinds` that a docstring, or one that it sends to, says."""
    found = {kind for kind in kinds if SAYS[kind].search(name.doc)}
    if "source" in kinds and SAYS["source"].search(importlib.import_module(name.module).__doc__ or ""):
        found.add("source")
    for reference in REFERENCE.findall(name.doc) if depth else ():
        missing = kinds - found
        if not missing:
            break
        for target in referred(reference, name, names):
            found |= said(target, names, missing, depth - 1)
    return found


def referred(reference, name, names):
    """What a docstring means by a word: a path of `tf`, a neighbour in its file, or a public name that is the only such one."""
    beside = names.get(f"{name.module.removeprefix('evergraph.')}.{reference}")
    if beside is not None and beside is not name:
        return [beside]
    if reference in names and names[reference] is not name:
        return [names[reference]]
    last = reference.rpartition(".")[2]
    return list({id(n): n for n in names.values() if n.name == last and n is not name}.values())


def test_docstrings_say_what_is_owed(names):
    owed, all_of_them = collections.defaultdict(dict), collections.Counter()
    for name in {id(n): n for n in names.values()}.values():
        package = name.full.split(".")[0]
        all_of_them[package] += 1
        kinds = name.owes()
        missing = kinds - said(name, names, kinds)
        if missing and name.full not in EXCEPTIONS:
            owed[package][name.full] = sorted(missing)
        for method in name.silent_methods():
            owed[package][f"{name.full}.{method}"] = ["errors"]
    print(f"\n{'package':16} {'names':>5} {'owe':>4}")
    for package, count in sorted(all_of_them.items()):
        print(f"{package:16} {count:5} {len(owed[package]):4}", *owed[package].items())
    over = {p: rows for p, rows in owed.items() if len(rows) > ALLOWED.get(p, 0)}
    assert over == {}, "say it in the docstring, or give a reason in EXCEPTIONS"
    slack = {p: len(owed[p]) for p, allowed in ALLOWED.items() if len(owed[p]) < allowed}
    assert slack == {}, "fewer names owe something: lower the number in ALLOWED"


def test_exceptions_are_needed(names):
    settled = [
        full
        for full in EXCEPTIONS
        if full not in names or not names[full].owes() - said(names[full], names, names[full].owes())
    ]
    assert settled == [], "a reason that nothing needs"


@pytest.mark.parametrize("file", FORMATS)
def test_a_file_of_a_format_names_its_specification(file):
    doc = ast.get_docstring(ast.parse((ROOT / "evergraph" / file).read_text(encoding="utf-8"))) or ""
    assert SAYS["source"].search(doc)


# -- the rules, on small sources -------------------------------------------------------------------------------------


def owed_by(source, names=None):
    """The kinds that the last function or class of a source owes and does not say."""
    nodes = ast.parse(source).body
    functions = {n.name: n for n in nodes if isinstance(n, ast.FunctionDef)}
    name = Name(
        "evergraph.ops.math", nodes[-1], functions, inspect.cleandoc(ast.get_docstring(nodes[-1]) or "")
    )
    kinds = name.owes()
    return kinds - said(name, names or {}, kinds)


@pytest.mark.parametrize(
    "signature, body, doc, owed",
    [
        ("x: TensorLike", "pass", "The sum.", {"tensors"}),
        ("x: TensorLike", "pass", "The sum, a scalar.", set()),
        ("x: TensorLike", "pass", "The sum of float32 numbers.", set()),
        ("x: int", "pass", "The sum.", set()),
        ("x: int", "raise ValueError(x)", "The sum.", {"errors"}),
        ("x: int", "raise ValueError(x)", "The sum; ValueError for 0.", set()),
        ("x: int", "_checked(x)", "The sum.", {"errors"}),
        ("x: int", "safe(x)", "The sum.", set()),
        ("timeout: float", "pass", "Waits.", {"units"}),
        ("timeout: float", "pass", "Waits for `timeout` seconds.", set()),
    ],
)
def test_what_is_owed(signature, body, doc, owed):
    helpers = "def _checked(x):\n    raise ValueError(x)\n\ndef safe(x):\n    return x\n\n"
    assert owed_by(f'{helpers}def f({signature}):\n    """{doc}"""\n    {body}\n') == owed


def test_a_kernel_owes_shapes_or_dtypes():
    assert owed_by('@device_op("Exp", "x: T -> y: T")\ndef exp(x):\n    """`e ** x`."""\n') == {"tensors"}


def test_a_docstring_that_sends_to_another_says_what_that_one_says():
    source = 'def f(x: TensorLike):\n    """{}"""\n'
    (node,) = ast.parse(source.format("")).body
    node.name = "mean"
    names = {"metrics.mean": Name("evergraph.metrics", node, {}, "The mean of float32 numbers.")}
    assert owed_by(source.format("Arguments as for `tf.metrics.mean`."), names) == set()
    assert owed_by(source.format("Less than `tf.metrics.mean`."), names) == {"tensors"}


def test_a_method_that_raises_owes_the_error():
    methods = "".join(
        f'    def {name}(self):\n        """{doc}"""\n        raise {error}\n'
        for name, doc, error in [
            ("silent", "Opens it.", "ValueError(self)"),
            ("said", "Opens it; ValueError when it is open.", "ValueError(self)"),
            ("abstract", "Opens it.", "NotImplementedError(self)"),
        ]
    )
    (node,) = ast.parse(f"class Door:\n{methods}").body
    assert Name("evergraph.ops.math", node, {}, "").silent_methods() == ["silent"]
