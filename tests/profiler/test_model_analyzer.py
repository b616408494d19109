"""What a graph costs."""

import pytest

import evergraph as tf

Builder = tf.profiler.ProfileOptionBuilder


def model():
    x = tf.placeholder(tf.float32, [2, 8, 8, 3])
    with tf.variable_scope("net"):
        w = tf.get_variable("w", [3, 3, 3, 4])
        y = tf.nn.conv2d(x, w, [1, 1, 1, 1], "SAME", name="conv")
        y = tf.nn.relu(y, name="relu")
        kernel = tf.get_variable("kernel", [256, 5], trainable=False)
        return tf.matmul(tf.reshape(y, [2, 256]), kernel, name="matmul")


def test_parameters(capsys, tmp_path):
    model()
    found = tf.profiler.profile(options=Builder.trainable_variables_parameter())
    assert found.total_parameters == 3 * 3 * 3 * 4
    assert capsys.readouterr().out.splitlines() == [
        "_TFProfRoot (108 params)",
        "  net (108 params)",
        "    net/w (108 params)",
    ]
    old = tf.contrib.tfprof.model_analyzer
    options = {**old.TRAINABLE_VARS_PARAMS_STAT_OPTIONS, "output": "none"}
    assert old.print_model_analysis(tf.get_default_graph(), tfprof_options=options).total_parameters == 108
    options = {**old.TRAINABLE_VARS_PARAMS_STAT_OPTIONS, "dump_to_file": str(tmp_path / "analysis")}
    old.print_model_analysis(tf.get_default_graph(), tfprof_options=options)
    assert (tmp_path / "analysis").read_text().startswith("_TFProfRoot (108 params)")
    assert capsys.readouterr().out == ""


def test_float_operations(tmp_path):
    model()
    options = Builder(Builder.float_operation()).with_file_output(str(tmp_path / "f")).build()
    found = tf.profiler.profile(cmd="op", options=options)
    counts = {child.name: child.float_ops for child in found.children if child.float_ops}
    assert counts["Conv2D"] == 2 * (2 * 8 * 8 * 4) * 27
    assert counts["MatMul"] == 2 * 2 * 5 * 256
    assert counts["Relu"] == 2 * 8 * 8 * 4
    assert (tmp_path / "f").read_text().splitlines()[1].startswith("  Conv2D (")


def test_times_of_a_run():
    y = tf.reduce_sum(tf.random_normal([10, 10]), name="sum")
    meta = tf.RunMetadata()
    with tf.Session() as sess:
        sess.run(y, options=tf.RunOptions(trace_level=tf.RunOptions.FULL_TRACE), run_metadata=meta)
    profiler = tf.profiler.Profiler()
    profiler.add_step(3, meta)
    options = Builder(Builder.time_and_memory()).with_empty_output().with_step(3).build()
    assert profiler.profile_name_scope(options).total_exec_micros > 0
    with pytest.raises(ValueError, match="step 4 was not added"):
        profiler.profile_operations({**options, "step": 4})


def test_what_is_wrong_is_said():
    with pytest.raises(ValueError, match='"scope", "graph" or "op", not \'code\''):
        tf.profiler.profile(cmd="code")
    with pytest.raises(ValueError, match="output of a profile"):
        tf.profiler.profile(options={"output": "pprof:outfile=x"})
