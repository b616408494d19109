"""Sound: WAV files there and back, spectra by their definition, and all of it beside TensorFlow."""

import importlib

import numpy as np
import pytest

import evergraph as tf
from evergraph.ops import audio
from tests.laws import agree, named, outcome, tensorflow_1

SOUND = np.random.RandomState(0).uniform(-1.2, 1.2, (400, 2)).astype(np.float32)


def run(fetches):
    with tf.Session() as session:
        return session.run(fetches)


def test_there_and_back():
    found = run(audio.decode_wav(audio.encode_wav(SOUND, 16000)))
    assert found.sample_rate == 16000
    np.testing.assert_allclose(found.audio, np.clip(SOUND, -1, 1 - 2**-15), atol=2**-16 + 1e-6)


@pytest.mark.parametrize("channels, samples", [(1, -1), (3, 10), (-1, 500)])
def test_wanted_sizes(channels, samples):
    contents = audio.encode_wav(SOUND, 8000)
    whole, part = audio.decode_wav(contents), audio.decode_wav(contents, channels, samples)
    sizes = [None if size < 0 else size for size in (samples, channels)]
    assert part.audio.shape.as_list() == sizes
    whole, part = run([whole.audio, part.audio])
    rows = min(400, len(part))
    for channel in range(part.shape[1]):
        np.testing.assert_array_equal(part[:rows, channel], whole[:rows, min(channel, 1)])
    assert not part[400:].any()


def test_a_spectrum_is_the_transform_of_windows():
    found = run(audio.audio_spectrogram(SOUND, window_size=100, stride=60, magnitude_squared=True))
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(100) / 100)
    assert found.shape == (2, 6, 65)
    for channel in range(2):
        for frame in range(6):
            part = SOUND[60 * frame : 60 * frame + 100, channel] * window
            expected = np.abs(np.fft.rfft(part, 128)) ** 2
            np.testing.assert_allclose(found[channel, frame], expected, rtol=1e-3, atol=1e-3)


def test_coefficients_of_one_tone():
    """A tone in the middle of the bands: all its energy is in the one or two bands around it."""
    spectrum = np.zeros((1, 1, 257), np.float32)
    spectrum[0, 0, 40] = 4.0
    coefficients = run(audio.mfcc(spectrum, 16000, dct_coefficient_count=40))[0, 0]
    j = np.arange(40)
    cosines = np.sqrt(2 / 40) * np.cos(np.pi / 40 * j[:, None] * (j + 0.5))
    cosines[0] /= np.sqrt(2)  # orthonormal
    coefficients[0] /= np.sqrt(2)
    energies = np.exp(cosines.T @ coefficients)
    assert np.sum(energies > 1e-6) <= 2 and np.sum(energies) == pytest.approx(2.0, rel=1e-3)


ROWS = [
    ("spectrogram", lambda ops, x: ops.audio_spectrogram(x, window_size=100, stride=30)),
    ("squared", lambda ops, x: ops.audio_spectrogram(x, window_size=64, stride=64, magnitude_squared=True)),
    ("shorter than a window", lambda ops, x: ops.audio_spectrogram(x, window_size=500, stride=64)),
    (
        "mfcc",
        lambda ops, x: ops.mfcc(
            ops.audio_spectrogram(x, window_size=100, stride=30, magnitude_squared=True), 8000
        ),
    ),
    (
        "mfcc of other bands",
        lambda ops, x: ops.mfcc(
            ops.audio_spectrogram(x, window_size=320, stride=30, magnitude_squared=True),
            16000,
            upper_frequency_limit=7600,
            lower_frequency_limit=80,
            filterbank_channel_count=20,
            dct_coefficient_count=10,
        ),
    ),
    ("decoded", lambda ops, x: list(ops.decode_wav(ops.encode_wav(x, 16000), desired_samples=300))),
]


@pytest.mark.interop
@pytest.mark.parametrize("function", named(ROWS))
def test_agrees(function):
    theirs = tensorflow_1()
    gen = importlib.import_module("tensorflow.python.ops.gen_audio_ops")
    inputs = [("float32", [400, 2], SOUND)]
    found = outcome(tf, inputs, lambda ops, x: function(ops, x), audio)
    wanted = outcome(theirs, inputs, lambda ops, x: function(ops, x), gen)
    agree(found, wanted, rtol=2e-4, atol=2e-4)


@pytest.mark.interop
def test_the_bytes_are_tensorflow_s():
    theirs = tensorflow_1()
    gen = importlib.import_module("tensorflow.python.ops.gen_audio_ops")
    with theirs.Graph().as_default(), theirs.Session() as session:
        wanted = session.run(gen.encode_wav(SOUND, 16000))
    assert run(audio.encode_wav(SOUND, 16000)) == wanted


@pytest.mark.parametrize(
    "build, words",
    [
        (lambda: audio.decode_wav(b"nothing").audio, "no WAV file"),
        (lambda: audio.encode_wav(SOUND[:, 0], 8000), "samples, channels"),
        (lambda: audio.audio_spectrogram(SOUND, 1, 1), "window_size"),
        (lambda: audio.mfcc(np.ones((1, 2, 9), np.float32), 8000, 10, 20), "no mel bands"),
        (
            lambda: audio.mfcc(np.ones((1, 2, 9), np.float32), 8000, dct_coefficient_count=41),
            "41 coefficients",
        ),
    ],
)
def test_bad_data_fails_the_run(build, words):
    with pytest.raises((tf.errors.InvalidArgumentError, ValueError), match=words):
        run(build())
