"""The house keeps its own rules: pages name what exists, files stay small, every source is tested by a file that is named.

Run with `-s` to see the sizes by package, and the share of public functions with full hints.
"""

import ast
import io
import keyword
import re
import statistics
import tokenize
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "evergraph"
SOURCES = {path.relative_to(PACKAGE).as_posix(): path for path in sorted(PACKAGE.rglob("*.py"))}
PAGES = ["CONTRIBUTING.md", "docs/architecture.md"]
MOST_LINES = 400

# Files over MOST_LINES, each with its reason. What is over twice as long wants splitting, whatever the reason.
LONG = {
    "__init__.py": "the table of contents, one line a name, written by `make contents`",
    "compat/contents.py": "a table, written by `make contents`",
    "checkpoint/meta_graph.py": "one format, written and read",
    "checkpoint/saver.py": "one class of TensorFlow's with many options, and the functions around it",
    "contrib/boosted_trees/operations.py": "one operation each, of the same dozen inputs",
    "contrib/gan/output_losses.py": "twelve losses of a formula and the same many arguments each",
    "contrib/learn/canned.py": "six models of many arguments, which share one function",
    "contrib/learn/estimator.py": "one class of TensorFlow's with many options, and what derives from it",
    "contrib/learn/monitors.py": "monitors of a few lines each, and what they derive from",
    "contrib/distributions/bijectors/elementwise.py": "eleven maps of a few lines each",
    "data/dataset.py": "one class of TensorFlow's with a method for each transformation",
    "contrib/metrics/streaming.py": "twenty-five functions of one signature, a line or two each",
    "distributions/bijector.py": "one class, with both directions of each question",
    "distributions/distribution.py": "one class of TensorFlow's with a method for each statistic",
    "engine/executor.py": "one writer of lines, with a method for each kind of them",
    "estimator/estimator.py": "one class of TensorFlow's with many options",
    "formats/paths.py": "one interface over two kinds of paths",
    "framework/graph.py": "the graph and its scopes, which share one lock",
    "framework/graph_import.py": "one pass, from a GraphDef to operations",
    "framework/shapes.py": "two classes that make each other",
    "layers/base.py": "one class of TensorFlow's, from its variables to its call",
    "keras/engine/network.py": "one class of TensorFlow's: the parts, losses, calls and files of a graph of layers",
    "keras/engine/training.py": "one class of TensorFlow's with many options",
    "keras/layers/core.py": "fourteen public layers of a few lines each",
    "keras/layers/recurrent/cells.py": "three cells of the same dozen arguments, and a stack of them",
    "keras/layers/wrappers.py": "two wrappers with the many methods of a layer",
    "ops/array/blocks.py": "six operations on blocks: their kernels on both sides, shapes and sizes that are places",
    "ops/array/gathering.py": "three operations and the public functions over them, with kernels on both sides and gradients",
    "ops/array/slicing.py": "one operation with its four masks, its gradient and its assignment",
    "ops/checks.py": "thirty checks of a few lines each",
    "ops/control_flow/loop.py": "one operation, with its five ways to lower",
    "ops/control_flow/tensor_array.py": "one class and its thirteen operations",
    "ops/image/decoding.py": "ten operations on four formats, each with its function",
    "ops/linalg.py": "thirty operations of a few lines each",
    "ops/losses.py": "the losses, functions of one signature, and their collection",
    "ops/nn/dilated.py": "five public functions of many arguments over one way to dilate",
    "ops/queues/host_queue.py": "one queue, whose requests share its lock",
    "ops/queues/classes.py": "five queues of one interface",
    "ops/sparse/arithmetic.py": "operations of a few lines each over one representation",
    "ops/sparse/structure.py": "operations of a few lines each over one representation",
    "ops/variables/reference.py": "one class, with the operators of a tensor",
    "ops/distribute.py": "strategies and their towers, which name each other",
    "optimizers/optimizer.py": "one class of TensorFlow's, whose hooks subclasses override",
    "processes/member.py": "one state machine: the life of a worker among the others",
    "session/session.py": "the session family, which shares its bound runs",
    "training/batching.py": "eight public functions of the same dozen arguments",
    "training/monitored_session.py": "one class that reads like its contract, and its three faces",
    "training/saving_hooks.py": "the hooks that write, which share their timers and writers",
    "training/supervisor.py": "one class of TensorFlow's with many options",
}

