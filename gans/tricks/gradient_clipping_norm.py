r"""Gradient clipping by norm: no gradient is longer than 1.

Pascanu, Mikolov and Bengio, 2013, arXiv:1211.5063, algorithm 1, for recurrent networks.

Large gradients are said to make training unstable.

$$g \to g \min\!\left(1, \frac{1}{\|g\|}\right)$$
"""

from gans.tricks._base import Base


class GradientClippingNorm(Base):
    """The base; its entry in params.yaml has gradients bounded by ``max_gradient_norm``."""
