"""The graph of objects in a checkpoint, for Graphviz."""

from evergraph.checkpoint.checkpoint import object_metadata
from evergraph.checkpoint.reader import NewCheckpointReader
from evergraph.framework.public import public, public_module

public_module("contrib.checkpoint.python.visualize")


@public("contrib.checkpoint.dot_graph_from_checkpoint")
def dot_graph_from_checkpoint(save_path: str) -> str:
    """The objects of a checkpoint in the language of Graphviz: values are boxes with their shapes, slots are dotted.

    Raises:
      NotFoundError: there is no such checkpoint, or it was not written by a `tf.train.Checkpoint`.
    """
    shapes = NewCheckpointReader(save_path).get_variable_to_shape_map()
    nodes, edges = [], []
    slots = {
        slot.slot_variable_node_id
        for node in object_metadata(save_path).nodes
        for slot in node.slot_variables
    }
    for number, node in enumerate(object_metadata(save_path).nodes):
        label = "\\n".join(
            f"{attribute.full_name or attribute.name} {shapes.get(attribute.checkpoint_key, '')}"
            for attribute in node.attributes
        )
        look = 'shape="box"' if node.attributes else 'shape="circle"'
        style = ' style="dotted"' if number in slots else ""
        nodes.append(f'  N_{number} [{look}{style} label="{label or ("root" if number == 0 else "")}"]')
        edges += [
            f'  N_{number} -> N_{child.node_id} [label="{child.local_name}"]' for child in node.children
        ]
        for slot in node.slot_variables:
            edges.append(
                f"  N_{slot.original_variable_node_id} -> N_{slot.slot_variable_node_id} "
                f'[style="dotted" label="{slot.slot_name}"]'
            )
    return "\n".join(["digraph {", *nodes, *edges, "}"])
