"""Feeding in bulk gives what runs of one element give."""

import numpy as np
import pytest

import evergraph as tf
from evergraph.engine.bulk import BulkFeeding


def records(tmp_path, count=50, files=2):
    """Names of TFRecord files of Examples: an image of 12 bytes, a label, a weight."""
    random, names = np.random.RandomState(0), []
    for number in range(files):
        names.append(str(tmp_path / f"{number}.tfrecord"))
        with tf.python_io.TFRecordWriter(names[-1]) as writer:
            for i in range(count):
                feature = {
                    "image": tf.train.Feature(bytes_list=tf.train.BytesList(value=[random.bytes(12)])),
                    "label": tf.train.Feature(int64_list=tf.train.Int64List(value=[number * count + i])),
                    "weight": tf.train.Feature(float_list=tf.train.FloatList(value=[i / 8])),
                }
                features = tf.train.Features(feature=feature)
                writer.write(tf.train.Example(features=features).SerializeToString())
    return names


def read(names):
    queue = tf.train.string_input_producer(names, num_epochs=1, shuffle=False)
    return tf.TFRecordReader().read(queue)[1]


def parsed(record):
    keys = {"image": tf.string, "label": tf.int64, "weight": tf.float32}
    return tf.parse_single_example(record, {k: tf.FixedLenFeature([], t) for k, t in keys.items()})


def image_of(found):
    return tf.cast(tf.reshape(tf.decode_raw(found["image"], tf.uint8), [2, 2, 3]), tf.float32)


def plain(names):
    found = parsed(read(names))
    return image_of(found) / 255.0, tf.cast(found["label"], tf.int32), found["weight"]


def augmented(names):
    found = parsed(read(names))
    image = tf.random_crop(tf.image.random_flip_left_right(image_of(found), seed=1), [2, 1, 3], seed=2)
    image = tf.image.random_contrast(tf.image.random_brightness(image, 60, seed=3), 0.5, 1.5, seed=4)
    return tf.image.per_image_standardization(image), found["label"]


def lines(names):
    for number, name in enumerate(names):
        with open(name, "w") as file:
            file.writelines(f"{number}{i},{i / 4},word{i}\n" for i in range(40))
    queue = tf.train.string_input_producer(names, num_epochs=1, shuffle=False)
    _, line = tf.TextLineReader(skip_header_lines=1).read(queue)
    number, value, word = tf.decode_csv(line, [[0], [0.0], [""]])
    return tf.stack([tf.to_float(number), value]), word


def slices(names):
    images = tf.constant(
        np.arange(60 * 64 * 64, dtype=np.float32).reshape(60, 64, 64)
    )  # an argument of programs
    image, label = tf.train.slice_input_producer([images, np.arange(60)], num_epochs=1, shuffle=True, seed=3)
    return image * 2.0, label


PIPELINES = {f.__name__: f for f in (plain, augmented, lines, slices)}


def all_elements(names, pipeline, in_bulk, capacity=1000):
    """The elements that end up in a queue, in order; fed in bulk or by runs of one."""
    with tf.Graph().as_default(), tf.Session() as session:
        tf.set_random_seed(5)
        components = pipeline(names)
        shapes = [c.shape for c in components]
        queue = tf.FIFOQueue(capacity, [c.dtype for c in components], shapes)
        enqueue = queue.enqueue(components)
        session.run([tf.global_variables_initializer(), tf.local_variables_initializer()])
        coordinator = tf.train.Coordinator()
        threads = tf.train.start_queue_runners(session, coordinator)
        feed = session.make_feeding(enqueue)
        assert isinstance(feed, BulkFeeding)
        try:
            while True:
                feed() if in_bulk else session.run(enqueue)
        except tf.errors.OutOfRangeError:
            pass
        session.run(queue.close())
        found = session.run(queue.dequeue_up_to(capacity))
        coordinator.request_stop()
        coordinator.join(threads)
    return found


@pytest.mark.parametrize("pipeline", PIPELINES.values(), ids=PIPELINES)
def test_gives_what_runs_of_one_give(tmp_path, pipeline):
    names = records(tmp_path)
    many, single = (all_elements(names, pipeline, in_bulk) for in_bulk in (True, False))
    assert len(single[0]) >= 60
    for a, b in zip(many, single, strict=True):
        if a.dtype == object:
            assert a.tolist() == b.tolist()
        else:
            np.testing.assert_allclose(a, b, rtol=2e-6, atol=2e-6)


def test_takes_no_more_than_there_is_room_for(tmp_path):
    queue = tf.FIFOQueue(5, [tf.string], [()])
    reader = tf.TFRecordReader()
    names = tf.train.string_input_producer(records(tmp_path))
    enqueue = queue.enqueue([reader.read(names)[1]])
    with tf.Session() as session:
        coordinator = tf.train.Coordinator()
        threads = tf.train.start_queue_runners(session, coordinator)
        session.make_feeding(enqueue)()
        assert session.run([queue.size(), reader.num_records_produced()]) == [5, 5]
        session.run(queue.dequeue_many(2))
        session.make_feeding(enqueue)()
        assert session.run([queue.size(), reader.num_records_produced()]) == [5, 7]
        coordinator.request_stop()
        coordinator.join(threads)


