"""Checkpoints: saving, restoring, looking into them."""
