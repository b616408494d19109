"""`tensorflow.examples`: what tutorials share and programs import. The core never imports it."""
