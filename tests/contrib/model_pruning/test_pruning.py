"""Masks that grow, over layers and cells, in a loop that trains."""

import numpy as np
import pytest

import evergraph as tf

pruning = tf.contrib.model_pruning
WEIGHTS = np.linspace(1.0, 100.0, 100).astype(np.float32).reshape(10, 10)


def spec(**values):
    return pruning.get_pruning_hparams().override_from_dict({"threshold_decay": 0.0, "nbins": 100, **values})


def test_the_smallest_weights_are_masked():
    weights = tf.get_variable("weights", initializer=WEIGHTS)
    masked = pruning.apply_mask(weights, tf.get_variable_scope())
    step = tf.train.get_or_create_global_step()
    rule = pruning.Pruning(spec(), step, sparsity=tf.constant(0.5))
    update = rule.mask_update_op()
    (sparsity,) = pruning.get_weight_sparsity()
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        np.testing.assert_array_equal(session.run(masked), WEIGHTS)
        session.run(update)
        found = session.run(masked)
        assert abs(session.run(sparsity) - 0.5) <= 0.02
        np.testing.assert_array_equal(found, np.where(found > 0, WEIGHTS, 0))
        assert found[:4].max() == 0 and (found[6:] > 0).all()
    assert [len(get()) for get in (pruning.get_masks, pruning.get_thresholds, pruning.get_weights)] == [
        1,
        1,
        1,
    ]
    assert pruning.get_masked_weights() == [masked]


def test_blocks_are_masked_together():
    weights = tf.get_variable("weights", initializer=np.arange(1, 26, dtype=np.float32).reshape(5, 5))
    pruning.apply_mask(weights, tf.get_variable_scope())
    rule = pruning.Pruning(
        spec(block_height=2, block_width=2, block_pooling_function="MAX"),
        tf.train.get_or_create_global_step(),
        sparsity=tf.constant(0.5),
    )
    update, (mask,) = rule.mask_update_op(), pruning.get_masks()
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        session.run(update)
        found = session.run(mask)
    for rows in (slice(0, 2), slice(2, 4), slice(4, 5)):
        for columns in (slice(0, 2), slice(2, 4), slice(4, 5)):
            assert len(np.unique(found[rows, columns])) == 1
    assert found[0, 0] == 0 and found[4, 4] == 1
    wrong = pruning.Pruning(
        spec(block_height=2, block_pooling_function="MIN"), tf.train.get_global_step(), tf.constant(0.5)
    )
    with pytest.raises(ValueError, match="MIN"):
        wrong.mask_update_op()


def test_masks_change_when_they_are_due():
    weights = tf.get_variable("weights", initializer=WEIGHTS)
    pruning.apply_mask(weights, tf.get_variable_scope())
    step = tf.train.get_or_create_global_step()
    rule = pruning.Pruning(
        spec(begin_pruning_step=2, end_pruning_step=6, pruning_frequency=2, target_sparsity=0.8,
             sparsity_function_end_step=8, sparsity_function_exponent=1),
        step,
    )  # fmt: skip
    update, (sparsity,) = rule.conditional_mask_update_op(), pruning.get_weight_sparsity()
    rule.add_pruning_summaries()
    found = []
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        for number in range(9):
            session.run(step.assign(number))
            session.run(update)
            found.append(float(session.run(sparsity)))
        assert b"sparsity" in session.run(tf.summary.merge_all())
    np.testing.assert_allclose(found, [0, 0, 0.2, 0.2, 0.4, 0.4, 0.6, 0.6, 0.6], atol=0.03)
    with pytest.raises(ValueError, match="begin before"):
        pruning.Pruning(spec(sparsity_function_end_step=0), step)


def test_layers_and_cells_use_what_is_masked():
    images = tf.ones([2, 6, 6, 3])
    with tf.variable_scope("net"):
        seen = pruning.masked_conv2d(images, 4, 3, scope="conv")
        logits = pruning.masked_fully_connected(tf.layers.flatten(seen), 2, activation_fn=None, scope="out")
    cells = [pruning.MaskedBasicLSTMCell(3, name="basic"), pruning.MaskedLSTMCell(3, num_proj=2, name="full")]
    states = [tf.nn.static_rnn(cell, [tf.ones([2, 4])], dtype=tf.float32)[0][0] for cell in cells]
    assert [v.op.name for v in tf.trainable_variables()][:4] == [
        "net/conv/weights", "net/conv/biases", "net/out/weights", "net/out/biases",
    ]  # fmt: skip
    assert [mask.op.name for mask in pruning.get_masks()][:2] == ["net/conv/mask", "net/out/mask"]
    assert len(pruning.get_masks()) == len(pruning.get_weights()) == 4
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        before = session.run([seen, logits, *states])
        session.run([mask.assign(tf.zeros_like(mask)) for mask in pruning.get_masks()])
        after = session.run([seen, logits, *states])
    assert all(np.abs(value).max() > 0 for value in before)
    assert np.abs(after[0]).max() == np.abs(after[1]).max() == 0
    assert np.abs(after[2] - before[2]).max() > 0 and np.abs(after[3] - before[3]).max() > 0


@pytest.mark.slow
def test_a_loop_that_prunes(tmp_path):
    step = tf.train.get_or_create_global_step()
    prediction = pruning.masked_fully_connected(tf.constant(WEIGHTS), 1, activation_fn=None)
    loss = tf.losses.mean_squared_error(np.ones((10, 1), np.float32), prediction)
    train_op = tf.contrib.slim.learning.create_train_op(loss, tf.train.GradientDescentOptimizer(1e-6))
    rule = pruning.Pruning(spec(pruning_frequency=1, sparsity_function_end_step=4), step)
    pruning.train(train_op, str(tmp_path), rule.conditional_mask_update_op(), number_of_steps=6)
    reader = tf.train.load_checkpoint(tf.train.latest_checkpoint(str(tmp_path)))
    assert 0.3 <= 1 - reader.get_tensor("fully_connected/mask").mean() <= 0.7
