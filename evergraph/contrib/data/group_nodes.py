"""The nodes of `group_by_window` and `group_by_reducer`."""

from __future__ import annotations

from typing import Any

import numpy as np

from evergraph.data.calls import Function
from evergraph.data.functions import function_dataset_op
from evergraph.data.nodes import Cursor, Node, Wrapper
from evergraph.framework import errors


class _WindowNode(Node):
    """The elements of a window, which are in memory."""

    def __init__(self, elements):
        self.elements = elements

    def cursor(self):
        return _Window(self.elements)


class _Window(Cursor):
    def __init__(self, elements):
        self.elements, self.index = elements, 0

    def next(self):
        if self.index == len(self.elements):
            return None
        self.index += 1
        return self.elements[self.index - 1]

    def save(self):
        return self.index

    def restore(self, state):
        self.index = state


class _GroupNode(Node):
    def __init__(self, source, key, reduce, size):
        self.source, self.key, self.reduce, self.size = source, key, reduce, size

    def cursor(self):
        return _Groups(self)


class _Groups(Wrapper):
    """Collects windows; gives the elements of what the function makes of one that is full, or left at the end."""

    def __init__(self, node):
        super().__init__(node.source.cursor())
        self.node, self.windows, self.sizes = node, {}, {}
        self.current: Any = None  # (key, window, number of the call) of `inner`
        self.inner, self.has_ended = None, False

    def next(self):
        while True:
            if self.inner is not None:
                element = self.inner.next()
                if element is not None:
                    return element
                self.inner = self.current = None
            if self.has_ended:
                if not self.windows:
                    return None
                self._open(min(self.windows))
            else:
                self._collect()

    def _collect(self):
        element = self.source.next()
        if element is None:
            self.has_ended = True
            return
        (key_array,) = _call(self.node.key, element)
        key = int(key_array)
        window = self.windows.setdefault(key, [])
        if not window:
            (size,) = _call(self.node.size, (key_array,))
            if int(size) < 1:
                raise errors.InvalidArgumentError(
                    None, None, f"Window size must be greater than zero, but got {int(size)}."
                )
            self.sizes[key] = int(size)
        window.append(element)
        if len(window) >= self.sizes[key]:
            self._open(key)

    def _open(self, key, call=None, state=None):
        window = self.windows.pop(key) if call is None else self.current[1]
        call = self.node.reduce.number() if call is None else call
        self.current = key, window, call
        (node,) = self.node.reduce((_key_array(key), _WindowNode(window)), call)
        self.inner = node.cursor()
        if state is not None:
            self.inner.restore(state)

    def save(self):
        current = None
        if self.inner is not None:
            key, window, call = self.current
            current = [key, [list(e) for e in window], call, self.inner.save()]
        return [
            [f.save() for f in (self.node.key, self.node.reduce, self.node.size)],
            [[key, self.sizes[key], [list(e) for e in window]] for key, window in self.windows.items()],
            current,
            self.has_ended,
            self.source.save(),
        ]

    def restore(self, state):
        functions, windows, current, self.has_ended, source = state
        for function, saved in zip((self.node.key, self.node.reduce, self.node.size), functions):
            function.restore(saved)
        self.windows = {key: [tuple(e) for e in window] for key, _, window in windows}
        self.sizes = {key: size for key, size, _ in windows}
        self.source.restore(source)
        if current is not None:
            key, window, call, inner = current
            self.current = key, [tuple(e) for e in window], call
            self._open(key, call, inner)


def _call(function, element):
    return function(element, function.number())


def _key_array(key):
    return np.array(key, np.int64)


@function_dataset_op(
    "GroupByWindowDataset",
    "input_dataset: variant, key_func_other_arguments: [Tkey_func_other_arguments], "
    "reduce_func_other_arguments: [Treduce_func_other_arguments], "
    "window_size_func_other_arguments: [Twindow_size_func_other_arguments]",
    key_func="key_func_other_arguments",
    reduce_func="reduce_func_other_arguments",
    window_size_func="window_size_func_other_arguments",
)
def group_by_window_dataset_op(
    run,
    input_dataset,
    key_func_other_arguments,
    reduce_func_other_arguments,
    window_size_func_other_arguments,
    *,
    key_func,
    reduce_func,
    window_size_func,
    output_types: list,
    output_shapes: list,
):
    return _GroupNode(
        input_dataset,
        Function(run, key_func, key_func_other_arguments),
        Function(run, reduce_func, reduce_func_other_arguments),
        Function(run, window_size_func, window_size_func_other_arguments),
    )


class _ReducerNode(Node):
    def __init__(self, source, key, first, reduce, last):
        self.source, self.functions = source, (key, first, reduce, last)

    def cursor(self):
        return _Reduced(self)


class _Reduced(Wrapper):
    def __init__(self, node):
        super().__init__(node.source.cursor())
        self.node, self.states, self.has_ended = node, {}, False

    def next(self):
        key_of, first, reduce, last = self.node.functions
        while not self.has_ended:
            element = self.source.next()
            if element is None:
                self.has_ended = True
                break
            (key_array,) = _call(key_of, element)
            key = int(key_array)
            state = self.states.get(key)
            if state is None:
                state = _call(first, (key_array,))
            self.states[key] = _call(reduce, (*state, *element))
        if not self.states:
            return None
        return _call(last, self.states.pop(min(self.states)))

    def save(self):
        states = [[key, list(state)] for key, state in self.states.items()]
        return [[f.save() for f in self.node.functions], states, self.has_ended, self.source.save()]

    def restore(self, state):
        functions, states, self.has_ended, source = state
        for function, saved in zip(self.node.functions, functions):
            function.restore(saved)
        self.states = {key: tuple(value) for key, value in states}
        self.source.restore(source)


@function_dataset_op(
    "GroupByReducerDataset",
    "input_dataset: variant, key_func_other_arguments: [Tkey_func_other_arguments], "
    "init_func_other_arguments: [Tinit_func_other_arguments], "
    "reduce_func_other_arguments: [Treduce_func_other_arguments], "
    "finalize_func_other_arguments: [Tfinalize_func_other_arguments]",
    key_func="key_func_other_arguments",
    init_func="init_func_other_arguments",
    reduce_func="reduce_func_other_arguments",
    finalize_func="finalize_func_other_arguments",
)
def group_by_reducer_dataset_op(
    run,
    input_dataset,
    key_func_other_arguments,
    init_func_other_arguments,
    reduce_func_other_arguments,
    finalize_func_other_arguments,
    *,
    key_func,
    init_func,
    reduce_func,
    finalize_func,
    output_types: list,
    output_shapes: list,
):
    return _ReducerNode(
        input_dataset,
        Function(run, key_func, key_func_other_arguments),
        Function(run, init_func, init_func_other_arguments),
        Function(run, reduce_func, reduce_func_other_arguments),
        Function(run, finalize_func, finalize_func_other_arguments),
    )
