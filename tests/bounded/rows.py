"""The rows of the law: for each rule functions that meet it, as (name, function, arguments, options).

An argument is "B, T, 4" (normal numbers), "B, T:i5" (integers from -1 to 5, some out of range), "B:n" (integers of 0 to 3),
"T, 4:p" (positive numbers), "T:b" (bools) or "4, 3" (fixed).
"""

import equinox.internal as eqxi
import jax
import jax.numpy as jnp
import numpy as np
from jax import lax
from jax.experimental.xla_metadata import set_xla_metadata

ROWS = []


def row(name, function, *arguments, **options):
    ROWS.append((name, function, arguments, options))


def grads(function, *positions):
    """The gradient of the mean square of a function."""
    positions = positions or (0,)

    def loss(*arguments):
        result = function(*arguments)
        weights = jnp.arange(1, result.size + 1, dtype=result.dtype).reshape(result.shape)
        return jnp.sum(jnp.sin(weights) * result**2)

    return jax.grad(loss, positions)


def both(name, function, *arguments, wrt=(0,), **options):
    """A row for a function and one for its gradient."""
    row(name, function, *arguments, **options)
    row(f"{name} gradient", grads(function, *wrt), *arguments, **options)


X = np.random.RandomState(5).randn(4, 3).astype(np.float32)
TABLE = np.random.RandomState(6).randn(6, 4).astype(np.float32)
KEY = np.array([3, 9], np.uint32)
key = lambda: jax.random.wrap_key_data(jnp.asarray(KEY), impl="threefry2x32")

# elementwise
both("arithmetic", lambda x, y: jnp.tanh(x * 2 + y) / (1 + jnp.exp(-x)), "B, T", "B, T", wrt=(0, 1))
row("comparison", lambda x, y: jnp.where(x > y, x, -y), "T, 3", "T, 3")
row("bits", lambda x: (x << 1) ^ (x >> 1) | 1, "T:i5")
row("clamp", lambda x: lax.clamp(-0.5, x, 0.5), "T, 2")
row("convert", lambda x: x.astype(jnp.int32).astype(jnp.float32), "B, T")
row("merged meets split", lambda x, y: x.reshape(-1) * y.reshape(-1), "B, T", "B, T")
row("merged meets one axis", lambda x: x.reshape(-1) * jnp.arange(x.size, dtype=x.dtype), "B, T")
row("size one broadcasts", lambda x: x * x.mean((0, 1), keepdims=True) * 0 + x, "B, T, 2", least=1)
row("special", lambda x: lax.erf(x) + lax.lgamma(jnp.abs(x) + 1), "T")

# layout
both("broadcast", lambda x, y: x[:, None, :] + y[None, :, :], "B, 3", "T, 3", wrt=(0, 1))
row("iota", lambda x: jnp.arange(x.shape[0])[:, None] + x.astype(jnp.int32), "T, 2")
row("iota of a product", lambda x: jnp.arange(x.size).reshape(x.shape), "B, T, 2")
row("size as value", lambda x: jnp.float32(x.shape[0] * x.shape[1] - 1) + x, "B, T")
both("merge", lambda x: x.reshape(-1, 4), "B, T, 4")
both("merge and split", lambda x: jnp.exp(x.reshape(-1, 4) @ X).reshape(x.shape[0], x.shape[1], 3), "B, T, 4")
both("relaid", lambda x: x.reshape(x.shape[1], x.shape[0], 2), "B, T, 2")
row("relaid and merged", lambda x: x.reshape(x.shape[1], x.shape[0] * 2), "B, T, 2")
row("merge of all", lambda x: x.reshape(-1), "B, T, 2, S")
row("split of a multiple", lambda x: jnp.concatenate([x, x]).reshape(2, -1), "T")
row("split of a multiple, varying first", lambda x: jnp.concatenate([x, x]).reshape(-1, 2), "T")
row("transpose", lambda x: jnp.transpose(x, (2, 0, 1)) + 0, "B, T, 2")
row("merge after transpose", lambda x: jnp.transpose(x, (1, 0, 2)).reshape(-1, 2), "B, T, 2")
row("merge swaps merge", lambda x: x.T.reshape(-1) + x.reshape(-1), "B, T")
row("squeeze, expand", lambda x: jnp.squeeze(x[:, None], 1)[..., None], "T, 2")
row("broadcast merged", lambda x: jnp.broadcast_to(x[:, None], (x.shape[0], 7 * 1, 2)).reshape(-1, 2), "T, 2")
row(
    "broadcast of a varying axis merged",
    lambda x, y: jnp.broadcast_to(x[None], (y.shape[0], x.shape[0])).reshape(-1),
    "T",
    "B",
)
row("ones split", lambda x: jnp.ones(x.shape[0] * x.shape[1]).reshape(x.shape) * x, "B, T")
row("repeat", lambda x: jnp.repeat(x, 3, axis=0), "T, 2")
row("tile", lambda x: jnp.tile(x, (2, 3)), "T, 2")

