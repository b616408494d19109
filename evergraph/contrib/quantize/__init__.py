"""`tf.contrib.quantize`: graphs rewritten so that training sees what quantization will do."""
