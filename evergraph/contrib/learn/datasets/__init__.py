"""Data sets of old programs: downloads and MNIST's files."""
