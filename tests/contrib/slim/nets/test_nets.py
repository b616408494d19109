"""Networks: the names and sizes of variables, end points, and a run of a small one."""

import numpy as np
import pytest

import evergraph as tf
from evergraph.contrib.slim.nets import (
    alexnet,
    inception_v1,
    inception_v2,
    inception_v3,
    overfeat,
    resnet_v1,
    resnet_v2,
    vgg,
)

slim = tf.contrib.slim


@pytest.mark.parametrize(
    "network, size, variables, parameters, end_point, shape",
    [
        (alexnet.alexnet_v2, 224, 16, 50303912, "alexnet_v2/conv5", [2, 12, 12, 256]),
        (overfeat.overfeat, 231, 16, 145704424, "overfeat/conv5", [2, 12, 12, 1024]),
        (vgg.vgg_16, 224, 32, 138357544, "vgg_16/conv5/conv5_3", [2, 14, 14, 512]),
        (inception_v1.inception_v1, 224, 116, 6617624, "Mixed_5c", [2, 7, 7, 1024]),
        (inception_v2.inception_v2, 224, 141, 11178336, "Mixed_5c", [2, 7, 7, 1024]),
        (inception_v3.inception_v3, 299, 196, 27143152, "Mixed_7c", [2, 8, 8, 2048]),
    ],
)
def test_networks(network, size, variables, parameters, end_point, shape):
    with tf.Graph().as_default():
        logits, end_points = network(tf.placeholder(tf.float32, [2, size, size, 3]), 1000)
        assert logits.shape.as_list() == [2, 1000] and end_points[end_point].shape.as_list() == shape
        assert len(slim.get_trainable_variables()) == variables
        count, _ = slim.model_analyzer.analyze_vars(slim.get_model_variables())
        assert count == parameters and network.default_image_size == size


@pytest.mark.parametrize("version, network", [(1, resnet_v1), (2, resnet_v2)])
def test_residual_networks(version, network):
    with tf.Graph().as_default():
        make = getattr(network, f"resnet_v{version}_50")
        with slim.arg_scope(network.resnet_arg_scope()):
            logits, end_points = make(tf.placeholder(tf.float32, [1, 224, 224, 3]), 10)
            dense, _ = make(
                tf.placeholder(tf.float32, [1, 225, 225, 3]),
                None,
                global_pool=False,
                output_stride=8,
                scope="dense",
            )
        assert logits.shape.as_list() == [1, 1, 1, 10] and dense.shape.as_list() == [1, 29, 29, 2048]
        name = f"resnet_v{version}_50/block4/unit_3/bottleneck_v{version}"
        assert name in end_points and "predictions" in end_points
        assert f"{name}/conv3/weights" in [each.op.name for each in slim.get_model_variables()]
        with slim.arg_scope(network.resnet_arg_scope()), pytest.raises(ValueError, match="multiple of 4"):
            make(tf.placeholder(tf.float32, [1, 224, 224, 3]), output_stride=6, scope="other")


def test_a_small_network_trains():
    blocks = [resnet_v2.resnet_v2_block("block1", base_depth=2, num_units=2, stride=2)]
    with tf.Graph().as_default(), tf.Session() as session, slim.arg_scope(resnet_v2.resnet_arg_scope()):
        images = tf.constant(np.random.RandomState(0).normal(size=(2, 16, 16, 3)).astype(np.float32))
        logits, _ = resnet_v2.resnet_v2(images, blocks, 3, scope="r")
        loss = tf.losses.sparse_softmax_cross_entropy(tf.constant([0, 1]), tf.squeeze(logits, [1, 2]))
        train = slim.learning.create_train_op(loss, tf.train.GradientDescentOptimizer(0.1))
        session.run(tf.global_variables_initializer())
        losses = [session.run(train) for _ in range(4)]
        assert losses[-1] < losses[0]


def test_end_points_and_depth():
    with tf.Graph().as_default():
        images = tf.placeholder(tf.float32, [1, 64, 64, 3])
        _, end_points = inception_v3.inception_v3_base(images, "Mixed_5d", depth_multiplier=0.5)
        assert end_points["Mixed_5d"].shape[-1].value == 144 and "Mixed_6a" not in end_points
        with pytest.raises(ValueError, match="Unknown final endpoint"):
            inception_v1.inception_v1_base(images, "none")
        with pytest.raises(ValueError, match="greater than zero"):
            inception_v2.inception_v2_base(images, depth_multiplier=0.0)