# Whose test a source is that has no test file of its own name: of a file, or of all others in a folder.
TESTED_BY = {
    "bounded/": "bounded/test_programs.py",
    "checkpoint/": "checkpoint/test_saver.py",
    "checkpoint/scoped_graphs.py": "checkpoint/test_meta_graph.py",
    "checkpoint/remapping.py": "checkpoint/test_warm_start.py",
    "checkpoint/reader.py": "checkpoint/test_inspect.py",
    "compat/": "compat/test_run.py",
    "compat/contents.py": "test_contents.py",
    "compat/startup/sitecustomize.py": "compat/test_child_processes.py",
    "compat/modules.py": "compat/test_table.py",
    "contrib/boosted_trees/": "contrib/boosted_trees/test_contrib_boosted_trees.py",
    "checkpoint/object_graph.py": "checkpoint/test_checkpoint.py",
    "checkpoint/value_files.py": "checkpoint/test_checkpoint.py",
    "contrib/checkpoint/": "contrib/checkpoint/test_containers.py",
    "contrib/cluster_resolver/": "contrib/cluster_resolver/test_cluster_resolver.py",
    "contrib/compiler/": "contrib/deprecated/test_summaries.py",
    "contrib/crf/": "contrib/crf/test_crf.py",
    "contrib/cudnn_rnn/": "contrib/cudnn_rnn/test_cudnn_rnn.py",
    "contrib/data/": "contrib/data/test_contrib_data.py",
    "contrib/distributions/": "contrib/distributions/test_families.py",
    "contrib/distributions/bijectors/": "contrib/distributions/test_bijectors.py",
    "contrib/distributions/autoregressive.py": "contrib/distributions/test_composed.py",
    "contrib/distributions/batch_reshape.py": "contrib/distributions/test_composed.py",
    "contrib/distributions/poisson_lognormal.py": "contrib/distributions/test_composed.py",
    "contrib/distributions/wishart.py": "contrib/distributions/test_composed.py",
    "contrib/distributions/conditional.py": "contrib/distributions/test_composed.py",
    "contrib/distributions/independent.py": "contrib/distributions/test_composed.py",
    "contrib/distributions/mixture.py": "contrib/distributions/test_composed.py",
    "contrib/distributions/moving_stats.py": "contrib/distributions/test_sample_stats.py",
    "contrib/distributions/normal_conjugate_posteriors.py": "contrib/distributions/test_sample_stats.py",
    "contrib/distributions/quantized_distribution.py": "contrib/distributions/test_composed.py",
    "contrib/distributions/seed_stream.py": "contrib/distributions/test_sample_stats.py",
    "contrib/factorization/": "contrib/factorization/test_factorization.py",
    "contrib/copy_graph/": "contrib/copy_graph/test_copy_elements.py",
    "contrib/graph_editor/": "contrib/graph_editor/test_graph_editor.py",
    "contrib/image/": "contrib/image/test_contrib_image.py",
    "contrib/mixed_precision/": "contrib/mixed_precision/test_loss_scale.py",
    "contrib/model_pruning/": "contrib/model_pruning/test_pruning.py",
    "contrib/nn/": "contrib/nn/test_nn.py",
    "contrib/quantize/": "contrib/quantize/test_quantize.py",
    "contrib/resampler/": "contrib/image/test_contrib_image.py",
    "contrib/sparsemax/": "contrib/nn/test_nn.py",
    "ops/image/matching.py": "contrib/image/test_contrib_image.py",
    "ops/image/projective.py": "contrib/image/test_contrib_image.py",
    "contrib/gan/classifier_metrics.py": "contrib/gan/test_estimator.py",
    "contrib/gan/sliced_wasserstein.py": "contrib/gan/test_estimator.py",
    "contrib/gan/": "contrib/gan/test_gan.py",
    "contrib/framework/": "contrib/framework/test_tensors.py",
    "contrib/framework/assignment.py": "contrib/framework/test_variables.py",
    "contrib/framework/checkpoints.py": "contrib/framework/test_variables.py",
    "contrib/layers/": "contrib/layers/test_layers.py",
    "contrib/layers/feature_inputs.py": "contrib/layers/test_feature_columns.py",
    "contrib/losses/": "contrib/losses/test_losses.py",
    "contrib/legacy_seq2seq/": "contrib/legacy_seq2seq/test_seq2seq.py",
    "contrib/lookup/": "contrib/lookup/test_tables.py",
    "contrib/metrics/": "contrib/metrics/test_metrics.py",
    "contrib/metrics/at_k.py": "ops/metrics/test_at_k.py",
    "contrib/opt/": "contrib/opt/test_optimizers.py",
    "contrib/summary/": "contrib/summary/test_summary.py",
    "contrib/signal/": "contrib/signal/test_signal.py",
    "contrib/rnn/": "contrib/rnn/test_rnn.py",
    "contrib/rnn/phased_cell.py": "contrib/rnn/test_cells.py",
    "contrib/rnn/pair_cell.py": "contrib/rnn/test_cells.py",
    "contrib/rnn/normalized_cells.py": "contrib/rnn/test_cells.py",
    "contrib/rnn/gated_cells.py": "contrib/rnn/test_cells.py",
    "contrib/rnn/convolutional_cells.py": "contrib/rnn/test_cells.py",
    "contrib/rnn/attention_cell.py": "contrib/rnn/test_cells.py",
    "contrib/seq2seq/": "contrib/seq2seq/test_decoder.py",
    "contrib/seq2seq/beam_search_decoder.py": "contrib/seq2seq/test_beam_search.py",
    "contrib/seq2seq/beam_states.py": "contrib/seq2seq/test_beam_search.py",
    "contrib/slim/": "contrib/training/test_loops.py",
    "contrib/slim/data/": "contrib/slim/test_data.py",
    "contrib/slim/model_analyzer.py": "contrib/slim/test_data.py",
    "contrib/slim/nets/": "contrib/slim/nets/test_nets.py",
    "contrib/slim/queues.py": "contrib/slim/test_data.py",
    "contrib/slim/summaries.py": "contrib/slim/test_data.py",
    "contrib/tensorboard/plugins/": "contrib/lookup/test_tables.py",
    "contrib/tensor_forest/": "contrib/tensor_forest/test_tensor_forest.py",
    "contrib/timeseries/": "contrib/timeseries/test_timeseries.py",
    "contrib/timeseries/state_space_models/": "contrib/timeseries/test_state_space_models.py",
    "contrib/tpu/": "contrib/tpu/test_tpu.py",
    "contrib/training/": "contrib/training/test_sampling.py",
    "contrib/training/gradients.py": "contrib/training/test_loops.py",
    "contrib/training/hparam.py": "contrib/training/test_loops.py",
    "contrib/eager/": "contrib/eager/test_contrib_eager.py",
    "eager/": "eager/test_eager.py",
    "data/eager_iterator.py": "eager/test_eager.py",
    "gradients/tape.py": "eager/test_tape.py",
    "framework/recordings.py": "eager/test_tape.py",
    "contrib/estimator/boosted_trees.py": "estimator/test_boosted_trees.py",
    "contrib/estimator/": "contrib/estimator/test_contrib_estimator.py",
    "contrib/learn/": "contrib/learn/test_estimator.py",
    "contrib/learn/datasets/": "contrib/learn/datasets/test_mnist.py",
    "contrib/learn/datasets/synthetic.py": "contrib/learn/datasets/test_tables.py",
    "contrib/learn/datasets/text_datasets.py": "contrib/learn/datasets/test_tables.py",
    "contrib/learn/preprocessing/": "contrib/learn/preprocessing/test_text.py",
    "contrib/predictor/": "contrib/learn/test_estimator.py",
    "data/": "data/test_pipelines.py",
    "debug/": "debug/test_wrappers.py",
    "distributed/": "distributed/test_server.py",
    "engine/": "engine/test_stages.py",
    "engine/block.py": "engine/test_order.py",
    "engine/resources.py": "engine/test_randomness.py",
    "engine/runtime.py": "engine/test_threads.py",
    "engine/likeness.py": "engine/test_towers.py",
    "engine/tower_lowering.py": "engine/test_towers.py",
    "engine/tower_step.py": "engine/test_towers.py",
    "engine/trace.py": "session/test_timeline.py",
    "distributions/": "distributions/test_families.py",
    "estimator/": "estimator/test_estimator.py",
    "estimator/canned/": "estimator/test_canned.py",
    "estimator/canned/boosted_trees_inputs.py": "estimator/test_boosted_trees.py",
    "estimator/canned/boosted_trees_training.py": "estimator/test_boosted_trees.py",
    "estimator/canned/boosted_trees.py": "estimator/test_boosted_trees.py",
    "estimator/canned/tree_ensemble.py": "estimator/test_boosted_trees.py",
    "estimator/evaluator.py": "estimator/test_training.py",
    "estimator/export/": "estimator/test_estimator.py",
    "estimator/exporter.py": "estimator/test_training.py",
    "estimator/inputs/": "estimator/test_inputs.py",
    "estimator/specs.py": "estimator/test_training.py",
    "feature_column/": "feature_column/test_columns.py",
    "feature_column/inputs.py": "feature_column/test_layers.py",
    "feature_column/linear.py": "feature_column/test_layers.py",
    "formats/": "formats/test_checkpoint_bundle.py",
    "formats/background.py": "training/test_background_saves.py",
    "formats/checkpoint_v1_writer.py": "formats/test_checkpoint_v1.py",
    "formats/checksums.py": "formats/test_records.py",
    "formats/message_tables.py": "formats/test_messages.py",
    "formats/snappy.py": "formats/test_sstable.py",
    "framework/": "session/test_session.py",
    "framework/definition.py": "ops/math/test_laws.py",
    "framework/graph_def.py": "framework/test_graph_import.py",
    "framework/functionalize/": "framework/test_functionalize.py",
    "framework/public.py": "test_contents.py",
    "framework/device.py": "session/test_devices.py",
    "framework/signature.py": "ops/math/test_laws.py",
    "gradients/": "gradients/test_gradients.py",
    "gradients/custom_gradient.py": "gradients/test_functions.py",
    "keras/": "keras/test_training.py",
    "keras/applications/": "keras/test_applications.py",
    "keras/backend/": "keras/test_backend.py",
    "keras/basics/": "keras/test_training.py",
    "keras/callbacks/": "keras/test_training.py",
    "keras/datasets/": "keras/test_preprocessing.py",
    "keras/engine/": "keras/test_models.py",
    "keras/layers/": "keras/test_layers.py",
    "keras/layers/recurrent/": "keras/test_layers.py",
    "keras/optimizers/": "keras/test_training.py",
    "keras/preprocessing/": "keras/test_preprocessing.py",
    "keras/wrappers/": "keras/test_training.py",
    "framework/tracking.py": "checkpoint/test_checkpoint.py",
    "layers/": "layers/test_layers.py",
    "layers/convolution.py": "layers/test_images.py",
    "layers/pooling.py": "layers/test_images.py",
    "layers/renormalization.py": "layers/test_normalization.py",
    "layers/separable_convolution.py": "layers/test_images.py",
    "layers/transposed_convolution.py": "layers/test_images.py",
    "layers/recurrent/": "layers/recurrent/test_networks.py",
    "layers/recurrent/cell.py": "layers/recurrent/test_laws.py",
    "ops/": "acceptance/test_programs_agree.py",
    "ops/array/": "ops/array/test_array.py",
    "ops/boosted_trees/": "ops/boosted_trees/test_boosted_trees.py",
    "ops/control_flow/": "ops/control_flow/test_control_flow.py",
    "ops/event_writing.py": "contrib/summary/test_summary.py",
    "ops/files/": "ops/files/test_readers.py",
    "ops/files/saving.py": "checkpoint/test_saver.py",
    "ops/files/saving_v1.py": "checkpoint/test_saver_v1.py",
    "ops/files/remapping.py": "checkpoint/test_warm_start.py",
    "ops/image/": "ops/image/test_image.py",
    "ops/image/codecs.py": "ops/image/test_decoding.py",
    "ops/image/distorted_boxes.py": "ops/image/test_boxes.py",
    "ops/image/glimpses.py": "ops/image/test_boxes.py",
    "ops/image/deep_png.py": "ops/image/test_decoding.py",
    "ops/imported/": "framework/test_graph_import.py",
    "ops/linear_operators/": "ops/linear_operators/test_operator.py",
    "ops/lookup/": "ops/lookup/test_lookup.py",
    "ops/math/cosine_transforms.py": "ops/math/test_fourier.py",
    "ops/math/": "ops/math/test_laws.py",
    "ops/metrics/": "ops/metrics/test_metrics.py",
    "ops/nn/": "ops/nn/test_kernels.py",
    "ops/nn/ctc_decoding.py": "ops/nn/test_ctc.py",
    "ops/nn/gather_tree.py": "contrib/seq2seq/test_beam_search.py",
    "ops/parsing/": "ops/parsing/test_decoding.py",
    "ops/queues/": "ops/queues/test_queues.py",
    "ops/queues/host_accumulator.py": "ops/queues/test_accumulators.py",
    "ops/random/": "ops/random/test_random.py",
    "ops/sparse/": "ops/sparse/test_sparse_laws.py",
    "ops/strings/": "ops/strings/test_strings.py",
    "ops/summaries.py": "summary/test_summary.py",
    "ops/updates/": "optimizers/test_optimizer.py",
    "ops/variables/": "ops/variables/test_variables.py",
    "optimizers/": "optimizers/test_optimizer.py",
    "platform/": "platform/test_file_io.py",
    "platform/inspection.py": "compat/test_table.py",
    "platform/python_io.py": "ops/files/test_readers.py",
    "contrib/distribute/": "contrib/distribute/test_strategies.py",
    "ops/distribute.py": "contrib/distribute/test_strategies.py",
    "processes/": "processes/test_training.py",
    "profiler/": "profiler/test_model_analyzer.py",
    "saved_model/": "saved_model/test_saved_model.py",
    "session/": "session/test_session.py",
    "session/cost_model.py": "session/test_timeline.py",
    "session/step_stats.py": "session/test_timeline.py",
    "session/local_devices.py": "session/test_devices.py",
    "session/targets.py": "distributed/test_server.py",
    "summary/": "summary/test_writer.py",
    "testing/": "testing/test_tools.py",
    "training/": "training/test_monitored_session.py",
    "training/batching.py": "training/test_input.py",
    "training/left_open.py": "faults/test_stops.py",
    "training/sparse_batching.py": "training/test_input.py",
    "training/supervisor_saves.py": "training/test_supervisor.py",
    "training/timers.py": "training/test_hooks.py",
}


