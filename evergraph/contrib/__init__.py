"""What `tf.contrib` held; the core never imports it.

A part of it is a folder here, `contrib/layers/` for `tf.contrib.layers`. What a program sees is said beside each definition,
`@public("contrib.layers.flatten")`, and `public_module("contrib.slim.learning")` in a file that is a module for programs too;
`make contents` enters both in `compat/contents.py`, and `compat/modules.py` serves the modules from there on first use. A
folder has no table of its own.
"""
