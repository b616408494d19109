"""Random operations, and the bits behind them."""
