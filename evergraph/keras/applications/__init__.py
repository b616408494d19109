"""`tf.keras.applications`."""

# -- contents of tf.keras.applications, written by `make contents` from what is marked @public --
# ruff: noqa: F401 (names are imported to be seen)

# -- end of contents --
