"""Hooks whose fetches need feeds wait for a run that has them."""

import evergraph as tf


def test_hooks_wait_for_their_feeds_with_one_warning(tmp_path, caplog):
    step = tf.train.get_or_create_global_step()
    x = tf.placeholder(tf.float32, [], name="x")
    tf.summary.scalar("loss", x)
    train_op = tf.group(tf.assign_add(step, 1), tf.identity(x))
    logged = []
    log = tf.train.LoggingTensorHook(
        {"x": x}, every_n_iter=1, formatter=lambda values: logged.append(values["x"]) or ""
    )
    with tf.train.MonitoredTrainingSession(
        checkpoint_dir=str(tmp_path), save_summaries_steps=1, hooks=[log, tf.train.NanTensorHook(x)]
    ) as sess:
        for _ in range(3):
            assert sess.run(step) == 0
        for value in range(2):
            sess.run(train_op, {x: value})
            sess.run(step)
    tf.summary.FileWriterCache.clear()
    (path,) = tmp_path.glob("events.*")
    seen = [
        e.step
        for e in tf.train.summary_iterator(str(path))
        if any(v.tag.startswith("loss") for v in e.summary.value)
    ]
    assert seen == [1, 2] and logged == [0.0, 1.0]
    assert caplog.text.count("SummarySaverHook waits for a run that feeds x") == 1


def test_what_another_hook_feeds_is_given_where_the_user_needs_it_too():
    x = tf.placeholder(tf.float32, [])
    logged = []
    hooks = [
        tf.train.FeedFnHook(lambda: {x: 3.0}),
        tf.train.LoggingTensorHook(
            {"x": x}, every_n_iter=1, formatter=lambda values: logged.append(values["x"]) or ""
        ),
    ]
    with tf.train.SingularMonitoredSession(hooks=hooks) as sess:
        sess.run(x)
    assert logged == [3.0]
