"""Words and categories as numbers."""
