r"""Dropout of 50 %: in the hidden layers of the discriminator.

Goodfellow et al., 2014, arXiv:1406.2661, section 5; Srivastava et al., 2014,
https://jmlr.org/papers/v15/srivastava14a.html.

Dropout is said to keep the discriminator from fitting the training data by heart, and from becoming
too strong.

$$h_i \to \frac{b_i}{1 - r} \, h_i, \qquad b_i \sim \text{Bernoulli}(1 - r)$$
"""

from gans.tricks.dropout_03 import Dropout03


class Dropout05(Dropout03):
    """Dropout of half of the units after each activation of the discriminator."""

    rate = 0.5
