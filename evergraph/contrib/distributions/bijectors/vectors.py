"""Maps of vectors that are not affine, and of matrices."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from evergraph.distributions.bijector import Bijector
from evergraph.framework import dtypes
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import control_dependencies, name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import TensorShape
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import checks, constants, linalg, nn
from evergraph.ops import math as math_ops
from evergraph.ops.control_flow.grouping import with_dependencies
from evergraph.ops.inference import constant_value

public_module(
    "contrib.distributions.python.ops.bijectors.cholesky_outer_product",
    "contrib.distributions.python.ops.bijectors.matrix_inverse_tril",
    "contrib.distributions.python.ops.bijectors.ordered",
    "contrib.distributions.python.ops.bijectors.permute",
    "contrib.distributions.python.ops.bijectors.softmax_centered",
)


def _no_change(value):
    return constants.constant(0.0, dtype=value.dtype.base_dtype)


@public("contrib.distributions.bijectors.SoftmaxCentered")
class SoftmaxCentered(Bijector):
    """`y = softmax([x, 0])`: vectors of size n become probabilities of n + 1 classes.

    Args:
      validate_args: whether shapes are checked in the run.
      name: the scope of its operations.
    """

    def __init__(self, validate_args: bool = False, name: str = "softmax_centered") -> None:
        super().__init__(forward_min_event_ndims=1, validate_args=validate_args, name=name)

    def _forward_event_shape(self, input_shape):
        if input_shape.ndims is None or input_shape[-1].value is None:
            return input_shape
        return input_shape[:-1].concatenate([input_shape[-1].value + 1])

    def _forward_event_shape_tensor(self, input_shape):
        return array_ops.concat([input_shape[:-1], input_shape[-1:] + 1], 0)

    def _inverse_event_shape(self, output_shape):
        if output_shape.ndims is None or output_shape[-1].value is None:
            return output_shape
        if output_shape[-1].value <= 1:
            raise ValueError(f"output_shape[-1] = {output_shape[-1]} <= 1")
        return output_shape[:-1].concatenate([output_shape[-1].value - 1])

    def _inverse_event_shape_tensor(self, output_shape):
        if self.validate_args:
            message = "Need last dimension greater than 1."
            check = checks.assert_greater(output_shape[-1], 1, message=message)
            output_shape = with_dependencies([check], output_shape)
        return array_ops.concat([output_shape[:-1], output_shape[-1:] - 1], 0)

    def _forward(self, x):
        return nn.softmax(array_ops.concat([x, array_ops.zeros_like(x[..., :1])], axis=-1))

    def _inverse(self, y):
        x = math_ops.log(y)
        return x[..., :-1] - x[..., -1:]

    def _inverse_log_det_jacobian(self, y):
        # The matrix is diag(p) - p p^T without its last row and column, whose determinant is the product of all p.
        return -math_ops.reduce_sum(math_ops.log(y), axis=-1)

    def _forward_log_det_jacobian(self, x):
        normalization = nn.softplus(math_ops.reduce_logsumexp(x, axis=-1))
        size = math_ops.cast(array_ops.shape(x)[-1] + 1, x.dtype.base_dtype)
        return math_ops.reduce_sum(x, axis=-1) - size * normalization


@public("contrib.distributions.bijectors.Ordered")
class Ordered(Bijector):
    """Increasing vectors become vectors of any numbers: the first entry, and the logarithms of the steps.

    Args:
      validate_args: whether arguments are checked in the run.
      name: the scope of its operations.
    """

    def __init__(self, validate_args: bool = False, name: str = "ordered") -> None:
        super().__init__(forward_min_event_ndims=1, validate_args=validate_args, name=name)

    def _steps(self, x):
        steps = x[..., 1:] - x[..., :-1]
        if self.validate_args:
            message = "Forward transformation input must be strictly increasing."
            steps = with_dependencies([checks.assert_positive(steps, message=message)], steps)
        return steps

    def _forward(self, x):
        return array_ops.concat([x[..., :1], math_ops.log(self._steps(x))], axis=-1)

    def _inverse(self, y):
        steps = array_ops.concat([y[..., :1], math_ops.exp(y[..., 1:])], axis=-1)
        return math_ops.cumsum(steps, axis=-1)

    def _inverse_log_det_jacobian(self, y):
        return math_ops.reduce_sum(y[..., 1:], axis=-1)

    def _forward_log_det_jacobian(self, x):
        return -math_ops.reduce_sum(math_ops.log(self._steps(x)), axis=-1)


@public("contrib.distributions.bijectors.Permute")
class Permute(Bijector):
    """The entries of a vector in another order: `y[i] = x[permutation[i]]`.

    Args:
      permutation: an integer vector with each of 0..n-1 once.
      validate_args: whether a permutation that is not known is checked in the run.
      name: the scope of its operations.

    Raises:
      TypeError: no integers.
      ValueError: a known vector that is no permutation.
    """

    def __init__(self, permutation: TensorLike, validate_args: bool = False, name: str | None = None) -> None:
        message = "Permutation over `d` must contain exactly one of each of `{0, 1, ..., d}`."
        with name_scope(name, "permute", [permutation]):
            permutation = convert_to_tensor(permutation, name="permutation")
            if not permutation.dtype.is_integer:
                raise TypeError(f"permutation.dtype ({permutation.dtype.name}) should be `int`-like.")
            known = constant_value(permutation)
            if known is not None:
                if sorted(known) != list(range(known.size)):
                    raise ValueError(f"{message} Got {known}")
            elif validate_args:
                negative, _ = nn.top_k(-permutation, k=array_ops.shape(permutation)[-1], sorted=True)
                wanted = math_ops.range(array_ops.size(permutation))
                check = checks.assert_equal(-negative, wanted, message=message)
                permutation = with_dependencies([check], permutation)
        self._permutation = permutation
        super().__init__(
            forward_min_event_ndims=1,
            is_constant_jacobian=True,
            validate_args=validate_args,
            name=name or "permute",
        )

    @property
    def permutation(self) -> Tensor:
        """Where each entry comes from."""
        return self._permutation

    def _forward(self, x):
        return array_ops.gather(x, self._permutation, axis=-1)

    def _inverse(self, y):
        return array_ops.gather(y, array_ops.invert_permutation(self._permutation), axis=-1)

    def _inverse_log_det_jacobian(self, y):
        return _no_change(y)

    def _forward_log_det_jacobian(self, x):
        return _no_change(x)


@public("contrib.distributions.bijectors.MatrixInverseTriL")
class MatrixInverseTriL(Bijector):
    """The inverse of lower triangular matrices `[..., n, n]`.

    Args:
      validate_args: whether arguments are checked in the run.
      name: the scope of its operations.
    """

    def __init__(self, validate_args: bool = False, name: str = "matrix_inverse_tril") -> None:
        super().__init__(forward_min_event_ndims=2, validate_args=validate_args, name=name)

    def _forward(self, x):
        with control_dependencies(self._assertions(x)):
            shape = array_ops.shape(x)
            identity = linalg.eye(shape[-1], batch_shape=shape[:-2], dtype=x.dtype.base_dtype)
            return linalg.matrix_triangular_solve(x, identity, lower=True)

    def _inverse(self, y):
        return self._forward(y)

    def _forward_log_det_jacobian(self, x):
        # As TensorFlow has it: of all n * n entries. Of those on and below the diagonal it would be n + 1 in the place of 2 n.
        with control_dependencies(self._assertions(x)):
            size = math_ops.cast(array_ops.shape(x)[-1], x.dtype.base_dtype)
            diagonal = math_ops.log(math_ops.abs(array_ops.matrix_diag_part(x)))
            return -2.0 * size * math_ops.reduce_sum(diagonal, axis=-1)

    def _assertions(self, x):
        if not self.validate_args:
            return []
        shape, diagonal = array_ops.shape(x), array_ops.matrix_diag_part(x)
        above = array_ops.matrix_band_part(
            array_ops.matrix_set_diag(x, array_ops.zeros_like(diagonal)), 0, -1
        )
        return [
            checks.assert_rank_at_least(x, 2, message="Input must have rank at least 2."),
            checks.assert_equal(shape[-2], shape[-1], message="Input must be a square matrix."),
            checks.assert_equal(
                above, array_ops.zeros_like(above), message="Input must be lower triangular."
            ),
            checks.assert_none_equal(
                diagonal,
                array_ops.zeros_like(diagonal),
                message="Input must have all diagonal entries nonzero.",
            ),
        ]


@public("contrib.distributions.bijectors.CholeskyOuterProduct")
class CholeskyOuterProduct(Bijector):
    """`y = x @ x^T` for lower triangular matrices `[..., n, n]` with a positive diagonal.

    Args:
      validate_args: whether arguments are checked in the run.
      name: the scope of its operations.
    """

    def __init__(self, validate_args: bool = False, name: str = "cholesky_outer_product") -> None:
        super().__init__(forward_min_event_ndims=2, validate_args=validate_args, name=name)

    def _checked(self, x, *more):
        if not self.validate_args:
            return x
        shape = array_ops.shape(x)
        square = checks.assert_equal(
            shape[-2], shape[-1], message="Input must be a (batch of) square matrix."
        )
        rank = checks.assert_rank_at_least(x, 2, message="Input must be a (batch of) matrix.")
        return with_dependencies([rank, square, *more], x)

    def _forward(self, x):
        x = array_ops.matrix_band_part(self._checked(x), -1, 0)
        return math_ops.matmul(x, x, adjoint_b=True)

    def _inverse(self, y):
        return linalg.cholesky(y)

    def _forward_log_det_jacobian(self, x):
        # Muirhead, Aspects of Multivariate Statistical Theory, theorem 2.1.9: 2^n prod(x_ii^(n - i + 1)).
        diagonal = array_ops.matrix_diag_part(x)
        if self.validate_args:
            positive = checks.assert_positive(diagonal, message="Input must be positive definite.")
            diagonal = array_ops.matrix_diag_part(self._checked(x, positive))
        n = math_ops.cast(array_ops.shape(x)[-1], x.dtype.base_dtype)
        powers = n - math_ops.cast(math_ops.range(array_ops.shape(x)[-1]), x.dtype.base_dtype)
        return n * math.log(2.0) + math_ops.reduce_sum(powers * math_ops.log(diagonal), axis=-1)


@public(
    "contrib.distributions.bijectors.Reshape",
    "contrib.distributions.python.ops.bijectors.reshape.Reshape",
)
class Reshape(Bijector):
    """The entries of an event in another shape.

    Args:
      event_shape_out: the shape that events get, an integer vector of which one entry may be -1.
      event_shape_in: the shape that they have, likewise.
      validate_args: whether shapes that are not known are checked in the run.
      name: the scope of its operations.

    Raises:
      TypeError: no integers.
      ValueError: a known shape that is none, or (when applied) an event of another shape.
    """

    def __init__(
        self,
        event_shape_out: TensorLike,
        event_shape_in: TensorLike = (-1,),
        validate_args: bool = False,
        name: str | None = None,
    ) -> None:
        with name_scope(name, "reshape", [event_shape_out, event_shape_in]):
            self._assertions = []
            self._event_shape_out = self._shape_given(event_shape_out, "event_shape_out", validate_args)
            self._event_shape_in = self._shape_given(event_shape_in, "event_shape_in", validate_args)
        super().__init__(
            forward_min_event_ndims=0,
            is_constant_jacobian=True,
            validate_args=validate_args,
            name=name or "reshape",
        )

    def _shape_given(self, shape, name, validate_args):
        is_empty = isinstance(shape, (list, tuple)) and not shape
        shape = convert_to_tensor(shape, dtypes.int32 if is_empty else None, name=name)
        if not shape.dtype.is_integer:
            raise TypeError(f"{shape} dtype ({shape.dtype.name}) should be `int`-like.")
        if (shape.shape.ndims or 0) > 1:
            raise ValueError(f"`{shape}` rank ({shape.shape.ndims}) should be <= 1.")
        known = constant_value(shape)
        one, least = "must have at most one `-1`", "elements must be either positive integers or `-1`"
        if known is not None:
            if np.sum(known == -1) > 1:
                raise ValueError(f"`{shape}` {one} (given {known})")
            if np.any(known < -1):
                raise ValueError(f"`{shape}` {least} (given {known}).")
        elif validate_args:
            unknown = math_ops.reduce_sum(math_ops.cast(math_ops.equal(shape, -1), dtypes.int32))
            self._assertions += [
                checks.assert_rank(shape, 1, message=f"`{shape}` rank should be <= 1."),
                checks.assert_less_equal(unknown, 1, message=f"`{shape}` elements {one}."),
                checks.assert_greater_equal(shape, -1, message=f"`{shape}` {least}."),
            ]
        return shape

    def _reshaped(self, x, before, after):
        """x with the shape `after` in the place of its last dimensions, which have the shape `before`."""
        count = before.shape.with_rank(1)[0].value
        ndims, known = x.shape.ndims, constant_value(before)
        assertions = list(self._assertions)
        own = None
        if count is not None and ndims is not None:
            own = x.shape.with_rank_at_least(count)[ndims - count :]
        if own is not None and own.is_fully_defined() and known is not None:
            sizes = np.array(own.as_list(), np.int64)
            if np.any(sizes[known >= 0] != known[known >= 0]):
                raise ValueError(f"Input `event_shape` does not match `event_shape_in` ({sizes} vs {known}).")
        elif self.validate_args:
            sizes = array_ops.shape(x)[array_ops.rank(x) - array_ops.size(before) :]
            fits = array_ops.where(before < 0, sizes, before)
            message = "Input `event_shape` does not match `event_shape_in`."
            assertions.append(checks.assert_equal(sizes, fits, message=message))
        x = with_dependencies(assertions, x) if assertions else x
        end = array_ops.rank(x) - array_ops.size(before)
        if count is not None and ndims is not None:
            end = ndims - count
        if isinstance(end, int) and end == 0:
            return array_ops.reshape(x, after)
        return array_ops.reshape(x, array_ops.concat([array_ops.shape(x)[:end], after], 0))

    def _forward(self, x):
        return self._reshaped(x, self._event_shape_in, self._event_shape_out)

    def _inverse(self, y):
        return self._reshaped(y, self._event_shape_out, self._event_shape_in)

    def _inverse_log_det_jacobian(self, y):
        return _no_change(y)

    def _forward_log_det_jacobian(self, x):
        return _no_change(x)

    def _shape_of(self, method, shape):
        if not shape.is_fully_defined():
            size = constant_value(self._event_shape_out if method == self._forward else self._event_shape_in)
            sizes: Sequence[int | None] | None = None
            if size is not None:
                sizes = [None if one < 0 else int(one) for one in size]
            return TensorShape(sizes)
        return method(array_ops.zeros(shape.as_list(), dtypes.float32)).shape

    def _forward_event_shape(self, input_shape):
        return self._shape_of(self._forward, input_shape)

    def _inverse_event_shape(self, output_shape):
        return self._shape_of(self._inverse, output_shape)

    def _forward_event_shape_tensor(self, input_shape):
        return array_ops.shape(self._forward(array_ops.zeros(input_shape, dtypes.float32)))

    def _inverse_event_shape_tensor(self, output_shape):
        return array_ops.shape(self._inverse(array_ops.zeros(output_shape, dtypes.float32)))
