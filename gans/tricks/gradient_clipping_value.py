r"""Gradient clipping by value: no element of a gradient exceeds 1.

No paper. A rule of tutorials on GANs, taken over from recurrent networks.

Large gradients are said to make training unstable.

$$g_i \to \min(\max(g_i, -1), 1)$$
"""

from gans.tricks._base import Base


class GradientClippingValue(Base):
    """The base; its entry in params.yaml has elements of gradients bounded by ``max_gradient_value``."""