# -- the pages name what exists ------------------------------------------------------


def names_in_code() -> set[str]:
    """Every name that stands in the sources, as a token or a string of its own (the type of an operation)."""
    found = set()
    for path in [
        *SOURCES.values(),
        ROOT / "tests/test_imports.py",
    ]:  # which has the rooms that are still empty
        for token in tokenize.generate_tokens(io.StringIO(path.read_text(encoding="utf-8")).readline):
            if token.type == tokenize.NAME:
                found.add(token.string)
            elif token.type == tokenize.STRING and re.fullmatch(r"""["']\w+["']""", token.string):
                found.add(token.string[1:-1])
    with open(ROOT / "pyproject.toml", "rb") as file:
        markers = tomllib.load(file)["tool"]["pytest"]["ini_options"]["markers"]
    return found | {marker.partition(":")[0] for marker in markers}


def words(page: str) -> list[str]:
    """What stands between backticks on a page, code blocks left out."""
    text = re.sub(r"(?m)^ {4,}.*$", "", (ROOT / page).read_text(encoding="utf-8"))
    return re.findall(r"`([^`\n]+)`", text)


def is_there(name: str) -> bool:
    """Whether a path of a page leads somewhere: from the package, the repository or its tests."""
    return any((root / name).exists() for root in (PACKAGE, ROOT, ROOT / "tests"))


