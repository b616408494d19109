"""A wide-and-deep model (Cheng et al., 2016) of feature columns: hashed, crossed, bucketized, embedded; batches of 40.

The strings are fed, so all that depends on them is part of the step.

    python benchmarks/wide_and_deep.py --tensorflow
"""

import itertools

import numpy as np
from rounds import Step, main, session_sides

ROWS, BATCHES, SIZE = 4_000, 300, 40
EDUCATION = ["BA", "HS", "PhD", "MS", "11th", "9th"]


def people(random):
    """Columns like those of the census."""
    return {
        "age": random.randint(17, 80, ROWS).astype(np.float32),
        "hours": random.randint(1, 99, ROWS).astype(np.float32),
        "gain": random.rand(ROWS).astype(np.float32),
        "education": np.array(EDUCATION)[random.randint(len(EDUCATION), size=ROWS)],
        "occupation": np.array([f"o{i}" for i in range(40)])[random.randint(40, size=ROWS)],
    }


def columns(tf):
    """(those of the linear part, those of the network)"""
    column = tf.feature_column
    age = column.numeric_column("age")
    education = column.categorical_column_with_vocabulary_list("education", EDUCATION)
    occupation = column.categorical_column_with_hash_bucket("occupation", 1_000)
    ages = column.bucketized_column(age, [18, 25, 30, 35, 40, 45, 50, 55, 60, 65])
    pairs = column.crossed_column(["education", "occupation"], 1_000)
    triples = column.crossed_column([ages, "education", "occupation"], 1_000)
    numbers = [age, column.numeric_column("hours"), column.numeric_column("gain")]
    deep = [*numbers, column.indicator_column(education), column.embedding_column(occupation, 8)]
    return [education, occupation, ages, pairs, triples], deep


def session_step(tf) -> Step:
    tf.logging.set_verbosity(tf.logging.ERROR)
    tf.set_random_seed(1)
    random = np.random.RandomState(0)
    data, labels = people(random), random.randint(0, 2, ROWS).astype(np.float32)
    features = {
        name: tf.placeholder(tf.string if values.dtype.kind == "U" else tf.float32, [None])
        for name, values in data.items()
    }
    label = tf.placeholder(tf.float32, [None, 1])
    wide, deep = columns(tf)
    with tf.variable_scope("wide"):
        logits = tf.feature_column.linear_model(features, wide)
    with tf.variable_scope("deep"):
        net = tf.feature_column.input_layer(features, deep)
        for layer, units in enumerate([100, 75, 50, 25, 1]):
            kernel = tf.get_variable(f"kernel_{layer}", [int(net.shape[1]), units])
            net = tf.matmul(net if layer == 0 else tf.nn.relu(net), kernel)
    loss = tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(labels=label, logits=logits + net))
    linear, network = (tf.get_collection(tf.GraphKeys.TRAINABLE_VARIABLES, part) for part in ("wide", "deep"))
    train = tf.group(
        tf.train.FtrlOptimizer(0.05).minimize(loss, var_list=linear),
        tf.train.AdagradOptimizer(0.05).minimize(loss, var_list=network),
    )
    tf.train.get_or_create_global_step()
    session = tf.train.SingularMonitoredSession()
    rows = [random.randint(0, ROWS, SIZE) for _ in range(BATCHES)]
    feeds = itertools.cycle(
        {**{features[n]: v[chosen] for n, v in data.items()}, label: labels[chosen][:, None]}
        for chosen in rows
    )
    return lambda: session.run([loss, train], next(feeds))[0]


if __name__ == "__main__":
    main(
        __doc__, session_sides(session_step), reference="evergraph", steps=300, warm_up=700, same_losses=False
    )
