"""Small models, trained from values that both libraries compute alike: their losses agree step by step."""

import os

import numpy as np

STEPS = 20


def _value(variable):
    """A value that follows from a variable's name and shape."""
    seed = sum(map(ord, variable.op.name)) % 1000
    return np.random.RandomState(seed).normal(0, 0.3, variable.shape.as_list()).astype(np.float32)


def _train(tf, note, build, use_resource=False):
    with tf.variable_scope("model", use_resource=use_resource):
        loss, train, placeholders = build()
    trainable = tf.trainable_variables()
    saver = tf.train.Saver(trainable)
    directory = note.directory()
    assigns, start = [], {}
    for variable in trainable:
        p = tf.placeholder(tf.float32, variable.shape)
        assigns.append(tf.assign(variable, p))
        start[p] = _value(variable)
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        sess.run(assigns, start)
        path = saver.save(sess, os.path.join(directory, "start"))
    losses = []
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        saver.restore(sess, path)
        for i in range(STEPS):
            feed = {p: f(i) for p, f in placeholders.items()}
            losses.append(float(sess.run([loss, train], feed)[0]))
        note("losses", losses)
        note("end", [float(np.abs(x).sum()) for x in sess.run(trainable)])
        note("step", sess.run(tf.train.get_or_create_global_step()))


def _batch(shape):
    return lambda i: np.random.RandomState(i).uniform(-1, 1, shape).astype(np.float32)


def _labels(n, classes):
    return lambda i: np.random.RandomState(100 + i).randint(0, classes, n)


def convolutional_net(tf, note):
    def build():
        x, y = tf.placeholder(tf.float32, [None, 8, 8, 1]), tf.placeholder(tf.int64, [None])
        k = tf.get_variable("k", [3, 3, 1, 4])
        h = tf.nn.max_pool(
            tf.nn.relu(tf.nn.bias_add(tf.nn.conv2d(x, k, [1, 1, 1, 1], "SAME"), tf.get_variable("b", [4]))),
            [1, 2, 2, 1],
            [1, 2, 2, 1],
            "SAME",
        )
        k2 = tf.get_variable("k2", [3, 3, 4, 6])
        h = tf.nn.elu(tf.nn.conv2d(h, k2, [1, 2, 2, 1], "VALID"))
        logits = tf.matmul(tf.reshape(h, [-1, 6]), tf.get_variable("w", [6, 3]))
        loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=logits))
        loss += 1e-3 * tf.add_n([tf.nn.l2_loss(v) for v in tf.trainable_variables()])
        step = tf.train.get_or_create_global_step()
        rate = tf.train.exponential_decay(0.01, step, 5, 0.9, staircase=True)
        optimizer = tf.train.AdamOptimizer(rate)
        grads, variables = zip(*optimizer.compute_gradients(loss))
        clipped, _ = tf.clip_by_global_norm(grads, 1.0)
        return (
            loss,
            optimizer.apply_gradients(zip(clipped, variables), step),
            {x: _batch([6, 8, 8, 1]), y: _labels(6, 3)},
        )

    _train(tf, note, build)


def embedding_model(tf, note):
    for use_resource in (False, True):
        with tf.Graph().as_default():

            def build():
                ids, y = tf.placeholder(tf.int32, [None, 3]), tf.placeholder(tf.float32, [None])
                table = tf.get_variable("table", [20, 4])
                h = tf.reduce_mean(tf.nn.embedding_lookup(table, ids), 1)
                out = tf.squeeze(tf.matmul(h, tf.get_variable("w", [4, 1])), 1)
                loss = tf.losses.mean_squared_error(y, out)
                step = tf.train.get_or_create_global_step()
                return (
                    loss,
                    tf.train.AdagradOptimizer(0.5).minimize(loss, step),
                    {ids: lambda i: np.random.RandomState(i).randint(0, 20, [5, 3]), y: _batch([5])},
                )

            _train(tf, note, build, use_resource=use_resource)


def batch_normalized(tf, note):
    def build():
        x, y = tf.placeholder(tf.float32, [None, 5]), tf.placeholder(tf.float32, [None, 1])
        h = tf.matmul(x, tf.get_variable("w", [5, 7]))
        mean, variance = tf.nn.moments(h, [0])
        moving = tf.get_variable("moving_mean", [7], initializer=tf.zeros_initializer(), trainable=False)
        tf.add_to_collection(tf.GraphKeys.UPDATE_OPS, tf.assign(moving, moving * 0.9 + mean * 0.1))
        h = tf.nn.relu(
            tf.nn.batch_normalization(
                h, mean, variance, tf.get_variable("beta", [7]), tf.get_variable("gamma", [7]), 1e-3
            )
        )
        loss = tf.losses.huber_loss(y, tf.matmul(h, tf.get_variable("v", [7, 1])))
        step = tf.train.get_or_create_global_step()
        with tf.control_dependencies(tf.get_collection(tf.GraphKeys.UPDATE_OPS)):
            train = tf.train.MomentumOptimizer(0.05, 0.9, use_nesterov=True).minimize(loss, step)
        return loss + 0.0 * tf.reduce_sum(moving.read_value()), train, {x: _batch([8, 5]), y: _batch([8, 1])}

    _train(tf, note, build)


def recurrent_net(tf, note):
    def build():
        x, y = tf.placeholder(tf.float32, [4, None, 3]), tf.placeholder(tf.float32, [4, 5])
        w, u = tf.get_variable("w", [3, 5]), tf.get_variable("u", [5, 5])
        xs = tf.TensorArray(tf.float32, tf.shape(x)[1]).unstack(tf.transpose(x, [1, 0, 2]))

        def body(t, h, hs):
            h = tf.tanh(tf.matmul(xs.read(t), w) + tf.matmul(h, u))
            return t + 1, h, hs.write(t, h)

        n = tf.shape(x)[1]
        _, h, hs = tf.while_loop(
            lambda t, h, hs: t < n, body, [0, tf.zeros([4, 5]), tf.TensorArray(tf.float32, n)]
        )
        loss = tf.reduce_mean(tf.square(h - y)) + 0.1 * tf.reduce_mean(tf.square(hs.stack()))
        step = tf.train.get_or_create_global_step()
        return (
            loss,
            tf.train.RMSPropOptimizer(0.02).minimize(loss, step),
            {x: _batch([4, 6, 3]), y: _batch([4, 5])},
        )

    _train(tf, note, build)


def averaged_autoencoder(tf, note):
    def build():
        x = tf.placeholder(tf.float32, [None, 10])
        w, b = tf.get_variable("w", [10, 4]), tf.get_variable("b", [4])
        code = tf.sigmoid(tf.matmul(x, w) + b)
        out = tf.matmul(code, w, transpose_b=True)
        loss = tf.reduce_mean(tf.reduce_sum(tf.squared_difference(out, x), 1))
        step = tf.train.get_or_create_global_step()
        train = tf.train.GradientDescentOptimizer(0.05).minimize(loss, step)
        ema = tf.train.ExponentialMovingAverage(0.8, step)
        with tf.control_dependencies([train]):
            train = ema.apply(tf.trainable_variables())
        return loss, train, {x: _batch([6, 10])}

    _train(tf, note, build)
    averages = tf.moving_average_variables()
    note("averages", [v.op.name for v in averages])
