"""`tensorflow.python.debug`: the sessions and hooks of tfdbg, as far as a program needs them to run."""
