"""`tf.image`: operations on images."""

# -- contents of tf.image, written by `make contents` from what is marked @public --
# ruff: noqa: F401 (names are imported to be seen)
from evergraph.ops.image.arranging import adjust_brightness as adjust_brightness
from evergraph.ops.image.arranging import central_crop as central_crop
from evergraph.ops.image.arranging import crop_to_bounding_box as crop_to_bounding_box
from evergraph.ops.image.arranging import flip_left_right as flip_left_right
from evergraph.ops.image.arranging import flip_up_down as flip_up_down
from evergraph.ops.image.arranging import pad_to_bounding_box as pad_to_bounding_box
from evergraph.ops.image.arranging import per_image_standardization as per_image_standardization
from evergraph.ops.image.arranging import random_brightness as random_brightness
from evergraph.ops.image.arranging import random_flip_left_right as random_flip_left_right
from evergraph.ops.image.arranging import random_flip_up_down as random_flip_up_down
from evergraph.ops.image.arranging import transpose_image as transpose_image
from evergraph.ops.image.colours import adjust_contrast as adjust_contrast
from evergraph.ops.image.colours import adjust_gamma as adjust_gamma
from evergraph.ops.image.colours import adjust_hue as adjust_hue
from evergraph.ops.image.colours import adjust_saturation as adjust_saturation
from evergraph.ops.image.colours import convert_image_dtype as convert_image_dtype
from evergraph.ops.image.colours import grayscale_to_rgb as grayscale_to_rgb
from evergraph.ops.image.colours import hsv_to_rgb as hsv_to_rgb
from evergraph.ops.image.colours import random_contrast as random_contrast
from evergraph.ops.image.colours import random_hue as random_hue
from evergraph.ops.image.colours import random_saturation as random_saturation
from evergraph.ops.image.colours import rgb_to_grayscale as rgb_to_grayscale
from evergraph.ops.image.colours import rgb_to_hsv as rgb_to_hsv
from evergraph.ops.image.colours import rgb_to_yiq as rgb_to_yiq
from evergraph.ops.image.colours import rgb_to_yuv as rgb_to_yuv
from evergraph.ops.image.colours import yiq_to_rgb as yiq_to_rgb
from evergraph.ops.image.colours import yuv_to_rgb as yuv_to_rgb
from evergraph.ops.image.decoding import decode_and_crop_jpeg as decode_and_crop_jpeg
from evergraph.ops.image.decoding import decode_bmp as decode_bmp
from evergraph.ops.image.decoding import decode_gif as decode_gif
from evergraph.ops.image.decoding import decode_image as decode_image
from evergraph.ops.image.decoding import decode_jpeg as decode_jpeg
from evergraph.ops.image.decoding import decode_png as decode_png
from evergraph.ops.image.decoding import encode_jpeg as encode_jpeg
from evergraph.ops.image.decoding import encode_png as encode_png
from evergraph.ops.image.decoding import extract_jpeg_shape as extract_jpeg_shape
from evergraph.ops.image.decoding import is_jpeg as is_jpeg
from evergraph.ops.image.resizing import ResizeMethod as ResizeMethod
from evergraph.ops.image.resizing import resize_area as resize_area
from evergraph.ops.image.resizing import resize_bicubic as resize_bicubic
from evergraph.ops.image.resizing import resize_bilinear as resize_bilinear
from evergraph.ops.image.resizing import resize_images as resize_images
from evergraph.ops.image.resizing import resize_nearest_neighbor as resize_nearest_neighbor

# -- end of contents --
