"""`tf.contrib.cluster_resolver`: where a program learns which tasks its cluster has."""
