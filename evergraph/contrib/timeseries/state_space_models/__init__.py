"""State space models of time series: a hidden state that moves linearly, with noise, and is seen with noise."""
