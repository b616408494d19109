"""`tf.keras.datasets`."""

# -- contents of tf.keras.datasets, written by `make contents` from what is marked @public --
# ruff: noqa: F401 (names are imported to be seen)
from evergraph.keras.datasets import boston_housing as boston_housing
from evergraph.keras.datasets import cifar10 as cifar10
from evergraph.keras.datasets import cifar100 as cifar100
from evergraph.keras.datasets import fashion_mnist as fashion_mnist
from evergraph.keras.datasets import imdb as imdb
from evergraph.keras.datasets import mnist as mnist
from evergraph.keras.datasets import reuters as reuters

# -- end of contents --
