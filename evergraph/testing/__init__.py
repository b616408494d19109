"""`tf.test`: tests of programs that build and run graphs."""

from unittest import mock

from evergraph.testing.benchmark import Benchmark
from evergraph.testing.case import TestCase
from evergraph.testing.cluster import create_local_cluster
from evergraph.testing.devices import gpu_device_name, is_built_with_cuda, is_gpu_available
from evergraph.testing.directories import get_temp_dir, test_src_dir_path
from evergraph.testing.gradient_checker import compute_gradient, compute_gradient_error
from evergraph.testing.graphs import assert_equal_graph_def
from evergraph.testing.runner import main
from evergraph.testing.stubs import StubOutForTesting

__all__ = [
    "Benchmark", "StubOutForTesting", "TestCase", "assert_equal_graph_def", "compute_gradient",
    "compute_gradient_error", "create_local_cluster", "get_temp_dir", "gpu_device_name", "is_built_with_cuda",
    "is_gpu_available", "main", "mock", "test_src_dir_path",
]  # fmt: skip
