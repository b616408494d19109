"""Activations: relu and its kin, softplus, softsign.

Their gradients are operations of their own, as in TensorFlow: those that TensorFlow computes from the output use
the output (which may have been fed).
"""

import jax
import jax.numpy as jnp
from jax import lax

from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops
from evergraph.ops.registry import FLOATS, INTEGERS, device_op

public_module("python.ops.nn", "python.ops.nn_impl", "python.ops.nn_ops")

_REALS = FLOATS + INTEGERS
# The fixed point of "zero mean and unit variance stay so" (Klambauer et al., 2017).
_SELU_SCALE = 1.0507009873554804934193349852946
_SELU_SCALE_ALPHA = 1.7580993408473768599402175208123


def _like_input(operation):
    return operation.input_tensors[0].shape


def _like_both(operation):
    first, second = operation.input_tensors
    return first.shape.merge_with(second.shape)


def _activation(type, allowed=FLOATS, **options):  # noqa: A002
    return device_op(
        type, "features: T -> activations: T", types={"T": allowed}, shape=_like_input, **options
    )


def _gradient_op(type, value="features", allowed=FLOATS):  # noqa: A002
    return device_op(
        type, f"gradients: T, {value}: T -> backprops: T", types={"T": allowed}, shape=_like_both
    )


def _where(condition, gradients):
    return jnp.where(condition, gradients, jnp.zeros_like(gradients))


@_gradient_op("ReluGrad", allowed=_REALS)
def relu_grad_op(gradients, features):
    return _where(features > 0, gradients)


@_activation("Relu", _REALS, gradient=lambda op, grad: relu_grad_op(grad, op.outputs[0]))
def relu_op(features):
    return jax.nn.relu(features)


@_gradient_op("Relu6Grad", allowed=_REALS)
def relu6_grad_op(gradients, features):
    return _where((features > 0) & (features < 6), gradients)


@_activation("Relu6", _REALS, gradient=lambda op, grad: relu6_grad_op(grad, op.outputs[0]))
def relu6_op(features):
    inside = (features > 0) & (features < 6)  # no derivative at the ends
    return jnp.where(inside, features, lax.stop_gradient(jnp.clip(features, 0, 6)))


@_gradient_op("EluGrad", "outputs")
def elu_grad_op(gradients, outputs):
    return jnp.where(outputs < 0, gradients * (outputs + 1), gradients)


@_activation("Elu", gradient=lambda op, grad: elu_grad_op(grad, op.outputs[0]))
def elu_op(features):
    return jnp.where(features < 0, jnp.expm1(_where(features < 0, features)), features)


def _weak(value, like):
    return jnp.asarray(value, like.dtype)


@_gradient_op("SeluGrad", "outputs")
def selu_grad_op(gradients, outputs):
    negative = gradients * (outputs + _weak(_SELU_SCALE_ALPHA, outputs))
    return jnp.where(outputs < 0, negative, gradients * _weak(_SELU_SCALE, outputs))


@_activation("Selu", gradient=lambda op, grad: selu_grad_op(grad, op.outputs[0]))
def selu_op(features):
    negative = _weak(_SELU_SCALE_ALPHA, features) * jnp.expm1(_where(features < 0, features))
    return jnp.where(features < 0, negative, _weak(_SELU_SCALE, features) * features)


@_gradient_op("SoftplusGrad")
def softplus_grad_op(gradients, features):
    return gradients * lax.logistic(features)


@_activation("Softplus", gradient=lambda op, grad: softplus_grad_op(grad, op.inputs[0]))
def softplus_op(features):
    return jnp.logaddexp(features, jnp.zeros((), features.dtype))


@_gradient_op("SoftsignGrad")
def softsign_grad_op(gradients, features):
    return gradients / jnp.square(1 + jnp.abs(features))


@_activation("Softsign", gradient=lambda op, grad: softsign_grad_op(grad, op.inputs[0]))
def softsign_op(features):
    return features / (1 + jnp.abs(features))


