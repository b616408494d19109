"""`tf.contrib.training`: hyperparameters, training and evaluation loops, and batches by chance, weight or length."""
