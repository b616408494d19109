"""The file that the tfprof tool reads."""

import evergraph as tf
from evergraph.formats.messages import OpLogProto


def written(directory, **arguments):
    tf.profiler.write_op_log(None, str(directory), **arguments)
    log = OpLogProto.FromString((directory / "tfprof_log").read_bytes())
    return log, {entry.name: entry for entry in log.log_entries}


def test_operations_that_count_and_variables_are_written(tmp_path):
    w = tf.get_variable("w", [3, 5])
    tf.matmul(tf.placeholder(tf.float32, [2, 3]), w, name="product")
    given = OpLogProto()
    given.log_entries.add(name="product", float_ops=7, types=["mine"])
    given.log_entries.add(name="other", types=["mine"])
    log, entries = written(tmp_path / "new", op_log=given, add_trace=False)
    assert list(entries["w"].types) == [tf.python.profiler.tfprof_logger.TRAINABLE_VARIABLES]
    assert entries["product"].float_ops == 7
    assert list(entries["product"].types) == list(entries["other"].types) == ["mine"]
    assert not log.id_to_string
    _, entries = written(tmp_path / "new", add_trace=False)
    assert entries["product"].float_ops == 2 * 2 * 5 * 3


def test_traces_say_where_operations_were_created(tmp_path):
    tf.constant(1, name="one")
    log, entries = written(tmp_path)
    last = entries["one"].code_def.traces[-1]
    assert log.id_to_string[last.file_id] == __file__
    assert log.id_to_string[last.line_id] == 'tf.constant(1, name="one")'


def test_the_older_name():
    assert tf.contrib.tfprof.tfprof_logger.write_op_log is tf.profiler.write_op_log
