"""Stages whose sizes vary: few programs, the results of the exact shapes."""

import numpy as np
import pytest

import evergraph as tf
from evergraph.engine import any_length, bounded_stage
from evergraph.engine.plans import plans_of

RANDOM = np.random.RandomState(0)


@pytest.fixture
def exact():
    """Turns the switch off for what is run inside `with exact:`."""

    class Off:
        def __enter__(self):
            any_length.set_enabled(False)

        def __exit__(self, *_):
            any_length.set_enabled(True)

    return Off()


def steps_of(sess):
    executables = [r for r in sess._runs.values() if hasattr(r, "bound")]
    found = [bound.step for e in executables for bound in e.bound if bound.step is not None]
    return [step for step in found if step.any_length is not None]


def stages_of(table):
    """The `BoundedStage`s of a ProgramTable."""
    choosers = [c for c in table.any_length.found.values() if c is not None]
    return [c._stage for c in choosers if c._stage is not None]


def compiled(sess):
    """(exact programs, bounded programs) of the stages that were run."""
    tables = list({id(step.table): step.table for step in steps_of(sess)}.values())
    stages = [stage for t in tables for stage in stages_of(t)]
    return (
        sum(p.sizes is None for t in tables for p in t.programs.values()),
        sum(c.call is not None for stage in stages for c in stage._compiled.values()),
    )


def trained(make, batches, check=None):
    """What each step of a program gave."""
    with tf.Graph().as_default(), tf.Session() as sess:
        feeds, fetches = make()
        sess.run(tf.global_variables_initializer())
        found = [sess.run(fetches, dict(zip(feeds, batch))) for batch in batches]
        if check is not None:
            check(sess)
    return found


def same_as_exact(exact, make, batches, check=None):
    found = trained(make, batches, check)
    with exact:
        wanted = trained(make, batches)
    for a, b in zip(found, wanted):
        for x, y in zip(a, b):
            np.testing.assert_equal(np.shape(x), np.shape(y))
            np.testing.assert_allclose(x, y, rtol=1e-6, atol=1e-6)


def regression():
    """Fetches the loss, a value for each element, and the shape."""
    x, y = tf.placeholder(tf.float32, [None, None, 3]), tf.placeholder(tf.float32, [None, None])
    w = tf.get_variable("w", initializer=np.array([0.1, -0.2, 0.3], np.float32))
    predicted = tf.tanh(tf.reduce_sum(x * w, 2))
    loss = tf.reduce_mean(tf.square(predicted - y))
    train = tf.train.GradientDescentOptimizer(0.1).minimize(loss)
    with tf.control_dependencies([train]):
        return (x, y), [tf.identity(loss), predicted, tf.shape(predicted)]


def numbers(*shape):
    return RANDOM.randn(*shape).astype(np.float32)


def regression_batches(sizes):
    return [(numbers(B, T, 3), numbers(B, T)) for B, T in sizes]


def test_a_training_step_on_batches_of_any_length(exact):
    sizes = [(4, 7), (4, 3), (4, 9), (4, 16), (3, 5), (4, 1), (1, 12), (4, 8), (4, 40)]

    def check(sess):
        programs = compiled(sess)
        assert programs[0] <= 3 and 1 <= programs[1] <= 3  # the first, and perhaps what asks for a size of 1

    same_as_exact(exact, regression, regression_batches(sizes), check)


def test_an_empty_batch(exact):
    def make():
        x = tf.placeholder(tf.float32, [None, None])
        return (x,), [tf.reduce_sum(x), x + 1.0]

    same_as_exact(exact, make, [(numbers(3, n),) for n in (4, 2, 0, 6, 0, 4)])


def test_shapes_that_the_graph_knows_are_left_alone():
    x = tf.placeholder(tf.float32, [3, 2])
    y = tf.reduce_sum(tf.square(x))
    with tf.Session() as sess:
        sess.run(y, {x: np.ones((3, 2))})
        assert steps_of(sess) == []


def test_a_smaller_last_batch_has_its_exact_program():
    x = tf.placeholder(tf.float32, [None, 2])
    y = tf.reduce_sum(tf.square(x))
    with tf.Session() as sess:
        for rows in (8, 8, 3, 8, 8, 3):
            assert sess.run(y, {x: np.ones((rows, 2))}) == 2 * rows
        assert compiled(sess) == (2, 0)