# joining
both("concatenate", lambda x, y: jnp.concatenate([x, y, x * 2], 0), "T, 2", "S, 2", wrt=(0, 1))
row("concatenate merged", lambda x, y: jnp.concatenate([x.reshape(-1), y], 0), "B, T", "S")
row("concatenate beside", lambda x, y: jnp.concatenate([x, y], 1), "T, 2", "T, 3")
row("concatenate beside merged", lambda x, y: jnp.concatenate([x.reshape(-1, 2), y], 1), "B, T, 2", "B*T, 2")
row("stack", lambda x, y: jnp.stack([x, y], 1), "T, 2", "T, 2")
row("split", lambda x: jnp.split(x, 2, 1), "T, 4")
both("slice from one", lambda x: x[:, 1:] * 2, "B, T, 2", least=1)
both("slice to last", lambda x: lax.slice_in_dim(x, 0, x.shape[1] - 1, axis=1) * 2, "B, T", least=1)
row("slice to last, gathered", lambda x: x[:, :-1] * 2, "B, T", least=1)
row("slice of a merged axis", lambda x: lax.slice_in_dim(x.reshape(-1), 1, x.size), "B, T", least=1)
row("last element", lambda x: x[:, -1], "B, T, 2", least=1)
row("last of lax", lambda x: lax.index_in_dim(x, -1, 1), "B, T, 2", least=1)
row("every second", lambda x: x[::2], "T, 2")
row(
    "prefix of a table",
    lambda x: lax.slice_in_dim(jnp.asarray(TABLE), 0, x.shape[0]) + x,
    "T, 4",
    constraints=("T <= 6",),
)
row(
    "prefix of a table, gathered",
    lambda x: jnp.asarray(TABLE)[: x.shape[0]] + x,
    "T, 4",
    constraints=("T <= 6",),
)
row("first of another", lambda x, y, z: lax.slice_in_dim(y, 0, x.shape[0]), "B", "B+T, 2", "T")
both("pad", lambda x: jnp.pad(x, ((0, 0), (1, 2))), "B, T")
row("pad by a size", lambda x, y: jnp.pad(x, ((y.shape[0], 1), (0, 0)), constant_values=7.0), "T, 2", "S")
row("pad between", lambda x: lax.pad(x, 9.0, [(1, 2, 2)]), "T", least=1)
row("pad off", lambda x: lax.pad(x, 9.0, [(-1, 2, 0)]), "T", least=1)
row("pad off the end", lambda x: lax.pad(x, 9.0, [(1, -1, 0)]), "T", least=1)
both("reverse", lambda x: x[::-1], "T, 2")
row("reverse merged", lambda x: x.reshape(-1)[::-1], "B, T")
row("shift right", lambda x: jnp.concatenate([jnp.zeros((x.shape[0], 1)), x[:, :-1]], 1), "B, T", least=1)

