"""Control flow: grouping, conditionals, loops."""