# -- public ------------------------------------------------------------------------------------------------------


@public("nn.relu")
def relu(features: TensorLike, name: str | None = None) -> Tensor:
    """`max(features, 0)`, for real numbers of any shape, which with the dtype stays (Nair and Hinton 2010); its gradient at 0 is 0."""
    return relu_op(features, name=name)


@public("nn.relu6")
def relu6(features: TensorLike, name: str | None = None) -> Tensor:
    """`min(max(features, 0), 6)`.

    Any shape of real numbers; it stays, with the dtype (Krizhevsky, Convolutional Deep Belief Networks on CIFAR-10,
    2010).
    """
    with name_scope(name, "Relu6", [features]) as scope:
        return relu6_op(convert_to_tensor(features, name="features"), name=scope)


@public("nn.elu")
def elu(features: TensorLike, name: str | None = None) -> Tensor:
    """`exp(features) - 1` where negative, `features` elsewhere.

    `features` is a float of any shape; the result has its shape and dtype. Clevert et al. 2015, arXiv:1511.07289.
    """
    return elu_op(features, name=name)


@public("nn.selu")
def selu(features: TensorLike, name: str | None = None) -> Tensor:
    """The scaled exponential linear unit of self-normalising networks.

    `features` is a float of any shape; the result has its shape and dtype. Klambauer et al. 2017, arXiv:1706.02515.
    """
    return selu_op(features, name=name)


@public("nn.softplus")
def softplus(features: TensorLike, name: str | None = None) -> Tensor:
    """`log(exp(features) + 1)`.

    `features` is a float of any shape; the result has its shape and dtype. Dugas et al., Incorporating second-order
    functional knowledge, 2001.
    """
    return softplus_op(features, name=name)


@public("nn.softsign")
def softsign(features: TensorLike, name: str | None = None) -> Tensor:
    """`features / (abs(features) + 1)`.

    `features` is a float of any shape; the result has its shape and dtype. Bergstra et al. 2009.
    """
    return softsign_op(features, name=name)


@public("nn.leaky_relu")
def leaky_relu(features: TensorLike, alpha: TensorLike = 0.2, name: str | None = None) -> Tensor:
    """`features` where positive, `alpha * features` elsewhere; integers become float32.

    The result has the shape of `features`. Maas et al., Rectifier nonlinearities improve acoustic models, 2013.
    """
    with name_scope(name, "LeakyRelu", [features, alpha]) as scope:
        features = convert_to_tensor(features, name="features")
        if features.dtype.is_integer:
            features = math_ops.to_float(features)
        alpha = convert_to_tensor(alpha, features.dtype.base_dtype, name="alpha")
        return math_ops.maximum(alpha * features, features, name=scope)


@public("nn.crelu")
def crelu(features: TensorLike, name: str | None = None, axis: int = -1) -> Tensor:
    """`relu` of `features` and of `-features`, concatenated along `axis`, which doubles.

    The dtype stays. Shang et al. 2016, arXiv:1603.05201.
    """
    with name_scope(name, "CRelu", [features]) as scope:
        features = convert_to_tensor(features, name="features")
        both = array_ops.concat([features, -features], axis, name=scope)
        return relu(both)


@public("nn.swish")
def swish(features: TensorLike) -> Tensor:
    """`features * sigmoid(features)`.

    `features` is a float of any shape; the result has its shape and dtype. Ramachandran et al. 2017,
    arXiv:1710.05941.
    """
    features = convert_to_tensor(features, name="features")
    return features * math_ops.sigmoid(features)


@public("log_sigmoid", "python.ops.math_ops.log_sigmoid")
def log_sigmoid(x: TensorLike, name: str | None = None) -> Tensor:
    """`log(sigmoid(x)) = -softplus(-x)` of floats, exact where the sigmoid is near zero (https://en.wikipedia.org/wiki/Softplus)."""
    with name_scope(name, "LogSigmoid", [x]):
        x = convert_to_tensor(x, name="x")
        return math_ops.negative(softplus(-x))
