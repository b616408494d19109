"""Exports of gradient boosted trees: SavedModels with the importance of features, and trees in the format of `decision_trees`."""

from __future__ import annotations

import collections
import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from evergraph.contrib.boosted_trees.features import extract_features
from evergraph.contrib.boosted_trees.messages import DecisionTreeEnsembleConfig
from evergraph.contrib.learn.serving import ExportStrategy, make_export_strategy
from evergraph.contrib.tensor_forest import messages as generic
from evergraph.framework.graph import Graph
from evergraph.framework.public import public, public_module
from evergraph.platform import gfile
from evergraph.saved_model import loader, tag_constants
from evergraph.session.session import Session

public_module("contrib.boosted_trees.estimator_batch.custom_export_strategy")

_SPARSE_NAME = "%s_%d"


@public()
def make_custom_export_strategy(
    name: str,
    convert_fn: Callable | None,
    feature_columns: Sequence[Any] | None,
    export_input_fn: Callable,
    use_core_columns: bool = False,
) -> ExportStrategy:
    """An ExportStrategy that writes the importances of features too, and what a function makes of the trees.

    Args:
      name: of the directory.
      convert_fn: function of a DecisionTreeEnsembleConfig, the names of the features, the numbers of dense, sparse and categorical
        ones, the directory and the result of the evaluation; or None.
      feature_columns: those of the estimator.
      export_input_fn: function that returns InputFnOps.
      use_core_columns: whether the columns are `tf.feature_column`'s.
    """
    base = make_export_strategy(serving_input_fn=export_input_fn, strip_default_attrs=True)
    inputs = export_input_fn()
    names, dense, floats, _, _, categories, _, _ = extract_features(
        inputs.features, feature_columns, use_core_columns
    )
    counts = len(dense), len(floats), len(categories)

    def export_fn(estimator, export_dir, checkpoint_path=None, eval_result=None):
        directory = base.export(estimator, export_dir, checkpoint_path, eval_result)
        path = directory.decode() if isinstance(directory, bytes) else directory
        trees = _trees_of(path)
        if convert_fn:
            convert_fn(trees, names, *counts, path, eval_result)  # joined to names by programs: as str
        importances = sorted(
            feature_importances(trees, names, *counts[:2]).items(), key=lambda pair: -pair[1]
        )
        assets = os.path.join(path, "assets.extra")
        gfile.MakeDirs(assets)
        with gfile.GFile(os.path.join(assets, "feature_importances"), "w") as file:
            file.write("\n".join(f"{feature}, {importance:f}" for feature, importance in importances))
        return directory

    return ExportStrategy(name, export_fn, strip_default_attrs=True)


def _trees_of(path):
    """The trees of a SavedModel."""
    with Graph().as_default() as graph, Session(graph=graph) as session:
        loader.load(session, [tag_constants.SERVING], path)
        operation = graph.get_operation_by_name("ensemble_model/TreeEnsembleSerialize")
        _, serialized = session.run(list(operation.outputs))
    return DecisionTreeEnsembleConfig.FromString(serialized)


def _test_of(node, names, dense, floats):
    """(kind, name of the feature, test) of a node."""
    kind = node.WhichOneof("node")
    test = getattr(node, kind)
    if kind == "dense_float_binary_split":
        return kind, names[test.feature_column], test
    if kind.startswith("sparse_float"):
        test = test.split
        name = names[test.feature_column + dense]
        return kind, _SPARSE_NAME % (name, test.dimension_id), test
    return kind, names[test.feature_column + dense + floats], test


def feature_importances(trees: Any, names: Sequence[str], dense: int, floats: int) -> dict[str, float]:
    """{feature: what its tests have gained, by the weights of their trees}.

    Args:
      trees: a DecisionTreeEnsembleConfig.
      names: of the features: dense, sparse, categories.
      dense, floats: how many there are of the first two kinds.
    """
    sums: dict[str, float] = collections.defaultdict(float)
    for tree, weight in zip(trees.trees, trees.tree_weights):
        for node in tree.nodes:
            if node.WhichOneof("node") != "leaf":
                name = str(_test_of(node, names, dense, floats)[1])
                sums[name] += node.node_metadata.gain * weight
    return dict(sums)


@public()
def convert_to_universal_format(
    dtec: Any,
    sorted_feature_names: Sequence[str],
    num_dense: int,
    num_sparse_float: int,
    num_sparse_int: int,
    feature_name_to_proto: Mapping[str, Any] | None = None,
) -> Any:
    """Trees as a ModelAndFeatures message of `decision_trees`: their weighted sum.

    Args:
      dtec: a DecisionTreeEnsembleConfig.
      sorted_feature_names: of the features: dense, sparse, categories.
      num_dense, num_sparse_float, num_sparse_int: how many there are of each kind.
      feature_name_to_proto: {name: Feature message}, or None.
    """
    result = generic.ModelAndFeatures()
    for name in sorted_feature_names:
        result.features[name].SetInParent()
        if feature_name_to_proto:
            result.features[name].CopyFrom(feature_name_to_proto[name])
    ensemble = result.model.ensemble
    ensemble.summation_combination_technique.SetInParent()
    for number, (tree, weight) in enumerate(zip(dtec.trees, dtec.tree_weights)):
        member = ensemble.members.add()
        member.submodel_id.value = number
        for place, node in enumerate(tree.nodes):
            to = member.submodel.decision_tree.nodes.add()
            to.node_id.value = place
            if node.WhichOneof("node") == "leaf":
                _convert_leaf(node.leaf, weight, to.leaf)
                continue
            kind, name, test = _test_of(node, sorted_feature_names, num_dense, num_sparse_float)
            _convert_test(kind, name, test, to.binary_node)
            if kind.startswith("sparse_float"):
                result.features.pop(sorted_feature_names[test.feature_column + num_dense], None)
                result.features[name].SetInParent()
    return result


def _convert_leaf(leaf, weight, to):
    if leaf.WhichOneof("leaf") == "vector":
        for value in leaf.vector.value:
            to.vector.value.add().float_value = value * weight
    else:
        for place, value in zip(leaf.sparse_vector.index, leaf.sparse_vector.value):
            to.sparse_vector.sparse_value[place].float_value = value * weight


def _convert_test(kind, name, test, to):
    to.left_child_id.value, to.right_child_id.value = test.left_id, test.right_id
    if kind == "categorical_id_binary_split":
        matching = generic.MatchingValuesTest()
        matching.feature_id.id.value = name
        matching.value.add().int64_value = test.feature_id
        to.default_direction = 1
        to.custom_left_child_test.Pack(matching)
        return
    to.default_direction = 1 if kind.endswith("right") else 0
    to.inequality_left_child_test.feature_id.id.value = name
    to.inequality_left_child_test.type = generic.LESS_OR_EQUAL
    to.inequality_left_child_test.threshold.float_value = test.threshold
