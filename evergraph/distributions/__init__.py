"""`tf.distributions`: random variables with batches of parameters, their densities, moments and samples.

`distribution.py` has what all share, `family.py` what those with parameters share that broadcast; a family is a file. What of
two families is known in closed form is registered beside them (`kullback_leibler.py`).
"""

# -- contents of tf.distributions, written by `make contents` from what is marked @public --
# ruff: noqa: F401 (names are imported to be seen)
from evergraph.distributions.bernoulli import Bernoulli as Bernoulli
from evergraph.distributions.beta import Beta as Beta
from evergraph.distributions.categorical import Categorical as Categorical
from evergraph.distributions.dirichlet import Dirichlet as Dirichlet
from evergraph.distributions.dirichlet_multinomial import DirichletMultinomial as DirichletMultinomial
from evergraph.distributions.distribution import FULLY_REPARAMETERIZED as FULLY_REPARAMETERIZED
from evergraph.distributions.distribution import NOT_REPARAMETERIZED as NOT_REPARAMETERIZED
from evergraph.distributions.distribution import Distribution as Distribution
from evergraph.distributions.distribution import ReparameterizationType as ReparameterizationType
from evergraph.distributions.exponential import Exponential as Exponential
from evergraph.distributions.gamma import Gamma as Gamma
from evergraph.distributions.kullback_leibler import RegisterKL as RegisterKL
from evergraph.distributions.kullback_leibler import kl_divergence as kl_divergence
from evergraph.distributions.laplace import Laplace as Laplace
from evergraph.distributions.multinomial import Multinomial as Multinomial
from evergraph.distributions.normal import Normal as Normal
from evergraph.distributions.student_t import StudentT as StudentT
from evergraph.distributions.uniform import Uniform as Uniform

# -- end of contents --
