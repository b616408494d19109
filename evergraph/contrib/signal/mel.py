"""Mel spectra and their cepstra.

The mel scale is 1127 ln(1 + f / 700 Hz), and the bands are triangles on it: Young et al., "The HTK Book", sections 5.4 and 5.6.
"""

from evergraph.framework import dtypes
from evergraph.framework.conversion import convert_to_tensor
from evergraph.framework.default_graph import name_scope
from evergraph.framework.public import public, public_module
from evergraph.framework.tensor import Tensor
from evergraph.framework.types import DTypeLike, TensorLike
from evergraph.ops import array as array_ops
from evergraph.ops import math as math_ops

public_module("contrib.signal.python.ops.mel_ops", "contrib.signal.python.ops.mfcc_ops")


def _to_mel(frequencies):
    return 1127.0 * math_ops.log(1.0 + frequencies / 700.0)


def _checked(bins, rate, lowest, highest, dtype):
    wrong = {
        "num_mel_bins must be positive": bins <= 0,
        "sample_rate must be positive": rate <= 0,
        "lower_edge_hertz must not be negative": lowest < 0,
        "lower_edge_hertz must be below upper_edge_hertz": lowest >= highest,
        "upper_edge_hertz must be at most the half of sample_rate": highest > rate / 2,
        "dtype must be a floating point type": not dtype.is_floating,
    }
    for words, is_wrong in wrong.items():
        if is_wrong:
            raise ValueError(f"{words}; got {bins} bins, {rate} Hz, from {lowest} to {highest} Hz, {dtype!r}")


@public("contrib.signal.linear_to_mel_weight_matrix")
def linear_to_mel_weight_matrix(
    num_mel_bins: int = 20,
    num_spectrogram_bins: TensorLike = 129,
    sample_rate: float = 8000,
    lower_edge_hertz: float = 125.0,
    upper_edge_hertz: float = 3800.0,
    dtype: DTypeLike = dtypes.float32,
    name: str | None = None,
) -> Tensor:
    """How much each bin of a spectrum, from 0 Hz to the half of `sample_rate`, counts in each band of a mel spectrum.

    Args:
      num_mel_bins: the number of bands: triangles that overlap by their halves, equally wide in mel.
      num_spectrogram_bins: scalar int, the number of bins of the spectrum.
      sample_rate: samples per second of the signal.
      lower_edge_hertz: where the first band begins; the bin at 0 Hz is in none.
      upper_edge_hertz: where the last one ends.
      dtype: a floating type.
      name: the name scope.

    Returns:
      `[num_spectrogram_bins, num_mel_bins]`, computed in float64.

    Raises:
      ValueError: a number of bands or frequencies that cannot be; a dtype that is not floating.
    """
    dtype = dtypes.as_dtype(dtype)
    _checked(num_mel_bins, sample_rate, lower_edge_hertz, upper_edge_hertz, dtype)
    with name_scope(name, "linear_to_mel_weight_matrix") as scope:
        zero, *ends = (
            convert_to_tensor(value, dtypes.float64) for value in (0.0, lower_edge_hertz, upper_edge_hertz)
        )
        half = convert_to_tensor(sample_rate / 2, dtypes.float64)
        bins = array_ops.expand_dims(_to_mel(math_ops.linspace(zero, half, num_spectrogram_bins)[1:]), 1)
        edges = math_ops.linspace(_to_mel(ends[0]), _to_mel(ends[1]), num_mel_bins + 2)
        left, centre, right = edges[:-2], edges[1:-1], edges[2:]
        rising, falling = (bins - left) / (centre - left), (right - bins) / (right - centre)
        weights = math_ops.maximum(zero, math_ops.minimum(rising, falling))
        return math_ops.cast(array_ops.pad(weights, [[1, 0], [0, 0]]), dtype, name=scope)


@public("contrib.signal.mfccs_from_log_mel_spectrograms")
def mfccs_from_log_mel_spectrograms(log_mel_spectrograms: TensorLike, name: str | None = None) -> Tensor:
    """Mel-frequency cepstral coefficients: the cosine transform of the logarithms of a mel spectrum, as HTK scales it.

    Args:
      log_mel_spectrograms: float32 or float64 `[..., num_mel_bins]`.
      name: the name scope.

    Returns:
      A tensor of the same dtype and shape; programs mostly keep the first 13 coefficients.

    Raises:
      ValueError: no bands.
    """
    with name_scope(name, "mfccs_from_log_mel_spectrograms", [log_mel_spectrograms]):
        logs = convert_to_tensor(log_mel_spectrograms, preferred_dtype=dtypes.float32)
        bands = logs.shape[-1].value if logs.shape.ndims else None
        if bands == 0:
            raise ValueError(f"num_mel_bins must be positive: the spectrogram is {logs.shape}")
        bands = array_ops.shape(logs)[-1] if bands is None else bands
        return math_ops.dct(logs) * math_ops.rsqrt(math_ops.cast(bands, logs.dtype) * 2.0)
