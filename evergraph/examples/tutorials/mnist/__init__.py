"""The network of the tutorials on MNIST."""
