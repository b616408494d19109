"""Sound: WAV files, spectrograms, and mel-frequency cepstral coefficients.

The mel bands and the cosine transform are those of Davis and Mermelstein, "Comparison of Parametric Representations for
Monosyllabic Word Recognition in Continuously Spoken Sentences" (1980).
"""

import io
import struct
import wave
from typing import Any

import jax.numpy as jnp
import numpy as np

from evergraph.framework import errors
from evergraph.framework.public import public, public_module
from evergraph.framework.shapes import TensorShape, as_shape
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import TensorLike
from evergraph.ops.registry import device_op, host_op

public_module("contrib.framework.python.ops.audio_ops")

_FULL = 1 << 15  # what a sample of 1.0 is in 16 bits


def _invalid(message):
    return errors.InvalidArgumentError(None, None, message)


# -- files -----------------------------------------------------------------------------------------------------------


def _decoded_shapes(operation):
    samples, channels = operation.attrs["desired_samples"], operation.attrs["desired_channels"]
    sizes = [None if size < 0 else size for size in (samples, channels)]
    return [TensorShape(sizes), as_shape([])]


@host_op(
    "DecodeWav",
    "contents: string -> audio: float32, sample_rate: int32",
    shape=_decoded_shapes,
    differentiable=False,
)
def decode_wav_op(contents, *, desired_channels=-1, desired_samples=-1):
    try:
        with wave.open(io.BytesIO(contents.item())) as file:
            channels, width, rate = file.getnchannels(), file.getsampwidth(), file.getframerate()
            frames = file.readframes(file.getnframes())
    except (wave.Error, EOFError, struct.error) as error:
        raise _invalid(f"the contents are no WAV file of PCM samples: {error}") from error
    if width != 2:
        raise _invalid(f"Can only read 16-bit WAV files, but received {8 * width} bits")
    whole = len(frames) // (2 * channels) * 2 * channels
    audio = np.frombuffer(frames[:whole], "<i2").reshape(-1, channels).astype(np.float32) / _FULL
    if desired_channels >= 0:  # what is wanted beyond those there are is the last one again
        audio = audio[:, np.minimum(np.arange(desired_channels), channels - 1)]
    if desired_samples >= 0:
        audio = np.pad(audio[:desired_samples], ((0, max(0, desired_samples - len(audio))), (0, 0)))
    return audio, np.int32(rate)


@public()
def decode_wav(
    contents: TensorLike, desired_channels: int = -1, desired_samples: int = -1, name: str | None = None
) -> Any:
    """The samples of a WAV file of 16 bits.

    Args:
      contents: the bytes of the file, a string scalar.
      desired_channels: how many channels are given; all when -1. Beyond those of the file the last one is given again.
      desired_samples: how many samples are given; all when -1. Beyond those of the file there are zeros.
      name: the operation's name.

    Returns:
      (`audio`, float32 `[samples, channels]` from -1 to 1; `sample_rate`, an int32 scalar).

    Raises:
      InvalidArgumentError: in the run, for contents of another kind.
    """
    return decode_wav_op(
        contents, desired_channels=desired_channels, desired_samples=desired_samples, name=name
    )


@host_op(
    "EncodeWav",
    "audio: float32, sample_rate: int32 -> contents: string",
    shape=lambda op: as_shape([]),
    differentiable=False,
)
def encode_wav_op(audio, sample_rate):
    if audio.ndim != 2 or audio.shape[1] < 1:
        raise _invalid(f"audio must be [samples, channels], got the shape {audio.shape}")
    scaled = np.sign(audio) * np.floor(np.abs(audio) * _FULL + 0.5)  # halves are rounded away from zero
    samples = np.clip(scaled, -_FULL, _FULL - 1).astype("<i2")
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setparams((audio.shape[1], 2, int(sample_rate), len(audio), "NONE", "not compressed"))
        file.writeframes(samples.tobytes())
    return np.array(buffer.getvalue(), object)


@public()
def encode_wav(audio: TensorLike, sample_rate: TensorLike, name: str | None = None) -> Tensor:
    """A WAV file of 16 bits.

    Args:
      audio: float32 `[samples, channels]`; values are clipped to -1 and 1.
      sample_rate: samples per second, an int32 scalar.
      name: the operation's name.

    Returns:
      The bytes of the file, a string scalar.

    Raises:
      InvalidArgumentError: in the run, for audio of another rank.
    """
    return encode_wav_op(audio, sample_rate, name=name)


# -- spectra -----------------------------------------------------------------------------------------------------------


