"""Bytes as values: Example messages, records of numbers and text, serialized tensors."""