def test_two_sizes_that_were_equal_part(exact):
    def make():
        x, y = tf.placeholder(tf.float32, [2, None]), tf.placeholder(tf.float32, [2, None])
        return (x, y), [tf.matmul(x, y, transpose_a=True), tf.reduce_mean(x) + tf.reduce_mean(y)]

    sizes = [(3, 3), (5, 5), (4, 4), (4, 6), (6, 4), (9, 2)]
    same_as_exact(exact, make, [(numbers(2, S), numbers(2, T)) for S, T in sizes])


def test_sizes_that_follow_from_data(exact):
    def make():
        x, ids = tf.placeholder(tf.float32, [None, 2]), tf.placeholder(tf.int32, [None])
        mask = tf.placeholder(tf.bool, [None])
        rows = tf.boolean_mask(tf.square(x), mask)
        kinds, places = tf.unique(ids)
        sums = tf.unsorted_segment_sum(x, places, 4) / tf.cast(tf.size(kinds), tf.float32)
        return (x, ids, mask), [tf.reduce_mean(rows), rows + 1.0, tf.reduce_sum(sums)]

    def batch(n):
        mask = RANDOM.rand(n) < 0.5
        mask[0] = True
        return numbers(n, 2), RANDOM.randint(0, 4, n), mask

    same_as_exact(exact, make, [batch(n) for n in (6, 9, 14, 11, 8, 30)])


def test_random_numbers_are_those_of_the_exact_shape(exact):
    def make():
        x = tf.placeholder(tf.float32, [None, None])
        return (x,), [tf.nn.dropout(x, 0.5, seed=3), tf.reduce_sum(tf.random_uniform(tf.shape(x), seed=4))]

    same_as_exact(exact, make, [(numbers(3, n),) for n in (4, 7, 5, 11)])


def test_a_bad_index_is_held_against_the_true_size_and_changes_nothing(exact):
    def errors():
        x, ids = tf.placeholder(tf.float32, [None]), tf.placeholder(tf.int32, [None])
        v = tf.get_variable("v", initializer=1.0)
        update = tf.assign_add(v, tf.reduce_sum(tf.gather(tf.square(x), ids * 1)))
        found = []
        with tf.Session() as sess:
            sess.run(v.initializer)
            for n, bad in [(4, 0), (3, 2), (6, 5), (5, 2), (7, 6), (5, 5), (6, 7)]:
                try:
                    sess.run(update, {x: np.ones(n), ids: [0, bad, 1]})
                except tf.errors.InvalidArgumentError as error:
                    found.append(str(error.message))
            found.append(sess.run(v))
        return found

    with tf.Graph().as_default():
        found = errors()
    with exact, tf.Graph().as_default():
        assert found == errors()
    assert len(found) == 3 and found[-1] == 16.0


def test_the_report_names_what_was_refused(monkeypatch):
    said = []
    monkeypatch.setattr(
        "evergraph.framework.logging.warning", lambda message, *args: said.append(message % args)
    )
    x = tf.placeholder(tf.float32, [None, None], name="x")
    y = tf.reduce_sum(tf.reshape(x, [2, -1, 2], name="pairs"), 1)
    with tf.Session() as sess:
        for size in range(2, 20, 2):
            sess.run(y, {x: np.ones((2, size))})
        assert compiled(sess)[0] == 9
    assert len(said) == 1 and "compiled 8 times" in said[0] and "'pairs'" in said[0]


def test_a_traced_run_says_size_and_bound():
    x = tf.placeholder(tf.float32, [None, None], name="x")
    y = tf.reduce_sum(tf.square(x), name="y")
    options, metadata = tf.RunOptions(trace_level=tf.RunOptions.FULL_TRACE), tf.RunMetadata()
    with tf.Session() as sess:
        for size in (3, 5, 4):
            sess.run(y, {x: np.ones((2, size))}, options, metadata)
    labels = [n.timeline_label for d in metadata.step_stats.dev_stats for n in d.node_stats]
    assert any("x:0[1]: 4 of 16" in label for label in labels)


