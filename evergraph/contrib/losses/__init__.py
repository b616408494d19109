"""`tf.contrib.losses`: the losses of `tf.losses` with predictions first, and losses for metric learning."""