@pytest.mark.parametrize("page", PAGES)
def test_paths_of_a_page_exist(page):
    paths = [
        word for word in words(page) if re.fullmatch(r"[\w./-]+(\.py|\.md|\.toml|/)", word) and "/" in word
    ]
    assert paths, "a page of this kind names files"
    assert [path for path in paths if not is_there(path)] == []


# Words that are no names of ours: TensorFlow's API, other libraries, commands.
FOREIGN = re.compile(
    r"^(tf|jax|jnp|np|numpy|lax|equinox|tensorflow|tensorboard|pytest|ruff|make|python|pip|mkdocs|evergraph)\b"
)


@pytest.mark.parametrize("page", PAGES)
def test_names_of_a_page_exist(page):
    known = names_in_code() | set(keyword.kwlist) | {path.stem for path in SOURCES.values()}
    known |= {part for name in SOURCES for part in name.split("/")[:-1]}
    missing = []
    for word in words(page):
        name = word.removesuffix("()").rstrip("=")
        if (
            re.fullmatch(r"[A-Za-z_]\w*(\.\w+)*", name)
            and not FOREIGN.match(name)
            and not name.endswith(".py")
        ):
            missing += [word for part in name.split(".") if part not in known and not is_there(name)]
    assert missing == [], "a name that is gone from the sources"