def test_sizes_that_come_often_get_closer_bounds(monkeypatch):
    monkeypatch.setattr(bounded_stage, "_PATIENCE", 3)
    x = tf.placeholder(tf.float32, [None, None])
    y = tf.reduce_sum(tf.square(x))
    with tf.Session() as sess:
        for size in (40, 41, *(3 + step % 5 for step in range(20))):
            assert sess.run(y, {x: np.ones((2, size))}) == 2 * size
        (step,) = steps_of(sess)
        (stage,) = stages_of(step.table)
        assert sorted(b for b in stage._compiled) == [(("n0", 2), ("n1", 16)), (("n0", 2), ("n1", 64))]


def sparse_product():
    """The product of a sparse matrix, whose shape is fed, with a matrix: what drops elements of a graph's features computes."""
    matrix = tf.sparse_placeholder(tf.float32)
    dense = tf.placeholder(tf.float32, [None, 2])
    product = tf.sparse_tensor_dense_matmul(matrix, dense)
    return (matrix, dense), [product, tf.reduce_mean(tf.square(product))]


def sparse_batch(count, height, width=5):
    indices = np.stack([RANDOM.randint(0, height, count), RANDOM.randint(0, width, count)], 1)
    return (indices.astype(np.int64), RANDOM.rand(count).astype(np.float32), (height, width)), numbers(
        width, 2
    )


def test_values_that_set_a_size_leave_other_sizes_open(exact):
    def check(sess):
        exact_programs, bounded_programs = compiled(sess)
        assert exact_programs <= 2 and 1 <= bounded_programs <= 2  # one and one for each of two heights

    batches = [sparse_batch(count, height) for height in (7, 4) for count in range(9, 16)]
    same_as_exact(exact, sparse_product, batches, check)


def test_only_a_few_such_values_have_programs_of_any_length(monkeypatch, exact):
    monkeypatch.setattr(any_length, "_MOST_STATICS", 2)

    def check(sess):
        (step,) = steps_of(sess)
        assert len(stages_of(step.table)) == 2 and len(step.table.any_length.found) <= 3

    batches = [sparse_batch(count, height) for height in (7, 4, 6, 3) for count in (9, 10)]
    same_as_exact(exact, sparse_product, batches, check)


def test_the_closer_program_is_compiled_beside_the_last_runs_of_the_wide_one(monkeypatch):
    monkeypatch.setattr(bounded_stage, "_PATIENCE", 12)  # 16 runs at a quarter of the bound
    x = tf.placeholder(tf.float32, [None, None])
    y = tf.reduce_sum(tf.square(x))
    with tf.Session() as sess:
        for size in (40, 41, *(3 + step % 5 for step in range(11))):
            sess.run(y, {x: np.ones((2, size))})
        (step,) = steps_of(sess)
        bounds = step.any_length.of(())._stage._compiled
        assert [dict(b)["n1"] for b in bounds] == [64]
        sess.run(y, {x: np.ones((2, 3))})
        assert sorted(dict(b)["n1"] for b in bounds) == [16, 64]
        used = [p.true_sizes["n1"] for p in step.table.programs.values() if p.sizes is not None]
        assert len(used) > 1  # nothing was chosen anew yet
        for size in (3, 4, 5, 6, 7):
            assert sess.run(y, {x: np.ones((2, size))}) == 2 * size


def test_a_smaller_last_batch_needs_no_program_of_its_own(exact):
    x = tf.placeholder(tf.float32, [None, None])
    y = tf.reduce_mean(tf.square(tf.layers.dense(x[:, :, None], 3)))
    batches = [np.float32(RANDOM.rand(5, size)) for size in (7, 4, 9)]
    batches += [np.float32(RANDOM.rand(count, 6)) for count in (3, 5, 1)]
    with tf.Session() as sess:
        sess.run(tf.global_variables_initializer())
        found = [sess.run(y, {x: batch}) for batch in batches]
        assert compiled(sess) == (1, 1)
        (stage,) = stages_of(steps_of(sess)[0].table)
        assert [dict(bounds)["n0"] for bounds in stage._compiled] == [5]
        with exact:
            np.testing.assert_allclose([sess.run(y, {x: batch}) for batch in batches], found, rtol=1e-6)
        sess.run(y, {x: np.ones([6, 6], np.float32)})  # more than ever
        assert compiled(sess)[1] == 2