# indexing
both("take", lambda t, i: jnp.take(t, i, axis=0), "6, 4", "B, T:n")
row("take, some out of range", lambda t, i: jnp.take(t, i, axis=0), "T, 4", "B:i6", least=1)
row("take, clipped", lambda t, i: jnp.take(t, i, axis=0, mode="clip"), "T, 4", "B:i6", least=1)
row("at get", lambda t, i: t.at[i].get(mode="fill", fill_value=-3.0), "T, 4", "B:i6", least=1)
row("rows of a merged axis", lambda t, i: jnp.take(t.reshape(-1, 2), i, axis=0), "B, T, 2", "S:i6", least=1)
row(
    "rows of a merged axis, clipped",
    lambda t, i: jnp.take(t.reshape(-1, 2), i, axis=0, mode="clip"),
    "B, T, 2",
    "S:i6",
    least=1,
)
row("elements of merged axes", lambda t, i: t.reshape(-1)[i], "B, 3, T", "S:n", least=2)
row(
    "places on a merged axis and another",
    lambda t, i: t.reshape(-1, t.shape[2])[i, i],
    "B, T, S",
    "4:n",
    least=2,
)
both("take along", lambda x, i: jnp.take_along_axis(x, i[..., None], 2), "B, T, 4", "B, T:n")
row("take along a varying axis", lambda x, i: jnp.take_along_axis(x, i, 1), "B, T", "B, S:n", least=1)
row("take of merged rows", lambda t, i: jnp.take(t, i.reshape(-1), axis=0), "6, 4", "B, T:n")
row("columns", lambda x: x[:, jnp.array([0, 2])], "T, 4")
row("pairs", lambda x, i: x[jnp.arange(x.shape[0]), i], "B, 4", "B:n")
row("element each", lambda x, n: x[jnp.arange(x.shape[0]), n - 1], "B, T, 2", "B:i5", least=1)
both("scatter add", lambda t, i, u: t.at[i].add(u), "6, 2", "B, T:n", "B, T, 2", wrt=(0, 2))
row("scatter add to a varying axis", lambda t, i, u: t.at[i].add(u), "T, 2", "B:i6", "B, 2", least=1)
row("scatter add clipped", lambda t, i, u: t.at[i].add(u, mode="clip"), "T, 2", "B:i6", "B, 2", least=1)
row("scatter set", lambda t, i, u: t.at[i].set(u), "6, 2", "1:n", "1, 2")
row("scatter set distinct", lambda t, u, z: t.at[jnp.arange(u.shape[0])].set(u), "B+S, 2", "B, 2", "S")
row("scatter max", lambda t, i, u: t.at[i].max(u), "6, 2", "B, T:n", "B, T, 2")
row("scatter min of a varying axis", lambda t, i, u: t.at[i].min(u), "T, 2", "B:i6", "B, 2", least=1)
row("scatter multiply", lambda t, i, u: t.at[i].multiply(u), "6, 2", "T:n", "T, 2")
row("set the first", lambda t, u, z: t.at[: u.shape[0]].set(u), "B+S, 2", "B, 2", "S")
row("add to the first", lambda t, u, z: t.at[: u.shape[0]].add(u), "B+S, 2", "B, 2", "S")
row("segment sum", lambda x, i: jax.ops.segment_sum(x, i, 4), "T, 2", "T:n")
row("histogram", lambda i: jnp.zeros(6, jnp.int32).at[i.reshape(-1)].add(1), "B, T:n")
row("one hot", lambda i: jax.nn.one_hot(i, 4), "B, T:n")
row("dynamic slice", lambda x, i: lax.dynamic_slice_in_dim(x, i[0], 1, 0), "T, 2", "1:i6", least=1)
row(
    "dynamic slice of varying size",
    lambda x, y, i, z: lax.dynamic_slice_in_dim(x, i[0], y.shape[0], 0),
    "B+S, 2",
    "B",
    "1:i6",
    "S",
    least=1,
)
row(
    "dynamic update",
    lambda x, u, i: lax.dynamic_update_slice_in_dim(x, u, i[0], 0),
    "T, 2",
    "1, 2",
    "1:i6",
    least=1,
)
row(
    "dynamic update of varying size",
    lambda x, u, i, z: lax.dynamic_update_slice_in_dim(x, u, i[0], 0),
    "B+S, 2",
    "B, 2",
    "1:i6",
    "S",
    least=1,
)
row(
    "dynamic index",
    lambda x, i: lax.dynamic_index_in_dim(x, i[0], 1, keepdims=False),
    "B, T, 2",
    "1:i6",
    least=1,
)
row("searchsorted", lambda x, q: jnp.searchsorted(x, q, method="compare_all"), "6", "T")

