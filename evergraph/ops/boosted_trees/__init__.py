"""Ensembles of boosted trees: the operations of TensorFlow's `boosted_trees_ops`."""
