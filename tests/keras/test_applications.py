"""The networks of `tf.keras.applications`: their sizes are those that are published for them."""

import numpy as np
import pytest

import evergraph as tf

A = tf.keras.applications
SLOW = pytest.mark.slow
ROWS = [
    (A.VGG16, 138357544),
    (A.VGG19, 143667240),
    (A.ResNet50, 25636712),
    (A.MobileNet, 4253864),
    pytest.param(A.DenseNet121, 8062504, marks=SLOW),
    pytest.param(A.DenseNet169, 14307880, marks=SLOW),
    pytest.param(A.DenseNet201, 20242984, marks=SLOW),
    (A.Xception, 22910480),
    pytest.param(A.InceptionV3, 23851784, marks=SLOW),
    pytest.param(A.InceptionResNetV2, 55873736, marks=SLOW),
    pytest.param(A.NASNetMobile, 5326716, marks=SLOW),
    pytest.param(A.NASNetLarge, 88949818, marks=SLOW),
]


@pytest.mark.parametrize("network, size", ROWS)
def test_sizes(network, size):
    model = network(weights=None)
    assert model.count_params() == size and model.output_shape == (None, 1000)


def test_a_network_without_its_top():
    model = A.MobileNet(input_shape=(32, 32, 3), alpha=0.25, weights=None, include_top=False, pooling="avg")
    assert model.predict(np.zeros((2, 32, 32, 3))).shape == (2, 256)


def test_what_cannot_be(monkeypatch, tmp_path):
    with pytest.raises(ValueError):
        A.VGG16(weights=None, include_top=False, input_shape=(8, 8, 3))
    with pytest.raises(ValueError):
        A.ResNet50(classes=10)


def test_images_as_they_were_trained_on():
    x = np.random.RandomState(0).randint(0, 255, (2, 4, 4, 3))
    found = A.vgg16.preprocess_input(x)
    np.testing.assert_allclose(found[..., 0], x[..., 2] - 103.939, rtol=1e-5)
    with tf.Session() as session:
        value = session.run(A.vgg16.preprocess_input(tf.constant(x, tf.float32)))
    np.testing.assert_allclose(value, found, rtol=1e-5)
    assert A.xception.preprocess_input(x).min() >= -1
