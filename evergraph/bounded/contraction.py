"""Rules for products that sum over axes: the padding of both sides is zero there."""

from evergraph.bounded.rules import rule
from evergraph.bounded.values import Value, masked, meeting, whole


@rule("dot_general")
def dot_general(sizes, eqn, left, right):
    (left_sum, right_sum), (left_batch, right_batch) = eqn.params["dimension_numbers"]
    for i, j in [*zip(left_sum, right_sum), *zip(left_batch, right_batch)]:
        meet = meeting(left.axes[i], right.axes[j])
        left, right = whole(sizes, left, i, meet), whole(sizes, right, j, meet)
    # Both sides: the padding may hold NaN or infinity, and zero times these is NaN.
    arrays = masked(sizes, left, left_sum, 0), masked(sizes, right, right_sum, 0)
    result = eqn.primitive.bind(*arrays, **eqn.params)
    axes = [left.axes[i] for i in left_batch]
    axes += [axis for i, axis in enumerate(left.axes) if i not in (*left_sum, *left_batch)]
    axes += [axis for i, axis in enumerate(right.axes) if i not in (*right_sum, *right_batch)]
    return Value(result, axes)
