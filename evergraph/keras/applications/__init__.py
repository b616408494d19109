"""`tf.keras.applications`."""

# -- contents of tf.keras.applications, written by `make contents` from what is marked @public --
# ruff: noqa: F401 (names are imported to be seen)
from evergraph.keras.applications import densenet as densenet
from evergraph.keras.applications import inception_resnet_v2 as inception_resnet_v2
from evergraph.keras.applications import inception_v3 as inception_v3
from evergraph.keras.applications import mobilenet as mobilenet
from evergraph.keras.applications import nasnet as nasnet
from evergraph.keras.applications import resnet50 as resnet50
from evergraph.keras.applications import vgg16 as vgg16
from evergraph.keras.applications import vgg19 as vgg19
from evergraph.keras.applications import xception as xception
from evergraph.keras.applications.dense_blocks import DenseNet121 as DenseNet121
from evergraph.keras.applications.dense_blocks import DenseNet169 as DenseNet169
from evergraph.keras.applications.dense_blocks import DenseNet201 as DenseNet201
from evergraph.keras.applications.inception_blocks import InceptionV3 as InceptionV3
from evergraph.keras.applications.inception_residual_blocks import InceptionResNetV2 as InceptionResNetV2
from evergraph.keras.applications.mobile_blocks import MobileNet as MobileNet
from evergraph.keras.applications.residual import ResNet50 as ResNet50
from evergraph.keras.applications.searched_cells import NASNetLarge as NASNetLarge
from evergraph.keras.applications.searched_cells import NASNetMobile as NASNetMobile
from evergraph.keras.applications.separable_blocks import Xception as Xception
from evergraph.keras.applications.vgg import VGG16 as VGG16
from evergraph.keras.applications.vgg import VGG19 as VGG19

# -- end of contents --
