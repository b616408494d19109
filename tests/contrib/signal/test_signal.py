"""Frames, windows, short-time transforms and mel spectra: laws of their own, and beside TensorFlow's `tf.signal`."""

import types

import numpy as np
import pytest

import evergraph as tf
from tests.laws import agree, gradients_are_differences, named, outcome, tensorflow_1

signal = tf.contrib.signal
SIGNAL = np.random.RandomState(0).randn(2, 3, 100)

ROWS = [
    ("frame", lambda s, x: s.frame(x, 12, 5)),
    ("frame, padded", lambda s, x: s.frame(x, 12, 8, pad_end=True, pad_value=3.0)),
    ("frame of another axis", lambda s, x: s.frame(x, 2, 1, axis=1)),
    ("overlap_and_add", lambda s, x: s.overlap_and_add(x, 30)),
    ("frames side by side", lambda s, x: s.overlap_and_add(x, 100)),
    ("stft", lambda s, x: s.stft(x, 16, 8)),
    (
        "stft, padded",
        lambda s, x: s.stft(x, 15, 5, fft_length=20, window_fn=s.hamming_window, pad_end=True),
    ),
    ("stft without window", lambda s, x: s.stft(x, 15, 5, window_fn=None)),
    ("inverse_stft", lambda s, x: s.inverse_stft(s.stft(x, 13, 4, fft_length=20), 13, 4, fft_length=20)),
    (
        "inverse window",
        lambda s, x: s.inverse_stft(s.stft(x, 14, 4), 14, 4, window_fn=s.inverse_stft_window_fn(4)),
    ),
    ("mfccs", lambda s, x: s.mfccs_from_log_mel_spectrograms(x)),
]
WITHOUT_INPUT = [
    ("hann", lambda s, x: s.hann_window(8)),
    ("hann, odd", lambda s, x: s.hann_window(7)),
    ("hamming, symmetric", lambda s, x: s.hamming_window(8, periodic=False)),
    ("a window of one", lambda s, x: s.hann_window(1)),
    ("mel", lambda s, x: s.linear_to_mel_weight_matrix()),
    ("mel of speech", lambda s, x: s.linear_to_mel_weight_matrix(40, 257, 16000, 80.0, 7600.0)),
]


@pytest.mark.interop
@pytest.mark.parametrize("length", [100, None], ids=["known", "unknown"])
@pytest.mark.parametrize("function", named(ROWS + WITHOUT_INPUT))
def test_agrees(function, length):
    theirs = tensorflow_1()
    inputs = [("float32", [2, 3, length], SIGNAL)]
    found = outcome(tf, inputs, lambda s, x: function(s, x), signal)
    wanted = outcome(
        theirs, inputs, lambda s, x: function(s, x), types.SimpleNamespace(**vars(theirs.signal))
    )
    agree(found, wanted, rtol=1e-4, atol=1e-5)


@pytest.mark.slow
@pytest.mark.parametrize("function", named(ROWS))
def test_gradients_are_differences(function):
    def real(tf, x):
        y = function(signal, x)
        return tf.concat([tf.real(y), tf.imag(y)], -1) if y.dtype.is_complex else y

    gradients_are_differences(SIGNAL, real)


def run(tensor, feed=None):
    with tf.Session() as session:
        return session.run(tensor, feed)


@pytest.mark.parametrize("frame_length, frame_step", [(16, 4), (16, 6), (15, 5), (8, 8)])
def test_the_inverse_gives_the_signal_back(frame_length, frame_step):
    """Away from the ends, where fewer frames overlap; a window of von Hann is zero where frames do not overlap at all."""
    window = signal.hamming_window
    spectra = signal.stft(tf.constant(SIGNAL), frame_length, frame_step, window_fn=window)
    back = signal.inverse_stft(
        spectra, frame_length, frame_step, window_fn=signal.inverse_stft_window_fn(frame_step, window)
    )
    found = run(back)
    inside = slice(frame_length, found.shape[-1] - frame_length)
    np.testing.assert_allclose(found[..., inside], SIGNAL[..., : found.shape[-1]][..., inside], rtol=1e-9)


def test_frames_are_slices_and_add_up():
    frames = run(signal.frame(tf.constant(SIGNAL), 12, 5))
    assert frames.shape == (2, 3, 18, 12)
    for number in range(18):
        np.testing.assert_array_equal(frames[:, :, number], SIGNAL[..., 5 * number : 5 * number + 12])
    total = np.zeros((2, 3, 97))
    for number in range(18):
        total[..., 5 * number : 5 * number + 12] += frames[:, :, number]
    np.testing.assert_allclose(run(signal.overlap_and_add(tf.constant(frames), 5)), total)


def test_lengths_and_steps_may_be_tensors():
    length, step = tf.placeholder(tf.int32, []), tf.placeholder(tf.int32, [])
    spectra = signal.stft(tf.constant(SIGNAL), length, step)
    back = signal.inverse_stft(spectra, length, step)
    for n, m in ((12, 5), (16, 16)):
        fed = {length: n, step: m}
        known = signal.stft(tf.constant(SIGNAL), n, m)
        np.testing.assert_allclose(run(spectra, fed), run(known), rtol=1e-6, atol=1e-9)
        np.testing.assert_allclose(
            run(back, fed), run(signal.inverse_stft(known, n, m)), rtol=1e-6, atol=1e-9
        )


@pytest.mark.parametrize(
    "build, words",
    [
        (lambda: signal.overlap_and_add(tf.zeros([2, 4]), 5), "at most the frame length"),
        (lambda: signal.overlap_and_add(tf.zeros([4]), 2), "rank"),
        (lambda: signal.frame(tf.zeros([4]), 2.0, 1), "must be an integer"),
        (lambda: signal.frame(tf.placeholder(tf.float32), 2, 1), "known rank"),
        (lambda: signal.hann_window(4, dtype=tf.int32), "floating"),
        (lambda: signal.linear_to_mel_weight_matrix(0), "num_mel_bins"),
        (lambda: signal.linear_to_mel_weight_matrix(sample_rate=0), "sample_rate"),
        (lambda: signal.linear_to_mel_weight_matrix(lower_edge_hertz=-1), "negative"),
        (lambda: signal.linear_to_mel_weight_matrix(lower_edge_hertz=4e3), "below"),
        (lambda: signal.linear_to_mel_weight_matrix(upper_edge_hertz=4001), "half"),
        (lambda: signal.linear_to_mel_weight_matrix(dtype=tf.int32), "floating"),
        (lambda: signal.mfccs_from_log_mel_spectrograms(tf.zeros([3, 0])), "positive"),
    ],
)
def test_mistakes_are_refused_while_the_graph_is_built(build, words):
    with pytest.raises(ValueError, match=words):
        build()
