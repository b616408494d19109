"""`tf.test`: tests of programs that build and run graphs."""
