"""What a program is made of: dtypes, shapes, errors, nested structures, graphs, operations, tensors."""