def _spectrogram_shape(operation):
    samples, channels = operation.input_tensors[0].shape.with_rank(2)
    size, stride = operation.attrs["window_size"], operation.attrs["stride"]
    frames = None if samples.value is None else _frames(samples.value, size, stride)
    return TensorShape([channels, frames, _transform_length(size) // 2 + 1])


def _frames(samples, size, stride):
    return 0 if samples < size else 1 + (samples - size) // stride


def _transform_length(size):
    return 1 << (size - 1).bit_length()


@device_op(
    "AudioSpectrogram",
    "input: float32 -> spectrogram: float32",
    shape=_spectrogram_shape,
    differentiable=False,
)
def audio_spectrogram_op(input, *, window_size: int, stride: int, magnitude_squared=False):  # noqa: A002
    if window_size < 2 or stride < 1:
        raise _invalid(f"window_size must be 2 or more and stride 1 or more, got {window_size} and {stride}")
    frames = _frames(input.shape[0], window_size, stride)
    places = stride * np.arange(frames)[:, None] + np.arange(window_size)
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(window_size) / window_size)
    framed = jnp.take(input.T, places, axis=1) * window.astype(np.float32)
    spectrum = jnp.fft.rfft(framed, _transform_length(window_size))
    power = jnp.real(spectrum) ** 2 + jnp.imag(spectrum) ** 2
    return (power if magnitude_squared else jnp.sqrt(power)).astype(jnp.float32)


@public()
def audio_spectrogram(
    input: TensorLike,  # noqa: A002
    window_size: int,
    stride: int,
    magnitude_squared: bool = False,
    name: str | None = None,
) -> Tensor:
    """The magnitudes of the Fourier transforms of windows of sound.

    Args:
      input: float32 `[samples, channels]`.
      window_size: samples of a window of von Hann, which is transformed at the next power of two.
      stride: samples from one window to the next.
      magnitude_squared: whether magnitudes are squared.
      name: the operation's name.

    Returns:
      float32 `[channels, windows, bins]`.

    Raises:
      InvalidArgumentError: in the run, for sizes that cannot be.
    """
    return audio_spectrogram_op(
        input, window_size=window_size, stride=stride, magnitude_squared=magnitude_squared, name=name
    )


def _mel_weights(bins, rate, lowest, highest, bands):
    """How much each bin counts in each band `[bins, bands]`: triangles that share their slopes, even in mel."""

    def mel(frequency):
        return 1127.0 * np.log1p(frequency / 700.0)

    width = 0.5 * rate / (bins - 1)
    corners = np.linspace(mel(lowest), mel(highest), bands + 2)  # where a band begins, is highest, ends
    first, last = int(1.5 + lowest / width), int(highest / width)
    weights = np.zeros((bins, bands))
    for place in range(first, min(last, bins - 1) + 1):
        here = mel(place * width)
        band = int(np.searchsorted(corners[1:], here, side="left")) - 1  # the last centre below, -1 for none
        share = (corners[band + 2] - here) / (corners[1] - corners[0])
        if band >= 0:
            weights[place, band] += share
        if band + 1 < bands:
            weights[place, band + 1] += 1 - share
    return weights


def _mfcc_shape(operation):
    shape = operation.input_tensors[0].shape.with_rank(3)
    operation.input_tensors[1].shape.with_rank(0)
    return shape[:2].concatenate([operation.attrs["dct_coefficient_count"]])


@device_op(
    "Mfcc",
    "spectrogram: float32, sample_rate: int32 -> output: float32",
    static=("sample_rate",),
    shape=_mfcc_shape,
    differentiable=False,
)
def mfcc_op(
    spectrogram,
    sample_rate,
    *,
    upper_frequency_limit=4000.0,
    lower_frequency_limit=20.0,
    filterbank_channel_count=40,
    dct_coefficient_count=13,
):
    bands, bins = filterbank_channel_count, spectrogram.shape[2]
    if not 0 <= lower_frequency_limit < upper_frequency_limit or bins < 2 or int(sample_rate) < 1:
        raise _invalid(
            f"no mel bands from {lower_frequency_limit} to {upper_frequency_limit} Hz of {bins} bins at "
            f"{int(sample_rate)} samples per second"
        )
    if dct_coefficient_count > bands:
        raise _invalid(f"{dct_coefficient_count} coefficients are more than the {bands} bands")
    weights = _mel_weights(bins, int(sample_rate), lower_frequency_limit, upper_frequency_limit, bands)
    angles = np.pi / bands * np.arange(dct_coefficient_count) * (np.arange(bands)[:, None] + 0.5)
    cosines = np.sqrt(2 / bands) * np.cos(angles)
    energies = jnp.sqrt(spectrogram.astype(jnp.float64)) @ weights
    return (jnp.log(jnp.maximum(energies, 1e-12)) @ cosines).astype(jnp.float32)


@public()
def mfcc(
    spectrogram: TensorLike,
    sample_rate: TensorLike,
    upper_frequency_limit: float = 4000,
    lower_frequency_limit: float = 20,
    filterbank_channel_count: int = 40,
    dct_coefficient_count: int = 13,
    name: str | None = None,
) -> Tensor:
    """Mel-frequency cepstral coefficients of spectra.

    Args:
      spectrogram: float32 `[channels, windows, bins]` with squared magnitudes, from `audio_spectrogram`.
      sample_rate: samples per second, an int32 scalar.
      upper_frequency_limit, lower_frequency_limit: in Hz, where the bands end and begin.
      filterbank_channel_count: how many bands there are.
      dct_coefficient_count: how many coefficients are given.
      name: the operation's name.

    Returns:
      float32 `[channels, windows, dct_coefficient_count]`.

    Raises:
      InvalidArgumentError: in the run, for bands that cannot be.
    """
    return mfcc_op(
        spectrogram,
        sample_rate,
        upper_frequency_limit=float(upper_frequency_limit),
        lower_frequency_limit=float(lower_frequency_limit),
        filterbank_channel_count=filterbank_channel_count,
        dct_coefficient_count=dct_coefficient_count,
        name=name,
    )