# contraction
both("dot over a varying axis", lambda x, y: jnp.exp(x).T @ y, "T, 4", "T, 3", wrt=(0, 1))
both("dot of a varying axis", lambda x, w: x @ w, "B, T, 4", "4, 3", wrt=(0, 1))
both("batched dot", lambda x, y: jnp.einsum("bth,bsh->bts", x, y), "B, T, 4", "B, S, 4", wrt=(0, 1))
row("dot over two axes", lambda x, y: jnp.einsum("bth,btk->hk", x, y), "B, T, 4", "B, T, 3")
row("dot over a merged axis", lambda x, y: x.reshape(-1, 4).T @ y, "B, T, 4", "B*T, 3")
row("outer", lambda x, y: jnp.outer(x, y), "T", "S")

# reductions
both("sum", lambda x: jnp.sum(x, 0), "T, 4")
both("mean", lambda x: jnp.mean(x, 1), "B, T, 2", least=1)
both("variance", lambda x: jnp.var(x, (0, 1)), "B, T, 2", least=1)
both("max", lambda x: jnp.max(x - 9, 0), "T, 4", least=1)
both("min", lambda x: jnp.min(x + 9, (0, 1)), "B, T, 4", least=1)
row("product", lambda x: jnp.prod(x, 0), "T, 4", least=2)
row("all, any", lambda x: (jnp.all(x, 0), jnp.any(x, 1)), "B, T:b")
row("argmax", lambda x: jnp.argmax(x - 9, 0), "T, 4", least=1)
row("argmin merged", lambda x: jnp.argmin(x.reshape(-1) + 9), "B, T", least=1)
row("argmax of equals", lambda x: jnp.argmax(x * 0 - np.inf, 0), "T:p", least=1)
row("max of integers", lambda x: x.max(0), "T:i5", least=1)
row("or of bits", lambda x: lax.reduce_or(x, (0,)), "T:i5")
row("xor of bits", lambda x: lax.reduce_xor(x, (0,)), "T:i5")
row("and of bits", lambda x: lax.reduce_and(x, (0,)), "T:i5")
both("softmax", lambda x: jax.nn.softmax(x, 1), "B, T", least=1)
both("log-softmax of another axis", lambda x: jax.nn.log_softmax(x, -1), "B, T, 3", least=1)
both("logsumexp", lambda x: jax.nn.logsumexp(x, 1), "B, T, 2", least=1)
row("norm", lambda x: jnp.linalg.norm(x), "B, T", least=1)
row("sum of ones", lambda x: jnp.ones(x.shape).sum(), "B, T")

# ordering
both("cumsum", lambda x: jnp.cumsum(x, 0), "T, 2")
row("cumsum reversed", lambda x: lax.cumsum(x, 0, reverse=True), "T, 2")
row("cumsum merged", lambda x: jnp.cumsum(x.reshape(-1)), "B, T")
row("cumulative product", lambda x: lax.cumprod(x, 0, reverse=True), "T, 2")
row("cumulative extremes", lambda x: (lax.cummax(x, 0, reverse=True), lax.cummin(x, 0)), "T, 2", least=1)
row("cumulative logsumexp", lambda x: lax.cumlogsumexp(x, 0, reverse=True), "T, 2", least=1)
both("sort", lambda x: jnp.sort(x, 0), "T, 2")
row("sort of what has NaN", lambda x: jnp.sort(jnp.log(x), 1), "B, T")
row("argsort", lambda x: jnp.argsort(x, 0), "T, 2")
row("sort by two keys", lambda x, y: lax.sort((x, y), dimension=0, num_keys=2), "T:n", "T:n")
row("sort of another axis", lambda x: jnp.sort(x, 1), "T, 4")
row("top_k", lambda x: lax.top_k(x - 9, 2), "B, T", least=2)
row("top_k of another axis", lambda x: lax.top_k(x, 2), "B, 4")
row("median of another axis", lambda x: jnp.median(x, 1), "B, 3")

# windows
K1 = np.random.RandomState(7).randn(3, 2, 4).astype(np.float32)
NWC = ("NWC", "WIO", "NWC")


def conv(strides=(1,), padding="SAME", **options):
    return lambda x, k: lax.conv_general_dilated(x, k, strides, padding, dimension_numbers=NWC, **options)


