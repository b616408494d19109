"""Layers of networks: variables and what is computed with them (`tf.layers`)."""

# -- contents of tf.layers, written by `make contents` from what is marked @public --
# ruff: noqa: F401 (names are imported to be seen)
from evergraph.layers.base import Layer as Layer
from evergraph.layers.convolution import Conv1D as Conv1D
from evergraph.layers.convolution import Conv2D as Conv2D
from evergraph.layers.convolution import Conv3D as Conv3D
from evergraph.layers.convolution import conv1d as conv1d
from evergraph.layers.convolution import conv2d as conv2d
from evergraph.layers.convolution import conv3d as conv3d
from evergraph.layers.dense import Dense as Dense
from evergraph.layers.dense import dense as dense
from evergraph.layers.dropout import Dropout as Dropout
from evergraph.layers.dropout import dropout as dropout
from evergraph.layers.flattening import Flatten as Flatten
from evergraph.layers.flattening import flatten as flatten
from evergraph.layers.input_spec import InputSpec as InputSpec
from evergraph.layers.normalization import BatchNormalization as BatchNormalization
from evergraph.layers.normalization import batch_normalization as batch_normalization
from evergraph.layers.pooling import AveragePooling1D as AveragePooling1D
from evergraph.layers.pooling import AveragePooling2D as AveragePooling2D
from evergraph.layers.pooling import AveragePooling3D as AveragePooling3D
from evergraph.layers.pooling import MaxPooling1D as MaxPooling1D
from evergraph.layers.pooling import MaxPooling2D as MaxPooling2D
from evergraph.layers.pooling import MaxPooling3D as MaxPooling3D
from evergraph.layers.pooling import average_pooling1d as average_pooling1d
from evergraph.layers.pooling import average_pooling2d as average_pooling2d
from evergraph.layers.pooling import average_pooling3d as average_pooling3d
from evergraph.layers.pooling import max_pooling1d as max_pooling1d
from evergraph.layers.pooling import max_pooling2d as max_pooling2d
from evergraph.layers.pooling import max_pooling3d as max_pooling3d
from evergraph.layers.separable_convolution import SeparableConv1D as SeparableConv1D
from evergraph.layers.separable_convolution import SeparableConv2D as SeparableConv2D
from evergraph.layers.separable_convolution import separable_conv1d as separable_conv1d
from evergraph.layers.separable_convolution import separable_conv2d as separable_conv2d
from evergraph.layers.transposed_convolution import Conv2DTranspose as Conv2DTranspose
from evergraph.layers.transposed_convolution import Conv3DTranspose as Conv3DTranspose
from evergraph.layers.transposed_convolution import conv2d_transpose as conv2d_transpose
from evergraph.layers.transposed_convolution import conv3d_transpose as conv3d_transpose

# -- end of contents --