def test_the_covering_program_takes_four_traces(monkeypatch):
    found, confirmed = [], []
    traced = bounded_stage._traced
    monkeypatch.setattr(bounded_stage, "_traced", lambda *a: (found.append(a[-1]["n1"]), traced(*a))[1])
    monkeypatch.setattr(bounded_stage, "confirm", lambda *a: confirmed.append(a))
    x = tf.placeholder(tf.float32, [None, None])
    y = tf.reduce_sum(tf.square(x))
    with tf.Session() as sess:
        for size in (40, 41, 50, 64):
            assert sess.run(y, {x: np.ones((2, size))}) == 2 * size
    assert len(found) == 4 and found[-1] == 64 and not confirmed


def test_where_sizes_follow_from_data_the_first_program_serves_all():
    x, mask = tf.placeholder(tf.float32, [None, None]), tf.placeholder(tf.bool, [None, None])
    y = tf.reduce_sum(tf.boolean_mask(tf.square(x), mask))
    with tf.Session() as sess:
        for size in (5, 9, 4, 12):
            chosen = np.arange(2 * size).reshape(2, size) % 3 == 0
            assert sess.run(y, {x: np.ones((2, size)), mask: chosen}) == chosen.sum()
        assert compiled(sess) == (0, 1)


def test_what_follows_from_data_varies_where_the_rest_cannot(exact):
    def make():  # the graph does not know the rank of the matrix, the product asks for 2
        matrix, weights = tf.sparse_placeholder(tf.float32), tf.ones([6, 3])
        kept = tf.sparse_retain(matrix, matrix.values > 0)
        return (matrix,), [tf.sparse_tensor_dense_matmul(kept, weights)]

    def batch(count):
        places = np.argwhere(np.ones((5, 6)))[:25]
        values = np.r_[np.ones(count), -np.ones(25 - count)].astype(np.float32)
        return (tf.SparseTensorValue(places, values, (5, 6)),)

    def check(sess):
        assert compiled(sess) == (0, 1)

    same_as_exact(exact, make, [batch(n) for n in (14, 9, 5, 11, 8, 12)], check)


def test_as_many_rows_as_labels_follow_from_data(exact):
    def make():
        rows, ids, labels = (tf.placeholder(dtype, [None]) for dtype in (tf.int64, tf.int64, tf.float32))
        places = tf.stack([rows, tf.zeros_like(rows)], 1)
        table = tf.get_variable("table", [20, 3], initializer=tf.ones_initializer())
        matrix = tf.SparseTensor(places, ids, [6, 1])
        found = tf.reduce_sum(tf.nn.embedding_lookup_sparse(table, matrix, None, combiner="sum"), 1)
        loss = tf.reduce_mean(tf.square(found - labels))
        with tf.control_dependencies([tf.train.GradientDescentOptimizer(0.01).minimize(loss)]):
            return (rows, ids, labels), [tf.identity(loss)]

    def batch(count):
        rows = np.sort(np.r_[np.arange(6), RANDOM.randint(0, 6, count - 6)])
        return rows, np.r_[np.arange(5), RANDOM.randint(0, 5, count - 5)], RANDOM.rand(6)

    def check(sess):
        exact_programs, bounded_programs = compiled(sess)
        assert exact_programs <= 1 and bounded_programs >= 1

    same_as_exact(exact, make, [batch(n) for n in (9, 14, 11, 8, 12, 10)], check)


def test_a_function_that_asks_for_a_size_is_not_run_at_a_bound(exact):
    def make():  # a size of 1 would be squeezed
        x = tf.placeholder(tf.float32, [2, None])
        return (x,), [tf.squeeze(x) * 2.0]

    same_as_exact(exact, make, [(numbers(2, n),) for n in (4, 6, 5, 1, 7, 1)])


