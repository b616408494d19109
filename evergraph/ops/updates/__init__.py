"""The updates of variables that optimizers make: the rules, and the operations that apply them."""
