"""The cells that the tests run over, each with what it computes, in NumPy.

A step in NumPy takes the weights by name (below the cell's scope), the input and the state, a list of arrays; it
returns the output and the new state.
"""

import numpy as np

from evergraph.layers import recurrent

BATCH, STEPS, INPUTS, UNITS = 3, 3, 4, 4


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def basic(weights, x, state):
    output = np.tanh(np.concatenate([x, state[0]], 1) @ weights["kernel"] + weights["bias"])
    return output, [output]


def gru(weights, x, state):
    gates = sigmoid(np.concatenate([x, state[0]], 1) @ weights["gates/kernel"] + weights["gates/bias"])
    reset, update = np.split(gates, 2, 1)
    candidate = (
        np.concatenate([x, reset * state[0]], 1) @ weights["candidate/kernel"] + weights["candidate/bias"]
    )
    output = update * state[0] + (1 - update) * np.tanh(candidate)
    return output, [output]


def lstm(weights, x, state, cell_clip=np.inf, proj_clip=np.inf, forget_bias=1.0):
    c, h = state
    i, j, f, o = np.split(np.concatenate([x, h], 1) @ weights["kernel"] + weights["bias"], 4, 1)
    peepholes = [weights.get(f"w_{gate}_diag", 0) for gate in "ifo"]
    c_new = sigmoid(f + forget_bias + peepholes[1] * c) * c + sigmoid(i + peepholes[0] * c) * np.tanh(j)
    c_new = np.clip(c_new, -cell_clip, cell_clip)
    h = sigmoid(o + peepholes[2] * c_new) * np.tanh(c_new)
    if "projection/kernel" in weights:
        h = np.clip(h @ weights["projection/kernel"], -proj_clip, proj_clip)
    return h, [c_new, h]


def concatenated(step, sizes):
    def run(weights, x, state):
        output, new = step(weights, x, np.split(state[0], np.cumsum(sizes)[:-1], 1))
        return output, [np.concatenate(new, 1)]

    return run


def residual(step):
    def run(weights, x, state):
        output, new = step(weights, x, state)
        return x + output, new

    return run


def stacked(*layers):
    """Steps on top of each other: (prefix of the names, step, number of states) each."""

    def run(weights, x, state):
        new_states = []
        for prefix, step, count in layers:
            own = {
                name.removeprefix(prefix): value for name, value in weights.items() if name.startswith(prefix)
            }
            x, new = step(own, x, state[:count])
            state = state[count:]
            new_states += new
        return x, new_states

    return run


def full_lstm(**options):
    return recurrent.LSTMCell(UNITS, use_peepholes=True, num_proj=3, **options)


# name: (how it is made, its step in NumPy, its scope, {its variables: shapes})
ROWS = INPUTS + UNITS
LSTM_SHAPES = {"kernel": (ROWS, 4 * UNITS), "bias": (4 * UNITS,)}
GRU_SHAPES = {
    "gates/kernel": (ROWS, 2 * UNITS),
    "gates/bias": (2 * UNITS,),
    "candidate/kernel": (ROWS, UNITS),
    "candidate/bias": (UNITS,),
}
FULL_SHAPES = {
    "kernel": (INPUTS + 3, 4 * UNITS),
    "bias": (4 * UNITS,),
    "w_f_diag": (UNITS,),
    "w_i_diag": (UNITS,),
    "w_o_diag": (UNITS,),
    "projection/kernel": (UNITS, 3),
}
CELLS = {
    "basic": (
        lambda: recurrent.BasicRNNCell(UNITS),
        basic,
        "basic_rnn_cell",
        {"kernel": (ROWS, UNITS), "bias": (UNITS,)},
    ),
    "gru": (lambda: recurrent.GRUCell(UNITS), gru, "gru_cell", GRU_SHAPES),
    "basic lstm": (
        lambda: recurrent.BasicLSTMCell(UNITS, forget_bias=0.5),
        lambda *args: lstm(*args, forget_bias=0.5),
        "basic_lstm_cell",
        LSTM_SHAPES,
    ),
    "basic lstm, concatenated": (
        lambda: recurrent.BasicLSTMCell(UNITS, state_is_tuple=False),
        concatenated(lstm, [UNITS, UNITS]),
        "basic_lstm_cell",
        LSTM_SHAPES,
    ),
    "lstm": (lambda: recurrent.LSTMCell(UNITS), lstm, "lstm_cell", LSTM_SHAPES),
    "lstm, everything": (
        lambda: full_lstm(cell_clip=0.2, proj_clip=0.1),
        lambda *args: lstm(*args, cell_clip=0.2, proj_clip=0.1),
        "lstm_cell",
        FULL_SHAPES,
    ),
    "lstm, concatenated": (
        lambda: full_lstm(state_is_tuple=False),
        concatenated(lstm, [UNITS, 3]),
        "lstm_cell",
        FULL_SHAPES,
    ),
    "lstm, residual, on a device": (
        lambda: recurrent.ResidualWrapper(recurrent.DeviceWrapper(recurrent.LSTMCell(UNITS), "/cpu:0")),
        residual(lstm),
        "lstm_cell",
        LSTM_SHAPES,
    ),
    "multi": (
        lambda: recurrent.MultiRNNCell([recurrent.GRUCell(UNITS), recurrent.BasicLSTMCell(UNITS)]),
        stacked(("cell_0/gru_cell/", gru, 1), ("cell_1/basic_lstm_cell/", lstm, 2)),
        "multi_rnn_cell",
        {f"cell_0/gru_cell/{name}": shape for name, shape in GRU_SHAPES.items()}
        | {f"cell_1/basic_lstm_cell/{name}": shape for name, shape in LSTM_SHAPES.items()},
    ),
    "multi, concatenated": (
        lambda: recurrent.MultiRNNCell(
            [recurrent.GRUCell(UNITS), recurrent.GRUCell(UNITS)], state_is_tuple=False
        ),
        concatenated(stacked(("cell_0/gru_cell/", gru, 1), ("cell_1/gru_cell/", gru, 1)), [UNITS, UNITS]),
        "multi_rnn_cell",
        {f"cell_{number}/gru_cell/{name}": shape for number in (0, 1) for name, shape in GRU_SHAPES.items()},
    ),
}


def run_in_numpy(step, weights, inputs, state, lengths=None):
    """Outputs `[batch, time, size]` and final states, an example standing still from its length on."""
    outputs = []
    for time in range(inputs.shape[1]):
        output, new = step(weights, inputs[:, time], state)
        if lengths is not None:
            going = (time < lengths)[:, None]
            output, new = output * going, [np.where(going, b, a) for a, b in zip(state, new)]
        state = new
        outputs.append(output)
    return np.stack(outputs, 1), state
