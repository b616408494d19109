"""Well-known networks for images, as rows of layers."""
