"""`tf.Variable(use_resource=, synchronization=, aggregation=)`: which kind is made, by whom, and what it remembers."""

import pytest

import evergraph as tf
from evergraph.framework.tensor import Operand

ON_READ, AUTO = tf.VariableSynchronization.ON_READ, tf.VariableSynchronization.AUTO
SUM, NONE = tf.VariableAggregation.SUM, tf.VariableAggregation.NONE


def test_what_is_read_in_towers_is_not_trained():
    made = tf.get_variable("a", [2], synchronization=ON_READ, aggregation=SUM)
    assert (made.trainable, made.synchronization, made.aggregation) == (False, ON_READ, SUM)
    assert tf.trainable_variables() == []
    with pytest.raises(ValueError, match="ON_READ"):
        tf.get_variable("b", [2], synchronization=ON_READ, trainable=True)
    with pytest.raises(ValueError, match="VariableAggregation.SUM"):
        tf.Variable(1.0, aggregation="sum")


def test_defaults():
    for made in (
        tf.Variable(1.0),
        tf.get_variable("a", []),
        tf.Variable(1.0, trainable=None, use_resource=True),
    ):
        assert (made.trainable, made.synchronization, made.aggregation) == (True, AUTO, NONE)
    assert tf.VariableAggregation.ONLY_FIRST_TOWER is tf.VariableAggregation.ONLY_FIRST_REPLICA


def test_layers_pass_it_on():
    layer, keras_layer = tf.layers.Layer(name="one"), tf.keras.layers.Layer(name="two")
    for each in (layer, keras_layer):
        weight = each.add_weight("w", [2], synchronization=ON_READ, aggregation=SUM)
        assert (weight.aggregation, each.trainable_weights, each.non_trainable_weights) == (SUM, [], [weight])


def test_use_resource():
    kinds = [
        type(tf.Variable(1.0, **given)).__name__
        for given in ({}, {"use_resource": True}, {"use_resource": False})
    ]
    with tf.variable_scope("s", use_resource=True):
        kinds.append(type(tf.Variable(1.0)).__name__)
    assert kinds == ["Variable", "ResourceVariable", "Variable", "ResourceVariable"]


def test_creators_are_asked_for_variables_of_either_way():
    asked = []

    def creator(next_creator, **kwargs):
        asked.append(kwargs["name"])
        return next_creator(**{**kwargs, "name": f"{kwargs['name']}_made"})

    with tf.variable_creator_scope(creator):
        a, b = tf.Variable(1.0, name="a"), tf.get_variable("b", [])
    assert asked == ["a", "b"]
    assert (a.name, b.name) == ("a_made:0", "b_made:0")


def test_a_subclass_is_made_as_it_is():
    class Named(tf.Variable):
        pass

    assert type(Named(1.0)) is Named and isinstance(tf.Variable(1.0), Operand)


def test_custom_getters_get_what_they_take():
    taken = []

    def narrow(getter, name, *args, use_resource=None, **kwargs):
        taken.append(sorted({"synchronization", "aggregation"} & set(kwargs)))
        return getter(name, *args, **kwargs)

    def fixed(getter, name, shape, dtype, initializer, regularizer, reuse, trainable, collections, caching_device,
              partitioner, validate_shape, use_resource):  # fmt: skip
        return getter(name, shape)

    tf.get_variable("a", [2], custom_getter=narrow)
    tf.get_variable("b", [2], custom_getter=fixed)
    assert taken == [["aggregation", "synchronization"]]


def test_a_metagraph_keeps_it():
    made = tf.Variable(1.0, trainable=False, synchronization=ON_READ, aggregation=SUM)
    message = made.to_proto()
    again = tf.Variable.from_proto(message)
    assert (again.name, again.synchronization, again.aggregation) == (made.name, ON_READ, SUM)
