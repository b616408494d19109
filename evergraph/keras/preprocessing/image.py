"""`tf.keras.preprocessing.image`."""

# -- contents of tf.keras.preprocessing.image, written by `make contents` from what is marked @public --
# ruff: noqa: F401 (names are imported to be seen)
from evergraph.keras.preprocessing.image_batches import DirectoryIterator as DirectoryIterator
from evergraph.keras.preprocessing.image_batches import Iterator as Iterator
from evergraph.keras.preprocessing.image_batches import NumpyArrayIterator as NumpyArrayIterator
from evergraph.keras.preprocessing.image_generator import ImageDataGenerator as ImageDataGenerator
from evergraph.keras.preprocessing.transforms import apply_transform as apply_transform
from evergraph.keras.preprocessing.transforms import array_to_img as array_to_img
from evergraph.keras.preprocessing.transforms import flip_axis as flip_axis
from evergraph.keras.preprocessing.transforms import img_to_array as img_to_array
from evergraph.keras.preprocessing.transforms import load_img as load_img
from evergraph.keras.preprocessing.transforms import random_brightness as random_brightness
from evergraph.keras.preprocessing.transforms import random_channel_shift as random_channel_shift
from evergraph.keras.preprocessing.transforms import random_rotation as random_rotation
from evergraph.keras.preprocessing.transforms import random_shear as random_shear
from evergraph.keras.preprocessing.transforms import random_shift as random_shift
from evergraph.keras.preprocessing.transforms import random_zoom as random_zoom

# -- end of contents --
