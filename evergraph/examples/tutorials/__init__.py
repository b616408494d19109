"""Modules of TensorFlow's tutorials."""
