"""`tf.image`: operations on images."""

from evergraph.ops.image import (
    ResizeMethod, adjust_brightness, central_crop, crop_to_bounding_box, flip_left_right, flip_up_down,
    pad_to_bounding_box, per_image_standardization, random_brightness, random_flip_left_right,
    random_flip_up_down, resize_bilinear, resize_images, resize_nearest_neighbor, transpose_image,
)

__all__ = [
    "ResizeMethod", "adjust_brightness", "central_crop", "crop_to_bounding_box", "flip_left_right",
    "flip_up_down", "pad_to_bounding_box", "per_image_standardization", "random_brightness",
    "random_flip_left_right", "random_flip_up_down", "resize_bilinear", "resize_images",
    "resize_nearest_neighbor", "transpose_image",
]  # fmt: skip
