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
        self.kernel = self._weight("kernel", kernel_shape)
        self._add_bias_weight(units)

    def _add_bias_weight(self, units):
        """Makes `bias`, `[units]`; None without."""
        self.bias = self._weight("bias", [units]) if self.use_bias else None

    def _weight(self, kind, shape, name=None):
        """A weight `name`, which is `kind` when None, made as `{kind}_initializer` and its like say."""
        return self.add_weight(
            name or kind,
            shape,
            initializer=getattr(self, f"{kind}_initializer"),
            regularizer=getattr(self, f"{kind}_regularizer"),
            constraint=getattr(self, f"{kind}_constraint"),
        )
