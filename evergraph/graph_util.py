"""`tf.graph_util`: functions on GraphDefs."""

# -- contents of tf.graph_util, written by `make contents` from what is marked @public --
# ruff: noqa: F401 (names are imported to be seen)
from evergraph.framework.graph_util import convert_variables_to_constants as convert_variables_to_constants
from evergraph.framework.graph_util import extract_sub_graph as extract_sub_graph
from evergraph.framework.graph_util import must_run_on_cpu as must_run_on_cpu
from evergraph.framework.graph_util import remove_training_nodes as remove_training_nodes
from evergraph.framework.graph_util import tensor_shape_from_node_def_name as tensor_shape_from_node_def_name

# -- end of contents --
