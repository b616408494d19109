"""Data sets in files: what reads them, decodes them, and provides their items."""
