"""The eager mode: operations are computed as they are called, by the same kernels and sessions as in graphs."""
