r"""A long average: over a quarter of the budget.

Yazici et al., 2019, arXiv:1806.04498, section 3.

An average of weights damps cycles of the players; a longer one damps longer cycles.

$$\bar\theta_t = \beta \, \bar\theta_{t-1} + (1 - \beta) \, \theta_t$$
"""

from gans.tricks._base import Base


class LongAverage(Base):
    """The base; its entry in params.yaml has ``half_life: 0.25``."""
