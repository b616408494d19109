"""`tensorflow.examples.tutorials.mnist.mnist`: the network of two hidden layers that tutorials build step by step."""

import math
from typing import Any

from evergraph.framework import dtypes
from evergraph.framework.default_graph import name_scope
from evergraph.framework.operation import Operation
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops import losses
from evergraph.ops import math as math_ops
from evergraph.ops.array import zeros
from evergraph.ops.nn import in_top_k, relu
from evergraph.ops.random.distributions import truncated_normal
from evergraph.ops.variables.reference import Variable
from evergraph.optimizers.gradient_descent import GradientDescentOptimizer
from evergraph.summary.summary import scalar

public_module("examples.tutorials.mnist.mnist")

NUM_CLASSES = public()(10)
IMAGE_SIZE = public()(28)
IMAGE_PIXELS = public()(IMAGE_SIZE * IMAGE_SIZE)


@public()
def inference(images: Tensor, hidden1_units: int, hidden2_units: int) -> Tensor:
    """The logits of images.

    Args:
      images: float32 [batch, 784].
      hidden1_units, hidden2_units: the sizes of the hidden layers.

    Returns:
      float32 [batch, 10].
    """
    hidden = relu(_layer("hidden1", images, IMAGE_PIXELS, hidden1_units))
    hidden = relu(_layer("hidden2", hidden, hidden1_units, hidden2_units))
    return _layer("softmax_linear", hidden, hidden2_units, NUM_CLASSES)


def _layer(name, inputs, size, units):
    with name_scope(name):
        start = truncated_normal([size, units], stddev=1.0 / math.sqrt(float(size)))
        weights = Variable(start, name="weights")
        biases = Variable(zeros([units]), name="biases")
        return math_ops.matmul(inputs, weights) + biases


@public()
def loss(logits: TensorLike, labels: Any) -> Tensor:
    """The mean cross entropy of logits, float32 [batch, 10], and labels, integers [batch]: a float32 scalar."""
    return losses.sparse_softmax_cross_entropy(labels=math_ops.to_int64(labels), logits=logits)


@public()
def training(loss: Tensor, learning_rate: TensorLike) -> Operation:
    """A step of gradient descent, which counts `global_step`; the loss, a float scalar, is summarised."""
    scalar("loss", loss)
    global_step = Variable(0, name="global_step", trainable=False)
    return GradientDescentOptimizer(learning_rate).minimize(loss, global_step=global_step)


@public()
def evaluation(logits: TensorLike, labels: Any) -> Tensor:
    """How many labels, integers [batch], have the largest logit of their row: an int32 scalar."""
    return math_ops.reduce_sum(math_ops.cast(in_top_k(logits, labels, 1), dtypes.int32))
