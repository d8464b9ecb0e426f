"""The benchmark: data, training, metrics, leaderboards and site; `gans` has the variants."""

__version__ = "0.1.0"
