"""`tf.test`: testing."""

# -- contents of tf.test, written by `make contents` from what is marked @public --
# ruff: noqa: F401 (names are imported to be seen)
from evergraph.testing.benchmark import Benchmark as Benchmark
from evergraph.testing.case import TestCase as TestCase
from evergraph.testing.cluster import create_local_cluster as create_local_cluster
from evergraph.testing.devices import gpu_device_name as gpu_device_name
from evergraph.testing.devices import is_built_with_cuda as is_built_with_cuda
from evergraph.testing.devices import is_gpu_available as is_gpu_available
from evergraph.testing.directories import get_temp_dir as get_temp_dir
from evergraph.testing.directories import test_src_dir_path as test_src_dir_path
from evergraph.testing.gradient_checker import compute_gradient as compute_gradient
from evergraph.testing.gradient_checker import compute_gradient_error as compute_gradient_error
from evergraph.testing.graphs import assert_equal_graph_def as assert_equal_graph_def
from evergraph.testing.runner import main as main
from evergraph.testing.stubs import StubOutForTesting as StubOutForTesting
from evergraph.testing.stubs import mock as mock

# -- end of contents --
