"""Layers that run a cell over the steps of sequences."""
