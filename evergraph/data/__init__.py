"""Data that is read and written without a graph."""
