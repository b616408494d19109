"""`tf.profiler`: what a graph costs, by operation and by scope: parameters, floating-point operations, time and memory."""
