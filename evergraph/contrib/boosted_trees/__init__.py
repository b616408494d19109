"""`tf.contrib.boosted_trees`: gradient boosted trees over numbers and categories, whose buckets follow from the data."""