def test_a_resumed_run_equals_one_that_was_not_interrupted(tmp_path):
    batches = regression_batches([(RANDOM.randint(2, 9), RANDOM.randint(2, 20)) for _ in range(12)])

    def run(directory, until):
        feeds, fetches = regression()
        step = tf.train.get_or_create_global_step()
        count = tf.assign_add(step, 1)
        found = []
        with tf.train.MonitoredTrainingSession(
            checkpoint_dir=str(directory),
            save_checkpoint_secs=None,
            save_checkpoint_steps=4,
            save_summaries_steps=None,
        ) as sess:
            while (at := sess.run(step)) < until:
                found.append(sess.run([fetches, count], dict(zip(feeds, batches[at])))[0][1])
            raw = sess._tf_sess()
            state = plans_of(raw.graph, raw._runtime).sizes.state()
        return found, state

    def run_anew(*arguments):
        with tf.Graph().as_default():
            return run(*arguments)

    whole, state = run_anew(tmp_path / "whole", 12)
    first, _ = run_anew(tmp_path / "parts", 4)
    second, resumed = run_anew(tmp_path / "parts", 12)
    assert resumed == state
    for a, b in zip(whole, first + second, strict=True):
        np.testing.assert_array_equal(a, b)


def test_a_size_of_one_that_changes_what_is_computed(exact):
    """Squeezed, one row is no batch any more: the sum that follows is of its elements."""

    def make():
        x = tf.placeholder(tf.float32, [None, 4])
        return [x], [tf.reduce_sum(tf.squeeze(x), 0)]

    same_as_exact(exact, make, [[numbers(n, 4)] for n in (5, 7, 9, 1, 6, 1)])


def test_crops_of_images_of_any_size(exact):
    """A crop is smaller than every image, or refused; one program serves images that are smaller than those before."""

    def make():
        image, at = tf.placeholder(tf.float32, [None, None, 3]), tf.placeholder(tf.int32, [2])
        crop = tf.slice(image * 2.0, tf.concat([at, [0]], 0), tf.stack([6, 5, tf.shape(image)[2]]))
        return [image, at], [crop - 1.0]

    def check(sess):
        exact_programs, bounded_programs = compiled(sess)
        assert exact_programs <= 1 and bounded_programs <= 2  # one of the two has closer bounds

    sizes = [(9, 11), (12, 10), (15, 13), (10, 17), (8, 9), (14, 14), (7, 6), (16, 8)]
    same_as_exact(exact, make, [(numbers(*size, 3), [1, 1]) for size in sizes], check)
    with tf.Graph().as_default(), tf.Session() as sess:
        feeds, fetches = make()
        for size in sizes:
            sess.run(fetches, dict(zip(feeds, (numbers(*size, 3), [1, 1]))))
        with pytest.raises(tf.errors.InvalidArgumentError):
            sess.run(fetches, dict(zip(feeds, (numbers(5, 9, 3), [0, 1]))))


@pytest.mark.parametrize("align_corners", [False, True])
@pytest.mark.parametrize("method", range(4))
def test_images_of_any_size_are_resized(exact, method, align_corners):
    """To one size, each way; so does the preprocessing of Inception with a crop of each image."""

    def make():
        image = tf.placeholder(tf.float32, [None, None, 3])
        return [image], [tf.image.resize_images(image * 2.0, [7, 10], method, align_corners)]

    def check(sess):
        exact_programs, bounded_programs = compiled(sess)
        assert exact_programs <= 1 and bounded_programs <= 2

    sizes = [(9, 11), (12, 10), (15, 13), (10, 17), (8, 9), (14, 14), (7, 6), (16, 8), (3, 20), (7, 10)]
    same_as_exact(exact, make, [[numbers(*size, 3)] for size in sizes], check)


def test_without_confirmation_it_would_be_wrong(monkeypatch):
    """What the test above guards against is real."""
    monkeypatch.setattr(bounded_stage, "confirm", lambda *_: None)
    with tf.Graph().as_default(), tf.Session() as sess:
        x = tf.placeholder(tf.float32, [None, 4])
        total = tf.reduce_sum(tf.squeeze(x), 0)
        for n in (5, 7, 9):
            sess.run(total, {x: numbers(n, 4)})
        assert sess.run(total, {x: numbers(1, 4)}).shape == (4,)


def test_a_variable_gets_the_true_shape(exact):
    def make():
        x = tf.placeholder(tf.float32, [None, 2])
        v = tf.Variable(np.zeros([0, 2], np.float32), validate_shape=False)
        kept = tf.assign(v, 2.0 * x, validate_shape=False)
        with tf.control_dependencies([kept]):
            return (x,), [tf.shape(v), v.read_value()]

    same_as_exact(exact, make, [(numbers(n, 2),) for n in (3, 5, 9, 4, 12)])
