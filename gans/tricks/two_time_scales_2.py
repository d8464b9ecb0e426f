r"""Two time-scales: the discriminator learns twice as fast.

Heusel, Ramsauer, Unterthiner, Nessler and Hochreiter, 2017, arXiv:1706.08500, theorem 1.

With different learning rates, both players converge to a local Nash equilibrium, under assumptions.

$$\eta_D = 2 \, \eta_G$$
"""

from gans.tricks._base import Base


class TwoTimeScales2(Base):
    """The base; its entry in params.yaml has a learning rate of the discriminator under ``players``."""
