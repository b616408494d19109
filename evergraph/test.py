"""`tf.test`: testing."""

from evergraph.testing import (
    Benchmark, StubOutForTesting, TestCase, assert_equal_graph_def, compute_gradient,
    compute_gradient_error, create_local_cluster, get_temp_dir, gpu_device_name, is_built_with_cuda,
    is_gpu_available, main, mock, test_src_dir_path,
)

__all__ = [
    "Benchmark", "StubOutForTesting", "TestCase", "assert_equal_graph_def", "compute_gradient",
    "compute_gradient_error", "create_local_cluster", "get_temp_dir", "gpu_device_name",
    "is_built_with_cuda", "is_gpu_available", "main", "mock", "test_src_dir_path",
]  # fmt: skip
