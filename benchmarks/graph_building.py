"""Building a graph: a network of 200 dense layers with its gradients; a step here is one operation of the graph.

python benchmarks/graph_building.py --tensorflow
"""

from rounds import Step, main, session_sides

LAYERS = 200


def session_step(tf) -> Step:
    tf.logging.set_verbosity(tf.logging.ERROR)
    waiting = iter(())

    def operations():
        """Builds the graph, then gives its operations one by one."""
        with tf.Graph().as_default() as graph:
            hidden = tf.placeholder(tf.float32, [None, 64])
            for layer in range(LAYERS):
                w = tf.get_variable(f"w{layer}", [64, 64])
                hidden = tf.nn.relu(tf.matmul(hidden, w) + tf.get_variable(f"b{layer}", [64]))
            tf.gradients(tf.reduce_mean(hidden), tf.trainable_variables())
            return iter(graph.get_operations())

    def step():
        nonlocal waiting
        if next(waiting, None) is None:
            waiting = operations()
            next(waiting)
        return 0.0

    return step


if __name__ == "__main__":
    main(
        __doc__,
        session_sides(session_step),
        reference="evergraph",
        steps=10_000,
        warm_up=10_000,
        same_losses=False,
    )
