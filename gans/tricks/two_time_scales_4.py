r"""Two time-scales: the discriminator learns four times as fast.

Heusel, Ramsauer, Unterthiner, Nessler and Hochreiter, 2017, arXiv:1706.08500, theorem 1.

With different learning rates, both players converge to a local Nash equilibrium, under assumptions.

$$\eta_D = 4 \, \eta_G$$
"""

from gans.tricks._base import Base


class TwoTimeScales4(Base):
    """The base; its entry in params.yaml has a learning rate of the discriminator under ``players``."""
