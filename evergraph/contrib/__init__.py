"""What `tf.contrib` held. The core never imports it."""
