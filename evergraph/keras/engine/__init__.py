"""Layers that remember how they were called, and models made of them."""
