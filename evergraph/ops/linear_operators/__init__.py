"""Linear operators: matrices known by how they act, which are multiplied and solved for without being written out."""