both("convolution", conv(), "B, T, 2", "3, 2, 4", wrt=(0, 1), least=1, tolerance=5e-6)
both(
    "convolution valid",
    conv(padding="VALID"),
    "B, T, 2",
    "3, 2, 4",
    wrt=(0, 1),
    least=3,
    constraints=("T >= 3",),
    tolerance=5e-6,
)
row(
    "convolution strided",
    conv((2,), [(1, 1)]),
    "B, T, 2",
    "3, 2, 4",
    least=1,
    constraints=("T >= 1",),
    tolerance=5e-6,
)
row(
    "convolution strided, same",
    conv((2,)),
    "B, T, 2",
    "3, 2, 4",
    least=1,
    constraints=("T >= 1",),
    tolerance=5e-6,
)
both(
    "convolution dilated",
    conv(padding=[(2, 2)], rhs_dilation=(2,)),
    "B, T, 2",
    "3, 2, 4",
    wrt=(0, 1),
    least=1,
    tolerance=5e-6,
)
row(
    "convolution transposed",
    conv(padding=[(1, 1)], lhs_dilation=(2,)),
    "B, T, 2",
    "3, 2, 4",
    least=1,
    tolerance=5e-6,
)
both(
    "convolution of batches",
    lambda x, k: lax.conv_general_dilated(x, k, (1, 2), "SAME", dimension_numbers=("NHWC", "HWIO", "NHWC")),
    "B, 5, 6, 2",
    "3, 3, 2, 4",
    wrt=(0, 1),
    least=1,
    tolerance=5e-6,
)
row(
    "depthwise",
    lambda x, k: lax.conv_general_dilated(x, k, (1,), "SAME", dimension_numbers=NWC, feature_group_count=2),
    "B, T, 2",
    "3, 1, 4",
    least=1,
)
both(
    "max pooling of batches",
    lambda x: lax.reduce_window(x, -jnp.inf, lax.max, (1, 2, 1), (1, 2, 1), "SAME"),
    "B, 5, 2",
    least=1,
)
both(
    "max pooling",
    lambda x: lax.reduce_window(x, -jnp.inf, lax.max, (1, 2, 1), (1, 2, 1), [(0, 0), (0, 1), (0, 0)]),
    "B, T, 2",
    least=1,
    constraints=("T >= 1",),
)
both(
    "sum pooling",
    lambda x: lax.reduce_window(x, 0.0, lax.add, (1, 3, 1), (1, 1, 1), "SAME"),
    "B, T, 2",
    least=1,
)
row(
    "average pooling",
    lambda x: (
        lax.reduce_window(x, 0.0, lax.add, (1, 2, 1), (1, 2, 1), [(0, 0), (1, 0), (0, 0)])
        / lax.reduce_window(jnp.ones_like(x), 0.0, lax.add, (1, 2, 1), (1, 2, 1), [(0, 0), (1, 0), (0, 0)])
    ),
    "B, T, 2",
    least=1,
    constraints=("T >= 1",),
)
both(
    "max pooling over all",
    lambda x: lax.reduce_window(x, -jnp.inf, lax.max, (1, 2), (1, 1), "VALID"),
    "B, T",
    least=2,
    constraints=("T >= 2",),
)

# control flow
W = np.random.RandomState(8).randn(3, 3).astype(np.float32) * 0.5


def recurrent(x, w):
    """[B, T, 3] -> [B, T, 3]"""

    def step(state, row):
        state = jnp.tanh(row @ w + state)
        return state, state * 2

    last, rows = lax.scan(step, jnp.zeros((x.shape[0], 3)), jnp.swapaxes(x, 0, 1))
    return jnp.swapaxes(rows, 0, 1) + last[:, None]