def test_what_comes_before_a_bad_element_is_in_the_queue():
    source = tf.FIFOQueue(100, [tf.string], [()])
    number = tf.string_to_number(source.dequeue(), tf.float32, name="number")
    queue = tf.FIFOQueue(100, [tf.float32], [()])
    enqueue = queue.enqueue([number + 1.0])
    with tf.Session() as session:
        session.run(source.enqueue_many([["1", "2", "3", "four", "5"]]))
        feed = session.make_feeding(enqueue)
        assert isinstance(feed, BulkFeeding)
        with pytest.raises(tf.errors.InvalidArgumentError, match="four") as caught:
            feed()
        assert caught.value.op.name == "number"
        np.testing.assert_array_equal(session.run(queue.dequeue_many(session.run(queue.size()))), [2, 3, 4])


def test_a_damaged_file_fails_after_its_good_records(tmp_path):
    (name,) = records(tmp_path, 6, files=1)
    with open(name, "rb") as file:
        data = bytearray(file.read())
    data[-10] ^= 1
    with open(name, "wb") as file:
        file.write(data)
    queue = tf.FIFOQueue(100, [tf.string], [()])
    names = tf.train.string_input_producer([name])
    enqueue = queue.enqueue([tf.TFRecordReader().read(names)[1]])
    with tf.Session() as session:
        coordinator = tf.train.Coordinator()
        threads = tf.train.start_queue_runners(session, coordinator)
        feed = session.make_feeding(enqueue)
        feed()
        assert session.run(queue.size()) == 5
        with pytest.raises(tf.errors.DataLossError):
            feed()
        coordinator.request_stop()
        coordinator.join(threads)


def test_elements_that_differ_in_shape_are_run_one_by_one():
    source = tf.FIFOQueue(100, [tf.string], [()])
    words = tf.string_split([source.dequeue()]).values
    queue = tf.PaddingFIFOQueue(100, [tf.string], [[None]])
    enqueue = queue.enqueue([words])
    with tf.Session() as session:
        session.run(source.enqueue_many([["a b", "c", "d e f"]]))
        session.make_feeding(enqueue)()
        found = session.run(queue.dequeue_many(3))
    assert found.tolist() == [[b"a", b"b", b""], [b"c", b"", b""], [b"d", b"e", b"f"]]


def test_files_of_one_record_are_read_together(tmp_path):
    names = []
    for i in range(7):
        names.append(str(tmp_path / f"{i}.txt"))
        with open(names[-1], "w") as file:
            file.write(str(i))
    queue = tf.FIFOQueue(100, [tf.string], [()])
    source = tf.FIFOQueue(100, [tf.string], [()])
    enqueue = queue.enqueue([tf.WholeFileReader().read(source)[1]])
    with tf.Session() as session:
        session.run(source.enqueue_many([names]))
        session.make_feeding(enqueue)()
        assert session.run(queue.dequeue_many(7)).tolist() == [b"%d" % i for i in range(7)]


def test_a_missing_file_fails_after_the_records_before_it(tmp_path):
    first, last = records(tmp_path, 3)
    source, queue = (tf.FIFOQueue(100, [tf.string], [()]) for _ in range(2))
    enqueue = queue.enqueue([tf.TFRecordReader().read(source)[1]])
    with tf.Session() as session:
        session.run(source.enqueue_many([[first, first + ".gone", last]]))
        feed = session.make_feeding(enqueue)
        feed()
        assert session.run(queue.size()) == 3
        with pytest.raises(tf.errors.NotFoundError, match="gone"):
            feed()
        feed()
        assert session.run(queue.size()) == 6


def of_python(name):
    return tf.py_func(lambda value: value, [name], tf.string)


def of_a_variable(name):
    count = tf.get_variable("count", [], tf.int32, tf.zeros_initializer(), use_resource=True)
    return tf.string_join([name, tf.as_string(count)])


def of_a_random_queue(name):
    queue = tf.RandomShuffleQueue(10, 1, [tf.string], [()])
    return queue.dequeue()


def of_two_sources(name):
    queue = tf.FIFOQueue(10, [tf.string], [()])
    return tf.string_join([name, queue.dequeue()])


@pytest.mark.parametrize("make", [of_python, of_a_variable, of_a_random_queue, of_two_sources])
def test_what_has_effects_runs_one_by_one(make):
    source = tf.FIFOQueue(10, [tf.string], [()])
    value = make(source.dequeue())
    value.set_shape([])
    enqueue = tf.FIFOQueue(10, [tf.string], [()]).enqueue([value])
    with tf.Session() as session:
        assert not isinstance(session.make_feeding(enqueue), BulkFeeding)


def test_an_operation_that_waits_for_another_runs_one_by_one():
    source, queue = (tf.FIFOQueue(10, [tf.string], [()]) for _ in range(2))
    value = source.dequeue()
    with tf.control_dependencies([tf.assert_equal(value, "yes")]):
        enqueue = queue.enqueue([value])
    with tf.Session() as session:
        assert not isinstance(session.make_feeding(enqueue), BulkFeeding)


def test_a_closed_session_feeds_no_more():
    source, queue = (tf.FIFOQueue(10, [tf.string], [()]) for _ in range(2))
    enqueue = queue.enqueue([source.dequeue()])
    session = tf.Session()
    session.run(source.enqueue_many([["a"]]))
    feed = session.make_feeding(enqueue)
    session.close()
    with pytest.raises(RuntimeError, match="closed"):
        feed()


def test_a_closed_queue_cancels():
    source, queue = (tf.FIFOQueue(10, [tf.string], [()]) for _ in range(2))
    enqueue = queue.enqueue([source.dequeue()], name="put")
    with tf.Session() as session:
        session.run([source.enqueue_many([["a", "b"]]), queue.close()])
        with pytest.raises(tf.errors.CancelledError) as caught:
            session.make_feeding(enqueue)()
        assert caught.value.op.name == "put"
