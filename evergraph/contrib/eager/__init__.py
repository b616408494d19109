"""`tf.contrib.eager`: what programs of the eager mode take from there; the mode itself is `evergraph.eager`."""
