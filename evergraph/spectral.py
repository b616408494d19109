"""`tf.spectral`: Fourier and cosine transforms."""

# -- contents of tf.spectral, written by `make contents` from what is marked @public --
# ruff: noqa: F401 (names are imported to be seen)
from evergraph.ops.math.cosine_transforms import dct as dct
from evergraph.ops.math.cosine_transforms import idct as idct
from evergraph.ops.math.fourier import fft as fft
from evergraph.ops.math.fourier import fft2d as fft2d
from evergraph.ops.math.fourier import fft3d as fft3d
from evergraph.ops.math.fourier import ifft as ifft
from evergraph.ops.math.fourier import ifft2d as ifft2d
from evergraph.ops.math.fourier import ifft3d as ifft3d
from evergraph.ops.math.fourier import irfft as irfft
from evergraph.ops.math.fourier import irfft2d as irfft2d
from evergraph.ops.math.fourier import irfft3d as irfft3d
from evergraph.ops.math.fourier import rfft as rfft
from evergraph.ops.math.fourier import rfft2d as rfft2d
from evergraph.ops.math.fourier import rfft3d as rfft3d

# -- end of contents --