both("scan", recurrent, "B, T, 3", "3, 3", wrt=(0, 1), tolerance=1e-5)
row("scan reversed", lambda x: lax.scan(lambda c, r: (c * 0.5 + r, c), jnp.zeros(2), x, reverse=True), "T, 2")
row(
    "scan of fixed length",
    lambda x: lax.scan(lambda c, r: (c * 0.5 + r, c.sum()), jnp.zeros(x.shape[1:]), x),
    "4, T",
)
row(
    "scan over merged rows",
    lambda x: lax.scan(lambda c, r: (c * 0.5 + r, c), jnp.zeros(2), x.reshape(-1, 2)),
    "B, T, 2",
)
row(
    "scan of a merged carry",
    lambda x: lax.scan(lambda c, _: (c * 0.5 + 1, None), x.reshape(-1), None, length=3)[0],
    "B, T",
)
row(
    "while to a size",
    lambda x: lax.while_loop(
        lambda c: c[0] < x.shape[0],
        lambda c: (c[0] + 1, c[1] * 0.5 + lax.dynamic_index_in_dim(x, c[0], 0, False)),
        (jnp.int32(0), jnp.zeros(2)),
    )[1],
    "T, 2",
    least=1,
)
row(
    "while of a varying carry",
    lambda x: lax.while_loop(lambda c: jnp.max(jnp.abs(c)) > 0.5, lambda c: c * 0.7, x),
    "B, T",
    least=1,
)
row("fori of a varying carry", lambda x: lax.fori_loop(0, 3, lambda i, c: c * 0.5 + i, x), "B, T")
row("cond", lambda x: lax.cond(x.sum() > 0, lambda x: x * 2, lambda x: jnp.ones_like(x), x), "B, T")
row(
    "cond of merged",
    lambda x: lax.cond(x.sum() > 0, lambda x: x.reshape(-1), lambda x: jnp.arange(x.size, dtype=x.dtype), x),
    "B, T",
)
row("switch", lambda x, i: lax.switch(i[0], [jnp.sin, jnp.cos, jnp.exp], x), "B, T", "1:n")
row(
    "vmapped while",
    lambda x: jax.vmap(lambda v: lax.while_loop(lambda c: jnp.abs(c) > 0.5, lambda c: c * 0.7, v))(x),
    "B",
)
row("relu", jax.nn.relu, "B, T")
row("checkpoint", jax.grad(lambda x: jnp.sum(jax.checkpoint(lambda x: jnp.sin(jnp.sin(x)))(x))), "B, T")
row("custom gradient", jax.grad(lambda x: jnp.sum(jax.nn.silu(x) * jax.nn.relu(x))), "B, T")


def _apart(x):
    with set_xla_metadata(inlineable="false"):
        return jax.jit(lambda x: x / x.shape[0])(x).sum(0)


row("a call apart", lambda x: _apart(x) + x.sum(0), "T, 2")
row("inner jit", lambda x: jax.jit(lambda x: x / x.shape[0])(x).sum(0), "T, 2", least=1)
row("associative scan", lambda x: lax.associative_scan(jnp.add, x), "4, T")


def equinox_loop(x, w):
    def body(state):
        i, c = state
        return i + 1, jnp.tanh(c @ w)

    count = jnp.sum(jnp.abs(x) > -1).astype(jnp.int32) // 3
    test = lambda state: state[0] < count
    return eqxi.while_loop(test, body, (jnp.int32(0), x), kind="checkpointed", checkpoints=3)[1]


both("Equinox's loop", equinox_loop, "B, 3", "3, 3", wrt=(0, 1), least=1, tolerance=1e-5)

# random
row("uniform", lambda x: jax.random.uniform(key(), x.shape) + 0 * x, "B, T")
row("normal", lambda x: jax.random.normal(key(), (x.shape[1], x.shape[0], 2)), "B, T")
row("bernoulli", lambda x: jax.random.bernoulli(key(), 0.5, x.shape), "B, T, 2")
row(
    "dropout",
    lambda x: jnp.where(jax.random.bernoulli(jax.random.fold_in(key(), 3), 0.5, x.shape), x * 2, 0),
    "B, T",
)
row("bits of 8", lambda x: jax.random.bits(key(), x.shape, jnp.uint8), "B, T")
row("split", lambda x: jax.random.key_data(jax.random.split(key(), x.shape[0])), "T")
row(
    "a key for each",
    lambda x: jax.vmap(lambda k: jax.random.uniform(k, (3,)))(jax.random.split(key(), x.shape[0])),
    "T",
)
row("permutation of fixed", lambda x: x * jax.random.permutation(key(), 4).astype(x.dtype), "T, 4")
row("randint", lambda x: jax.random.randint(key(), x.shape, 0, 10), "B, T")
