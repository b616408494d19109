"""What layers with a kernel and a bias have in common."""

from evergraph.layers.base import Layer


class KernelLayer(Layer):
    """A layer whose weights are a kernel and, if wanted, a bias. Arguments: those of `Dense`."""

    def __init__(
        self,
        *,
        activation,
        use_bias,
        kernel_initializer,
        bias_initializer,
        kernel_regularizer,
        bias_regularizer,
        kernel_constraint,
        bias_constraint,
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.activation = activation
        self.use_bias = use_bias
        self.kernel_initializer = kernel_initializer
        self.bias_initializer = bias_initializer
        self.kernel_regularizer = kernel_regularizer
        self.bias_regularizer = bias_regularizer
        self.kernel_constraint = kernel_constraint
        self.bias_constraint = bias_constraint

    def _add_weights(self, kernel_shape, units):
        """Makes `kernel`, of the shape, and `bias`, `[units]` (None without)."""
        self.kernel = self.add_weight(
            "kernel",
            kernel_shape,
            initializer=self.kernel_initializer,
            regularizer=self.kernel_regularizer,
            constraint=self.kernel_constraint,
        )
        self._add_bias_weight(units)

    def _add_bias_weight(self, units):
        """Makes `bias`, `[units]`; None without."""
        self.bias = None
        if self.use_bias:
            self.bias = self.add_weight(
                "bias",
                [units],
                initializer=self.bias_initializer,
                regularizer=self.bias_regularizer,
                constraint=self.bias_constraint,
            )