def test_the_page_of_the_house_lists_the_packages():
    page = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    table = page[page.index("| package |") :].split("\n\n")[0]
    listed = {name for row in table.splitlines()[2:] for name in re.findall(r"`(\w+)`", row.split("|")[1])}
    packages = {name.split("/")[0] for name in SOURCES if "/" in name}
    assert listed == packages


# -- sizes -----------------------------------------------------------------------------


def lines_of(name: str) -> int:
    return len(SOURCES[name].read_text(encoding="utf-8").splitlines())


def test_a_long_file_has_its_reason():
    sizes = {name: lines_of(name) for name in SOURCES}
    assert {n: s for n, s in sizes.items() if s > MOST_LINES and n not in LONG} == {}, (
        "split it, or say why not"
    )
    assert [n for n in LONG if sizes.get(n, 0) <= MOST_LINES] == [], "a reason that nothing needs"


def test_sizes_are_printed():
    by_package = {}
    for name in SOURCES:
        by_package.setdefault(name.split("/")[0] if "/" in name else "(contents)", []).append(lines_of(name))
    print(f"\n{'package':16} {'files':>5} {'lines':>6} {'median':>6} {'longest':>7}")
    for package, sizes in sorted(by_package.items(), key=lambda row: -sum(row[1])):
        print(f"{package:16} {len(sizes):5} {sum(sizes):6} {int(statistics.median(sizes)):6} {max(sizes):7}")
    everything = [size for sizes in by_package.values() for size in sizes]
    functions = [
        node.end_lineno - node.lineno + 1
        for path in SOURCES.values()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    print(
        f"{'all':16} {len(everything):5} {sum(everything):6} {int(statistics.median(everything)):6} {max(everything):7}"
    )
    print(
        f"functions: {len(functions)}, median {int(statistics.median(functions))}, longest {max(functions)} lines"
    )
    assert statistics.median(everything) <= 200 and max(functions) <= 120


# -- hints -------------------------------------------------------------------------------

KERNEL_MAKERS = {
    "unary",
    "binary",
    "device_op",
    "host_op",
    "_summary_op",
}  # what they make of a function has the hints
OWN_METHODS = {"__init__", "__new__", "__call__"}


def decorators(node: ast.ClassDef | ast.FunctionDef) -> set[str]:
    calls = [each.func if isinstance(each, ast.Call) else each for each in node.decorator_list]
    return {each.id for each in calls if isinstance(each, ast.Name)}


def public_functions(tree: ast.Module) -> list[tuple[str, ast.FunctionDef, bool]]:
    """(name, function, whether its first parameter is the object) of what is marked @public, and of methods."""
    found = []
    for node in tree.body:
        if not isinstance(node, ast.ClassDef | ast.FunctionDef) or "public" not in decorators(node):
            continue
        if isinstance(node, ast.FunctionDef):
            if not decorators(node) & KERNEL_MAKERS:
                found.append((node.name, node, False))
            continue
        for method in node.body:
            if isinstance(method, ast.FunctionDef) and (
                method.name in OWN_METHODS or not method.name.startswith("_")
            ):
                found.append((f"{node.name}.{method.name}", method, "staticmethod" not in decorators(method)))
    return found


def has_full_hints(function: ast.FunctionDef, is_bound: bool) -> bool:
    given = function.args
    parameters = [*given.posonlyargs, *given.args][is_bound:] + given.kwonlyargs
    parameters += [each for each in (given.vararg, given.kwarg) if each is not None]
    return function.returns is not None and all(each.annotation is not None for each in parameters)


def test_public_functions_have_full_hints():
    found = [
        (f"{name}: {function_name}", has_full_hints(function, is_bound))
        for name, path in SOURCES.items()
        for function_name, function, is_bound in public_functions(ast.parse(path.read_text(encoding="utf-8")))
    ]
    bare = [function for function, is_full in found if not is_full]
    print(f"\npublic functions and methods: {len(found)}, with full hints {1 - len(bare) / len(found):.1%}")
    assert bare == []


def test_an_exception_from_the_types_has_its_reason():
    lines = [
        f"{name}: {line.strip()}"
        for name, path in SOURCES.items()
        for line in path.read_text(encoding="utf-8").splitlines()
        if re.search(r"#\s*(type: ignore|pyright:)", line)
        and not re.search(r"# pyright: ignore\[report\w+\] .+", line)
    ]
    assert lines == []


def test_a_bare_parameter_is_found():
    source = (
        "@public('f')\ndef f(a: int, *, b) -> int: ...\n@public()\nclass C:\n    def m(self) -> int: ...\n"
    )
    found = public_functions(ast.parse(source))
    assert {name: has_full_hints(function, bound) for name, function, bound in found} == {
        "f": False,
        "C.m": True,
    }


# -- every source has its test ---------------------------------------------------------


def own_test(name: str) -> Path:
    path = Path(name)
    return ROOT / "tests" / path.parent / f"test_{path.stem}.py"


def is_source(name: str) -> bool:
    """Whether a file holds more than a table of contents."""
    return "/" in name and not name.endswith("__init__.py")


def test_every_source_has_a_test_or_a_line_that_says_whose():
    untested = [
        name
        for name in SOURCES
        if is_source(name)
        and not own_test(name).exists()
        and name not in TESTED_BY
        and f"{Path(name).parent.as_posix()}/" not in TESTED_BY
    ]
    assert untested == []


def test_lines_that_say_whose_are_so():
    gone = [test for test in TESTED_BY.values() if not (ROOT / "tests" / test).exists()]
    assert gone == [], "a test file that is gone"
    stale = [
        name
        for name in TESTED_BY
        if not (PACKAGE / name).exists() or not name.endswith("/") and own_test(name).exists()
    ]
    assert stale == [], "a line that nothing needs"
