"""Summaries with given tags, and marks for the compiler."""

import numpy as np
import pytest

import evergraph as tf

deprecated, compiler = tf.contrib.deprecated, tf.contrib.compiler


def run(tensor):
    with tf.Session() as session:
        return session.run(tensor)


def test_tags_are_as_given_whatever_the_scope():
    with tf.name_scope("somewhere"):
        deprecated.scalar_summary("loss", 2.0)
        deprecated.scalar_summary(["a", "b"], [1.0, 3.0])
        deprecated.histogram_summary("values", [1.0, 2.0])
        deprecated.image_summary("seen", np.zeros((2, 3, 3, 1), np.float32), max_images=1)
        deprecated.audio_summary("heard", np.zeros((1, 10), np.float32), 8000.0)
        other = deprecated.scalar_summary("other", 1.0, collections=["elsewhere"])
    merged = tf.Summary.FromString(run(deprecated.merge_all_summaries()))
    tags = [value.tag for value in merged.value]
    assert (
        tags[:4] == ["loss", "a", "b", "values"]
        and "seen/image" in tags
        and tags[-1].startswith("heard/audio")
    )
    assert tf.get_collection("elsewhere") == [other]
    assert deprecated.merge_all_summaries("nowhere") is None
    with pytest.raises(tf.errors.InvalidArgumentError, match="other"):
        run(deprecated.merge_summary([other, deprecated.scalar_summary("other", 3.0)]))


def test_operations_are_marked_for_the_compiler():
    with compiler.experimental_jit_scope():
        first = tf.constant(1.0) + 2.0
        with compiler.jit.experimental_jit_scope(compile_ops=lambda node: node.op == "Mul"):
            second, third = first * 2.0, first - 1.0
    with compiler.jit.experimental_jit_scope(False, separate_compiled_gradients=True):
        fourth = first * 3.0
    outside = first * 4.0
    marks = [tensor.op.node_def.attr for tensor in (first, second, third, fourth)]
    assert [mark["_XlaCompile"].b for mark in marks] == [True, True, False, False]
    assert [mark["_XlaScope"].s for mark in marks] == [b"jit_scope_0"] * 3 + [b"jit_scope_1"]
    assert marks[3]["_XlaSeparateCompiledGradients"].b
    assert "_XlaCompile" not in outside.op.node_def.attr
    assert run([second, fourth, outside]) == [6.0, 9.0, 12.0]


def test_a_computation_is_compiled():
    variable = tf.Variable(1.0)

    def step(x):
        return x * 2.0, variable.assign_add(x).op

    (doubled,) = compiler.xla.compile(step, [3.0])
    only = compiler.xla.compile(lambda: variable.assign_add(1.0).op)
    assert doubled.op.control_inputs and isinstance(compiler.xla.compile(lambda: None), tf.Operation)
    with tf.Session() as session:
        session.run(variable.initializer)
        assert session.run(doubled) == 6.0
        session.run(only)
        assert session.run(variable) == 5.0
    with pytest.raises(TypeError, match="must be a list"):
        compiler.xla.compile(step, 3.0)
