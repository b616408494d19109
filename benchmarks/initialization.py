"""Initialising 300 variables of 32 kinds (8 initializers, 4 shapes) in a new graph and session, as a program's start
does; a step here is one such graph, built and initialised.

    python benchmarks/initialization.py --tensorflow
"""

from rounds import Step, main, session_sides

SHAPES = [(64, 64), (128, 32), (256,), (3, 3, 8, 16)]
VARIABLES = 300


def session_step(tf) -> Step:
    tf.logging.set_verbosity(tf.logging.ERROR)
    initializers = [
        tf.zeros_initializer(),
        tf.ones_initializer(),
        tf.constant_initializer(0.1),
        tf.random_normal_initializer(),
        tf.random_uniform_initializer(-1.0, 1.0),
        tf.truncated_normal_initializer(stddev=0.1),
        tf.glorot_uniform_initializer(),
        tf.variance_scaling_initializer(2.0),
    ]

    def step():
        with tf.Graph().as_default():
            for i in range(VARIABLES):
                tf.get_variable(f"v{i}", SHAPES[i // 8 % 4], initializer=initializers[i % 8])
            with tf.Session() as session:
                session.run(tf.global_variables_initializer())
        return 0.0

    return step


if __name__ == "__main__":
    main(__doc__, session_sides(session_step), reference="evergraph", steps=1, warm_up=1, same_losses=False)
